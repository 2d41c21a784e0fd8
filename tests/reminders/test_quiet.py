"""Quiet hours and weekends by the clock on a person's wall, whatever the clock does."""

from __future__ import annotations

from datetime import UTC as PLAIN_UTC
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reminders.desk_week import BERLIN, ISTANBUL, KATHMANDU, RULES, UTC, at, rules

from bot.reminders.quiet import end_of_rest, is_quiet, last_awake, next_awake, zone_of

CAIRO = ZoneInfo("Africa/Cairo")  # summer time begins at midnight
DAYTIME = rules(from_quiet='"12:00"', until_quiet='"14:00"', weekend_quiet='["friday", "saturday"]')
NEVER = rules(from_quiet='"00:00"', until_quiet='"00:00"', weekend_quiet="[]")


@pytest.mark.parametrize(
    ("moment", "zone", "quiet"),
    [
        ("2026-05-11 07:59:59", UTC, True),
        ("2026-05-11 08:00", UTC, False),
        ("2026-05-11 18:59:59", UTC, False),
        ("2026-05-11 19:00", UTC, True),
        ("2026-05-12 00:00", UTC, True),
        ("2026-05-15 18:00", UTC, False),  # Friday
        ("2026-05-16 12:00", UTC, True),
        ("2026-05-17 12:00", UTC, True),
        ("2026-05-18 08:00", UTC, False),
        ("2026-05-11 08:00", KATHMANDU, False),
        ("2026-05-11 07:59", KATHMANDU, True),
    ],
)
def test_people_are_left_alone_at_night_and_at_weekends(moment: str, zone: ZoneInfo, quiet: bool) -> None:
    assert is_quiet(at(moment, zone), RULES.quiet, zone) is quiet


@pytest.mark.parametrize(
    ("utc", "zone", "quiet"),
    [
        ("2026-05-11 02:15", KATHMANDU, False),  # +5:45: 08:00
        ("2026-05-11 02:14", KATHMANDU, True),
        ("2026-05-11 13:15", KATHMANDU, True),  # 19:00
        ("2026-05-10 20:30", KATHMANDU, True),  # Monday 02:15 there, Sunday in UTC
        ("2026-05-15 22:00", ZoneInfo("Pacific/Auckland"), True),  # Saturday there, Friday in UTC
        ("2026-05-10 22:00", ZoneInfo("Pacific/Auckland"), False),  # Monday 10:00 there, Sunday in UTC
        ("2026-05-11 10:30", ZoneInfo("Australia/Adelaide"), True),  # +9:30: 20:00
        ("2026-05-11 05:00", ISTANBUL, False),
    ],
)
def test_it_is_the_persons_clock_and_day_that_count(utc: str, zone: ZoneInfo, quiet: bool) -> None:
    assert is_quiet(at(utc), RULES.quiet, zone) is quiet


@pytest.mark.parametrize(
    ("moment", "zone", "awake"),
    [
        ("2026-05-11 10:00", UTC, "2026-05-11 10:00"),
        ("2026-05-11 19:00", UTC, "2026-05-12 08:00"),
        ("2026-05-12 03:00", UTC, "2026-05-12 08:00"),
        ("2026-05-15 19:30", UTC, "2026-05-18 08:00"),  # from Friday evening to Monday morning
        ("2026-05-17 23:59", KATHMANDU, "2026-05-18 08:00"),
        ("2026-03-28 12:00", BERLIN, "2026-03-30 08:00"),  # over the night that has one hour less
        ("2026-10-24 12:00", BERLIN, "2026-10-26 08:00"),  # and the one that has one more
    ],
)
def test_what_falls_into_the_quiet_comes_when_it_is_over(moment: str, zone: ZoneInfo, awake: str) -> None:
    assert next_awake(at(moment, zone), RULES.quiet, zone).astimezone(zone) == at(awake, zone)


def test_a_night_in_spring_is_an_hour_shorter_and_one_in_autumn_an_hour_longer() -> None:
    everyday = rules(weekend_quiet="[]").quiet
    for evening, hours in (("2026-03-28 19:00", 12), ("2026-10-24 19:00", 14), ("2026-05-11 19:00", 13)):
        start = at(evening, BERLIN).astimezone(PLAIN_UTC)
        assert next_awake(start, everyday, BERLIN) - start == timedelta(hours=hours)


