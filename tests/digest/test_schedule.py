"""When a channel's digest comes, in its own timezone, and what can be typed to change it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.schedule import DigestSettings, NotUnderstood, change, due, from_next_time, is_timezone

TUESDAY = date(2026, 5, 12)


def at(text: str, tz: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)


def channel(tz: str = "UTC", **fields: object) -> DigestSettings:
    return DigestSettings(channel="C1", tz=tz).model_copy(update=fields)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-05-12 08:59:59", None),
        ("2026-05-12 09:00:00", TUESDAY),
        ("2026-05-12 14:59:59", TUESDAY),  # the desk was down: late is better than never
        ("2026-05-12 15:00:00", None),  # but a morning's digest is no evening's
        ("2026-05-15 09:00:00", date(2026, 5, 15)),
        ("2026-05-16 09:00:00", None),  # Saturday
        ("2026-05-17 09:00:00", None),  # Sunday
        ("2026-05-18 09:00:00", date(2026, 5, 18)),
    ],
)
def test_a_digest_comes_on_weekdays_at_its_time(now: str, day: date | None) -> None:
    assert due(channel(), at(now)) == day


@pytest.mark.parametrize(
    ("tz", "now", "day"),
    [
        ("Europe/Istanbul", "2026-05-12 05:59", None),
        ("Europe/Istanbul", "2026-05-12 06:00", TUESDAY),
        ("America/Los_Angeles", "2026-05-12 15:59", None),
        ("America/Los_Angeles", "2026-05-12 16:00", TUESDAY),
        ("Pacific/Auckland", "2026-05-11 21:00", TUESDAY),  # it is Tuesday there while it is Monday in Greenwich
        ("Pacific/Auckland", "2026-05-15 21:00", None),  # and Saturday while it is Friday
        ("Pacific/Kiritimati", "2026-05-11 19:00", TUESDAY),
        ("Asia/Kathmandu", "2026-05-12 03:14", None),
        ("Asia/Kathmandu", "2026-05-12 03:15", TUESDAY),
    ],
)
def test_the_time_is_the_channels_own(tz: str, now: str, day: date | None) -> None:
    assert due(channel(tz), at(now)) == day


@pytest.mark.parametrize(
    ("before", "after"),
    [("2026-03-27 08:00", "2026-03-30 07:00"), ("2026-10-23 07:00", "2026-10-26 08:00")],
)
def test_nine_oclock_stays_nine_oclock_when_clocks_change(before: str, after: str) -> None:
    berlin = channel("Europe/Berlin")
    for now in (before, after):
        assert due(berlin, at(now)) is not None
        assert due(berlin, at(now) - timedelta(seconds=1)) is None


def test_a_time_that_the_clocks_leave_out_still_comes_once() -> None:
    # Jerusalem goes from 02:00 to 03:00 on Friday 27 March 2026.
    night = channel("Asia/Jerusalem", at=time(2, 30))
    first = at("2026-03-27 03:30", "Asia/Jerusalem")
    assert due(night, first) == date(2026, 3, 27)
    assert due(night, at("2026-03-27 01:59", "Asia/Jerusalem")) is None
    assert due(night.model_copy(update={"last_day": date(2026, 3, 27)}), first) is None


def test_a_time_that_comes_twice_is_kept_once() -> None:
    # Cairo goes from 24:00 back to 23:00 in the night of Thursday 29 October 2026.
    night = channel("Africa/Cairo", at=time(23, 30))
    first = datetime(2026, 10, 29, 20, 30, tzinfo=UTC)
    assert due(night, first - timedelta(minutes=1)) is None
    assert due(night, first) == date(2026, 10, 29)
    sent = night.model_copy(update={"last_day": date(2026, 10, 29)})
    assert due(sent, first + timedelta(hours=1)) is None


def test_what_was_sent_or_turned_off_is_not_due() -> None:
    now = at("2026-05-12 09:05")
    assert due(channel(last_day=TUESDAY), now) is None
    assert due(channel(last_day=TUESDAY - timedelta(days=1)), now) == TUESDAY
    assert due(channel(on=False), now) is None


def test_a_channel_that_joins_after_its_time_waits_for_the_next_morning() -> None:
    now = at("2026-05-12 10:00")
    assert due(channel(last=now), now) is None
    assert due(channel(last=now), now + timedelta(days=1)) == TUESDAY + timedelta(days=1)
    assert due(channel(last=at("2026-05-12 08:00")), now) == TUESDAY


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Tehran", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.times(),
)
def test_it_is_due_only_on_a_local_weekday_and_never_before_its_time(start: datetime, tz: str, planned: time) -> None:
    now = start.replace(tzinfo=UTC)
    day = due(channel(tz, at=planned.replace(second=0, microsecond=0)), now)
    if day is not None:
        local = now.astimezone(ZoneInfo(tz))
        assert local.date() - day in (timedelta(0), timedelta(days=1))
        assert day.weekday() < 5
        offset_may_change = timedelta(hours=1)
        assert local.replace(tzinfo=None) + offset_may_change >= datetime.combine(day, planned.replace(second=0))


SET = DigestSettings(channel="C1", at=time(9), tz="Europe/Paris", on=False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("at 08:30 Europe/Istanbul", (time(8, 30), "Europe/Istanbul", True)),
        ("at 8:30", (time(8, 30), "Europe/Paris", True)),
        ("  AT 8.30  ", (time(8, 30), "Europe/Paris", True)),
        ("at 7", (time(7), "Europe/Paris", True)),
        ("at 7am", (time(7), "Europe/Paris", True)),
        ("at 7 pm America/New_York", (time(19), "America/New_York", True)),
        ("at 12am", (time(0), "Europe/Paris", True)),
        ("at 12:15 PM UTC", (time(12, 15), "UTC", True)),
        ("at 0:00", (time(0), "Europe/Paris", True)),
        ("at 23:59", (time(23, 59), "Europe/Paris", True)),
        ("on", (time(9), "Europe/Paris", True)),
        ("START", (time(9), "Europe/Paris", True)),
        ("off", (time(9), "Europe/Paris", False)),
        (" Stop ", (time(9), "Europe/Paris", False)),
    ],
)
def test_what_can_be_typed(words: str, expected: tuple[time, str, bool]) -> None:
    changed = change(SET, words)
    assert (changed.at, changed.tz, changed.on) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "I know `/digest`"),
        ("tomorrow", "I know `/digest`"),
        ("08:30", "I know `/digest`"),
        ("at", "I know `/digest`"),
        ("at noon", "I know `/digest`"),
        ("at 8:5", "I know `/digest`"),
        ("at 08:30 Europe/Istanbul please", "I know `/digest`"),
        ("on at 8", "I know `/digest`"),
        ("at 24:00", "not a time of day"),
        ("at 08:60", "not a time of day"),
        ("at 99", "not a time of day"),
        ("at 13:00 pm", "not a time of day"),
        ("at 0:30 am", "not a time of day"),
        ("at 08:30 Mars/Olympus", "'Mars/Olympus'"),
        ("at 08:30 ../../etc/passwd", "'../../etc/passwd'"),
        ("at 08:30 Europe", "'Europe'"),
        ("at 08:30 CET/", "'CET/'"),
    ],
)
def test_what_makes_no_sense_is_answered_with_what_does(words: str, told: str) -> None:
    with pytest.raises(NotUnderstood) as answer:
        change(SET, words)
    assert told in str(answer.value)
    assert "`" in str(answer.value) or "timezone" in str(answer.value)


def test_a_time_without_a_timezone_asks_for_one_where_none_is_known() -> None:
    unknown = SET.model_copy(update={"tz": ""})
    with pytest.raises(NotUnderstood) as answer:
        change(unknown, "at 08:30")
    assert "could not find out your timezone" in str(answer.value)
    assert "`/digest at 08:30 Europe/Istanbul`" in str(answer.value)
    assert change(unknown, "at 08:30 Europe/Istanbul").tz == "Europe/Istanbul"
    for words in ("on", "off"):
        assert change(unknown, words).tz == "UTC"


def test_a_time_that_has_passed_today_is_meant_from_the_next_day_on() -> None:
    noon = at("2026-05-12 12:00")
    begun = from_next_time(channel(), noon)
    assert due(begun, noon) is None
    assert due(begun, at("2026-05-13 09:00")) == TUESDAY + timedelta(days=1)
    later = channel(at=time(13))
    assert from_next_time(later, noon) == later


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_it(words: str) -> None:
    for typed in (words, f"at {words}", f"at 8:00 {words}"):
        try:
            changed = change(SET, typed)
        except NotUnderstood as error:
            told = str(error)
            assert told
        else:
            due(changed, datetime(2026, 5, 12, tzinfo=UTC))


def test_a_timezone_is_a_name_of_the_tz_database() -> None:
    assert is_timezone("Europe/Istanbul")
    assert is_timezone("UTC")
    assert not is_timezone("Europe/Constantinople-on-Sea")
    assert not is_timezone("")
    assert not is_timezone("/etc/localtime")


def test_a_digest_of_late_evening_is_still_sent_after_midnight() -> None:
    settings = DigestSettings(channel="C1", at=time(22, 0), tz="UTC")
    assert due(settings, datetime(2026, 5, 13, 0, 30, tzinfo=UTC)) == date(2026, 5, 12)
    assert due(settings, datetime(2026, 5, 16, 0, 30, tzinfo=UTC)) == date(2026, 5, 15)  # Friday's, on a Saturday
    assert due(settings, datetime(2026, 5, 17, 0, 30, tzinfo=UTC)) is None  # Saturday has none
    assert due(settings, datetime(2026, 5, 13, 4, 30, tzinfo=UTC)) is None
