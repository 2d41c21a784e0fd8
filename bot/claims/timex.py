"""Time expressions of English news: their TIMEX3 values.

The values follow ISO-TimeML (ISO 24617-1) and TIMEX3 as TimeBank uses it: ``2016-05-25``, ``2016-05``, ``2016-W19``,
``2016-Q3``, ``2016-SP``, ``198`` for a decade, ``PRESENT_REF`` for "now". Nothing here knows today's date: everything
relative is counted from the anchor, the day the article was published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.claims import holidays
from bot.claims.timex_patterns import YEAR

Direction = Literal["past", "future", "open"]

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = {"spring": ("SP", 3), "summer": ("SU", 6), "fall": ("FA", 9), "autumn": ("FA", 9), "winter": ("WI", 12)}
PARTS = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI"}
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
DECADES = {
    "twenties": 2,
    "thirties": 3,
    "forties": 4,
    "fifties": 5,
    "sixties": 6,
    "seventies": 7,
    "eighties": 8,
    "nineties": 9,
}

_REFS = {"present": "PRESENT_REF", "pastref": "PAST_REF", "vagueago": "PAST_REF", "futureref": "FUTURE_REF"}
_LEADS = re.compile(r"^(?:in|on|over|since|of|until|by|through|from|during|before|after|at)[ -]", re.IGNORECASE)


@dataclass(slots=True)
class Context:
    """What a value may depend on besides the words: the anchor, the tense, and the expressions before it."""

    anchor: date | None
    direction: Direction
    last_day: str | None = None
    last_period: str | None = None
    last_quarter: str | None = None


def bare(text: str, start: int) -> tuple[str, int]:
    """Without the preposition that helped to recognise it."""
    lead = _LEADS.match(text)
    return (text[lead.end() :], start + lead.end()) if lead else (text, start)


def value(kind: str, text: str, context: Context) -> str | None:
    """The TIMEX3 value, or None where it would be a guess."""
    if kind in _REFS:
        return _REFS[kind]
    return _RESOLVERS[kind](text.lower().replace("’", "'"), context)


def _month_of(text: str) -> int | None:
    found = re.search(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", text)
    return [m[:3] for m in MONTHS].index(found.group(1)) + 1 if found else None


def _weekday_of(text: str) -> int | None:
    found = re.search(r"\b(mon|tue|wed|thu|fri|sat|sun)", text)
    return [d[:3] for d in DAYS].index(found.group(1)) if found else None


def _year_of(text: str, context: Context) -> int | None:
    found = re.search(YEAR, text)
    if found:
        return int(found.group())
    if context.anchor:
        for word, shift in (("last year", -1), ("this year", 0), ("next year", 1), ("the year", 0)):
            if word in text:
                return context.anchor.year + shift
    return None


def _safe(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _iso(text: str, context: Context) -> str | None:
    return _safe(int(text[:4]), int(text[5:7]), int(text[8:10]))


def _dotted(text: str, context: Context) -> str | None:
    day, month, year = (int(n) for n in text.split("."))
    return _safe(year, month, day)


def _slashed(text: str, context: Context) -> str | None:
    first, second, year = (int(n) for n in text.split("/"))
    return _safe(year, second, first) if first > 12 else _safe(year, first, second)


def _calendar(text: str, context: Context) -> str | None:
    month = _month_of(text[text.index(" ") :] if _weekday_of(text) is not None and " " in text else text) or _month_of(
        text
    )
    number = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", text)
    if month is None or number is None:
        return None
    day, year = int(number.group(1)), _year_of(text, context)
    if year is not None:
        return _safe(year, month, day)
    if context.anchor is None:
        return f"XXXX-{month:02d}-{day:02d}" if _safe(2000, month, day) else None
    years = [context.anchor.year + shift for shift in (-1, 0, 1)]
    days = [date.fromisoformat(iso) for y in years if (iso := _safe(y, month, day))]
    return _nearest(days, context)


def _nearest(days: list[date], context: Context) -> str | None:
    """The day closest to the anchor; one on the side that the tense denies counts as four months further away.

    News names a day without its year when it is near, and "was set for May 25" is past in tense only.
    """
    anchor = context.anchor
    if anchor is None or not days:
        return None
    side = {"past": 1, "future": -1, "open": 0}[context.direction]
    return min(days, key=lambda d: abs((d - anchor).days) + 120 * ((d - anchor).days * side > 0)).isoformat()


def _monthyear(text: str, context: Context) -> str | None:
    month, year = _month_of(text), _year_of(text, context)
    return f"{year}-{month:02d}" if month and year else None


def _month(text: str, context: Context) -> str | None:
    month, anchor = _month_of(re.sub(r"^(?:mid|early|late)[ -]", "", text)), context.anchor
    if month is None or anchor is None:
        return None
    year = anchor.year
    if re.search(r"\b(?:last|past)\b", text):
        year -= month >= anchor.month
    elif re.search(r"\b(?:next|coming)\b", text):
        year += month <= anchor.month
    elif "this" not in text:
        side = {"past": 1, "future": -1, "open": 0}[context.direction]
        apart = {shift: month - anchor.month + 12 * shift for shift in (-1, 0, 1)}
        year += min(apart, key=lambda shift: abs(apart[shift]) + 9 * (apart[shift] * side > 0))
    return f"{year}-{month:02d}"


def _weekday(text: str, context: Context) -> str | None:
    day, anchor = _weekday_of(text.replace("this", "")), context.anchor
    if day is None or anchor is None:
        return None
    back = (anchor.weekday() - day) % 7
    if "last" in text or "past" in text:
        found = anchor - timedelta(days=back or 7)
    elif "next" in text or "coming" in text or (context.direction == "future" and back):
        found = anchor + timedelta(days=7 - back)
    else:
        found = anchor - timedelta(days=back)
    part = next((code for word, code in PARTS.items() if text.endswith(word)), None)
    return f"{found.isoformat()}T{part}" if part else found.isoformat()


def shifted(anchor: date, unit: str, count: int) -> str | None:
    """The TIMEX3 value of the unit that lies ``count`` units from the anchor."""
    try:
        if unit in {"day", "hour", "minute"}:
            return (anchor + timedelta(days=count if unit == "day" else 0)).isoformat()
        if unit == "week":
            iso = (anchor + timedelta(weeks=count)).isocalendar()
            return f"{iso.year}-W{iso.week:02d}"
    except OverflowError:
        return None
    months = anchor.year * 12 + anchor.month - 1 + count * {"quarter": 3}.get(unit, 1)
    if unit == "month":
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
    if unit == "quarter":
        return f"{months // 12:04d}-Q{months % 12 // 3 + 1}"
    year = anchor.year + count * {"decade": 10, "century": 100}.get(unit, 1)
    return {"decade": f"{year:04d}"[:3], "century": f"{year:04d}"[:2]}.get(unit, f"{year:04d}") if year > 0 else None


def _relative(text: str, context: Context) -> str | None:
    anchor, unit = context.anchor, text.rsplit(maxsplit=1)[-1]
    if anchor is None:
        return None
    words = set(re.findall(r"\w+", text))
    count = -1 if words & {"last", "past", "previous"} else 1 if words & {"next", "coming"} else 0
    if unit in SEASONS:
        return _season(unit, count, context)
    if unit == "weekend":
        week = shifted(anchor - timedelta(days=anchor.weekday()), "week", count)
        return f"{week}-WE"
    return shifted(anchor, unit, count)


def _season(name: str, count: int, context: Context) -> str | None:
    code, month = SEASONS[name]
    if context.anchor is None:
        return None
    year = context.anchor.year
    if count < 0:
        year -= month + 2 >= context.anchor.month
    elif count > 0:
        year += month <= context.anchor.month
    return f"{year}-{code}"


def _ago(text: str, context: Context) -> str | None:
    parts = re.split(
        r"[ -]", re.sub(r"^(?:about|nearly|almost|some|more than|over|roughly|around|just|only|the) ", "", text)
    )
    number = int(parts[0]) if parts[0].isdigit() else NUMBERS.get(parts[0], 1)
    unit = parts[1].rstrip("s") if parts[1] != "centuries" else "century"
    if unit == "year" and number == 1 and context.last_quarter:
        return _year_before(context.last_quarter)
    back = -1 if parts[-1] in {"ago", "earlier", "before"} else 1
    base = context.anchor
    if parts[-1] in {"later", "before"} and context.last_day:
        base = date.fromisoformat(context.last_day[:10])
    return shifted(base, unit, back * number) if base else None


def _year_before(quarter: str) -> str:
    return f"{int(quarter[:4]) - 1}{quarter[4:]}"


def _quarter(text: str, context: Context) -> str | None:
    number = re.search(r"\b(first|second|third|fourth|1st|2nd|3rd|4th)\b", text)
    direct = re.match(r"q([1-4])", text)
    n = int(direct.group(1)) if direct else ORDINALS[number.group(1)] if number else None
    if n is None:
        return context.last_quarter if "latest" in text or "current" in text else None
    year = _year_of(text, context)
    if year is None:
        if context.anchor is None:
            return None
        now = (context.anchor.month - 1) // 3 + 1
        year = context.anchor.year - (n > now and context.direction != "future")
    if "year-ago" in text or "year-earlier" in text:
        year -= 1
    return f"{year}-Q{n}"


def _half(text: str, context: Context) -> str | None:
    year = _year_of(text, context)
    return f"{year}-H{1 if 'first' in text else 2}" if year else None


def _yearagoquarter(text: str, context: Context) -> str | None:
    if context.last_quarter is None:
        return None
    return _year_before(context.last_quarter) if "year" in text else context.last_quarter


def _seasonyear(text: str, context: Context) -> str | None:
    year = _year_of(text, context)
    return next((f"{year}-{code}" for name, (code, _) in SEASONS.items() if name in text), None)


def _deictic(text: str, context: Context) -> str | None:
    if context.anchor is None:
        return None
    shift = next((n for word, n in _DEICTIC if word in text), 0)
    day = (context.anchor + timedelta(days=shift)).isoformat()
    part = next((code for word, code in PARTS.items() if word in text), None)
    return f"{day}T{part}" if part else day


_DEICTIC = (("before yesterday", -2), ("after tomorrow", 2), ("yesterday", -1), ("last night", -1), ("tomorrow", 1))


def _holiday(text: str, context: Context) -> str | None:
    name = re.sub(rf",? {YEAR}$", "", text)
    if (year := _year_of(text, context)) is not None:
        found = holidays.holiday(name, year)
        return found.isoformat() if found else None
    if context.anchor is None:
        return None
    return _nearest([d for s in (-1, 0, 1) if (d := holidays.holiday(name, context.anchor.year + s))], context)


def _decade(text: str, context: Context) -> str | None:
    digits = re.search(r"(\d\d)?(\d)0'?s", text)
    if digits:
        return f"{digits.group(1) or '19'}{digits.group(2)}"
    return next((f"19{n}" for word, n in DECADES.items() if word in text), None)


def _century(text: str, context: Context) -> str | None:
    number = re.search(r"(\d\d)(?:st|nd|rd|th)", text)
    n = int(number.group(1)) if number else {"ni": 19, "tw": 20}.get(re.sub(r"^the ", "", text)[:2], 20)
    return f"{n - 1 if 'first' not in text else 20:02d}"


def _sameday(text: str, context: Context) -> str | None:
    return context.last_day


def _sameunit(text: str, context: Context) -> str | None:
    base = context.last_day or context.last_period
    unit = text.rsplit(maxsplit=1)[-1]
    if base is None:
        return None
    if "following" in text:
        return shifted(date.fromisoformat(base), unit, 1) if len(base) == 10 else None
    if unit == "year":
        return base[:4]
    if unit == "month":
        return base[:7] if re.match(r"\d{4}-\d\d", base) else None
    return shifted(date.fromisoformat(base), unit, 0) if len(base) == 10 else None


def _weekend(text: str, context: Context) -> str | None:
    if context.anchor is None:
        return None
    past = context.direction != "future" and context.anchor.weekday() < 5
    week = shifted(context.anchor, "week", -1 if past else 0)
    return f"{week}-WE"


def _yearend(text: str, context: Context) -> str | None:
    if context.anchor is None:
        return None
    return shifted(context.anchor, "month" if "month" in text else "week" if "week" in text else "year", 0)


def _year(text: str, context: Context) -> str | None:
    return text[-4:]


def _clock(text: str, context: Context) -> str | None:
    found = re.match(r"(\d{1,2})(?::(\d\d))?\s?([ap])|(noon|midday)|(midnight)", text)
    if found is None:
        return None
    hour, minute = 12 if found.group(4) else 0, int(found.group(2) or 0)
    if found.group(1):
        hour = int(found.group(1)) % 12 + (12 if found.group(3) == "p" else 0)
        if int(found.group(1)) > 12:
            return None
    rest = text[found.end() :]
    day = (
        _calendar(rest, context)
        if _month_of(rest)
        else _weekday(rest, context)
        if _weekday_of(rest) is not None
        else None
    )
    if day is None:
        day = _deictic(rest, context)
    return f"{day[:10]}T{hour:02d}:{minute:02d}" if day and day[0] != "X" else None


_RESOLVERS = {
    "iso": _iso, "dotted": _dotted, "slashed": _slashed, "clock": _clock, "calendar": _calendar, "quarter": _quarter,
    "half": _half, "yearagoquarter": _yearagoquarter, "monthyear": _monthyear, "month": _month,
    "seasonyear": _seasonyear,
    "weekday": _weekday, "relative": _relative, "ago": _ago, "deictic": _deictic, "holiday": _holiday,
    "decade": _decade,
    "century": _century, "sameday": _sameday, "sameunit": _sameunit, "weekend": _weekend, "yearend": _yearend,
    "year": _year,
}  # fmt: skip
