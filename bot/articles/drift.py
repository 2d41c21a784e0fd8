"""What became of the checked sentences when an article was read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Offsets = tuple[int, int]
"""A span of the earlier text: characters, end exclusive."""

_ALIKE = 0.6  # share of common words, from which on a new sentence is the old one, changed
_LONGEST = 1_000_000
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*|[%$€£]")
_SENTENCE = re.compile(r".*?(?:[.!?…][\"'”’)\]]*(?=\s|$)|\n|$)", re.DOTALL)


class Drift(NamedTuple):
    """A checked sentence that is no longer there as it was. ``after`` is empty if it vanished."""

    span: Offsets
    kind: Literal["changed", "vanished"]
    before: str
    after: str = ""

    @property
    def sentence(self) -> str:
        """What to tell the thread; plain text."""
        if self.kind == "vanished":
            return f"A checked sentence is no longer in the article: “{self.before}”"
        return f"A checked sentence was changed. It was: “{self.before}” It is now: “{self.after}”"


def drift(earlier: str, spans: Iterable[Offsets], later: str) -> list[Drift]:
    """Which of the checked spans changed or vanished; nothing for those whose words all stand there as they did.

    Case, punctuation and line breaks may differ: an editor who moves a paragraph or a comma changes no claim.
    A changed number, name or word does.
    """
    words = _words(later)
    there = f" {' '.join(words)} "
    candidates = [(sentence, _words(sentence)) for sentence in _sentences(later[:_LONGEST])]
    found = []
    for start, end in spans:
        before = earlier[start:end].strip()
        mine = _words(before)
        if not mine or f" {' '.join(mine)} " in there:
            continue
        after = _nearest(mine, candidates)
        kind: Literal["changed", "vanished"] = "changed" if after else "vanished"
        found.append(Drift((start, end), kind, " ".join(before.split()), after))
    return found


def _nearest(words: list[str], candidates: list[tuple[str, list[str]]]) -> str:
    """The sentence that is most like the old one, if it is like it at all.

    A claim is often a part of its sentence, so what counts is how much of the claim the sentence keeps in order.
    """
    best, nearest = _ALIKE, ""
    known = set(words)
    for sentence, theirs in candidates:
        if len(known.intersection(theirs)) < best * len(known):  # cheap, and never less than the share in order
            continue
        blocks = SequenceMatcher(None, words, theirs, autojunk=False).get_matching_blocks()
        share = sum(block.size for block in blocks) / len(words)
        if share > best or (share == best and not nearest):
            best, nearest = share, sentence
    return nearest


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        if sentence := " ".join(match[0].split()):
            yield sentence
