"""A request over HTTP becomes a payload, or is refused: its size, its pace, its signature, then what it is written in.

Nothing is taken apart before the signature was found good, so that strangers reach no parser. Whether the payload has
the shape of Slack's is seen at the door, where Socket Mode comes in, too.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any
from urllib.parse import parse_qsl

import h11
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from handlers.payloads import Misshapen, read_json

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
"""Bytes of a request; Slack's largest payloads, views, are below 250 KB."""
MOST_FIELDS = 50
"""Of a form: a slash command has some 15."""
BODY_SECONDS = 5.0
"""For a request's body to arrive: Slack waits three for the answer."""
HEADER_SECONDS = 10.0
"""For the first bytes of a connection, or the next request's, to become a whole header."""


_SSL_CHECK = re.compile(rb"ssl_check=1&token=[\w%.-]{0,100}|token=[\w%.-]{0,100}&ssl_check=1")
"""Slack's look at the certificate of an address for commands (docs.slack.dev, slash commands)."""


class SslCheck(Exception):
    """Slack looks whether the certificate is good: an empty answer is all it wants, and shows nothing."""


class Refused(Exception):
    """A request that is not let in, with the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read_request(request: Request, secret: str) -> AsyncBoltRequest:
    """The payload of a request that Slack signed. Raises Refused, or SslCheck."""
    headers = request.headers
    try:
        body = await asyncio.wait_for(_body(request), BODY_SECONDS)
        if _SSL_CHECK.fullmatch(body):
            raise SslCheck
        text = body.decode()
        good = SignatureVerifier(secret).is_valid(  # compares in constant time
            text, _stamp(headers.get("x-slack-request-timestamp")), _ascii(headers.get("x-slack-signature"))
        )
    except TimeoutError:
        raise Refused(408) from None
    except ClientDisconnect:
        raise Refused(400) from None
    except UnicodeDecodeError:
        raise Refused(401) from None  # all that Slack signs is text
    if not good:
        raise Refused(401)
    try:
        payload = _parsed(headers.get("content-type", ""), text)
        if not isinstance(payload, dict):
            raise Misshapen("no object")
        # As it would come over Socket Mode: verified, and taken apart already. Bolt's own reading takes a command in
        # which the word "payload" occurs for a broken form.
        return AsyncBoltRequest(body=payload, headers=dict(headers), mode="socket_mode")
    except Misshapen as error:
        log.warning("refused a payload that is none of Slack's: %s", error)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # What Bolt looks for in a payload before any listener: who it is of, and for whom.
        log.warning("refused a payload that Bolt cannot take apart (%s)", type(error).__name__)
    raise Refused(400)


async def _body(request: Request) -> bytes:
    """The body; refused as soon as it says that it is, or proves to be, larger than anything Slack sends."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:12]) > LARGEST_BODY:
        raise Refused(413)
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > LARGEST_BODY:
            raise Refused(413)
    return bytes(taken)


def _stamp(header: str | None) -> str | None:
    """The time of a signature, if it is one."""
    return header if header and header.isascii() and header.isdecimal() and len(header) <= 12 else None


def _ascii(header: str | None) -> str | None:
    """A signature is ASCII; comparing another one is an error."""
    return header if header and header.isascii() else None


def _parsed(content_type: str, text: str) -> Any:
    """What a body says: JSON, the JSON in a form, or the form of a slash command."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return read_json(text)
    if kind != "application/x-www-form-urlencoded" or text.startswith("{"):
        raise Misshapen("another content type")
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Misshapen("too many fields") from None
    form = dict(fields)
    if len(form) < len(fields):
        raise Misshapen("a field twice")
    return read_json(form["payload"]) if "payload" in form else form


def refusal(refused: Refused) -> Response:
    """The answer; the connection ends with it where the rest of a body may still be under way."""
    return Response(status_code=refused.status, headers={"connection": "close"})


class ImpatientProtocol(H11Protocol):
    """HTTP that gives up on a connection whose request's header does not come: uvicorn waits for it without end."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on while a header is only begun."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """There is nothing to wait for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()
