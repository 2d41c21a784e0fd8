"""Pasted text keeps every character; its header tells title, authors and dates, or nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.header_dates import HeaderDates, header_dates
from bot.articles.paste import from_text

PENTAGON = Path(__file__).parents[2].parent / "shared" / "data" / "articles" / "pentagon.txt"
MAY_21 = date(2016, 5, 21)
BODY = "The council voted on Tuesday to close the old bridge for a year. Traffic will use the tunnel.\n\nMore follows."


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("21.05.2016 - Update : 02.06.2016", MAY_21, date(2016, 6, 2)),
        ("May 21, 2016", MAY_21, None),
        ("Published: 21 May 2016 10:30 GMT", MAY_21, None),
        ("2016-05-21", MAY_21, None),
        ("2016-05-21T23:59:00+03:00", MAY_21, None),
        ("21st of May 2016", MAY_21, None),
        ("Sat 21 May 2016 06.00 BST", MAY_21, None),
        ("By Ann Lee, Staff Writer | May 21, 2016 | 3 min read", MAY_21, None),
        ("Last updated: Sept. 3, 2024 at 3:15 p.m. EDT", None, date(2024, 9, 3)),
        ("Posted May 21, 2016; updated May 23, 2016", MAY_21, date(2016, 5, 23)),
        ("LONDON, 21 May 2016 (Agency) — The minister resigned after a long night of talks.", MAY_21, None),
        ("NEW YORK, N.Y., May 21, 2016 - The minister resigned.", MAY_21, None),
        ("05/21/2016", MAY_21, None),
        ("21/05/2016 10:30", MAY_21, None),
        ("05/05/2016", date(2016, 5, 5), None),
        ("05/06/2016, updated 05/21/2016", date(2016, 5, 6), MAY_21),
    ],
)
def test_dates_of_a_header_line(line: str, published: date | None, updated: date | None) -> None:
    assert header_dates(f"Old bridge closes\n\n{line}\n\n{BODY}") == HeaderDates(published, updated)


@pytest.mark.parametrize(
    "line",
    [
        "05/06/2016",  # two readings, and nothing that tells which
        "31.02.2016",
        "The law was published on 3 March 2020 in the gazette.",
        "Remembering the Flood of May 4, 2012",
        "WASHINGTON, May 21 (Agency) — no year",
        "Published 10 hours ago",
        "Version 10.2.2016.1",
        "May 2016",
    ],
)
def test_no_date_is_better_than_a_wrong_one(line: str) -> None:
    assert header_dates(f"Old bridge closes\n\n{line}\n\n{BODY}") == HeaderDates(None, None)


def test_text_is_kept_to_the_character() -> None:
    text = "  Odd\tspaces \r\n\r\n“quotes” – and\u00a0more \n"
    assert from_text(text).text == text


def test_header_of_a_news_story() -> None:
    article = from_text(f"Old bridge closes for a year\nBy Ann Lee and Bo de Ek, Example News\n21 May 2016\n\n{BODY}")
    assert article.title == "Old bridge closes for a year"
    assert article.authors == ("Ann Lee", "Bo de Ek")
    assert article.published == MAY_21


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"World, Politics, Europe\n\nOld bridge closes for a year\n\n{BODY}", "Old bridge closes for a year"),
        (f"Home > News\nOld bridge closes\n{BODY}", "Old bridge closes"),
        (f"21 May 2016\n\nOld bridge closes\n\n{BODY}", "Old bridge closes"),
        (
            f"Short\n\nOld bridge closes for a year\n\nWhy: talks\n\nOld bridge closes for a year\n{BODY}",
            "Old bridge closes for a year",
        ),
        (BODY, ""),
        ("Old bridge closes", ""),
        ("", ""),
    ],
)
def test_title_is_the_headline_if_there_is_one(text: str, title: str) -> None:
    assert from_text(text).title == title


@pytest.mark.skipif(not PENTAGON.exists(), reason="the sample is not part of the project")
def test_agency_story_as_pasted() -> None:
    article = from_text(PENTAGON.read_text(encoding="utf-8"))
    assert article.title == "Pentagon: No Russian proposal for joint strike received"
    assert article.published == MAY_21
    assert article.updated == date(2016, 6, 2)
    assert article.authors == ("Kasim Ileri",)


@given(
    st.text()
    | st.lists(st.sampled_from(["1", "12", ".", "/", " ", "May", "\n", "2016", "By", ",", "Update", ":"])).map("".join)
)
def test_no_text_breaks_a_paste(text: str) -> None:
    assert from_text(text).text == text
