"""The Web API through slack_sdk: what it answers, and each refusal."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace
from bot.sandbox.arguments import SPECS
from bot.sandbox.manifest import PERMISSIVE, Manifest, ManifestError
from bot.sandbox.methods import METHODS

pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text`")

JSON = dict[str, Any]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Claim*"}}
META = {"event_type": "claim", "event_payload": {"outbox": "1"}}


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as error:
        await call
    data: dict[str, Any] = error.value.response.data
    return data


def manifest(*scopes: str, **features: Any) -> dict[str, Any]:
    return {"oauth_config": {"scopes": {"bot": list(scopes)}}, "features": features, "settings": {}}


def test_every_method_has_its_arguments() -> None:
    assert METHODS.keys() == SPECS.keys()


# Tokens and scopes


async def test_who_am_i(slack: Workspace, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["team_id"], answer["bot_id"]) == (slack.bot_user_id, "T0DESK", slack.bot_id)
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


async def test_tokens(slack: Workspace, client: AsyncWebClient) -> None:
    assert (await refused(AsyncWebClient(base_url=slack.api_url).auth_test()))["error"] == "not_authed"
    assert (await refused(AsyncWebClient("xoxb-other", slack.api_url).auth_test()))["error"] == "invalid_auth"
    assert (await refused(AsyncWebClient(slack.app_token, slack.api_url).auth_test()))["error"] == (
        "not_allowed_token_type"
    )
    assert (await refused(client.apps_connections_open(app_token=slack.bot_token)))["error"] == "not_allowed_token_type"
    assert (await client.apps_connections_open(app_token=slack.app_token))["url"].startswith("ws://127.0.0.1:")
    slack.revoke(slack.bot_token)
    assert (await refused(client.auth_test()))["error"] == "token_revoked"


async def test_a_token_in_a_form_counts_and_in_a_query_does_not(slack: Workspace) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{slack.api_url}auth.test", data={"token": slack.bot_token}) as response:
            assert (await response.json())["ok"]
        async with http.get(f"{slack.api_url}auth.test", params={"token": slack.bot_token}) as response:
            assert (await response.json())["error"] == "not_authed"


@pytest.mark.parametrize(
    ("scopes", "method", "args", "needed"),
    [
        ([], "chat.postMessage", {"channel": "C0DESK", "text": "x"}, "chat:write"),
        (
            ["chat:write"],
            "chat.postMessage",
            {"channel": "C0DESK", "text": "x", "username": "y"},
            "chat:write.customize",
        ),
        ([], "users.info", {"user": "U0ADA"}, "users:read"),
        ([], "conversations.info", {"channel": "C0DESK"}, "channels:read"),
        (["channels:read"], "conversations.info", {"channel": "C0SECRET"}, "groups:read"),
        (["channels:read"], "conversations.history", {"channel": "C0DESK"}, "channels:history"),
        (["channels:history"], "conversations.replies", {"channel": "C0SECRET", "ts": "1.000000"}, "groups:history"),
        (["channels:read"], "conversations.list", {"types": "public_channel,private_channel"}, "groups:read"),
        (["channels:read"], "users.conversations", {"types": "im"}, "im:read"),
        ([], "conversations.open", {"users": "U0ADA"}, "im:write"),
        (
            ["reactions:read"],
            "reactions.add",
            {"channel": "C0DESK", "name": "x", "timestamp": "1.000000"},
            "reactions:write",
        ),
        ([], "files.info", {"file": "F1"}, "files:read"),
        ([], "usergroups.list", {}, "usergroups:read"),
        ([], "team.info", {}, "team:read"),
    ],
)
async def test_missing_scopes(scopes: list[str], method: str, args: dict[str, Any], needed: str) -> None:
    async with Workspace(manifest(*scopes)) as slack:
        ada = slack.add_user("ada")
        slack.add_channel("desk", [ada])
        slack.add_channel("secret", [ada], private=True)
        answer = await refused(AsyncWebClient(slack.bot_token, slack.api_url).api_call(method, json=args))
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == needed
        assert answer["provided"] == ",".join(sorted(scopes))


async def test_addresses_need_a_scope_of_their_own(ada: Person, client: AsyncWebClient) -> None:
    assert (await client.users_info(user=ada.id))["user"]["profile"]["email"] == "ada@0desk.example"
    async with Workspace(manifest("users:read")) as slack:
        bo = slack.add_user("bo")
        told = await AsyncWebClient(slack.bot_token, slack.api_url).users_info(user=bo.id)
        assert "email" not in told["user"]["profile"]


def test_a_manifest_that_slack_would_refuse_is_refused() -> None:
    events = {"event_subscriptions": {"bot_events": ["app_mention"]}}
    with pytest.raises(ManifestError, match="app_mentions:read"):
        Manifest.read(manifest("chat:write") | {"settings": events})
    with pytest.raises(ManifestError, match="commands"):
        Manifest.read(manifest("chat:write", slash_commands=[{"command": "/x"}]))
    with pytest.raises(ManifestError, match="does not know"):
        Manifest.read({"settings": {"event_subscriptions": {"bot_events": ["message.chanels"]}}})
    with pytest.raises(ManifestError, match="legal name"):
        Manifest.read(manifest("commands", slash_commands=[{"command": "/Two words"}]))
    assert Manifest.read(PERMISSIVE).commands["/factcheck"]


# Arguments


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ({"text": "x"}, "missing required field: channel"),
        ({"channel": "", "text": "x"}, "missing required field: channel"),
        ({"channel": "C0DESK", "txt": "x"}, "unknown field: txt"),
        ({"channel": "C0DESK", "text": {"a": 1}}, "must be a string"),
        ({"channel": "C0DESK", "text": "x", "thread_ts": 1700000000.1}, "must be a string"),
        ({"channel": "C0DESK", "text": "x", "thread_ts": "yesterday"}, "must be a timestamp"),
        ({"channel": "C0DESK", "text": "x", "reply_broadcast": "perhaps"}, "must be a boolean"),
    ],
)
async def test_arguments_are_checked(client: AsyncWebClient, desk: Channel, args: JSON, named: str) -> None:
    answer = await refused(client.api_call("chat.postMessage", json=args))
    assert answer["error"] == "invalid_arguments"
    assert named in answer["response_metadata"]["messages"][0]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"metadata": "text"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"attachments": "x"}, "invalid_attachments"),
        ({"attachments": ["x"]}, "invalid_attachments"),
    ],
)
async def test_shapes_are_checked(client: AsyncWebClient, desk: Channel, args: JSON, error: str) -> None:
    call = client.api_call("chat.postMessage", json={"channel": desk.id, "text": "x", **args})
    assert (await refused(call))["error"] == error


async def test_unknown_methods(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.shout")))["error"] == "unknown_method"
    assert (await refused(client.conversations_history(channel="C1", limit="many")))["error"] == "invalid_arguments"


async def test_forms_and_json_mean_the_same(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {slack.bot_token}"}) as http:
        url = f"{slack.api_url}chat.postMessage"
        form = {
            "channel": desk.id,
            "text": "x",
            "blocks": '[{"type": "divider"}]',
            "metadata": '{"event_type": "a", "event_payload": {}}',
        }
        async with http.post(url, data=form) as response:
            assert (await response.json())["ok"]
        async with http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response:
            assert (await response.json())["error"] == "invalid_json"
        async with http.post(url, json=[]) as response:
            assert (await response.json())["error"] == "json_not_object"
        async with http.post(url, data=b"x", headers={"Content-Type": "text/plain"}) as response:
            assert (await response.json())["error"] == "invalid_post_type"
    (message,) = slack.messages(desk)
    assert message.blocks[0]["type"] == "divider"
    assert message.blocks[0]["block_id"]
    assert message.metadata == {"event_type": "a", "event_payload": {}}


# chat.*


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


# Reading


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
