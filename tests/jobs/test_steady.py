"""Jobs that Redis breaks off are done again when it is well; what a worker cannot finish goes back on the queue."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from desk.samples import article, submission
from docket import Docket, Worker
from jobs.house import House
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, ResponseError, TimeoutError

from bot.articles.article import Article
from bot.jobs import steady
from bot.jobs.jobs import FATAL_TRIES, Jobs
from bot.jobs.steady import Steadiness
from bot.store.job_queue import Dockets, JobQueue
from bot.store.trouble import RedisWatch, impatient


@asynccontextmanager
async def working(docket: Docket) -> AsyncIterator[asyncio.Task[None]]:
    """A worker; the task that runs it."""
    async with Worker(
        docket,
        redelivery_timeout=timedelta(seconds=60),
        minimum_check_interval=timedelta(milliseconds=20),
        scheduling_resolution=timedelta(milliseconds=20),
        schedule_automatic_tasks=False,
    ) as worker:
        running = asyncio.create_task(worker.run_forever())
        try:
            yield running
        finally:
            running.cancel()
            await asyncio.wait((running,), timeout=10)


async def test_a_job_that_redis_broke_off_is_done_again_and_has_not_failed(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady, "PAUSE", 0.01)
    tries: list[str] = []

    async def job(name: str) -> None:
        tries.append(name)
        if len(tries) < 3:
            raise OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")

    await Steadiness(RedisWatch(redis_url)).steady(job)("a")
    assert tries == ["a", "a", "a"]


async def test_a_job_that_its_user_of_redis_may_not_do_is_told_by_its_name(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(steady, "PAUSE", 0.01)
    await redis.acl_setuser("narrow", enabled=True, nopass=True, keys=["*"], commands=["+set", "+del", "+select"])
    narrow = impatient(redis_url.replace("unix://", "unix://narrow:any@"))
    tries = 0

    async def send() -> None:
        nonlocal tries
        tries += 1
        if tries < 5:
            await narrow.hset("a", "b", "c")

    await Steadiness(RedisWatch(redis_url)).steady(send)()
    await narrow.aclose()
    await redis.acl_deluser("narrow")
    (line,) = (record.message for record in caplog.records)
    assert line.startswith("send breaks off again (NoPermissionError)")
    assert "allow this user to write" in line


async def test_a_mistake_of_ours_is_not_waited_out(redis_url: str) -> None:
    async def job() -> None:
        raise ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value")

    with pytest.raises(ResponseError):
        await Steadiness(RedisWatch(redis_url)).steady(job)()


async def test_a_cancellation_that_became_a_time_out_of_redis_ends_the_job(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady, "PAUSE", 0.01)
    tries = 0

    async def job() -> None:
        nonlocal tries
        tries += 1
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise TimeoutError("Timeout reading from socket") from None

    running = asyncio.create_task(Steadiness(RedisWatch(redis_url)).steady(job)())
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.wait((running,))
    await asyncio.sleep(0.2)
    assert tries == 1


async def test_what_a_worker_hands_back_another_one_takes_at_once(redis_url: str) -> None:
    begun: list[float] = []
    came, done = asyncio.Event(), asyncio.Event()

    async def slow(name: str) -> None:
        begun.append(time.monotonic())
        came.set()
        if len(begun) == 1:
            await asyncio.sleep(60)
        done.set()

    steadiness = Steadiness(RedisWatch(redis_url))
    async with Docket(name=f"handing-back-{uuid4().hex}", url=redis_url) as docket:
        docket.register(steadiness.steady(slow))
        await docket.add("slow", key="one")("article")
        async with working(docket) as first:
            await asyncio.wait_for(came.wait(), 5)
            first.cancel()
            await asyncio.sleep(0.1)
            steadiness.hand_back()
            handed = time.monotonic()
            await asyncio.wait((first,), timeout=5)
            assert first.done()
        docket.register(Steadiness(RedisWatch(redis_url)).steady(slow))
        async with working(docket):
            await asyncio.wait_for(done.wait(), 5)
    assert len(begun) == 2
    assert begun[1] - handed < 5


async def test_a_reading_that_is_handed_back_at_every_restart_is_read_in_the_end(house: House, redis_url: str) -> None:
    """It took no worker down: each was asked to stop."""
    asked = submission(channel=house.channel.id, team=house.store.team, thread_ts=None)
    await house.store.receive(asked)
    restarts = 0
    begun, read = asyncio.Event(), asyncio.Event()

    async def slow(text: str) -> Article:
        begun.set()
        if restarts <= FATAL_TRIES:
            await asyncio.sleep(60)
        read.set()
        return article()

    readers = dataclasses.replace(house.jobs._readers, text=slow)
    async with Docket(name=f"restarts-{uuid4().hex}", url=redis_url) as docket:
        both = Dockets(reading=docket, telling=docket)
        while not read.is_set():
            steadiness = Steadiness(RedisWatch(redis_url))
            jobs = Jobs(lambda _: house.desk, house.jobs._sender, house.jobs._people, readers, house.script.extracts)
            jobs.register(both, steadiness.steady)
            await JobQueue(both).read(asked.team, asked.id)
            begun.clear()
            async with working(docket) as running:
                await asyncio.wait_for(begun.wait(), 5)
                running.cancel()
                steadiness.hand_back()
                await asyncio.wait((running,), timeout=5)
            restarts += 1
    assert restarts == FATAL_TRIES + 2
