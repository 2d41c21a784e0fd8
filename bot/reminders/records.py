"""What the desk keeps of reminders: what each person was told, and the messages that told it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Kind(StrEnum):
    """What a person is reminded of, the most pressing first."""

    OVERDUE = "overdue"
    DUE = "due"
    REVIEW = "review"


class Mark(_Record):
    """What a person was told of a task, and what they said to it.

    ``about`` is what it concerned: the task's state with its due time or its verdict's version. A mark holds for no
    other. ``told`` is when each kind was last told, ``rests`` until when the person wants to hear no more of it,
    ``dismissed`` the kinds of which they want to hear nothing again.
    """

    about: str
    told: dict[Kind, datetime] = {}
    rests: datetime | None = None
    dismissed: frozenset[Kind] = frozenset()


class Marks(_Record):
    """A person's marks by task id. ``last`` is when they were written to, ``sent`` how often."""

    last: datetime | None = None
    sent: int = 0
    by_task: dict[str, Mark] = {}


class ReminderItem(_Record):
    """One claim in a reminder: ``since`` is when it is or was due, or when its verdict was given.

    ``about`` is as in ``Mark``; ``rests`` and ``dismissed`` are what the person has pressed.
    """

    task: str
    kind: Kind
    since: datetime
    about: str
    rests: datetime | None = None
    dismissed: bool = False


class Reminder(_Record):
    """A direct message that reminds a person of everything at once, the most pressing first.

    ``choices`` are those for *Snooze* and ``tz`` is where the person was when it was sent.
    """

    id: str
    person: str
    at: datetime
    tz: str
    choices: tuple[str, ...]
    items: tuple[ReminderItem, ...]

    def item(self, task: str) -> ReminderItem | None:
        """What it says of a task."""
        return next((item for item in self.items if item.task == task), None)
