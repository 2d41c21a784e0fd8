"""Whether an id is anybody's: asked before a person is forgotten, which nothing can undo."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any

from redis.asyncio import Redis

from bot.desk.forgetting import names_person
from bot.store.audit import read
from bot.store.redis_client import strings
from bot.store.upkeep_keys import RECORDS, UpkeepKeys

_IN_JSON = ("submission", "task", "article", "house", "reminder")
_PAGE = 500
"""Records that are read at once."""


async def is_known(redis: Redis, keys: UpkeepKeys, user: str) -> bool:
    """Whether a record or an entry of the log has this id as a person's; what is quickest to see is looked at first."""
    if await redis.hexists(keys.forgetting(), user):  # being forgotten: the rest may be done already
        return True
    found: dict[str, list[str]] = defaultdict(list)
    async for key in redis.scan_iter(match=keys.named("*"), count=1000):
        kind, _, rest = keys.short(str(key)).partition(":")
        if kind in RECORDS:
            if user in rest.split(":"):  # their draft, their Home, what they hold, a message to them
                return True
            found[kind].append(rest)
    for channel in found["people"]:
        if await redis.sismember(keys.people(channel), user):
            return True
    async for entry in read(redis, keys):
        if user in entry.fields.get("about", "").split(":") or names_person(_said(entry.fields), user):
            return True
    async for record in _records(redis, keys, found):
        if names_person(record, user):
            return True
    return False


async def _records(redis: Redis, keys: UpkeepKeys, found: dict[str, list[str]]) -> AsyncIterator[Any]:
    """What the records hold that name people, from JSON."""
    names = [f"{kind}:{rest}" if rest else kind for kind in _IN_JSON for rest in found[kind] if ":tasks" not in rest]
    for page in _pages([keys.named(name) for name in names]):
        for text in await redis.mget(page):
            yield _parsed(str(text or ""))
    for page in _pages(found["message"]):
        async with redis.pipeline(transaction=False) as pipe:
            for id in page:
                pipe.hgetall(keys.message(id))
            for row in await pipe.execute():
                yield row
    for letter in strings(await redis.lrange(keys.dead(), 0, -1)):
        yield _parsed(letter)


def _pages(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + _PAGE] for start in range(0, len(names), _PAGE)]


def _said(fields: dict[str, str]) -> dict[str, Any]:
    return fields | {"details": _parsed(fields.get("details", ""))}


def _parsed(text: str) -> Any:
    """JSON, or the text itself where it is none."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
