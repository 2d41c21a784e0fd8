"""Two ways of doing the same work, timed by turns, so that whatever else the machine does meets both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

Work = Callable[[], object]


def seconds(work: Work) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratios(pieces: Sequence[tuple[Work, Work]], rounds: int) -> list[float]:
    """For each round, how often faster the second of each pair is than the first, over all pairs.

    The two take turns pair by pair, and in who goes first.
    """
    found = []
    for turn in range(rounds):
        first = second = 0.0
        for number, (one, other) in enumerate(pieces, turn):
            if number % 2:
                second += seconds(other)
                first += seconds(one)
            else:
                first += seconds(one)
                second += seconds(other)
        found.append(first / second)
    return found


def median_of(values: Sequence[float]) -> str:
    """The median with all values it is of."""
    return f"{statistics.median(values):.2f} ({', '.join(f'{value:.2f}' for value in values)})"
