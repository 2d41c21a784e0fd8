"""Check-worthiness of sentences beside a peer: words and pairs by TF-IDF with logistic regression. Prints Markdown.

Needs the corpus and its scorer in a folder beside the project (``../shared``); none of its text belongs to the project.
The peer is trained on the same sentences in the same run; its settings are better here than scikit-learn's own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from bot.claims.training import calibration
from bot.claims.worth import worth

SHARED = Path(__file__).parents[2].parent / "shared"
DATA = SHARED / "data/checkworthiness"


def main() -> None:
    """Measure and print."""
    if not DATA.is_dir():
        print("No data beside the project: nothing measured.")
        return
    train = _rows("train")
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    peer = make_pipeline(words, LogisticRegression(C=5, max_iter=1000))
    peer.fit([row["text"] for row in train], [row["checkworthy"] for row in train])
    print("| model | data | figures | expected calibration error | milliseconds a sentence |\n|---|---|---|---|---|")
    for part in ("dev", "dev-test"):
        rows = _rows(part)
        texts = [row["text"] for row in rows]
        worth(texts[0])  # reads the model
        start = time.perf_counter()
        ours = [worth(text) for text in texts]
        took = time.perf_counter() - start
        _show("worth", part, rows, ours, f"{1000 * took / len(rows):.1f}")
        _show("TF-IDF + logistic regression", part, rows, peer.predict_proba(texts)[:, 1].tolist(), "")


def _rows(part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{part}.jsonl").read_text("utf-8").splitlines() if line]


def _show(model: str, part: str, rows: Sequence[dict[str, Any]], scores: Sequence[float], took: str) -> None:
    truth = np.array([row["checkworthy"] for row in rows])
    error = calibration.error(np.array(scores), truth)
    print(f"| {model} | {part} | {_scored(part, rows, scores)} | {error:.3f} | {took} |")


def _scored(part: str, rows: Sequence[dict[str, Any]], scores: Sequence[float]) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as out:
        for row, score in zip(rows, scores, strict=True):
            out.write(json.dumps({"doc": row["doc"], "worth": score}) + "\n")
        out.flush()
        command = [sys.executable, str(SHARED / "bench/score.py"), "worth", str(DATA / f"{part}.jsonl"), out.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "; ".join(" ".join(line.split()) for line in done.splitlines())


if __name__ == "__main__":
    main()
