"""The clock: once a second it puts on the queue whatever is due. Any number of them may run: what they add is keyed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from bot.service import Desk
from bot.store.trouble import RedisWatch, is_trouble

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between rounds."""
REMIND_EVERY = 60.0
"""Seconds between rounds of reminders: nobody is reminded to the second, and they ask Slack about people."""


async def run_clock(teams: Callable[[], Awaitable[list[str]]], desk: Callable[[str], Desk], watch: RedisWatch) -> None:
    """Make rounds until cancelled; a round that fails is logged and the next one made."""
    # Not a TaskGroup: that passes on a first cancellation only.
    await asyncio.gather(
        _rounds(teams, lambda team: desk(team).sweep(), EVERY, watch),
        _rounds(teams, lambda team: desk(team).reminders.round(), REMIND_EVERY, watch),
    )


async def _rounds(
    teams: Callable[[], Awaitable[list[str]]], act: Callable[[str], Awaitable[None]], every: float, watch: RedisWatch
) -> None:
    while True:
        try:
            for team in await teams():
                try:
                    await act(team)
                except (ValueError, KeyError):  # a record that cannot be read must not stop the others' rounds
                    log.exception("the round of %s broke off", team)
        except (RedisError, OSError) as error:
            if is_trouble(error):
                await watch.well()
            else:
                log.exception("a round broke off")
        # redis-py may turn a cancellation into a time-out of its own, which the step then tries again after.
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError
        await asyncio.sleep(every)
