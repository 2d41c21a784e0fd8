"""A Bolt app that listens over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Workspace


@pytest.fixture
async def app(slack: Workspace, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    bolt = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    async def handle(got: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(got)))

    site = web.Application()
    site.router.add_post("/slack/events", handle)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield bolt
    await runner.cleanup()
