"""What every part of the service works with: the records, the queues, Slack's answers, the house rules and the time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from bot.desk.messages import Shows, Wanted, card_id
from bot.desk.ratings import Scale
from bot.desk.roles import EVERYBODY, Role, Standing, roles_of
from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.desk.transitions import Context
from bot.service.deadline import seconds_left
from bot.slack.blocks import Block, section
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.store.desk_store import DeskStore
from bot.store.house_store import HouseStore
from bot.store.job_queue import JobQueue, short_id
from bot.store.outbox import Outbox
from bot.store.records import THE_DESK

Found = TypeVar("Found")


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Visible:
    """The tasks that a person certainly may see, and of how many others Slack did not say."""

    tasks: list[Task]
    untold: int = 0


@dataclass(frozen=True)
class Office:
    """The tools of one workspace's desk. ``admins`` are people whom the operator made admins by the settings."""

    store: DeskStore
    houses: HouseStore
    outbox: Outbox
    queue: JobQueue
    scales: Mapping[str, Scale]
    permalinks: Permalinks
    people: People
    admins: Collection[str] = ()
    now: Callable[[], datetime] = utc_now
    _asked: dict[str, int] = field(default_factory=dict, init=False, repr=False)
    """The turn of each queue that was asked to be delivered last."""

    # House rules and roles

    async def rules(self) -> HouseRules:
        """The house rules of the workspace."""
        return (await self.houses.house()).rules(self.scales)

    async def standing(self, user: str, *, ask_admin: bool = False) -> Standing:
        """What a person may do here. That Slack makes them an admin counts only where it matters.

        Guests and people of other companies may ask and answer; more only where a role was given to them by name.
        Who somebody is whom Slack does not tell in time, may have more roles than these.
        """
        if user == THE_DESK:
            return Standing(EVERYBODY | {Role.ADMIN})
        given = (await self.houses.house()).roles
        among = {group for members in given.values() for group in members.groups}
        groups, member = await asyncio.gather(
            self.in_time(self.people.groups_of(user, among), None),
            self.in_time(self.people.member(user), None),
        )
        matters = ask_admin or bool(given)  # admins may do everything, whatever was given to others
        admin = user in self.admins or bool(matters and member and member.admin and not member.outside)
        outside = member is None or member.outside
        roles = roles_of(user, given, groups or frozenset(), admin=admin, outside=outside)
        return Standing(roles, unsure=member is None or groups is None)

    async def context(self, actor: str, *, ask_admin: bool = False) -> Context:
        """Who asks, in which roles, under which rules, and when."""
        standing = await self.standing(actor, ask_admin=ask_admin)
        return Context(actor, await self.rules(), self.now(), standing.roles, standing.unsure)

    def today(self) -> date:
        """The day, in UTC."""
        return self.now().date()

    # Slack

    async def in_time(self, call: Awaitable[Found], otherwise: Found) -> Found:
        """What Slack answers while a person waits for us, or something else if it is slow.

        Where nobody waits, as in a worker, it is waited for.
        """
        with suppress(TimeoutError):
            return await asyncio.wait_for(call, seconds_left())
        return otherwise

    async def visible(self, user: str, tasks: Sequence[Task]) -> Visible:
        """Those tasks that a person may see: of public channels, of their own ones, and what they hold themselves."""
        seen = await self.seen_channels(user, {t.channel for t in tasks if t.assignee != user})
        theirs = [t for t in tasks if t.assignee == user or seen[t.channel]]
        return Visible(theirs, sum(t.assignee != user and seen[t.channel] is None for t in tasks))

    async def seen_channels(self, user: str, channels: Collection[str]) -> dict[str, bool | None]:
        """Whether a person may see each of these channels; None where Slack does not tell in time."""
        names = list(channels)
        asked = (self.in_time(self.people.sees(user, channel), None) for channel in names)
        return dict(zip(names, await asyncio.gather(*asked), strict=True))

    async def links(self, tasks: Sequence[Task]) -> dict[str, str]:
        """Permalinks of the cards by task id, as far as Slack gives them in time."""
        links: dict[str, str] = {}

        async def fetch(task: Task) -> None:
            if link := await self.permalinks.of(card_id(task.id)):
                links[task.id] = link

        await self.in_time(asyncio.gather(*(fetch(task) for task in tasks)), [])
        return links

    async def say_to(self, user: str, channel: str, text: str, *, thread: str | None, origin: str) -> None:
        """Tell one person something in a channel."""
        await self.show(user, channel, (text, [section(text)]), thread=thread, origin=origin)

    async def show(
        self, user: str, channel: str, said: tuple[str, list[Block]], *, thread: str | None, origin: str
    ) -> None:
        """Show one person a message in a channel; in their direct message with the desk everyone there is them.

        A person's id as ``channel`` stands for that direct message.
        """
        text, blocks = said
        shows: Shows = "notice" if channel.startswith(("D", "U", "W")) else "ephemeral"
        id = f"said:{short_id(self.store.team, channel, user, origin)}"
        body = {"text": text, "blocks": blocks}
        await self.store.want(Wanted(id, channel, shows, thread=thread or "", user=user, body=body))
        await self.wake()

    async def wake(self, *, anew: bool = False) -> None:
        """Have every queue with messages delivered.

        What this process asked for once it does not ask for again in the same turn, unless ``anew``: the clock does so
        for what a job left lying that failed.
        """
        for queue, turn in (await self.outbox.due()).items():
            if anew or self._asked.get(queue) != turn:
                await self.queue.deliver(self.store.team, queue, turn)
                self._asked[queue] = turn
