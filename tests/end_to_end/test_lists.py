"""``/claims`` with all its words, and the same words in a mention."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from end_to_end.acts import claim, heard, menu, propose, published, sign
from end_to_end.conftest import Scene

from bot.sandbox import Message
from bot.service import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _two(scene: Scene) -> tuple[Message, Message, Message]:
    """An article with a claim in the article's own words and one that somebody said."""
    root, cards = await scene.filed()
    said = next(c for c in cards if "Said by" in c.plain())
    return root, next(c for c in cards if c is not said), said


async def test_the_queue_of_a_channel_leaves_out_what_has_a_verdict(scene: Scene) -> None:
    _, own, said = await _two(scene)
    await published(scene, own)
    listed = await scene.ada.command(scene.desk, "/claims")
    assert listed.text.startswith("*Claims without a verdict in this channel:* 1\n")
    assert claim(said) in listed.text
    assert claim(own) not in listed.text


async def test_open_mine_and_review_divide_the_queue(scene: Scene) -> None:
    _, own, said = await _two(scene)
    await scene.ben.press(said, "task_take")
    await scene.until(said, "*Taken*")
    assert claim(own) in (await scene.ada.command(scene.desk, "/claims", "open")).text
    mine = (await scene.ben.command(scene.desk, "/claims", "Mine")).text
    assert claim(said) in mine
    assert claim(own) not in mine
    assert "none. No verdict waits" in (await scene.ada.command(scene.desk, "/claims", "review")).text
    await propose(scene.ben, said)
    await scene.until(said, "*Waiting for sign-off*")
    assert claim(said) in (await scene.ada.command(scene.desk, "/claims", "review")).text


async def test_overdue_lists_what_should_have_been_checked_by_now(
    scene: Scene, desk_at: Callable[[datetime], Desk]
) -> None:
    card = await scene.card()
    await menu(scene.ben, card, "due")
    assert (await scene.ben.submit({"due": int(time.time()) + 3600})).ok
    await scene.until(card, "due ")
    assert claim(card) not in (await scene.ada.command(scene.desk, "/claims", "overdue")).text
    in_two_hours = desk_at(datetime.now(UTC) + timedelta(hours=2))
    _, blocks = await in_two_hours.lists.claims("overdue", user=scene.ada.id, channel=scene.desk.id)
    assert claim(card) in str(blocks)
    assert "⏰ *overdue* since" in str(blocks)


async def test_search_finds_by_words_of_the_claim_and_by_who_said_it(scene: Scene) -> None:
    _, own, said = await _two(scene)
    found = (await scene.cleo.command(scene.desk, "/claims", "search CALDER bridges")).text
    assert claim(said) in found
    assert claim(own) not in found
    card = await scene.card()
    town = claim(card).split()[3]
    assert claim(card) in (await scene.ada.command(scene.desk, "/claims", f"search {town}")).text
    assert "none. No claim here has these words" in (await scene.ada.command(scene.desk, "/claims", "search qqq")).text


async def test_article_lists_the_claims_of_a_page_by_its_link(scene: Scene) -> None:
    link = f"{scene.site}/article"
    root = await scene.ada.post(scene.desk, f"{scene.me} {link} again")
    cards = await scene.all_cards(root)
    listed = (await scene.ada.command(scene.desk, "/claims", f"article {link}?utm_source=letter")).text
    assert "of the article" in listed
    assert claim(cards[0]) in listed
    unread = (await scene.ada.command(scene.desk, "/claims", f"article {scene.site}/Unread")).text
    assert "I have not read this page here" in unread
    assert f"{scene.site}/Unread" in unread  # as it was typed


async def test_corrections_lists_before_and_after_with_the_reason(scene: Scene) -> None:
    card = await scene.card()
    await published(scene, card)
    assert claim(card) not in (await scene.ada.command(scene.desk, "/claims", "corrections")).text
    await propose(scene.ben, card, rating="mostly_false", correction="The auditor amended the list.")
    await scene.until(card, "*Waiting for sign-off*")
    await sign(scene.cleo, card)
    await scene.until(card, "*Corrected on")
    listed = (await scene.ada.command(scene.desk, "/claims", "corrections")).text
    assert claim(card) in listed
    assert "🔴 *False* — The bridge cost 61 million, not 48. → 🟠 *Mostly false*" in listed
    assert "The auditor amended the list." in listed


async def test_a_list_that_is_long_has_pages(scene: Scene) -> None:
    for _ in range(16):
        await scene.ben.press(await scene.card(), "task_take")
    first = (await scene.ben.command(scene.desk, "/claims", "mine")).text
    assert first.startswith("*Claims (you have these):* 16\n")
    assert "Page 1 of 2. `/claims mine 2` shows page 2." in first
    second = (await scene.ben.command(scene.desk, "/claims", "mine 2")).text
    assert "Page 2 of 2" in second
    assert second.count("· card") == 1


@pytest.mark.parametrize(
    ("typed", "nearest"), [("reveiw", "review"), ("correction", "corrections"), ("serach ferries", "search")]
)
async def test_an_unknown_word_gets_the_nearest_one_and_the_list(scene: Scene, typed: str, nearest: str) -> None:
    told = (await scene.ada.command(scene.desk, "/claims", typed)).text
    assert f"Did you mean `/claims {nearest}`?" in told
    assert "What I can do" in told


async def test_help_names_every_word(scene: Scene) -> None:
    told = (await scene.ada.command(scene.desk, "/claims", "help")).text
    for word in ("open", "mine", "review", "overdue", "search", "corrections", "article", "help"):
        assert f"/claims {word}" in told


async def test_in_a_thread_a_mention_understands_the_same_words(scene: Scene) -> None:
    root, own, said = await _two(scene)
    await published(scene, own)
    await scene.ben.press(said, "task_take")
    await scene.until(said, "*Taken*")
    for words, answer in {
        "claims": "Claims without a verdict in this channel",
        "open": "nobody has taken these yet",
        "mine": "you have these",
        "review": "these wait for sign-off",
        "overdue": "these should have been checked by now",
        "search Calder": "found for “Calder”",
        "corrections": "Corrected verdicts",
        f"article {scene.site}/Unread": "I have not read this page here",
        "help": "What I can do",
        "claims reveiw": "Did you mean `/claims review`?",
    }.items():
        await scene.ben.post(scene.desk, f"{scene.me} {words}", thread_ts=root.ts)
        told = await heard(scene, scene.ben, answer)
        assert told.thread_ts == root.ts
    assert len(scene.cards_now(root)) == 2  # nothing was taken for something to read
    assert not scene.slack.ephemerals(scene.ada)
