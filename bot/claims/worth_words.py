"""What the words of a sentence say about its worth: a logistic regression, beside the encoder for claims of news."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from bot.claims.weights import trained

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d[\d,.]*%?|[$€£]")


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


def log_odds(text: str) -> float:
    """Of being check-worthy; a sentence's features weigh less the more it has."""
    model = trained("worth_words")
    weights = model["weights"]
    found = features(text)
    scale = 1 / math.sqrt(max(1, len(found)))
    return model["bias"] + scale * sum(weights.get(name, 0.0) for name in found)
