"""Long texts in pieces that the pipeline can take, cut where nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 20_000
"""Characters of a piece: bounds the memory of the parser, and is longer than nearly every article."""
LONGEST_WORD = 400
"""spaCy's tokenizer takes quadratic time in the length of a run without white space; a longer run is cut."""

_RUN = re.compile(rf"\S{{{LONGEST_WORD},}}")
_CURLY = re.compile(r"(?<=\w)’(?=\w)|(?<=s)’(?=\s)")
_STRAIGHT = re.compile(_CURLY.pattern.replace("’", "'"))
_SURROGATE = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """The same text, character for character, without what a pipeline cannot read.

    Lone surrogates cannot be encoded; a run of hundreds of characters without white space is no word, and every 400th
    of its characters is read as white space, or all of them where most are no letters. Curly apostrophes are read as
    straight ones, with which the pipeline was trained. Offsets do not move, and claims are cut from the original.
    """
    text = _SURROGATE.sub("\ufffd", text)
    text = _CURLY.sub("'", text)
    return _RUN.sub(_with_gaps, text)


def as_written(words: str, text: str) -> str:
    """Words that were read in ``readable(text)``, with the apostrophes of ``text``."""
    if "'" not in words or "’" not in text or words in text:
        return words
    return _STRAIGHT.sub("’", words)


def _with_gaps(run: re.Match[str]) -> str:
    if sum(c.isalpha() for c in run.group()) < 0.8 * len(run.group()):
        return " " * len(run.group())
    characters = list(run.group())
    characters[LONGEST_WORD - 1 :: LONGEST_WORD] = " " * len(characters[LONGEST_WORD - 1 :: LONGEST_WORD])
    return "".join(characters)


def chunks(text: str, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Spans that cover the text: cut between paragraphs, else lines, else sentences, else words."""
    start = 0
    while len(text) - start > longest:
        cut = _cut(text, start, start + longest)
        yield start, cut
        start = cut
    yield start, len(text)


def _cut(text: str, start: int, end: int) -> int:
    half = start + (end - start) // 2
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, half, end)
        if at > start:
            return at + len(mark)
    return end
