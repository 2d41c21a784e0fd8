"""The clock process: what it shows of what waits."""

from __future__ import annotations

import asyncio
import signal
from types import SimpleNamespace
from typing import Any

from redis.asyncio import Redis

from bot.desk.messages import Wanted
from bot.processes.clock import run_clock_process
from bot.processes.observed import Observed
from bot.store.desk_store import DeskStore
from bot.store.job_queue import open_dockets
from bot.store.keys import TEAMS
from bot.store.trouble import RedisWatch
from bot.telemetry.health import Health
from bot.telemetry.metrics import OUTBOX_MESSAGES


async def test_what_waits_in_a_workspace_that_was_removed_is_no_work_of_the_desk(redis: Redis, redis_url: str) -> None:
    for team, messages in (("T1HERE", 2), ("T2GONE", 3)):
        await redis.sadd(TEAMS, team)
        for number in range(messages):
            await DeskStore(redis, team).want(Wanted(f"said:{number}", "C1", "notice", body={"text": "x"}))

    async def served() -> list[str]:
        return ["T1HERE"]

    observed = Observed(Health())
    async with open_dockets(redis_url) as dockets:
        app: Any = SimpleNamespace(
            redis=redis, dockets=dockets, served=served, desk=_resting_desk, watch=RedisWatch(redis_url)
        )
        clock = asyncio.create_task(run_clock_process(app, observed))
        await asyncio.sleep(0.1)
        for look in observed.looks:
            await look()
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(clock, 5)
    assert OUTBOX_MESSAGES._value.get() == 2


def _resting_desk(team: str) -> Any:
    async def nothing() -> None: ...

    resting = SimpleNamespace(round=nothing)
    return SimpleNamespace(sweep=nothing, reminders=resting, retention=resting)
