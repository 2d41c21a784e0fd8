"""A claim's whole life: from a paste over two signatures to a correction that everybody is told, and a recheck."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from end_to_end.acts import (
    GOOD,
    REVIEW,
    channel_settings,
    claim,
    heard,
    in_thread,
    mark_duplicate,
    menu,
    posted,
    propose,
    published,
    settings,
    sign,
    told,
)
from end_to_end.conftest import Scene

from bot.sandbox import Person
from bot.service import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_verdict_needs_its_sources_and_signatures_and_its_correction_is_told_everywhere(
    scene: Scene, boss: Person
) -> None:
    slack, ada, ben, cleo = scene.slack, scene.ada, scene.ben, scene.cleo
    dora, eli, finn = (slack.add_user(f"{name}{scene.desk.name}") for name in ("dora", "eli", "finn"))
    scene.desk = slack.add_channel(f"{scene.desk.name}-public", [ada, ben, cleo, dora, eli, finn, boss])
    assert (await settings(scene, boss, approvals="2")).ok
    assert (await channel_settings(scene, boss, scene.desk, broadcast=["yes"])).ok
    tunnel = f"Ostry{scene.desk.name.split('-')[1]}"  # that no other claim is about
    root, cards = await scene.filed(
        f"Through the mountain\n\nPublished 14 March 2025\n\nThe {tunnel} tunnel was handed over to its drivers in "
        f"January, three years late.\n\nWorkers dug 4 kilometres of rock out of the {tunnel} tunnel by December 2023."
    )
    card = next(c for c in cards if "handed over" in c.plain())
    await menu(eli, card, "follow")

    # The gate refuses one source; with a second one it is for others to sign.
    await ben.press(card, "task_take")
    await scene.until(card, f"*Taken* by @{ben.id}")
    refused = await propose(ben, card, url_1=None, note_1=None)
    assert "1 of 2 independent sources" in refused.errors["url_1"]
    assert (await ben.submit({"url_1": GOOD["url_1"], "note_1": GOOD["note_1"]})).ok
    await scene.until(card, "*Waiting for sign-off* · 0 of 2")

    # An objection sends it back; the new version is edited by somebody else, and both wrote it then.
    await cleo.press(card, "task_object")
    assert (await cleo.submit({"reason": "Opened in which year?"})).ok
    await scene.until(card, f"*Taken* by @{ben.id}", "Opened in which year?")
    await told(scene, ben, "objected to your verdict", "Opened in which year?")
    assert (await propose(ben, card, summary="It was opened in 2024, not in 2025.")).ok
    await scene.until(card, "*Waiting for sign-off*", "version 2")
    assert (await propose(finn, card, summary="It was opened in May 2024.")).ok
    await scene.until(card, "version 3", f"by anyone but @{ben.id} or @{finn.id}")
    await told(scene, ben, f"@{finn.id} edited your verdict")
    await ben.press(card, "task_sign_off")
    await heard(scene, ben, "You wrote a part of this verdict")

    # Two signatures publish it: on the card, in thread and channel, to the asker and to who follows.
    assert (await sign(cleo, card)).ok
    await scene.until(card, f"1 of 2, signed by @{cleo.id}")
    assert not posted(scene, root, "published")
    assert (await sign(dora, card)).ok
    await scene.until(card, "*Published*", "May 2024", f"signed off by @{cleo.id} and @{dora.id}")
    reply = await in_thread(scene, root, "Verdict on claim", "May 2024")
    assert reply in slack.messages(scene.desk)  # shown in the channel as well
    for person in (ada, eli):
        await told(scene, person, "A verdict on something you asked about", "May 2024")
    assert not any("A verdict on something" in m.plain() for who in (ben, finn) for m in slack.dms(who))

    # Elsewhere somebody pastes the same: their card repeats the verdict.
    gus = slack.add_user(f"gus{scene.desk.name}")
    other = slack.add_channel(f"{scene.desk.name}-other", [gus, cleo])
    root_2 = await gus.post(other, f"{scene.me} again:\nThe {tunnel} tunnel was handed over three years late.")
    (copy,) = await scene.cards(root_2, 1)
    assert (await mark_duplicate(cleo, copy, f"{tunnel} handed drivers")).ok
    await scene.until(copy, "*The same claim as*", "🔴 *False*", "May 2024")
    await in_thread(scene, root_2, "says the same as", "May 2024")
    await told(scene, gus, "A verdict on something you asked about", "May 2024")

    # The correction is a version of its own, with before, after and reason, and is told wherever the verdict was.
    without = {**GOOD, "rating": "mostly_false", "summary": "It was opened in April 2024."}
    assert (await ben.press(card, "task_verdict")).ok
    assert "Published, and stands" in ben.view.plain()
    assert "what is to be corrected" in ben.view.plain()
    assert (await ben.submit({**without, "correction": "The opening was on 30 April."})).ok
    await scene.until(card, "✏️ correction under way, the published verdict stands", "🔴 *False*", "🟠 *Mostly false*")
    for person in (cleo, dora):
        assert (await sign(person, card)).ok
    await scene.until(card, "*Published*", "✏️ *Corrected on", "was 🔴 *False*, now 🟠 *Mostly false*", "30 April")
    await scene.until(copy, "🟠 *Mostly false*", "April 2024")
    for thread in (root, root_2):
        correction = await in_thread(scene, thread, "✏️ Correction on claim", "30 April")
        assert "*Before:* 🔴 *False*" in correction.plain()
        assert "*Now:*\n🟠 *Mostly false*" in correction.plain()
    for person in (ada, eli, gus):
        await told(scene, person, "✏️ A correction: the verdict you were told before has changed", "30 April")
    listed = await ada.command(scene.desk, "/claims", "corrections")
    assert "30 April" in listed.text
    assert f"by @{ben.id}, approved by @{cleo.id} and @{dora.id}" in listed.text


async def test_a_form_says_what_is_missing_while_it_is_filled_in_and_keeps_a_draft(scene: Scene) -> None:
    card, ben = await scene.card(), scene.ben
    await ben.press(card, "task_verdict")
    form = ben.view
    assert "*Still missing:* a rating" in form.plain()

    async def type_into(field: str, value: str) -> None:
        assert (await ben.press(form, "verdict_typed", value, block_id=field)).ok

    await type_into("rating", "false")
    assert "*Still missing:* the verdict in one sentence · 2 independent sources" in form.plain()
    await type_into("summary", "It was less.")
    await type_into("url_0", "accounts.brannock.example")
    assert "a link for source 1 that starts with https://" in form.plain()
    await type_into("url_0", "https://accounts.brannock.example/2024")
    await type_into("note_0", "Page 12")
    assert "*Still missing:* a second independent source" in form.plain()
    await ben.close_view()
    assert ben.view is None

    await ben.press(card, "task_verdict")
    form = ben.view
    assert _typed(form.state) >= {"It was less.", "https://accounts.brannock.example/2024", "Page 12"}
    assert "*Still missing:* a second independent source" in form.plain()
    await type_into("url_1", "https://auditor.example/brannock")
    await type_into("note_1", "The same")
    assert "✅ Ready for sign-off by 1 other person." in form.plain()
    assert (await ben.submit()).ok
    await scene.until(card, "*Waiting for sign-off*", "It was less.")
    await ben.press(card, "task_verdict")  # what was sent is no draft any more
    assert _typed(ben.view.state) >= {"It was less."}
    await ben.submit({"summary": "It was more."})
    await scene.until(card, "It was more.")


def _typed(state: dict[str, dict[str, dict[str, object]]]) -> set[str]:
    return {str(value) for field in state.values() for element in field.values() for value in element.values()}


async def test_a_draft_is_seen_by_nobody_else(scene: Scene) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_verdict")
    await scene.ben.press(scene.ben.view, "verdict_typed", "Half a thought", block_id="summary")
    await scene.ben.close_view()
    await scene.cleo.press(card, "task_verdict")
    assert "Half a thought" not in str(scene.cleo.view.state)


async def test_a_recheck_brings_a_claim_back_with_its_history_and_the_verdict_can_be_kept(scene: Scene) -> None:
    _, (card, _) = await scene.filed()
    await published(scene, card)
    await scene.ada.press(card, "task_recheck")
    await scene.until(card, "*Open*", "the published verdict stands", "*The verdict that stands:*", "🔴 *False*")
    await in_thread(scene, card, "due for another look", claim(card), "61 million")
    queue = await scene.ada.command(scene.desk, "/claims", "open")
    assert claim(card) in queue.text
    await scene.ada.press(card, "task_keep")
    await scene.until(card, "*Published*", "🔴 *False*", f"checked by @{scene.ben.id}")


async def test_a_verdict_that_a_recheck_confirms_is_told_as_such(scene: Scene) -> None:
    root, cards = await scene.filed()
    card = next(c for c in cards if "opened to traffic" in c.plain())
    await published(scene, card)
    await scene.ben.press(card, "task_recheck")
    await scene.until(card, "*Open*")
    assert (await propose(scene.ben, card, correction="Looked again, the accounts are final")).ok
    await scene.until(card, "*Waiting for sign-off*")
    await sign(scene.cleo, card)
    await scene.until(card, "*Published*", "*Checked again on", "still 🔴 *False*")
    await in_thread(scene, root, "🔁 Claim", "checked again", "accounts are final")
    await told(scene, scene.ada, "the verdict you were told before still stands")
    listed = await scene.ada.command(scene.desk, "/claims", "corrections")
    assert "accounts are final" not in listed.text  # nothing was wrong


async def test_a_claim_comes_back_on_the_day_its_recheck_is_due(
    scene: Scene, desk_at: Callable[[datetime], Desk]
) -> None:
    card = await scene.card()
    today = datetime.now(UTC)
    await published(scene, card, recheck=(today + timedelta(days=9)).date().isoformat())
    assert "to be checked again on" in card.plain()
    await desk_at(today + timedelta(days=8)).sweep()
    await desk_at(today + timedelta(days=9)).sweep()
    await scene.until(card, "*Open*", "recheck under way, the published verdict stands")
    await in_thread(scene, card, "due for another look", claim(card))
    assert len([m for m in posted(scene, card, "recheck") if claim(card) in m.plain()]) == 1


async def test_an_approval_of_an_older_version_counts_for_nothing(scene: Scene, boss: Person) -> None:
    assert (await settings(scene, boss, approvals="2")).ok
    card = await scene.card()
    await propose(scene.ben, card)
    await scene.until(card, "0 of 2")
    await sign(scene.cleo, card)
    await scene.until(card, "1 of 2")
    await scene.ada.press(card, "task_sign_off")
    await propose(scene.ben, card, summary="Another sentence.")
    await scene.until(card, "0 of 2", "Another sentence.")
    late = await scene.ada.submit(REVIEW)
    assert "was changed since" in next(iter(late.errors.values()))
    assert "0 of 2" in card.plain()
