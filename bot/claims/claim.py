"""What extraction yields: claims, attributions and time expressions, as plain values without a spaCy type in them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

Offsets = tuple[int, int]
"""A span of the article's text: characters, end exclusive."""

Voice = Literal["quoted", "reported", "own"]
"""Who carries the words: a direct quotation, an indirect report, or the article itself."""

Polarity = Literal["affirmative", "negative"]
Modality = Literal["asserted", "possible", "alleged", "conditional", "planned"]
Kind = Literal["event", "numerical", "quote", "causal", "position"]
"""AVeriTeC's claim types (Schlichtkrull et al. 2023); ``event`` is their "event/property claim"."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Speaker(_Value):
    """Who says so. ``name`` is the fullest name the article gives ("Ilse Maron"), ``role`` what it calls them."""

    name: str
    role: str = ""


class TimeExpression(_Value):
    """A TIMEX3 expression (ISO-TimeML); ``value`` is None where it could not be resolved without guessing."""

    start: int
    end: int
    text: str
    value: str | None


class Attribution(_Value):
    """Source, cue and content of one act of saying (PolNeAR's terms). ``speaker`` is the resolved name."""

    source: Offsets | None
    cue: Offsets | None
    content: tuple[Offsets, ...]
    speaker: str | None = None


class Claim(_Value):
    """A span of the article that someone could find true or false, with what a checker needs to know.

    ``standalone`` reads without the article: references resolved, dates absolute. ``worth`` is 0 to 1, with 0.5 as
    the line above which a sentence counts as check-worthy, and ``reasons`` says why in plain words. ``ambiguous``
    lists the words that could not be resolved ("they"), which become a question instead of a guess. ``appearances``
    are all the places where the article makes the claim, with ``start`` and ``end`` as the first of them; ``sentence``
    is the one that was read for speaker and references, which for a claim in a headline lies further down.
    """

    start: int
    end: int
    text: str
    sentence: Offsets
    standalone: str
    appearances: tuple[Offsets, ...] = ()
    speaker: Speaker | None = None
    cue: str = ""
    voice: Voice = "own"
    kind: Kind = "event"
    polarity: Polarity = "affirmative"
    modality: Modality = "asserted"
    times: tuple[TimeExpression, ...] = ()
    entities: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    worth: float = 0.0
    reasons: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[str, ...]:
        """The questions kept apart: did they say it, and is it true?"""
        return ("said", "true") if self.speaker else ("true",)


class Extraction(_Value):
    """All that was found in one article. ``claims`` are ranked, most worth checking first."""

    title: str = ""
    published: date | None = None
    claims: tuple[Claim, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    unsupported_language: str | None = None
