"""What a channel reads each morning."""

from __future__ import annotations

from bot.desk.ratings import Scale
from bot.desk.task import Task
from bot.digest.digest import SHOWN, Digest, open_since
from bot.slack.blocks import Block, context, divider, header, section
from bot.slack.cards.dates import day
from bot.slack.cards.verdict_text import in_short, rating_line
from bot.slack.mrkdwn import cut, link, person, safe


def digest_card(digest: Digest, scale: Scale, links: dict[str, str]) -> tuple[str, list[Block]]:
    """The digest as a message; its parts have room for 10,000 characters. ``links`` are permalinks by task id."""
    told = [_count(len(digest.verdicts), "verdict")]
    if digest.corrected:
        told.append(_count(len(digest.corrected), "correction"))
    text = f"Digest of {day(digest.day)}: {', '.join(told)}, {_count(digest.waiting, 'claim')} waiting"
    blocks = [header(f"Digest of {day(digest.day)}")]
    for title, lines, total, room in _parts(digest, scale, links):
        if lines:
            blocks += [divider(), section(_part(title, lines, total, room))]
    if not digest.news:
        blocks.insert(1, section("*New verdicts:* none since the last digest."))
    blocks.append(context(f"{digest.open} open · {digest.waiting} waiting in all · `/digest off` stops this"))
    return text, blocks


def _parts(digest: Digest, scale: Scale, links: dict[str, str]) -> list[tuple[str, list[str], int, int]]:
    """Title, lines, how many claims there are, and how many characters may be shown of them."""
    corrected = [f"• {_claim(t, links)}\n{_change(t, scale)}" for t in digest.corrected[:SHOWN]]
    verdicts = [f"• {_stands(t, scale)} {_claim(t, links)}" for t in digest.verdicts[:SHOWN]]
    confirmed = [f"• still {_stands(t, scale)} {_claim(t, links)}" for t in digest.confirmed[:SHOWN]]
    asked = [f"• {_asks(t)}: {_claim(t, links)}" for t in digest.asked[:SHOWN]]
    # Names no author: they are the one person who cannot sign.
    review = [f"• {_claim(t, links)}" for t in digest.review[:SHOWN]]
    held = [f"• {person(who)}: {_numbers(tasks, links)}" for who, tasks in digest.held[:SHOWN]]
    oldest = [f"• {_claim(t, links)} · since {day(open_since(t).date())}" for t in digest.oldest]
    return [
        ("✏️ Corrections", corrected, len(digest.corrected), 2000),
        ("✅ New verdicts", verdicts, len(digest.verdicts), 1800),
        ("🔁 Checked again", confirmed, len(digest.confirmed), 800),
        ("🟣 Waiting for a signature by anyone but the author", review, len(digest.review), 1400),
        ("❓ Waiting for an answer", asked, len(digest.asked), 1000),
        ("🔵 Being checked", held, len(digest.held), 1300),
        ("⚪ Open the longest", oldest, digest.open, 1100),
    ]


def _part(title: str, lines: list[str], total: int, room: int) -> str:
    """As many lines as fit, whole, for a link must never be cut; the rest is counted."""
    part, shown = f"*{title}*", 0
    for line in lines:
        if len(part) + len(line) > room:
            break
        part, shown = f"{part}\n{line}", shown + 1
    return f"{part}\n• and {total - shown} more" if total > shown else part


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _stands(task: Task, scale: Scale) -> str:
    return rating_line(task.standing_verdict, scale) if task.standing_verdict else ""


def _change(task: Task, scale: Scale) -> str:
    stands = task.standing_verdict
    before = task.replaced_by(stands) if stands else None
    if stands is None or before is None:
        return ""
    return f"was {in_short(before, scale, 80)}, now {in_short(stands, scale, 80)} — {safe(stands.correction, 120)}"


def _asks(task: Task) -> str:
    asked = task.questions[-1].to
    return person(asked) if asked else "anybody here"


def _claim(task: Task, links: dict[str, str]) -> str:
    text = safe(task.text, 200)
    return f"{text} ({link(links[task.id], 'card')})" if task.id in links else text


def _numbers(tasks: tuple[Task, ...], links: dict[str, str]) -> str:
    named = [link(links[t.id], cut(t.text, 60)) if t.id in links else safe(t.text, 60) for t in tasks[:2]]
    return ", ".join(named) + (f" and {len(tasks) - 2} more" if len(tasks) > 2 else "")
