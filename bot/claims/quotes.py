"""Quotations: where the words of somebody else begin and end, in any of the usual marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from bot.claims import extensions
from bot.claims.layout import Line

_MARK = re.compile(r"“|”|„|«|»|``|''|\"")
_OPENS = frozenset("“„«") | {"``"}
_CLOSES = frozenset("”»")
_FAMILIES = ('"', "“ ” „", "« »", "`` ''")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its marks. ``closed`` is False where the line ended before the quotation did."""

    start: int
    end: int
    closed: bool
    continues: bool = False
    """True where it goes on from a quotation that the line before left open."""
    whole_line: bool = False
    """True where it is a paragraph of its own."""


def find(text: str, lines: Iterable[Line]) -> list[Quote]:
    """Find the quotations of each line. One that never closes ends with its line, so that it cannot swallow the rest.

    News leaves a quotation open at the end of a paragraph when the speaker goes on in the next, which opens again
    (The Chicago Manual of Style, 17th ed., 13.30).
    """
    found: list[Quote] = []
    left_open = False
    for line in lines:
        of_line = _in_line(text, line)
        if of_line and left_open and not text[line.start : of_line[0].start].strip():
            of_line[0] = replace(of_line[0], continues=True)
        left_open = bool(of_line) and not of_line[-1].closed
        if len(of_line) == 1 and of_line[0].start == line.start and of_line[0].end == line.end:
            of_line[0] = replace(of_line[0], whole_line=True)
        found += of_line
    return found


def _in_line(text: str, line: Line) -> list[Quote]:
    found: list[Quote] = []
    marks = list(_MARK.finditer(text, line.start, line.end))
    opens = [_is_opening(text, m.group(), m.start(), m.end(), line) for m in marks]
    i = 0
    while i < len(marks):
        if not opens[i]:
            i += 1
            continue
        start, stop = marks[i].start(), _partner(marks, opens, i)
        if stop is None:
            if marks[i].end() < line.end:
                found.append(Quote(start, line.end, closed=False))
            break
        if opens[stop]:
            found.append(Quote(start, _trimmed(text, start, marks[stop].start()), closed=False))
        else:
            found.append(Quote(start, marks[stop].end(), closed=True))
        i = stop if opens[stop] else stop + 1
    return found


def _partner(marks: list[re.Match[str]], opens: list[bool], i: int) -> int | None:
    """The mark that ends the quotation which mark ``i`` opens: one that closes, or the next that can only open.

    A quotation of another family in between lies within.
    """
    family, within = _family(marks[i].group()), 0
    for k in range(i + 1, len(marks)):
        own = _family(marks[k].group()) == family
        if not opens[k]:
            if own or not within:
                return k
            within -= 1
        elif not own:
            within += 1
        elif marks[k].group() in _OPENS and marks[k].start() > marks[i].end():
            return k
    return None


def _family(mark: str) -> str:
    return next(family for family in _FAMILIES if mark in family.split())


def _is_opening(text: str, mark: str, start: int, end: int, line: Line) -> bool:
    """An opening mark by its shape, or a straight one that stands before a word and not behind one."""
    if mark in _OPENS:
        return True
    if mark in _CLOSES or end >= line.end:
        return False
    before = text[start - 1] if start > line.start else " "
    return (before.isspace() or before in "([{—–-…‘'/") and not text[end].isspace()


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end


class QuoteIndex:
    """Answers in logarithmic time which quotation, if any, covers an offset."""

    def __init__(self, found: list[Quote]) -> None:
        self.quotes = found
        self._starts = [quote.start for quote in found]

    def at(self, offset: int) -> Quote | None:
        """The quotation that covers the character at ``offset``."""
        i = bisect_right(self._starts, offset) - 1
        if i >= 0 and offset < self.quotes[i].end:
            return self.quotes[i]
        return None

    def within(self, start: int, end: int) -> list[Quote]:
        """The quotations that share a character with ``start`` to ``end``."""
        i = max(0, bisect_right(self._starts, start) - 1)
        found = []
        while i < len(self.quotes) and self.quotes[i].start < end:
            if self.quotes[i].end > start:
                found.append(self.quotes[i])
            i += 1
        return found


@Language.factory("claimdesk_quotes", requires=["doc._.lines"], assigns=["doc._.quotes"])
def create_quotes(nlp: Language, name: str) -> Quotes:
    """Registered factory; stands behind ``claimdesk_sentences``."""
    return Quotes()


class Quotes:
    """Sets ``doc._.quotes``."""

    def __init__(self) -> None:
        extensions.register()

    def __call__(self, doc: Doc) -> Doc:
        """Find the quotations of the document."""
        doc._.quotes = find(doc.text, doc._.lines or [])
        return doc
