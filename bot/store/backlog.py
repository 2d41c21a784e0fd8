"""What waits, as numbers: a few answers of Redis, however much there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from docket import Docket
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store.keys import Keys
from bot.store.redis_client import strings


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one workspace; ages in seconds, 0 where nothing waits.

    ``messages`` counts each time a message was wanted: one that changed twice since stands for two.
    """

    messages: int
    oldest_message: float
    dead_letters: int
    parked: int
    submissions: int
    oldest_submission: float


@dataclass(frozen=True, slots=True)
class JobBacklog:
    """What is on a queue of jobs: nobody's yet, begun, and for later; the age in seconds of the oldest nobody began."""

    waiting: int
    running: int
    scheduled: int
    oldest: float


async def backlog(redis: Redis, keys: Keys) -> Backlog:
    """The numbers of one workspace."""
    queues = sorted(strings(await redis.smembers(keys.outboxes())))
    async with redis.pipeline(transaction=False) as pipe:
        for queue in queues:
            pipe.llen(keys.outbox(queue))
            pipe.lindex(keys.outbox(queue), 0)
        pipe.llen(keys.dead())
        pipe.scard(keys.parked())
        pipe.zcard(keys.waiting())
        pipe.zrange(keys.waiting(), 0, 0, withscores=True)
        *outboxes, dead, parked, submissions, first = await pipe.execute()
    heads = [id for id in outboxes[1::2] if id is not None]
    async with redis.pipeline(transaction=False) as pipe:
        for id in heads:
            pipe.hget(keys.message(str(id)), "since")
        since = [float(at) for at in await pipe.execute() if at]
    now = time.time()
    return Backlog(
        messages=sum(outboxes[::2]),
        oldest_message=max((now - at for at in since), default=0.0),
        dead_letters=dead,
        parked=parked,
        submissions=submissions,
        oldest_submission=max((now - float(at) for _, at in first), default=0.0),
    )


async def job_backlog(docket: Docket) -> JobBacklog:
    """The numbers of a queue. Docket keeps what is due in a stream and what is for later in a sorted set.

    On docket's own connection: what stands in its stream is no text.
    """
    async with docket.redis() as redis:
        scheduled = int(await redis.zcard(docket.queue_key))
        length = int(await redis.xlen(docket.stream_key))
        try:
            groups: list[dict[str, Any]] = await redis.xinfo_groups(docket.stream_key)
        except ResponseError:  # there is no stream before the first job
            groups = []
        group = next((g for g in groups if g["name"] == docket.worker_group_name.encode()), None)
        running = int(group["pending"]) if group else 0
        after = b"(" + group["last-delivered-id"] if group else b"-"
        first = await redis.xrange(docket.stream_key, min=after, count=1)
    # The id of an entry begins with the time it was added, in milliseconds.
    age = time.time() - int(first[0][0].split(b"-")[0]) / 1000 if first else 0.0
    return JobBacklog(max(0, length - running), running, scheduled, max(0.0, age))
