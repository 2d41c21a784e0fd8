"""Finding our own messages again, and linking to them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from desk.samples import CHANNEL
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.messages import Wanted
from bot.sandbox import Channel, Person, Workspace
from bot.slack.lookup import EVENT_TYPE, find_posted
from bot.slack.permalinks import Permalinks
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox


@pytest.fixture
def ana(slack: Workspace) -> Person:
    return slack.add_user("ana", tz="Europe/Istanbul")


@pytest.fixture
def desk(slack: Workspace, ana: Person) -> Channel:
    return slack.add_channel("desk", members=[ana])


async def post(client: AsyncWebClient, channel: Channel, id: str, thread: str | None = None, **fields: Any) -> str:
    metadata = fields.pop("metadata", {"event_type": EVENT_TYPE, "event_payload": {"id": id}})
    answer = await client.chat_postMessage(channel=channel.id, text="x", thread_ts=thread, metadata=metadata)
    return str(answer["ts"])


# Looking for what may have been posted


@pytest.mark.parametrize("threaded", [True, False], ids=["thread", "channel"])
async def test_a_message_is_found_by_its_id_where_it_was_posted(
    client: AsyncWebClient, desk: Channel, ana: Person, threaded: bool
) -> None:
    thread = (await ana.post(desk, "What do you make of this?")).ts if threaded else None
    since = time.time()
    await post(client, desk, "card:1", thread, metadata={"event_type": "somebody_elses", "event_payload": {"id": "x"}})
    ts = await post(client, desk, "card:2", thread)
    assert await find_posted(client, desk.id, thread, "card:2", since) == ts
    assert await find_posted(client, desk.id, thread, "card:1", since) is None
    assert await find_posted(client, desk.id, thread, "x", since) is None
    assert await find_posted(client, desk.id, thread, "card:2", since + 10) == ts  # Slack's clock may be behind
    assert await find_posted(client, desk.id, thread, "card:2", since + 3600) is None


@pytest.mark.parametrize("threaded", [True, False], ids=["thread", "channel"])
async def test_a_message_is_found_in_a_busy_place(
    slack: Workspace, client: AsyncWebClient, desk: Channel, ana: Person, threaded: bool
) -> None:
    thread = (await ana.post(desk, "What do you make of this?")).ts if threaded else None
    since = time.time()
    crowd = [post(client, desk, f"crowd:{n}", thread) for n in range(205)]
    await asyncio.gather(*crowd[: 0 if not threaded else None])
    ts = await post(client, desk, "card:1", thread)
    await asyncio.gather(*crowd[0 if not threaded else 205 :])
    assert await find_posted(client, desk.id, thread, "card:1", since) == ts
    assert len(slack.calls_of("conversations.replies" if threaded else "conversations.history")) == 2


# Permalinks


@pytest.fixture
def links(client: AsyncWebClient, redis: Redis, store: DeskStore) -> Permalinks:
    return Permalinks(client, redis, store.keys)


@pytest.fixture
async def posted(client: AsyncWebClient, redis: Redis, store: DeskStore, desk: Channel) -> str:
    ts = await post(client, desk, "card:1")
    await store.want(Wanted("card:1", desk.id, "card", about="1"))
    await Outbox(redis, store.keys).done(desk.id, "card:1", 1, channel=desk.id, ts=ts)
    return ts


async def test_a_link_is_asked_of_slack_once(slack: Workspace, links: Permalinks, posted: str) -> None:
    link = await links.of("card:1")
    assert link.endswith(f"/p{posted.replace('.', '')}")
    assert await links.of("card:1") == link
    assert len(slack.calls_of("chat.getPermalink")) == 1


async def test_what_was_not_posted_has_no_link_and_slack_is_not_asked(
    slack: Workspace, links: Permalinks, store: DeskStore
) -> None:
    await store.want(Wanted("card:2", CHANNEL, "card", about="2"))
    assert await links.of("card:2") == ""
    assert await links.of("nowhere") == ""
    assert slack.calls_of("chat.getPermalink") == []


@pytest.mark.parametrize("kind", ["429", "500", "dropped", "error"])
async def test_a_link_is_never_worth_a_failure(slack: Workspace, links: Permalinks, posted: str, kind: Any) -> None:
    slack.faults.add("chat.getPermalink", kind, times=None)
    assert await links.of("card:1") == ""
    slack.faults.clear()
    assert await links.of("card:1") != ""
