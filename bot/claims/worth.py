"""How much a claim is worth checking: a score from 0 to 1, where 0.5 is the line, and the reasons in plain words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from bot.claims import encoder, worth_words
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
    return _probability(_calibrated(encoder.logit(text)))


def log_odds(texts: Sequence[str]) -> list[float]:
    """The encoder's calibrated log-odds of several sentences."""
    return [_calibrated(logit) for logit in encoder.logits(texts)]


def _calibrated(logit: float) -> float:
    fitted = calibration()
    return fitted["scale"] * logit + fitted["shift"]


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def of_claim(
    text: str,
    log_odds: float,
    *,
    named: bool,
    quantified: bool,
    dated: bool,
    negative: bool,
    attributed: bool,
    open_words: int,
) -> tuple[float, tuple[str, ...]]:
    """The score of a claim that reads alone, and its reasons: what it says, and what a checker can get hold of.

    ``log_odds`` are the encoder's, as the function of that name gives them.

    Half of the log-odds is the encoder's, half that of the words and the reasons. The encoder has only seen debates and
    is too sure of news: together they rank annotated news better than either alone.
    """
    words = worth_words.log_odds(text) - UNCLEAR * open_words
    reasons: list[str] = []
    compared = quantified and bool(_COMPARISON.search(text))
    for holds, weight, reason in (
        (quantified, 0.9, "gives a number"),
        (compared, 0.3, "compares amounts"),
        (named, 0.6, "names who or what it is about"),
        (dated, 0.4, "says when"),
        (negative, 0.4, "denies something"),
        (bool(_HARM.search(text)), 0.6, "speaks of harm or wrongdoing"),
        (bool(_SUPERLATIVE.search(text)), 0.3, "uses an absolute or a superlative"),
        (attributed, 0.2, "has a speaker who can be asked"),
    ):
        if holds:
            words += weight
            reasons.append(reason)
    return round(_probability((log_odds + words) / 2), 4), tuple(reasons)
