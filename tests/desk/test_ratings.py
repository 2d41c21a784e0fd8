"""The rating scale that an operator edits: what is shipped, and what a mistake in it is told as."""

from __future__ import annotations

import pytest

from bot.desk.ratings import parse_scale
from desk.samples import SCALE

GOOD = """
[[rating]]
id = "true"
label = "True"
emoji = "🟢"
value = 5

[[said]]
id = "said"
label = "They said it"
emoji = "🗣️"
"""


def test_the_shipped_scale_has_what_a_desk_needs() -> None:
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
    assert all(r.label and r.emoji for r in (*SCALE.ratings, *SCALE.said))
    with pytest.raises(KeyError):
        SCALE.rating("pants_on_fire")


def test_a_scale_of_ones_own_is_taken_as_written() -> None:
    scale = parse_scale(GOOD)
    assert [(r.id, r.value, r.sources) for r in scale.ratings] == [("true", 5, True)]
    assert [r.label for r in scale.said] == ["They said it"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (GOOD + "[[rating", "ratings.toml"),
        (GOOD.replace('emoji = "🟢"\n', ""), "emoji"),
        (GOOD.replace("value = 5", "value = 5\ncolour = 3"), "colour"),
        (GOOD + '[[said]]\nid = "true"\nlabel = "x"\nemoji = "x"\n', "true"),
        (GOOD.partition("[[said]]")[0], "said"),
        (GOOD.partition("[[said]]")[2], "ratings.toml"),
        ("", "rating"),
        ('rating = "true"', "ratings.toml"),
        (GOOD.replace('id = "true"', "id = 7"), "id"),
        (GOOD.replace('label = "True"', 'label = ""'), "label"),
    ],
)
def test_a_mistake_is_told_in_one_line_that_names_the_file(text: str, word: str) -> None:
    with pytest.raises(ValueError) as told:
        parse_scale(text)
    assert str(told.value).startswith("ratings.toml: ")
    assert word in str(told.value)
    assert "\n" not in str(told.value)
