"""Modals: legal for every text, filled with what is known, and read back as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from desk.samples import ANA, BEN, QUOTED, RULES, SCALE, TEXTS, claim, do, in_review, task

from bot.claims.claim import Speaker
from bot.desk.commands import Object
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, Task
from bot.sandbox.plain import texts_in
from bot.sandbox.validation import view_problems
from bot.slack.cards import modals
from bot.slack.cards.modals import MOST_SOURCES, About, Form, read_form
from bot.slack.ids import Callback, Field, note_field, url_field


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Input blocks by block_id."""
    return {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}


def drafted(text: str = "See the register.", sources: int = 3) -> Task:
    evidence = tuple(Evidence(url=f"https://a{n}.example{n}.org/", note=text) for n in range(sources))
    return in_review(task(claim=QUOTED), evidence=evidence, explanation=text, rating="mostly_false", said="not_said")


@pytest.mark.parametrize("name", TEXTS)
def test_every_modal_is_legal_for_every_text(name: str) -> None:
    text = TEXTS[name]
    speaking = claim(text, speaker=Speaker(name=text, role=text), voice="quoted")
    sources = tuple(Evidence(url=f"https://a{n}.org/{'x' * 900}", note=text) for n in range(12))
    shown = in_review(task(claim=speaking), evidence=sources, explanation=text)
    for view in (
        modals.hand_over_modal(shown),
        modals.dismiss_modal(shown),
        modals.object_modal(shown, 1),
        modals.verdict_modal(task(claim=speaking), RULES),
        modals.verdict_modal(shown, RULES),
        modals.verdict_modal(shown, RULES, 99),
    ):
        assert view_problems(view, "modal") == []


def test_a_new_verdict_starts_with_as_many_sources_as_the_house_asks_for() -> None:
    view = modals.verdict_modal(task(), RULES)
    assert list(fields(view)) == ["rating", "explanation", "url_0", "note_0", "url_1", "note_1"]
    assert fields(view)["rating"]["optional"] is False
    assert [o["value"] for o in fields(view)["rating"]["element"]["options"]] == [r.id for r in SCALE.ratings]
    assert About.load(view["private_metadata"]) == About("s1-1", version=0, rows=2)
    assert url_field(3) not in fields(modals.verdict_modal(task(), HouseRules(SCALE, sources=3)))
    assert url_field(0) in fields(modals.verdict_modal(task(), HouseRules(SCALE, sources=0)))


def test_did_they_say_it_is_asked_only_where_somebody_speaks() -> None:
    assert "said" not in fields(modals.verdict_modal(task(), RULES))
    said = fields(modals.verdict_modal(task(claim=QUOTED), RULES))["said"]
    assert said["label"]["text"] == "Did Mara Oduya say it?"
    assert said["optional"] is True
    assert [o["value"] for o in said["element"]["options"]] == [r.id for r in SCALE.said]


def test_a_verdict_that_was_sent_back_is_what_the_next_one_starts_from() -> None:
    sent_back = do(drafted(), Object(1, "Too old"), BEN).task
    view = modals.verdict_modal(sent_back, RULES)
    shown = fields(view)
    assert shown["rating"]["element"]["initial_option"]["value"] == "mostly_false"
    assert shown["said"]["element"]["initial_option"]["value"] == "not_said"
    assert shown["explanation"]["element"]["initial_value"] == "See the register."
    assert [shown[url_field(n)]["element"]["initial_value"] for n in range(3)] == [
        f"https://a{n}.example{n}.org/" for n in range(3)
    ]
    assert shown["note_2"]["element"]["initial_value"] == "See the register."
    assert About.load(view["private_metadata"]).rows == 3


def test_a_rating_that_left_the_scale_is_not_preselected() -> None:
    shown = drafted()
    assert shown.verdict
    old = shown.model_copy(update={"verdict": shown.verdict.model_copy(update={"rating": "pants_on_fire"})})
    assert "initial_option" not in fields(modals.verdict_modal(old, RULES))["rating"]["element"]


def test_sources_can_be_added_up_to_a_limit() -> None:
    def add(view: dict[str, Any]) -> list[str]:
        return [e["value"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]

    assert add(modals.verdict_modal(task(), RULES)) == ["3"]
    assert add(modals.verdict_modal(task(), RULES, 7)) == ["8"]
    full = modals.verdict_modal(task(), RULES, MOST_SOURCES)
    assert add(full) == []
    assert url_field(MOST_SOURCES - 1) in fields(full)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (RULES, "2 sources from different sites, none of them the page under review (“Missing context” and"),
        (RULES, "“Unverifiable” may stand without). 1 other person will sign it off."),
        (HouseRules(SCALE, approvals=2, sources=3), "House rules: 3 sources"),
        (HouseRules(SCALE, approvals=2, sources=3), "2 other people will sign it off."),
    ],
)
def test_the_house_rules_are_told_before_anything_is_refused(rules: HouseRules, told: str) -> None:
    assert any(told in text for _, text in texts_in(modals.verdict_modal(task(), rules)["blocks"]))


@pytest.mark.parametrize(
    ("view", "callback", "field"),
    [
        (modals.hand_over_modal(task()), Callback.HAND_OVER, Field.TO),
        (modals.dismiss_modal(task()), Callback.DISMISS, Field.REASON),
        (modals.object_modal(task(), 4), Callback.OBJECT, Field.REASON),
        (modals.verdict_modal(task(), RULES), Callback.VERDICT, Field.RATING),
    ],
)
def test_a_modal_comes_back_to_who_can_read_it(view: dict[str, Any], callback: Callback, field: Field) -> None:
    assert view["callback_id"] == callback.value
    assert field.value in fields(view)
    assert About.load(view["private_metadata"]).task == "s1-1"
    assert any("The harbour lost" in text for _, text in texts_in(view["blocks"]))


def test_an_objection_is_to_the_version_that_was_on_the_card() -> None:
    assert About.load(modals.object_modal(task(), 4)["private_metadata"]).version == 4


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"task": "t", "surprise": 1}'])
def test_metadata_that_is_not_ours_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        About.load(text)


def test_a_form_is_read_whatever_element_holds_the_value() -> None:
    view = {
        "state": {
            "values": {
                "to": {"input": {"type": "users_select", "selected_user": ANA}},
                "rating": {"input": {"type": "static_select", "selected_option": {"value": "false"}}},
                "said": {"input": {"type": "static_select", "selected_option": None}},
                "explanation": {"input": {"type": "plain_text_input", "value": "Because.\n"}},
                "url_0": {"input": {"type": "url_text_input", "value": None}},
            }
        }
    }
    form = read_form(view)
    assert form.values == {"to": ANA, "rating": "false", "explanation": "Because.\n"}
    assert form.get(Field.TO) == ANA
    assert form.get(Field.SAID) == ""
    assert read_form({}).values == {}
    assert read_form({"state": {"values": {}}}).values == {}


def test_sources_are_the_rows_with_anything_in_them() -> None:
    form = Form(
        {
            url_field(0): " https://a.org ",
            note_field(0): "a table\n",
            note_field(2): "a note without a link",
            url_field(3): "https://d.org",
            url_field(5): "https://beyond-the-rows.org",
        }
    )
    assert form.sources(4) == [
        (0, Evidence(url="https://a.org", note="a table")),
        (2, Evidence(url="", note="a note without a link")),
        (3, Evidence(url="https://d.org", note="")),
    ]
    assert Form({}).sources(4) == []
