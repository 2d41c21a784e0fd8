"""The desk itself: what waits for too long, what was given up, and whether the end of the log is whole."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import Redis

from bot.processes.doctor.finding import Finding, fail, ok, warn
from bot.processes.visible import age, number, visible
from bot.store.audit import verify_end
from bot.store.dead_letters import DeadLetters
from bot.store.job_queue import open_dockets
from bot.store.migrations import SCHEMA
from bot.store.outbox_state import waiting_queues
from bot.store.schema import schema_of
from bot.store.upkeep_keys import UpkeepKeys

TOO_LONG = 300.0
"""Seconds after which something that waits should be looked at."""
END = 1000
"""Entries of the log that are looked at: all of them takes ``claimdesk audit verify``."""


async def check_workers(url: str) -> Finding:
    """Whether somebody works."""
    async with open_dockets(url) as dockets:
        workers = len(await dockets.telling.workers())
    if not workers:
        return warn("workers", "none runs; start claimdesk run, or claimdesk worker")
    return ok("workers", f"{workers} {'runs' if workers == 1 else 'run'}")


async def check_desk(redis: Redis, team: str) -> AsyncIterator[Finding]:
    """All about the desk of one workspace."""
    keys, name = UpkeepKeys(team), visible(team)
    version = await schema_of(redis, keys)
    if version > SCHEMA:
        yield fail(f"{name} records", f"of version {version}, this Claimdesk knows {SCHEMA}; install a newer one")
        return
    if version < SCHEMA:
        yield warn(f"{name} records", f"of version {version}; any process brings them to {SCHEMA} when it starts")
    yield await _check_outbox(redis, team)
    yield await _check_reading(redis, team)
    for user in await redis.hkeys(keys.forgetting()):
        yield warn(f"{name} forgetting", f"{visible(str(user))} is not wholly forgotten; see claimdesk forget")
    end = await verify_end(redis, keys, END)
    if end.finding:
        yield fail(f"{name} log", visible(f"{end.finding}; see claimdesk audit verify"))
    else:
        yield ok(f"{name} log", f"unbroken to its end, entry {end.last.seq}")


async def _check_outbox(redis: Redis, team: str) -> Finding:
    name = f"{visible(team)} outbox"
    queues = await waiting_queues(redis, UpkeepKeys(team))
    letters = len(await DeadLetters(redis, team).all())
    oldest = max((q.oldest for q in queues if q.oldest), default=0.0)
    said = f"{sum(q.messages for q in queues)} waiting, the oldest for {age(oldest)}, {number(letters, 'dead letter')}"
    if oldest > TOO_LONG or letters:
        return warn(name, f"{said}; see claimdesk outbox list")
    return ok(name, said)


async def _check_reading(redis: Redis, team: str) -> Finding:
    name = f"{visible(team)} reading"
    waiting: list[Any] = await redis.zrange(UpkeepKeys(team).waiting(), 0, -1, withscores=True)
    oldest = max((time.time() - float(since) for _, since in waiting), default=0.0)
    given_up = int(await redis.scard(UpkeepKeys(team).parked()))
    said = f"{len(waiting)} waiting, the oldest for {age(oldest)}, {given_up} parked"
    if oldest > TOO_LONG or given_up:
        return warn(name, f"{said}; see claimdesk jobs")
    return ok(name, said)
