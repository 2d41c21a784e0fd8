"""What a channel is reminded of: claims that nobody has taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desk.rules import HouseRules
from bot.desk.task import Task, TaskState
from bot.slack.blocks import Block, context, section
from bot.slack.cards.dates import day_of
from bot.slack.cards.queue_list import card_link
from bot.slack.cards.state_text import state_line
from bot.slack.mrkdwn import safe

MOST = 15
"""Claims shown; the rest is counted."""


def unassigned_card(tasks: Sequence[Task], rules: HouseRules, links: Mapping[str, str]) -> tuple[str, list[Block]]:
    """The message. ``tasks`` were free when it was decided on; one that is not any more says so."""
    count = f"{len(tasks)} claims that nobody has taken" if len(tasks) != 1 else "A claim that nobody has taken"
    blocks = [section(f"*{count}*")]
    for task in tasks[:MOST]:
        free = task.state is TaskState.OPEN
        state = f"free since {day_of(task.changed)}" if free else state_line(task, rules, reason=80)
        blocks.append(section(f"• {safe(task.text, 200)}{card_link(task, links)} · {state}"))
    more = f"and {len(tasks) - MOST} more · " if len(tasks) > MOST else ""
    blocks.append(context(f"{more}`/claims open` lists all. I remind you of each claim once."))
    return count, blocks
