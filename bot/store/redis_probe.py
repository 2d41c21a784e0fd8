"""Whether Redis answers and takes writes, asked on a connection of its own that waits for nothing."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

from redis.exceptions import ConnectionError, RedisError, TimeoutError

from bot.store.trouble import code, impatient, write_something

SECONDS = 1.5
"""Longest wait for an answer."""
KEPT = 0.5
"""Seconds for which an answer holds: however often somebody asks, Redis is asked no more often than that."""


class RedisProbe:
    """Asks the server how it is."""

    def __init__(self, url: str) -> None:
        self._redis = impatient(url, SECONDS)
        self._one_at_a_time = asyncio.Lock()
        self._known = (float("-inf"), "")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._redis.aclose()

    async def trouble(self) -> str:
        """What is wrong, in a few words; empty if nothing is."""
        async with self._one_at_a_time:
            if time.monotonic() - self._known[0] > KEPT:
                said = await self._ask()
                self._known = (time.monotonic(), said)
            return self._known[1]

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(SECONDS):
                await write_something(self._redis)
        except (ConnectionError, TimeoutError, OSError):
            return "no answer"
        except RedisError as error:
            return f"takes no writes ({code(error) or type(error).__name__})"
        return ""
