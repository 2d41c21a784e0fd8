"""What goes into a digest: verdicts since the last one, what waits for whom, the oldest open claims. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.task import Task, TaskState

Groups = tuple[tuple[str, tuple[Task, ...]], ...]
"""Tasks by user id, whoever has most first."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest's content. ``held`` is by assignee, ``review`` and ``oldest`` the longest waiting first."""

    day: date
    verdicts: tuple[Task, ...]
    held: Groups
    review: tuple[Task, ...]
    oldest: tuple[Task, ...]
    open: int

    @property
    def waiting(self) -> int:
        """Claims without a verdict."""
        return self.open + len(self.review) + sum(len(tasks) for _, tasks in self.held)

    @property
    def shown(self) -> tuple[Task, ...]:
        """The tasks that a digest can link to."""
        return (*self.verdicts[:8], *self.review[:8], *self.oldest, *(t for _, held in self.held[:8] for t in held[:2]))

    @property
    def empty(self) -> bool:
        """Nothing new and nothing waiting: no reason to write to anybody."""
        return not self.verdicts and not self.waiting


def build_digest(day: date, verdicts: Sequence[Task], unfinished: Sequence[Task]) -> Digest:
    """Sort out the tasks of a channel. ``verdicts`` are those published since the last digest."""
    told = {t.id for t in verdicts}  # one may have been published since ``unfinished`` was read
    unfinished = [t for t in unfinished if t.id not in told]
    open_tasks = tuple(t for t in unfinished if t.state is TaskState.OPEN)
    return Digest(
        day=day,
        verdicts=tuple(verdicts),
        held=_grouped([t for t in unfinished if t.state is TaskState.ASSIGNED]),
        review=tuple(sorted((t for t in unfinished if t.state is TaskState.IN_REVIEW), key=lambda t: t.changed)),
        oldest=tuple(sorted(open_tasks, key=lambda t: (t.created, t.number))[:5]),
        open=len(open_tasks),
    )


def _grouped(tasks: Sequence[Task]) -> Groups:
    by_person: dict[str, list[Task]] = {}
    for task in tasks:
        by_person.setdefault(task.assignee or "", []).append(task)
    return tuple(sorted(((who, tuple(held)) for who, held in by_person.items()), key=lambda g: (-len(g[1]), g[0])))
