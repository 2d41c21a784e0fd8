"""From log-odds to probabilities that hold: Platt scaling, and how far off they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
BINS = 10


def fit(found: Sequence[Floats], truth: Sequence[Truth]) -> tuple[float, float]:
    """Scale and shift of log-odds (Platt 1999), on several parts that weigh the same whatever their sizes."""
    x, y = np.concatenate(found)[:, None], np.concatenate(truth)
    weight = np.concatenate([np.full(len(part), 1000 / len(part)) for part in found])
    fitted = LogisticRegression(C=1e6).fit(x, y, sample_weight=weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def probabilities(found: Floats, scale: float, shift: float) -> Floats:
    """What log-odds are after calibration."""
    chances: Floats = 1 / (1 + np.exp(-(scale * found + shift)))
    return chances


def crossed(found: Sequence[Floats], truth: Sequence[Truth], folds: int = 10) -> Floats:
    """Probabilities of the last part, each from a fit that did not see it: the other parts and the other folds."""
    seen, y = found[-1], truth[-1]
    fold = np.random.default_rng(1).permutation(len(y)) % folds
    chances = np.zeros(len(y))
    for k in range(folds):
        rest = fold != k
        scale, shift = fit([*found[:-1], seen[rest]], [*truth[:-1], y[rest]])
        chances[~rest] = probabilities(seen[~rest], scale, shift)
    return chances


def error(chances: Floats, truth: Truth) -> float:
    """Expected calibration error (Guo et al. 2017): mean distance of what is said from what is true, in equal bins."""
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    bins = [place == b for b in range(BINS) if (place == b).any()]
    return float(sum(abs(chances[b].mean() - truth[b].mean()) * b.sum() for b in bins) / len(truth))
