"""Pasted text → Article. The text stays exactly as it is; the header only tells about it."""

from __future__ import annotations

import re

from bot.articles.article import Article
from bot.articles.header_dates import header_dates, is_date_line

_HEADER_LINES = 8
_LONGEST_TITLE = 200
_BYLINE = re.compile(
    r"(?:by|from|story by|words by|written by|reported by)\s+(?P<names>\S.{1,90})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|da|del|van|von|der|den|al|bin|el|la|le|ben)){1,4}")
_SENTENCE_END = re.compile(r"[.…][\"'”’)]*$")


def from_text(text: str, *, url: str | None = None) -> Article:
    """The article in a pasted text, from which Slack's markup has been removed before.

    Title, authors and dates are those of the first lines where they stand there; what is not there stays empty, and
    a date is never guessed from today's.
    """
    lines = [line.strip() for line in text[:20_000].split("\n") if line.strip()][: _HEADER_LINES + 1]
    dates = header_dates(text)
    return Article(
        text=text,
        title=_title(lines),
        url=url,
        authors=_authors(lines),
        published=dates.published,
        updated=dates.updated,
    )


def _title(lines: list[str]) -> str:
    """The first header line that looks like a headline; one that the header repeats is the headline for certain."""
    candidates = []
    for line in lines[:-1]:  # a headline has something below it
        if _is_body(line):
            break
        if _looks_like_headline(line):
            candidates.append(line)
    for line in candidates:
        if lines.count(line) > 1:
            return line
    return next((line for line in candidates if not _is_section(line)), "")


def _is_body(line: str) -> bool:
    return len(line) > _LONGEST_TITLE or bool(
        re.search(r"[.!?][\"'”’)]* +[\"'“‘(]?[A-Z]", line) and line[-1] in '.!?"”'
    )


def _looks_like_headline(line: str) -> bool:
    words = line.split()
    return (
        len(words) >= 2
        and any(character.isalpha() for character in line)
        and not _SENTENCE_END.search(line)
        and not re.match(r"https?://|[>*•-] ", line)
        and not is_date_line(line)
        and _names(line) == ()
    )


def _is_section(line: str) -> bool:
    """ "World, Politics" or "Home > News > Europe": short names in a row, not a sentence about something."""
    parts = [part.strip() for part in re.split(r"[,|>/»·•]", line)]
    named = all(0 < len(part.split()) <= 2 and part[0].isupper() for part in parts if part)
    return named and (len(parts) > 2 or (len(parts) > 1 and len(line.split()) <= 3) or len(line.split()) <= 2)


def _authors(lines: list[str]) -> tuple[str, ...]:
    return next((names for line in lines if (names := _names(line))), ())


def _names(line: str) -> tuple[str, ...]:
    """The names of a byline ("By Ann Lee and Bo Ek, Some Agency"); empty if the line is none."""
    match = _BYLINE.match(line)
    if match is None or len(line) > 100 or _SENTENCE_END.search(line):
        return ()
    people = re.split(r"\s*(?:\||;|/|\s[-–—]\s)\s*", match["names"])[0]
    # "A, B and C, Agency": what follows the last comma behind the last name is a title or an agency.
    before, joined, last = people.rpartition(" and ")
    listed = [*before.split(","), last.partition(",")[0]] if joined else [people.partition(",")[0]]
    names = [part.strip() for part in listed]
    return tuple(names) if all(_NAME.fullmatch(name) for name in names) else ()
