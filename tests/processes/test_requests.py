"""What is let in over HTTP: signed, in time, not too large, and of the shape of Slack's payloads."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.processes import requests
from bot.processes.requests import ImpatientProtocol, Refused, SslCheck, read_request, refusal
from bot.sandbox.delivery import sign
from handlers.payloads import Misshapen, check_shape

SECRET = "s3cret"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
HOME = {"type": "app_home_opened", "user": "U0ANA", "tab": "home"}
EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": HOME}
COMMAND = {"command": "/claims", "text": "payload", "user_id": "U1", "channel_id": "C1", "trigger_id": "1"}
VIEW = {"id": "V1", "type": "modal", "callback_id": "dismiss", "hash": "1.a", "private_metadata": "{}"}
PRESS = {
    "type": "block_actions",
    "user": {"id": "U0ANA"},
    "trigger_id": "1",
    "actions": [{"action_id": "a", "block_id": "b", "action_ts": "1.0"}],
}


async def answer(request: Request) -> Response:
    try:
        received = await read_request(request, SECRET)
        check_shape(received.body)
        return JSONResponse(received.body)
    except Misshapen:
        return Response(status_code=400)
    except SslCheck:
        return Response()
    except Refused as refused:
        return refusal(refused)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=ImpatientProtocol, ws="none", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def post(port: int, body: bytes, kind: str = JSON, **headers: str) -> httpx.Response:
    stamp = str(int(time.time()))
    signed = {"x-slack-request-timestamp": stamp, "x-slack-signature": sign(SECRET, stamp, body), "content-type": kind}
    async with httpx.AsyncClient() as client:
        return await client.post(
            f"http://127.0.0.1:{port}/",
            content=body,
            headers={**signed, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )


def form(payload: Any) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


async def test_payloads_of_each_kind_are_let_in(port: int) -> None:
    assert (await post(port, json.dumps(EVENT).encode())).json() == EVENT
    assert (await post(port, form(PRESS), FORM)).json() == PRESS
    assert (await post(port, urlencode(COMMAND).encode(), f"{FORM}; charset=utf-8")).json() == COMMAND


@pytest.mark.parametrize(
    "headers",
    [
        {"x_slack_signature": "v0=" + "0" * 64},
        {"x_slack_signature": ""},
        {"x_slack_signature": "v0=é"},
        {"x_slack_request_timestamp": "soon"},
        {"x_slack_request_timestamp": "-1"},
        {"x_slack_request_timestamp": "9" * 40},
        {"x_slack_request_timestamp": "٣" * 10},
        {"x_slack_request_timestamp": str(int(time.time()) - 301)},
    ],
)
async def test_what_slack_did_not_sign_now_is_refused_and_not_read(port: int, headers: dict[str, str]) -> None:
    sent = {name: value.encode() for name, value in headers.items()}
    assert (await post(port, b"{" * 100, **sent)).status_code == 401  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"", FORM),
        (b"null", JSON),
        (b"[]", JSON),
        (b"{", JSON),
        (b"[" * 100_000, JSON),
        (b'{"type":' + b'{"a":' * 200 + b"1" + b"}" * 201, JSON),
        (b'{"event_id": ' + b"9" * 5000 + b"}", JSON),
        (json.dumps(EVENT).encode(), "text/plain"),
        (json.dumps(EVENT).encode(), FORM),
        (b"payload=%7B%7D&payload=%7B%7D", FORM),
        (b"&".join(b"a%d=1" % n for n in range(5000)), FORM),
        (b"payload=", FORM),
        (form([]), FORM),
        (form({**PRESS, "actions": []}), FORM),
        (form({**PRESS, "actions": [None]}), FORM),
        (form({**PRESS, "user": None}), FORM),
        (form({**PRESS, "user": {"id": "<!channel>"}}), FORM),
        (form({**PRESS, "trigger_id": 5}), FORM),
        (form({**PRESS, "channel": "C1"}), FORM),
        (form({**PRESS, "view": {**VIEW, "hash": "x"}}), FORM),
        (form({**PRESS, "actions": [{**PRESS["actions"][0], "value": {"a": 1}}]}), FORM),  # type: ignore[index]
        (form({"type": "view_submission", "user": {"id": "U1"}, "trigger_id": "1"}), FORM),
        (json.dumps({**EVENT, "event": "x"}).encode(), JSON),
        (json.dumps({**EVENT, "event": {"type": "message", "channel": 3}}).encode(), JSON),
        (json.dumps({**EVENT, "authorizations": ["x"]}).encode(), JSON),
        (urlencode({**COMMAND, "channel_id": ""}).encode(), FORM),
    ],
)
async def test_what_is_no_payload_of_slacks_is_refused_though_signed(port: int, body: bytes, kind: str) -> None:
    assert (await post(port, body, kind)).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"ssl_check=1&token=s3cr3t", 200),
        (b"token=s3cr3t&ssl_check=1", 200),
        (b"ssl_check=1&token=x&command=%2Fclaims", 401),
        (b"ssl_check=1", 401),
        (b"ssl_check=1&token=" + b"x" * 101, 401),
    ],
)
async def test_slacks_look_at_the_certificate_is_answered_and_nothing_more(port: int, body: bytes, status: int) -> None:
    answered = await post(port, body, FORM, x_slack_signature="v0=0")
    assert (answered.status_code, answered.content) == (status, b"")


async def test_half_characters_are_mended(port: int) -> None:
    body = json.dumps({**EVENT, "event": {**HOME, "note": "cut \ud83d", "\udc00": ["\ud83d\ude00"]}}).encode()
    event = (await post(port, body)).json()["event"]
    assert event["note"] == "cut \ufffd"
    assert event["\ufffd"] == ["😀"]


@pytest.mark.parametrize("announced", ["1000001", "9" * 30, "x"])
async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(port: int, announced: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {announced}\r\n\r\n".encode())
    status = await asyncio.wait_for(reader.readline(), 3)
    assert status.split()[1] in (b"413", b"400")
    assert await asyncio.wait_for(reader.read(), 3)  # and the connection ends
    writer.close()


async def test_who_sends_a_header_or_a_body_too_slowly_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "HEADER_SECONDS", 0.4)
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.4)

    async def drip(begin: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)

        async def go_on() -> None:
            with suppress(ConnectionError):
                while True:
                    await asyncio.sleep(0.05)
                    writer.write(b"x")
                    await writer.drain()

        dripping = asyncio.create_task(go_on())
        try:
            return await asyncio.wait_for(reader.read(), 3)
        except ConnectionError:
            return b""
        finally:
            dripping.cancel()
            writer.close()

    silent, header, body = await asyncio.gather(
        drip(b""),
        drip(b"POST / HTTP/1.1\r\nHost: "),
        drip(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"),
    )
    assert silent[:12] in (b"", b"HTTP/1.1 400")
    assert header == b""
    assert body.startswith(b"HTTP/1.1 408")