def test_quiet_hours_that_end_in_the_hour_that_is_left_out_end_with_it() -> None:
    quiet = rules(until_quiet='"02:30"', weekend_quiet="[]").quiet
    end = next_awake(at("2026-03-28 23:00", BERLIN), quiet, BERLIN)
    assert end == at("2026-03-29 01:30")  # 03:30 in Berlin, where there is no 02:30
    assert not is_quiet(end, quiet, BERLIN)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_are_over_after_each() -> None:
    quiet = rules(until_quiet='"02:30"', weekend_quiet="[]").quiet
    first = next_awake(at("2026-10-24 23:00", BERLIN), quiet, BERLIN)
    assert first == at("2026-10-25 00:30")
    assert next_awake(at("2026-10-25 01:10"), quiet, BERLIN) == at("2026-10-25 01:30")


def test_a_day_without_midnight_has_a_morning_all_the_same() -> None:
    quiet = rules(weekend_quiet='["thursday"]', from_quiet='"12:00"', until_quiet='"14:00"').quiet
    assert next_awake(at("2026-04-23 15:00", CAIRO), quiet, CAIRO) == at("2026-04-24 01:00", CAIRO)


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        ("2026-05-12 10:00", "2026-05-12 10:00"),
        ("2026-05-12 03:00", "2026-05-11 18:59:59"),
        ("2026-05-18 03:00", "2026-05-15 18:59:59"),
    ],
)
def test_the_last_moment_before_the_quiet_is_known(moment: str, awake: str) -> None:
    assert last_awake(at(moment, BERLIN), RULES.quiet, BERLIN) == at(awake, BERLIN)


@pytest.mark.parametrize(
    ("choice", "now", "until"),
    [
        ("1h", "2026-05-11 10:00", "2026-05-11 11:00"),
        ("1h", "2026-05-11 18:30", "2026-05-12 08:00"),
        ("tomorrow", "2026-05-11 10:00", "2026-05-12 08:00"),
        ("tomorrow", "2026-05-15 10:00", "2026-05-18 08:00"),
        ("tomorrow", "2026-05-11 00:10", "2026-05-12 08:00"),
        ("7d", "2026-05-11 10:00", "2026-05-18 10:00"),
        ("1d", "2026-10-23 10:00", "2026-10-26 08:00"),
    ],
)
def test_a_rest_ends_when_the_person_is_there_again(choice: str, now: str, until: str) -> None:
    assert end_of_rest(choice, at(now, BERLIN), RULES.quiet, BERLIN).astimezone(BERLIN) == at(until, BERLIN)


@pytest.mark.parametrize("name", [None, "", "Nowhere/At_All", "../etc/passwd", "x" * 300])
def test_whoever_has_no_known_timezone_lives_in_utc(name: str | None) -> None:
    assert zone_of(name).key == "UTC"
    assert zone_of("Asia/Kathmandu").key == "Asia/Kathmandu"


moments = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1), timezones=st.just(PLAIN_UTC))


@given(moments, st.sampled_from(sorted(available_timezones())), st.sampled_from([RULES, DAYTIME, NEVER]))
@example(at("2026-03-29 01:00"), "Europe/Berlin", RULES)
@example(at("2026-04-23 22:30"), "Africa/Cairo", DAYTIME)
@example(datetime(2011, 12, 29, 23, tzinfo=PLAIN_UTC), "Pacific/Apia", RULES)  # a Friday that never was
def test_wherever_and_whenever_there_is_a_next_and_a_last_moment_that_is_not_quiet(
    moment: datetime, name: str, rules: object
) -> None:
    assert isinstance(rules, type(RULES))
    zone, quiet = ZoneInfo(name), rules.quiet
    after, before = next_awake(moment, quiet, zone), last_awake(moment, quiet, zone)
    assert not is_quiet(after, quiet, zone)
    assert not is_quiet(before, quiet, zone)
    assert before <= moment <= after
    step = (after - moment) / 50
    assert all(is_quiet(moment + n * step, quiet, zone) for n in range(50)) or after == moment
