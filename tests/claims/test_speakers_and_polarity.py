"""Who says it, in whose voice, and whether it is affirmed or denied."""

from __future__ import annotations

import pytest

from claims.readers import One, Read

HARBOUR = (
    "Harbour Authority spokeswoman Maj. Ingrid Dahl told reporters on Tuesday that the ferry had passed its inspection "
    'in March. "We have not received [the report] from the insurers," she said.\n\n'
    "The regional court rejected the appeal, according to the public prosecutor.\n\n"
    "Dahl declined to name the shipyard but said the company repaired 14 ferries last year."
)


def test_a_rank_with_a_full_stop_does_not_break_the_speaker_s_name(one: One) -> None:
    claim = one(HARBOUR, "passed its inspection")
    assert claim.speaker is not None
    assert (claim.speaker.name, claim.voice, claim.cue) == ("Ingrid Dahl", "reported", "told")
    assert claim.speaker.role == "Harbour Authority spokeswoman"


def test_she_is_the_last_woman_who_spoke(one: One) -> None:
    claim = one(HARBOUR, "not received")
    assert claim.speaker is not None
    assert (claim.speaker.name, claim.voice, claim.polarity) == ("Ingrid Dahl", "quoted", "negative")


def test_brackets_stay_inside_the_quotation(one: One) -> None:
    assert one(HARBOUR, "not received").text == "We have not received [the report] from the insurers"


def test_according_to_names_the_speaker(one: One) -> None:
    claim = one(HARBOUR, "rejected the appeal")
    assert claim.speaker is not None
    assert claim.speaker.name == "the public prosecutor"
    assert claim.text == "The regional court rejected the appeal"


def test_what_follows_but_said_is_a_claim_of_its_own(one: One) -> None:
    declined = one(HARBOUR, "declined to name")
    repaired = one(HARBOUR, "repaired 14 ferries")
    assert declined.speaker is None
    assert declined.polarity == "affirmative"
    assert repaired.speaker is not None
    assert repaired.speaker.name == "Ingrid Dahl"
    assert "declined" not in repaired.text


def test_did_they_say_it_and_is_it_true_are_two_questions(one: One) -> None:
    assert one(HARBOUR, "repaired 14").checks == ("said", "true")
    assert one(HARBOUR, "declined to name").checks == ("true",)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The council has not approved the budget for 2020.", "negative"),
        ("The council never approved the budget for 2020.", "negative"),
        ("No member of the council approved the budget for 2020.", "negative"),
        ("The council approved the budget for 2020.", "affirmative"),
        ("The council declined to discuss the budget for 2020.", "affirmative"),
    ],
)
def test_denials_are_told_from_affirmations(one: One, sentence: str, expected: str) -> None:
    assert one(sentence, "budget").polarity == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The council may have approved the budget for 2020 in Oslo.", "possible"),
        ("The council allegedly approved the budget for Oslo in 2018.", "alleged"),
        ("The council of Oslo will close the school on Friday.", "planned"),
        ("The council of Oslo closed the school on Friday.", "asserted"),
    ],
)
def test_what_may_be_is_not_what_is(one: One, sentence: str, expected: str) -> None:
    assert one(sentence, "council").modality == expected


def test_a_quotation_over_several_sentences_keeps_its_speaker(read: Read) -> None:
    text = (
        '"The bridge carried 9,000 cars a day in 2018," engineer Tomas Weber said. "The city closed two of its lanes '
        'in April."'
    )
    speakers = {claim.speaker.name for claim in read(text).claims if claim.speaker}
    assert speakers == {"Tomas Weber"}
    assert len(read(text).claims) == 2


def test_a_quotation_that_never_closes_does_not_swallow_the_article(read: Read) -> None:
    text = (
        'Mayor Lena Ortiz said: "The city spent 4 million euros on the bridge in 2018.\n\n'
        "The regional court rejected the appeal of the builders on Monday."
    )
    court = next(claim for claim in read(text).claims if "court" in claim.text)
    assert court.speaker is None
    assert court.voice == "own"


def test_attributions_carry_source_cue_and_content(read: Read) -> None:
    text = "The minister said the bridge was closed in April."
    (said,) = read(text).attributions
    assert said.source is not None
    assert said.cue is not None
    assert text[slice(*said.source)] == "The minister"
    assert text[slice(*said.cue)] == "said"
    assert [text[slice(*part)] for part in said.content] == ["the bridge was closed in April"]


def test_two_people_of_one_surname_are_not_mixed_up(one: One) -> None:
    text = (
        "Laura Stone and Peter Stone run the ferry company of Bergen.\n\n"
        "Peter Stone said on Monday that the company carried 40,000 people in 2018."
    )
    claim = one(text, "40,000")
    assert claim.speaker is not None
    assert claim.speaker.name == "Peter Stone"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('The rise did not surprise economist Anna Lind: "Rents in Oslo grew by 9 percent in 2018."', "Anna Lind"),
        (
            'The fund answered Anna Lind, who told the court in Oslo: "The fund lost 9 million euros in 2018."',
            "Anna Lind",
        ),
        ('Anna Lind stated:\n\n"The “Green Fund” lost 9 million euros in 2018."', "Anna Lind"),
        (
            '"The fund lost 9 million euros in 2018," the chief auditor of Oslo, Anna Lind, told Radio Oslo.',
            "Anna Lind",
        ),
        (
            'Anna Lind spoke on Monday. "The bank is sound," said Lind. "The fund lost 9 million euros in 2018," which '
            "hurt Oslo.",
            "Anna Lind",
        ),
        ('The city of Oslo issued a statement. "The fund lost 9 million euros in 2018."', "The city of Oslo"),
        (
            '"Rents are a burden on every family in Oslo," said Anna Lind.\n\n'
            '"The fund lost 9 million euros in 2018."\n\nThe bank is in Oslo.',
            "Anna Lind",
        ),
    ],
)
def test_what_leads_up_to_a_quotation_names_its_speaker(one: One, text: str, speaker: str) -> None:
    found = one(text, "2018").speaker
    assert found is not None
    assert found.name == speaker


def test_a_statement_that_was_issued_is_a_fact_as_well(read: Read) -> None:
    text = 'On Monday the city of Oslo sent out a statement about the fund. "The fund lost 9 million euros in 2018."'
    assert any("sent out a statement" in claim.text for claim in read(text).claims)
