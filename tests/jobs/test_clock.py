"""The clock's rounds while Redis is in trouble."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from redis.exceptions import NoPermissionError

from bot.jobs import clock
from bot.jobs.clock import run_clock
from bot.store.trouble import RedisWatch


async def test_a_round_that_a_healthy_redis_refuses_again_and_again_is_told_by_its_name(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "EVERY", 0.01)
    sweeps, often = 0, asyncio.Event()

    async def teams() -> list[str]:
        return ["T1"]

    async def refused() -> None:
        nonlocal sweeps
        sweeps += 1
        if sweeps == 4:
            often.set()
        raise NoPermissionError("no permissions to access a key")

    async def nothing() -> None: ...

    resting = SimpleNamespace(round=nothing)
    desk: Any = SimpleNamespace(sweep=refused, reminders=resting, retention=resting)
    running = asyncio.create_task(run_clock(teams, lambda team: desk, RedisWatch(redis_url)))
    await asyncio.wait_for(often.wait(), 5)
    running.cancel()
    await asyncio.wait((running,))
    (line,) = (record.message for record in caplog.records)
    assert line.startswith("the clock's round “sweep” breaks off again (NoPermissionError)")
