"""Kinds of sentences that news uses again and again, each with one made-up example."""

from __future__ import annotations

import pytest

from claims.readers import One, Read


def test_a_preface_of_the_speaker_is_left_behind(one: One) -> None:
    claim = one('"I know that the port of Oslo lost 40 million euros last year," Anna Lind said.', "lost 40 million")
    assert claim.text.startswith("the port of Oslo")
    assert claim.speaker is not None


def test_a_reminder_is_left_behind(one: One) -> None:
    text = 'Anna Lind said: "It is important to remember that the port of Oslo was closed in March."'
    assert one(text, "was closed").text.startswith("the port of Oslo")


def test_a_deed_of_somebody_is_a_claim_without_a_name_in_it(one: One) -> None:
    assert one("Anna Lind said she has reviewed the letters.", "reviewed the letters").speaker is not None


def test_what_a_share_of_the_voters_says_is_the_finding(one: One) -> None:
    claim = one("26 percent of the voters in Norway say they have read about the treaty.", "26 percent")
    assert claim.speaker is None


def test_a_finding_with_a_participle_is_a_claim(one: One) -> None:
    claim = one("A poll released on Wednesday found Lind leading Holm by 15 points in Norway.", "Lind leading")
    assert claim.speaker is not None


def test_a_name_that_the_parser_hung_on_the_statement_is_the_speaker(one: One) -> None:
    text = "Two letters sent to Oslo have been placed in storage, Peter F. Holm, the manager of the archive, wrote."
    claim = one(text, "placed in storage")
    assert claim.speaker is not None
    assert "Holm" in claim.speaker.name


def test_a_reason_in_front_is_a_claim_of_its_own(read: Read) -> None:
    text = (
        "Since the ferries carry 90 cars, the harbour office of Bergen has ordered two more of them "
        "from the same yard in Norway for 80 million euros this year."
    )
    assert any(claim.text.startswith("the harbour office") for claim in read(text).claims)


def test_the_inner_of_two_sources_is_the_speaker(one: One) -> None:
    text = "According to Bergen Daily, Lind said the port of Oslo lost 40 million euros in March."
    claim = one(text, "lost 40 million")
    assert claim.speaker is not None
    assert claim.speaker.name == "Lind"


def test_whoever_released_a_statement_is_its_speaker(one: One) -> None:
    text = 'The mayor, Anna Lind, released a statement saying that the port had "lost 40 million euros" in March.'
    claim = one(text, "lost 40 million")
    assert claim.speaker is not None
    assert claim.speaker.name == "Anna Lind"


def test_the_statement_is_of_whoever_made_it(one: One) -> None:
    text = "Anna Lind released a statement on Monday. The statement said the port of Oslo lost 40 million euros."
    claim = one(text, "lost 40 million")
    assert claim.speaker is not None
    assert claim.speaker.name == "Anna Lind"


def test_an_aside_names_the_speaker(one: One) -> None:
    claim = one("Anna Lind spoke in Oslo. The ferry, she said, was even faster, with 40 knots in May.", "40 knots")
    assert claim.speaker is not None
    assert claim.speaker.name == "Anna Lind"


def test_no_authority_is_called_a_company(one: One) -> None:
    text = "The Norwegian Ferry Agency closed two ports in May. The company lost 40 million euros in June."
    assert "Agency" not in one(text, "40 million").standalone


def test_even_if_is_no_condition(one: One) -> None:
    one("Even if they could vote, the ferry workers make up only 7 percent of the staff in Norway.", "7 percent")


def test_a_few_quoted_words_stay_in_their_sentence(one: One) -> None:
    claim = one('Lind described the new ferry of the Norwegian navy as "a floating palace" on Monday.', "palace")
    assert claim.speaker is None
    assert claim.text.startswith("Lind")


@pytest.mark.parametrize(
    "sentence",
    [
        "Who will pay for the new port of Oslo is anyone's guess.",
        '"Norway will win the vote," Anna Lind said.',
        '"The port," Anna Lind said in response.',
    ],
)
def test_guesses_and_predictions_are_no_claims(read: Read, sentence: str) -> None:
    assert read(sentence).claims == ()


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Norway no longer owns the ferry company.", "negative"),
        ("At no time did Norway own the ferry company.", "negative"),
        ("The ferry company of Norway was denied a loan by the bank.", "affirmative"),
        ("Norway denied the loan to the ferry company.", "negative"),
        ("Norway has hardly used the ferry company since March.", "negative"),
        ("Hardly any ferry of the Oslo company was late in 2018.", "negative"),
        ("The ferry company of Oslo was without ferries for three days.", "negative"),
        ("The bank of Norway is unable to pay the ferry company.", "negative"),
        ("The bank of Norway met 300 owners without asking the ferry company.", "affirmative"),
    ],
)
def test_polarity_of_less_common_words(one: One, sentence: str, polarity: str) -> None:
    assert one(sentence, "company").polarity == polarity


@pytest.mark.parametrize(
    "sentence",
    [
        "Senator Laura Stone said she would not sign the Oslo treaty.",
        "Finance Minister Lars Berg said his country would help the Baltic states.",
        '"In the Barents Sea we have been building ports for Norway," Lars Berg said.',
        '"I did not pay the museum of Boston a cent," Laura Stone said.',
    ],
)
def test_what_speakers_did_or_will_do_themselves_is_a_claim(read: Read, sentence: str) -> None:
    assert any(claim.speaker for claim in read(sentence).claims)


