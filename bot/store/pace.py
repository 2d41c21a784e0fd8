"""When Slack may be called again: shared by all processes, kept over restarts."""

from __future__ import annotations

import time

from redis.asyncio import Redis

from bot.store.keys import Keys

THE_APP = "app"
"""Stands for everything that the desk says in a workspace, where Slack does not take its token."""


class Pace:
    """Holds for methods and channels of one workspace, in seconds since the epoch."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def wait(self, *names: str) -> float:
        """Seconds until all of these may be called; 0 when they may be called now."""
        held = [v for v in await self._redis.mget([self._keys.pace(n) for n in names]) if v]
        return max((float(v) - time.time() for v in held), default=0.0)

    async def hold(self, name: str, seconds: float) -> None:
        """Let nobody call for so long; a longer hold that is there already stays."""
        seconds = max(seconds, await self.wait(name))
        until = time.time() + seconds
        await self._redis.set(self._keys.pace(name), str(until), px=max(1, int(seconds * 1000)))
