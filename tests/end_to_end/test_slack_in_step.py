"""What happens in Slack beside the desk: messages edited and deleted, channels closed, people who leave."""

from __future__ import annotations

import pytest
from end_to_end.acts import claim, heard, home, in_thread, menu, propose, published
from end_to_end.conftest import TWO_CLAIMS, Scene
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import App
from bot.sandbox import Message

pytestmark = pytest.mark.asyncio(loop_scope="session")

EDITED = "The message above was edited after I read it"


async def test_a_message_that_is_edited_can_be_read_again(scene: Scene) -> None:
    root, cards = await scene.filed()
    await scene.ada.edit(root, f"{scene.me} again:\n{TWO_CLAIMS.replace('48 million', '49 million')}")
    offer = await in_thread(scene, root, EDITED, "[Read it again]")
    assert (await scene.ben.press(offer, "article_read_edited")).ok
    fresh = [c for c in await scene.cards(root, 4) if c not in cards]
    assert any("49 million" in card.plain() for card in fresh)
    assert any("48 million" in card.plain() for card in cards)  # what was read stays what it was


async def test_the_link_that_an_edit_brings_is_what_is_read_again(scene: Scene) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}/article again")
    await scene.all_cards(root)
    await scene.ada.edit(root, f"{scene.me} {scene.site}/gone")
    offer = await in_thread(scene, root, EDITED)
    await scene.ben.press(offer, "article_read_edited")
    await in_thread(scene, root, "does not exist")


async def test_an_edit_that_changes_no_word_is_not_mentioned(scene: Scene) -> None:
    root, _ = await scene.filed()
    await scene.ada.edit(root, root.text)
    await scene.ada.delete(await scene.ada.post(scene.desk, "an aside", thread_ts=root.ts))
    await scene.slack.settle()
    await scene.filed()  # something else goes through meanwhile
    assert not [m for m in scene.slack.thread(root) if EDITED in m.plain() or "was deleted" in m.plain()]


async def test_of_a_deleted_message_the_thread_and_its_record_stay(scene: Scene) -> None:
    root, cards = await scene.filed()
    await scene.ada.delete(root)
    await in_thread(scene, cards[0], "The message that started this thread was deleted", "their record stay")
    await scene.ben.press(cards[0], "task_take")
    await scene.until(cards[0], "*Taken*")


async def test_a_card_that_was_deleted_by_hand_comes_back_with_the_next_change(scene: Scene) -> None:
    root, (card, _) = await scene.filed()
    await menu(scene.ben, card, "due")  # opened before it went
    slack = AsyncWebClient(token=scene.slack.bot_token, base_url=scene.slack.api_url)
    await slack.chat_delete(channel=card.channel, ts=card.ts)
    await scene.ben.close_view()
    shown = await home(scene, scene.ben, "Search open and past claims")
    await scene.ben.press(shown, "home_search", claim(card))
    await scene.slack.wait_for(lambda: "[Take]" in scene.ben.home.plain())
    take = next(b for b in scene.ben.home.blocks if "task_take" in str(b))
    await scene.ben.press(scene.ben.home, "task_take", block_id=take["block_id"])

    def anew() -> Message | None:
        return next((c for c in scene.cards_now(root) if c is not card and claim(c) == claim(card)), None)

    again = await scene.slack.wait_for(anew, timeout=15)
    await scene.until(again, "*Taken* by", f"@{scene.ben.id}")
    assert (await propose(scene.ben, again)).ok
    await scene.until(again, "*Waiting for sign-off*")


async def test_after_a_channel_was_archived_work_goes_on_where_it_was(scene: Scene, back_office: App) -> None:
    _, cards = await scene.filed()
    await scene.ben.press(cards[0], "task_take")
    await scene.until(cards[0], "*Taken*")
    assert "on weekdays at" in (await scene.ada.command(scene.desk, "/digest", "on")).text
    await scene.slack.archive(scene.desk, scene.ada)
    assert await back_office.desk(scene.slack.team_id).store.digest(scene.desk.id) is None
    shown = await home(scene, scene.ben, claim(cards[0]), "[Put back]")
    row = next(b for b in shown.blocks if "task_put_back" in str(b))
    await scene.ben.press(shown, "task_put_back", block_id=row["block_id"])
    await scene.slack.wait_for(lambda: "You have no claim" in scene.ben.home.plain())
    assert "*Taken*" in cards[0].plain()  # Slack lets nobody write there
    await scene.slack.unarchive(scene.desk, scene.ada)
    await scene.cleo.press(cards[0], "task_hand_over")
    assert (await scene.cleo.submit({"to": scene.cleo})).ok
    await scene.until(cards[0], f"*Taken* by @{scene.cleo.id}")


async def test_a_renamed_channel_is_the_same_channel(scene: Scene) -> None:
    _, cards = await scene.filed()
    await scene.slack.rename(scene.desk, f"{scene.desk.name}-renamed", scene.ada)
    await published(scene, cards[0])
    await scene.until(await scene.summary(cards[0]), "1 with a verdict")


async def test_put_out_of_a_channel_the_desk_goes_on_once_it_is_invited_again(scene: Scene) -> None:
    root, cards = await scene.filed()
    await scene.slack.remove_bot(scene.desk)
    await scene.ben.press(cards[0], "task_take")
    await home(scene, scene.ben, "Your claims (1)", claim(cards[0]))
    await scene.slack.invite_bot(scene.desk)
    await published(scene, cards[0])
    await in_thread(scene, root, "Verdict on claim", claim(cards[0]))


async def test_somebody_of_another_company_stays_one_when_their_profile_changes(scene: Scene) -> None:
    _, (card, _) = await scene.filed()
    theirs = scene.slack.add_user(f"theirs{scene.desk.name}")
    theirs.user.team_id = "T0OTHER"
    await theirs.join(scene.desk)
    await theirs.move("Asia/Tokyo")
    await theirs.press(card, "task_take")
    await heard(scene, theirs, "Only somebody who is a checker here can do that")
    assert "*Open*" in card.plain()


async def test_what_somebody_had_who_left_goes_back_to_the_queue(scene: Scene) -> None:
    _, cards = await scene.filed()
    await scene.ben.press(cards[0], "task_take")
    await scene.until(cards[0], "*Taken*")
    await propose(scene.ben, cards[1])
    await scene.until(cards[1], "*Waiting for sign-off*")
    await scene.ben.deactivate()
    await scene.until(cards[0], "*Open*", "nobody has it yet")
    assert "*Waiting for sign-off*" in cards[1].plain()  # others can sign it, or edit it
    assert (await propose(scene.cleo, cards[1], summary="A sentence of mine.")).ok
    await scene.until(cards[1], "A sentence of mine.", f"@{scene.cleo.id}")
