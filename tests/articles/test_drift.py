"""A checked sentence that changed or vanished is told, with before and after; a moved or reset one is not."""

from __future__ import annotations

import pytest
from articles.pages import SENTENCES
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.drift import drift

STORY = "\n\n".join(SENTENCES)


def span(sentence: str) -> tuple[int, int]:
    start = STORY.index(sentence)
    return start, start + len(sentence)


COST, TUNNEL = SENTENCES[4], SENTENCES[2]


@pytest.mark.parametrize(
    "later",
    [
        STORY,
        STORY.replace("\n\n", " "),
        "\n\n".join([COST, *SENTENCES[:4], *SENTENCES[5:]]),
        STORY.replace(", of which", " – of which").replace("The repair", "THE REPAIR"),
        "Updated at noon.\n\n" + STORY + "\n\nMore follows.",
        STORY.replace("according to the ministry", "as the ministry said"),
    ],
)
def test_a_sentence_that_stands_there_is_not_told(later: str) -> None:
    assert drift(STORY, [span(COST)], later) == []


@pytest.mark.parametrize(
    ("old", "new"), [("12 million", "21 million"), ("the state pays", "the town pays"), ("is to cost", "will not cost")]
)
def test_a_changed_word_is_told_with_before_and_after(old: str, new: str) -> None:
    (found,) = drift(STORY, [span(COST), span(TUNNEL)], STORY.replace(old, new))
    assert (found.kind, found.span, found.before) == ("changed", span(COST), COST)
    assert found.after == COST.replace(old, new)
    assert old in found.sentence
    assert new in found.sentence


def test_a_sentence_that_is_gone_is_told() -> None:
    (found,) = drift(STORY, [span(COST)], STORY.replace(COST, "More follows."))
    assert (found.kind, found.after) == ("vanished", "")
    assert COST in found.sentence


def test_a_claim_that_is_a_part_of_its_sentence_is_compared_alone() -> None:
    part = "carried 14,000 vehicles a day in 2023"
    assert drift(STORY, [span(part)], STORY.replace("according to the ministry", "they say")) == []
    (found,) = drift(STORY, [span(part)], STORY.replace("14,000", "40,000"))
    assert found.kind == "changed"
    assert found.after == TUNNEL.replace("14,000", "40,000")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_texts(earlier: str, later: str) -> None:
    assert drift(earlier, [(0, len(earlier))], earlier) == []
    for found in drift(earlier, [(0, len(earlier) // 2), (0, len(earlier))], later):
        assert found.before
        assert (found.kind == "vanished") == (not found.after)
