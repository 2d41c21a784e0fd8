"""The day a page was published and the day it was last changed, from all the places where a page says so.

A day is taken as its readers saw it, in the publisher's own time zone. Publication and last change are kept apart; what
is neither counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.articles.article import DateDispute, Origin
from bot.articles.header_dates import header_dates
from bot.articles.headline import behind_headline
from bot.articles.json_ld import JsonLd, Tree, plain

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "publish-date", "publishdate", "pubdate",
    "pub_date", "sailthru.date", "article.published", "published_at", "cxenseparse:recs:publishtime", "datecreated",
    "article_date_original", "dc.date", "dcterms.date", "date", "citation_publication_date", "citation_date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "article.updated", "article_date_updated", "updated-date", "lastmod",
)  # fmt: skip
_DATED_ELEMENT = re.compile(
    r"publish|posted|(?:^|[^a-z])(?:post|entry|article|pub)?[-_]?(?:date|time)(?:$|[^a-z])|time-?stamp|dateline|byline"
    r"|author[-_]date|submitted|published",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updat|modif|revis|correct", re.IGNORECASE)
_OTHERS = re.compile(r"relat|recommend|comment|sidebar|widget|trending|most-read|newsletter|promo|card|teaser|popular")
_NOT_CHANGED = re.compile(r"publish|posted|entry-date|date-?created", re.IGNORECASE)
# An offset of its own, or a time as people write it where no zone is named: "Monday, November 18, 2019, 08:19 PM".
_LOCAL = re.compile(r"T\d\d:?\d\d.*[+-](?!00:?00)\d\d:?\d\d\s*$|\d[ap]\.?m\.?\s*$|\d [ap]\.?m\.?\s*$", re.IGNORECASE)
_LONGEST_STAMP = 160  # characters of an element that is little else than a date
_DAY = timedelta(days=1)
_NOON = 12  # in Greenwich: it is the day before nowhere after that, and the next one nowhere two hours earlier
_CLOCK = re.compile(r"T(\d\d):?\d\d|\b(\d{1,2})[:.]\d\d\b|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE)


class Found(NamedTuple):
    """A day, where it stands, whether it is a day of the publisher's own time zone for certain, and the hour given."""

    day: date
    origin: Origin
    local: bool
    hour: int | None = None


class PageDates(NamedTuple):
    """None means that the page does not say."""

    published: Found | None = None
    updated: Found | None = None
    dispute: DateDispute | None = None


def page_dates(tree: Tree, ld: JsonLd, meta: dict[str, str], url: str) -> PageDates:
    """The dates of a page; ``meta`` holds its meta tags with keys in lower case."""
    seen = list(_visible(tree))
    published = [
        *_days([ld.article.get("datePublished")], Origin.JSON_LD),
        *_tagged(meta, _PUBLISHED),
        *(found for found, changed in seen if not changed),
        *_in_url(url),
    ]
    updated = [
        *_days([ld.article.get("dateModified")], Origin.JSON_LD),
        *_tagged(meta, _UPDATED),
        *(found for found, changed in seen if changed),
    ]
    if not published:
        return PageDates(None, updated[0] if updated else None, None)
    taken = _as_seen(published)
    later = next((found for found in updated if found.day > taken.day), None)
    # A page touched in the evening may have its last change, too, on the next day only by the clock of Greenwich.
    if later and later.day - taken.day == _DAY and not later.local and published[0].day == later.day:
        later = None
    return PageDates(taken, later, _dispute(taken, published, [found.day for found in updated]))


def _as_seen(published: list[Found]) -> Found:
    """The first day, as its readers saw it.

    Many pages give the time in UTC, where an evening in America is already the next day. If what the page shows, its
    address, or a time with another offset names the day next to it, that is the day.
    """
    first = published[0]
    ranks = {Origin.TIME: 0, Origin.TEXT: 0, Origin.URL: 1}
    seen = [found for found in published if found.local or found.origin is Origin.TEXT]
    seen.sort(key=lambda found: ranks.get(found.origin, 2))
    return next((found for found in seen if _same_moment(first, found)), first)


