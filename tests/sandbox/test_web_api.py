"""The Web API as such: tokens, scopes, arguments, bodies."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace
from bot.sandbox.arguments import SPECS
from bot.sandbox.manifest import PERMISSIVE, Manifest, ManifestError
from bot.sandbox.methods import METHODS

from .asking import JSON, manifest, refused


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
