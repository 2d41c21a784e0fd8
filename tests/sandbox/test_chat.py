"""Posting, editing and deleting through slack_sdk, and each refusal."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace

from .asking import manifest, refused

pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text`")

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Claim*"}}
META = {"event_type": "claim", "event_payload": {"outbox": "1"}}


async def test_posting(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    first = await client.chat_postMessage(channel="#desk", text="First", metadata=META)
    assert first["message"]["metadata"] == META
    reply = await client.chat_postMessage(channel=desk.id, text="Reply", thread_ts=first["ts"], reply_broadcast=True)
    assert float(reply["ts"]) > float(first["ts"])
    assert reply["message"]["thread_ts"] == first["ts"]
    assert [message.text for message in slack.messages(desk)] == ["First", "Reply"]
    assert [message.text for message in slack.thread(slack.messages(desk)[0])] == ["Reply"]
    direct = await client.chat_postMessage(channel=ada.id, text="Hello")
    assert direct["channel"] == slack.dm_channel(ada).id
    assert [message.text for message in slack.dms(ada)] == ["Hello"]


async def test_posting_is_refused(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    hall = slack.add_channel("hall", [ada], bot=False)
    secret = slack.add_channel("secret", [ada], private=True, bot=False)
    closed = slack.add_channel("closed", [ada])
    await slack.archive(closed, by=ada)
    parent = await client.chat_postMessage(channel=desk.id, text="x")
    reply = await client.chat_postMessage(channel=desk.id, text="y", thread_ts=parent["ts"])
    post = client.chat_postMessage
    assert (await post(channel=hall.id, text="x"))["ok"]  # chat:write.public
    assert (await refused(post(channel="C404", text="x")))["error"] == "channel_not_found"
    assert (await refused(post(channel=secret.id, text="x")))["error"] == "channel_not_found"
    assert (await refused(post(channel=closed.id, text="x")))["error"] == "is_archived"
    assert (await refused(post(channel=desk.id, text="")))["error"] == "no_text"
    assert (await refused(post(channel=desk.id, text=" ", blocks=[])))["error"] == "no_text"
    assert (await refused(post(channel=desk.id, text="x", as_user=True)))["error"] == "as_user_not_supported"
    assert (await refused(post(channel=desk.id, text="x", markdown_text="y")))["error"] == "markdown_text_conflict"
    assert (await refused(post(channel=desk.id, text="x", attachments=[{}] * 101)))["error"] == "too_many_attachments"
    answer = await refused(post(channel=desk.id, text="x", thread_ts=reply["ts"]))
    assert answer["error"] == "cannot_reply_to_message"
    cleo = slack.add_user("cleo")
    await cleo.deactivate()
    assert (await refused(post(channel=cleo.id, text="x")))["error"] == "channel_not_found"
    assert (await refused(post(channel=desk.id, markdown_text="x" * 12_001)))["error"] == "msg_too_long"
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 4
    assert (await post(channel=desk.id, text="x", blocks=long))["ok"]
    more = [*long, {"type": "header", "text": {"type": "plain_text", "text": "y"}}]
    assert (await refused(post(channel=desk.id, text="x", blocks=more)))["error"] == "msg_blocks_too_long"
    nested = [{"blocks": [{"type": "nonsense"}]}]
    answer = await refused(post(channel=desk.id, text="x", attachments=nested))
    assert "/attachments/0/blocks/0/type" in answer["response_metadata"]["messages"][0]


async def test_without_chat_write_public_only_members_post() -> None:
    async with Workspace(manifest("chat:write")) as slack:
        hall = slack.add_channel("hall", bot=False)
        client = AsyncWebClient(slack.bot_token, slack.api_url)
        assert (await refused(client.chat_postMessage(channel=hall.id, text="x")))["error"] == "not_in_channel"


async def test_very_long_text_is_cut_off(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    answer = await client.chat_postMessage(channel=desk.id, text="x" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(slack.messages(desk)[0].text) == 40_000


async def test_a_reply_to_a_deleted_message_lands_in_the_channel(
    slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person
) -> None:
    message = await ada.post(desk, "x")
    await ada.delete(message)
    answer = await client.chat_postMessage(channel=desk.id, text="y", thread_ts=message.ts)
    assert "thread_ts" not in answer["message"]
    assert [message.text for message in slack.messages(desk)] == ["y"]


async def test_editing(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    posted = await client.chat_postMessage(channel=desk.id, text="x", blocks=[SECTION], metadata=META)
    (message,) = slack.messages(desk)
    edit = client.chat_update
    await edit(channel=desk.id, ts=posted["ts"], text="y", blocks=[SECTION, {"type": "divider"}])
    assert (message.text, len(message.blocks), message.edited, message.metadata) == ("y", 2, None, META)
    await edit(channel=desk.id, ts=posted["ts"], text="z")
    assert (message.text, message.blocks, message.metadata) == ("z", [], META)
    assert message.edited
    await edit(channel=desk.id, ts=posted["ts"], text="z", metadata={})
    assert message.metadata is None
    theirs = await ada.post(desk, "mine")
    assert (await refused(edit(channel=desk.id, ts=theirs.ts, text="x")))["error"] == "cant_update_message"
    assert (await refused(edit(channel=desk.id, ts="1.000000", text="x")))["error"] == "message_not_found"
    assert (await refused(edit(channel=desk.id, ts=posted["ts"], text="")))["error"] == "no_text"
    assert (await refused(edit(channel=desk.id, ts=posted["ts"], text="x" * 4001)))["error"] == "msg_too_long"
    assert (await edit(channel=desk.id, ts=posted["ts"], text="x" * 4000))["ok"]
    bad = [{"type": "section"}]
    assert (await refused(edit(channel=desk.id, ts=posted["ts"], text="x", blocks=bad)))["error"] == "invalid_blocks"
    await slack.archive(desk, by=ada)
    assert (await refused(edit(channel=desk.id, ts=posted["ts"], text="x")))["error"] == "is_archived"


async def test_deleting(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    posted = await client.chat_postMessage(channel=desk.id, text="x")
    theirs = await ada.post(desk, "mine")
    assert (await refused(client.chat_delete(channel=desk.id, ts=theirs.ts)))["error"] == "cant_delete_message"
    await client.chat_delete(channel=desk.id, ts=posted["ts"])
    assert (await refused(client.chat_delete(channel=desk.id, ts=posted["ts"])))["error"] == "message_not_found"
    head = await client.chat_postMessage(channel=desk.id, text="head")
    await client.chat_postMessage(channel=desk.id, text="reply", thread_ts=head["ts"])
    await client.chat_delete(channel=desk.id, ts=head["ts"])
    assert slack.messages(desk)[-1].text == "This message was deleted."
    assert [message.text for message in slack.messages(desk, head["ts"])][1:] == ["reply"]


async def test_ephemeral_messages(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    cleo = slack.add_user("cleo")
    sent = await client.chat_postEphemeral(channel=desk.id, user=ada.id, text="only you")
    assert [message.text for message in slack.ephemerals(ada, desk)] == ["only you"]
    assert slack.messages(desk) == []
    assert (await client.conversations_history(channel=desk.id))["messages"] == []
    answer = await refused(client.chat_postEphemeral(channel=desk.id, user=cleo.id, text="x"))
    assert answer["error"] == "user_not_in_channel"
    answer = await refused(client.chat_update(channel=desk.id, ts=sent["message_ts"], text="x"))
    assert answer["error"] == "message_not_found"
    hall = slack.add_channel("hall", [ada], bot=False)
    answer = await refused(client.chat_postEphemeral(channel=hall.id, user=ada.id, text="x"))
    assert answer["error"] == "not_in_channel"


async def test_pings_are_only_what_slack_would_ping(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    mrkdwn = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "<!channel> <@U0ADA> &lt;!here&gt; <!subteam^S0X|x>"},
    }
    plain = {"type": "header", "text": {"type": "plain_text", "text": "<!everyone>"}}
    await client.chat_postMessage(channel=desk.id, text="escaped &lt;!channel&gt; @channel", blocks=[plain])
    await client.chat_postMessage(channel=desk.id, text="x", blocks=[mrkdwn])
    await client.chat_postMessage(channel=desk.id, text="@here", link_names=True)
    quiet, loud, named = slack.messages(desk)
    assert quiet.pings == ()
    assert loud.pings == ("<!channel>", "<@U0ADA>", "<!subteam^S0X>")
    assert named.pings == ("<!here>",)


async def test_permalinks(client: AsyncWebClient, desk: Channel) -> None:
    first = await client.chat_postMessage(channel=desk.id, text="x")
    reply = await client.chat_postMessage(channel=desk.id, text="y", thread_ts=first["ts"])
    link = await client.chat_getPermalink(channel=desk.id, message_ts=reply["ts"])
    assert link["permalink"].endswith(f"p{reply['ts'].replace('.', '')}?thread_ts={first['ts']}&cid={desk.id}")
    missing = client.chat_getPermalink(channel=desk.id, message_ts="1.000000")
    assert (await refused(missing))["error"] == "message_not_found"
