"""The work on a claim beside its verdict: whose it is, when it is due, what has to be asked, whether it is a claim."""

from __future__ import annotations

import time

import pytest
from end_to_end.acts import (
    claim,
    heard,
    in_thread,
    mark_duplicate,
    menu,
    menu_value,
    published,
    set_aside,
    told,
)
from end_to_end.conftest import Scene

from bot.sandbox import Message, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Whose it is, and until when


async def test_a_due_time_stands_on_the_card_and_its_holder_hears_of_it(scene: Scene) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_take")
    await scene.until(card, "*Taken*")
    await menu(scene.cleo, card, "due")
    assert (await scene.cleo.submit({"due": int(time.time()) + 7200})).ok
    await scene.until(card, "due ")
    await told(scene, scene.ben, "A claim you have is due", claim(card))
    await menu(scene.ben, card, "due")
    assert (await scene.ben.submit({"no_due": ["yes"]})).ok
    await scene.slack.wait_for(lambda: "due " not in card.plain())


async def test_a_claim_that_is_handed_on_changes_hands_and_both_are_told(scene: Scene) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_take")
    await scene.until(card, "*Taken*")
    await scene.ada.press(card, "task_hand_over")
    assert (await scene.ada.submit({"to": scene.cleo})).ok
    await scene.until(card, f"*Taken* by @{scene.cleo.id}")
    await told(scene, scene.cleo, "A claim was handed to you", claim(card))
    await told(scene, scene.ben, f"A claim you had was handed to @{scene.cleo.id}", claim(card))


async def test_a_claim_is_handed_to_nobody_who_left(scene: Scene) -> None:
    card = await scene.card()
    await scene.cleo.deactivate()
    await scene.ben.press(card, "task_hand_over")
    refused = await scene.ben.submit({"to": scene.cleo})
    assert "somebody who left" in refused.errors["to"]
    assert (await scene.ben.submit({"to": scene.ada})).ok  # the form is still open
    await scene.until(card, f"*Taken* by @{scene.ada.id}")


async def test_who_follows_a_claim_is_told_its_verdict_and_who_stops_is_not(scene: Scene) -> None:
    card = await scene.card()
    for person in (scene.ada, scene.ada, scene.ada):
        await menu(person, card, "follow")
    await heard(scene, scene.ada, "You follow this claim now")
    await heard(scene, scene.ada, "You do not follow this claim any more")
    dora = scene.slack.add_user(f"dora{scene.desk.name}")
    scene.pile.channel.members.append(dora.id)
    await menu(dora, card, "follow")
    await menu(dora, card, "follow")
    await published(scene, card)
    await told(scene, scene.ada, "A verdict on something you asked about or follow", claim(card))
    assert not scene.slack.dms(dora)


# Questions


async def _ask(who: Person, card: Message, question: str, **whom: object) -> None:
    await menu(who, card, "ask")
    assert (await who.submit({"question": question, **whom})).ok


async def test_an_answer_in_the_thread_to_a_question_for_everybody_lands_on_the_card(scene: Scene) -> None:
    root, (card, _) = await scene.filed()
    await scene.ben.press(card, "task_take")
    await scene.until(card, "*Taken*")
    await _ask(scene.ben, card, "Which bridge is that?")
    await scene.until(card, "*Waiting for an answer* from anybody here", "asks everybody here: Which bridge is that?")
    question = await in_thread(scene, root, "Can anybody here say: Which bridge is that?")
    await scene.ben.post(scene.desk, "hm, nobody?", thread_ts=root.ts)  # his own words are no answer
    await scene.cleo.post(scene.desk, "The one over the Ister.", thread_ts=root.ts)
    await scene.until(card, "*Taken*", "Which bridge is that? — 💬 The one over the Ister. · answer by")
    await scene.until(question, f"@{scene.cleo.id} answered: The one over the Ister.")
    assert "[Answer…]" not in question.plain()
    await told(scene, scene.ben, "Your question on a claim was answered", "over the Ister")


