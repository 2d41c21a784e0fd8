"""Faults on order: calls that are refused, come late, or vanish, so that tests can see what the app makes of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["429", "500", "error", "late", "never", "lost", "dropped"]
"""What goes wrong.

``429`` and ``500`` refuse with that status; ``error`` answers 200 with an error of your choice; ``late`` does the work
and answers after a delay; ``never`` does nothing and holds the connection; ``dropped`` does nothing and breaks the
connection; ``lost`` does the work and breaks the connection, so that the caller cannot know.
"""


@dataclass
class Fault:
    """One fault: which method, what goes wrong, how often. ``hits`` counts how often it struck."""

    method: str
    kind: Kind
    times: int | None = 1
    retry_after: float = 1
    delay: float = 5
    error: str = "fatal_error"
    channel: str | None = None
    probability: float | None = None
    chance: random.Random = field(default_factory=random.Random, repr=False)
    hits: int = 0

    def strikes(self, method: str, channel: str | None) -> bool:
        """Whether it strikes this call; counts it if so."""
        if self.method not in ("*", method) or (self.times is not None and self.hits >= self.times):
            return False
        if self.channel is not None and self.channel != channel:
            return False
        if self.probability is not None and self.chance.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults of a workspace, asked in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        method: str = "*",
        kind: Kind = "500",
        times: int | None = 1,
        *,
        retry_after: float = 1,
        delay: float = 5,
        error: str = "fatal_error",
        channel: str | None = None,
        probability: float | None = None,
        seed: int = 0,
    ) -> Fault:
        """Order a fault for a method (``*`` for all); ``times=None`` means until ``clear``.

        With ``probability``, each call is struck with that chance, drawn from ``seed``, still at most ``times`` times.
        ``channel`` narrows it to calls that name this channel.
        """
        chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        fault = Fault(method, kind, times, retry_after, delay, error, channel, probability, chance=chance)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def pick(self, method: str, channel: str | None) -> Fault | None:
        """The fault that strikes this call, if one does."""
        return next((fault for fault in self._faults if fault.strikes(method, channel)), None)
