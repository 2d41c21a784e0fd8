"""What people can do with messages and channels, and what they cannot."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, NotPossible, Person, Workspace

from .blocks import modal
from .conftest import RawApp


async def test_threads_and_broadcasts(slack: Workspace, ada: Person, bram: Person, desk: Channel) -> None:
    head = await ada.post(desk, "head")
    reply = await bram.post(desk, "reply", thread_ts=head.ts)
    loud = await bram.post(desk, "for all", thread_ts=head.ts, broadcast=True)
    assert slack.messages(desk) == [head, loud]
    assert slack.thread(reply) == slack.thread(head) == [reply, loud]
    assert slack.messages(desk, head.ts) == [head, reply, loud]
    with pytest.raises(NotPossible, match="no such thread"):
        await ada.post(desk, "x", thread_ts=reply.ts)
    with pytest.raises(NotPossible, match="no such thread"):
        await ada.post(desk, "x", thread_ts="1.000000")


async def test_one_posts_where_one_is(slack: Workspace, ada: Person, bram: Person, desk: Channel) -> None:
    hall = slack.add_channel("hall", [bram])
    with pytest.raises(NotPossible, match="not in hall"):
        await ada.post(hall, "x")
    with pytest.raises(NotPossible, match="not in hall"):
        await ada.command(hall, "/factcheck", "x")
    await ada.join(hall)
    assert (await ada.post(hall, "x")).text == "x"
    await ada.leave(hall)
    with pytest.raises(NotPossible, match="not in hall"):
        await ada.post(hall, "x")
    with pytest.raises(NotPossible, match="nothing to post"):
        await ada.post(desk, " ")
    await slack.archive(desk, by=ada)
    with pytest.raises(NotPossible, match="archived"):
        await ada.post(desk, "x")
    await ada.deactivate()
    with pytest.raises(NotPossible, match="deactivated"):
        await ada.post(desk, "x")


async def test_one_changes_only_ones_own(slack: Workspace, ada: Person, bram: Person, desk: Channel) -> None:
    message = await ada.post(desk, "x")
    with pytest.raises(NotPossible, match="one's own"):
        await bram.edit(message, "y")
    with pytest.raises(NotPossible, match="one's own"):
        await bram.delete(message)
    await ada.edit(message, "<3")
    assert message.text == "&lt;3"
    assert message.edited
    await ada.delete(message)
    with pytest.raises(NotPossible, match="one's own"):
        await ada.edit(message, "z")
    with pytest.raises(NotPossible, match="gone"):
        await bram.react(message, "mag")
    with pytest.raises(NotPossible, match="gone"):
        await bram.unreact(message, "mag")
    with pytest.raises(NotPossible, match="gone"):
        await bram.shortcut("check_message", message)


async def test_what_is_ephemeral_has_no_shortcuts(
    slack: Workspace, client: AsyncWebClient, ada: Person, desk: Channel
) -> None:
    await client.chat_postEphemeral(channel=desk.id, user=ada.id, text="x")
    with pytest.raises(NotPossible, match="no shortcuts"):
        await ada.shortcut("check_message", slack.ephemerals(ada)[0])


async def test_settings_of_the_app_bind_people() -> None:
    home = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    shortcut = {"name": "x", "type": "global", "callback_id": "x", "description": "x"}
    async with Workspace({"features": {"app_home": home, "shortcuts": [shortcut]}}) as slack:
        ada = slack.add_user("ada")
        with pytest.raises(NotPossible, match="read-only"):
            await ada.post(slack.dm_channel(ada), "x")
        with pytest.raises(NotPossible, match="interactivity"):
            await ada.shortcut("x")


async def test_without_a_modal_there_is_nothing_to_fill_in(
    raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel
) -> None:
    for act in (ada.submit, ada.close_view):
        with pytest.raises(NotPossible, match="no modal open"):
            await act()
    with pytest.raises(NotPossible, match="no modal"):
        await ada.suggest("x", "query")
    answer = await ada.command(desk, "/factcheck")
    assert answer.delivery
    await client.views_open(trigger_id=answer.delivery.payload["trigger_id"], view=modal())
    with pytest.raises(NotPossible, match="no submit button"):
        await ada.submit()


def test_names_are_unique(slack: Workspace, ada: Person) -> None:
    with pytest.raises(ValueError, match="already"):
        slack.add_user("ada")
