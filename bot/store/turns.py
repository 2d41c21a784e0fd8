"""Who may ask a web site now: one request at a time to a host, of all workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.exceptions import LockError

from bot.store import keys


class SharedTurns:
    """Turns that all processes share; a process that dies lets go of its turn after ``longest`` seconds.

    See ``bot.articles.fetch_turns.Turns``. Sites are asked for all workspaces alike.
    """

    def __init__(self, redis: Redis, longest: float) -> None:
        self._redis = redis
        self._longest = longest

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it; first come, first served is not promised between processes."""
        lock = self._redis.lock(keys.host(host), timeout=self._longest, sleep=0.1)
        await lock.acquire()
        try:
            yield
        finally:
            with suppress(LockError):  # it ran out: the next one has it
                await lock.release()
