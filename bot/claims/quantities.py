"""Names and numbers of a span: what makes a claim specific, and what makes it numerical."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from spacy.tokens import Doc, Span

LABELS = frozenset({"MONEY", "PERCENT", "QUANTITY", "CARDINAL"})
_NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"})
_VAGUE = frozenset({"one", "One", "two", "both", "half"})


class Entities:
    """The named entities of a document by their place. ``Span.ents`` goes through the whole document each time."""

    def __init__(self, doc: Doc) -> None:
        self._ents = list(doc.ents)
        self._starts = [ent.start for ent in self._ents]

    def within(self, span: Span) -> list[Span]:
        """The entities that lie in a span, in order."""
        low, high = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return [ent for ent in self._ents[low:high] if ent.end <= span.end]


def quantities(ents: Iterable[Span]) -> tuple[str, ...]:
    """The quantities among entities as the article writes them; a bare "one" counts nothing."""
    found = (" ".join(e.text.split()) for e in ents if e.label_ in LABELS and e.text not in _VAGUE)
    return tuple(dict.fromkeys(found))


def names(ents: Iterable[Span]) -> tuple[str, ...]:
    """The names among entities, each once."""
    return tuple(dict.fromkeys(" ".join(e.text.split()) for e in ents if e.label_ in _NAMES))
