"""What waits, as metrics; the clock shows it for the whole desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from bot.store.backlog import backlog, job_backlog
from bot.store.job_queue import Dockets
from bot.store.keys import Keys
from bot.telemetry import metrics


class Waiting:
    """Reads off Redis what waits, for all workspaces together that the desk works for."""

    def __init__(self, redis: Redis, dockets: Dockets, teams: Callable[[], Awaitable[list[str]]]) -> None:
        self._redis = redis
        self._dockets = dockets
        self._teams = teams

    async def look(self) -> None:
        """Bring the metrics up to date."""
        found = [await backlog(self._redis, Keys(team)) for team in await self._teams()]
        metrics.OUTBOX_MESSAGES.set(sum(f.messages for f in found))
        metrics.OUTBOX_OLDEST.set(max((f.oldest_message for f in found), default=0))
        metrics.DEAD_LETTERS.set(sum(f.dead_letters for f in found))
        metrics.PARKED.set(sum(f.parked for f in found))
        metrics.WAITING.set(sum(f.submissions for f in found))
        metrics.WAITING_OLDEST.set(max((f.oldest_submission for f in found), default=0))
        for name, docket in (("reading", self._dockets.reading), ("telling", self._dockets.telling)):
            jobs = await job_backlog(docket)
            metrics.QUEUE_JOBS.labels(name, "waiting").set(jobs.waiting)
            metrics.QUEUE_JOBS.labels(name, "running").set(jobs.running)
            metrics.QUEUE_JOBS.labels(name, "scheduled").set(jobs.scheduled)
            metrics.QUEUE_OLDEST.labels(name).set(jobs.oldest)
