"""How much a claim is worth checking: a score from 0 to 1, where 0.5 is the line, and the reasons in plain words."""

from __future__ import annotations

import math
import re

from bot.claims import encoder
from bot.claims.weights import calibration

_SUPERLATIVE = re.compile(
    r"\b(?:first|only|most|least|largest|biggest|highest|lowest|worst|best|record|never|every|all|none|oldest|youngest|longest|deadliest)\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:kill|die|dead|death|wound|injur|attack|assault|rape|murder|shot|shoot|bomb|airstrike|strike|abus|fraud|brib|corrupt|steal|stole|illegal|crime|criminal|"
    r"violat|poison|disease|cancer|virus|vaccin|outbreak|victim|threat|terror|weapon|nuclear)\w*",
    re.IGNORECASE,
)  # fmt: skip
_COMPARISON = re.compile(
    r"\b(?:more|less|fewer|higher|lower|rose|fell|increas\w+|decreas\w+|doubl\w+|tripl\w+|cut|grew|dropp\w+|than)\b",
    re.IGNORECASE,
)

UNCLEAR = 0.3
"""Log-odds that each unclear word takes off: what it means must be asked before it can be checked."""


def worth(text: str) -> float:
    """The probability that a sentence is check-worthy: the encoder's log-odds, calibrated as by Platt (1999)."""
    return _probability(_log_odds(text))


def _log_odds(text: str) -> float:
    fitted = calibration()
    return fitted["scale"] * encoder.logit(text) + fitted["shift"]


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def of_claim(
    text: str, *, named: bool, quantified: bool, dated: bool, negative: bool, attributed: bool, open_words: int
) -> tuple[float, tuple[str, ...]]:
    """The score of a claim that reads alone, and what speaks for checking it.

    The score is the encoder's, which has read the same words, less what stays unclear; the reasons are what a person
    sees in the sentence and can get hold of. They do not add to the score: on annotated news that ranked no better.
    """
    score = _probability(_log_odds(text) - UNCLEAR * open_words)
    compared = quantified and bool(_COMPARISON.search(text))
    found = (
        (quantified, "gives a number"),
        (compared, "compares amounts"),
        (named, "names who or what it is about"),
        (dated, "says when"),
        (negative, "denies something"),
        (bool(_HARM.search(text)), "speaks of harm or wrongdoing"),
        (bool(_SUPERLATIVE.search(text)), "uses an absolute or a superlative"),
        (attributed, "has a speaker who can be asked"),
    )
    return round(score, 4), tuple(reason for holds, reason in found if holds)
