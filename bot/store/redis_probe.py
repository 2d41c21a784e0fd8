"""Whether Redis answers and takes writes, asked on a connection of its own that waits for nothing."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from bot.store import keys

SECONDS = 1.5
"""Longest wait for an answer."""
KEPT = 0.5
"""Seconds for which an answer holds: however often somebody asks, Redis is asked no more often than that."""


class RedisProbe:
    """Asks the server how it is."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=SECONDS, socket_timeout=SECONDS
        )
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
            await self._redis.set(keys.PROBE, "1", ex=60)
        except (ConnectionError, TimeoutError, OSError):
            return "no answer"
        except RedisError as error:  # READONLY, OOM, MISCONF: Redis' own words begin with the code
            return f"takes no writes ({str(error).split(' ', 1)[0] or type(error).__name__})"
        return ""
