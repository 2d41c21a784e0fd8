"""The limits of the reader as the settings have them."""

from __future__ import annotations

from bot.articles.fetch import Limits
from config.settings import Settings


def fetch_limits(settings: Settings) -> Limits:
    """What one link may cost."""
    return Limits(
        connect_seconds=settings.fetch_connect_seconds,
        total_seconds=settings.fetch_total_seconds,
        max_bytes=settings.fetch_max_bytes,
        max_redirects=settings.fetch_max_redirects,
        allow_hosts=settings.fetch_allow_hosts,
        user_agent=settings.fetch_user_agent,
    )
