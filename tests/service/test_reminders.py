"""Reminders from the round of the clock to the pressed button, against a real Redis and a local Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk.samples import ROOT, SCALE, article, propose, submission, task
from docket import Docket
from redis.asyncio import Redis
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import handlers.reminders
from bot.desk.commands import Command, SetDue, Take
from bot.desk.house import House
from bot.desk.roles import Members, Role
from bot.desk.rules import HouseRules
from bot.desk.transitions import Context, apply
from bot.digest.schedule import DigestSettings
from bot.reminders.rules import parse_reminder_rules
from bot.sandbox import Channel, Message, Person, Workspace
from bot.service import Desk, Office
from bot.service.reminder_messages import ReminderMessages
from bot.service.reminders import Reminders
from bot.slack.ids import Action
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.slack.sender import Sender
from bot.store.desk_store import DeskStore
from bot.store.house_store import HouseStore
from bot.store.job_queue import Dockets, JobQueue
from bot.store.outbox import Outbox
from bot.store.records import Missing
from bot.store.reminder_store import ReminderStore

RULES = parse_reminder_rules((ROOT / "config" / "reminders.toml").read_text("utf-8"))
TUESDAY = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Room:
    """A desk with its reminders, and a clock that is set by hand."""

    slack: Workspace
    office: Office
    store: ReminderStore
    sender: Sender
    client: AsyncWebClient
    ana: Person
    ben: Person
    channel: Channel
    now: datetime = TUESDAY

    @property
    def desk(self) -> Desk:
        return Desk(self.office, self.store, RULES)

    @property
    def reminders(self) -> Reminders:
        return self.desk.reminders

    async def round(self, now: datetime) -> None:
        """The clock's round at a time, and what the sender makes of it."""
        self.now = now
        await self.reminders.round()
        await self.send()

    async def send(self) -> None:
        for queue in await self.office.outbox.queues():
            await self.sender.deliver(queue)

    async def file(self, claims: int = 1, at: datetime = TUESDAY - 9 * DAY, channel: str = "") -> None:
        """An article whose claims nobody has yet."""
        place = channel or self.channel.id
        id = f"s{place}"
        team = self.office.store.team
        await self.office.store.receive(submission(id, team=team, channel=place, thread_ts=None, received=at))
        tasks = [task(n, submission=id, team=team, channel=place, created=at, changed=at) for n in range(1, claims + 1)]
        assert await self.office.store.file(id, article(), tasks)
        await self.send()

    async def do(self, who: Person, command: Command, number: int = 1, at: datetime = TUESDAY - 9 * DAY) -> None:
        context = Context(who.id, HouseRules(SCALE), at)
        id = f"s{self.channel.id}-{number}"
        await self.office.store.change_task(id, lambda t, _: apply(t, command, context), by=who.id)
        await self.send()


@pytest.fixture
async def room(redis: Redis, redis_url: str, slack: Workspace, client: AsyncWebClient) -> AsyncIterator[Room]:
    ana, ben = slack.add_user("ana", tz="Europe/Istanbul"), slack.add_user("ben", tz="America/New_York")
    channel = slack.add_channel("desk", members=[ana, ben])
    store = DeskStore(redis, slack.team_id)
    async with Docket(name="reminders", url=redis_url) as docket:
        office = Office(
            store=store,
            houses=HouseStore(redis, slack.team_id),
            outbox=Outbox(redis, store.keys),
            queue=JobQueue(Dockets(reading=docket, telling=docket)),
            scales={SCALE.id: SCALE},
            permalinks=Permalinks(client, redis, store.keys),
            people=People(client, slack.team_id),
            now=lambda: room.now,
        )
        kept = ReminderStore(redis, slack.team_id)
        messages = ReminderMessages(office, kept)
        shows = {"reminder": messages.reminder, "unassigned": messages.unassigned}
        renderer = Renderer(store, office.rules, office.permalinks, shows, office.now)

        async def cannot_post(wanted: object) -> None:
            raise AssertionError(wanted)

        sender = Sender(client, redis, store.keys, renderer, post_every=0, cannot_post=cannot_post)
        room = Room(slack, office, kept, sender, client, ana, ben, channel)
        yield room


# Personal reminders


async def test_a_person_gets_one_message_about_everything_by_their_own_clock(room: Room) -> None:
    await room.file(3)
    for number, due in ((1, TUESDAY - DAY), (2, TUESDAY + 2 * HOUR)):
        await room.do(room.ana, Take(), number)
        await room.do(room.ana, SetDue(due), number)
    await room.do(room.ben, propose(), 3)
    told = len(room.slack.dms(room.ana))
    await room.round(datetime(2026, 5, 12, 4, 59, tzinfo=UTC))  # 07:59 in Istanbul
    assert len(room.slack.dms(room.ana)) == told
    await room.round(datetime(2026, 5, 12, 8, 0, tzinfo=UTC))
    message = room.slack.dms(room.ana)[told]
    assert message.text == "3 claims: 1 overdue, 1 due soon, 1 waiting for your sign-off"
    assert message.plain().count("card") == 3
    await room.round(datetime(2026, 5, 12, 8, 1, tzinfo=UTC))
    assert len(room.slack.dms(room.ana)) == told + 1


