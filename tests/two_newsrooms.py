"""Two workspaces with the same app installed, behind one address of Slack's Web API, as the real ones are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from desk.samples import ROOT

from bot.sandbox import Workspace

MANIFEST = json.loads((ROOT / "config" / "slack-manifest.json").read_text("utf-8"))
PASSED_ON = ("Content-Type", "Retry-After", "X-OAuth-Scopes")


@dataclass
class TwoNewsrooms:
    """The workspaces, and the base of the Web API that both are reached at."""

    one: Workspace
    two: Workspace
    api_url: str


@asynccontextmanager
async def two_newsrooms() -> AsyncIterator[TwoNewsrooms]:
    """Start both, and what gives each call to the one whose token it bears."""
    async with (
        Workspace(MANIFEST, team_id="T0ONE") as one,
        Workspace(MANIFEST, team_id="T0TWO", sister=one) as two,
        aiohttp.ClientSession() as session,
    ):

        async def pass_on(request: web.Request) -> web.Response:
            bearer = request.headers.get("Authorization", "")
            slack = two if bearer == f"Bearer {two.bot_token}" else one
            headers = {k: v for k, v in request.headers.items() if k in ("Authorization", "Content-Type")}
            url = f"{slack.api_url}{request.match_info['method']}?{request.query_string}"
            async with session.request(request.method, url, data=await request.read(), headers=headers) as answer:
                kept = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)

        app = web.Application(client_max_size=8 << 20)
        app.router.add_route("*", "/api/{method}", pass_on)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield TwoNewsrooms(one, two, f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        finally:
            await runner.cleanup()
