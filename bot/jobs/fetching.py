"""The worker's fetcher: the same as any, but seen from outside."""

from __future__ import annotations

from bot.articles.fetch import Fetched, Fetcher
from bot.telemetry.steps import step


class MeasuredFetcher(Fetcher):
    """Times what it fetches."""

    async def fetch(self, url: str) -> Fetched:
        """Get a page. Raises ``UnreadableError``."""
        with step("fetch"):
            return await super().fetch(url)
