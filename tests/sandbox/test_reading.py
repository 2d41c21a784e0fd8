"""Reading through slack_sdk: conversations, people, reactions, files; what is on record; strict rates."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace

from .asking import manifest, refused

META = {"event_type": "claim", "event_payload": {"outbox": "1"}}


async def test_history_and_replies_page_by_page(client: AsyncWebClient, desk: Channel) -> None:
    posted = [
        (await client.chat_postMessage(channel=desk.id, text=str(number), metadata=META))["ts"] for number in range(5)
    ]
    replies = [
        (await client.chat_postMessage(channel=desk.id, text=f"r{number}", thread_ts=posted[0]))["ts"]
        for number in range(3)
    ]
    seen: list[str] = []
    async for page in await client.conversations_history(channel=desk.id, limit=2):
        seen += [message["ts"] for message in page["messages"]]
    assert seen == posted[::-1]
    thread: list[str] = []
    async for page in await client.conversations_replies(channel=desk.id, ts=posted[0], limit=2):
        assert page["messages"][0]["reply_count"] == 3
        thread += [message["ts"] for message in page["messages"][1:]]
    assert thread == replies
    bare = await client.conversations_history(channel=desk.id)
    assert all("metadata" not in message for message in bare["messages"])
    full = await client.conversations_history(channel=desk.id, include_all_metadata=True)
    assert all(message["metadata"] == META for message in full["messages"])
    after = await client.conversations_history(channel=desk.id, oldest=posted[2])
    assert [message["ts"] for message in after["messages"]] == [posted[4], posted[3]]
    from_there = await client.conversations_history(channel=desk.id, oldest=posted[2], latest=posted[3], inclusive=True)
    assert [message["ts"] for message in from_there["messages"]] == [posted[3], posted[2]]
    alone = await client.conversations_replies(channel=desk.id, ts=replies[1])
    assert [message["ts"] for message in alone["messages"]] == [replies[1]]


async def test_reading_is_refused(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    hall = slack.add_channel("hall", bot=False)
    assert (await refused(client.conversations_history(channel=hall.id)))["error"] == "not_in_channel"
    assert (await refused(client.conversations_history(channel="C404")))["error"] == "channel_not_found"
    assert (await refused(client.conversations_history(channel=desk.id, cursor="x")))["error"] == "invalid_cursor"
    assert (await refused(client.conversations_history(channel=desk.id, limit=1000)))["error"] == "invalid_limit"
    assert (await refused(client.conversations_replies(channel=desk.id, ts="1.000000")))["error"] == "thread_not_found"


async def test_conversations(
    slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person, bram: Person
) -> None:
    secret = slack.add_channel("secret", [ada], private=True)
    hidden = slack.add_channel("hidden", [ada], private=True, bot=False)
    both = await client.conversations_list(types="public_channel,private_channel")
    assert [channel["name"] for channel in both["channels"]] == ["desk", "secret"]
    assert (await client.conversations_info(channel=secret.id))["channel"]["is_private"]
    assert (await refused(client.conversations_info(channel=hidden.id)))["error"] == "channel_not_found"
    assert (await refused(client.conversations_list(types="rooms")))["error"] == "invalid_types"
    told = await client.conversations_info(channel=desk.id, include_num_members=True)
    assert told["channel"]["num_members"] == 3
    members = await client.conversations_members(channel=desk.id, limit=2)
    assert members["members"] == [ada.id, bram.id]
    assert members["response_metadata"]["next_cursor"]
    opened = await client.conversations_open(users=ada.id)
    assert opened["channel"]["id"] == slack.dm_channel(ada).id
    group = await client.conversations_open(users=[ada.id, bram.id], return_im=True)
    assert group["channel"]["is_mpim"]
    mine = await client.users_conversations(types="im")
    assert [channel["user"] for channel in mine["channels"]] == [ada.id]
    await bram.deactivate()
    assert (await refused(client.conversations_open(users=bram.id)))["error"] == "user_disabled"
    assert (await refused(client.conversations_open(users="U404")))["error"] == "user_not_found"
    assert (await refused(client.conversations_open(users="")))["error"] == "users_list_not_supplied"


async def test_direct_conversations_that_cannot_be(
    slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person
) -> None:
    open_ = client.conversations_open
    crowd = [slack.add_user(f"guest{number}").id for number in range(9)]
    assert (await refused(open_(users=crowd)))["error"] == "too_many_users"
    assert (await refused(open_(users=[slack.bot_user_id, ada.id])))["error"] == "invalid_user_combination"
    assert (await refused(open_(users=ada.id, prevent_creation=True)))["error"] == "channel_not_found"
    assert (await refused(open_(channel=desk.id)))["error"] == "method_not_supported_for_channel_type"
    direct = slack.dm_channel(ada)
    assert (await open_(channel=direct.id))["channel"]["id"] == direct.id
    assert (await open_(users=ada.id, prevent_creation=True))["channel"]["id"] == direct.id
    async with Workspace(manifest("im:read")) as bare:
        bo = bare.add_user("bo")
        api = AsyncWebClient(bare.bot_token, bare.api_url)
        assert (await refused(api.conversations_open(users=bo.id)))["needed"] == "im:write"
        assert (await refused(api.conversations_open(channel=bare.dm_channel(bo).id)))["needed"] == "im:write"


async def test_people(slack: Workspace, client: AsyncWebClient, ada: Person, bram: Person) -> None:
    told = (await client.users_info(user=bram.id))["user"]
    assert (told["tz"], told["real_name"], told["deleted"]) == ("Europe/Amsterdam", "Bram Vos", False)
    await bram.move("Asia/Kathmandu")
    assert (await client.users_info(user=bram.id))["user"]["tz_offset"] == 20_700
    await bram.deactivate()
    assert (await client.users_info(user=bram.id))["user"]["deleted"]
    assert (await refused(client.users_info(user="U404")))["error"] == "user_not_found"
    assert {user["name"] for user in (await client.users_list())["members"]} == {"ada", "bram", "sandbox-app"}
    assert (await client.bots_info(bot=slack.bot_id))["bot"]["user_id"] == slack.bot_user_id
    assert (await refused(client.bots_info(bot="B404")))["error"] == "bot_not_found"
    assert (await client.team_info())["team"]["id"] == "T0DESK"
    assert (await refused(client.team_info(team="T404")))["error"] == "team_not_found"
    assert (await refused(client.users_conversations(user="U404")))["error"] == "user_not_found"
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert (await refused(client.api_test(error="on_purpose")))["error"] == "on_purpose"
    editors = slack.add_usergroup("editors", [ada])
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert [(group["handle"], group["users"]) for group in groups] == [("editors", [ada.id])]
    assert (await client.usergroups_users_list(usergroup=editors))["users"] == [ada.id]
    assert (await refused(client.usergroups_users_list(usergroup="S404")))["error"] == "no_such_subteam"


async def test_reactions(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    message = await ada.post(desk, "x")
    where: dict[str, Any] = {"channel": desk.id, "timestamp": message.ts}
    await client.reactions_add(name="mag", **where)
    assert (await refused(client.reactions_add(name="mag", **where)))["error"] == "already_reacted"
    assert (await refused(client.reactions_add(name=":mag:", **where)))["error"] == "invalid_name"
    told = await client.reactions_get(**where)
    assert told["message"]["reactions"] == [{"name": "mag", "users": [slack.bot_user_id], "count": 1}]
    await client.reactions_remove(name="mag", **where)
    assert (await refused(client.reactions_remove(name="mag", **where)))["error"] == "no_reaction"
    gone = client.reactions_add(name="mag", channel=desk.id, timestamp="1.000000")
    assert (await refused(gone))["error"] == "message_not_found"
    assert (await refused(client.reactions_remove(name="mag", channel=desk.id)))["error"] == "no_item_specified"
    hall = slack.add_channel("hall", [ada], bot=False)
    unseen = await ada.post(hall, "x")
    outside = client.reactions_add(name="mag", channel=hall.id, timestamp=unseen.ts)
    assert (await refused(outside))["error"] == "not_in_channel"
    await slack.archive(desk, by=ada)
    assert (await refused(client.reactions_add(name="mag", **where)))["error"] == "is_archived"


async def test_files(slack: Workspace, client: AsyncWebClient, desk: Channel, ada: Person) -> None:
    file = slack.add_file(ada, "story.txt", b"The story")
    message = await ada.post(desk, "", files=[file])
    assert message.subtype == "file_share"
    told = (await client.files_info(file=file["id"]))["file"]
    assert told["size"] == 9
    async with aiohttp.ClientSession() as http:
        async with http.get(told["url_private"]) as response:
            assert "Sign in" in await response.text()
        async with http.get(told["url_private"], headers={"Authorization": f"Bearer {slack.bot_token}"}) as response:
            assert await response.read() == b"The story"
    assert (await refused(client.files_info(file="F404")))["error"] == "file_not_found"


async def test_calls_are_on_record(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    await client.chat_postMessage(channel=desk.id, text="x")
    await refused(client.chat_postMessage(channel="C404", text="x"))
    assert [(call.ok, call.args["channel"]) for call in slack.calls_of("chat.postMessage")] == [
        (True, desk.id),
        (False, "C404"),
    ]


async def test_strict_rates_allow_a_burst_and_then_one_a_second(
    slack: Workspace, client: AsyncWebClient, desk: Channel
) -> None:
    other = slack.add_channel("other")
    slack.strict_rates = True
    for _ in range(5):
        await client.chat_postMessage(channel=desk.id, text="x")
    with pytest.raises(SlackApiError) as error:
        await client.chat_postMessage(channel=desk.id, text="x")
    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "1"
    assert error.value.response["error"] == "ratelimited"
    assert (await client.chat_postMessage(channel=other.id, text="x"))["ok"]
