"""Delivery over HTTP: signatures, retries, timeouts, what becomes of commands that nobody answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Channel, Person, Workspace

from .conftest import RawApp


def of_kind(slack: Workspace, name: str) -> list[Any]:
    return [delivery for delivery in slack.deliveries if delivery.name == name]


def payload(body: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(parse_qs(body.decode())["payload"][0])
    return data


async def test_everything_is_signed(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    message = await ada.post(desk, f"<@{slack.bot_user_id}> hi")
    await ada.command(desk, "/factcheck", "x & y=z")
    await ada.shortcut("check_message", message)
    assert len(raw.requests) == 4
    verifier = SignatureVerifier(slack.signing_secret)
    for headers, body in raw.requests:
        assert verifier.is_valid_request(body, headers)
        assert not SignatureVerifier("other").is_valid_request(body, headers)
    assert parse_qs(raw.requests[2][1].decode())["text"] == ["x & y=z"]
    assert payload(raw.requests[3][1])["message"]["ts"] == message.ts


async def test_an_event_says_where_it_comes_from(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    message = await ada.post(desk, f"<@{slack.bot_user_id}> hi")
    plain, mention = (json.loads(body) for _, body in raw.requests)
    assert (plain["event"]["type"], plain["event"]["channel_type"]) == ("message", "channel")
    assert mention["event"]["type"] == "app_mention"
    assert plain["event"]["ts"] == mention["event"]["ts"] == message.ts
    assert plain["event_id"] != mention["event_id"]
    assert plain["team_id"] == "T0DESK"
    assert plain["authorizations"][0]["user_id"] == slack.bot_user_id
    assert plain["event"]["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": slack.bot_user_id}
    await ada.post(slack.dm_channel(ada), f"<@{slack.bot_user_id}> hi")
    direct = json.loads(raw.requests[2][1])
    assert direct["event"]["channel_type"] == "im"
    assert len(raw.requests) == 3


async def test_an_event_that_fails_is_tried_three_times_more(
    slack: Workspace, raw: RawApp, ada: Person, desk: Channel
) -> None:
    raw.answer = lambda _: web.Response(status=500)
    await ada.post(desk, "x")
    tries = [(headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")) for headers, _ in raw.requests]
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({json.loads(body)["event_id"] for _, body in raw.requests}) == 1
    assert [delivery.attempt for delivery in slack.deliveries] == [0, 1, 2, 3]
    assert not any(delivery.acked for delivery in slack.deliveries)


async def test_no_retry_is_heeded_but_not_for_timeouts(
    slack: Workspace, raw: RawApp, ada: Person, desk: Channel
) -> None:
    raw.answer = lambda _: web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    await ada.post(desk, "x")
    assert len(raw.requests) == 1
    slack.ack_seconds = 0.3

    async def late(_: web.Request) -> web.Response:
        await asyncio.sleep(0.6)
        return web.Response(headers={"X-Slack-No-Retry": "1"})

    raw.answer = late
    await ada.post(desk, "y")
    assert len(raw.requests) == 5
    assert raw.requests[-1][0]["X-Slack-Retry-Reason"] == "http_timeout"


async def test_a_second_try_can_succeed(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    raw.answer = lambda _: web.Response(status=500 if len(raw.requests) == 1 else 200)
    await ada.post(desk, "x")
    assert [delivery.status for delivery in slack.deliveries] == [500, 200]


async def test_an_app_that_is_down(slack: Workspace, ada: Person, desk: Channel) -> None:
    slack.request_url = "http://127.0.0.1:9/slack/events"
    await ada.post(desk, "x")
    assert [delivery.error for delivery in slack.deliveries] == ["connection_failed"] * 4
    answer = await ada.command(desk, "/factcheck", "x")
    assert (answer.error, answer.status) == ("dispatch_failed", None)


async def test_redirects_are_followed_twice(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    raw.answer = lambda request: web.Response(status=307, headers={"Location": str(request.url)})
    await ada.post(desk, "x")
    assert slack.deliveries[0].error == "too_many_redirects"


async def test_commands_are_not_tried_again(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    slack.ack_seconds = 0.5

    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(1)
        return web.Response()

    raw.answer = never
    answer = await ada.command(desk, "/factcheck", "x")
    assert answer.error == "operation_timeout"
    assert "operation_timeout" in answer.text
    raw.answer = lambda _: web.Response(status=404)
    assert (await ada.command(desk, "/factcheck", "x")).error == "dispatch_failed"
    assert len(raw.requests) == 2
    assert (await ada.command(desk, "/unknown", "x")).error == "invalid_command"
    assert len(raw.requests) == 2


async def test_a_command_may_answer_with_text_or_blocks(
    slack: Workspace, raw: RawApp, ada: Person, desk: Channel
) -> None:
    raw.answer = lambda _: web.Response(text="plain")
    assert (await ada.command(desk, "/factcheck")).text == "plain"
    raw.answer = lambda _: web.json_response({"response_type": "in_channel", "text": "for all"})
    await ada.command(desk, "/factcheck")
    assert [message.text for message in slack.messages(desk)] == ["for all"]
    raw.answer = lambda _: web.json_response({"text": "x", "blocks": [{"type": "nonsense"}]})
    answer = await ada.command(desk, "/factcheck")
    assert answer.error == "invalid_command_response"
    raw.answer = lambda _: web.json_response({"txt": "x"})
    assert (await ada.command(desk, "/factcheck")).error == "invalid_command_response"
    assert len(slack.ephemerals(ada)) == 1


async def test_redelivery_is_the_same_event_signed_anew(
    slack: Workspace, raw: RawApp, ada: Person, desk: Channel
) -> None:
    await ada.post(desk, "x")
    (first,) = slack.deliveries
    again = await slack.redeliver(first, retry_num=2, reason="http_error")
    assert (again.attempt, again.acked) == (2, True)
    assert raw.requests[0][1] == raw.requests[1][1]
    assert raw.requests[1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert SignatureVerifier(slack.signing_secret).is_valid_request(raw.requests[1][1], raw.requests[1][0])


async def test_the_url_is_verified(slack: Workspace, raw: RawApp) -> None:
    assert not await slack.verify_url()

    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"challenge": (await request.json())["challenge"]})

    raw.answer = echo
    assert await slack.verify_url()


# Which events there are


async def test_edits_deletions_and_reactions(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    message = await ada.post(desk, "x")
    await ada.edit(message, "y")
    await ada.react(message, "mag")
    await ada.unreact(message, "mag")
    await ada.delete(message)
    _, edited, added, removed, deleted = (json.loads(body)["event"] for _, body in raw.requests)
    assert (edited["subtype"], edited["message"]["text"], edited["previous_message"]["text"]) == (
        "message_changed",
        "y",
        "x",
    )
    assert (added["type"], added["reaction"], added["item"]["ts"]) == ("reaction_added", "mag", message.ts)
    assert removed["type"] == "reaction_removed"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)


async def test_the_bot_hears_of_its_own_messages(
    slack: Workspace, raw: RawApp, client: AsyncWebClient, desk: Channel
) -> None:
    parent = await client.chat_postMessage(channel=desk.id, text=f"<@{slack.bot_user_id}>")
    await client.chat_postMessage(channel=desk.id, text="y", thread_ts=parent["ts"], reply_broadcast=True)
    await slack.settle()
    own, broadcast = (json.loads(body)["event"] for _, body in raw.requests)
    assert own["bot_id"] == slack.bot_id
    assert broadcast["subtype"] == "thread_broadcast"


async def test_only_subscribed_events_from_where_the_bot_is(raw: RawApp) -> None:
    manifest = {
        "oauth_config": {"scopes": {"bot": ["app_mentions:read"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
    }
    async with Workspace(manifest, request_url=raw.url) as slack:
        ada = slack.add_user("ada")
        desk, hall = slack.add_channel("desk", [ada]), slack.add_channel("hall", [ada], bot=False)
        await ada.post(hall, f"<@{slack.bot_user_id}> hi")
        await ada.post(desk, "hi")
        assert raw.requests == []
        await ada.post(desk, f"<@{slack.bot_user_id}> hi")
        assert len(raw.requests) == 1


async def test_what_happens_to_channels_and_people(slack: Workspace, raw: RawApp, ada: Person, desk: Channel) -> None:
    await slack.rename(desk, "facts", by=ada)
    await slack.archive(desk, by=ada)
    await slack.unarchive(desk, by=ada)
    await slack.remove_bot(desk)
    await slack.invite_bot(desk)
    cleo = slack.add_user("cleo")
    await cleo.join(desk)
    await cleo.leave(desk)
    await cleo.move("Asia/Tokyo")
    await cleo.open_home()
    assert [json.loads(body)["event"]["type"] for _, body in raw.requests] == [
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
        "channel_left",
        "member_joined_channel",
        "member_joined_channel",
        "member_left_channel",
        "user_change",
        "app_home_opened",
    ]


# Response URLs


async def test_a_response_url_is_good_for_five_answers(
    slack: Workspace, raw: RawApp, ada: Person, desk: Channel
) -> None:
    answer = await ada.command(desk, "/factcheck", "x")
    assert answer.delivery
    hook = AsyncWebhookClient(answer.delivery.payload["response_url"])
    for number in range(5):
        assert (await hook.send(text=str(number))).status_code == 200
    sixth = await hook.send(text="x")
    assert (sixth.status_code, json.loads(sixth.body)["error"]) == (404, "used_url")
    assert [message.text for message in slack.ephemerals(ada)] == list("01234")
    slack._core.response_urls.lifetime = 0
    answer = await ada.command(desk, "/factcheck", "x")
    assert answer.delivery
    late = await AsyncWebhookClient(answer.delivery.payload["response_url"]).send(text="x")
    assert json.loads(late.body)["error"] == "expired_url"
    unknown = await AsyncWebhookClient(f"{slack._core.base_url}response/none").send(text="x")
    assert json.loads(unknown.body)["error"] == "invalid_url"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": "[]"}, "invalid_blocks_format"),
        ({"text": "x", "replace_original": "true"}, "invalid_payload"),
        ({"text": "x", "response_type": "public"}, "invalid_payload"),
        ({"text": "x", "colour": "red"}, "invalid_payload"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
async def test_a_response_url_refuses_what_slack_would(
    raw: RawApp, ada: Person, desk: Channel, body: dict[str, Any], error: str
) -> None:
    answer = await ada.command(desk, "/factcheck", "x")
    assert answer.delivery
    url = answer.delivery.payload["response_url"]
    async with aiohttp.ClientSession() as http, http.post(url, json=body) as response:
        assert (response.status, (await response.json())["error"]) == (400, error)


async def test_a_response_url_replaces_and_deletes_its_message(
    slack: Workspace, raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel
) -> None:
    button = {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Take"}}
    await client.chat_postMessage(channel=desk.id, text="Card", blocks=[{"type": "actions", "elements": [button]}])
    (card,) = slack.messages(desk)
    answer = await ada.press(card, "take")
    assert answer.delivery
    hook = AsyncWebhookClient(answer.delivery.payload["response_url"])
    await hook.send(text="Replaced", replace_original=True)
    assert (card.text, card.blocks) == ("Replaced", [])
    await hook.send_dict({"text": "In the thread", "response_type": "in_channel", "thread_ts": card.ts})
    await hook.send_dict({"text": "Gone", "thread_ts": "1.000000"})
    assert [message.text for message in slack.thread(card)] == ["In the thread"]
    await hook.send(delete_original=True)
    assert slack.messages(desk)[0].text == "This message was deleted."


async def test_what_is_gone_or_closed_cannot_be_answered(
    slack: Workspace, raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel
) -> None:
    button = {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Take"}}
    await client.chat_postMessage(channel=desk.id, text="Card", blocks=[{"type": "actions", "elements": [button]}])
    (card,) = slack.messages(desk)
    answer = await ada.press(card, "take")
    assert answer.delivery
    hook = AsyncWebhookClient(answer.delivery.payload["response_url"])
    await client.chat_delete(channel=desk.id, ts=card.ts)
    for body in ({"text": "x", "replace_original": True}, {"delete_original": True}):
        assert json.loads((await hook.send_dict(body)).body)["error"] == "message_not_found"
    await slack.archive(desk, by=ada)
    assert json.loads((await hook.send(text="x")).body)["error"] == "is_archived"
