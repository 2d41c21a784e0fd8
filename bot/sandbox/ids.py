"""Timestamps and ids as Slack makes them: unique, increasing, and readable in a log."""

from __future__ import annotations

import itertools
import re
import time


class Ids:
    """Hands out message timestamps and ids for one workspace."""

    def __init__(self, team_id: str) -> None:
        self._team = team_id.removeprefix("T")
        self._last = 0
        self._counter = itertools.count(1)
        self._taken: set[str] = set()

    def ts(self) -> str:
        """A message timestamp: real time, and always later than the one before."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def named(self, prefix: str, name: str) -> str:
        """An id that shows whose it is, such as ``U0ADA``; numbered if that one is taken."""
        base = prefix + "0" + re.sub(r"[^A-Z0-9]", "", name.upper())[:12]
        candidate = base
        while candidate in self._taken:
            candidate = f"{base}{next(self._counter)}"
        self._taken.add(candidate)
        return candidate

    def next(self, prefix: str) -> str:
        """The next id of a kind: ``Ev``, ``V``, ``F``."""
        return f"{prefix}0{self._team}{next(self._counter):06d}"

    def number(self) -> int:
        """The next number of the workspace's one counter."""
        return next(self._counter)
