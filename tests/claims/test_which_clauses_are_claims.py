"""What is a claim, what is furniture, and how a sentence falls into claims that stand alone."""

from __future__ import annotations

import pytest

from bot.claims.layout import lines
from claims.readers import One, Read

STORY = """World, Europe

Lisbon port reopens after strike

Port closed for nine days

12.03.2018 - Update : 13.03.2018

By Maria Sousa

LISBON

The port of Lisbon reopened on Monday after a strike of nine days.

Shipping firms lost 40 million euros, and two ferry lines have filed lawsuits against the union.

*Reporter Rui Costa contributed to this report

Subscribe to our newsletter for more news from Portugal.
"""


def test_only_the_story_yields_claims(read: Read) -> None:
    story = STORY.index("The port of Lisbon")
    end = STORY.index("*Reporter")
    claims = read(STORY).claims
    assert claims
    assert all(story <= claim.start and claim.end <= end for claim in claims)


def test_every_line_of_furniture_is_known(read: Read) -> None:
    kinds = [line.kind for line in lines(STORY)]
    assert kinds == ["section", "title", "title", "stamp", "byline", "dateline", "body", "body", "notice", "notice"]


def test_a_dateline_is_cut_from_the_first_sentence() -> None:
    text = "GENEVA (XY) — The talks on the river treaty ended on Monday without a result for the two states."
    assert text[lines(text)[0].start :].startswith("The talks")


def test_two_clauses_with_their_own_subjects_are_two_claims(read: Read) -> None:
    texts = {claim.text for claim in read(STORY).claims}
    assert "Shipping firms lost 40 million euros" in texts
    assert "two ferry lines have filed lawsuits against the union" in texts


@pytest.mark.parametrize(
    "sentence",
    [
        "Did the minister of Norway close the port of Oslo?",
        "Please close the door of the Oslo office.",
        "If Norway wants to join the treaty, it can do so.",
        '"I hope that we win in Norway," she said.',
        '"You are wrong," he said.',
        "The government of Norway should close the port.",
        "It is terrible.",
        "Photo: Reuters",
        "Nothing.",
    ],
)
def test_questions_wishes_commands_conditions_and_views_are_no_claims(read: Read, sentence: str) -> None:
    assert read(sentence).claims == ()


def test_a_claim_repeated_in_the_headline_is_one_with_two_appearances(read: Read) -> None:
    text = (
        "'Our trains carried 3 million people in 2018,' rail chief says\n\n"
        "Rail chief Anna Lind spoke to reporters in Malmo on Monday about the new line.\n\n"
        '"Our trains carried 3 million people in 2018," Lind said.'
    )
    (claim,) = [c for c in read(text).claims if "3 million" in c.text]
    assert len(claim.appearances) == 2
    assert claim.start == text.index("Our trains")
    assert claim.speaker is not None
    assert claim.speaker.name == "Anna Lind"


def test_the_best_claim_comes_first(read: Read) -> None:
    claims = read(STORY).claims
    assert [claim.worth for claim in claims] == sorted((claim.worth for claim in claims), reverse=True)


def test_a_number_a_name_and_a_date_are_reasons(one: One) -> None:
    claim = one("Norway closed 12 ports in February.", "ports")
    assert {"gives a number", "names who or what it is about", "says when"} <= set(claim.reasons)
    assert claim.kind == "numerical"
    assert claim.quantities == ("12",)
    assert "Norway" in claim.entities


def test_a_long_claim_drops_the_clause_that_trails_behind_it(one: One) -> None:
    text = (
        "The national audit office of Norway found 340 errors in the books of the ferry company on the western coast "
        "in the spring of 2018, raising fresh questions about the sale."
    )
    assert "raising" not in one(text, "340 errors").text


def test_a_verb_of_saying_without_its_words_is_no_claim(read: Read) -> None:
    assert read('"Safety," said Erik Holm, a baker.').claims == ()
