"""Takes something out of entries of the audit log, so that the log can still be proven whole (``audit.py`` says how).

Redis cannot change an entry of a stream. So the log is written anew aside, page by page and under the same ids, and
takes its place in one step, in which the entries that vouch for what was changed are appended. Whoever appends to the
log meanwhile is caught up with: the step watches the head of the log. While it lasts, the log needs its memory twice.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ConnectionError, LockError, TimeoutError, WatchError
from redis.typing import EncodableT, FieldT

from bot.store.audit import BEGINNING, PAGE, REDACTED, Chain, Entry, digest, link_before
from bot.store.records import STEP_SECONDS
from bot.store.upkeep_keys import UpkeepKeys

Fields = dict[str, str]
Redact = Callable[[Fields], Fields]
"""From what an entry says (``at``, ``by``, ``what``, ``about``, ``details``) to what it may still say."""
Also = Callable[[Pipeline, Chain], Awaitable[Callable[[], object]]]
"""Reads on the connection that watches the log, where it may watch more; returns what to write in the same step."""

IN_ONE = 500
"""Entries that one entry vouches for, at most: some 70 kB."""
LEASE = 60
"""Seconds after which another process may begin that finds the one before dead."""
_KEPT = ("seq", "prev", "hash", REDACTED)


class Redaction:
    """Changes the log of one workspace; one process at a time."""

    def __init__(self, redis: Redis, keys: UpkeepKeys) -> None:
        self._redis = redis
        self._keys = keys
        self._me = secrets.token_hex(8)
        self._aside = keys.log_aside(self._me)
        self._last = ""
        self._before = BEGINNING
        self._vouched: list[tuple[int, str, str]] = []
        self._mark = keys.step(self._me)

    async def run(self, redact: Redact, *, by: str, why: str, also: Also | None = None) -> int:
        """Take out of each entry what ``redact`` leaves out; returns how many changed.

        ``why`` is one word, ``forget`` or ``retention``, which stands in the entries and in those that vouch for them;
        neither may say who was meant. ``also`` is done in the same step, whether or not an entry changed.

        Raises:
            LockError: it was so slow that another process took over; nothing was changed.
        """
        async with self._alone():
            async for entries in self._pages():
                await self._copy([self._redacted(entry, redact, why) for entry in entries])
            while not await self._swapped(redact, by, why, also):  # noqa: ASYNC110 - others get their turn
                await asyncio.sleep(0)
        return len(self._vouched)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Hold the right to do this; whoever loses it to another process cannot let the log take its place."""
        while not await self._redis.set(self._keys.redacting(), self._me, nx=True, ex=LEASE):  # noqa: ASYNC110 - it waits for other processes
            await asyncio.sleep(0.2)
        try:
            yield
        finally:
            await self._redis.unlink(self._aside)
            if await self._redis.get(self._keys.redacting()) == self._me:
                await self._redis.delete(self._keys.redacting())

    async def _pages(self) -> AsyncIterator[Sequence[Entry]]:
        """The entries that were not copied yet, so many at a time, until there are none."""
        while entries := _entries(await self._redis.xrange(self._keys.log(), min=self._after(), count=PAGE)):
            yield entries

    def _after(self) -> str:
        return f"({self._last}" if self._last else "-"

    def _redacted(self, entry: Entry, redact: Redact, why: str) -> Entry:
        """The entry as it is to stand there; a changed one is noted, to be vouched for."""
        chained = "seq" in entry.fields
        self._last, before = entry.id, self._before
        if not chained:
            self._before = link_before(entry, before)
        if entry.fields.get("what") == REDACTED:
            return entry
        said = {name: value for name, value in entry.fields.items() if name not in _KEPT}
        left = redact(said)
        if left == said:
            return entry
        kept = {"prev": before, "hash": self._before} | {n: entry.fields[n] for n in _KEPT if n in entry.fields}
        fields = left | kept | {REDACTED: why}
        self._vouched.append((entry.seq, fields["hash"], digest(fields)))
        return Entry(entry.id, fields)

    async def _copy(self, entries: Sequence[Entry]) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            self._write(pipe, entries)
            pipe.expire(self._aside, STEP_SECONDS * 60)
            pipe.expire(self._keys.redacting(), LEASE)
            await pipe.execute()

    def _write(self, pipe: Pipeline, entries: Sequence[Entry]) -> None:
        for entry in entries:
            pipe.xadd(self._aside, dict[FieldT, EncodableT](entry.fields.items()), id=entry.id)

    async def _swapped(self, redact: Redact, by: str, why: str, also: Also | None) -> bool:
        """Let the log that was written aside take its place; False if there is more to copy before."""
        copied = self._last, self._before, len(self._vouched)
        async with self._redis.pipeline(transaction=True) as pipe:
            try:
                await pipe.watch(self._keys.log(), self._keys.log_head(), self._keys.redacting())
                rows = await pipe.xrange(self._keys.log(), min=self._after(), count=PAGE)
                rest = [self._redacted(entry, redact, why) for entry in _entries(rows)]
                if len(rest) == PAGE:
                    await pipe.reset()  # type: ignore[no-untyped-call]
                    await self._copy(rest)
                    return False
                if await pipe.get(self._keys.redacting()) != self._me:
                    raise LockError("another process has begun to change the log: this one was too slow")
                chain = await Chain.end(pipe, self._keys)
                write = await also(pipe, chain) if also else None
                pipe.multi()  # type: ignore[no-untyped-call]
                if self._vouched:
                    self._write(pipe, rest)
                    pipe.persist(self._aside)
                    pipe.rename(self._aside, self._keys.log())
                self._vouch(pipe, chain, by, why)
                if write:
                    write()
                pipe.set(self._mark, "1", ex=STEP_SECONDS)
                await pipe.execute()
            except (WatchError, ConnectionError, TimeoutError):
                # Somebody was faster, or the answer was lost: the mark tells.
                if not await self._redis.exists(self._mark):
                    self._last, self._before, known = copied
                    del self._vouched[known:]
                    return False
            return True

    def _vouch(self, pipe: Pipeline, chain: Chain, by: str, why: str) -> None:
        for start in range(0, len(self._vouched), IN_ONE):
            entries = self._vouched[start : start + IN_ONE]
            details = {"why": why, "entries": entries}
            chain.append(pipe, at=datetime.now(UTC), by=by, what=REDACTED, about=self._keys.team, details=details)


def with_details(fields: Fields, change: Callable[[Any], Any]) -> str:
    """The details of an entry after a change, in the form that entries have; ``change`` gets no JSON as text."""
    text = fields.get("details", "{}")
    try:
        before = json.loads(text)
    except ValueError:
        return json.dumps(change(text))
    after = change(before)
    return text if after == before else json.dumps(after, ensure_ascii=False, sort_keys=True)


def _entries(rows: Iterable[tuple[Any, Any]] | None) -> list[Entry]:
    return [Entry(str(id), {str(k): str(v) for k, v in fields.items()}) for id, fields in rows or ()]
