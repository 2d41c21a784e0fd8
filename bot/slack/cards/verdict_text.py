"""A verdict in words: what it says, why, and on which evidence."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.desk.evidence_gate import independent_sources
from bot.desk.ratings import Scale
from bot.desk.task import Evidence, Stance, Verdict
from bot.slack.blocks import SECTION, Block, characters, section
from bot.slack.cards.dates import day
from bot.slack.mrkdwn import link, safe

SUMMARY = 400
ROOM = 6500
"""Characters of a verdict that stands in a message by itself."""
_STANCES = {Stance.SUPPORTS: "➕ supports", Stance.REFUTES: "➖ refutes", Stance.CONTEXT: "📎 context"}


def step(id: str, scale: Scale) -> str:
    """The symbol and the label of a rating."""
    try:
        rating = scale.rating(id)
    except KeyError:  # the scale was edited since
        return f"*{safe(id, 75)}*"
    return f"{rating.emoji} *{safe(rating.label, 75)}*"


def rating_line(verdict: Verdict, scale: Scale) -> str:
    """The rating with its symbol, and the answer to "did they say it?" beside it where there is one."""
    line = step(verdict.rating, scale)
    return f"{line} · {step(verdict.said, scale)}" if verdict.said else line


def in_short(verdict: Verdict, scale: Scale, most: int = 300) -> str:
    """The rating and the summary in one line, of the summary at most ``most`` characters."""
    line = rating_line(verdict, scale)
    return f"{line} — {safe(verdict.summary, most)}" if verdict.summary else line


def as_of(verdict: Verdict) -> str:
    """The day a verdict was true, ``""`` where it names none."""
    return f"true as of {day(verdict.as_of)}" if verdict.as_of else ""


def verdict_blocks(
    verdict: Verdict, scale: Scale, lead: str = "", *, room: int = ROOM, article_urls: Sequence[str] = ()
) -> list[Block]:
    """Below ``lead``: rating, summary and dates, then the explanation, then the sources; at most three sections.

    They hold at most ``room`` characters together, which is some 1,000 or more: explanation and sources share what the
    rest leaves. ``article_urls`` are the page under review and its copies, which are no evidence for themselves.
    """
    lines = [lead, rating_line(verdict, scale), safe(verdict.summary, SUMMARY), _facts(verdict, article_urls)]
    blocks = [section("\n".join(filter(None, lines)))]
    room -= characters(blocks)
    sources = [_source(e) for e in verdict.evidence]
    wanted = min(SECTION, sum(len(line) + 1 for line in sources))
    if explanation := safe(verdict.explanation, min(SECTION, max(room - wanted, room // 2))):
        blocks.append(section(explanation))
        room -= len(explanation)
    if sources:
        blocks.append(section(_fitting(sources, min(SECTION, room))))
    return blocks


def evidence_count(verdict: Verdict, article_urls: Sequence[str] = ()) -> str:
    """``2 independent sources of 3``."""
    have, named = independent_sources(verdict.evidence, article_urls), len(verdict.evidence)
    if not named:
        return "no sources"
    return f"{have} independent {'source' if have == 1 else 'sources'} of {named}"


def _facts(verdict: Verdict, article_urls: Sequence[str]) -> str:
    facts = [evidence_count(verdict, article_urls), as_of(verdict)]
    if verdict.recheck:
        facts.append(f"to be checked again on {day(verdict.recheck)}")
    if verdict.version > 1:
        facts.append(f"version {verdict.version}")
    return " · ".join(filter(None, facts))


def _source(source: Evidence) -> str:
    line = f"• {_STANCES[source.stance]} · {link(source.url, site(source.url))}: {safe(source.note, 300)}"
    kept = source.archive.strip()
    if kept.startswith(("http://", "https://")):
        return f"{line} · {link(kept, 'archived copy')}"
    return f"{line} · not archived: {safe(kept, 150)}" if kept else line


def _fitting(lines: Sequence[str], most: int) -> str:
    """As many lines as fit, whole, for a link must never be cut; what is left is counted."""
    shown: list[str] = []
    for line in lines:
        if sum(len(known) + 1 for known in shown) + len(line) <= most - len("\n• and 99 more, too long to show"):
            shown.append(line)
    if left := len(lines) - len(shown):
        shown.append(f"• and {left} more, too long to show")
    return "\n".join(shown)


def site(url: str) -> str:
    """The host of a link, for its label: what a browser would go to, and no name before an ``@``."""
    try:
        return urlsplit(url.replace("\\", "%5C")).hostname or url
    except ValueError:
        return url
