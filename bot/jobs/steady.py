"""Jobs that wait while Redis is in trouble, and that go back on the queue when their worker stops before they end."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from docket.dependencies import AdmissionBlocked, current_execution
from redis.exceptions import RedisError

from bot.store.redis_client import end_if_cancelled
from bot.store.trouble import RedisWatch, is_trouble

log = logging.getLogger(__name__)

PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a job is done again that Redis broke off, growing: a server that is nearly full takes a small write
and refuses the next large one."""

Job = Callable[..., Awaitable[None]]


class Steadiness:
    """How the jobs of one worker process bear trouble."""

    def __init__(self, watch: RedisWatch) -> None:
        self._watch = watch
        self._leave = asyncio.Event()

    def hand_back(self) -> None:
        """Stop what is under way and put it back on the queue, so that another worker takes it at once."""
        self._leave.set()

    def steady(self, job: Job, undo: Job | None = None) -> Job:
        """The same job; jobs are idempotent, so one that Redis broke off is simply done again.

        ``undo`` takes the arguments that are on the queue, and takes back what a job that is handed back counted.
        """

        @functools.wraps(job)
        async def run(*args: Any, **named: Any) -> None:
            work = asyncio.ensure_future(self._through_trouble(job.__name__, functools.partial(job, *args, **named)))
            leaving = asyncio.ensure_future(self._leave.wait())
            try:
                await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
                if work.done():
                    return work.result()
            finally:
                leaving.cancel()
                if not work.done():
                    work.cancel()
            last = [work, *([asyncio.ensure_future(undo(*args))] if undo is not None else [])]
            for task in last:
                task.add_done_callback(_heard)
            await asyncio.wait(last, timeout=PAUSE)  # and no longer: Redis may be in trouble
            # The queue's word for: not now. It puts the job back, due in a tenth of a second, in the step that
            # acknowledges it.
            raise AdmissionBlocked(current_execution.get(), "the worker stops")

        return run

    async def _through_trouble(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        pause, again = PAUSE, False
        while True:
            try:
                return await job()
            except RedisError as error:
                end_if_cancelled()
                if not is_trouble(error):
                    raise
                met = error
            await self._watch.wait_out(name, met, again=again)
            await asyncio.sleep(pause)
            pause, again = min(LONGEST_PAUSE, 2 * pause), True


def _heard(task: asyncio.Future[None]) -> None:
    """What breaks while a job is handed back is no news: it is done again by another worker."""
    if not task.cancelled() and (error := task.exception()):
        log.info("a job broke off as it was handed back (%s)", type(error).__name__)