async def test_a_question_to_the_asker_is_answered_by_the_asker_alone(scene: Scene) -> None:
    root, (card, _) = await scene.filed()
    await _ask(scene.ben, card, "Where is it from?", kind=scene.ada.id)
    await in_thread(scene, root, f"@{scene.ada.id}, @{scene.ben.id} asks you: Where is it from?")
    await scene.cleo.post(scene.desk, "I would like to know as well.", thread_ts=root.ts)
    await scene.ada.post(scene.desk, "From the city's newsletter.", thread_ts=root.ts)
    await scene.until(card, "*Open*", "💬 From the city's newsletter.")
    assert "like to know" not in card.plain()


async def test_of_two_questions_at_once_a_number_or_the_button_says_which_is_answered(scene: Scene) -> None:
    root, cards = await scene.filed()
    for card in cards:
        await _ask(scene.ben, card, f"Who says that, of {claim(card)}")
        await scene.until(card, "*Waiting for an answer*")
    await scene.cleo.post(scene.desk, "The mayor does.", thread_ts=root.ts)  # of which?
    first, second = sorted(cards, key=lambda c: c.plain())
    await scene.cleo.post(scene.desk, "1: the mayor does.", thread_ts=root.ts)
    await scene.until(first, "*Open*", "💬 the mayor does.")
    assert "*Waiting for an answer*" in second.plain()
    question = await in_thread(scene, root, "Question on claim", claim(second))
    await scene.ada.press(question, "task_answer")
    assert "Who says that" in scene.ada.view.plain()
    assert (await scene.ada.submit({"answer": "Nobody by name."})).ok
    await scene.until(second, "*Open*", "💬 Nobody by name.")


async def test_a_question_that_needs_no_answer_any_more_is_dropped(scene: Scene) -> None:
    card = await scene.card()
    await _ask(scene.ben, card, "Which year?")
    await scene.until(card, "*Waiting for an answer*")
    await scene.cleo.press(card, "task_never_mind")
    await heard(scene, scene.cleo, "asked this, so only they")
    await scene.ben.press(card, "task_never_mind")
    await scene.until(card, "*Open*")
    question = await in_thread(scene, card, "Question on claim", claim(card))
    await scene.until(question, "The question was dropped")


# Whether it is one


@pytest.mark.parametrize(
    ("kind", "words"),
    [("not_a_claim", "🚫 Not a claim"), ("out_of_scope", "🚫 Out of scope")],
    ids=["not one", "scope"],
)
async def test_a_claim_that_is_set_aside_says_why_and_can_come_back(scene: Scene, kind: str, words: str) -> None:
    card = await scene.card()
    await scene.cleo.press(card, "task_take")
    await scene.until(card, "*Taken*")
    assert (await set_aside(scene.ben, card, kind, "Nobody asked")).ok
    await scene.until(card, f"{words} · *Set aside* by @{scene.ben.id}: Nobody asked")
    await told(scene, scene.cleo, "A claim you had was set aside", "Nobody asked")
    await scene.ada.press(card, "task_reopen")
    await scene.until(card, f"*Taken* by @{scene.cleo.id}")  # hers again


async def test_a_duplicate_shows_the_verdict_of_the_claim_it_repeats_and_can_be_undone(scene: Scene) -> None:
    original, card = await scene.card(), await scene.card()
    town = claim(original).split()[3]
    assert (await mark_duplicate(scene.ben, card, town)).ok
    await scene.until(card, "🚫 Duplicate", "*The same claim as*", claim(original), "It has no verdict yet.")
    await published(scene, original)
    await scene.until(card, "🔴 *False*")
    await in_thread(scene, card, f"Verdict on claim {_number(card)}:", "It says the same as", claim(original))
    await scene.cleo.press(card, "task_reopen")
    await scene.until(card, "*Open*")
    assert "🔴 *False*" not in card.plain()


