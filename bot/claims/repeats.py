"""One claim that an article makes twice, in a headline, the lead or a quotation, becomes one with its appearances."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.claims.claim import Claim, Offsets

_WORD = re.compile(r"\w+")
HEAD = 2_000
"""How many characters above the story may hold headlines."""


def merged(claims: Iterable[Claim], text: str, headlines: Iterable[Offsets]) -> list[Claim]:
    """Merge claims of the same words and the same speaker; the first stays, and a headline is an appearance."""
    above = [(start, end) for start, end in headlines if end <= HEAD]
    kept: dict[tuple[str, str], Claim] = {}
    places: dict[tuple[str, str], list[Offsets]] = {}
    for claim in claims:
        key = (" ".join(_WORD.findall(claim.text.casefold())), claim.speaker.name if claim.speaker else "")
        kept.setdefault(key, claim)
        places.setdefault(key, []).append((claim.start, claim.end))
    return [_with_appearances(claim, places[key], text, above) for key, claim in kept.items()]


def _with_appearances(claim: Claim, places: list[Offsets], text: str, above: list[Offsets]) -> Claim:
    for start, end in above:
        at = text.find(claim.text, start, end)
        if at >= 0 and at < claim.start:
            places = [(at, at + len(claim.text)), *places]
            break
    first = places[0]
    return claim.model_copy(
        update={"start": first[0], "end": first[1], "text": text[first[0] : first[1]], "appearances": tuple(places)}
    )
