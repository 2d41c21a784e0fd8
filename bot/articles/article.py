"""An article as the desk keeps it: exact text, and what is known about where it came from."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Origin(StrEnum):
    """Where a page or file says something about itself; the value completes "the date in …"."""

    JSON_LD = "the page's data for search engines"
    OPEN_GRAPH = "the page's Open Graph tags"
    META = "the page's meta tags"
    TIME = "the page's time stamp"
    URL = "the address"
    TEXT = "the text"
    HEADLINE = "the headline"
    TITLE = "the window title"
    HTML = "the page's markup"
    FILE = "the file's properties"
    MAIL = "the mail's header"


class Origins(BaseModel):
    """Where each field of an article comes from; None where the field is empty or the origin was not kept."""

    model_config = ConfigDict(frozen=True)

    title: Origin | None = None
    authors: Origin | None = None
    published: Origin | None = None
    updated: Origin | None = None
    language: Origin | None = None
    site: Origin | None = None


class DateDispute(BaseModel):
    """Two sources that name different days of publication, more than a day apart. The first one was taken."""

    model_config = ConfigDict(frozen=True)

    taken: date
    taken_from: Origin
    other: date
    other_from: Origin

    @property
    def sentence(self) -> str:
        """What to tell a person; plain text."""
        return (
            f"The page gives two dates of publication: {_day(self.taken)} in {self.taken_from}, which I took, and "
            f"{_day(self.other)} in {self.other_from}. Please check which is right before you trust relative dates."
        )


class Entry(BaseModel):
    """An entry of a live blog: where it starts in the text, and when it was posted, in the page's own time zone."""

    model_config = ConfigDict(frozen=True)

    start: int
    posted: datetime


class Visit(BaseModel):
    """How a linked article was got: what a later reading is compared with, and what a person can look up.

    ``hosts`` are all hosts on the way, the first one and the last one included; two or more are worth showing.
    ``sha256`` is that of the bytes as they were before anything was taken out of them, unpacked.
    """

    model_config = ConfigDict(frozen=True)

    requested_url: str
    final_url: str
    status: int
    fetched_at: datetime
    sha256: str
    hosts: tuple[str, ...] = ()


class Article(BaseModel):
    """What somebody pasted, sent or linked, read once and never changed afterwards.

    Offsets everywhere in Claimdesk are characters of ``text``, end exclusive; that is why ``text`` never changes.
    ``published`` is the day that relative dates ("last week") are resolved against; None means that no date was
    found, and then no relative date is guessed. In a live blog each entry has its own day: ask ``day_at``.

    ``canonical`` is the address that the page gives for itself. ``notes`` are whole sentences about what was not read
    (an attachment, further pages), for the person who sent it; plain text. ``visit`` is there if it was linked.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    title: str = ""
    url: str | None = None
    site: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    language: str | None = None
    canonical: str | None = None
    origins: Origins = Origins()
    dispute: DateDispute | None = None
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    visit: Visit | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address the article is known by: where it was found, what it gives as its own, what was asked for."""
        visit = (self.visit.requested_url, self.visit.final_url) if self.visit else ()
        return tuple(dict.fromkeys(url for url in (self.url, self.canonical, *visit) if url))

    def day_at(self, offset: int) -> date | None:
        """The day that relative dates at a place in the text are counted from: its entry's, else the article's."""
        before = bisect_right(self.entries, offset, key=lambda entry: entry.start)
        return self.entries[before - 1].posted.date() if before else self.published


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
