"""Slack's pace for messages: about one a second in a channel, with room for a short burst."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

PER_SECOND = 1.0
BURST = 5


class Pace:
    """A token bucket for each channel."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, channel: str) -> int | None:
        """Count one message; the seconds to wait (for ``Retry-After``) if it comes clearly too soon."""
        now = self._clock()
        tokens, since = self._buckets.get(channel, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - since) * PER_SECOND)
        if tokens < 1:
            self._buckets[channel] = (tokens, now)
            return max(1, math.ceil((1 - tokens) / PER_SECOND))
        self._buckets[channel] = (tokens - 1, now)
        return None
