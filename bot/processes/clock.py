"""The clock process."""

from __future__ import annotations

import logging

from bot.app import App
from bot.jobs.clock import run_clock
from bot.processes.until_stopped import until_stopped

log = logging.getLogger(__name__)


async def run_clock_process(app: App) -> None:
    """Make rounds until told to stop."""
    log.info("clock is ready")
    await until_stopped(run_clock(app.served, app.desk, app.watch))
