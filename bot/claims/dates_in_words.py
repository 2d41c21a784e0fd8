"""TIMEX3 values in words that a reader takes in at once: "2016-W19" → "May 9–15, 2016"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.claims.times import Time
from bot.claims.timex import MONTHS

_SEASONS = {"SP": "spring", "SU": "summer", "FA": "fall", "WI": "winter"}
_ORDINALS = ("first", "second", "third", "fourth")


def in_words(value: str) -> str | None:
    """A value in words; None for one that pins nothing down, such as PRESENT_REF."""
    if found := re.match(r"(\d{4})-(\d\d)-(\d\d)", value):
        return _day(date(*(int(n) for n in found.groups())))
    if found := re.match(r"(\d{4})-W(\d\d)(-WE)?$", value):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        if found[3]:
            return "the weekend of " + _days(monday + timedelta(days=5), monday + timedelta(days=6))
        return _days(monday, monday + timedelta(days=6))
    if found := re.match(r"(\d{4})-(\d\d)$", value):
        return f"{MONTHS[int(found[2]) - 1].title()} {found[1]}"
    if found := re.match(r"(\d{4})-Q(\d)$", value):
        return f"the {_ORDINALS[int(found[2]) - 1]} quarter of {found[1]}"
    if found := re.match(r"(\d{4})-(SP|SU|FA|WI)$", value):
        return f"{_SEASONS[found[2]]} {found[1]}"
    return value if re.match(r"\d{4}$", value) else None


def absolute(text: str, time: Time) -> str:
    """A time expression that no longer needs the article's date; unchanged where it does not anyway."""
    words = in_words(time.value) if time.value else None
    if words is None or (time.value is not None and re.search(rf"\b{time.value[:4]}\b", text)):
        return text
    if time.kind == "calendar":
        return f"{text}, {time.value[:4]}" if time.value else text
    if time.kind == "month" and not re.search(r"(?i)\b(?:last|next|this|past|coming)\b", text) and time.value:
        return f"{text} {time.value[:4]}"
    return f"{text} ({words})"


def _day(day: date) -> str:
    return f"{MONTHS[day.month - 1].title()} {day.day}, {day.year}"


def _days(first: date, last: date) -> str:
    if first.month == last.month:
        return f"{MONTHS[first.month - 1].title()} {first.day}–{last.day}, {last.year}"
    if first.year == last.year:
        return (
            f"{MONTHS[first.month - 1].title()} {first.day} – {MONTHS[last.month - 1].title()} {last.day}, {last.year}"
        )
    return f"{_day(first)} – {_day(last)}"
