"""A long sentence is cut down to its fact; what qualifies the fact stays."""

from __future__ import annotations

import pytest

from claims.readers import One, Read


@pytest.mark.parametrize(
    ("fact", "tail"),
    [
        (
            "The port of Lisbon reopened its three largest terminals on Monday after a strike of nine days",
            ", with senior union leaders praising the result and promising to return to work in all other harbours",
        ),
        (
            "The council of Malmo sold four of its older ferries to a Danish company last year",
            ", including two ships that had carried passengers to Copenhagen for more than thirty years",
        ),
        (
            "The court in Oslo fined the mining company 40 million kroner for spilling acid into the river",
            " — a sum that environmental groups called far too small for what had been done to the valley",
        ),
    ],
)
def test_what_trails_behind_a_fact_is_left_out(one: One, fact: str, tail: str) -> None:
    assert one(f"{fact}{tail}.", fact[:20]).text == fact


def test_a_condition_is_never_left_out(read: Read) -> None:
    text = (
        "The ministry in Warsaw pays farmers 900 zloty for every hectare of new forest that they have planted, "
        "unless they cut the trees within ten years of planting."
    )
    assert all("unless" in claim.text for claim in read(text).claims)


def test_a_hyphen_is_no_dash(one: One) -> None:
    text = (
        "The singer has built her name in Norway as a much loved and sought-after guest on the evening programme "
        "of the public broadcaster during the last fifteen years."
    )
    assert "fifteen years" in one(text, "The singer").text


def test_a_list_that_outweighs_its_fact_is_left_out(one: One) -> None:
    fact = "Revenue rose this year at five of the eight casinos in Nevada"
    text = (
        f"{fact}: the Golden Horse by 29 percent, the Silver Bell by 17.6 percent, the Old Mill by 8.2 percent, the "
        "Red Lion by 4.3 percent and the Blue Anchor by 4.7 percent."
    )
    assert one(text, "five of").text == fact


def test_an_insertion_between_two_dashes_stays(one: One) -> None:
    text = (
        "The airline of Norway — for many years the largest international carrier in the north of the continent — "
        "sold forty of its older aircraft to a leasing company in Dublin in 2018."
    )
    assert "in 2018" in one(text, "sold forty").text


def test_a_dateline_of_many_words_is_cut(one: One) -> None:
    text = "DUBAI, United Arab Emirates — The airline of Norway sold forty aircraft to Dublin in 2018."
    assert one(text, "forty").text.startswith("The airline")


def test_no_quotation_is_cut_in_two(one: One) -> None:
    text = (
        "The council of Oslo adopted in 2018 what the mayor of the city called “the longest, the most expensive, the "
        "most contested and in some ways the most curious budget in the history of the northern countries”."
    )
    assert "countries" in one(text, "adopted").text
