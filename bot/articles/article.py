"""An article as the desk keeps it: exact text, and what is known about where it came from."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


class Article(BaseModel):
    """What somebody pasted or linked, read once and never changed afterwards.

    Offsets everywhere in Claimdesk are characters of ``text``, end exclusive; that is why ``text`` never changes.
    ``published`` is the day that relative dates ("last week") are resolved against; None means that no date was
    found, and then no relative date is guessed.
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
