"""The rules of ``reminders.toml``: when people are reminded, and when they are left alone."""

from __future__ import annotations

import re
import tomllib
from datetime import time, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TOMORROW = "tomorrow"
MOST_CHOICES = 5

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=366)


def parse_duration(value: object) -> timedelta:
    """``"30m"``, ``"4h"``, ``"1d"`` → that length of time.

    Raises:
        ValueError: anything else, nothing at all, or more than a year.
    """
    match = re.fullmatch(r"(\d{1,6})([mhd])", value) if isinstance(value, str) else None
    length = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < length <= _LONGEST:
        raise ValueError(f'{value!r} is no length of time such as "30m", "4h" or "1d", up to a year')
    return length


def _clock_time(value: object) -> time:
    if not (isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)):
        raise ValueError(f'{value!r} is no time of day such as "08:00"')
    return time.fromisoformat(value)


def _weekend(value: object) -> frozenset[int]:
    """Names of days → weekdays as Python counts them, 0 is Monday."""
    if not isinstance(value, list) or any(day not in DAYS for day in value):
        raise ValueError(f"{value!r} is no list of days such as [{', '.join(DAYS[:2])}]")
    if len(set(value)) == len(DAYS):
        raise ValueError("leaves no day to remind anybody on")
    return frozenset(DAYS.index(day) for day in value)


def _choices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CHOICES or len(set(map(str, value))) < len(value):
        raise ValueError(f"needs a list of one to {MOST_CHOICES} different choices")
    for choice in value:
        if choice != TOMORROW:
            parse_duration(choice)
    return tuple(value)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuietRules(_Table):
    """When nobody is reminded, by the person's own clock; ``weekend`` holds weekdays, 0 is Monday."""

    since: ClockTime = Field(alias="from")
    until: ClockTime
    weekend: Annotated[frozenset[int], BeforeValidator(_weekend)]


class PersonRules(_Table):
    """``gap`` is the least time between two direct messages."""

    gap: Duration


class DueRules(_Table):
    """How long ``before`` it is due a claim's holder is reminded, and how often while it is overdue."""

    before: Duration
    overdue_every: Duration


class ReviewRules(_Table):
    """How long ``after`` it was given a verdict's reviewers are reminded, and how often from then on."""

    after: Duration
    every: Duration


class UnassignedRules(_Table):
    """How long ``after`` it became free a claim's channel is reminded; ``gap`` is between two such messages."""

    after: Duration
    gap: Duration


class SnoozeRules(_Table):
    """What can be chosen, in this order: durations as they stand in the file, or ``"tomorrow"``."""

    choices: Annotated[tuple[str, ...], BeforeValidator(_choices)]


class ReminderRules(_Table):
    """All of ``reminders.toml``, a field for each of its tables."""

    quiet: QuietRules
    person: PersonRules
    due: DueRules
    review: ReviewRules
    unassigned: UnassignedRules
    snooze: SnoozeRules


def parse_reminder_rules(text: str) -> ReminderRules:
    """Read ``reminders.toml``.

    Raises:
        ValueError: not TOML, or a key is missing, unknown or makes no sense; one line that names the key.
    """
    try:
        return ReminderRules.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"reminders.toml: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise ValueError(f"reminders.toml: {key}: {first['msg'].removeprefix('Value error, ')}") from None
