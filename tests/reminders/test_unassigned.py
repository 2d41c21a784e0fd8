"""Claims that nobody took: their channel is reminded, together and once."""

from __future__ import annotations

from datetime import timedelta

from desk.samples import task
from reminders.desk_week import KATHMANDU, RULES, UTC, at, held

from bot.reminders.unassigned import unassigned

TUESDAY = at("2026-05-12 10:00")
DAY = timedelta(days=1)


def test_claims_that_were_free_for_long_enough_come_together_the_longest_free_first() -> None:
    tasks = [
        task(1, created=TUESDAY - 9 * DAY, changed=TUESDAY - DAY),
        task(2, changed=TUESDAY - 2 * DAY),
        task(3, changed=TUESDAY - DAY + timedelta(seconds=1)),  # put back a moment too late
        held(4).model_copy(update={"changed": TUESDAY - 3 * DAY}),
    ]
    assert [t.number for t in unassigned(tasks, None, RULES, TUESDAY, UTC)] == [2, 1]
    assert unassigned(tasks[2:], None, RULES, TUESDAY, UTC) == ()


def test_a_channel_is_left_alone_at_night_at_weekends_and_for_a_while_after_the_last_message() -> None:
    tasks = [task(1, changed=at("2026-05-01 10:00"))]
    for quiet in ("2026-05-12 07:59", "2026-05-12 19:00", "2026-05-16 12:00"):
        assert unassigned(tasks, None, RULES, at(quiet), UTC) == ()
    assert unassigned(tasks, TUESDAY - DAY + timedelta(seconds=1), RULES, TUESDAY, UTC) == ()
    assert unassigned(tasks, TUESDAY - DAY, RULES, TUESDAY, UTC) == tuple(tasks)
    assert unassigned(tasks, None, RULES, at("2026-05-12 02:14"), KATHMANDU) == ()
    assert unassigned(tasks, None, RULES, at("2026-05-12 02:15"), KATHMANDU) == tuple(tasks)
