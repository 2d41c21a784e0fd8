"""How much a claim is worth checking: a score from 0 to 1, where 0.5 is the line, and the reasons in plain words."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from bot.claims.weights import trained

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d[\d,.]*%?|[$€£]")
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


def features(text: str) -> list[str]:
    """Words, pairs of words and a few shapes of a sentence; numbers are one word."""
    found = ["#" if w[0].isdigit() else w for w in _WORD.findall(text.lower().replace("’", "'"))]
    names = set(found) | {f"{a} {b}" for a, b in pairwise(found)}
    names.add(f"size:{min(8, len(found) // 5)}")
    names.add(f"capitals:{min(4, len(re.findall(r'(?<!^)(?<![.?!] )[A-Z][a-z]+', text)))}")
    names.add(f"numbers:{min(3, found.count('#'))}")
    if text.rstrip().endswith("?"):
        names.add("asks")
    return sorted(names)


def worth(text: str) -> float:
    """The probability that a sentence is check-worthy, by logistic regression on CheckThat! 2024's sentences."""
    model = trained("worth")
    weights = model["weights"]
    found = features(text)
    scale = 1 / math.sqrt(max(1, len(found)))
    total = model["bias"] + scale * sum(weights.get(name, 0.0) for name in found)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def of_claim(
    text: str, *, named: bool, quantified: bool, dated: bool, negative: bool, attributed: bool, open_words: int
) -> tuple[float, tuple[str, ...]]:
    """The score of a claim and its reasons: what the sentence says, and what a checker can get hold of."""
    base = worth(text)
    total = math.log(max(1e-6, base) / max(1e-6, 1 - base))
    reasons: list[str] = []
    harm = bool(_HARM.search(text))
    superlative = bool(_SUPERLATIVE.search(text))
    compared = bool(_COMPARISON.search(text)) and quantified
    for holds, weight, reason in (
        (quantified, 0.9, "gives a number"),
        (compared, 0.3, "compares amounts"),
        (named, 0.6, "names who or what it is about"),
        (dated, 0.4, "says when"),
        (negative, 0.4, "denies something"),
        (harm, 0.6, "speaks of harm or wrongdoing"),
        (superlative, 0.3, "uses an absolute or a superlative"),
        (attributed, 0.2, "has a speaker who can be asked"),
    ):
        if holds:
            total += weight
            reasons.append(reason)
    total -= 0.3 * open_words
    return round(1 / (1 + math.exp(-total)), 4), tuple(reasons)
