"""A workspace, an app that listens over HTTP or Socket Mode, and a desk with two people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with Workspace() as workspace:
        workspace.retry_delays = (0.01, 0.02, 0.03)
        yield workspace


@pytest.fixture
def client(slack: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ada(slack: Workspace) -> Person:
    return slack.add_user("ada", real_name="Ada Osei")


@pytest.fixture
def bram(slack: Workspace) -> Person:
    return slack.add_user("bram", real_name="Bram Vos", tz="Europe/Amsterdam")


@pytest.fixture
def desk(slack: Workspace, ada: Person, bram: Person) -> Channel:
    return slack.add_channel("desk", members=[ada, bram])


@dataclass
class RawApp:
    """An app without Bolt: keeps each request, and answers what the test says."""

    url: str
    requests: list[tuple[dict[str, str], bytes]]
    answer: Callable[[web.Request], Any]


@pytest.fixture
async def raw(slack: Workspace) -> AsyncIterator[RawApp]:
    app = RawApp("", [], lambda _: web.Response())

    async def handle(request: web.Request) -> web.StreamResponse:
        app.requests.append((dict(request.headers), await request.read()))
        answer = app.answer(request)
        return answer if isinstance(answer, web.StreamResponse) else await answer

    async with AsyncExitStack() as stack:
        app.url = slack.request_url = await serve(handle, stack)
        yield app


async def serve(handle: Callable[[web.Request], Any], stack: AsyncExitStack) -> str:
    site = web.Application()
    site.router.add_post("/slack/events", handle)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


@pytest.fixture
def bolt(slack: Workspace) -> AsyncApp:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)

    @app.event("message")
    async def ignored() -> None:
        """Bolt answers 404 to what nobody handles, and the workspace would try again, as Slack does."""

    return app


@pytest.fixture(params=["http", "socket"])
async def app(request: pytest.FixtureRequest, slack: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncApp]:
    """A Bolt app that listens, once over HTTP and once over Socket Mode."""
    async with AsyncExitStack() as stack:
        if request.param == "http":

            async def handle(got: web.Request) -> web.Response:
                return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(got)))

            slack.request_url = await serve(handle, stack)
        else:
            handler = AsyncSocketModeHandler(bolt, slack.app_token)
            await handler.connect_async()
            stack.push_async_callback(handler.close_async)
            await slack.wait_for(lambda: slack.sockets == 1)
        yield bolt
