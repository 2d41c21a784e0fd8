"""When a channel's digest is due, in its own timezone. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict

DEFAULT_TIME = time(9, 0)
LATE_HOURS = 6
"""A digest that could not be sent on time (the desk was down) is still sent within so many hours, then skipped."""


class DigestSettings(BaseModel):
    """A channel's digest: at ``at`` in the IANA timezone ``tz``, on weekdays. ``last`` is when one was sent."""

    model_config = ConfigDict(frozen=True)

    channel: str
    at: time = DEFAULT_TIME
    tz: str = "UTC"
    on: bool = True
    last: datetime | None = None
    last_day: date | None = None


def due(settings: DigestSettings, now: datetime) -> date | None:
    """The local day whose digest should be sent now, or None. ``now`` is aware."""
    zone = ZoneInfo(settings.tz)
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):  # one of late yesterday may still be on time after midnight
        planned = datetime.combine(day, settings.at, tzinfo=zone).astimezone(UTC)
        # Somebody may have had it posted since, or the channel may be newer than that.
        sent = (settings.last_day and settings.last_day >= day) or (settings.last and settings.last >= planned)
        late = (now - planned).total_seconds() / 3600
        if settings.on and day.weekday() < 5 and not sent and 0 <= late < LATE_HOURS:
            return day
    return None


def from_next_time(settings: DigestSettings, now: datetime) -> DigestSettings:
    """The same settings, but a time that has passed today is meant from the next day on."""
    passed = due(settings, now)
    return settings.model_copy(update={"last_day": passed}) if passed else settings


class NotUnderstood(ValueError):
    """What was typed after ``/digest`` makes no sense; the message is a sentence for the person."""


_AT = re.compile(r"at\s+(\d{1,2})(?:[:.](\d{2}))?(?:\s*(am|pm))?(?:\s+(\S+))?", re.IGNORECASE)


def change(settings: DigestSettings, words: str) -> DigestSettings:
    """Apply ``at 08:30 Europe/Istanbul``, ``off`` or ``on``.

    Raises:
        NotUnderstood: with a sentence that says what can be typed.
    """
    words = words.strip()
    if words.lower() in ("off", "stop"):
        return settings.model_copy(update={"on": False, "tz": settings.tz or "UTC"})
    if words.lower() in ("on", "start"):
        return settings.model_copy(update={"on": True, "tz": settings.tz or "UTC"})
    match = _AT.fullmatch(words)
    if not match:
        raise NotUnderstood(
            "I know `/digest` (post it now), `/digest at 08:30 Europe/Istanbul`, `/digest on` and `/digest off`."
        )
    hour, minute, half, zone = int(match[1]), int(match[2] or 0), (match[3] or "").lower(), match[4]
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise NotUnderstood("That is not a time of day. Try `/digest at 08:30 Europe/Istanbul`.")
    if not zone and not settings.tz:
        raise NotUnderstood("I could not find out your timezone. Name it, as in `/digest at 08:30 Europe/Istanbul`.")
    if zone and not is_timezone(zone):
        raise NotUnderstood(
            f"I don't know the timezone {zone!r}. Use a name such as `Europe/Istanbul`, `America/New_York` or `UTC`."
        )
    return settings.model_copy(update={"at": time(hour, minute), "tz": zone or settings.tz, "on": True})


def is_timezone(name: str) -> bool:
    """Whether this is an IANA timezone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
