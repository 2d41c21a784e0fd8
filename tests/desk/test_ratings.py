"""The rating scales that an operator edits: what is shipped, and what a mistake in them is told as."""

from __future__ import annotations

import pytest

from bot.desk.house import House
from bot.desk.ratings import parse_scales
from desk.samples import SCALE, SCALES

GOOD = """
[[scale]]
id = "two"
label = "True or not"

[[scale.rating]]
id = "true"
label = "True"
emoji = "🟢"
value = 5

[[scale.rating]]
id = "open"
label = "Open"
emoji = "⚪"
sources = false

[[scale]]
id = "one"
label = "Only one"

[[scale.rating]]
id = "wrong"
label = "Wrong"
emoji = "🔴"

[[said]]
id = "said"
label = "They said it"
emoji = "🗣️"
"""


def test_the_shipped_scales_have_what_a_desk_needs() -> None:
    assert list(SCALES) == ["six_steps", "three_steps", "evidence"]
    assert [r.id for r in SCALE.ratings] == [
        "true",
        "mostly_true",
        "missing_context",
        "mostly_false",
        "false",
        "unverifiable",
    ]
    assert [r.id for r in SCALE.ratings if not r.sources] == ["missing_context", "unverifiable"]
    assert SCALE.rating("unverifiable").value is None
    assert [SCALE.rating(id).value for id in ("false", "true")] == [1, 5]
    with pytest.raises(KeyError):
        SCALE.rating("pants_on_fire")


@pytest.mark.parametrize("id", SCALES)
def test_each_shipped_scale_can_be_shown_and_has_a_way_out_without_sources(id: str) -> None:
    scale = SCALES[id]
    assert scale.id == id
    assert scale.label
    assert all(r.label and r.emoji for r in (*scale.ratings, *scale.said))
    assert any(not r.sources for r in scale.ratings)
    assert {r.value for r in scale.ratings} >= {1, 5}


def test_scales_of_ones_own_are_taken_as_written() -> None:
    two, one = parse_scales(GOOD).values()
    assert (two.id, two.label) == ("two", "True or not")
    assert [(r.id, r.value, r.sources) for r in two.ratings] == [("true", 5, True), ("open", None, False)]
    assert [r.label for r in two.said] == [r.label for r in one.said] == ["They said it"]


def test_a_verdict_keeps_its_words_when_the_desk_takes_another_scale() -> None:
    assert SCALES["three_steps"].rating("mostly_false").label == "Mostly false"
    assert SCALES["evidence"].rating("partly_true").label == "Partly true"
    assert SCALES["three_steps"].rating("false").label == "False"  # its own, where both have one


@pytest.mark.parametrize(("chosen", "taken"), [("", "six_steps"), ("evidence", "evidence"), ("gone", "six_steps")])
def test_a_house_without_a_scale_or_with_one_that_is_gone_has_the_first(chosen: str, taken: str) -> None:
    rules = House(scale=chosen, approvals=2, sources=3, archived=True, questions=False).rules(SCALES)
    assert rules.scale.id == taken
    assert (rules.approvals, rules.sources, rules.archived, rules.questions) == (2, 3, True, False)


@pytest.mark.parametrize("settings", [{"approvals": 0}, {"approvals": 4}, {"sources": -1}, {"sources": 9}])
def test_a_house_cannot_ask_for_nothing_or_for_more_than_the_forms_take(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"approvals|sources"):
        House(**settings)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (GOOD + "[[scale", "ratings.toml"),
        (GOOD.replace('emoji = "🟢"\n', ""), "emoji"),
        (GOOD.replace("value = 5", "value = 5\ncolour = 3"), "colour"),
        (GOOD.replace('id = "said"', 'id = "true"'), "true"),
        (GOOD.replace('id = "open"', 'id = "true"'), "true"),
        (GOOD.replace('id = "one"', 'id = "two"'), "two"),
        (GOOD.partition("[[said]]")[0], "said"),
        ("[[said]]" + GOOD.partition("[[said]]")[2], "scale"),
        ("", "scale"),
        ('scale = "true"', "ratings.toml"),
        ('[[scale]]\nid = "x"\nlabel = "X"\n[[said]]\nid = "said"\nlabel = "x"\nemoji = "x"\n', "rating"),
        (GOOD.replace('label = "Only one"\n', ""), "label"),
        (GOOD.replace('id = "true"', "id = 7"), "id"),
        (GOOD.replace('label = "True"', 'label = ""'), "label"),
    ],
)
def test_a_mistake_is_told_in_one_line_that_names_the_file(text: str, word: str) -> None:
    with pytest.raises(ValueError) as told:
        parse_scales(text)
    assert str(told.value).startswith("ratings.toml: ")
    assert word in str(told.value)
    assert "\n" not in str(told.value)
