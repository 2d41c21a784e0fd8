"""Forms and buttons that were shown before somebody else changed what they are about."""

from __future__ import annotations

import copy

import pytest
from end_to_end.acts import GOOD, heard, home, in_thread, menu, menu_value, propose, settings, sign
from end_to_end.conftest import Scene

from bot.sandbox import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_draft_that_was_begun_before_a_colleague_wrote_the_verdict_does_not_take_it_back(scene: Scene) -> None:
    card, ben, cleo = await scene.card(), scene.ben, scene.cleo
    await ben.press(card, "task_verdict")
    await ben.press(ben.view, "verdict_typed", "Half a thought", block_id="summary")
    late = ben.view
    await propose(cleo, card)
    await scene.until(card, "*Waiting for sign-off*", GOOD["summary"])
    await ben.press(late, "verdict_typed", "Half a thought more", block_id="summary")  # in the form of before
    await ben.close_view()
    await ben.press(card, "task_verdict")
    assert GOOD["summary"] in str(ben.view.state)
    assert "Half a thought" not in str(ben.view.state)


async def test_a_question_is_answered_and_dropped_by_the_button_below_it_only(scene: Scene) -> None:
    root, (card, *_) = await scene.filed()
    ben, cleo = scene.ben, scene.cleo
    await menu(ben, card, "ask")
    await ben.submit({"question": "Which bridge?"})
    first = await in_thread(scene, root, "Can anybody here say: Which bridge?")
    await scene.until(card, "*Waiting for an answer*")
    await cleo.press(first, "task_answer")
    answer = cleo.view
    before = copy.deepcopy(card)
    await ben.press(card, "task_never_mind")
    await scene.until(card, "*Open*")
    await menu(ben, card, "ask")
    await ben.submit({"question": "Which year?"})
    await in_thread(scene, root, "Can anybody here say: Which year?")
    assert cleo.view is answer
    refused = await cleo.submit({"answer": "The old one"})
    assert "another one does" in refused.errors["answer"]
    await cleo.close_view()
    await scene.until(card, "Which year?")
    await ben.press(before, "task_never_mind")
    await heard(scene, ben, "another one does")
    await scene.until(card, "Which year?", "*Waiting for an answer*")


async def test_settings_that_somebody_else_changed_meanwhile_are_not_overwritten(scene: Scene, boss: Person) -> None:
    chief = scene.slack.add_user(f"chief{scene.desk.name}")
    chief.user.is_admin = True
    await chief.press(await home(scene, chief, "[Settings…]"), "home_settings")
    assert (await settings(scene, boss, sources="1")).ok
    refused = await chief.submit({"approvals": "2"})
    (said,) = refused.errors.values()
    assert said.startswith("Somebody changed the settings since you opened them.")
    await chief.close_view()
    assert (await settings(scene, chief, approvals="2")).ok
    await chief.press(await home(scene, chief, "[Settings…]"), "home_settings")
    chosen = {id: e for id, field in chief.view.state.items() for e in field.values()}
    assert [chosen[f]["selected_option"]["value"] for f in ("sources", "approvals")] == ["1", "2"]
    await chief.close_view()


async def test_whoever_signed_publishes_a_verdict_when_fewer_signatures_are_asked_for(
    scene: Scene, boss: Person
) -> None:
    card = await scene.card()
    assert (await settings(scene, boss, approvals="2")).ok
    await propose(scene.ben, card)
    await scene.until(card, "*Waiting for sign-off*")
    await sign(scene.cleo, card)
    await scene.until(card, "1 of 2")
    assert (await settings(scene, boss, approvals="1")).ok
    await sign(scene.cleo, card)
    await scene.until(card, "*Published*")


async def test_who_may_not_add_a_claim_is_told_before_they_fill_in_a_form(scene: Scene, boss: Person) -> None:
    root, _ = await scene.filed()
    summary = await scene.summary(root)
    assert (await settings(scene, boss, users_checker=[scene.ben.id])).ok
    await scene.cleo.press(summary, "article_menu", menu_value(summary, "add_claim"))
    await heard(scene, scene.cleo, "Only somebody who is a checker here can do that")
    assert scene.cleo.view is None
