"""Socket Mode through slack_sdk's own client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace

Connect = Callable[..., Any]


@pytest.fixture
async def connect(slack: Workspace) -> AsyncIterator[Connect]:
    """Open a connection that keeps what it gets, and acks it with ``answer`` (False: not at all)."""
    async with AsyncExitStack() as stack:

        async def opened(answer: Any = None) -> list[SocketModeRequest]:
            got: list[SocketModeRequest] = []
            client = SocketModeClient(slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url))

            async def listen(sender: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
                got.append(request)
                if answer is not False:
                    await sender.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

            client.socket_mode_request_listeners.append(listen)
            before = slack.sockets
            await client.connect()
            stack.push_async_callback(client.close)
            await slack.wait_for(lambda: slack.sockets == before + 1)
            return got

        yield opened


async def test_each_payload_goes_to_one_connection(
    slack: Workspace, connect: Connect, ada: Person, desk: Channel
) -> None:
    first, second = await connect(), await connect()
    for number in range(4):
        await ada.post(desk, str(number))
    assert (len(first), len(second)) == (2, 2)
    assert {request.type for request in first} == {"events_api"}
    assert len({request.payload["event_id"] for request in [*first, *second]}) == 4
    assert not first[0].accepts_response_payload
    assert all(delivery.transport == "socket" and delivery.acked for delivery in slack.deliveries)


async def test_sockets_come_before_the_request_url(
    slack: Workspace, connect: Connect, ada: Person, desk: Channel
) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    got = await connect()
    await ada.post(desk, "x")
    assert len(got) == 1


async def test_an_ack_carries_the_answer(slack: Workspace, connect: Connect, ada: Person, desk: Channel) -> None:
    got = await connect({"text": "yes"})
    answer = await ada.command(desk, "/factcheck", "x")
    assert answer.text == "yes"
    assert got[0].type == "slash_commands"
    assert got[0].accepts_response_payload
    assert got[0].payload["text"] == "x"


async def test_what_is_not_acked_is_tried_again(slack: Workspace, connect: Connect, ada: Person, desk: Channel) -> None:
    slack.ack_seconds = 0.3
    got = await connect(answer=False)
    await ada.post(desk, "x")
    assert [(request.retry_attempt, request.retry_reason) for request in got] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({request.payload["event_id"] for request in got}) == 1
    assert len({request.envelope_id for request in got}) == 4
    assert (await ada.command(desk, "/factcheck", "x")).error == "operation_timeout"


async def test_a_broken_connection_fails_over(slack: Workspace, connect: Connect, ada: Person, desk: Channel) -> None:
    mute = await connect(answer=False)
    posting = asyncio.create_task(ada.post(desk, "x"))
    await slack.wait_for(lambda: mute)
    heard = await connect()
    await slack.drop_sockets(abrupt=True)
    await slack.wait_for(lambda: slack.sockets == 0)
    heard = await connect()
    await posting
    assert [delivery.error for delivery in slack.deliveries][:1] == ["connection_failed"]
    assert heard or len(mute) > 1


async def test_a_disconnect_makes_the_client_come_back(
    slack: Workspace, connect: Connect, ada: Person, desk: Channel
) -> None:
    got = await connect()
    await slack.drop_sockets(grace=0.1)
    await slack.wait_for(lambda: slack.sockets == 1)
    await ada.post(desk, "x")
    assert len(got) == 1
    assert len(slack.calls_of("apps.connections.open")) == 2


async def test_a_ticket_is_good_once(slack: Workspace) -> None:
    opened = await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as http, http.ws_connect(opened["url"]) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(opened["url"])


async def test_there_is_a_limit_to_connections(slack: Workspace) -> None:
    api = AsyncWebClient(base_url=slack.api_url)
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        for _ in range(10):
            url = (await api.apps_connections_open(app_token=slack.app_token))["url"]
            await stack.enter_async_context(http.ws_connect(url))
        await slack.wait_for(lambda: slack.sockets == 10)
        url = (await api.apps_connections_open(app_token=slack.app_token))["url"]
        async with http.ws_connect(url) as socket:
            assert (await socket.receive_json())["reason"] == "too_many_websockets"
