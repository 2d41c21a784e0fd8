"""A claim reads without its article, or says which words stay open."""

from __future__ import annotations

from claims.readers import One, Read


def test_the_deal_becomes_the_deal_that_was_named(one: One) -> None:
    text = (
        "The “Green Corridor” agreement was signed by Chile and Peru in 2014. But Peru has violated the deal with "
        "cattle transports."
    )
    assert "“Green Corridor” agreement" in one(text, "violated").standalone


def test_his_country_is_the_country_in_his_role(one: One) -> None:
    text = "Norwegian Finance Minister Lars Berg said his country paid 4 million euros to the fund in 2018."
    assert one(text, "4 million").standalone.startswith("Norway paid")


def test_we_is_the_body_that_the_speaker_speaks_for(one: One) -> None:
    text = 'The Kremlin sent a letter to Oslo.\n\n"We\'ve sent 12 letters to Oslo," Kremlin spokesman Ivan Petrov said.'
    assert one(text, "12 letters").standalone == "We [the Kremlin] have sent 12 letters to Oslo."


def test_a_pronoun_becomes_the_person(one: One) -> None:
    text = "Senator Laura Stone visited Boston on Monday. She voted for the bill in 2017."
    assert one(text, "voted").standalone.startswith("Laura Stone voted")


def test_a_pronoun_that_two_people_fit_stays_open(one: One) -> None:
    text = "On Monday Robert Stone met Peter Hill in Boston. He paid 40,000 dollars for the house in 2017."
    claim = one(text, "40,000")
    assert claim.standalone.startswith(("He paid", "Robert Stone paid"))


def test_whoever_is_quoted_does_not_call_himself_he(one: One) -> None:
    text = 'Governor Mark Hill spoke in Boston. "He paid 40,000 dollars for the house in 2017," Hill said.'
    claim = one(text, "40,000")
    assert "Hill" not in claim.standalone
    assert claim.ambiguous == ("He",)


def test_words_that_stay_open_are_reported(one: One) -> None:
    claim = one("They closed 12 ports of Norway in February.", "12 ports")
    assert claim.ambiguous == ("They",)


def test_a_shared_subject_is_carried_over(one: One) -> None:
    text = (
        "The agency of Norway closed twelve old ports on the western coast in 2016 and "
        "opened fourteen new harbours near the city of Bergen in 2018."
    )
    assert one(text, "opened fourteen").standalone.startswith("The agency of Norway opened")


def test_nobody_is_made_the_object_of_his_own_deed(one: One) -> None:
    text = "Senator Robert Stone visited Boston. He praised Stone in a letter of 2017, the museum said."
    assert "Stone praised Stone" not in one(text, "praised").standalone.replace("Robert ", "")


def test_a_name_of_open_gender_keeps_a_pronoun_open_while_another_fits(one: One) -> None:
    text = (
        "Mayor Ottoline Brandt met Hillary Stone in Boston. Ottoline Brandt also spoke of Hillary Stone. "
        "Her house in Boston was sold for 40,000 dollars in 2017."
    )
    claim = one(text, "40,000")
    assert "Hillary" not in claim.standalone
    assert "Her" in claim.ambiguous


def test_somebody_within_the_claim_is_whom_its_pronoun_means(one: One) -> None:
    text = "Robert Stone spoke in Boston. The driver lost his licence in May 2017, the court in Boston found."
    claim = one(text, "licence")
    assert "his licence" in claim.standalone
    assert "Stone" not in claim.standalone


def test_s_before_been_is_has(one: One) -> None:
    text = 'Robert Stone lives in Boston. "He\'s paid 40,000 dollars to the museum of Boston," Anna Lind said.'
    assert "is been" not in one(text, "40,000").standalone


def test_curly_apostrophes_come_back_as_they_were_written(one: One) -> None:
    text = "Senator Laura O’Hara didn’t pay the 40,000 dollars in 2017. She hasn’t paid them in Boston since."
    first, second = one(text, "40,000"), one(text, "Boston")
    assert first.polarity == second.polarity == "negative"
    assert second.standalone.startswith("Laura O’Hara hasn’t paid")


def test_nobody_accuses_himself(one: One) -> None:
    text = "Senator Robert Stone spoke in Boston. Stone called him a liar and accused him of taking 40,000 dollars."
    assert "Stone accused Robert" not in one(text, "40,000").standalone


def test_a_headline_in_capitals_lends_nobody_a_name(read: Read) -> None:
    text = (
        "Claim That Robert Stone Paid The Museum Is Wrong\n\n"
        "Robert Stone never paid the museum of Boston, the city found on Monday after a week of questions.\n\n"
        "He lent the museum of Boston 40,000 dollars in 2017."
    )
    title = "Claim That Robert Stone Paid The Museum Is Wrong"
    claims = read(text, title=title).claims
    assert any("40,000" in claim.text for claim in claims)
    assert all("Claim That" not in claim.standalone for claim in claims)


def test_a_holiday_that_names_a_kind_of_thing_is_no_date(one: One) -> None:
    text = "The museum of Boston sold 300 Christmas trees to the school on Christmas."
    assert "Christmas trees to the school on Christmas (December 25" in one(text, "300").standalone
