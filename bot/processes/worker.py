"""The worker process: reads articles, finds claims, sends messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool

from docket import Worker

from bot.app import App, open_workers
from bot.processes.until_stopped import until_stopped
from config.settings import SettingsError

log = logging.getLogger(__name__)


async def _run(workers: Iterable[Worker]) -> None:
    async with asyncio.TaskGroup() as running:
        for worker in workers:
            running.create_task(worker.run_forever())


async def run_worker(app: App) -> None:
    """Work until told to stop; jobs that are under way are finished first.

    Raises:
        SettingsError: the spaCy pipeline cannot be loaded.
    """
    try:
        async with open_workers(app) as workers:
            log.info("worker is ready")
            await until_stopped(_run(workers))
    except BrokenProcessPool:
        raise SettingsError(
            f"SPACY_PIPELINE: {app.settings.spacy_pipeline} cannot be loaded; is it installed?"
        ) from None
