"""Dates are counted from the day the article was published, never from today."""

from __future__ import annotations

from datetime import date

import pytest

from bot.claims.holidays import easter, holiday
from claims.readers import One, Read


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("The bank closed last week.", "2019-W37"),
        ("The bank closed in February.", "2019-02"),
        ("The bank closed in November.", "2018-11"),
        ("The bank closed on Monday.", "2019-09-16"),
        ("The bank will close on Monday.", "2019-09-23"),
        ("The bank closed on May 5, 2011.", "2011-05-05"),
        ("The bank closed on 5 May 2011.", "2011-05-05"),
        ("The bank will close on Oct. 3.", "2019-10-03"),
        ("The bank closed two years ago.", "2017"),
        ("The bank closed yesterday.", "2019-09-17"),
        ("The bank closed in the third quarter of 2014.", "2014-Q3"),
        ("The bank closed in the spring of 2014.", "2014-SP"),
        ("The bank closed in the 1980s.", "198"),
        ("The bank closed on Labor Day.", "2019-09-02"),
        ("The bank closed last year.", "2018"),
        ("The bank closed in March 2015.", "2015-03"),
        ("The bank closed from March 30.", "2019-03-30"),
        ("The bank closed its doors ahead of the Friday vote.", "2019-09-20"),
        ("The bank holds a fair that opens Monday.", "2019-09-23"),
    ],
)
def test_a_time_gets_its_timex3_value(read: Read, words: str, value: str) -> None:
    assert value in {time.value for time in read(words).times}


@pytest.mark.parametrize(
    "words", ["The bank closed two years before the war began.", "Lind writes for USA TODAY's board in Oslo."]
)
def test_what_has_no_date_gets_none(read: Read, words: str) -> None:
    assert all(time.value is None for time in read(words).times)


def test_without_a_published_date_nothing_relative_is_guessed(read: Read) -> None:
    text = "The bank closed on Monday and sold its house on May 5, 2011."
    values = {time.text: time.value for time in read(text, published=None).times}
    assert values["Monday"] is None
    assert values["May 5, 2011"] == "2011-05-05"


def test_that_date_is_the_last_one_named(read: Read) -> None:
    text = "The strike begins on Oct. 3. As of that date the union of drivers will block the port of Split."
    values = {time.text: time.value for time in read(text).times}
    assert values["that date"] == "2019-10-03"


def test_the_standalone_claim_carries_the_absolute_date(one: One) -> None:
    assert "(September 9–15, 2019)" in one("The bank of Oslo closed 12 branches last week.", "branches").standalone
    assert "February 2019" in one("The bank of Oslo closed 12 branches in February.", "branches").standalone


def test_may_the_verb_is_no_month(read: Read) -> None:
    assert not read("The bank may close. They march on.").times


def test_easter_falls_where_the_church_puts_it() -> None:
    known = {2000: (4, 23), 2019: (4, 21), 2024: (3, 31), 2038: (4, 25), 1818: (3, 22)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known


def test_thanksgiving_is_the_fourth_thursday() -> None:
    assert holiday("Thanksgiving", 2019) == date(2019, 11, 28)
    assert holiday("no such feast", 2019) is None
