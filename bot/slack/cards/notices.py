"""What the desk tells people: the verdict in the thread, and direct messages to whom it concerns."""

from __future__ import annotations

from bot.desk.ratings import Scale
from bot.desk.task import Task, Verdict
from bot.slack.blocks import Block, context, section
from bot.slack.cards.verdict_text import rating_line, verdict_blocks
from bot.slack.mrkdwn import link, person, safe

Said = tuple[str, list[Block]]
"""A message: its fallback text and its blocks."""


def published(task: Task, verdict: Verdict, scale: Scale) -> Said:
    """The verdict, for the thread."""
    lead = f"*Verdict on claim {task.number}:* {safe(_claim(task), 800)}"
    signed = ", ".join(person(a.by) for a in verdict.approvals)
    text = f"Verdict on claim {task.number}: {rating_line(verdict, scale)} – {safe(_claim(task), 1000)}"
    below = context(f"Checked by {person(verdict.author)} · signed off by {signed}")
    return text, [*verdict_blocks(verdict, scale, lead), below]


def told(task: Task, verdict: Verdict, scale: Scale, permalink: str) -> Said:
    """The verdict, for the person who asked."""
    lead = f"A verdict on something you asked about{_where(permalink)}:\n>{safe(_claim(task), 800)}"
    text = f"A verdict for you: {rating_line(verdict, scale)} – {safe(_claim(task), 1000)}"
    return text, verdict_blocks(verdict, scale, lead)


def handed(task: Task, permalink: str) -> Said:
    """That a claim is theirs now."""
    text = f"A claim was handed to you{_where(permalink)}: {safe(_claim(task), 1000)}"
    return text, [section(text)]


def lost(task: Task, to: str, permalink: str) -> Said:
    """That a claim they held is not theirs any more: handed ``to`` somebody, or set aside if that is empty."""
    what = f"was handed to {person(to)}" if to else "was set aside"
    if not to and task.dismissal:
        what += f" by {person(task.dismissal.by)}: {safe(task.dismissal.reason, 500)}"
    text = f"A claim you had {what}{_where(permalink)}\n>{safe(_claim(task), 1000)}"
    return text, [section(text)]


def objected(task: Task, verdict: Verdict, permalink: str) -> Said:
    """That somebody does not stand by their verdict."""
    last = verdict.objections[-1]
    text = (
        f"{person(last.by)} objected to your verdict{_where(permalink)}: {safe(last.reason, 1000)}\n"
        f">{safe(_claim(task), 800)}\nThe claim is back with you; press *Verdict…* on its card for a new version."
    )
    return text, [section(text)]


def _claim(task: Task) -> str:
    return task.claim.standalone or task.claim.text


def _where(permalink: str) -> str:
    return f" ({link(permalink, 'see the thread')})" if permalink else ""
