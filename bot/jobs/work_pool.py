"""Work in processes of its own that can be killed: what hangs, crashes or eats memory costs one piece of work."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.lifeline import die_with_parent
from bot.telemetry.logs import LogSetup, current_setup, set_up
from bot.telemetry.metrics import POOL_MEMORY, WORK_SECONDS, WORK_STOPPED, WORK_WAIT_SECONDS

log = logging.getLogger(__name__)

START_SECONDS = 120.0
"""Longest time for starting a process; loading a spaCy pipeline on a busy machine takes some seconds."""

P = ParamSpec("P")
T = TypeVar("T")


class WorkPool:
    """Processes that take one piece of work at a time each. Only this process' children; they end with it."""

    def __init__(
        self,
        name: str,
        processes: int,
        *,
        start: Callable[..., None],
        start_with: tuple[object, ...] = (),
        preload: Sequence[str] = (),
        seconds: float,
        memory_mb: int | None = None,
    ) -> None:
        """``start`` runs first in every process. ``seconds`` is the longest that one piece of work may take,
        ``memory_mb`` the most memory it may take beyond what its process has after the start; None sets no limit.

        With the names of modules in ``preload``, the processes are forked from one that has imported them: they share
        its memory, and one that takes the place of another is there in no time. Only one pool can have such.
        """
        self.seconds = seconds
        self._name = name
        self._context: BaseContext = multiprocessing.get_context("forkserver" if preload else "spawn")
        if preload:
            self._context.set_forkserver_preload(["__main__", *preload])
        self._start = (start, start_with, memory_mb, current_setup().for_child())
        self._all = [self._new() for _ in range(processes)]
        self._free: asyncio.LifoQueue[int] = asyncio.LifoQueue()  # the process used last is the warmest
        for number in range(processes):
            self._free.put_nowait(number)

    @property
    def pids(self) -> list[int]:
        """The processes that run at the moment."""
        return [pid for one in self._all for pid in (one._processes or {})]

    async def warm_up(self) -> None:
        """Start every process, so that nobody's work waits for that.

        Raises:
            BrokenProcessPool: a process cannot start.
        """
        POOL_MEMORY.labels(self._name).set_function(self.resident_memory)
        await asyncio.gather(*(self.run(_started) for _ in self._all))

    def resident_memory(self) -> float:
        """Bytes that its processes hold together; 0 where the system does not tell."""
        return sum(_resident(pid) for pid in self.pids)

    async def run(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do a piece of work in the next process that is free; waiting for it does not count as time.

        Raises:
            BrokenProcessPool: the process died.
            TimeoutError: it took too long and was stopped.
            MemoryError: it wanted more memory than there is for it.
            Exception: whatever the work itself raises.
        """
        with WORK_WAIT_SECONDS.labels(self._name).time():
            number = await self._free.get()
        try:
            return await self._run(number, function, *arguments, **named)
        finally:
            self._free.put_nowait(number)

    async def _run(self, number: int, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        pool = self._all[number]
        try:
            if not pool._processes:  # its start does not count as time of the work
                await asyncio.wait_for(asyncio.wrap_future(pool.submit(_started)), START_SECONDS)
            with WORK_SECONDS.labels(self._name).time():
                work = asyncio.wrap_future(pool.submit(function, *arguments, **named))
                return await asyncio.wait_for(work, self.seconds)
        except (BrokenProcessPool, TimeoutError, MemoryError, asyncio.CancelledError) as error:
            if not isinstance(error, asyncio.CancelledError):  # then the worker stops, and the work is not to blame
                WORK_STOPPED.labels(self._name).inc()
                log.warning("%s stopped (%s); starting its process anew", self._name, type(error).__name__)
            self._all[number] = self._new()
            _kill(pool)
            raise

    def close(self) -> None:
        """Stop the processes, after the work that is under way."""
        for pool in self._all:
            pool.shutdown(wait=True, cancel_futures=True)

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin, initargs=self._start)


def _started() -> None:
    """What a process does first: by then it has run its start."""


def _begin(start: Callable[..., None], start_with: tuple[object, ...], memory_mb: int | None, logs: LogSetup) -> None:
    die_with_parent()
    set_up(logs)
    start(*start_with)
    if memory_mb is not None:
        _limit_memory(memory_mb)


def _limit_memory(megabytes: int) -> None:
    """Let this process grow by so much and no more. Where the kernel does not count (macOS), only time limits it."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        pages = int(statm.read_text().split()[0])
        most = pages * resource.getpagesize() + megabytes * 1024 * 1024
        with suppress(ValueError, OSError):  # an administrator's limit is lower still
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _resident(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the process of a pool, which hangs or is gone; the executor has no public way to do this."""
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=False)