def _number(card: Message) -> str:
    return card.plain().split(".", 1)[0].lstrip("*")


async def test_the_most_similar_claims_are_offered_before_a_word_is_typed(scene: Scene) -> None:
    await scene.filed()
    _, cards = await scene.filed()
    await scene.ben.press(cards[0], "task_dismiss")
    offered = (await scene.ben.suggest("original", "")).options
    assert offered[0]["text"]["text"] == claim(cards[0])[:75]


async def test_a_claim_is_split_into_cards_on_the_same_quotation(scene: Scene) -> None:
    root, cards = await scene.filed()
    card = next(c for c in cards if "opened to traffic" in c.plain())
    await menu(scene.ben, card, "split")
    wordings = "The Brannock bridge was opened in January 2025.\n• Its opening was two years late."
    assert (await scene.ben.submit({"wording": wordings})).ok
    (added,) = [c for c in await scene.cards(root, 3) if c not in cards]
    await scene.until(card, "The Brannock bridge was opened in January 2025.")
    await scene.until(added, "*3.* Its opening was two years late.", "*Open*", f"Added by @{scene.ben.id}")
    assert all("opened to traffic in January after a delay" in c.plain() for c in (card, added))
    await scene.until(await scene.summary(root), "*3 claims to check*")


async def test_the_wording_of_a_claim_changes_and_its_quotation_does_not(scene: Scene) -> None:
    card = await scene.card()
    quotation = f"“{claim(card).rstrip('.')}”"
    await menu(scene.ben, card, "reword")
    assert (await scene.ben.submit({"wording": "A town paid millions for its schools."})).ok
    await scene.until(card, "* A town paid millions for its schools.", quotation)
    found = await scene.ada.command(scene.pile.channel, "/claims", "search paid millions")
    assert "A town paid millions for its schools." in found.text


# The article


async def test_a_claim_the_desk_missed_is_added_by_its_sentence_or_typed(scene: Scene) -> None:
    text = (
        "Bridge opened early\n\nThe Brannock bridge was opened to traffic in January 2025 after a delay of two years."
        "\n\nWhat a day for Brannock! Everybody was there."
    )
    root, cards = await scene.filed(text, cards=1)
    summary = await scene.summary(root)
    await scene.ben.press(summary, "article_menu", menu_value(summary, "add_claim"))
    (option,) = (await scene.ben.suggest("sentence", "everybody")).options
    assert (await scene.ben.submit({"sentence": option["value"]})).ok
    (quoted,) = [c for c in await scene.cards(root, 2) if c not in cards]
    assert ">“Everybody was there.”" in quoted.plain()
    await scene.cleo.press(summary, "article_menu", menu_value(summary, "add_claim"))
    assert (await scene.cleo.submit({"wording": "The bridge has four lanes."})).ok
    typed = (await scene.cards(root, 3))[-1]
    assert "The bridge has four lanes." in typed.plain()
    assert f"Added by @{scene.cleo.id} · not a quotation of the article" in typed.plain()
    await scene.until(summary, "*3 claims to check*")


async def test_an_article_is_closed_and_opened_again_as_a_whole(scene: Scene) -> None:
    root, cards = await scene.filed()
    summary = await scene.summary(root)
    await published(scene, cards[0])
    await scene.ben.press(summary, "article_menu", menu_value(summary, "close"))
    assert "This sets aside the 1 claim without a verdict." in scene.ben.view.plain()
    assert (await scene.ben.submit({"reason": "The paper took it back"})).ok
    await scene.until(cards[1], "🚫 Article closed · *Set aside*", "The paper took it back")
    await scene.until(summary, "*Article closed*", "The paper took it back", "1 with a verdict · 🚫 1 set aside")
    assert "*Published*" in cards[0].plain()
    await scene.cleo.press(summary, "article_menu", menu_value(summary, "reopen"))
    await scene.until(cards[1], "*Open*")
    await scene.slack.wait_for(lambda: "Article closed" not in summary.plain())
