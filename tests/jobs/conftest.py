"""A desk with its worker: real Redis, real queue, a local Slack; only reading and extraction are scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from desk.samples import RULES, house_rules
from docket import Docket, Worker
from jobs.house import TUESDAY_TEN, House, Script
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.messages import Wanted
from bot.jobs import jobs as jobs_module
from bot.jobs.jobs import Jobs
from bot.sandbox import Workspace
from bot.service import Desk
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.slack.sender import Sender
from bot.store.desk_store import DeskStore
from bot.store.job_queue import JobQueue
from bot.store.outbox import Outbox


@pytest.fixture
async def house(
    redis: Redis,
    redis_url: str,
    store: DeskStore,
    slack: Workspace,
    client: AsyncWebClient,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    for name in ("delay", "maximum_delay"):
        monkeypatch.setattr(jobs_module._READ_RETRY, name, timedelta(milliseconds=20))
    monkeypatch.setattr("bot.slack.sender.LOOK_AGAIN", 0.01)
    ana, ben = slack.add_user("ana", tz="Europe/Istanbul"), slack.add_user("ben")
    channel = slack.add_channel("desk", members=[ana, ben])
    outbox, links, script = Outbox(redis, store.keys), Permalinks(client, redis, store.keys), Script()

    async def cannot_post(wanted: Wanted) -> None:
        await desk.cannot_post(wanted)

    sender = Sender(
        client, redis, store.keys, Renderer(store, house_rules, links), post_every=0, cannot_post=cannot_post
    )
    async with Docket(name="claimdesk", url=redis_url) as docket:
        queue = JobQueue(docket)

        def new_desk(now: datetime) -> Desk:
            return Desk(store, outbox, queue, RULES, links, People(client), lambda: now)

        desk = new_desk(TUESDAY_TEN)
        jobs = Jobs(lambda _: desk, lambda _: sender, lambda _: People(client), script.reads, script.extracts)
        jobs.register(docket)
        short = timedelta(milliseconds=10)
        async with Worker(
            docket, minimum_check_interval=short, scheduling_resolution=short, schedule_automatic_tasks=False
        ) as worker:
            yield House(slack, store, outbox, queue, desk, jobs, worker, script, new_desk, ana, ben, channel)
