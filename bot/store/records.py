"""What every store of a workspace does alike: atomic steps that change records together with messages and log entries.

Every step is WATCH … MULTI/EXEC: it is computed from what was read and applies only if nobody changed that meanwhile;
otherwise it is computed again from what stands there now.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from bot.desk import messages
from bot.desk.messages import Wanted
from bot.desk.pseudonyms import is_pseudonym
from bot.store import audit
from bot.store.keys import Keys
from bot.store.outbox import want

STEP_SECONDS = 60
"""How long it can be told that a step was applied whose answer was lost."""
LOOKING_SECONDS = 3600
"""A Home that was opened within this time is kept up to date; an older one is when it is opened again."""

THE_DESK = "claimdesk"
"""Who did it, in the log, when no person did."""


class Missing(KeyError):
    """There is no such record in this workspace."""


class Records:
    """Records of one workspace in Redis."""

    def __init__(self, redis: Redis, team: str) -> None:
        self._redis = redis
        self.team = team
        self.keys = Keys(team)
        self._end_of_log = asyncio.Lock()
        self._chain: audit.Chain
        """Of the transaction that holds the lock."""

    async def _text(self, key: str) -> str:
        text = await self._redis.get(key)
        if text is None:
            raise Missing(key)
        return str(text)

    async def want(self, *wanted: Wanted) -> None:
        """Want messages that no change of a record causes: a notice, a hint."""
        async with self._redis.pipeline(transaction=True) as pipe:
            self._want(pipe, wanted)
            await pipe.execute()

    async def want_once(self, wanted: Wanted) -> bool:
        """Want a message unless it was wanted before; False if it was."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.message(wanted.id)):
                return None
            return lambda: self._want(pipe, [wanted])

        return await self._atomically(step, self.keys.message(wanted.id))

    async def _home(self, user: str) -> list[Wanted]:
        """The Home of who does it, if they look at it: theirs shows it at once, the others' in their turn."""
        looked = await self._redis.zscore(self.keys.homes(), user)
        recent = looked is not None and looked > datetime.now(UTC).timestamp() - LOOKING_SECONDS
        return [messages.home(user)] if recent else []

    def _show_in_homes(self, pipe: Pipeline) -> None:
        """Have the Homes that people look at shown anew (``HouseStore.refresh_homes``)."""
        pipe.incr(self.keys.changes())

    def _want(self, pipe: Pipeline, wanted: Iterable[Wanted]) -> None:
        for message in wanted:
            if not is_pseudonym(message.queue):  # nobody is there to be told
                want(pipe, self.keys, message)

    def _log(self, pipe: Pipeline, by: str, what: str, about: str, **details: object) -> None:
        self._chain.append(pipe, at=datetime.now(UTC), by=by, what=what, about=about, details=details)

    async def _atomically(
        self, step: Callable[[Pipeline], Awaitable[Callable[[], object] | None]], *watched: str
    ) -> bool:
        """Run ``step`` on a connection that watches these keys: it reads, then returns what to write, or None.

        The end of the log is read last and watched, too. The lock spares the steps of this process, which all want to
        append to it, from undoing each other; against other processes the watch is what counts.

        A connection that breaks during EXEC looks like a conflict (redis-py raises WatchError for both), though the
        step may have been applied. The step leaves a mark in its own transaction that tells.
        """
        mark = self.keys.step(secrets.token_hex(8))
        async with self._redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(*watched)
                    write = await step(pipe)
                    if write is None:
                        await pipe.reset()  # type: ignore[no-untyped-call]
                        return False
                    async with self._end_of_log:
                        self._chain = await audit.Chain.end(pipe, self.keys)
                        pipe.multi()  # type: ignore[no-untyped-call]
                        write()
                        pipe.set(mark, "1", ex=STEP_SECONDS)
                        await pipe.execute()
                except WatchError:
                    if await self._redis.exists(mark):
                        return True
                    continue
                return True


async def got(pipe: Pipeline, key: str) -> str:
    """What a watched key holds; raises Missing if nothing."""
    text = await pipe.get(key)
    if text is None:
        raise Missing(key)
    return str(text)
