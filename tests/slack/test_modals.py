"""Forms: legal for every text, filled with what is known, and coming back to who can read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from desk.samples import ANA, BEN, CARO, DAN, NOW, QUOTED, RULES, SCALES, TEXTS, claim, do, in_review, published, task
from desk.samples import submission as a_submission
from filling import fields, filled

from bot.claims.claim import Claim, Speaker
from bot.desk.commands import Ask, Object, Recheck
from bot.desk.house import ChannelHouse, House
from bot.desk.pseudonyms import Kind, new_pseudonym
from bot.desk.refusals import Reason, Refusal
from bot.desk.review import QUESTIONS
from bot.desk.roles import Members, Role
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, Task
from bot.digest.schedule import DigestSettings
from bot.sandbox.plain import texts_in
from bot.sandbox.validation import view_problems
from bot.slack.blocks import option
from bot.slack.cards import modals
from bot.slack.cards.choices import claim_option, sentence_option
from bot.slack.cards.modals import About
from bot.slack.forms import read_form
from bot.slack.ids import Callback, Field, answer_field, groups_field, users_field

TODAY = NOW.date()
CHANNEL = "C0DESK"


def told(view: dict[str, Any]) -> str:
    """Everything that stands in a view, as one text."""
    return "\n".join(text for _, text in texts_in(view))


def asked(shown: Task) -> Task:
    return do(shown, Ask("Which year?", to=DAN), ANA).task


def every_modal(shown: Task, text: str) -> Iterator[dict[str, Any]]:
    """Each form, on this task; the task has a verdict under review."""
    verdict = {"summary": text[:300], "explanation": text, "said": "said" if shown.claim.speaker else None}
    rated = published(task(2, claim=shown.claim), **verdict)
    yield modals.hand_over_modal(shown)
    yield modals.dismiss_modal(shown)
    yield modals.due_modal(shown)
    yield modals.due_modal(shown.model_copy(update={"due": NOW}))
    yield modals.ask_modal(shown, DAN)
    yield modals.answer_modal(asked(task(claim=shown.claim)), 0)
    yield modals.reword_modal(shown)
    yield modals.split_modal(shown)
    yield modals.object_modal(shown, 1)
    yield modals.sign_off_modal(shown, 1, RULES, [(rated, f"https://a.slack.com/{'p' * 2000}")] * 5)
    yield modals.sign_off_modal(rated, 1, HouseRules(RULES.scale, questions=False), [])
    yield modals.verdict_modal(task(claim=shown.claim), RULES, today=TODAY)
    yield modals.verdict_modal(shown, RULES, today=TODAY)
    yield modals.verdict_modal(shown, HouseRules(RULES.scale, sources=8, approvals=3, archived=True), today=TODAY)
    yield modals.verdict_modal(rated, RULES, rows=99, today=TODAY)
    yield modals.add_claim_modal(a_submission(), text)
    yield modals.close_article_modal(a_submission(), 40)
    yield modals.settings_modal(FULL_HOUSE, SCALES, {"S1": text or "x"})
    yield modals.channel_settings_modal(CHANNEL, ChannelHouse(), None)


FULL_HOUSE = House(
    approvals=3,
    sources=8,
    archived=True,
    questions=False,
    scale="evidence",
    roles={Role.EDITOR: Members(users=(ANA, BEN), groups=("S1", "S2"))},
)


def speaking(text: str) -> Claim:
    return claim(text, speaker=Speaker(name=text, role=text), voice="quoted")


@pytest.mark.parametrize("name", TEXTS)
def test_every_form_is_legal_for_every_text(name: str) -> None:
    text = TEXTS[name]
    sources = tuple(Evidence(url=f"https://a{n}.org/{'x' * 900}", note=text, archive=text) for n in range(8))
    shown = in_review(
        task(claim=speaking(text)), evidence=sources, explanation=text, summary=text, said="said", rating="false"
    )
    shown = do(do(shown, Object(1, text), BEN).task, Ask(text), ANA).task
    for view in every_modal(shown, text):
        assert view_problems(view, "modal") == []


def test_texts_of_others_ping_nobody_and_link_nowhere() -> None:
    hostile = TEXTS["hostile"]
    shown = in_review(task(claim=speaking(hostile)), explanation=hostile, summary=hostile[:200], said="said")
    for view in every_modal(shown, hostile):
        said = "\n".join(text for kind, text in texts_in(view) if kind == "mrkdwn")
        assert "<!" not in re.sub(r"<!date\^", "", said)
        assert "<https://evil" not in said


def test_a_claim_that_a_person_typed_is_shown_without_a_quotation() -> None:
    typed = claim("Ferries are late.", start=0, end=0)
    view = modals.reword_modal(task(claim=typed, added_by=CARO))
    assert f"Added by <@{CARO}> · not a quotation of the article" in told(view)
    assert "“" not in told(view).split("The claim in one sentence")[0]


FORMS: list[tuple[Callable[[], dict[str, Any]], Callback, list[str]]] = [
    (lambda: modals.hand_over_modal(task()), Callback.HAND_OVER, ["to"]),
    (lambda: modals.dismiss_modal(task()), Callback.DISMISS, ["kind", "original", "reason"]),
    (lambda: modals.due_modal(task()), Callback.DUE, ["due"]),
    (lambda: modals.due_modal(task(due=NOW)), Callback.DUE, ["due", "no_due"]),
    (lambda: modals.ask_modal(task(), DAN), Callback.ASK, ["question", "kind", "to"]),
    (lambda: modals.answer_modal(asked(task()), 0), Callback.ANSWER, ["answer"]),
    (lambda: modals.reword_modal(task()), Callback.REWORD, ["wording"]),
    (lambda: modals.split_modal(task()), Callback.SPLIT, ["wording"]),
    (lambda: modals.object_modal(in_review(task()), 1), Callback.OBJECT, ["reason"]),
    (
        lambda: modals.sign_off_modal(in_review(task()), 1, RULES, []),
        Callback.SIGN_OFF,
        [answer_field(q.id) for q in QUESTIONS],
    ),
]


@pytest.mark.parametrize(("view", "callback", "names"), FORMS, ids=[str(number) for number in range(len(FORMS))])
def test_a_form_shows_its_claim_and_comes_back_to_who_can_read_it(
    view: Callable[[], dict[str, Any]], callback: Callback, names: list[str]
) -> None:
    shown = view()
    assert shown["callback_id"] == callback.value
    assert list(fields(shown)) == names
    assert About.load(shown["private_metadata"]).task == "s1-1"
    assert "The harbour lost a third of its ferries" in told(shown)


def test_a_signature_and_an_objection_are_on_the_version_that_was_on_the_card() -> None:
    assert About.load(modals.object_modal(task(), 4)["private_metadata"]).version == 4
    assert About.load(modals.sign_off_modal(task(), 4, RULES, [])["private_metadata"]).version == 4


def test_what_is_to_be_worded_anew_stands_there_already() -> None:
    worded = task(claim=QUOTED, wording="Linden lost ferries")
    assert read_form(filled(modals.reword_modal(worded))).get(Field.WORDING) == "Linden lost ferries"
    assert read_form(filled(modals.split_modal(worded))).get(Field.WORDING) == "Linden lost ferries"
    assert "We lost a third of our ferries last year" in told(modals.reword_modal(worded))


def test_a_due_time_that_is_set_stands_there_and_can_be_taken_away() -> None:
    due = datetime(2026, 5, 14, 16, tzinfo=UTC)
    form = read_form(filled(modals.due_modal(task(due=due))))
    assert form.get(Field.DUE) == str(int(due.timestamp()))
    assert form.get(Field.NO_DUE) == ""


def test_the_question_that_waits_stands_above_its_answer() -> None:
    assert "❓ <@U0ANA> asks: Which year?" in told(modals.answer_modal(asked(task()), 0))


def test_whoever_brought_the_article_can_be_asked_without_being_looked_for() -> None:
    view = modals.ask_modal(task(), DAN)
    assert [o["value"] for o in fields(view)["kind"]["element"]["options"]] == ["channel", DAN]
    assert f"<@{DAN}>" in told(view)


# Sign-off


def test_a_reviewer_sees_the_verdict_of_the_version_they_sign() -> None:
    first = do(in_review(task(), summary="There are 41."), Object(1, "Too old"), BEN).task
    second = in_review(first, summary="There are 42.")
    assert "There are 42." in told(modals.sign_off_modal(second, 2, RULES, []))
    assert "There are 41." in told(modals.sign_off_modal(second, 1, RULES, []))
    assert "objected to version 1: Too old" in told(modals.sign_off_modal(second, 2, RULES, []))


def test_a_reviewer_answers_four_questions_and_sees_how_similar_claims_were_rated() -> None:
    similar = [(published(task(2, claim=claim("Ferries are few.")), rating="true"), "https://desk.slack.com/p1")]
    view = modals.sign_off_modal(in_review(task()), 1, RULES, similar)
    assert [b["label"]["text"] for b in fields(view).values()] == [q.text for q in QUESTIONS]
    assert [b["optional"] for b in fields(view).values()] == [False, False, False, True]
    assert "🟢 *True* · Ferries are few. · <https://desk.slack.com/p1|card>" in told(view)
    assert "No similar claim" in told(modals.sign_off_modal(in_review(task()), 1, RULES, []))


def test_where_nobody_speaks_the_question_for_their_evidence_is_answered() -> None:
    own = read_form(filled(modals.sign_off_modal(in_review(task()), 1, RULES, [])))
    quoted = in_review(task(claim=QUOTED), said="said")
    spoken = read_form(filled(modals.sign_off_modal(quoted, 1, RULES, [])))
    assert own.get(answer_field("proof")) == "none"
    assert spoken.get(answer_field("proof")) == ""


def test_a_house_that_asks_no_questions_shows_the_verdict_alone() -> None:
    view = modals.sign_off_modal(in_review(task()), 1, HouseRules(RULES.scale, questions=False), [])
    assert fields(view) == {}
    assert "There are 41 ferries" in told(view)


# Articles


def test_a_claim_can_be_added_to_an_article_with_or_without_a_title() -> None:
    view = modals.add_claim_modal(a_submission(), "Fewer ferries")
    assert "*Fewer ferries*" in told(view)
    assert "An article without a title" in told(modals.add_claim_modal(a_submission(), ""))
    assert About.load(view["private_metadata"]).submission == "s1"


def test_closing_an_article_says_how_much_it_sets_aside() -> None:
    assert "sets aside the 1 claim without" in told(modals.close_article_modal(a_submission(), 1))
    assert "sets aside the 40 claims without" in told(modals.close_article_modal(a_submission(), 40))


# Settings


def test_the_settings_stand_in_their_form_as_they_are() -> None:
    view = modals.settings_modal(FULL_HOUSE, SCALES, {"S1": "@desk"})
    form = read_form(filled(view))
    assert (form.get(Field.APPROVALS), form.get(Field.SOURCES), form.get(Field.SCALE)) == ("3", "8", "evidence")
    assert (form.get(Field.ARCHIVED), form.get(Field.QUESTIONS)) == ("yes", "")
    assert form.many(users_field("editor")) == (ANA, BEN)
    assert form.many(groups_field("editor")) == ("S1", "S2")
    groups = fields(view)[groups_field("editor")]["element"]["initial_options"]
    assert [o["text"]["text"] for o in groups] == ["@desk", "S2"]
    assert "Nobody chosen means everybody" in told(view)


def test_who_was_forgotten_stands_in_no_field_that_slack_would_look_up() -> None:
    gone = new_pseudonym(Kind.LEFT)
    house = House(roles={Role.EDITOR: Members(users=(gone, BEN)), Role.CHECKER: Members(users=(gone,))})
    view = modals.settings_modal(house, SCALES, {})
    assert gone not in json.dumps(view)
    assert view_problems(view, "modal") == []
    assert told(view).count("The only one was forgotten") == 1
    assert read_form(filled(view)).many(users_field("editor")) == (BEN,)
    asked = modals.ask_modal(task(), gone)
    assert gone not in json.dumps(asked)


def test_a_scale_that_left_the_file_gives_way_to_the_first() -> None:
    form = read_form(filled(modals.settings_modal(House(scale="gone"), SCALES, {})))
    assert form.get(Field.SCALE) == next(iter(SCALES))


def test_a_channel_without_a_digest_is_offered_one_in_the_time_of_who_sets_it() -> None:
    view = modals.channel_settings_modal(CHANNEL, ChannelHouse(), None)
    form = read_form(filled(view))
    assert (form.get(Field.DIGEST), form.get(Field.DIGEST_AT)) == ("yes", "09:00")
    assert "In your own timezone." in told(view)
    assert About.load(view["private_metadata"]).channel == CHANNEL


def test_a_channel_shows_what_is_set_and_in_which_timezone() -> None:
    digest = DigestSettings(channel=CHANNEL, at=time(7, 5), tz="Europe/Istanbul", on=False)
    view = modals.channel_settings_modal(CHANNEL, ChannelHouse(broadcast=True, watched=True), digest)
    form = read_form(filled(view))
    assert [form.get(f) for f in (Field.BROADCAST, Field.WATCHED, Field.DIGEST)] == ["yes", "yes", ""]
    assert form.get(Field.DIGEST_AT) == "07:05"
    assert "Europe/Istanbul" in told(view)


# Choices that are offered while somebody types


@pytest.mark.parametrize("name", TEXTS)
def test_claims_and_sentences_can_be_chosen_whatever_their_text(name: str) -> None:
    text = TEXTS[name]
    known = claim_option(task(40, claim=claim(text)))
    sentence = sentence_option(100_000, 103_000, text)
    view = modals.dismiss_modal(task())
    view["blocks"][-1] = {
        "type": "input",
        "label": {"type": "plain_text", "text": "Choose"},
        "element": {"type": "static_select", "action_id": "x", "options": [known, sentence]},
    }
    assert view_problems(view, "modal") == []
    assert sentence["value"] == "100000 103000"


def test_a_long_sentence_goes_on_below() -> None:
    words = "The harbour of Linden lost a third of its ferries in 2025, and nobody was told before May."
    shown = sentence_option(3, 90, words)
    assert f"{shown['text']['text']} {shown['description']['text']}" == words
    assert sentence_option(0, 5, "Short") == option("Short", "0 5")


def test_an_offered_claim_tells_where_it_stands() -> None:
    assert claim_option(published(task(7)))["description"]["text"] == "Claim 7 · published"


# What a modal is about


def test_what_a_form_is_about_survives_the_way_to_slack() -> None:
    about = About("s1-1", version=3, rows=2)
    assert About.load(about.dump()) == about


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"task": "t", "surprise": 1}', '{"task": 1}', '{"task": "\\ud800"}']
)
def test_metadata_that_is_not_ours_is_not_understood(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        About.load(text)
    assert refused.value.reason is Reason.NOT_UNDERSTOOD


def test_a_recheck_in_a_form_is_not_of_the_past() -> None:
    stands = published(task(), recheck=TODAY + timedelta(days=1), as_of=TODAY)
    again = do(stands, Recheck(), ANA).task
    later = modals.verdict_modal(again, RULES, today=TODAY + timedelta(days=9))
    form = read_form(filled(later))
    assert form.get(Field.RECHECK) == ""
    assert form.get(Field.AS_OF) == (TODAY + timedelta(days=9)).isoformat()
