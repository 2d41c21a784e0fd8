"""Check-worthiness of sentences beside a peer: words and pairs by TF-IDF with logistic regression; see ``__main__.py``.

The peer is trained on the same sentences in the same run; its settings are better here than scikit-learn's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from bot.claims.training import calibration
from bot.claims.worth import worth
from tests.benchmarks.corpora import DATA, SCORER, Row, absent, rows, scored, shown, sized
from tests.benchmarks.report import Section, Skipped, side_by_side
from tests.benchmarks.turns import seconds

TRAIN = DATA / "checkworthiness/train.jsonl"
PARTS = {"dev": DATA / "checkworthiness/dev.jsonl", "dev-test": DATA / "checkworthiness/dev-test.jsonl"}


def sections() -> Iterator[Section | Skipped]:
    """Both models on each part."""
    titles = {part: f"Worth of sentences, {part}" for part in PARTS}
    skipped = {part: absent(title, SCORER, TRAIN, PARTS[part]) for part, title in titles.items()}
    yield from (one for one in skipped.values() if one)
    if parts := [part for part in PARTS if not skipped[part]]:
        peer = _trained(rows(TRAIN))
        yield from (_section(titles[part], part, peer) for part in parts)


def _trained(train: list[Row]) -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    peer = make_pipeline(words, LogisticRegression(C=5, max_iter=1000))
    return peer.fit([row["text"] for row in train], [row["checkworthy"] for row in train])


def _section(title: str, part: str, peer: Pipeline) -> Section:
    data = PARTS[part]
    sentences = rows(data)
    texts = [row["text"] for row in sentences]
    worth(texts[0])  # reads the model
    ours: list[float] = []
    took = seconds(lambda: ours.extend(worth(text) for text in texts))
    figures = {
        "Claimdesk": _figures(part, sentences, ours),
        "TF-IDF, logistic regression": _figures(part, sentences, peer.predict_proba(texts)[:, 1].tolist()),
    }
    return Section(
        title,
        f"CheckThat! 2024, task 1, {sized(data, 'sentences')}; the peer is trained on {sized(TRAIN, 'sentences')}.\n\n"
        f"```sh\nclaimdesk worth --ndjson {shown(data)} > pred.ndjson\n"
        f"python {shown(SCORER)} worth {shown(data)} pred.ndjson\n```",
        side_by_side(figures),
        f"A sentence takes Claimdesk {1000 * took / len(texts):.1f} ms, one at a time in one process. It was "
        "calibrated on both parts; the [model card](model-card.md) has dev-test calibrated without itself.",
    )


def _figures(part: str, sentences: Sequence[Row], scores: Sequence[float]) -> dict[str, str]:
    predicted = [{"doc": row["doc"], "worth": score} for row, score in zip(sentences, scores, strict=True)]
    error = calibration.error(np.array(scores), np.array([row["checkworthy"] for row in sentences]))
    return {**scored("worth", PARTS[part], predicted), "expected calibration error": f"{error:.3f}"}
