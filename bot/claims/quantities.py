"""Numbers with their units: what makes a claim numerical."""

from __future__ import annotations

from spacy.tokens import Span

LABELS = frozenset({"MONEY", "PERCENT", "QUANTITY", "CARDINAL"})
_VAGUE = frozenset({"one", "One", "two", "both", "half"})


def quantities(span: Span) -> tuple[str, ...]:
    """The quantities of a span as the article writes them; a bare "one" counts nothing."""
    found = dict.fromkeys(" ".join(e.text.split()) for e in span.ents if e.label_ in LABELS and e.text not in _VAGUE)
    return tuple(found)


def names(span: Span) -> tuple[str, ...]:
    """The named entities of a span, each once."""
    wanted = {"PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"}
    return tuple(dict.fromkeys(" ".join(e.text.split()) for e in span.ents if e.label_ in wanted))
