"""What the demo is played on: a workspace with three people, a news site, and the desk's real processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.demo.desk_processes import DeskProcesses
from bot.sandbox import Channel, Message, Person, Workspace


@dataclass(frozen=True)
class Stage:
    """Everybody and everything on it."""

    slack: Workspace
    desk: Channel
    ada: Person
    ben: Person
    cleo: Person
    article_url: str

    @property
    def me(self) -> str:
        """The desk's mention."""
        return f"<@{self.slack.bot_user_id}>"

    def cards(self) -> list[Message]:
        """The claim cards in all threads of the channel, oldest first."""
        roots = self.slack.messages(self.desk)
        threads = [m for root in roots for m in self.slack.thread(root)]
        return [m for m in threads if message_id(m).startswith("card:")]


def message_id(message: Message) -> str:
    """The outbox id that a message of the desk carries."""
    return str(((message.metadata or {}).get("event_payload") or {}).get("id", ""))


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """Everything started, and all of it gone afterwards. Raises NotStarted."""
    manifest = json.loads(files("config").joinpath("slack-manifest.json").read_text("utf-8"))
    async with _site() as article_url, Workspace(manifest) as slack:
        ada = slack.add_user("ada", real_name="Ada Osei", tz="Europe/London")
        ben = slack.add_user("ben", real_name="Ben Tal", tz="Europe/Istanbul")
        cleo = slack.add_user("cleo", real_name="Cleo Marsh", tz="America/New_York")
        desk = slack.add_channel("desk", [ada, ben, cleo])
        with TemporaryDirectory(prefix="claimdesk-demo-") as folder:
            processes = DeskProcesses(
                slack, Path(folder), settings={"FETCH_ALLOW_HOSTS": "127.0.0.1", "SLACK_POST_SECONDS": "0.3"}
            )
            try:
                await processes.start()
                yield Stage(slack, desk, ada, ben, cleo, article_url)
            finally:
                await asyncio.to_thread(processes.stop)


@asynccontextmanager
async def _site() -> AsyncIterator[str]:
    """A news site on loopback with one article; yields its address."""
    page = files("bot.demo").joinpath("article.html").read_text("utf-8")

    async def article(request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/ferry-deal", article)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/ferry-deal"
    finally:
        await runner.cleanup()
