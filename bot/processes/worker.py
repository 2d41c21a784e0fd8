"""The worker process: reads articles, finds claims, sends messages."""

from __future__ import annotations

import logging
from concurrent.futures.process import BrokenProcessPool

from bot.app import App, open_worker
from bot.processes.until_stopped import until_stopped
from config.settings import SettingsError

log = logging.getLogger(__name__)


async def run_worker(app: App) -> None:
    """Work until told to stop; jobs that are under way are finished first.

    Raises:
        SettingsError: the spaCy pipeline cannot be loaded.
    """
    try:
        async with open_worker(app) as worker:
            log.info("worker is ready")
            await until_stopped(worker.run_forever())
    except BrokenProcessPool:
        raise SettingsError(
            f"SPACY_PIPELINE: {app.settings.spacy_pipeline} cannot be loaded; is it installed?"
        ) from None