def _same_moment(first: Found, seen: Found) -> bool:
    """Whether a day that readers see may be that of the first time, by their clock.

    A day without a time may also be today's, which mastheads show: then the hour has to allow for it.
    """
    days = (seen.day - first.day).days
    if seen.local or days == 0:
        return abs(days) <= 1
    if days == -1:
        return first.hour is None or first.hour < _NOON
    return days == 1 and not first.local and first.hour is not None and first.hour >= _NOON - 2


def _dispute(taken: Found, published: list[Found], updated: list[date]) -> DateDispute | None:
    """Another day of publication, unless it is one of the last change, which some pages give under either name."""
    for found in published:
        changed = any(abs(found.day - day) <= _DAY for day in updated)
        if abs(found.day - taken.day) > _DAY and not changed:
            return DateDispute(taken=taken.day, taken_from=taken.origin, other=found.day, other_from=found.origin)
    return None


def _tagged(meta: dict[str, str], keys: Iterable[str]) -> Iterator[Found]:
    for key in keys:
        origin = Origin.OPEN_GRAPH if key.startswith(("og:", "article:")) else Origin.META
        yield from _days([meta.get(key)], origin)


def _visible(tree: Tree) -> Iterator[tuple[Found, bool]]:
    """Days in elements that are made for them, behind the headline; the flag says that it is a day of change.

    Of each kind only the first: further ones belong to comments and to other articles.
    """
    kinds = set()
    for element in behind_headline(tree):
        marks = " ".join(element.get(name) or "" for name in ("class", "itemprop", "id"))
        is_time = element.tag == "time"
        if not is_time and not _DATED_ELEMENT.search(marks):
            continue
        text = plain(" ".join(element.itertext()))
        if len(text) > _LONGEST_STAMP or _among_others(element):
            continue
        dates = header_dates(text)
        changed = bool(_CHANGED.search(marks) and not _NOT_CHANGED.search(marks)) or (
            dates.published is None and dates.updated is not None
        )
        for day, is_change in ((dates.published, changed), (dates.updated, True)):
            if day is not None and _plausible(day) and is_change not in kinds:
                kinds.add(is_change)
                yield Found(day, Origin.TEXT, _CLOCK.search(text) is not None), is_change
        if is_time and not (dates.published or dates.updated):
            changed = changed or bool(_CHANGED.search(text))
            for found in _days([element.get("datetime")], Origin.TIME):
                if changed not in kinds:
                    kinds.add(changed)
                    yield found, changed


def _among_others(element: Tree) -> bool:
    """Whether the element belongs to a list of other articles, or to comments."""
    for ancestor in element.iterancestors():
        if ancestor.tag in ("body", "article", "main"):
            return False
        if ancestor.tag in ("aside", "nav", "footer") or _OTHERS.search((ancestor.get("class") or "").lower()):
            return True
    return False


def _days(values: Iterable[object], origin: Origin) -> Iterator[Found]:
    """Each plausible day in texts of any format."""
    for value in values:
        text = value[:100] if isinstance(value, str) else ""
        dates = header_dates(text)
        day = dates.published or dates.updated or _spelled(text)
        if day and _plausible(day):
            clock = _CLOCK.search(text.replace(" ", "T", 1) if re.match(r"\d{4}-", text) else text)
            hour = int(clock[1]) if clock and clock[1] else None
            yield Found(day, origin, _LOCAL.search(text) is not None, hour)


def _spelled(text: str) -> date | None:
    """ "Tue Nov 19 2019 05:44:06 GMT+0000", as JavaScript writes it, or "01:38:07 PM IST Nov 20, 2019"."""
    found = re.search(r"\b([A-Z][a-z]{2}) (\d{1,2}),? (\d{4})\b", text)
    return header_dates(f"{found[1]} {found[2]}, {found[3]}").published if found else None


def _plausible(day: date) -> bool:
    # Templates fill in the epoch or a far future day where they know none.
    return date(1970, 1, 1) < day <= (datetime.now(UTC) + _DAY).date()


def _in_url(url: str) -> Iterator[Found]:
    match = re.search(r"/((?:19|20)\d\d)[/-]?(\d\d|[a-z]{3})[/-]?(\d\d)(?=[/-]|$)", url)
    if match is None:
        return
    year, month, day = match.groups()
    found = header_dates(f"{year}-{month}-{day}" if month.isdigit() else f"{day} {month} {year}").published
    if found and _plausible(found):
        yield Found(found, Origin.URL, True)
