"""Socket Mode: open WebSockets, each payload to one of them, acks matched to their envelopes."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox import limits
from bot.sandbox.records import JSON


class SocketLost(Exception):
    """The connection broke before the envelope was acked."""


class _Connection:
    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.waiting: dict[str, asyncio.Future[JSON]] = {}
        self.retiring = False

    async def send(self, envelope: JSON, timeout: float) -> JSON:
        answer: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = answer
        try:
            async with asyncio.timeout(timeout):
                await self.socket.send_str(json.dumps(envelope))
                return await answer
        except ConnectionError as error:
            raise SocketLost from error
        finally:
            self.waiting.pop(envelope["envelope_id"], None)

    def acked(self, message: JSON) -> None:
        answer = self.waiting.get(str(message.get("envelope_id")))
        if answer and not answer.done():
            answer.set_result(message)

    def lost(self) -> None:
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(SocketLost())


class Sockets:
    """The app's Socket Mode connections. Slack picks one at random; here they take turns, so that tests repeat."""

    def __init__(self, app_id: str, stir: Callable[[], None]) -> None:
        self._app_id = app_id
        self._stir = stir
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []
        self._turn = 0
        self.base = ""
        self.ever_open = False

    @property
    def count(self) -> int:
        """How many connections can take payloads now."""
        return len(self._usable())

    def _usable(self) -> list[_Connection]:
        return [item for item in self._connections if not item.retiring and not item.socket.closed]

    def ticket(self) -> str:
        """A URL for one connection, as ``apps.connections.open`` answers it."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self.base}link/?ticket={ticket}&app_id={self._app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="unknown or used ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=1 << 24)
        await socket.prepare(request)
        if self.count >= limits.SOCKETS:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        connection = _Connection(socket)
        self._connections.append(connection)
        self.ever_open = True
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": self.count,
                "connection_info": {"app_id": self._app_id},
                "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            }
        )
        self._stir()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    connection.acked(_object(message.data))
        finally:
            self._connections.remove(connection)
            connection.lost()
            self._stir()
        return socket

    async def send(
        self, kind: str, payload: JSON, *, timeout: float, retry_attempt: int = 0, retry_reason: str = ""
    ) -> Any:
        """Send one payload over one connection; what the app acked it with, or None."""
        usable = self._usable()
        if not usable:
            raise SocketLost
        self._turn += 1
        envelope: JSON = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
        answer = await usable[self._turn % len(usable)].send(envelope, timeout)
        return answer.get("payload") or None

    async def drop(self, reason: str = "refresh_requested", *, grace: float = 0.5, abrupt: bool = False) -> None:
        """End all connections: with Slack's ``disconnect`` message and a grace period, or abruptly."""
        dropped = self._usable()
        for connection in dropped:
            connection.retiring = True
            if abrupt:
                _abort(connection.socket)
            else:
                await connection.socket.send_json(self._disconnect(reason))
        if abrupt or not dropped:
            return
        async with asyncio.TaskGroup() as group:
            for connection in dropped:
                group.create_task(_close_after(connection.socket, grace))

    async def close(self) -> None:
        """Close everything, when the workspace ends."""
        for connection in list(self._connections):
            await connection.socket.close()

    def _disconnect(self, reason: str) -> JSON:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


async def _close_after(socket: web.WebSocketResponse, grace: float) -> None:
    await asyncio.sleep(grace)
    if not socket.closed:
        await socket.close()


def _abort(socket: web.WebSocketResponse) -> None:
    transport = socket._req.transport if socket._req is not None else None
    if transport is not None:
        transport.abort()


def _object(text: str) -> JSON:
    try:
        message = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}
