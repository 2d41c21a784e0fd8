"""Live and ready: what a process says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.telemetry.metrics import READY

Check = Callable[[], Awaitable[str]]
"""Says why its part is not ready, in a few words; an empty string when it is."""

LONGEST_CHECK = 2.0
"""Seconds after which a check counts as failed."""
STARTING = "starting"


class Health:
    """The parts of a process that must work for it to be ready. A part without a check has not started yet."""

    def __init__(self, *parts: str) -> None:
        """``parts`` are those that are to come up."""
        self._checks: dict[str, Check | None] = dict.fromkeys(parts)

    def expect(self, part: str) -> None:
        """A part is to come up, too."""
        self._checks.setdefault(part, None)

    def watch(self, part: str, check: Check) -> None:
        """A part is up, and from now on this tells how it is."""
        self._checks[part] = check

    async def ready(self) -> dict[str, str]:
        """Each part with ``ok``, or with why it is not ready."""
        parts = list(self._checks)
        said = dict(zip(parts, await asyncio.gather(*map(self._ask, parts)), strict=True))
        for part, word in said.items():
            READY.labels(part).set(word == "ok")
        return said

    async def _ask(self, part: str) -> str:
        check = self._checks[part]
        if check is None:
            return STARTING
        try:
            return await asyncio.wait_for(check(), LONGEST_CHECK) or "ok"
        except Exception as error:  # a check that breaks must not make the answer break, too
            return type(error).__name__
