"""Retention: texts and names in articles are removed when the workspace wants them kept no longer."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from bot.service.office import Office

EVERY = timedelta(hours=1)
"""How often a clock looks for what is too old."""
AT_ONCE = 100
"""Articles in one of the clock's rounds: what else is due waits for the next one, which comes within seconds."""


class Retention:
    """Removes what is too old."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store
        self._last: datetime | None = None
        self._texts: deque[str] = deque()
        self._names: deque[str] = deque()
        self._names_before = office.now()

    @property
    def due(self) -> bool:
        """Whether there is more to do in the clock's next round."""
        return bool(self._texts or self._names)

    async def round(self) -> None:
        """Remove the texts and names of articles that are older than the workspace's settings and done with.

        Each article is a step of its own. Dead letters and the log are changed once for all of them when all are done.
        """
        now = self._office.now()
        if not self.due:
            if self._last and now - self._last < EVERY:
                return
            self._last = now
            await self._look(now)
        texts = [self._texts.popleft() for _ in range(min(AT_ONCE, len(self._texts)))]
        if removed := {id for id in texts if await self._store.remove_text(id)}:
            await self._store.drop_drafts(removed)
        names = [self._names.popleft() for _ in range(min(AT_ONCE - len(texts), len(self._names)))]
        for id in names:
            await self._store.remove_names(id, self._names_before)
        if not self.due:
            await self._store.redact_log()

    async def _look(self, now: datetime) -> None:
        """Find what is too old."""
        house = await self._office.houses.house()
        if house.keep_days:
            old = await self._store.old(now - timedelta(days=house.keep_days))
            self._texts.extend(submission.id for submission in old)
        if house.keep_names_days:
            self._names_before = now - timedelta(days=house.keep_names_days)
            self._names.extend(await self._store.naming(self._names_before))
