"""Sentences of an article without a parser: good enough to offer them for a choice."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[\"“‘«(\[]?(?:\d|[^\W\d_a-z]))|(?<!\s)\s*\n\s*")
"""After a full stop and before a capital, or at the end of a line."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The spans of sentences in a text, without blanks around them. An abbreviation may end one too early."""
    spans = []
    start = 0
    for end in _END.finditer(text):
        marks = len(end[0]) - len(end[0].lstrip('"”’»)]'))
        spans.append((start, end.start() + marks))
        start = end.end()
    spans.append((start, len(text)))
    return [(s, e) for s, e in spans if text[s:e].strip()]
