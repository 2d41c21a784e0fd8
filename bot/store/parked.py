"""Submissions that were given up for a reason of ours: nothing is wrong with them, and they can be read once more."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from bot.desk.task import Submission
from bot.store import audit
from bot.store.desk_store import DeskStore
from bot.store.keys import Keys
from bot.store.redis_client import strings
from bot.store.submission_store import INTERNAL


def internal(error: Exception) -> str:
    """The reason to log for a failure that is not the article's."""
    return INTERNAL + type(error).__name__


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a reading failed, as the log has it, and when."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """A submission, why it was given up (the name of the exception), and when."""

    submission: Submission
    reason: str
    at: datetime


async def parked(redis: Redis, team: str) -> list[Parked]:
    """The parked submissions of a workspace, oldest first, with what its log says of them."""
    store = DeskStore(redis, team)
    submissions = await store.submissions(strings(await redis.smembers(store.keys.parked())))
    failures = await last_failures(redis, store.keys, {s.id for s in submissions})
    unknown = "reason unknown"
    found = [(s, failures.get(s.id, Failure(unknown, s.received))) for s in submissions]
    return sorted((Parked(s, f.reason.removeprefix(INTERNAL), f.at) for s, f in found), key=lambda each: each.at)


async def last_failures(redis: Redis, keys: Keys, submissions: Collection[str]) -> dict[str, Failure]:
    """Why the reading of each of these failed last. The log is read back from its end until all of them are found."""
    found: dict[str, Failure] = {}
    if not submissions:
        return found
    async for entry in audit.read_back(redis, keys):
        about = entry.fields.get("about", "")
        if entry.fields.get("what") != "failed" or about not in submissions or about in found:
            continue
        reason = str(json.loads(entry.fields["details"]).get("reason", ""))
        found[about] = Failure(reason, datetime.fromisoformat(entry.fields["at"]))
        if len(found) == len(submissions):
            break
    return found
