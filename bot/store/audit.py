"""The audit log: who did what, when, to which record. Only ever appended to, in the same step as the change itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.store.keys import Keys


def append(
    pipe: Pipeline, keys: Keys, *, at: datetime, by: str, what: str, about: str, details: dict[str, Any] | None = None
) -> None:
    """Queue one entry on a transaction. ``about`` is the id of the record, ``by`` a user id or ``claimdesk``."""
    pipe.xadd(
        keys.log(),
        {
            "at": at.isoformat(),
            "by": by,
            "what": what,
            "about": about,
            "details": json.dumps(details or {}, ensure_ascii=False, sort_keys=True),
        },
    )


async def entries(redis: Redis, keys: Keys, about: str | None = None) -> list[dict[str, str]]:
    """The log from its start, oldest first; only what concerns one record when ``about`` is given."""
    rows = [{str(k): str(v) for k, v in (fields or {}).items()} for _, fields in await redis.xrange(keys.log()) or []]
    return [row for row in rows if about is None or row["about"] == about]
