"""Text that a mail program or a terminal broke into short lines, or quoted with "> ", as the writer had it."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

_QUOTED = re.compile(r"^[ ]?((?:>[ ]?)+)")
_SHARE_QUOTED = 0.6
_FEWEST_LINES = 5
_SHORTEST, _LONGEST = 45, 100  # characters of a full line in wrapped text
_RAGGED = 20  # characters that a full line may lack, because the next word would not have fitted
_LIST = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")
_TURN = re.compile(r"[A-Z][\w.'’ -]{0,40}:\s")  # "INTERVIEWER: …": each turn stays a paragraph


def unwrapped(text: str) -> str:
    """The text with its paragraphs in one line each; unchanged if it is not wrapped.

    Quotation marks of mail ("> ") go if most lines have them.
    """
    text = _unquoted(text)
    lines = text.split("\n")
    width = _width(lines)
    if width is None:
        return text
    paragraphs: list[str] = []
    before = ""
    for line in lines:
        stripped = line.strip()
        new = not stripped or not before or _ends(before, stripped, width) or _LIST.match(line) or _TURN.match(stripped)
        if new:
            paragraphs.append(stripped)
        elif before.endswith("-") and before[-2:-1].isalpha() and stripped[:1].islower():
            paragraphs[-1] += stripped  # a word with a hyphen of its own
        else:
            paragraphs[-1] += f" {stripped}"
        before = stripped
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(p for p in paragraphs if p))


def _unquoted(text: str) -> str:
    lines = text.split("\n")
    written = [line for line in lines if line.strip()]
    if not written or sum(bool(_QUOTED.match(line)) for line in written) < _SHARE_QUOTED * len(written):
        return text
    return "\n".join(_QUOTED.sub("", line) for line in lines)


def _width(lines: list[str]) -> int | None:
    """The width at which the text was wrapped: most lines inside its paragraphs are about so long."""
    inner = [len(a.rstrip()) for a, b in pairwise(lines) if a.strip() and b.strip() and not _LIST.match(b)]
    if len(inner) < _FEWEST_LINES:
        return None
    longest = max(len(line.rstrip()) for line in lines)
    typical = median(inner)
    full = sum(length >= longest - _RAGGED for length in inner)
    if not _SHORTEST <= typical <= longest <= _LONGEST or full < 0.7 * len(inner):
        return None
    return longest


def _ends(line: str, following: str, width: int) -> bool:
    """Whether a paragraph ends here: the next word would have fitted into the line."""
    room = width - len(line) - 1
    return room > len(following.split(maxsplit=1)[0]) + _RAGGED
