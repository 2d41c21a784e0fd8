"""Which claims that nobody took a channel is reminded of now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.task import Task, TaskState
from bot.reminders.quiet import is_quiet
from bot.reminders.rules import ReminderRules


def unassigned(
    untold: Sequence[Task], last: datetime | None, rules: ReminderRules, now: datetime, zone: ZoneInfo
) -> tuple[Task, ...]:
    """Those of a channel's open claims to tell in one message, the longest free first; empty for no message.

    ``untold`` are claims the channel was never reminded of, ``last`` is when it was reminded of others. A claim that
    was put back counts from then.
    """
    if is_quiet(now, rules.quiet, zone) or (last and now < last + rules.unassigned.gap):
        return ()
    free = (t for t in untold if t.state is TaskState.OPEN and t.changed + rules.unassigned.after <= now)
    return tuple(sorted(free, key=lambda t: (t.changed, t.number, t.id)))
