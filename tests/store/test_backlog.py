"""What waits, as numbers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from desk.samples import submission
from redis.asyncio import Redis

from bot.desk.messages import Wanted
from bot.store.backlog import Backlog, backlog, job_backlog
from bot.store.desk_store import DeskStore
from bot.store.job_queue import JobQueue, open_dockets
from bot.store.keys import Keys
from bot.store.outbox import Outbox
from bot.store.parked import internal

KEYS = Keys("T1")


async def test_nothing_waits_on_a_new_desk(redis: Redis, redis_url: str) -> None:
    assert await backlog(redis, KEYS) == Backlog(0, 0.0, 0, 0, 0, 0.0)
    async with open_dockets(redis_url) as dockets:
        found = await job_backlog(dockets.reading)
    assert (found.waiting, found.running, found.scheduled, found.oldest) == (0, 0, 0, 0.0)


async def test_messages_are_counted_over_all_channels_with_the_longest_wait(redis: Redis) -> None:
    store = DeskStore(redis, "T1")
    for number in range(3):
        await store.want(Wanted(f"said:{number}", f"C{number % 2}", "notice", body={"text": "x", "blocks": []}))
    await redis.hset(KEYS.message("said:0"), "since", str(time.time() - 500))
    await Outbox(redis, KEYS).bury("C1", "said:1", "is_archived")
    found = await backlog(redis, KEYS)
    assert (found.messages, found.dead_letters) == (2, 1)
    assert 499 < found.oldest_message < 520


async def test_submissions_wait_from_their_receipt_and_are_parked_until_they_are_tried_again(redis: Redis) -> None:
    store = DeskStore(redis, "T1")
    received = datetime.now(UTC) - timedelta(seconds=100)
    await store.receive(submission(id="old", team="T1", received=received))
    found = await backlog(redis, KEYS)
    assert (found.submissions, found.parked) == (1, 0)
    assert 99 < found.oldest_submission < 120
    await store.fail("old", "sorry", reason=internal(ValueError()), retryable=True)
    found = await backlog(redis, KEYS)
    assert (found.submissions, found.parked, found.oldest_submission) == (0, 1, 0.0)
    await store.try_again("old", by="U1")
    assert (await backlog(redis, KEYS)).parked == 0
    await store.fail("old", "no such page", reason="gone")
    assert (await backlog(redis, KEYS)).parked == 0


async def test_jobs_that_nobody_began_are_counted_with_the_age_of_the_oldest(redis: Redis, redis_url: str) -> None:
    async with open_dockets(redis_url) as dockets:
        queue = JobQueue(dockets)
        await queue.read("T1", "a")
        await queue.read("T1", "b")
        await queue.read_at("T1", "c", datetime.now(UTC) + timedelta(hours=1))
        found = await job_backlog(dockets.reading)
        assert (found.waiting, found.running, found.scheduled) == (2, 0, 1)
        assert 0 <= found.oldest < 5
        await dockets.reading._ensure_stream_and_group()
        group, stream = dockets.reading.worker_group_name, dockets.reading.stream_key
        async with dockets.reading.redis() as taking:
            await taking.xreadgroup(group, "somebody", {stream: ">"}, count=1)
        found = await job_backlog(dockets.reading)
        assert (found.waiting, found.running) == (1, 1)
