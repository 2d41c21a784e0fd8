"""Submissions that were given up for a reason of ours: nothing is wrong with them, and they can be read once more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from bot.desk.task import Submission, SubmissionState
from bot.store import audit
from bot.store.desk_store import DeskStore
from bot.store.submission_store import INTERNAL


def internal(error: Exception) -> str:
    """The reason to log for a failure that is not the article's."""
    return INTERNAL + type(error).__name__


@dataclass(frozen=True, slots=True)
class Parked:
    """A submission, why it was given up (the name of the exception), and when."""

    submission: Submission
    reason: str
    at: datetime


async def parked(redis: Redis, team: str) -> list[Parked]:
    """The parked submissions of a workspace, oldest first; found in its log, where the reasons stand."""
    store = DeskStore(redis, team)
    given_up: dict[str, tuple[str, datetime]] = {}
    async for entry in audit.read(redis, store.keys):
        if entry.fields.get("what") != "failed":
            continue
        reason = str(json.loads(entry.fields["details"]).get("reason", ""))
        given_up.pop(entry.fields["about"], None)
        if reason.startswith(INTERNAL):
            at = datetime.fromisoformat(entry.fields["at"])
            given_up[entry.fields["about"]] = (reason.removeprefix(INTERNAL), at)
    failed = [s for s in await store.submissions(list(given_up)) if s.state is SubmissionState.FAILED]
    return [Parked(s, *given_up[s.id]) for s in failed]
