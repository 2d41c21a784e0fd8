"""The connection to Redis, and what a server must be for the desk to trust it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, ReadOnlyError, TimeoutError

OLDEST = (6, 2)
"""Oldest Redis that works: `XAUTOCLAIM` and `GETEX` came with it."""


MOST_CONNECTIONS = 200
"""Of one process. More than all its jobs can hold at once while they wait for a second one, so that none waits for
ever; what would take more waits for its turn."""


AGAIN = 0.5
"""Seconds until a task that goes on is cancelled once more: redis-py may take a cancellation for a time-out of its own
and try the command again (inside WATCH and MULTI, 8.1)."""
TIMES = 6
"""How often that is done before the task is left behind."""


class UnfitRedis(Exception):
    """The server may lose or evict what the desk writes; one line that says which setting to change."""


def connect(url: str) -> Redis:
    """A client that waits out a restart of the server for about ten seconds before it gives up."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=30,
        decode_responses=True,
        retry=Retry(ExponentialBackoff(cap=1.0, base=0.05), retries=14),
        retry_on_error=[ConnectionError, TimeoutError, BusyLoadingError, ReadOnlyError],
        socket_connect_timeout=5,
        socket_timeout=30,
        health_check_interval=15,
    )
    return Redis.from_pool(pool)


async def check_fit(redis: Redis) -> list[str]:
    """What an operator should know of this server, a line each; empty when all is well.

    Raises:
        UnfitRedis: too old, or it evicts keys under memory pressure.
    """
    server = await redis.info("server")
    version = str(server.get("valkey_version") or server["redis_version"])
    if tuple(int(p) for p in version.split(".")[:2]) < OLDEST:
        raise UnfitRedis(f"REDIS_URL: Redis {version} is too old; {OLDEST[0]}.{OLDEST[1]} or newer is needed")
    memory = await redis.info("memory")
    if memory.get("maxmemory_policy", "noeviction") != "noeviction":
        raise UnfitRedis(
            f"REDIS_URL: maxmemory-policy is {memory['maxmemory_policy']}, which deletes records; set it to noeviction"
        )
    persistence = await redis.info("persistence")
    if not persistence.get("aof_enabled"):
        return ["REDIS_URL: append-only file is off, so a crash of Redis can lose work; set appendonly yes"]
    return []


def end_if_cancelled() -> None:
    """For loops, after each step: redis-py may turn a cancellation into a time-out of its own, and try again."""
    if (task := asyncio.current_task()) and task.cancelling():
        raise asyncio.CancelledError


async def cancelled(task: asyncio.Future[Any], patience: float | None = None) -> bool:
    """Cancel a task, and again if it goes on after ``patience`` seconds; whether it ended."""
    wait = AGAIN if patience is None else patience
    for _ in range(TIMES):
        task.cancel()
        done, _ = await asyncio.wait((task,), timeout=wait)
        if done:
            return True
        wait = AGAIN
    return False


def strings(values: Iterable[object]) -> list[str]:
    """What Redis answered, typed as the text it is (the client decodes, its types do not say so)."""
    return [str(v) for v in values]
