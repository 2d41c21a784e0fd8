"""The Home tab: what is mine, what waits for me, the newest articles, a search; and what others must not see there."""

from __future__ import annotations

import itertools
import re

import pytest
from end_to_end.acts import REVIEW, claim, home, home_shows, leaf, menu_value, propose
from end_to_end.conftest import Scene, cards_below

from bot.sandbox import Channel, Message, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_somebody_new_reads_how_the_desk_works_or_what_there_is(scene: Scene) -> None:
    shown = await home(scene, scene.ada, "Search open and past claims")
    assert "Welcome to the desk" in shown.plain() or "Newest articles" in shown.plain()


async def test_what_somebody_has_stands_in_their_home_and_can_be_worked_on_there(scene: Scene) -> None:
    card = await scene.card()
    await home(scene, scene.ben, "You have no claim")
    await scene.ben.press(card, "task_take")
    shown = await home_shows(scene, scene.ben, "Your claims (1)", claim(card), "[Open card]")
    assert scene.ben.view is None
    await scene.ben.press(shown, "task_put_back")
    await home_shows(scene, scene.ben, "You have no claim")
    await scene.until(card, "*Open*")


async def test_what_waits_for_a_signature_is_shown_to_those_who_may_sign_it(scene: Scene) -> None:
    card = await scene.card()
    await propose(scene.ben, card)
    await scene.until(card, "*Waiting for sign-off*")
    await home(scene, scene.ben, "Waiting for your sign-off")
    assert claim(card) not in (await leaf(scene, scene.ben, "review")).replace(_mine(scene.ben), "")
    await home(scene, scene.cleo, "Waiting for your sign-off")
    assert claim(card) in await leaf(scene, scene.cleo, "review", to=claim(card))
    shown = await home_shows(scene, scene.cleo, claim(card), "0 of 1", "[Sign off…]")
    await scene.cleo.press(shown, "task_sign_off", block_id=_row(scene.cleo, "task_sign_off", claim(card)))
    assert claim(card) in scene.cleo.view.plain()
    assert (await scene.cleo.submit(REVIEW)).ok
    await scene.until(card, "*Published*")
    await scene.slack.wait_for(lambda: claim(card) not in scene.cleo.home.plain())


def _mine(who: Person) -> str:
    """What stands in somebody's Home as theirs."""
    return who.home.plain().split("Waiting for your sign-off")[0]


def _row(who: Person, action: str, words: str) -> str:
    """The row of buttons below a claim."""
    blocks = who.home.blocks
    return next(
        after["block_id"]
        for block, after in itertools.pairwise(blocks)
        if words in str(block) and any(e.get("action_id") == action for e in after.get("elements", ()))
    )


async def test_a_home_that_is_open_follows_what_others_press(scene: Scene) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_take")
    await home(scene, scene.ben, "Your claims (1)")
    await scene.cleo.press(card, "task_hand_over")
    assert (await scene.cleo.submit({"to": scene.cleo})).ok
    await home_shows(scene, scene.ben, "Your claims (0)")


async def test_the_newest_article_comes_first_with_how_far_it_is(scene: Scene) -> None:
    root, cards = await scene.filed()
    await propose(scene.ben, next(c for c in cards if "Said by" not in c.plain()))
    shown = await home(
        scene, scene.ada, "Newest articles\n*Bridge opened early*\n⚪ 1 open · 🟣 1 waiting for sign-off"
    )
    assert "[Open thread]" in shown.plain()
    menu = next(b for b in shown.blocks if "article_menu" in str(b))
    summary = await scene.summary(root)
    await scene.ada.press(shown, "article_menu", menu_value(summary, "close"), block_id=menu["block_id"])
    assert (await scene.ada.submit({"reason": "Old news"})).ok
    await home_shows(scene, scene.ada, "🚫 *Closed* · 🟣 1 waiting for sign-off · 🚫 1 set aside")


async def test_a_home_is_paged(scene: Scene) -> None:
    cards = [await scene.card() for _ in range(9)]
    for card in cards:
        await scene.ben.press(card, "task_take")
    shown = await home(scene, scene.ben, "Your claims (9)", "[Page 2 of 2 ›]")
    here = [claim(c) for c in cards if claim(c) in shown.plain().split("Waiting for your sign-off")[0]]
    assert len(here) == 8
    await scene.ben.press(shown, "home_page", block_id=_turns(scene.ben))
    await home_shows(scene, scene.ben, "[‹ Back]", next(claim(c) for c in cards if claim(c) not in here))
    await scene.ben.press(scene.ben.home, "home_back", block_id=_turns(scene.ben))
    await home_shows(scene, scene.ben, *here)


def _turns(who: Person) -> str:
    """The row that turns the pages of the claims somebody has: the first one there."""
    return next(b["block_id"] for b in who.home.blocks if re.search(r"home_(page|back).*mine \d", str(b)))


async def test_a_search_finds_open_and_past_claims_by_their_words(scene: Scene) -> None:
    card = await scene.card()
    town = claim(card).split()[3]
    shown = await home(scene, scene.ada, "Search open and past claims")
    await scene.ada.press(shown, "home_search", f"schools {town}")
    shown = await home_shows(scene, scene.ada, f"Found for “schools {town}” (1)", claim(card))
    await scene.ada.press(shown, "task_take", block_id=_row(scene.ada, "task_take", claim(card)))
    await home_shows(scene, scene.ada, "Your claims (1)", "*Taken*")
    await scene.ada.press(scene.ada.home, "home_search", "xylophones of antarctica")
    await home_shows(scene, scene.ada, "No claim has these words")
    await scene.ada.press(scene.ada.home, "home_search", "")
    await scene.slack.wait_for(lambda: "Found for" not in scene.ada.home.plain())


async def test_claims_of_a_private_channel_are_shown_to_nobody_who_is_not_in_it(scene: Scene) -> None:
    private, card = await _private(scene)
    assert claim(card) in (await scene.ada.command(scene.desk, "/claims", "search quokka")).text
    assert "none" in (await scene.cleo.command(scene.desk, "/claims", "search quokka")).text
    for person, sees in ((scene.ada, True), (scene.cleo, False)):
        shown = await home(scene, person, "Search open and past claims")
        assert ("The zoo of Emmerwick" in shown.plain()) is sees
        assert (claim(card) in await leaf(scene, person, "review")) is sees
        await person.press(shown, "home_search", "quokka")
        shown = await home_shows(scene, person, "Found for “quokka”" + (" (1)" if sees else " (0)"))
        assert (claim(card) in shown.plain()) is sees
    theirs = await scene.card()
    for person in (scene.ada, scene.cleo):  # nor may a public card point to it
        await person.press(theirs, "task_dismiss")
        assert not (await person.suggest("original", "quokka")).options
        await person.close_view()
    assert claim(card) in (await scene.ada.command(private, "/claims", "review")).text


async def _private(scene: Scene) -> tuple[Channel, Message]:
    """A private channel of Ada and Ben, with an article of which Ben has checked a claim."""
    private = scene.slack.add_channel(f"{scene.desk.name}-private", [scene.ada, scene.ben], private=True)
    text = "The zoo of Emmerwick\n\nThe zoo of Emmerwick bought forty quokkas for 2 million euros in March 2025."
    root = await scene.ada.post(private, f"{scene.me} again:\n{text}")
    (card,) = await scene.slack.wait_for(lambda: cards_below(scene.slack, root), timeout=30)
    await propose(scene.ben, card)
    return private, await scene.until(card, "*Waiting for sign-off*")
