"""What a person is reminded of now: what they have that is due, and what waits for their signature. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.desk.task import Task, TaskState
from bot.reminders.quiet import is_quiet, last_awake, next_awake
from bot.reminders.records import Kind, Mark, Marks, Reminder, ReminderItem
from bot.reminders.rules import ReminderRules

_AT_WORK = (TaskState.ASSIGNED, TaskState.QUESTION)
_NONE = Mark(about="")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task whose verdict waits for sign-off, and who may sign in its channel."""

    task: Task
    signers: frozenset[str]


class _Upcoming(NamedTuple):
    """What a person is to be told: ``at`` is when it makes a message, ``joins`` when it goes along with one."""

    at: datetime
    joins: datetime
    item: ReminderItem


def subject(task: Task) -> str:
    """What marks on a task hold for, as it stands: its state, and its due time or the version of its verdict."""
    if task.state is TaskState.IN_REVIEW and task.verdict:
        return f"{task.state.value} {task.verdict.version}"
    return f"{task.state.value} {task.due.timestamp():.0f}" if task.due else task.state.value


def may_sign(person: str, waiting: Waiting) -> bool:
    """Whether this verdict waits for this person: they may sign, wrote nothing of it and have not signed yet."""
    verdict = waiting.task.verdict
    if waiting.task.state is not TaskState.IN_REVIEW or verdict is None or person not in waiting.signers:
        return False
    return person not in {verdict.author, *verdict.writers, *(a.by for a in verdict.approvals)}


def concerns(person: str, held: Sequence[Task], waiting: Sequence[Waiting]) -> bool:
    """Whether there is anything a person could be reminded of, now or later."""
    return any(t.due and t.state in _AT_WORK for t in held) or any(may_sign(person, w) for w in waiting)


def remind(
    person: str,
    held: Sequence[Task],
    waiting: Sequence[Waiting],
    marks: Marks,
    rules: ReminderRules,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Marks, Reminder | None]:
    """The person's marks afterwards and the reminder to send, or None if there is nothing or this is not the time.

    ``held`` is what they hold; ``waiting`` is all that waits for sign-off, whoever may sign. Marks of tasks that are
    neither any more are dropped, so that what comes back is told anew.
    """
    known = _still_true(marks, [*held, *(w.task for w in waiting)])
    if is_quiet(now, rules.quiet, zone) or (marks.last and now < marks.last + rules.person.gap):
        return known, None
    upcoming = sorted(_upcoming(person, held, waiting, known.by_task, rules, now, zone), key=_pressing)
    if not any(one.at <= now for one in upcoming):
        return known, None
    items = tuple(one.item for one in upcoming if one.joins <= now)
    told = {item.task: _told(known.by_task.get(item.task), item, now) for item in items}
    sent = marks.sent + 1
    reminder = Reminder(
        id=f"{person}:{sent}", person=person, at=now, tz=zone.key, choices=rules.snooze.choices, items=items
    )
    return Marks(last=now, sent=sent, by_task={**known.by_task, **told}), reminder


def snoozed(reminder: Reminder, marks: Marks, task: str, until: datetime) -> tuple[Reminder, Marks]:
    """The reminder and the marks after *Snooze* was pressed for a task."""
    return _answered(reminder, marks, task, until)


def dismissed(reminder: Reminder, marks: Marks, task: str) -> tuple[Reminder, Marks]:
    """The reminder and the marks after *Dismiss* was pressed for a task."""
    return _answered(reminder, marks, task, None)


def _answered(reminder: Reminder, marks: Marks, task: str, until: datetime | None) -> tuple[Reminder, Marks]:
    """None stands for dismissal. What is known of the task under another subject by now stays as it is."""
    item = reminder.item(task)
    if item is None:
        return reminder, marks
    answered = item.model_copy(update={"rests": until, "dismissed": until is None})
    items = tuple(answered if one.task == task else one for one in reminder.items)
    mark = marks.by_task.get(task, Mark(about=item.about))
    if mark.about == item.about:
        kinds = mark.dismissed | {item.kind} if until is None else mark.dismissed - {item.kind}
        mark = mark.model_copy(update={"rests": until, "dismissed": kinds})
        marks = marks.model_copy(update={"by_task": {**marks.by_task, task: mark}})
    return reminder.model_copy(update={"items": items}), marks


def _still_true(marks: Marks, tasks: Sequence[Task]) -> Marks:
    abouts = {task.id: subject(task) for task in tasks}
    kept = {id: mark for id, mark in marks.by_task.items() if abouts.get(id) == mark.about}
    return marks.model_copy(update={"by_task": kept})


def _told(mark: Mark | None, item: ReminderItem, now: datetime) -> Mark:
    mark = mark or Mark(about=item.about)
    return mark.model_copy(update={"told": {**mark.told, item.kind: now}, "rests": None})


def _pressing(one: _Upcoming) -> tuple[int, datetime, str]:
    return list(Kind).index(one.item.kind), one.item.since, one.item.task


def _upcoming(
    person: str,
    held: Sequence[Task],
    waiting: Sequence[Waiting],
    marks: Mapping[str, Mark],
    rules: ReminderRules,
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[_Upcoming]:
    """What a person is to be told now or later, unless they do not want to hear of it."""
    deadlines = (_deadline(task, marks.get(task.id, _NONE), rules, now, zone) for task in held)
    reviews = (_review(one.task, marks.get(one.task.id, _NONE), rules) for one in waiting if may_sign(person, one))
    for one in (*deadlines, *reviews):
        if one and one.item.kind not in marks.get(one.item.task, _NONE).dismissed:
            rests = marks.get(one.item.task, _NONE).rests
            yield one._replace(at=rests, joins=rests) if rests else one


def _deadline(task: Task, mark: Mark, rules: ReminderRules, now: datetime, zone: ZoneInfo) -> _Upcoming | None:
    if task.due is None or task.state not in _AT_WORK:
        return None
    kind = Kind.OVERDUE if task.due <= now else Kind.DUE
    last = mark.told.get(kind)
    item = ReminderItem(task=task.id, kind=kind, since=task.due, about=subject(task))
    if kind is Kind.OVERDUE:
        return _first(item, task.due, rules) if last is None else _again(item, last, rules.due.overdue_every)
    if last and not mark.rests:
        return None  # once
    return _first(item, _beforehand(task.due, rules, zone), rules)


def _review(task: Task, mark: Mark, rules: ReminderRules) -> _Upcoming | None:
    if task.verdict is None:
        return None
    item = ReminderItem(task=task.id, kind=Kind.REVIEW, since=task.verdict.at, about=subject(task))
    if last := mark.told.get(Kind.REVIEW):
        return _again(item, last, rules.review.every)
    return _first(item, task.verdict.at + rules.review.after, rules)


def _first(item: ReminderItem, at: datetime, rules: ReminderRules) -> _Upcoming:
    """What would have to wait for the end of the gap after a message goes along with it."""
    return _Upcoming(at, at - rules.person.gap, item)


def _again(item: ReminderItem, last: datetime, every: timedelta) -> _Upcoming:
    """Half-way to its time a repetition goes along: so those of many claims come together."""
    return _Upcoming(last + every, last + every / 2, item)


def _beforehand(due: datetime, rules: ReminderRules, zone: ZoneInfo) -> datetime:
    """When somebody is reminded of a time to come: so long before, but not when they would read it too late."""
    at = due - rules.due.before
    if next_awake(at, rules.quiet, zone) < due:
        return at
    return last_awake(at, rules.quiet, zone) - rules.due.before
