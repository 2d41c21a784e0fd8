"""The clock: once a second it puts on the queue whatever is due. Any number of them may run: what they add is keyed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from bot.service import Desk

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between rounds."""


async def run_clock(teams: Callable[[], Awaitable[list[str]]], desk: Callable[[str], Desk]) -> None:
    """Make rounds until cancelled; a round that fails is logged and the next one made."""
    while True:
        try:
            for team in await teams():
                try:
                    await desk(team).sweep()
                except (ValueError, KeyError):  # a record that cannot be read must not stop the others' rounds
                    log.exception("the round of %s broke off", team)
        except (RedisError, OSError) as error:
            log.warning("the clock cannot reach Redis (%s); it tries again", type(error).__name__)
        await asyncio.sleep(EVERY)
