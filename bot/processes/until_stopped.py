"""Runs something until SIGTERM or SIGINT asks the process to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from bot.store.redis_client import AGAIN, cancelled

log = logging.getLogger(__name__)


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


async def end_the_rest() -> None:
    """Cancel what still runs in this loop, as often as it needs: ``asyncio.run`` asks once, and waits without end."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*(cancelled(task) for task in rest))
