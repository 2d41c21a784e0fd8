"""When to ask a site again that did not answer as it should."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.articles.unreadable import Reason, UnreadableError

_DAY = 86_400.0
_AGAIN_AT_ONCE = {Reason.UNREACHABLE, Reason.CUT_OFF, Reason.BUSY, Reason.NO_SUCH_HOST}
_POLITE = 4
"""Who was told to come back later without being told when waits this many times longer."""


def pause(error: UnreadableError, tried: int, backoff_seconds: float) -> float | None:
    """Seconds until the next try within the same reading, None if another one makes no sense.

    The pauses double. A wait that the site asks for is kept to; whether there is time for it, the caller knows.
    """
    if not error.transient:
        return None
    usual = backoff_seconds * 2.0 ** (tried - 1)
    if error.reason in _AGAIN_AT_ONCE:
        return max(usual, error.retry_after or 0.0)
    if error.reason is Reason.TOO_OFTEN:
        return usual * _POLITE if error.retry_after is None else max(usual, error.retry_after)
    return None


def retry_after(header: str | None, now: datetime) -> float | None:
    """``Retry-After`` in seconds or as an HTTP date (RFC 9110, 10.2.3) → seconds from now, a day at most."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), _DAY)
    try:
        at = parsedate_to_datetime(header)
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(seconds, 0.0), _DAY) if math.isfinite(seconds) else None
