"""The worker process: reads articles, finds claims, sends messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from docket import Worker

from bot.app import App, open_workers
from bot.jobs.steady import Steadiness
from bot.processes.observed import Observed
from bot.processes.until_stopped import until_stopped
from config.settings import SettingsError

log = logging.getLogger(__name__)

FINISH_WITHIN = 12.0
"""Seconds from SIGTERM in which jobs may end by themselves; then they go back on the queue."""
PATIENCE = 18.0
"""Seconds from SIGTERM until a worker that cannot reach Redis lets go of what is left."""


async def _run(workers: Iterable[Worker]) -> None:
    # Not a TaskGroup: that passes on a first cancellation only, and a worker may need another one.
    await asyncio.gather(*(worker.run_forever() for worker in workers))


async def _warm() -> str:
    """They were loaded before the workers were opened, and are loaded anew when their process ends."""
    return ""


async def _silent(workers: Iterable[Worker]) -> str:
    """Says which queue's worker has not been heard of: its heart beats in the loop that takes jobs."""
    for worker in workers:
        docket = worker.docket
        seen = {each.name: each.last_seen for each in await docket.workers()}.get(worker.name)
        if seen is None or datetime.now(UTC) - seen > docket.heartbeat_interval * docket.missed_heartbeats:
            return f"the worker of {docket.name} takes no jobs"
    return ""


async def run_worker(app: App, observed: Observed) -> None:
    """Work until told to stop; jobs that are under way are finished first, or go back on the queue if they take long.

    Raises:
        SettingsError: the spaCy pipeline cannot be loaded.
    """
    try:
        steadiness = Steadiness(app.watch)
        async with open_workers(app, steadiness) as workers:
            observed.health.watch("models", _warm)
            observed.health.watch("queue", partial(_silent, workers))
            log.info("worker is ready")
            asked = partial(_soon, steadiness.hand_back)
            await until_stopped(_run(workers), patience=PATIENCE, asked=asked)
    except BrokenProcessPool:
        pipeline = app.settings.spacy_pipeline
        if not _installed(pipeline):
            raise SettingsError(f"SPACY_PIPELINE: {pipeline} cannot be loaded; is it installed?") from None
        # Killed, or out of memory: to be started again, and no reason to stop the desk as a wrong setting is.
        log.error("a process ended while it loaded the models; the worker ends, to be started again")
        raise SystemExit(1) from None


def _installed(pipeline: str) -> bool:
    """Whether there is such a package, or such a folder."""
    return find_spec(pipeline) is not None or Path(pipeline).exists()


def _soon(hand_back: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(FINISH_WITHIN, hand_back)
