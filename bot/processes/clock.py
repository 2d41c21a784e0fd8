"""The clock process."""

from __future__ import annotations

import logging
from functools import partial

from bot.app import App
from bot.jobs.clock import run_clock
from bot.processes.until_stopped import until_stopped
from bot.store.desk_store import teams

log = logging.getLogger(__name__)


async def run_clock_process(app: App) -> None:
    """Make rounds until told to stop."""
    log.info("clock is ready")
    await until_stopped(run_clock(partial(teams, app.redis), app.desk))
