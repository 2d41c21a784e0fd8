"""The Redis server: whether it answers, keeps what is written, and has room for more."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError, RedisError, ResponseError, TimeoutError

from bot.processes.doctor.finding import Finding, fail, ok, skew, warn
from bot.store.redis_client import UnfitRedis, check_fit
from bot.store.trouble import what_to_do, write_something

MB = 1_000_000
FULL = 0.9
"""Share of the memory from which on little is left."""
LEAST_DISK, LITTLE_DISK = 100 * MB, 1000 * MB
"""Bytes free where the append-only file is: less than the first and writing may stop any time."""
CLOCK_HARM = 60.0
"""Seconds between clocks from which on leases and waits of different machines contradict each other."""


async def check_server(redis: Redis) -> AsyncIterator[Finding]:
    """All about the server; after a first FAIL named ``redis`` nothing else can be asked of it."""
    try:
        await redis.ping()
        server = await redis.info("server")
    except (ConnectionError, TimeoutError, OSError) as error:
        yield fail("redis", f"no answer ({type(error).__name__}); {what_to_do(error)}")
        return
    except ResponseError as error:
        yield fail("redis", f"answers “{error}”; {what_to_do(error, 'allow this user the command')}")
        return
    version = server.get("valkey_version") or server["redis_version"]
    yield ok("redis", f"answers, {'Valkey' if 'valkey_version' in server else 'Redis'} {version}")
    try:
        warnings = await check_fit(redis)
        for warning in warnings:
            yield warn("redis settings", warning.removeprefix("REDIS_URL: "))
        if not warnings:
            yield ok("redis settings", "append-only file on, nothing is evicted")
    except UnfitRedis as error:
        yield fail("redis settings", str(error).removeprefix("REDIS_URL: "))
    yield await _check_writing(redis)
    info = {**await redis.info("persistence"), **await redis.info("memory")}
    for finding in (*check_persistence(info), check_memory(info)):
        yield finding
    before = time.time()
    seconds, micros = await redis.time()
    middle = (before + time.time()) / 2
    harm = "locks and waits of several machines contradict each other"
    yield skew("redis clock", seconds + micros / 1e6, middle, CLOCK_HARM, harm)


async def _check_writing(redis: Redis) -> Finding:
    try:
        await write_something(redis)
    except RedisError as error:
        return fail("redis writes", f"refused (“{error}”): {what_to_do(error)}")
    return ok("redis writes", "accepted")


def check_persistence(info: dict[str, Any]) -> Iterator[Finding]:
    """Whether the append-only file is in order, from INFO's section of that name."""
    if info.get("aof_enabled") and info.get("aof_last_write_status", "ok") != "ok":
        yield fail("redis disk", "the last write to the append-only file failed; free some space and look at its log")
    elif info.get("aof_enabled") and info.get("aof_last_bgrewrite_status", "ok") != "ok":
        yield warn("redis disk", "the append-only file could not be rewritten; free some space and look at its log")


def check_memory(info: dict[str, Any]) -> Finding:
    """How much memory is left, from INFO's section of that name."""
    used, most = int(info["used_memory"]), int(info.get("maxmemory") or 0)
    whole = most or int(info.get("total_system_memory") or 0)
    of = "maxmemory" if most else "the machine's memory"
    if not whole:
        return ok("redis memory", f"{used / MB:.0f} MB used")
    said = f"{used / MB:.0f} MB used, {used / whole:.0%} of {of}"
    if used < whole * FULL:
        return ok("redis memory", said)
    return warn("redis memory", f"{said}; raise it, or set a shorter retention")


def check_disk(folder: Path) -> Finding:
    """How much room is left where the embedded server writes."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return fail("disk", f"{folder}: {error.strerror}; set DATA_DIR to a folder you may write to")
    said = f"{free / MB:,.0f} MB free at {folder}"
    if free < LEAST_DISK:
        return fail("disk", f"{said}; free some space, or the desk stops taking anything")
    return warn("disk", f"{said}; free some space") if free < LITTLE_DISK else ok("disk", said)
