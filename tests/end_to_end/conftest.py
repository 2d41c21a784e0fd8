"""One desk per transport for the whole session; each test has its own channel and people in it."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from end_to_end.desk_processes import KillableProcesses
from end_to_end.pages import PAGES

from bot.app import App, open_app
from bot.demo.stage import message_id as metadata_id
from bot.desk.house import House
from bot.sandbox import Channel, Message, Person, Workspace
from bot.service import Desk
from config.settings import Settings

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "config/slack-manifest.json").read_text("utf-8"))
_numbers = itertools.count(1)


@dataclass
class Pile:
    """Fresh claim cards in the article's own words, ten from each paste, for tests that need no article themselves."""

    slack: Workspace
    channel: Channel
    clerk: Person
    cards: list[Message] = field(default_factory=list)

    async def take(self, *people: Person) -> Message:
        """A card that nobody has touched, for these people to see."""
        if not self.cards:
            me = f"<@{self.slack.bot_user_id}>"
            root = await self.clerk.post(self.channel, f"{me} again:\n{_ten_claims(next(_numbers))}")
            self.cards += await self.slack.wait_for(
                lambda: found if len(found := cards_below(self.slack, root)) == 10 else None, timeout=60
            )
        self.channel.members += [person.id for person in people if person.id not in self.channel.members]
        return self.cards.pop()


@dataclass
class Scene:
    """A channel with three people, and what they do most."""

    slack: Workspace
    processes: KillableProcesses
    site: str
    pile: Pile
    desk: Channel
    ada: Person
    ben: Person
    cleo: Person

    @property
    def me(self) -> str:
        return f"<@{self.slack.bot_user_id}>"

    async def cards(self, root: Message, count: int) -> list[Message]:
        """The claim cards below a message, once ``count`` of them are there."""
        return await self.slack.wait_for(
            lambda: found if len(found := self.cards_now(root)) >= count else None, timeout=30
        )

    async def all_cards(self, root: Message) -> list[Message]:
        """The claim cards below a message, as many as its summary counts (or a page of them)."""
        summary = await self.summary(root)
        count = re.search(r"(\d+) claims? to check", summary.plain())
        assert count, summary.plain()
        return await self.cards(root, min(10, int(count[1])))

    def cards_now(self, root: Message) -> list[Message]:
        return cards_below(self.slack, root)

    async def card(self) -> Message:
        """A fresh claim card, in a channel that all scenes share."""
        return await self.pile.take(self.ada, self.ben, self.cleo)

    async def summary(self, root: Message) -> Message:
        """The summary card below a message, once the article is read or was found unreadable."""
        return await self.slack.wait_for(
            lambda: next(
                (
                    m
                    for m in self.slack.thread(root)
                    if metadata_id(m).startswith("summary:") and "Reading this" not in m.plain()
                ),
                None,
            ),
            timeout=30,
        )

    async def filed(self, text: str | None = None, cards: int = 2) -> tuple[Message, list[Message]]:
        """Ada pastes something short; returns her message and its cards."""
        root = await self.ada.post(self.desk, f"{self.me} again:\n{text or TWO_CLAIMS}")
        return root, await self.cards(root, cards)

    async def until(self, message: Message, *words: str) -> Message:
        """Wait until a message says all of this."""
        await self.slack.wait_for(lambda: all(w in message.plain() for w in words), timeout=20)
        return message


def cards_below(slack: Workspace, root: Message) -> list[Message]:
    return [m for m in slack.thread(root) if metadata_id(m).startswith("card:")]


def _ten_claims(number: int) -> str:
    towns = "\n\n".join(
        f"The town of Arden{number}x{n} spent {n + 11} million euros on its schools in 20{n + 10}." for n in range(10)
    )
    return f"Spending on schools\n\n{towns}"


TWO_CLAIMS = (
    "Bridge opened early\n\nPublished 14 March 2025\n\n"
    "The Brannock bridge was opened to traffic in January after a delay of two years.\n\n"
    "The city of Brannock spent 48 million euros on the bridge, mayor Ines Calder said on Monday.\n"
)


async def _page(request: web.Request) -> web.Response:
    return web.Response(**PAGES.get(request.path, {"status": 404, "text": "no such page"}))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site() -> AsyncIterator[str]:
    """A news site on loopback."""
    app = web.Application()
    app.router.add_get("/{page}", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["http", "socket"])
async def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Workspace, KillableProcesses]]:
    """The desk's processes on a workspace, over signed HTTP and then over Socket Mode."""
    async with Workspace(MANIFEST) as slack:
        folder = tmp_path_factory.mktemp(f"desk-{request.param}")
        processes = KillableProcesses(slack, folder, socket_mode=request.param == "socket")
        try:
            await processes.start()
            if request.param == "socket":
                await slack.wait_for(lambda: slack.sockets, timeout=20)
            yield slack, processes
        finally:
            status = await asyncio.to_thread(processes.stop)
        assert status == 0, processes.log_text()[-4000:]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pile(running: tuple[Workspace, KillableProcesses]) -> Pile:
    slack, _ = running
    clerk = slack.add_user("clerk")
    return Pile(slack, slack.add_channel("pile", [clerk]), clerk)


@pytest_asyncio.fixture(loop_scope="session")
async def scene(
    running: tuple[Workspace, KillableProcesses], pile: Pile, site: str, back_office: App
) -> AsyncIterator[Scene]:
    slack, processes = running
    number = next(_numbers)
    ada = slack.add_user(f"ada{number}", real_name="Ada Osei", tz="Europe/Istanbul")
    ben = slack.add_user(f"ben{number}", real_name="Ben Tal", tz="Europe/London")
    cleo = slack.add_user(f"cleo{number}", real_name="Cleo Marsh", tz="America/New_York")
    # Private, so that the texts that scenes share are not "read in another channel already".
    channel = slack.add_channel(f"desk-{number}", [ada, ben, cleo], private=True)
    here = len(slack.people)
    yield Scene(slack, processes, site, pile, channel, ada, ben, cleo)
    # A Home that was opened within the hour is shown anew at each change: not those of people who have played.
    houses = back_office.desk(slack.team_id).office.houses
    for user in (ada, ben, cleo, *list(slack.people.values())[here:]):
        await houses.leave_home(user.id)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def back_office(running: tuple[Workspace, KillableProcesses]) -> AsyncIterator[App]:
    """The same records and job queue as the processes have, for what nobody can bring about on a screen."""
    slack, processes = running
    settings = Settings(slack_bot_token=slack.bot_token, slack_api_url=slack.api_url, _env_file=None)
    async with open_app(settings, f"unix://{processes.environment['DATA_DIR']}/redis.sock?db=0") as app:
        yield app


@pytest.fixture
def desk_at(back_office: App, scene: Scene) -> Callable[[datetime], Desk]:
    """The desk with its clock at another time."""
    desk = back_office.desk(scene.slack.team_id)

    def at(moment: datetime) -> Desk:
        office = replace(desk.office, now=lambda: moment)
        return Desk(office, desk.reminder_store, back_office.reminder_rules)

    return at


@pytest_asyncio.fixture(loop_scope="session")
async def boss(back_office: App, scene: Scene) -> AsyncIterator[Person]:
    """Somebody who runs the workspace and so may change its settings; they are as at first again afterwards."""
    boss = scene.slack.add_user(f"boss{scene.desk.name}")
    boss.user.is_admin = True
    scene.desk.members.append(boss.id)
    yield boss
    houses = back_office.desk(scene.slack.team_id).office.houses
    await houses.change_house(House(), by="tests")
