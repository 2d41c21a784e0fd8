"""The clock: once a second it puts on the queue whatever is due. Any number of them may run: what they add is keyed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from bot.service import Desk
from bot.store.redis_client import end_if_cancelled
from bot.store.trouble import RedisWatch, is_trouble
from bot.telemetry.metrics import CLOCK_ROUND_AGE, CLOCK_ROUNDS

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between rounds."""
LATE = 30.0
"""Seconds without a round after which the clock counts as stuck."""
REMIND_EVERY = 60.0
"""Seconds between rounds of reminders: nobody is reminded to the second, and they ask Slack about people."""
RETAIN_EVERY = 5.0
"""Seconds between rounds of retention; they stand apart, because a long log takes a while."""


class Rounds:
    """When a round went through last; before the first one, when the clock was started."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def done(self, name: str) -> None:
        """A round went through."""
        CLOCK_ROUNDS.labels(name).inc()
        if name == "sweep":
            self._last = time.monotonic()

    async def look(self) -> None:
        """Bring the metric up to date."""
        CLOCK_ROUND_AGE.set(time.monotonic() - self._last)

    async def late(self) -> str:
        """Says so if the last round is too long ago."""
        age = time.monotonic() - self._last
        return f"no round for {age:.0f} s" if age > LATE else ""


async def run_clock(
    teams: Callable[[], Awaitable[list[str]]],
    desk: Callable[[str], Desk],
    watch: RedisWatch,
    rounds: Rounds | None = None,
) -> None:
    """Make rounds until cancelled; a round that fails is logged and the next one made."""
    rounds = rounds or Rounds()
    acts: dict[str, tuple[Callable[[str], Awaitable[None]], float]] = {
        "sweep": (lambda team: desk(team).sweep(), EVERY),
        "reminders": (lambda team: desk(team).reminders.round(), REMIND_EVERY),
        "retention": (lambda team: desk(team).retention.round(), RETAIN_EVERY),
    }
    # Not a TaskGroup: that passes on a first cancellation only.
    await asyncio.gather(*(_rounds(name, teams, *acts[name], rounds, watch) for name in acts))


async def _rounds(
    name: str,
    teams: Callable[[], Awaitable[list[str]]],
    act: Callable[[str], Awaitable[None]],
    every: float,
    rounds: Rounds,
    watch: RedisWatch,
) -> None:
    again = False
    while True:
        try:
            for team in await teams():
                try:
                    await act(team)
                except (ValueError, KeyError):  # a record that cannot be read must not stop the others' rounds
                    log.exception("the round of %s broke off", team)
            rounds.done(name)
            again = False
        except (RedisError, OSError) as error:
            if is_trouble(error):
                await watch.wait_out(f"the clock's round “{name}”", error, again=again)
                again = True
            else:
                log.exception("a round broke off")
        # redis-py may turn a cancellation into a time-out of its own, which the step then tries again after.
        end_if_cancelled()
        await asyncio.sleep(every)
