"""What a channel reads each morning."""

from __future__ import annotations

from bot.desk.ratings import Scale
from bot.desk.task import Task
from bot.digest.digest import Digest
from bot.slack.blocks import Block, context, divider, header, section
from bot.slack.cards.dates import day
from bot.slack.cards.verdict_text import rating_line
from bot.slack.mrkdwn import cut, link, person, safe

_LINES = 8
"""Claims shown per part; the rest is counted."""
_PART = 2300
"""Characters of a part: the four of them fit a message."""


def digest_card(digest: Digest, scale: Scale, links: dict[str, str]) -> tuple[str, list[Block]]:
    """The digest as a message. ``links`` are permalinks of cards by task id."""
    text = f"Digest of {day(digest.day)}: {len(digest.verdicts)} verdicts, {digest.waiting} claims waiting"
    blocks = [header(f"Digest of {day(digest.day)}")]
    if digest.verdicts:
        lines = [f"• {rating_line(t.verdict, scale)} {_claim(t, links)}" for t in digest.verdicts[:_LINES] if t.verdict]
        blocks += [section(_part("New verdicts", lines, len(digest.verdicts)))]
    else:
        blocks += [section("*New verdicts:* none since the last digest.")]
    if digest.review:  # names no author: they are the one person who cannot sign
        lines = [f"• {_claim(t, links)}" for t in digest.review[:_LINES]]
        title = "Waiting for a signature by anyone but the author"
        blocks += [divider(), section(_part(title, lines, len(digest.review)))]
    if digest.held:
        lines = [f"• {person(who)}: {_numbers(tasks, links)}" for who, tasks in digest.held[:_LINES]]
        blocks += [divider(), section(_part("Being checked", lines, len(digest.held)))]
    if digest.oldest:
        lines = [f"• {_claim(t, links)} · since {day(t.created.date())}" for t in digest.oldest[:_LINES]]
        blocks += [divider(), section(_part("Open the longest", lines, digest.open))]
    blocks.append(context(f"{digest.open} open · {digest.waiting} waiting in all · `/digest off` stops this"))
    return text, blocks


def _part(title: str, lines: list[str], total: int) -> str:
    """As many lines as fit, whole, for a link must never be cut; the rest is counted."""
    part, shown = f"*{title}*", 0
    for line in lines:
        if len(part) + len(line) > _PART:
            break
        part, shown = f"{part}\n{line}", shown + 1
    return f"{part}\n• and {total - shown} more" if total > shown else part


def _claim(task: Task, links: dict[str, str]) -> str:
    text = safe(task.claim.standalone or task.claim.text, 200)
    return f"{text} ({link(links[task.id], 'card')})" if task.id in links else text


def _numbers(tasks: tuple[Task, ...], links: dict[str, str]) -> str:
    claims = [t.claim.standalone or t.claim.text for t in tasks[:2]]
    named = [
        link(links[t.id], cut(claim, 60)) if t.id in links else safe(claim, 60)
        for t, claim in zip(tasks, claims, strict=False)
    ]
    return ", ".join(named) + (f" and {len(tasks) - 2} more" if len(tasks) > 2 else "")
