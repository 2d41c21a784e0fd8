"""What the desk tells people by direct message: what is theirs now or no more, and what became of what they wrote."""

from __future__ import annotations

from bot.desk.task import Task, Verdict
from bot.slack.blocks import Block, section
from bot.slack.cards.dates import moment
from bot.slack.cards.question_text import answer_line
from bot.slack.mrkdwn import link, person, safe

Said = tuple[str, list[Block]]
"""A message: its fallback text and its blocks."""


def handed(task: Task, permalink: str) -> Said:
    """That a claim is theirs now."""
    due = f"\nIt is due {moment(task.due)}." if task.due else ""
    return _said(f"A claim was handed to you{where(permalink)}: {safe(task.text, 1000)}{due}")


def lost(task: Task, reader: str, to: str, permalink: str) -> Said:
    """That a claim the ``reader`` held is not theirs any more: handed ``to`` somebody, set aside or put back."""
    if to:
        what = f"was handed to {person(to)}"
    elif task.dismissal:
        reason = f": {safe(task.dismissal.reason, 500)}" if task.dismissal.reason else ""
        what = f"was set aside by {person(task.dismissal.by)}{reason}"
    elif task.assignee == reader:
        what = "was set aside, and is yours again since"
    else:
        what = "was put back on the queue"
    return _said(f"A claim you had {what}{where(permalink)}\n>{safe(task.text, 1000)}")


def due(task: Task, permalink: str) -> Said:
    """When a claim they have is due."""
    when = f"is due {moment(task.due)}" if task.due else "has no due time any more"
    return _said(f"A claim you have {when}{where(permalink)}\n>{safe(task.text, 1000)}")


def answered(task: Task, index: int, permalink: str) -> Said:
    """The answer to the question they asked, which is the one with this index."""
    line = answer_line(task.questions[index], 300, 1000)
    return _said(f"Your question on a claim was answered{where(permalink)}\n>{safe(task.text, 500)}\n{line}")


def edited(task: Task, verdict: Verdict, permalink: str) -> Said:
    """That somebody made a new version of the verdict they wrote."""
    return _said(
        f"{person(verdict.author)} edited your verdict{where(permalink)}\n>{safe(task.text, 800)}\n"
        f"Version {verdict.version} waits for sign-off now. A part of it is yours, so neither of you can sign it."
    )


def objected(task: Task, verdict: Verdict, permalink: str) -> Said:
    """That somebody does not stand by their verdict."""
    last = verdict.objections[-1]
    stands = " The published verdict stands meanwhile." if task.standing is not None else ""
    return _said(
        f"{person(last.by)} objected to your verdict{where(permalink)}: {safe(last.reason, 1000)}\n"
        f">{safe(task.text, 800)}\nThe claim is back with you; press *Verdict…* on its card for a new version.{stands}"
    )


def where(permalink: str) -> str:
    """A link to the thread, if there is one yet."""
    return f" ({link(permalink, 'see the thread')})" if permalink else ""


def _said(text: str) -> Said:
    return text, [section(text)]
