"""A verdict in words: what it says, why, and on which evidence."""

from __future__ import annotations

from bot.desk.ratings import Scale
from bot.desk.task import Verdict
from bot.slack.blocks import SECTION, Block, section
from bot.slack.mrkdwn import link, safe


def rating_line(verdict: Verdict, scale: Scale) -> str:
    """The rating with its symbol, and the answer to "did they say it?" beside it where there is one."""
    line = _step(verdict.rating, scale)
    return f"{line} · {_step(verdict.said, scale)}" if verdict.said else line


def verdict_blocks(verdict: Verdict, scale: Scale, lead: str = "") -> list[Block]:
    """The rating and the explanation, below ``lead`` if given, and the sources; one or two sections."""
    said = [lead] if lead else []
    blocks = [section("\n".join([*said, rating_line(verdict, scale), safe(verdict.explanation, 1500)]))]
    if verdict.evidence:
        blocks.append(section(_sources(verdict)))
    return blocks


def _sources(verdict: Verdict) -> str:
    """As many sources as a section holds; what is left is counted, for a link must never be cut."""
    lines: list[str] = []
    for source in verdict.evidence:
        line = f"• {link(source.url, site(source.url))}: {safe(source.note, 300)}"
        if sum(len(known) + 1 for known in lines) + len(line) > SECTION - 50:
            continue
        lines.append(line)
    if len(lines) < len(verdict.evidence):
        lines.append(f"• and {len(verdict.evidence) - len(lines)} more, too long to show")
    return "\n".join(lines)


def site(url: str) -> str:
    """The host of a link, for its label."""
    return url.split("//", 1)[-1].split("/", 1)[0] or url


def _step(id: str, scale: Scale) -> str:
    try:
        rating = scale.rating(id)
    except KeyError:  # the scale was edited since
        return f"*{safe(id, 75)}*"
    return f"{rating.emoji} *{safe(rating.label, 75)}*"
