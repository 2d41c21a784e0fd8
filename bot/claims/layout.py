"""Which lines of a text are the story, and which are its furniture: headline, byline, stamp, credit, notice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.claims.words import ordered

LineKind = Literal["body", "title", "byline", "section", "stamp", "dateline", "notice"]

LONGEST_FURNITURE = 400
"""A longer line is prose even when it holds a word like "subscribe"; it also bounds the work per pattern."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank. ``start`` stands behind an inline dateline ("GENEVA (AP) -- "), if there is one."""

    start: int
    end: int
    kind: LineKind


_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]»*]*\s*$|[:;,][\"”’']?\s*$|--?\s*$")
_BYLINE_WORDS = re.compile(
    r"^\W*(?:(?i:by|story by|words by|opinion by|analysis by)):?"
    r"(?:\s+(?:[A-Z][\w.’'-]*|and|of|the|for|in|de|van|von|bin|al|&|\||,)[,;.]?)+\W*$"
)
_CAPITALS_BYLINE = re.compile(r"^\W*BY:? [A-Z .,'’-]+$")
_STAMP_WORDS = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\b\.?|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|"
    r"\b(?:updated?|published|posted|last|first|modified|on|at|am|pm|a\.m\.|p\.m\.|et|est|edt|gmt|utc|bst|cet|z)\b|[\d\W]+",
    re.I,
)
_PLACE = r"[A-Z][A-Z.’'-]+(?: [A-Z][A-Z.’'-]+){0,3}"
_DATELINE_LINE = re.compile(
    rf"^\W*{_PLACE}(?:, (?:[A-Z][\w.]+|{_PLACE})(?: [A-Z][\w.]+)?)?"
    r"(?: ?\([\w /]{2,30}\))?\W*(?:[A-Z][a-z]{2,8}\.? \d{1,2}\W*)?$"
)
_DATELINE = re.compile(
    rf"^\W{{0,3}}(?:{_PLACE}(?:/{_PLACE})?(?:, [A-Z][\w.]+(?: [A-Z][\w.]+)?\.?)?"
    r"(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?\s*(?:\([^)\n]{2,40}\)\s*)?(?:—|–|―|--|-|_|:)+\s+"
    r"|[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2}(?:, [A-Z][\w.]+)?\s*"
    r"\((?:[A-Z]{2,12}|Reuters|Bloomberg|Xinhua)[^)\n]{0,25}\)\s*(?:(?:—|–|―|--|-|_|:)+\s+)?)"
)
_WORD = re.compile(r"\w+")


@cache
def _notices() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rule, re.IGNORECASE) for rule in ordered("boilerplate"))


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _is_stamp(line: str) -> bool:
    return len(line) < 120 and any(c.isdigit() for c in line) and not _STAMP_WORDS.sub("", line).strip()


def _is_byline(line: str) -> bool:
    return len(line) < 160 and bool(_BYLINE_WORDS.match(line) or _CAPITALS_BYLINE.match(line))


def _is_notice(line: str) -> bool:
    if len(line) <= LONGEST_FURNITURE:
        return any(rule.search(line) for rule in _notices())
    return any(
        rule.match(line) for rule in _notices() if rule.pattern.startswith("^") and not rule.pattern.endswith("$")
    )


def _is_section(line: str) -> bool:
    """ "World, Business" or "Home > World > Asia": a few capitalised words and separators, no sentence."""
    found = _WORD.findall(line)
    if not found or len(found) > 8 or _SENTENCE_END.search(line):
        return False
    return all(w[0].isupper() or w.lower() in {"and", "of", "the", "in"} or not w[0].isalpha() for w in found)


def _headline_like(line: str) -> bool:
    found = [w for w in _WORD.findall(line) if len(w) > 3 and w[0].isalpha()]
    return len(line) < 200 and len(found) > 2 and sum(w[0].isupper() for w in found) >= 0.8 * len(found)


def _kind(line: str, title: str, before_story: bool) -> LineKind:
    plain = _plain(line)
    if title and plain and (plain in title or (title in plain and len(plain) < len(title) + 60)):
        return "title"
    if _is_stamp(line):
        return "stamp"
    if _is_byline(line):
        return "byline"
    if _is_notice(line):
        return "notice"
    if len(line) < 80 and _DATELINE_LINE.match(line):
        return "dateline"
    if _is_section(line):
        return "section"
    if before_story and len(line) <= LONGEST_FURNITURE and (not _SENTENCE_END.search(line) or _headline_like(line)):
        return "title"
    return "body"


def _story_begins(line: str) -> bool:
    return len(line) > 60 and bool(_SENTENCE_END.search(line))


def lines(text: str, title: str = "") -> list[Line]:
    """Classify every line of ``text``; ``title`` is the article's, where it is known.

    Lines above the first one that reads like prose and ends like a sentence count as headlines; further down, a line
    without a full stop may be a list item and stays part of the story.
    """
    plain_title = _plain(title)
    found: list[Line] = []
    before_story = True
    for match in _LINE.finditer(text):
        raw = match.group()
        line = raw.strip()
        if not line:
            continue
        start = match.start() + raw.index(line)
        kind = _kind(line[: LONGEST_FURNITURE + 1], plain_title, before_story)
        if kind == "body" and _story_begins(line):
            before_story = False
        if kind == "body" and (place := _DATELINE.match(line[:120])):
            start += place.end()
            before_story = False
        found.append(Line(start, match.start() + raw.index(line) + len(line), kind))
    return _keep_something(found)


def _keep_something(found: list[Line]) -> list[Line]:
    """A pasted sentence without a full stop is the story, not a headline above nothing."""
    if any(line.kind == "body" for line in found):
        return found
    return [Line(line.start, line.end, "body") if line.kind == "title" else line for line in found]
