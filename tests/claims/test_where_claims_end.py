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
