"""Transcripts, interviews, live blogs, releases, abstracts and posts, each with its own way to say who speaks."""

from __future__ import annotations

import pytest

from claims.readers import One, Read

DEBATE = """Debate in Columbus

ANNA LIND: Good evening. Unemployment in Ohio fell to 4.1 percent last year.

MARK STONE: That is not true. The state lost 12,000 jobs in March.

LIND: We built 40 schools in Cleveland in 2017.

STONE: I never voted for the tax cut of 2016.
"""


@pytest.mark.parametrize(
    ("words", "speaker"), [("4.1 percent", "Anna Lind"), ("12,000", "Mark Stone"), ("40 schools", "Anna Lind")]
)
def test_a_turn_of_a_transcript_is_its_speaker_s(one: One, words: str, speaker: str) -> None:
    found = one(DEBATE, words).speaker
    assert found is not None
    assert found.name == speaker


def test_i_in_a_transcript_is_whoever_speaks(one: One) -> None:
    claim = one(DEBATE, "tax cut")
    assert claim.polarity == "negative"
    assert claim.standalone.startswith("I [Mark Stone] never voted")


def test_the_label_is_no_part_of_a_claim(read: Read) -> None:
    assert all("LIND" not in claim.text and "STONE" not in claim.text for claim in read(DEBATE).claims)


def test_a_list_of_names_is_no_transcript(read: Read) -> None:
    text = "Three people were fined in Oslo.\n\nAnna Lind: 300 euros.\n\nMark Stone: 200 euros.\n\nIda Berg: 100 euros."
    assert all(claim.speaker is None for claim in read(text).claims)


def test_questions_and_answers_lose_their_letters(one: One) -> None:
    text = (
        "Q: Did inflation fall?\n\nA: Inflation in Norway fell to 2.3 percent in 2018.\n\nQ: And rates?\n\n"
        "A: The bank of Norway raised the rate three times in 2017."
    )
    assert one(text, "2.3 percent").text == "Inflation in Norway fell to 2.3 percent in 2018"
    assert one(text, "three times").text.startswith("The bank")


@pytest.mark.parametrize("clock", ["14:05 ", "1:15 p.m. — ", "9.30am: ", "13:50 BST "])
def test_the_time_of_an_entry_is_no_part_of_its_claim(one: One, clock: str) -> None:
    text = f"{clock}The river Weser has reached 7.4 metres in Bremen, the fire brigade says."
    assert one(text, "7.4").text == "The river Weser has reached 7.4 metres in Bremen"


def test_the_heading_of_a_section_is_no_part_of_its_claim(one: One) -> None:
    text = "Conclusions: The drug halved the number of deaths in 412 adults in Zurich."
    assert one(text, "412").text.startswith("The drug")


def test_a_post_is_its_author_s(one: One) -> None:
    text = "“The mayor is wrong. Malmo paid 3 million kronor in 2016.” — Anna Lind (@annalind) September 17, 2019"
    found = one(text, "3 million").speaker
    assert found is not None
    assert found.name == "Anna Lind"


def test_the_end_of_a_post_and_its_verb_are_no_claim(read: Read) -> None:
    text = 'Anna Lind answered. "Malmo paid 3 million kronor in 2016. #harbour," she wrote on a site of Malmo.'
    assert all("#harbour" not in claim.text for claim in read(text).claims)


def test_the_notices_of_a_release_are_furniture(read: Read) -> None:
    text = (
        "Novacure earned 92 million dollars in 2018.\n\n"
        "This press release contains forward-looking statements.\n\nMedia contact: Jane Doe, Boston"
    )
    assert [claim.text for claim in read(text).claims] == ["Novacure earned 92 million dollars in 2018"]
