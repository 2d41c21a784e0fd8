"""The web process: takes what Slack sends, over HTTP or over Socket Mode, keeps it and acknowledges. Nothing slow."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import cast

import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.processes.door import Door
from bot.processes.observed import Observed
from bot.processes.requests import ImpatientProtocol, Refused, SslCheck, read_request, refusal
from bot.slack.identity import REFUSED_TOKEN, Identity, ask_identity
from bot.slack.patience import NO_ANSWER, backoff, read_refusal, retry_after
from bot.store.redis_client import cancelled
from bot.telemetry.health import Health
from bot.telemetry.metrics import PAYLOADS
from bot.telemetry.server import health_routes
from config.settings import SettingsError

log = logging.getLogger(__name__)


CLOSE_WITHIN = 3.0
"""Seconds for the connection to Slack to be closed in."""


async def run_web(app: App, observed: Observed) -> None:
    """Serve until told to stop.

    Raises:
        SettingsError: a setting that is needed is missing.
    """
    settings = app.settings
    by_socket = settings.slack_app_token is not None and not settings.slack_http
    if not by_socket:
        settings.required("SLACK_SIGNING_SECRET")
    if by_socket:
        observed.health.expect("socket_mode")
    front = _Front(app, observed.health, takes_payloads=not by_socket)
    server = _Server(
        uvicorn.Config(
            front.asgi(),
            http=ImpatientProtocol,
            ws="none",
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, partial(setattr, server, "should_exit", True))
    serving = asyncio.create_task(server.serve())
    listening = asyncio.create_task(_listen(app, front, observed.health, by_socket=by_socket))
    try:
        await asyncio.wait((serving, listening), return_when=asyncio.FIRST_COMPLETED)
        if listening.done():
            listening.result()  # raises what ended it
    finally:
        server.should_exit = True
        await serving
        if await cancelled(listening, CLOSE_WITHIN):
            with suppress(asyncio.CancelledError, SettingsError):
                listening.result()


async def _listen(app: App, front: _Front, health: Health, *, by_socket: bool) -> None:
    """Take what Slack sends, once it has said who we are; runs until cancelled."""
    if app.workspaces.alone:
        app.workspaces.own = await _identity(app)
    door = Door(app)
    await door.open()
    front.door = door
    health.watch("slack", door.shut)
    if by_socket:
        # Not a TaskGroup: that passes on a first cancellation only.
        await asyncio.gather(door.keep_open(), _socket_mode(door, app, health))
    else:
        log.info("web is ready on port %d", app.settings.port)
        await door.keep_open()


class _Server(uvicorn.Server):
    """Stops when told to, but leaves signals to us: uvicorn would raise them again before we have tidied up."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _identity(app: App) -> Identity:
    """Who we are, asked until Slack says: without it no payload could be told apart from a stranger's.

    Raises:
        SettingsError: Slack does not accept the token.
    """
    for attempt in count():
        try:
            return await ask_identity(app.workspaces.own_client)
        except SlackApiError as error:
            code, _, headers = read_refusal(error)
            if code in REFUSED_TOKEN:
                raise SettingsError(
                    f"SLACK_BOT_TOKEN: Slack does not accept it ({code}); see docs/configuration.md"
                ) from None
            log.warning("Slack does not say who we are (%s); asking again", code or "server error")
            await asyncio.sleep(max(backoff(attempt), retry_after(headers)))
        except NO_ANSWER as error:
            log.warning("SLACK_API_URL: Slack cannot be reached (%s); trying again", type(error).__name__)
            await asyncio.sleep(backoff(attempt))
    raise AssertionError("counting never ends")


class _Front:
    """The HTTP side: health, and over HTTP also Slack's payloads. ``door`` is None until Slack has said who we are."""

    def __init__(self, app: App, health: Health, *, takes_payloads: bool) -> None:
        self._app = app
        self._health = health
        self._takes_payloads = takes_payloads
        self.door: Door | None = None

    def asgi(self) -> Starlette:
        """The routes."""
        routes = health_routes(self._health.ready)
        if self._takes_payloads:
            routes.append(Route("/slack/events", self._slack, methods=["POST"]))
        return Starlette(routes=routes)

    async def _slack(self, request: Request) -> Response:
        try:
            received = await read_request(request, self._app.settings.required("SLACK_SIGNING_SECRET"))
        except SslCheck:
            return Response()
        except Refused as refused:
            PAYLOADS.labels("other", "refused").inc()
            return refusal(refused)
        if self.door is None:  # Slack will try again
            PAYLOADS.labels("other", "later").inc()
            return Response(status_code=503)
        return to_starlette_response(await self.door.async_dispatch(received))


async def _socket_mode(door: Door, app: App, health: Health) -> None:
    """Stay connected until cancelled. The SDK reconnects by itself, also after the first attempt failed."""
    # The SDK needs of a Bolt app what the door does, and of its client nothing but how to reach Slack.
    token, client = app.settings.required("SLACK_APP_TOKEN"), app.workspaces.own_client
    handler = AsyncSocketModeHandler(cast(AsyncApp, door), token, logger=_one_line_logger(), web_client=client)
    sockets = handler.client
    try:

        async def disconnected() -> str:
            return "" if await sockets.is_connected() else "not connected"

        health.watch("socket_mode", disconnected)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        log.info("web is ready, connected to Slack by Socket Mode")
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def _one_line_logger() -> logging.Logger:
    """The SDK logs a stack trace for each failed attempt to connect; an operator wants the line above it."""
    logger = logging.getLogger("bot.socket_mode")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_first_line)
    return logger


def _first_line(record: logging.LogRecord) -> bool:
    record.msg, record.args = record.getMessage().split("\n", 1)[0], None
    record.exc_info = record.exc_text = None
    return True
