"""A process that is told to stop stops, also when what it waits for takes a cancellation for something else."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from bot.processes import until_stopped as stopping
from bot.processes.until_stopped import cancelled, until_stopped


async def _swallows(times: int) -> None:
    """Takes so many cancellations for time-outs of its own, as redis-py does inside WATCH and MULTI."""
    for _ in range(times):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue
    await asyncio.sleep(60)


async def test_a_cancellation_that_was_swallowed_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "AGAIN", 0.01)
    task = asyncio.create_task(_swallows(2))
    await asyncio.sleep(0)
    assert await cancelled(task, 0.01)
    assert task.cancelled()


async def test_what_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "AGAIN", 0.01)
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
