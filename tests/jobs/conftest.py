"""A desk with its worker: real Redis, real queue, a local Slack; only reading and extraction are scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from desk.samples import ROOT, SCALES
from docket import Docket, Worker
from jobs.house import TUESDAY_TEN, House, Script
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.messages import Shows
from bot.jobs.jobs import Jobs, Readers
from bot.reminders.rules import parse_reminder_rules
from bot.sandbox import Workspace
from bot.service import Desk, Office
from bot.service.home_page import HomePage
from bot.service.reminder_messages import ReminderMessages
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer, Show
from bot.slack.sender import Sender
from bot.slack.shared_files import SharedFiles
from bot.store.desk_store import DeskStore
from bot.store.house_store import HouseStore
from bot.store.job_queue import Dockets, JobQueue
from bot.store.outbox import Outbox
from bot.store.reminder_store import ReminderStore

REMINDER_RULES = parse_reminder_rules((ROOT / "config" / "reminders.toml").read_text("utf-8"))


@pytest.fixture
async def house(
    redis: Redis,
    redis_url: str,
    store: DeskStore,
    slack: Workspace,
    client: AsyncWebClient,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    for name in ("LATER", "OURS_AFTER"):
        monkeypatch.setattr(f"bot.jobs.jobs.{name}", timedelta(milliseconds=20))
    monkeypatch.setattr("bot.service.reception.GOES_ON_WITHIN", 0.1)
    monkeypatch.setattr("bot.slack.sender.LOOK_AGAIN", 0.01)
    ana, ben = slack.add_user("ana", tz="Europe/Istanbul"), slack.add_user("ben")
    channel = slack.add_channel("desk", members=[ana, ben])
    outbox, links, script = Outbox(redis, store.keys), Permalinks(client, redis, store.keys), Script()
    kept = ReminderStore(redis, slack.team_id)
    async with Docket(name="claimdesk", url=redis_url) as docket:
        queues = Dockets(reading=docket, telling=docket)
        queue, people = JobQueue(queues), People(client, slack.team_id)

        def new_desk(now: datetime) -> Desk:
            office = Office(
                store=store,
                houses=HouseStore(redis, slack.team_id),
                outbox=outbox,
                queue=queue,
                scales=SCALES,
                permalinks=links,
                people=people,
                now=lambda: now,
            )
            return Desk(office, kept, REMINDER_RULES)

        desk = new_desk(TUESDAY_TEN)
        messages = ReminderMessages(desk.office, kept)
        shows: dict[Shows, Show] = {
            "home": HomePage(desk.office).render,
            "reminder": messages.reminder,
            "unassigned": messages.unassigned,
        }
        renderer = Renderer(store, desk.rules, links, shows, now=lambda: TUESDAY_TEN)
        sender = Sender(client, redis, store.keys, renderer, post_every=0, cannot_post=desk.cannot_post)
        files = SharedFiles(client, most_bytes=1_000_000, seconds=5)
        readers = Readers(text=script.reads, file=script.reads_file, files=lambda team: files)
        jobs = Jobs(lambda _: desk, lambda _: sender, lambda _: people, readers, script.extracts)
        jobs.register(queues, lambda job, undo: job)
        short = timedelta(milliseconds=10)
        async with Worker(
            docket, minimum_check_interval=short, scheduling_resolution=short, schedule_automatic_tasks=False
        ) as worker:
            yield House(slack, store, outbox, queue, desk, jobs, worker, script, new_desk, ana, ben, channel)
