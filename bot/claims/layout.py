"""Which lines of a text are the story, and which are its furniture: headline, byline, stamp, credit, notice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.claims.words import ordered

LineKind = Literal["body", "title", "byline", "section", "stamp", "dateline", "notice"]

LONGEST_FURNITURE = 400
"""A longer line is prose even when it holds a word like "subscribe"; it also bounds the work per pattern."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank. ``start`` stands behind an inline dateline ("GENEVA (AP) -- "), if there is one.

    ``label`` is the name before the colon where the text is a transcript; ``start`` stands behind it, too.
    """

    start: int
    end: int
    kind: LineKind
    label: tuple[int, int] | None = None


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
    rf"^\W{{0,3}}(?:{_PLACE}(?:/{_PLACE})?(?:, [A-Z][\w.]+(?: [A-Z][\w.]+){{0,3}}\.?)?"
    r"(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?\s*(?:\([^)\n]{2,40}\)\s*)?(?:—|–|―|--|-|_|:)+\s+"
    r"|[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2}(?:, [A-Z][\w.]+)?\s*"
    r"\((?:[A-Z]{2,12}|Reuters|Bloomberg|Xinhua)[^)\n]{0,25}\)\s*(?:(?:—|–|―|--|-|_|:)+\s+)?)"
)
_NAME = r"(?:[A-Z][\w.'’-]*|de|van|von|bin|al)"
_LABEL = re.compile(rf"({_NAME}(?: {_NAME}){{0,4}})(?:,? \([^)\n]{{1,40}}\))?:\s+(?=\S)")
FEWEST_TURNS = 3
_CLOCK = re.compile(
    r"(?:\d{1,2}:\d\d(?:\s?[ap]\.?m\.?)?|\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\.?)(?:\s(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T))?"
    r"\s*(?:[—–―|:-]+\s*)?(?=[A-Z“\"])"
)
"""The time of an entry in a live blog, in front of its first sentence."""
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
    named: list[re.Match[str] | None] = []
    before_story = True
    for match in _LINE.finditer(text):
        raw = match.group()
        line = raw.strip()
        if not line:
            continue
        start = match.start() + raw.index(line)
        named.append(_LABEL.match(text, start, match.end()))
        kind = _kind(line[: LONGEST_FURNITURE + 1], plain_title, before_story)
        if kind == "body" and _story_begins(line):
            before_story = False
        if kind == "body" and (place := _DATELINE.match(line[:120])):
            start += place.end()
            before_story = False
        if kind == "body" and (clock := _CLOCK.match(line[:40])):
            start += clock.end()
        found.append(Line(start, match.start() + raw.index(line) + len(line), kind))
    return _keep_something(_turns(text, found, named))


def _turns(text: str, found: list[Line], named: list[re.Match[str] | None]) -> list[Line]:
    """Set the labels of a transcript: at least three lines that open with names which come back."""
    counts = Counter(last_word(match.group(1)) for match in named if match)
    if sum(count for count in counts.values() if count > 1) < FEWEST_TURNS:
        return found
    return [
        Line(match.end(), line.end, "body", match.span(1)) if match and counts[last_word(match.group(1))] > 1 else line
        for line, match in zip(found, named, strict=True)
    ]


def last_word(label: str) -> str:
    """What a speaker is called in short: "LIND" of "ANNA LIND"."""
    return label.rsplit(maxsplit=1)[-1].casefold()


def _keep_something(found: list[Line]) -> list[Line]:
    """A pasted sentence without a full stop is the story, not a headline above nothing."""
    if any(line.kind == "body" for line in found):
        return found
    return [Line(line.start, line.end, "body") if line.kind == "title" else line for line in found]
