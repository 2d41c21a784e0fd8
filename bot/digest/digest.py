"""What goes into a digest: verdicts since the last one, what waits for whom, the oldest open claims. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.desk.task import Task, TaskState
from bot.desk.transitions import Happened, published_as

Groups = tuple[tuple[str, tuple[Task, ...]], ...]
"""Tasks by user id, whoever has most first."""

SHOWN = 8
"""Claims that each part of a digest names at most."""
_OLDEST = 5


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest's content.

    ``verdicts`` are first ones, ``corrected`` and ``confirmed`` stand in the place of earlier ones. ``held`` is by
    assignee; ``asked`` (waiting for an answer), ``review`` and ``oldest`` have the longest waiting first. ``open``
    counts what nobody has.
    """

    day: date
    verdicts: tuple[Task, ...]
    corrected: tuple[Task, ...]
    confirmed: tuple[Task, ...]
    held: Groups
    asked: tuple[Task, ...]
    review: tuple[Task, ...]
    oldest: tuple[Task, ...]
    open: int

    @property
    def waiting(self) -> int:
        """Claims that are worked on or wait for it."""
        return self.open + len(self.asked) + len(self.review) + sum(len(tasks) for _, tasks in self.held)

    @property
    def news(self) -> int:
        """Claims with something published since the last digest."""
        return len(self.verdicts) + len(self.corrected) + len(self.confirmed)

    @property
    def shown(self) -> tuple[Task, ...]:
        """The tasks that a digest can link to."""
        parts = (self.corrected, self.verdicts, self.confirmed, self.review, self.asked)
        named = [task for part in parts for task in part[:SHOWN]]
        return (*named, *self.oldest, *(t for _, held in self.held[:SHOWN] for t in held[:2]))

    @property
    def empty(self) -> bool:
        """Nothing new and nothing waiting: no reason to write to anybody."""
        return not self.news and not self.waiting


def build_digest(day: date, verdicts: Sequence[Task], unfinished: Sequence[Task]) -> Digest:
    """Sort out the tasks of a channel. ``verdicts`` are those with something published since the last digest."""
    told = {t.id for t in verdicts}  # one may have been published since ``unfinished`` was read
    unfinished = [t for t in unfinished if t.id not in told]
    open_tasks = tuple(t for t in unfinished if t.state is TaskState.OPEN)
    return Digest(
        day=day,
        verdicts=tuple(_published_as(Happened.PUBLISHED, verdicts)),
        corrected=tuple(_published_as(Happened.CORRECTED, verdicts)),
        confirmed=tuple(_published_as(Happened.CONFIRMED, verdicts)),
        held=_grouped([t for t in unfinished if t.state is TaskState.ASSIGNED]),
        asked=tuple(sorted((t for t in unfinished if t.state is TaskState.QUESTION), key=lambda t: t.changed)),
        review=tuple(sorted((t for t in unfinished if t.state is TaskState.IN_REVIEW), key=lambda t: t.changed)),
        oldest=tuple(sorted(open_tasks, key=lambda t: (open_since(t), t.number))[:_OLDEST]),
        open=len(open_tasks),
    )


def open_since(task: Task) -> datetime:
    """Since when a claim waits to be taken: one that had a verdict, since it is to be checked again."""
    return task.created if task.standing is None else task.changed


def _published_as(what: Happened, tasks: Sequence[Task]) -> Iterator[Task]:
    for task in tasks:
        stands = task.standing_verdict
        if stands and published_as(task.replaced_by(stands), stands) is what:
            yield task


def _grouped(tasks: Sequence[Task]) -> Groups:
    by_person: dict[str, list[Task]] = {}
    for task in tasks:
        by_person.setdefault(task.assignee or "", []).append(task)
    return tuple(sorted(((who, tuple(held)) for who, held in by_person.items()), key=lambda g: (-len(g[1]), g[0])))
