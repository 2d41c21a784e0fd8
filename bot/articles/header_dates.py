"""The day an article was published and updated, from the lines around its headline.

Only lines that are little else than a date count ("21.05.2016 - Update : 02.06.2016", "By A. Name | May 21, 2016"),
and datelines ("LONDON, 3 March 2024 (Agency) —"). A date in a sentence is what the article is about, not when it
appeared. Nothing is ever taken from today's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<iso_y>\d{4})(?P<iso_s>[-/.])(?P<iso_m>\d{1,2})(?P=iso_s)(?P<iso_d>\d{1,2})(?=T\d|\b)"
    r"|(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<num_y>\d{4})\b"
    r"|(?P<dmy_d>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?" + _MONTH.format("dmy_m") + r"[\s,-]*(?P<dmy_y>\d{4})\b"
    r"|" + _MONTH.format("mdy_m") + r"\s*(?P<mdy_d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<mdy_y>\d{4})\b"
    r")",
    re.IGNORECASE,
)
_UPDATE_WORDS = r"updated?|modified|edited|revised|corrected|changed|aktualisiert|actualizado|aggiornato|güncelle\w*"
_UPDATED = re.compile(rf"\b(?:{_UPDATE_WORDS})\b", re.IGNORECASE)
_LABELS = re.compile(
    r"\b(?:last|first|originally|date|published|publication|posted|issued|created|released|time"
    rf"|{_UPDATE_WORDS})\b",
    re.IGNORECASE,
)
# What stands beside a date without making a sentence of it.
_CLOCK = re.compile(
    r"T?\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?"
    r"|\b(?:GMT|UTC|BST|CES?T|E[DS]?T|P[DS]?T|C[DS]T|M[DS]T|IST|TRT|MSK|AE[DS]T|EES?T|Z)\b(?:\s*[+-]\d{1,2}(?::?\d{2})?)?"
    r"|[+-]\d{2}:?\d{2}\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b\.?|\b\d+\s+min(?:ute)?s?(?:\s+read)?\b",
    re.IGNORECASE,
)
_JOINING = {"by", "of", "and", "for", "the", "at", "on", "in", "from", "via", "de", "von", "van", "al", "bin", "read"}
_DATELINE = re.compile(r"^(?P<place>[A-Z][A-Z.'’ /-]{2,40})(?:,\s*[A-Z][\w.]+){0,2},\s+")
_AFTER_DATELINE = re.compile(r"^,?\s*(?:(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/|[A-Z]{2,12})\s*)?[-–—:]")
_HEADER_LINES = 15
_HEADER_CHARACTERS = 20_000
_LONGEST_LINE = 140
_MOST_OTHER_WORDS = 8


class HeaderDates(NamedTuple):
    """None means that the header does not say."""

    published: date | None = None
    updated: date | None = None


class _Found(NamedTuple):
    start: int
    end: int
    day_first: date | None
    month_first: date | None  # the same where the order is not in question


def header_dates(text: str) -> HeaderDates:
    """Dates in the header of a text: its first lines, and the dateline of its first paragraphs."""
    lines = [line.strip() for line in text[:_HEADER_CHARACTERS].split("\n") if line.strip()][:_HEADER_LINES]
    dated = [(line, found) for line in lines if (found := _date_line(line) or _dateline(line))]
    order = _order(found for _, all_found in dated for found in all_found)
    published: date | None = None
    updated: date | None = None
    for line, all_found in dated:
        before = 0
        for one in all_found:
            if _UPDATED.search(line, before, one.start):
                updated = updated or _resolve(one, order)
            else:
                published = published or _resolve(one, order)
            before = one.end
    return HeaderDates(published, updated)


def is_date_line(line: str) -> bool:
    """Whether a line says when the article appeared and little else."""
    return bool(_date_line(line.strip()))


def _find(line: str, at: int = 0) -> Iterator[_Found]:
    for match in _DATE.finditer(line, at):
        if match["sep"] and match["sep"] != ".":
            first = _day(match["num_y"], match["b"], match["a"])
            yield _Found(match.start(), match.end(), first, _day(match["num_y"], match["a"], match["b"]))
            continue
        if match["iso_y"]:
            day = _day(match["iso_y"], match["iso_m"], match["iso_d"])
        elif match["dmy_m"]:
            day = _day(match["dmy_y"], _month(match["dmy_m"]), match["dmy_d"])
        elif match["mdy_m"]:
            day = _day(match["mdy_y"], _month(match["mdy_m"]), match["mdy_d"])
        else:  # dots are day-first wherever they are used
            day = _day(match["num_y"], match["b"], match["a"])
        yield _Found(match.start(), match.end(), day, day)


def _order(found: Iterable[_Found]) -> str | None:
    """How this article writes numbers with slashes, if one date with a single reading shows it."""
    seen = {"day" if f.day_first else "month" for f in found if (f.day_first is None) != (f.month_first is None)}
    return seen.pop() if len(seen) == 1 else None


def _resolve(found: _Found, order: str | None) -> date | None:
    if found.day_first is None or found.month_first is None:
        return found.day_first or found.month_first
    if found.day_first == found.month_first or order == "day":
        return found.day_first
    return found.month_first if order == "month" else None


def _date_line(line: str) -> list[_Found]:
    if len(line) > _LONGEST_LINE:
        return []
    found = list(_find(line))
    rest = _CLOCK.sub(" ", _LABELS.sub(" ", _DATE.sub(" ", line)))
    words = re.findall(r"[^\W\d_][\w.'’-]*", rest)
    prose = any(not word[0].isupper() and word.lower() not in _JOINING for word in words)
    if not found or prose or len(words) > _MOST_OTHER_WORDS or not _stands_apart(line[: found[0].start]):
        return []
    return found


def _stands_apart(before: str) -> bool:
    """Whether a date after these words is a stamp, and not part of a headline ("The Flood of May 4, 2012")."""
    if _LABELS.search(before) or re.match(r"by\b", before, re.IGNORECASE):
        return True
    before = _CLOCK.sub(" ", before).rstrip(" ,") if _CLOCK.search(before) else before.rstrip()
    return not before or before[-1] in "|·•—–-:(/" or (before[-1] == "," and before.isupper())


def _dateline(line: str) -> list[_Found]:
    place = _DATELINE.match(line)
    if place is None:
        return []
    found = next(_find(line[: place.end() + 40], place.end()), None)
    if found is None or found.start != place.end() or not _AFTER_DATELINE.match(line[found.end :]):
        return []
    return [found]


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _day(year: str, month: str | int, day: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1800 <= found.year <= 2200 else None
