"""Runs something until SIGTERM or SIGINT asks the process to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

AGAIN = 0.5
"""Seconds until a task that goes on is cancelled once more: redis-py may take a cancellation for a time-out of its own
and try the command again (inside WATCH and MULTI, 8.1)."""
TIMES = 6
"""How often that is done before the task is left behind."""


async def until_stopped(
    work: Coroutine[Any, Any, None], *, patience: float = AGAIN, asked: Callable[[], None] | None = None
) -> None:
    """Run ``work``; on a signal cancel it and wait until it has put its things away.

    ``patience``: seconds it has for that before it is cancelled again. ``asked`` is called with the first signal.
    """
    task = asyncio.ensure_future(work)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
    if not task.done():
        if asked is not None:
            asked()
        if not await cancelled(task, patience):
            log.warning("something does not end; leaving it behind")
            return
    with suppress(asyncio.CancelledError):
        await task


async def cancelled(task: asyncio.Future[Any], patience: float = AGAIN) -> bool:
    """Cancel a task, and again if it goes on after ``patience`` seconds; whether it ended."""
    wait = patience
    for _ in range(TIMES):
        task.cancel()
        done, _ = await asyncio.wait((task,), timeout=wait)
        if done:
            return True
        wait = AGAIN
    return False