@pytest.mark.parametrize(
    "sentence",
    [
        '"He is going to win in Norway," she said.',
        '"The next three weeks will see a rise in Oslo," she said.',
        '"We are doing it again," she said.',
    ],
)
def test_what_others_will_do_some_day_is_none(read: Read, sentence: str) -> None:
    assert read(sentence).claims == ()


def test_what_somebody_did_not_say_is_not_put_in_his_mouth(read: Read) -> None:
    text = "The mayor of Oslo did not explain why the city paid 3 million kroner to the museum."
    assert all(claim.speaker is None for claim in read(text).claims)


def test_a_denial_of_little_is_told_as_a_whole(one: One) -> None:
    text = "The campaign of Senator Stone has denied it happened, the Boston Herald wrote."
    assert one(text, "denied").polarity == "negative"


def test_what_is_said_before_a_quotation_with_a_colon_is_a_claim(one: One) -> None:
    text = "Laura Stone said in an interview that she sent 50 men in Boston the same letter: “Will you vote on Monday?”"
    claim = one(text, "50 men")
    assert claim.speaker is not None
    assert claim.speaker.name == "Laura Stone"


def test_two_sentences_joined_by_however_are_two_claims(read: Read) -> None:
    text = '"The crash near Oslo is under investigation, however the police do not suspect the pilot," the army said.'
    assert len(read(text).claims) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        '"The law in Norway demands that a prosecutor be appointed," she said.',
        '"No one in Norway is above the law," she said.',
    ],
)
def test_demands_and_sayings_are_no_claims(read: Read, sentence: str) -> None:
    assert all("appointed" not in c.text or "demands" in c.text for c in read(sentence).claims)
    assert all("above" not in c.text for c in read(sentence).claims)


def test_a_story_about_signing_up_is_no_notice(read: Read) -> None:
    text = "The museum of Boston paid 300 students in 2018 to sign up for updates on its show."
    assert read(text).claims


@pytest.mark.parametrize(
    "sentence",
    [
        "Stone, for one, did replay the speech of Laura Lind in Boston on Monday.",
        "The spokesman of Laura Stone in Boston, Peter Hill, responded on Monday, calling the charge of 2017 a lie.",
    ],
)
def test_facts_that_the_parser_half_understands_are_claims(read: Read, sentence: str) -> None:
    assert read(sentence).claims


@pytest.mark.parametrize(
    "text",
    [
        "The ferry of Oslo sank in 2018.\n\nContributing: Jane Doe, Boston",
        "The ferry of Oslo sank in 2018.\n\nPoll of 1,000 likely voters taken Wednesday through Sunday.",
        "The ferry of Oslo sank in 2018.\n\nMargin of error +/- 3 percentage points.",
    ],
)
def test_notes_below_a_story_are_furniture(read: Read, text: str) -> None:
    assert [claim.text for claim in read(text).claims] == ["The ferry of Oslo sank in 2018"]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ('"She just made up the figures of the bank," Laura Stone said.', "made up"),
        ("The minister of Norway announced that the army will give the fleet of Latvia a ship.", "fleet"),
        ("Under the law of Norway, a driver loses the licence for 12 months if he is caught twice.", "12 months"),
    ],
)
def test_doubtful_clauses_that_are_worth_checking_are_claims(one: One, sentence: str, words: str) -> None:
    assert one(sentence, words)


def test_no_evidence_says_nothing(read: Read) -> None:
    text = "The police in Oslo have no evidence to suggest that Laura Stone opened the letters of the museum."
    assert all(claim.speaker is None for claim in read(text).claims)


def test_what_eight_in_ten_say_is_the_finding(one: One) -> None:
    text = "Nearly eight in 10 voters in Norway said they have made up their mind about the vote of 2019."
    assert one(text, "eight in 10").speaker is None


def test_a_speaker_whom_the_parser_hung_elsewhere(one: One) -> None:
    text = "As a part of his plea, Marcel Stone, 44, said that he opened 100 letters of the museum in Boston."
    claim = one(text, "100 letters")
    assert claim.speaker is not None
    assert claim.speaker.name == "Marcel Stone"


def test_that_somebody_wants_something_is_a_fact_about_him(one: One) -> None:
    claim = one("Laura Stone suggested the army of Norway should send more ships to the Barents Sea.", "Barents")
    assert claim.text.startswith("Laura Stone suggested")
    assert claim.speaker is None


def test_what_was_told_in_a_statement_has_its_speaker(one: One) -> None:
    text = "Laura Stone, the attorney, told The Herald in a statement that her client did not open the 100 letters."
    claim = one(text, "100 letters")
    assert claim.text.startswith("her client")
    assert claim.speaker is not None
    assert claim.speaker.name == "Laura Stone"
    assert claim.polarity == "negative"


def test_a_comparison_is_no_judgement(one: One) -> None:
    assert one("The results of the Oslo bank were somewhat worse than expected in 2018.", "worse than")


def test_whom_somebody_supports_is_a_fact_about_him(one: One) -> None:
    claim = one('Senator Laura Stone declared that "I strongly support" the harbour law of Norway.', "harbour")
    assert claim.text.startswith("Senator Laura Stone declared")


def test_this_is_nobody_s_name(read: Read) -> None:
    text = "All this in the letters of the museum indicates that the bank of Oslo lost 3 million kroner in 2018."
    assert all(claim.speaker is None for claim in read(text).claims)
