"""The answer to an article that was read before: where, how far it is, and the offer to read it anew."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.task import Submission, Task
from bot.slack.blocks import Block, actions, button, section
from bot.slack.cards.dates import day_of
from bot.slack.cards.summary_card import progress
from bot.slack.ids import Action
from bot.slack.mrkdwn import link, safe


def joined_card(
    submission: Submission, known: Submission, title: str, tasks: Sequence[Task], thread: str
) -> tuple[str, list[Block]]:
    """``thread`` is the permalink of the earlier summary, empty where Slack gives none."""
    what = f"“{safe(title, 200)}”" if title else "This article"
    where = link(thread, "in this thread") if thread else f"in <#{known.channel}>"
    counted = "1 claim" if len(tasks) == 1 else f"{len(tasks)} claims"
    text = f"🔁 {what} was read on {day_of(known.received)} already: {counted} {where}."
    told = "You hear of its verdicts as well. " if submission.asked else ""
    lines = [text, progress(tasks), f"{told}If it has changed since, have it read anew."]
    again = button("Read it again", Action.READ_AGAIN, submission.id)
    return text, [section("\n".join(filter(None, lines))), actions([again])]
