"""When a person is left alone, by the clock on their wall. Pure.

All moments are aware. Wall-clock times are turned into moments one by one, with both readings of an hour that the end
of summer time repeats, and are compared in UTC: within one timezone Python compares the clocks, not the moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.digest.schedule import is_timezone
from bot.reminders.rules import TOMORROW, QuietRules, parse_duration

_DAYS_AROUND = 9
"""Further than any weekend reaches."""
_MIDNIGHT = time()


def zone_of(name: str | None) -> ZoneInfo:
    """The timezone with this IANA name; UTC for one that is unknown."""
    return ZoneInfo(name if name and is_timezone(name) else "UTC")


def is_quiet(moment: datetime, quiet: QuietRules, zone: ZoneInfo) -> bool:
    """Whether a person in this timezone is left alone at this moment."""
    local = moment.astimezone(zone)
    clock, since, until = local.time(), quiet.since, quiet.until
    within = since <= clock < until if since <= until else clock >= since or clock < until
    return within or local.weekday() in quiet.weekend


def next_awake(moment: datetime, quiet: QuietRules, zone: ZoneInfo) -> datetime:
    """This moment, or where it is quiet the first one afterwards that is not."""
    if not is_quiet(moment, quiet, zone):
        return moment
    ends = _moments(moment, (_MIDNIGHT, quiet.until), zone, range(_DAYS_AROUND))
    return min(end for end in ends if end > moment and not is_quiet(end, quiet, zone))


def last_awake(moment: datetime, quiet: QuietRules, zone: ZoneInfo) -> datetime:
    """This moment, or where it is quiet the last one before that is not, to the second."""
    if not is_quiet(moment, quiet, zone):
        return moment
    starts = _moments(moment, (_MIDNIGHT, quiet.since), zone, range(0, -_DAYS_AROUND, -1))
    before = (start - timedelta(seconds=1) for start in starts)
    return max(last for last in before if last < moment and not is_quiet(last, quiet, zone))


def end_of_rest(choice: str, now: datetime, quiet: QuietRules, zone: ZoneInfo) -> datetime:
    """Until when a reminder rests that was snoozed now: a duration, or ``"tomorrow"``; never into quiet hours."""
    if choice != TOMORROW:
        return next_awake(now + parse_duration(choice), quiet, zone)
    return next_awake(next(_moments(now, (quiet.until,), zone, range(1, 2))), quiet, zone)


def _moments(around: datetime, clocks: tuple[time, ...], zone: ZoneInfo, days: range) -> Iterator[datetime]:
    """The moments, in UTC, at which clocks show these times on days counted from that of ``around``."""
    today = around.astimezone(zone).date()
    for day in days:
        for clock in clocks:
            for fold in (0, 1):
                local = datetime.combine(today + timedelta(days=day), clock.replace(fold=fold), tzinfo=zone)
                yield local.astimezone(UTC)
