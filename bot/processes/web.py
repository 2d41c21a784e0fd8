"""The web process: takes what Slack sends, over HTTP or over Socket Mode, keeps it and acknowledges. Nothing slow."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial

import uvicorn
from redis.exceptions import RedisError
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App, slack_app

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
"""Bytes of a request; Slack's largest payloads, views, are below 250 KB."""


async def run_web(app: App) -> None:
    """Serve until told to stop.

    Raises:
        SettingsError: a setting that is needed is missing.
    """
    settings = app.settings
    by_socket = settings.slack_app_token is not None and not settings.slack_http
    if not by_socket:
        settings.required("SLACK_SIGNING_SECRET")
    bolt = slack_app(app)
    asgi = _asgi(app, None if by_socket else bolt)
    server = _Server(
        uvicorn.Config(
            asgi,
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
    listening = _socket_mode(bolt, settings.required("SLACK_APP_TOKEN")) if by_socket else nullcontext()
    async with listening:
        log.info("web is ready on port %d%s", settings.port, ", Slack by Socket Mode" if by_socket else "")
        await server.serve()


class _Server(uvicorn.Server):
    """Stops when told to, but leaves signals to us: uvicorn would raise them again before we have tidied up."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _asgi(app: App, bolt: AsyncApp | None) -> Starlette:
    async def alive(request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def ready(request: Request) -> Response:
        try:
            await asyncio.wait_for(app.redis.ping(), 2)
        except (RedisError, OSError, TimeoutError):
            return JSONResponse({"ok": False, "redis": "no answer"}, status_code=503)
        return JSONResponse({"ok": True})

    routes = [Route("/healthz", alive), Route("/readyz", ready)]
    if bolt is not None:
        handler = AsyncSlackRequestHandler(bolt)

        async def slack(request: Request) -> Response:
            if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
                return Response(status_code=413)
            return await handler.handle(request)

        routes.append(Route("/slack/events", slack, methods=["POST"]))
    return Starlette(routes=routes)


@asynccontextmanager
async def _socket_mode(bolt: AsyncApp, token: str) -> AsyncIterator[None]:
    """Connected while inside. The SDK reconnects by itself; the first connection is tried until it stands."""
    handler = AsyncSocketModeHandler(bolt, token)
    try:
        await _connect(handler)
        log.info("connected to Slack by Socket Mode")
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _connect(handler: AsyncSocketModeHandler) -> None:
    delay = 0.5
    while True:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        except Exception as error:  # the SDK lets through whatever aiohttp and Slack's answer raise
            log.warning("SLACK_APP_TOKEN: no Socket Mode connection (%s); again in %.0f s", _why(error), delay)
            await asyncio.sleep(delay)
            delay = min(30.0, delay * 2)
        else:
            return


def _why(error: Exception) -> str:
    response = getattr(error, "response", None)
    return str(response.get("error")) if response else type(error).__name__