async def test_a_clock_that_went_round_twice_or_was_killed_between_sends_one_message(room: Room) -> None:
    await room.file()
    await room.do(room.ana, Take())
    await room.do(room.ana, SetDue(TUESDAY - DAY))
    told = len(room.slack.dms(room.ana))
    await asyncio.gather(*(room.reminders.round() for _ in range(6)))
    await room.round(TUESDAY)
    assert len(room.slack.dms(room.ana)) == told + 1


@pytest.mark.parametrize("kind", ["500", "429"])
async def test_while_slack_does_not_tell_where_somebody_is_they_are_left_alone_and_told_later(
    room: Room, kind: Any
) -> None:
    await room.file()
    await room.do(room.ana, Take())
    await room.do(room.ana, SetDue(TUESDAY - DAY))
    told = len(room.slack.dms(room.ana))
    room.slack.faults.add("users.info", kind, times=1)
    await room.round(TUESDAY)
    assert len(room.slack.dms(room.ana)) == told
    await room.round(TUESDAY + timedelta(minutes=1))
    assert len(room.slack.dms(room.ana)) == told + 1


async def test_whoever_left_is_not_written_to(room: Room) -> None:
    await room.file()
    await room.do(room.ana, Take())
    await room.do(room.ana, SetDue(TUESDAY - DAY))
    told = len(room.slack.dms(room.ana))
    await room.ana.deactivate(wait=False)
    await room.round(TUESDAY)
    assert len(room.slack.dms(room.ana)) == told
    assert await room.office.outbox.buried() == []


