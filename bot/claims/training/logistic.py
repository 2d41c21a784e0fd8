"""Logistic regression over named features, in numpy, so that training needs no further library."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 300


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, and the constant that is added to their sum."""

    weights: dict[str, float]
    bias: float


def fit(
    rows: Sequence[Sequence[str]],
    labels: Sequence[bool],
    *,
    keep: Callable[[str, int], bool],
    l2: float,
    positive: float = 1.0,
    scaled: bool = False,
) -> Model:
    """Fit by Adam on all rows at once (Kingma & Ba 2015): no shuffling, so the same data give the same weights.

    ``keep`` decides by a feature's name and count, ``positive`` is the weight of a positive row, and ``scaled`` divides
    each row by the square root of its length.
    """
    counts = Counter(name for row in rows for name in set(row))
    names = [name for name, count in counts.items() if keep(name, count)]
    column = {name: i for i, name in enumerate(names)}
    r, c, v = _sparse(rows, column, scaled)
    target = np.array(labels, dtype=np.float64)
    cost = np.where(target == 1, positive, 1.0)
    weights: Floats = np.zeros(len(names) + 1)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        total = np.bincount(r, weights=weights[c] * v, minlength=len(rows)) + weights[-1]
        error = (1 / (1 + np.exp(-total)) - target) * cost
        slope = np.append(np.bincount(c, weights=error[r] * v, minlength=len(names)), error.sum())
        slope[:-1] += l2 * weights[:-1]
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = 0.1 if step < STEPS / 2 else 0.03
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return Model(dict(zip(names, weights[:-1].tolist(), strict=True)), float(weights[-1]))


def _sparse(
    rows: Sequence[Sequence[str]], column: dict[str, int], scaled: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    r: list[int] = []
    c: list[int] = []
    v: list[float] = []
    for i, row in enumerate(rows):
        size = 1 / math.sqrt(max(1, len(row))) if scaled else 1.0
        for name in set(row):
            if name in column:
                r.append(i)
                c.append(column[name])
                v.append(size)
    return np.array(r), np.array(c), np.array(v)


def write(path: Path, model: Model, least: float) -> None:
    """Write the weights that matter, sorted by name, so that a change can be read in a diff."""
    kept = {name: round(w, 2) for name, w in sorted(model.weights.items()) if abs(w) >= least}
    text = json.dumps({"bias": round(model.bias, 3), "weights": kept}, ensure_ascii=False, indent=0)
    path.write_text(text + "\n", encoding="utf-8")
