"""Dead letters on a real Redis and a local Slack: wanted again in one step, never posted twice, gone when dropped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from unittest.mock import AsyncMock

import pytest
from desk.samples import house_rules
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.messages import Wanted
from bot.sandbox import Channel, Workspace
from bot.slack import sender as sending
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.slack.sender import Sender
from bot.store import audit
from bot.store.dead_letters import DeadLetters
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox
from bot.store.outbox_state import held_methods, waiting_queues
from bot.store.pace import THE_APP, Pace


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.01)
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.0)


@pytest.fixture
def desk(slack: Workspace) -> Channel:
    return slack.add_channel("desk", members=[slack.add_user("ana")])


@pytest.fixture
def sender(store: DeskStore, redis: Redis, client: AsyncWebClient) -> Sender:
    renderer = Renderer(store, house_rules, Permalinks(client, redis, store.keys))
    return Sender(client, redis, store.keys, renderer, post_every=0, cannot_post=AsyncMock())


@pytest.fixture
def letters(redis: Redis, slack: Workspace) -> DeadLetters:
    return DeadLetters(redis, slack.team_id)


@pytest.fixture
def outbox(redis: Redis, store: DeskStore) -> Outbox:
    return Outbox(redis, store.keys)


@pytest.fixture
def notice(desk: Channel) -> Callable[..., Wanted]:
    def new(id: str, thread: str = "") -> Wanted:
        return Wanted(id, desk.id, "notice", thread=thread, body={"text": f"words of {id}", "blocks": []})

    return new


async def test_letters_say_what_and_when_and_are_sent_again_in_their_order(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    letters: DeadLetters,
    desk: Channel,
    notice: Callable[..., Wanted],
) -> None:
    ana = slack.people["U0ANA"]
    await store.want(notice("n0"), notice("n1", thread="message:n0"))
    await slack.archive(desk, ana, wait=False)
    await sender.deliver(desk.id)
    (first, second) = await letters.all()
    assert (first.id, first.queue, first.shows, first.error) == ("n0", desk.id, "notice", "is_archived")
    assert first.body["text"] == "words of n0"
    assert abs(first.at - time.time()) < 60
    assert second.error == "is_archived"

    await slack.unarchive(desk, ana, wait=False)
    assert await letters.retry() == ["n0", "n1"]
    assert await letters.all() == []
    await sender.deliver(desk.id)
    (head,) = slack.messages(desk)
    assert [m.text for m in (head, *slack.thread(head))] == ["words of n0", "words of n1"]
    assert await letters.retry() == []


async def test_a_letter_that_is_in_slack_after_all_is_not_posted_twice(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    letters: DeadLetters,
    desk: Channel,
    notice: Callable[..., Wanted],
) -> None:
    await store.want(notice("n0"))
    slack.faults.add("chat.postMessage", "lost")
    slack.faults.add("conversations.history", "500", times=sending.MOST_ATTEMPTS)
    await sender.deliver(desk.id)
    assert [letter.error for letter in await letters.all()] == ["http_500"]
    assert len(slack.messages(desk)) == 1
    await letters.retry(["n0"])
    await sender.deliver(desk.id)
    assert len(slack.messages(desk)) == 1
    assert await letters.all() == []


async def test_a_letter_that_was_sent_meanwhile_is_edited_in_place(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    outbox: Outbox,
    letters: DeadLetters,
    desk: Channel,
    notice: Callable[..., Wanted],
) -> None:
    await store.want(notice("n0"))
    await outbox.bury(desk.id, "n0", "invalid_blocks")
    await store.want(notice("n0"))
    await sender.deliver(desk.id)
    await letters.retry(["n0"])
    await sender.deliver(desk.id)
    assert len(slack.messages(desk)) == 1


async def test_a_dropped_letter_is_gone_and_the_log_says_who_let_it_go(
    sender: Sender,
    store: DeskStore,
    redis: Redis,
    outbox: Outbox,
    letters: DeadLetters,
    desk: Channel,
    notice: Callable[..., Wanted],
) -> None:
    await store.want(notice("n0"), notice("n1"))
    for id in ("n0", "n1", "n1"):
        await outbox.bury(desk.id, id, "is_archived")
    assert await letters.drop("n1")
    assert not await letters.drop("n1")
    assert [letter.id for letter in await letters.all()] == ["n0"]
    assert await outbox.waiting(desk.id) == {}
    (entry,) = await audit.entries(redis, store.keys, "n1")
    assert (entry["by"], entry["what"]) == ("operator", "message_dropped")
    assert (await audit.verify(redis, store.keys)).finding is None


async def test_letters_from_before_times_were_kept_are_still_listed_and_sent_from_what_the_list_has(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    redis: Redis,
    letters: DeadLetters,
    desk: Channel,
    notice: Callable[..., Wanted],
) -> None:
    await store.want(notice("n0"))
    row = await redis.hgetall(store.keys.message("n0"))
    row.pop("since")
    await redis.rpush(store.keys.dead(), json.dumps({**row, "id": "n0", "error": "is_archived", "attempts": "7"}))
    await redis.delete(store.keys.message("n0"), store.keys.outbox(desk.id))
    (letter,) = await letters.all()
    assert (letter.id, letter.at) == ("n0", 0)
    await letters.retry(["n0"])
    assert await redis.hget(store.keys.message("n0"), "attempts") is None
    await sender.deliver(desk.id)
    assert [m.text for m in slack.messages(desk)] == ["words of n0"]


async def test_what_waits_is_told_with_its_age_and_what_holds_it(
    slack: Workspace,
    store: DeskStore,
    redis: Redis,
    outbox: Outbox,
    letters: DeadLetters,
    desk: Channel,
    notice: Callable[..., Wanted],
) -> None:
    assert await waiting_queues(redis, store.keys) == []
    await store.want(notice("n0"), notice("n1"), notice("n1"))
    await redis.hset(store.keys.message("n1"), "since", str(time.time() - 90))
    (queue,) = await waiting_queues(redis, store.keys)
    assert (queue.queue, queue.messages, queue.held, queue.sending) == (desk.id, 2, (), False)
    assert queue.oldest is not None
    assert 89 < queue.oldest < 120

    pace = Pace(redis, store.keys)
    await pace.hold("chat.update", 40)
    await pace.hold(desk.id, 30)
    await outbox.count("n0", "waits", "token_revoked")
    (queue,) = await waiting_queues(redis, store.keys)
    assert queue.held == (
        "Slack asks to wait 30 s with posts here",
        "1 message failed with token_revoked and will be tried again",
    )
    assert await held_methods(redis, store.keys) == ("Slack asks to wait 40 s with chat.update",)
    await Pace(redis, store.keys).hold(THE_APP, 30)
    assert (await held_methods(redis, store.keys))[0] == "Slack refuses the token; tried again in 30 s"
    await outbox.done(desk.id, "n1", 2, channel=desk.id, ts="7.1")
    await store.want(notice("n1"))
    queue = (await waiting_queues(redis, store.keys))[0]
    assert queue.oldest is not None
    assert queue.oldest < 60