async def test_a_record_that_cannot_be_read_does_not_keep_the_others_from_their_reminders(
    room: Room, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    await room.file(2)
    for person, number in ((room.ana, 1), (room.ben, 2)):
        await room.do(person, Take(), number)
        await room.do(person, SetDue(TUESDAY - DAY), number)
    later = TUESDAY + 4 * HOUR  # both are awake
    told = len(room.slack.dms(room.ana)), len(room.slack.dms(room.ben))
    broken, other = sorted((room.ana, room.ben), key=lambda person: person.id)
    await redis.set(room.store.keys.marks(broken.id), "{")
    await room.round(later)
    assert (len(room.slack.dms(room.ana)) - told[0], len(room.slack.dms(room.ben)) - told[1]) == (
        int(other is room.ana),
        int(other is room.ben),
    )
    assert f"reminders for {broken.id}" in caplog.text


# Who is reminded of verdicts


async def test_without_editors_those_who_work_in_a_channel_are_reminded_of_its_verdicts(room: Room) -> None:
    await room.file(2)
    onlooker = room.slack.add_user("onlooker", tz="Europe/Istanbul")
    await room.do(room.ben, Take(), 2)
    await room.do(room.ana, propose(), 1)
    told = len(room.slack.dms(room.ben))
    await room.round(TUESDAY + 4 * HOUR)
    assert room.slack.dms(room.ben)[told].text.startswith("Waiting for your sign-off: ")
    assert room.slack.dms(room.ana) == []
    assert room.slack.dms(onlooker) == []


async def test_editors_who_were_named_are_reminded_and_nobody_else(room: Room) -> None:
    named, grouped = (room.slack.add_user(name, tz="Europe/Istanbul") for name in ("named", "grouped"))
    group = room.slack.add_usergroup("editors", [grouped])
    roles = {Role.EDITOR: Members(users=(named.id,), groups=(group,))}
    await room.office.houses.change_house(House(roles=roles), by=named.id)
    await room.file(2)
    await room.do(room.ben, Take(), 2)
    await room.do(room.ana, propose(), 1)
    await room.round(TUESDAY)
    for person, messages in ((named, 1), (grouped, 1), (room.ana, 0), (room.ben, 0)):
        assert len(room.slack.dms(person)) == messages, person


async def test_nobody_is_reminded_of_a_channel_that_they_cannot_see(room: Room) -> None:
    named = room.slack.add_user("named", tz="Europe/Istanbul")
    await room.office.houses.change_house(House(roles={Role.EDITOR: Members(users=(named.id,))}), by=named.id)
    private = room.slack.add_channel("secret", members=[room.ana], private=True)
    await room.file(channel=private.id)
    context = Context(room.ana.id, HouseRules(SCALE), TUESDAY - 2 * DAY)
    await room.office.store.change_task(f"s{private.id}-1", lambda t, _: apply(t, propose(), context), by=room.ana.id)
    await room.round(TUESDAY)
    assert room.slack.dms(named) == []


# Pressed


async def pressed(room: Room, bolt: AsyncApp) -> Message:
    handlers.reminders.register(bolt, room.desk)
    await room.file()
    await room.do(room.ana, Take())
    await room.do(room.ana, SetDue(TUESDAY - DAY))
    await room.round(TUESDAY)
    return room.slack.dms(room.ana)[-1]


async def test_a_snoozed_claim_says_so_in_the_message_and_comes_again_in_another(room: Room, app: AsyncApp) -> None:
    message = await pressed(room, app)
    assert "Dismiss" in message.plain()
    answer = await room.ana.press(message, Action.REMINDER_SNOOZE.value, "for 4 hours")
    assert answer.ok
    await room.send()
    (shown,) = [m for m in room.slack.dms(room.ana) if m.ts == message.ts]
    assert "Snoozed until 12 May 2026, 14:00 UTC" in shown.plain()
    assert "Dismiss" not in shown.plain()
    count = len(room.slack.dms(room.ana))
    await room.round(TUESDAY + 4 * HOUR - timedelta(minutes=1))
    assert len(room.slack.dms(room.ana)) == count
    await room.round(TUESDAY + 4 * HOUR)
    assert len(room.slack.dms(room.ana)) == count + 1


async def test_a_dismissed_claim_says_so_and_comes_again_when_its_due_time_was_changed(
    room: Room, app: AsyncApp
) -> None:
    message = await pressed(room, app)
    assert (await room.ana.press(message, Action.REMINDER_DISMISS.value)).ok
    await room.send()
    (shown,) = [m for m in room.slack.dms(room.ana) if m.ts == message.ts]
    assert "Dismissed" in shown.plain()
    count = len(room.slack.dms(room.ana))
    await room.round(TUESDAY + 2 * DAY)
    assert len(room.slack.dms(room.ana)) == count
    await room.do(room.ana, SetDue(TUESDAY + 3 * DAY), at=TUESDAY + 2 * DAY)
    await room.round(TUESDAY + 3 * DAY)
    assert len(room.slack.dms(room.ana)) == count + 1


async def test_a_press_on_a_reminder_that_is_too_old_is_answered(room: Room, app: AsyncApp, redis: Redis) -> None:
    message = await pressed(room, app)
    await redis.delete(room.store.keys.reminder(f"{room.ana.id}:1"))
    for action, value in ((Action.REMINDER_DISMISS, None), (Action.REMINDER_SNOOZE, "for 1 hour")):
        assert (await room.ana.press(message, action.value, value)).ok
        await room.send()
        assert "too old" in room.slack.dms(room.ana)[-1].text


async def test_nobody_answers_somebody_elses_reminder(room: Room, app: AsyncApp) -> None:
    await pressed(room, app)
    id = f"{room.ana.id}:1"
    before = await room.store.reminder(id)
    with pytest.raises(Missing):
        await room.reminders.dismiss(id, before.items[0].task, room.ben.id)
    with pytest.raises(Missing):
        await room.reminders.snooze(id, before.items[0].task, "1h", room.ben.id)
    assert await room.store.reminder(id) == before


async def test_a_rest_that_the_reminder_did_not_offer_is_none(room: Room, app: AsyncApp) -> None:
    await pressed(room, app)
    id = f"{room.ana.id}:1"
    before = await room.store.reminder(id)
    for choice in ("for ever", "", "999d"):
        with pytest.raises(Missing):
            await room.reminders.snooze(id, before.items[0].task, choice, room.ana.id)
    assert await room.store.reminder(id) == before


# Channels


async def test_a_channel_reads_once_of_the_claims_that_nobody_took(room: Room) -> None:
    await room.file(3, at=TUESDAY - DAY)
    await room.do(room.ana, Take(), 3, at=TUESDAY - HOUR)
    stood = len(room.slack.messages(room.channel))
    await room.round(TUESDAY - timedelta(minutes=1))
    await room.round(TUESDAY)
    for days in range(1, 15):
        await room.round(TUESDAY + days * DAY)
    (message,) = room.slack.messages(room.channel)[stood:]
    assert message.text == "2 claims that nobody has taken"
    assert message.plain().count("card") == 2


async def test_a_channel_is_reminded_by_the_clock_of_its_digest(room: Room) -> None:
    await room.file(1)
    stood = len(room.slack.messages(room.channel))
    kathmandu = DigestSettings(channel=room.channel.id, tz="Asia/Kathmandu")
    await room.office.store.change_digest(room.channel.id, lambda _: kathmandu, by=room.ana.id)
    await room.round(datetime(2026, 5, 12, 2, 14, tzinfo=UTC))
    assert len(room.slack.messages(room.channel)) == stood
    await room.round(datetime(2026, 5, 12, 2, 15, tzinfo=UTC))
    assert len(room.slack.messages(room.channel)) == stood + 1


async def test_a_direct_message_is_not_told_that_nobody_took_its_claims(room: Room) -> None:
    dm = room.slack.dm_channel(room.ana)
    await room.file(1, channel=dm.id)
    stood = len(room.slack.dms(room.ana))
    await room.round(TUESDAY)
    assert len(room.slack.dms(room.ana)) == stood
