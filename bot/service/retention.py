"""Retention: texts and names in articles are removed when the workspace wants them kept no longer."""

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
        """Remove the texts and names of articles that are older than the workspace's settings and done with.

        Each article is a step of its own; the log is changed once for all of them, page by page.
        """
        now = self._office.now()
        if self._last and now - self._last < EVERY:
            return
        self._last = now
        store, house = self._office.store, await self._office.houses.house()
        if house.keep_days:
            old = await store.old(now - timedelta(days=house.keep_days))
            removed = {submission.id for submission in old if await store.remove_text(submission.id)}
            if removed:
                await store.drop_drafts(removed)
        if house.keep_names_days:
            before = now - timedelta(days=house.keep_names_days)
            for id in await store.naming(before):
                await store.remove_names(id, before)
        await store.redact_log()
