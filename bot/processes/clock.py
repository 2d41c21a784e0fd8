"""The clock process."""

from __future__ import annotations

import logging

from bot.app import App
from bot.jobs.clock import Rounds, run_clock
from bot.jobs.waiting import Waiting
from bot.processes.observed import Observed
from bot.processes.until_stopped import until_stopped

log = logging.getLogger(__name__)


async def run_clock_process(app: App, observed: Observed) -> None:
    """Make rounds until told to stop."""
    rounds = Rounds()
    observed.health.watch("round", rounds.late)
    observed.looks.extend([rounds.look, Waiting(app.redis, app.dockets, app.served).look])
    log.info("clock is ready")
    await until_stopped(run_clock(app.served, app.desk, app.watch, rounds))
