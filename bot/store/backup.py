"""A whole workspace as lines of JSON, and back.

The first line names the format, the version of the records and the workspace; then comes one line for each key, in the
order of their names (a long list, set or stream takes several, of ``PART`` items each); the last line counts them and
has the SHA-256 of all lines before it. Nothing in it depends on when it was written or on the server, so that an export
of what was imported is the same, byte by byte. Locks, waits and other passing things are left out
(``upkeep_keys.PASSING``); a time at which a record expires is kept to the second.

Redis can show no moment of a whole workspace. So the keys are read twice, and again until two readings in a row are
alike: then nothing changed between the end of the one and the start of the other, and that is the moment the export
shows. (A change of a record that was changed back has left two entries in the log, so the readings differ.) A desk too
busy for that is asked to hold its writes, for no longer than Slack waits for an answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import IO, Any, cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import DataError, ResponseError, WatchError

from bot.store.keys import TEAMS
from bot.store.migrations import SCHEMA
from bot.store.schema import bring_up_to_date, schema_of
from bot.store.upkeep_keys import PASSING, RECORDS, UpkeepKeys

FORMAT = "claimdesk desk"
PART = 500
"""Items of a list, set or stream in one line."""
AT_ONCE = 200
"""Keys that are read, or lines that are written, in one go."""
READINGS = 6
"""Readings until the desk is asked to hold its writes."""
HELD = 2.5
"""Seconds for which it does at most: Slack waits for three."""
_TEAM = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ITEMS = {"list": "items", "set": "members", "zset": "members", "hash": "fields", "stream": "entries"}


class BackupError(Exception):
    """An export or import that cannot be done; one line for the operator."""


# Export


async def export(redis: Redis, team: str, out: IO[bytes]) -> int:
    """Write a workspace as it was at one moment; returns how many lines of records. Memory is that of its keys' names.

    Raises:
        BackupError: it has keys that this version does not know, or changes too fast.
    """
    keys = UpkeepKeys(team)
    with tempfile.TemporaryFile() as spool:
        before = ""
        for _ in range(READINGS):
            began = time.monotonic()
            written, digest = await _read_all(redis, keys, spool)
            took = time.monotonic() - began
            if digest == before:
                break
            before = digest
        else:
            written = await _read_held(redis, keys, spool, took)
        spool.seek(0)
        shutil.copyfileobj(spool, out)
    return written


async def _read_held(redis: Redis, keys: UpkeepKeys, spool: IO[bytes], took: float) -> int:
    """One reading while the server holds all writes."""
    too_fast = BackupError(
        f"{keys.team}: it changes faster than it can be read ({took:.1f} s); "
        "stop web, worker and clock (or claimdesk run), and export again"
    )
    if took > HELD * 0.8:
        raise too_fast
    try:
        await redis.client_pause(int(HELD * 1000), all=False)
    except ResponseError:  # not every provider lets one
        raise too_fast from None
    try:
        # Shorter than the pause, which began a moment before.
        async with asyncio.timeout(HELD * 0.9):
            return (await _read_all(redis, keys, spool))[0]
    except TimeoutError:
        raise too_fast from None
    finally:
        await redis.client_unpause()


async def _read_all(redis: Redis, keys: UpkeepKeys, spool: IO[bytes]) -> tuple[int, str]:
    """Write all lines; returns the number of those with records, and a hash of everything."""
    spool.seek(0)
    spool.truncate()
    sha = hashlib.sha256()

    def put(line: dict[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        sha.update(text)
        spool.write(text)

    written = 0
    put({"format": FORMAT, "schema": await schema_of(redis, keys), "team": keys.team})
    async for line in _lines(redis, keys, await _names(redis, keys)):
        put(line)
        written += 1
    digest = sha.hexdigest()
    put({"end": keys.team, "lines": written, "sha256": digest})
    return written, digest


async def _names(redis: Redis, keys: UpkeepKeys) -> list[str]:
    """The keys that are records, by what stands behind the workspace, in order."""
    found: set[str] = set()
    async for key in redis.scan_iter(match=keys.named("*"), count=1000):
        name = keys.short(str(key))
        kind = name.partition(":")[0]
        if kind in RECORDS:
            found.add(name)
        elif kind not in PASSING:
            raise BackupError(
                f"{keys.team}: it has keys of a kind that this version does not know ({kind!r}); "
                "export it with the version that wrote them"
            )
    return sorted(found)


async def _lines(redis: Redis, keys: UpkeepKeys, names: list[str]) -> AsyncIterator[dict[str, Any]]:
    for start in range(0, len(names), AT_ONCE):
        batch = names[start : start + AT_ONCE]
        async with redis.pipeline(transaction=True) as pipe:
            pipe.time()
            for name in batch:
                pipe.type(keys.named(name))
                pipe.pttl(keys.named(name))
            (seconds, micros), *rows = await pipe.execute()
        now = seconds * 1000 + micros // 1000
        there = [(name, str(kind), ttl) for name, kind, ttl in zip(batch, rows[::2], rows[1::2], strict=True)]
        there = [row for row in there if row[1] != "none"]
        async with redis.pipeline(transaction=False) as pipe:
            for name, kind, _ in there:
                _ask(pipe, keys.named(name), kind)
            firsts = await pipe.execute()
        for (name, kind, ttl), first in zip(there, firsts, strict=True):
            head: dict[str, Any] = {"key": name, "type": kind}
            if ttl >= 0:
                head["expires"] = round((now + ttl) / 1000)
            if kind == "string":
                yield head | {"value": first}
                continue
            async for part in _parts(redis, keys.named(name), kind, first):
                yield head | {_ITEMS[kind]: part}


def _ask(pipe: Pipeline, key: str, kind: str) -> None:
    """Queue the reading of a value, or of its beginning."""
    match kind:
        case "string":
            pipe.get(key)
        case "list":
            pipe.lrange(key, 0, PART - 1)
        case "zset":
            pipe.zrange(key, 0, PART - 1, withscores=True)
        case "set":
            pipe.smembers(key)
        case "hash":
            pipe.hgetall(key)
        case "stream":
            pipe.xrange(key, count=PART)
        case _:
            raise BackupError(f"{key}: a {kind} is not the desk's")


async def _parts(redis: Redis, key: str, kind: str, first: Any) -> AsyncIterator[Any]:
    """The items of a collection, so many at a time, the first ones given."""
    if kind in ("set", "hash"):  # these have no order of their own: they are read whole and sorted
        items = sorted(first.items()) if kind == "hash" else sorted(first)
        for start in range(0, len(items), PART):
            yield dict(items[start : start + PART]) if kind == "hash" else items[start : start + PART]
        return
    start = 0
    while first:
        yield [[id, fields] for id, fields in first] if kind == "stream" else [*first]
        if len(first) < PART:
            return
        start += PART
        if kind == "list":
            first = await redis.lrange(key, start, start + PART - 1)
        elif kind == "zset":
            first = await redis.zrange(key, start, start + PART - 1, withscores=True)
        else:
            first = await redis.xrange(key, min=f"({first[-1][0]}", count=PART)


# Import


async def restore(redis: Redis, lines: Iterable[bytes]) -> AsyncIterator[tuple[str, int]]:
    """Restore the workspaces of an export, each whole or not at all; yields each with its number of lines.

    Records are put aside until the last line of a workspace has shown that nothing is missing; then they take their
    places in one step. An import that was killed leaves nothing but what it had put aside, and the next one removes it.

    Raises:
        BackupError: the lines are no export or were changed, or a workspace is not empty.
    """
    numbered = iter(enumerate(lines, 1))
    found = False
    for number, line in numbered:
        header = _parsed(line, number)
        if header.get("format") != FORMAT:
            raise BackupError(f"line {number}: this is no export of a desk")
        team, schema = header.get("team"), header.get("schema")
        if not (isinstance(team, str) and _TEAM.fullmatch(team) and isinstance(schema, int) and schema >= 0):
            raise BackupError(f"line {number}: no workspace or no version is named")
        if schema > SCHEMA:
            raise BackupError(f"{team}: records of version {schema}; this Claimdesk knows versions up to {SCHEMA}")
        staging = _Staging(redis, UpkeepKeys(team), schema)
        await staging.begin()
        try:
            await staging.take(line, numbered)
            await staging.finish()
        except BaseException:
            await staging.clear()
            raise
        await bring_up_to_date(redis, team)
        found = True
        yield team, staging.lines
    if not found:
        raise BackupError("there is nothing to import")


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise BackupError(f"line {number}: this is no line of an export")
    return cast(dict[str, Any], record)


class _Staging:
    """The records of one workspace on their way in."""

    def __init__(self, redis: Redis, keys: UpkeepKeys, schema: int) -> None:
        self._redis = redis
        self._keys = keys
        self._schema = schema
        self._me = secrets.token_hex(8)
        self._expires: dict[str, int | None] = {}
        self.lines = 0

    async def begin(self) -> None:
        """Claim the workspace, which has to be empty, and remove what an earlier import left."""
        await self._check_empty()
        await self._redis.set(self._keys.importer(), self._me)
        await self.clear(mine=False)

    async def clear(self, *, mine: bool = True) -> None:
        """Remove what was put aside, unless another import has taken over."""
        if mine and await self._redis.get(self._keys.importer()) != self._me:
            return
        async for key in self._redis.scan_iter(match=self._keys.staged("*"), count=1000):
            await self._redis.unlink(key)
        if mine:
            await self._redis.delete(self._keys.importer())

    async def take(self, header: bytes, numbered: Iterator[tuple[int, bytes]]) -> None:
        """Put aside what the lines say, to the last one of the workspace."""
        sha = hashlib.sha256(header)
        async with self._redis.pipeline(transaction=False) as pipe:
            for number, line in numbered:
                record = _parsed(line, number)
                if "end" in record:
                    await self._write(pipe, number)
                    expected = {"end": self._keys.team, "lines": self.lines, "sha256": sha.hexdigest()}
                    if record != expected:
                        raise BackupError(f"line {number}: what stands above it is not what was exported")
                    return
                sha.update(line)
                try:
                    self._put(pipe, record)
                except (KeyError, TypeError, ValueError, AttributeError, DataError):
                    raise BackupError(f"line {number}: this is no record of a desk") from None
                self.lines += 1
                if self.lines % AT_ONCE == 0:
                    await self._write(pipe, number)
        raise BackupError(f"{self._keys.team}: the end is missing; the export was cut off")

    async def _write(self, pipe: Pipeline, number: int) -> None:
        try:
            await pipe.execute()
        except (ResponseError, DataError) as error:
            raise BackupError(f"Redis refuses a record before line {number + 1}: {error}") from None

    def _put(self, pipe: Pipeline, record: dict[str, Any]) -> None:
        name, kind = str(record["key"]), str(record["type"])
        if name.partition(":")[0] not in RECORDS:
            raise ValueError(name)
        first = name not in self._expires
        if not first and (kind == "string" or name != next(reversed(self._expires))):
            raise ValueError(name)  # a key's lines stand together
        expires = record.get("expires")
        self._expires[name] = None if expires is None else int(expires)
        key = self._keys.staged(name)
        if kind == "string":
            pipe.set(key, record["value"])
            return
        items = record[_ITEMS[kind]]
        match kind:
            case "list":
                pipe.rpush(key, *items)
            case "set":
                pipe.sadd(key, *items)
            case "zset":
                pipe.zadd(key, dict(items))
            case "hash":
                pipe.hset(key, mapping=items)
            case _:
                for id, fields in items:
                    pipe.xadd(key, fields, id=id)

    async def finish(self) -> None:
        """Let everything take its place, in one step."""
        keys = self._keys
        await self._redis.sadd(TEAMS, keys.team)
        async with self._redis.pipeline(transaction=True) as pipe:
            await pipe.watch(keys.importer(), keys.log(), keys.log_head(), keys.schema())
            await self._check_empty()
            if await pipe.get(keys.importer()) != self._me:
                raise BackupError(f"{keys.team}: another import has taken over")
            pipe.multi()  # type: ignore[no-untyped-call]
            for name, expires in self._expires.items():
                pipe.rename(keys.staged(name), keys.named(name))
                if expires is not None:
                    pipe.pexpireat(keys.named(name), expires * 1000)
            pipe.set(keys.schema(), self._schema)
            pipe.delete(keys.importer())
            try:
                await pipe.execute()
            except WatchError:
                raise BackupError(f"{keys.team}: it was written to meanwhile; stop the desk and import again") from None

    async def _check_empty(self) -> None:
        async for key in self._redis.scan_iter(match=self._keys.named("*"), count=1000):
            if self._keys.short(str(key)).partition(":")[0] not in PASSING:
                raise BackupError(f"{self._keys.team}: this workspace has records already; import into an empty Redis")
