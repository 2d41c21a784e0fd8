"""A process that is told to stop stops, also when what it waits for takes a cancellation for something else."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import cast

import pytest

from bot.processes.until_stopped import end_the_rest, until_stopped
from bot.slack import workspaces
from bot.slack.workspaces import Workspaces
from bot.store import redis_client
from bot.store.installations import Installations, Kept
from bot.store.redis_client import cancelled


async def _swallows(times: int) -> None:
    """Takes so many cancellations for time-outs of its own, as redis-py does inside WATCH and MULTI."""
    for _ in range(times):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue
    await asyncio.sleep(60)


async def test_a_cancellation_that_was_swallowed_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_client, "AGAIN", 0.01)
    task = asyncio.create_task(_swallows(2))
    await asyncio.sleep(0)
    assert await cancelled(task, 0.01)
    assert task.cancelled()


async def test_what_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_client, "AGAIN", 0.01)
    task = asyncio.create_task(_swallows(100))
    await asyncio.sleep(0)
    assert not await cancelled(task, 0.01)
    assert not task.done()
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)


async def test_with_sigterm_work_is_asked_to_end_and_may_put_its_things_away() -> None:
    happened: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            happened.append("put away")

    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    try:
        await asyncio.wait_for(until_stopped(work(), patience=5, asked=lambda: happened.append("asked")), 5)
    finally:
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(sign)
    assert happened == ["asked", "put away"]


def test_a_process_ends_though_something_it_left_behind_swallows_its_cancellation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redis_client, "AGAIN", 0.01)

    async def process() -> None:
        left = asyncio.create_task(_swallows(3))
        await asyncio.sleep(0)
        await end_the_rest()
        assert left.cancelled()

    asyncio.run(process())


class _NoRedis:
    """Installations whose reading turns a cancellation into an answer, or into an error, as redis-py may."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.reading = asyncio.Event()

    async def read(self) -> Kept:
        self.reading.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        if self.error:
            raise self.error
        return Kept({}, {}, frozenset(), frozenset())


@pytest.mark.parametrize("error", [None, TimeoutError()])
async def test_a_stop_while_tokens_are_looked_for_stops(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    monkeypatch.setattr(workspaces, "EVERY", 0.01)
    store = _NoRedis(error)
    fresh = asyncio.create_task(Workspaces(cast(Installations, store), "", "http://127.0.0.1").keep_fresh())
    await store.reading.wait()
    fresh.cancel()
    await asyncio.wait((fresh,), timeout=1)
    assert fresh.cancelled()
