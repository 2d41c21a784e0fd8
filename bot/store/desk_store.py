"""The records of the desk of one workspace: each kind is described where it is kept."""

from __future__ import annotations

from redis.asyncio import Redis

from bot.store.digest_store import DigestStore
from bot.store.keys import TEAMS
from bot.store.redis_client import strings
from bot.store.retention_store import RetentionStore


class DeskStore(RetentionStore, DigestStore):
    """Submissions, articles, tasks and digests of one workspace in Redis."""


async def teams(redis: Redis) -> list[str]:
    """Every workspace that has records here."""
    return sorted(strings(await redis.smembers(TEAMS)))
