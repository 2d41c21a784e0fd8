"""Retention: texts of articles are removed when the workspace wants them kept no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.service.office import Office

EVERY = timedelta(hours=1)
"""How often a clock looks for what is too old."""


class Retention:
    """Removes what is too old."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._last: datetime | None = None

    async def round(self) -> None:
        """Remove the texts of articles that are older than the workspace's setting and done with."""
        now = self._office.now()
        if self._last and now - self._last < EVERY:
            return
        self._last = now
        days = (await self._office.houses.house()).keep_days
        if days:
            for submission in await self._office.store.old(now - timedelta(days=days)):
                await self._office.store.remove_text(submission.id)
