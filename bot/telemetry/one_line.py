"""Text from outside in one line of a log or on a terminal."""

from __future__ import annotations

import unicodedata

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of text and so can make a line read as what it is not."""


def visible(text: str) -> str:
    """The text with everything that acts on a terminal, a line or its direction written out, such as ``\\x1b``."""
    if text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape").decode()
        if c in _DIRECTIONS or unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        else c
        for c in text
    )
