"""The limits of the reader as the settings have them."""

from __future__ import annotations

from importlib.metadata import version

from bot.articles.limits import Limits
from config.settings import Settings


def fetch_limits(settings: Settings) -> Limits:
    """What one link may cost."""
    return Limits(
        connect_seconds=settings.fetch_connect_seconds,
        total_seconds=settings.fetch_total_seconds,
        turn_seconds=settings.fetch_turn_seconds,
        max_bytes=settings.fetch_max_bytes,
        max_unpacked_bytes=settings.fetch_max_unpacked_bytes,
        max_ratio=settings.fetch_max_ratio,
        max_redirects=settings.fetch_max_redirects,
        allow_hosts=settings.fetch_allow_hosts,
        respect_robots=settings.fetch_respect_robots,
        user_agent=_user_agent(settings.fetch_contact),
    )


def _user_agent(contact: str) -> str:
    about = f"fact-checking desk; +{contact}" if contact else "fact-checking desk"
    return f"Claimdesk/{version('claimdesk')} ({about})"
