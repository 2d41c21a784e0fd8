"""Handing payloads to the app: signed HTTP or Socket Mode, three seconds to ack, three more tries for events."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

from bot.sandbox import limits
from bot.sandbox.records import JSON, Delivery
from bot.sandbox.socket_mode import SocketLost, Sockets

Kind = Literal["event", "command", "interactive", "url_verification"]
_ENVELOPES = {"event": "events_api", "command": "slash_commands", "interactive": "interactive"}


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature, version 0, of a request body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: Kind, payload: JSON) -> tuple[str, bytes]:
    """The content type and body in which Slack sends a payload over HTTP."""
    if kind == "command":
        return "application/x-www-form-urlencoded", urlencode(payload).encode()
    if kind == "interactive":
        return "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(payload)}).encode()
    return "application/json", json.dumps(payload).encode()


class Deliveries:
    """Delivers payloads and keeps a record of each attempt (``log``)."""

    def __init__(self, signing_secret: str, sockets: Sockets) -> None:
        self.signing_secret = signing_secret
        self.sockets = sockets
        self.request_url: str | None = None
        self.retry_delays: Sequence[float] = (0.05, 1.0, 2.0)
        self.ack_seconds = limits.ACK_SECONDS
        self.log: list[Delivery] = []
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the HTTP client. A connection per request: an app may be restarted between two of them."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def close(self) -> None:
        """Close the HTTP client."""
        if self._session:
            await self._session.close()

    @property
    def reachable(self) -> bool:
        """Whether there is an app to deliver to: without any, events go nowhere, as before an app is set up."""
        return bool(self.request_url or self.sockets.ever_open)

    async def event(self, payload: JSON) -> list[Delivery]:
        """Deliver an event, with up to three retries."""
        attempts = [await self.send("event", payload)]
        for number, delay in enumerate(self.retry_delays, start=1):
            last = attempts[-1]
            # X-Slack-No-Retry stops the retries of an answer, but a timeout had no answer.
            if last.acked or (last.headers.get("x-slack-no-retry") == "1" and last.error != "http_timeout"):
                break
            await asyncio.sleep(delay)
            attempts.append(await self.send("event", payload, retry_num=number, reason=last.error))
        return attempts

    async def send(self, kind: Kind, payload: JSON, *, retry_num: int = 0, reason: str | None = None) -> Delivery:
        """One attempt. Commands and interactive payloads get only this one."""
        over_socket = kind in _ENVELOPES and (self.sockets.count > 0 or not self.request_url)
        started = time.monotonic()
        outcome: dict[str, Any]
        if over_socket:
            raw = b""
            outcome = await self._over_socket(kind, payload, retry_num, reason)
        else:
            content_type, raw = encode(kind, payload)
            outcome = await self._over_http(content_type, raw, retry_num, reason)
        delivery = Delivery(
            kind=kind,
            name=_name(kind, payload),
            payload=payload,
            attempt=retry_num,
            transport="socket" if over_socket else "http",
            raw=raw,
            seconds=time.monotonic() - started,
            at=time.time(),
            **outcome,
        )
        self.log.append(delivery)
        return delivery

    async def _over_socket(self, kind: Kind, payload: JSON, retry_num: int, reason: str | None) -> dict[str, Any]:
        outcome: dict[str, Any] = {"headers": {}, "status": None, "body": None, "error": None}
        # The envelope says "timeout" where the HTTP header says "http_timeout".
        words = (reason or "").removeprefix("http_")
        try:
            body = await self.sockets.send(
                _ENVELOPES[kind], payload, timeout=self.ack_seconds, retry_attempt=retry_num, retry_reason=words
            )
        except TimeoutError:
            outcome["error"] = "http_timeout"
        except SocketLost:
            outcome["error"] = "connection_failed"
        else:
            outcome |= {"status": 200, "body": body}
        return outcome

    async def _over_http(self, content_type: str, raw: bytes, retry_num: int, reason: str | None) -> dict[str, Any]:
        if self._session is None or self.request_url is None:
            raise RuntimeError("the workspace is not running, or has no request_url")
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.signing_secret, timestamp, raw),
        }
        if retry_num:
            headers |= {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": reason or "unknown_error"}
        outcome: dict[str, Any] = {"headers": {}, "status": None, "body": None, "error": None}
        try:
            async with asyncio.timeout(self.ack_seconds):
                async with self._session.post(self.request_url, data=raw, headers=headers, max_redirects=2) as response:
                    body = await response.read()
                    kind = response.content_type
            outcome |= {
                "headers": {name.lower(): value for name, value in response.headers.items()},
                "status": response.status,
                "body": _body(kind, body),
                "error": None if response.status == 200 else "http_error",
            }
        except TimeoutError:
            outcome["error"] = "http_timeout"
        except aiohttp.TooManyRedirects:
            outcome["error"] = "too_many_redirects"
        except (aiohttp.ClientError, ConnectionError):
            outcome["error"] = "connection_failed"
        return outcome


def _body(content_type: str, body: bytes) -> JSON | str | None:
    if not body:
        return None
    if content_type == "application/json":
        try:
            parsed = json.loads(body)
        except json.JSONDecodeError:
            return body.decode(errors="replace")
        return parsed if isinstance(parsed, dict) else json.dumps(parsed)
    return body.decode(errors="replace")


def _name(kind: Kind, payload: JSON) -> str:
    """What a log calls the payload: the event's type, the command, the kind of interaction."""
    if kind == "event":
        event = payload.get("event", {})
        return ".".join(filter(None, [event.get("type", ""), event.get("subtype", "")]))
    if kind == "command":
        return str(payload.get("command", ""))
    return str(payload.get("type", ""))
