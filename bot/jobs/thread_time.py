"""How long people wait from a paste to the first claim in its thread, or to the word that there is none."""

from __future__ import annotations

import logging
import time

from redis.asyncio import Redis

from bot.desk.messages import summary_id
from bot.desk.task import Submission, SubmissionState
from bot.store.desk_store import DeskStore
from bot.store.outbox import Message
from bot.store.records import Missing
from bot.telemetry.metrics import THREAD_SECONDS

log = logging.getLogger(__name__)

_ANSWERED = "answered"
"""Field of a summary's message: when its submission was answered in Slack for the first time."""


class ThreadTime:
    """Hears of each message of a workspace that Slack took, and counts each submission once, whoever delivers it."""

    def __init__(self, redis: Redis, store: DeskStore) -> None:
        self._redis = redis
        self._store = store

    async def sent(self, message: Message) -> None:
        """A message stands in Slack; ``message`` is how it was before."""
        wanted = message.wanted
        if wanted.shows == "summary":
            await self._answered(wanted.about)
        elif wanted.shows == "card" and not message.ts:
            await self._answered(wanted.about.partition("-")[0], by_card=True)

    async def _answered(self, id: str, *, by_card: bool = False) -> None:
        key = self._store.keys.message(summary_id(id))
        try:
            submission = None if by_card else await self._store.submission(id)
            outcome = _outcome(submission) if submission else "claims"
            there, answered = await self._redis.hmget(key, "queue", _ANSWERED)
            if not outcome or not there or answered:
                return
            received = (submission or await self._store.submission(id)).received
            if not await self._redis.hsetnx(key, _ANSWERED, str(time.time())):
                return
        except (Missing, ValueError) as error:  # it was removed meanwhile, or cannot be read: nothing to measure
            log.debug("no time can be taken of submission %s (%s)", id, type(error).__name__)
            return
        seconds = max(0.0, time.time() - received.timestamp())
        THREAD_SECONDS.labels(outcome).observe(seconds)
        log.info("submission %s was answered in Slack after %.1f s (%s)", id, seconds, outcome)


def _outcome(submission: Submission) -> str:
    """What a summary tells by itself; nothing while claims are to follow."""
    if submission.state is SubmissionState.FILED:
        return "" if submission.cards else "no_claims"
    return {SubmissionState.FAILED: "failed", SubmissionState.JOINED: "joined"}.get(submission.state, "")
