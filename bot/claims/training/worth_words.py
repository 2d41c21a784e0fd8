"""Train ``bot/claims/weights/worth_words.json``: ``python -m bot.claims.training.worth_words TRAIN.jsonl``.

Each line of the file has ``text`` and ``checkworthy``, as in CheckThat! 2024 task 1 (ClaimBuster's sentences of US
debates). A positive sentence weighs three times, because fewer than one in four is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.claims.training.logistic import fit, write
from bot.claims.worth_words import features

WEIGHTS = Path(__file__).parents[1] / "weights" / "worth_words.json"


def main(path: str) -> None:
    """Read, fit, write."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line]
    model = fit(
        [features(row["text"]) for row in rows],
        [row["checkworthy"] for row in rows],
        keep=lambda name, count: count >= (8 if " " in name else 4),
        l2=0.5,
        positive=3.0,
        scaled=True,
    )
    write(WEIGHTS, model, least=0.1)


if __name__ == "__main__":
    main(sys.argv[1])
