"""Jobs on a real queue: counted by what came of them, and part of the request that asked for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from docket import Depends, Docket, Retry, Worker
from redis.asyncio import Redis

from bot.telemetry.context import about_now, request
from bot.telemetry.job import observed_job
from bot.telemetry.metrics import JOB_SECONDS, JOB_WAIT_SECONDS, JOBS_RUNNING

seen: list[dict[str, str]] = []


async def read_submission(team: str, id: str, retry: Retry = Retry(attempts=2)) -> None:  # noqa: B008
    seen.append(dict(about_now()))
    assert JOBS_RUNNING.labels("read_submission")._value.get() == 1
    if id == "again" and retry.attempt == 1:
        retry.after(timedelta(milliseconds=10))


async def deliver(team: str, queue: str) -> None:
    seen.append(dict(about_now()))
    raise ValueError("a slip")


@pytest.fixture
async def docket(redis: Redis, redis_url: str) -> AsyncIterator[Docket]:
    seen.clear()
    async with Docket(name="jobs-of-tests", url=redis_url) as docket:
        docket.register(read_submission)
        docket.register(deliver)
        yield docket


async def work(docket: Docket) -> None:
    quick = timedelta(milliseconds=10)
    async with Worker(
        docket,
        minimum_check_interval=quick,
        scheduling_resolution=quick,
        schedule_automatic_tasks=False,
        dependencies=[Depends(observed_job)],
    ) as worker:
        await worker.run_until_finished()


def count(job: str, outcome: str) -> float:
    samples = JOB_SECONDS.collect()[0].samples
    labels = {"job": job, "outcome": outcome}
    return next((s.value for s in samples if s.name.endswith("_count") and s.labels == labels), 0.0)


async def test_a_job_that_is_put_back_for_later_is_counted_for_each_try_and_still_says_what_it_is_about(
    docket: Docket,
) -> None:
    again, done = count("read_submission", "again"), count("read_submission", "done")
    with request("r1"):
        await docket.add(read_submission, key="read:T1:again")("T1", "again")
    await work(docket)
    told = {"job": "read:T1:again", "team": "T1", "submission": "again"}
    assert seen == [{"request": "r1", **told}, told]  # docket keeps no context for what is to be done later
    assert count("read_submission", "again") == again + 1
    assert count("read_submission", "done") == done + 1
    assert JOBS_RUNNING.labels("read_submission")._value.get() == 0


async def test_jobs_do_not_take_over_each_others_requests_and_a_slip_counts(docket: Docket) -> None:
    failed, waited = count("deliver", "failed"), JOB_WAIT_SECONDS.labels("deliver")._sum.get()
    with request("r1"):
        await docket.add(deliver, key="a")("T1", "C1")
    with request("r2"):
        await docket.add(deliver, key="b")("T1", "C2")
    await docket.add(deliver, key="c")("T1", "C3")
    await work(docket)
    assert {(told["job"], told.get("request")) for told in seen} == {("a", "r1"), ("b", "r2"), ("c", None)}
    assert all("submission" not in told for told in seen)
    assert count("deliver", "failed") == failed + 3
    assert JOB_WAIT_SECONDS.labels("deliver")._sum.get() > waited
