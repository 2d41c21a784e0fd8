"""What a person is reminded of and when, with the clock held still."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from desk.samples import ANA, BEN, CARO, NOW
from reminders.desk_week import BERLIN, KATHMANDU, Person, at, held, reviewed, rules, waiting

from bot.desk.task import Approval, Objection, TaskState
from bot.reminders.personal import concerns, dismissed, snoozed
from bot.reminders.records import Kind, Marks

OVERDUE, DUE, REVIEW = Kind.OVERDUE, Kind.DUE, Kind.REVIEW
MONDAY = "2026-05-11"


# Due and overdue


def test_a_claim_is_told_of_before_it_is_due_once_and_then_each_day_that_it_is_overdue() -> None:
    ana, task = Person(), held(due=f"{MONDAY} 16:00")
    assert ana.look(f"{MONDAY} 11:59", task) == []
    assert ana.look(f"{MONDAY} 12:00", task) == [(task.id, DUE)]
    assert ana.look(f"{MONDAY} 15:59", task) == []
    assert ana.look(f"{MONDAY} 16:00", task) == [(task.id, OVERDUE)]
    assert ana.look(f"{MONDAY} 18:59", task) == []
    assert ana.look("2026-05-12 15:59", task) == []
    assert ana.look("2026-05-12 16:00", task) == [(task.id, OVERDUE)]
    assert ana.got[0].items[0].since == task.due


def test_what_has_no_due_time_or_is_not_at_work_is_no_reminder() -> None:
    late = "2026-05-04 10:00"
    for task in (
        held(),
        held(due=late, state=TaskState.IN_REVIEW),
        held(due=late, state=TaskState.PUBLISHED),
        held(due=late, state=TaskState.DISMISSED),
    ):
        ana = Person()
        assert ana.look(f"{MONDAY} 10:00", task) == []
        assert not concerns(ANA, [task], [])
    question = held(due=late, state=TaskState.QUESTION)
    assert Person().look(f"{MONDAY} 10:00", question) == [(question.id, OVERDUE)]


def test_everything_comes_in_one_message_the_most_pressing_first() -> None:
    ana = Person()
    tasks = [held(1, f"{MONDAY} 15:00"), held(2, "2026-05-08 15:00"), held(3, "2026-05-07 15:00"), held(4)]
    verdict = reviewed(5, by=BEN, given=at("2026-05-08 10:00"))
    assert ana.look(f"{MONDAY} 12:00", *tasks, review=waiting(verdict)) == [
        ("s1-3", OVERDUE),
        ("s1-2", OVERDUE),
        ("s1-1", DUE),
        ("s1-5", REVIEW),
    ]
    assert len(ana.got) == 1


def test_a_second_message_waits_for_the_gap_and_what_would_wait_for_it_goes_along_with_the_first() -> None:
    ana = Person()
    first, soon, later = (held(n, f"{MONDAY} {due}") for n, due in ((1, "14:00"), (2, "16:30"), (3, "17:30")))
    assert ana.look(f"{MONDAY} 10:00", first, soon, later) == [(first.id, DUE), (soon.id, DUE)]
    new = held(4, "2026-05-08 12:00")
    assert ana.look(f"{MONDAY} 10:01", first, soon, later, new) == []
    assert ana.look(f"{MONDAY} 12:59", first, soon, later, new) == []
    assert ana.look(f"{MONDAY} 13:00", first, soon, later, new) == [(new.id, OVERDUE), (later.id, DUE)]


def test_daily_reminders_of_many_claims_grow_together_into_one_message_a_day() -> None:
    ana = Person(rules=rules(weekend_quiet="[]"))
    tasks = [held(n, f"{MONDAY} {8 + n:02}:30") for n in range(1, 10)]
    for minute in range(0, 7 * 24 * 60, 10):
        ana.look(at(f"{MONDAY} 00:00") + timedelta(minutes=minute), *tasks)
    days = [reminder.at.date() for reminder in ana.got]
    assert [days.count(at(f"2026-05-{day}").date()) for day in range(13, 18)] == [1] * 5
    assert {item.task for item in ana.got[-1].items} == {task.id for task in tasks}


# Quiet hours


@pytest.mark.parametrize(
    ("due", "told", "kind"),
    [
        ("2026-05-12 11:00", "2026-05-12 08:00", DUE),  # from 07:00 on, but nobody is there
        ("2026-05-12 08:00", f"{MONDAY} 15:00", DUE),  # would only be read when it is too late
        ("2026-05-12 03:00", f"{MONDAY} 15:00", DUE),
        ("2026-05-17 12:00", "2026-05-15 15:00", DUE),  # on Sunday: told on Friday
        ("2026-05-18 12:30", "2026-05-18 08:30", DUE),
        ("2026-05-18 07:00", "2026-05-15 15:00", DUE),
    ],
)
@pytest.mark.parametrize("zone", [BERLIN, KATHMANDU, ZoneInfo("America/St_Johns")], ids=str)
def test_the_quiet_postpones_a_reminder_but_never_until_it_is_too_late(
    due: str, told: str, kind: Kind, zone: ZoneInfo
) -> None:
    person, task = Person(zone=zone), held(due=due, zone=zone)
    moment = at(f"{MONDAY} 00:00", zone)
    while not (found := person.look(moment, task)):
        moment += timedelta(minutes=1)
    assert found == [(task.id, kind)]
    assert moment - at(told, zone) < timedelta(minutes=1)
    assert moment >= at(told, zone) - timedelta(seconds=1)


def test_a_claim_that_becomes_overdue_at_night_is_told_in_the_morning() -> None:
    ana, task = Person(), held(due="2026-05-12 20:00")
    assert ana.look("2026-05-12 16:00", task) == [(task.id, DUE)]
    assert ana.look("2026-05-12 20:00", task) == []
    assert ana.look("2026-05-13 07:59", task) == []
    assert ana.look("2026-05-13 08:00", task) == [(task.id, OVERDUE)]


def test_an_overdue_claim_rests_at_the_weekend() -> None:
    ana, task = Person(), held(due="2026-05-15 15:00")
    assert ana.look("2026-05-15 15:00", task) == [(task.id, OVERDUE)]
    assert ana.look("2026-05-16 15:00", task) == []
    assert ana.look("2026-05-17 15:00", task) == []
    assert ana.look("2026-05-18 08:00", task) == [(task.id, OVERDUE)]


@pytest.mark.parametrize(
    ("evening", "due", "morning"),
    [
        ("2026-03-27 18:00", "2026-03-27 20:00", "2026-03-30 08:00"),
        ("2026-10-23 18:00", "2026-10-23 20:00", "2026-10-26 08:00"),
    ],
)
def test_on_the_morning_after_the_clocks_change_people_are_told_by_the_new_time(
    evening: str, due: str, morning: str
) -> None:
    person, task = Person(zone=BERLIN), held(due=due, zone=BERLIN)
    assert person.look(evening, task) == [(task.id, DUE)]
    assert person.look(at(morning, BERLIN) - timedelta(seconds=1), task) == []
    assert person.look(morning, task) == [(task.id, OVERDUE)]


# Waiting for sign-off


def test_a_verdict_is_told_to_those_who_may_sign_it_when_it_has_waited_and_then_each_day() -> None:
    ben, verdict = Person(BEN), reviewed(given=at(f"{MONDAY} 09:00"))
    assert ben.look(f"{MONDAY} 12:59", review=waiting(verdict)) == []
    assert ben.look(f"{MONDAY} 13:00", review=waiting(verdict)) == [(verdict.id, REVIEW)]
    assert ben.look(f"{MONDAY} 18:00", review=waiting(verdict)) == []
    assert ben.look("2026-05-12 13:00", review=waiting(verdict)) == [(verdict.id, REVIEW)]
    assert ben.got[0].items[0].since == at(f"{MONDAY} 09:00")


def test_nobody_is_asked_to_sign_what_they_wrote_have_signed_or_may_not_sign() -> None:
    given = at("2026-05-08 09:00")
    written = reviewed(given=given, writers=(ANA, CARO))
    signed = reviewed(given=given, approvals=(Approval(by=CARO, at=NOW),))
    for person, verdict in ((ANA, reviewed(given=given)), (CARO, written), (CARO, signed), ("U0NEW", written)):
        assert Person(person).look(f"{MONDAY} 10:00", review=waiting(verdict)) == []
        assert not concerns(person, [], waiting(verdict))
    assert Person(BEN).look(f"{MONDAY} 10:00", review=waiting(written)) == [(written.id, REVIEW)]


def test_a_new_version_of_a_verdict_waits_anew() -> None:
    ben, first = Person(BEN), reviewed(given=at(f"{MONDAY} 08:00"))
    assert ben.look(f"{MONDAY} 12:00", review=waiting(first)) == [(first.id, REVIEW)]
    second = reviewed(version=2, given=at(f"{MONDAY} 12:30"))
    assert ben.look(f"{MONDAY} 16:00", review=waiting(second)) == []
    assert ben.look(f"{MONDAY} 16:30", review=waiting(second)) == [(second.id, REVIEW)]


# Snooze and dismiss


def answer(person: Person, task: str, until: datetime | None) -> None:
    reminder = person.got[-1]
    if until:
        person.got[-1], person.marks = snoozed(reminder, person.marks, task, until)
    else:
        person.got[-1], person.marks = dismissed(reminder, person.marks, task)


def test_a_snoozed_claim_rests_so_long_whatever_else_is_told() -> None:
    ana, task, other = Person(), held(1, "2026-05-08 10:00"), held(2, "2026-05-12 14:00")
    assert ana.look(f"{MONDAY} 09:00", task) == [(task.id, OVERDUE)]
    answer(ana, task.id, at("2026-05-12 11:00"))
    assert ana.got[-1].items[0].rests == at("2026-05-12 11:00")
    assert ana.look("2026-05-12 10:59", task, other) == [(other.id, DUE)]
    assert ana.look("2026-05-12 13:58", task, other) == []
    assert ana.look("2026-05-12 13:59", task, other) == [(task.id, OVERDUE)]
    assert ana.look("2026-05-12 18:00", task, other) == [(other.id, OVERDUE)]


def test_a_claim_snoozed_before_it_is_due_rests_beyond_that_and_comes_again_though_it_was_told_once() -> None:
    ana, task = Person(), held(due=f"{MONDAY} 15:00")
    assert ana.look(f"{MONDAY} 11:00", task) == [(task.id, DUE)]
    answer(ana, task.id, at(f"{MONDAY} 14:30"))
    assert ana.look(f"{MONDAY} 14:29", task) == []
    assert ana.look(f"{MONDAY} 14:30", task) == [(task.id, DUE)]
    answer(ana, task.id, at("2026-05-12 08:00"))
    assert ana.look(f"{MONDAY} 18:00", task) == []
    assert ana.look("2026-05-12 08:00", task) == [(task.id, OVERDUE)]


def test_a_dismissed_claim_stays_dismissed_until_its_due_time_or_state_changes() -> None:
    ana, task = Person(), held(due="2026-05-08 10:00")
    ana.look(f"{MONDAY} 09:00", task)
    answer(ana, task.id, None)
    assert ana.got[-1].items[0].dismissed
    assert [ana.look(f"2026-05-{day} 09:00", task) for day in range(12, 29)] == [[]] * 17
    moved = held(due="2026-05-29 09:00")
    assert ana.look("2026-05-29 10:00", moved) == [(task.id, OVERDUE)]
    answer(ana, task.id, None)
    asked = held(due="2026-05-29 09:00", state=TaskState.QUESTION)
    assert ana.look("2026-06-01 10:00", asked) == [(task.id, OVERDUE)]


def test_a_claim_put_back_and_taken_again_is_told_anew() -> None:
    ana, task = Person(), held(due="2026-05-08 10:00")
    ana.look(f"{MONDAY} 09:00", task)
    answer(ana, task.id, None)
    assert ana.look(f"{MONDAY} 13:00") == []
    assert ana.look(f"{MONDAY} 13:01", task) == [(task.id, OVERDUE)]


def test_whoever_dismisses_that_a_claim_is_due_is_still_told_when_it_is_late() -> None:
    ana, task = Person(), held(due=f"{MONDAY} 14:00")
    ana.look(f"{MONDAY} 10:00", task)
    answer(ana, task.id, None)
    assert ana.look(f"{MONDAY} 13:59", task) == []
    assert ana.look(f"{MONDAY} 14:00", task) == [(task.id, OVERDUE)]


def test_a_dismissed_verdict_is_told_again_in_its_next_version() -> None:
    ben, verdict = Person(BEN), reviewed(given=at("2026-05-08 10:00"))
    ben.look(f"{MONDAY} 09:00", review=waiting(verdict))
    answer(ben, verdict.id, None)
    assert ben.look("2026-05-13 09:00", review=waiting(verdict)) == []
    sent_back = verdict.model_copy(update={"state": TaskState.ASSIGNED})
    assert ben.look("2026-05-13 09:01", sent_back) == []
    edited = reviewed(version=2, given=at("2026-05-13 09:00"), objections=(Objection(by=BEN, at=NOW, reason="x"),))
    assert ben.look("2026-05-13 14:00", review=waiting(edited)) == [(verdict.id, REVIEW)]


def test_a_snooze_takes_a_dismissal_back_and_the_other_way_round() -> None:
    ana, task = Person(), held(due="2026-05-08 10:00")
    ana.look(f"{MONDAY} 09:00", task)
    answer(ana, task.id, None)
    answer(ana, task.id, at(f"{MONDAY} 12:00"))
    assert not ana.got[-1].items[0].dismissed
    assert ana.look(f"{MONDAY} 12:00", task) == [(task.id, OVERDUE)]
    answer(ana, task.id, at(f"{MONDAY} 16:00"))
    answer(ana, task.id, None)
    assert ana.got[-1].items[0].rests is None
    assert ana.look(f"{MONDAY} 16:00", task) == []


def test_a_press_on_an_old_message_does_not_silence_what_changed_since() -> None:
    ana, task = Person(), held(due="2026-05-08 10:00")
    ana.look(f"{MONDAY} 09:00", task)
    old = ana.got[-1]
    moved = held(due=f"{MONDAY} 14:00")
    assert ana.look(f"{MONDAY} 12:00", moved) == [(task.id, DUE)]
    shown, marks = dismissed(old, ana.marks, task.id)
    assert shown.items[0].dismissed
    assert marks == ana.marks
    assert dismissed(old, ana.marks, "nowhere") == (old, ana.marks)


def test_a_verdict_is_still_dismissed_when_it_is_not_known_for_a_moment_who_may_sign() -> None:
    ben, verdict = Person(BEN), reviewed(given=at("2026-05-08 10:00"))
    ben.look(f"{MONDAY} 09:00", review=waiting(verdict))
    answer(ben, verdict.id, None)
    assert ben.look(f"{MONDAY} 13:00", review=waiting(verdict, signers=())) == []
    assert ben.look(f"{MONDAY} 13:01", review=waiting(verdict)) == []


def test_marks_of_what_is_done_are_forgotten() -> None:
    ana, task = Person(), held(due="2026-05-08 10:00")
    ana.look(f"{MONDAY} 09:00", task)
    assert set(ana.marks.by_task) == {task.id}
    ana.look(f"{MONDAY} 09:01")
    assert ana.marks == Marks(last=at(f"{MONDAY} 09:00"), sent=1)
