"""TIMEX3 values as people read dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.cards.dates import day, day_of, in_words, moment


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2016-05-25", "Wednesday 25 May 2016"),
        ("2016-02", "February 2016"),
        ("2016", "2016"),
        ("2016-W19", "the week of 9 May 2016"),
        ("2016-W53", "2016-W53"),  # 2016 had 52 weeks
        ("2020-W53", "the week of 28 December 2020"),
        ("2016-W19-WE", "the weekend of 14 May 2016"),
        ("2016-Q1", "first quarter of 2016"),
        ("2016-Q4", "fourth quarter of 2016"),
        ("2016-SP", "spring of 2016"),
        ("2016-SU", "summer of 2016"),
        ("2016-FA", "autumn of 2016"),
        ("2016-WI", "winter of 2016"),
        ("201", "the 2010s"),
        ("2016-05-25TMO", "Wednesday 25 May 2016, morning"),
        ("2016-05-25TNI", "Wednesday 25 May 2016, night"),
        ("2016-05-25TEV", "Wednesday 25 May 2016, evening"),
        ("2016-05-25T14:30", "Wednesday 25 May 2016, 14:30"),
        ("2016-05-25T14:30:00Z", "Wednesday 25 May 2016, 14:30"),
        ("2024-02-29", "Thursday 29 February 2024"),
        ("2023-02-29", "2023-02-29"),
        ("2016-13", "2016-13"),
        ("PAST_REF", "PAST_REF"),
        ("P3D", "P3D"),
        ("XXXX-05", "XXXX-05"),
        ("", ""),
    ],
)
def test_a_date_reads_as_people_say_it_and_what_has_no_reading_stays(value: str, words: str) -> None:
    assert in_words(value) == words


@given(st.text(max_size=20))
def test_no_value_breaks_it(value: str) -> None:
    assert isinstance(in_words(value), str)


@given(st.dates(date(1000, 1, 1)))
def test_every_day_is_named_with_its_year(value: date) -> None:
    assert in_words(value.isoformat()).endswith(day(value))
    assert day(value).startswith(f"{value.day} ")
    assert day(value).endswith(f" {value.year}")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=13)), timezone(-timedelta(hours=9, minutes=30))])
def test_a_moment_is_shown_in_each_readers_timezone_and_in_utc_where_slack_cannot(zone: timezone) -> None:
    at = datetime(2026, 5, 12, 23, 5, tzinfo=UTC).astimezone(zone)
    assert moment(at) == "<!date^1778627100^{date_short_pretty} at {time}|12 May 2026, 23:05 UTC>"
    assert day_of(at) == "<!date^1778627100^{date}|12 May 2026>"
