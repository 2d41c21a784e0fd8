"""Dates as people read them: TIMEX3 values, days, and moments that Slack shows in each reader's own timezone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_SEASONS = {"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter"}
_PARTS = {"MO": "morning", "AF": "afternoon", "EV": "evening", "NI": "night", "MI": "midday", "DT": "daytime"}


def day(value: date) -> str:
    """``2016-05-25`` → ``25 May 2016``."""
    return f"{value.day} {value:%B %Y}"


def moment(at: datetime) -> str:
    """A day and a time of day, in mrkdwn; ``at`` is aware. Who cannot be shown their own time reads it in UTC."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{day(utc.date())}, {utc:%H:%M} UTC>"


def day_of(at: datetime) -> str:
    """The day of a moment, in mrkdwn, as it is in the reader's timezone; ``at`` is aware."""
    return f"<!date^{int(at.timestamp())}^{{date}}|{day(at.astimezone(UTC).date())}>"


def in_words(value: str) -> str:
    """A TIMEX3 value in words; a value with no plain reading stays as it is.

    ``2016-02`` → ``February 2016``, ``2016-W19`` → ``the week of 9 May 2016``, ``2016-Q3`` → ``third quarter of 2016``.
    """
    part = ""
    if match := re.fullmatch(r"(.+)T(MO|AF|EV|NI|MI|DT)", value):
        value, part = match[1], f", {_PARTS[match[2]]}"
    elif match := re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?.*", value):
        value, part = match[1], f", {match[2]}"
    try:
        return _plain(value) + part
    except ValueError:
        return value + part


def _plain(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        parsed = date.fromisoformat(value)
        return f"{parsed:%A} {day(parsed)}"
    if re.fullmatch(r"\d{4}-\d\d", value):
        return f"{date.fromisoformat(value + '-01'):%B %Y}"
    if match := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return (
            f"the weekend of {day(date.fromordinal(monday.toordinal() + 5))}"
            if match[3]
            else f"the week of {day(monday)}"
        )
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", value):
        return f"{('first', 'second', 'third', 'fourth')[int(match[2]) - 1]} quarter of {match[1]}"
    if match := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", value):
        return f"{_SEASONS[match[2]]} of {match[1]}"
    if re.fullmatch(r"\d{3}", value):
        return f"the {value}0s"
    return value
