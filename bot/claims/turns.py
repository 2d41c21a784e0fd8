"""Who speaks in a transcript or an interview: "ANNA LIND: We built 40 schools"."""

from __future__ import annotations

from bisect import bisect_right

from spacy.tokens import Doc

from bot.claims.attributions import Saying
from bot.claims.layout import last_word

_NOBODY = frozenset({"q", "question", "a", "answer"})


def turns(doc: Doc) -> list[Saying]:
    """An act of saying for each line with a label; the label is its cue and its source."""
    text, starts = doc.text, [token.idx for token in doc]
    found = []
    for line in doc._.lines or []:
        if line.label is None:
            continue
        start, end = line.label
        head = doc[bisect_right(starts, end - 1) - 1]
        named = last_word(text[start:end]) not in _NOBODY
        content = [(line.start, line.end)]
        found.append(Saying("turn", 1.0, head, line.label if named else None, head if named else None, content, True))
    return found
