"""The outbox on a real Redis: nothing that was wanted is lost, nothing that was sent is wanted again."""

from __future__ import annotations

import asyncio
import time

import pytest
from desk.samples import CHANNEL, TEAM
from redis.asyncio import Redis

from bot.desk.messages import Wanted
from bot.store.backlog import backlog
from bot.store.desk_store import DeskStore
from bot.store.keys import Keys
from bot.store.outbox import Outbox
from bot.store.redis_client import connect

CARD = Wanted("card:1", CHANNEL, "card", about="1", thread="message:summary:s")


@pytest.fixture
def store(redis: Redis) -> DeskStore:
    return DeskStore(redis, TEAM)


@pytest.fixture
def outbox(redis: Redis) -> Outbox:
    return Outbox(redis, Keys(TEAM))


async def test_a_wanted_message_waits_as_it_was_wanted(store: DeskStore, outbox: Outbox) -> None:
    fixed = Wanted("n:1", CHANNEL, "ephemeral", thread="1.2", user="U1", body={"text": "“ä” <x>", "blocks": [{"a": 1}]})
    await store.want(CARD, fixed)
    assert await outbox.queues() == {CHANNEL: 0}
    assert list(await outbox.waiting(CHANNEL)) == ["card:1", "n:1"]
    message = await outbox.message("n:1")
    assert message is not None
    assert message.wanted == fixed
    assert (message.ts, message.tried, message.buried) == ("", 0.0, "")
    assert await outbox.message("nowhere") is None


async def test_what_is_wanted_while_it_is_sent_is_sent_again(store: DeskStore, outbox: Outbox) -> None:
    await store.want(CARD, CARD)
    seen = (await outbox.waiting(CHANNEL))["card:1"]
    await store.want(CARD)  # somebody takes the claim while the card is on its way
    await outbox.done(CHANNEL, "card:1", seen, channel=CHANNEL, ts="7.1")
    assert await outbox.waiting(CHANNEL) == {"card:1": 1}
    message = await outbox.message("card:1")
    assert message is not None
    assert (message.channel, message.ts) == (CHANNEL, "7.1")
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    assert await outbox.waiting(CHANNEL) == {}


async def test_what_is_wanted_while_it_is_sent_waits_from_then_on(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    await store.want(CARD)
    await redis.hset(Keys(TEAM).message("card:1"), "since", str(time.time() - 500))
    await store.want(CARD)
    assert (await backlog(redis, Keys(TEAM))).oldest_message > 499
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    await asyncio.sleep(0.1)
    assert 0.1 <= (await backlog(redis, Keys(TEAM))).oldest_message < 20
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    message = await outbox.message("card:1")
    assert message is not None
    assert message.since == 0.0


async def test_done_removes_only_the_message_itself(store: DeskStore, outbox: Outbox) -> None:
    other = Wanted("card:2", CHANNEL, "card", about="2")
    await store.want(other, CARD, other, CARD)
    await outbox.done(CHANNEL, "card:1", 2, channel=CHANNEL, ts="7.1")
    assert await outbox.waiting(CHANNEL) == {"card:2": 2}


async def test_a_message_that_was_posted_keeps_its_place_when_it_is_wanted_again(
    store: DeskStore, outbox: Outbox
) -> None:
    await store.want(CARD)
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    await store.want(CARD)
    message = await outbox.message("card:1")
    assert message is not None
    assert message.ts == "7.1"


async def test_an_ephemeral_message_is_forgotten_once_it_was_shown(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    await store.want(Wanted("n:1", CHANNEL, "ephemeral", user="U1", body={"text": "x"}))
    await outbox.done(CHANNEL, "n:1", 1, channel=CHANNEL, ts="")
    assert await outbox.close_if_empty(CHANNEL)
    assert await redis.keys(f"*{TEAM}*") == [Keys(TEAM).turns()]


async def test_a_post_of_unknown_fate_is_known_as_such_until_it_is_settled(store: DeskStore, outbox: Outbox) -> None:
    await store.want(CARD)
    await outbox.trying("card:1", 1234.5)
    message = await outbox.message("card:1")
    assert message is not None
    assert message.tried == 1234.5
    assert [await outbox.count("card:1", "attempts", "http_500") for _ in range(2)] == [1, 2]
    await outbox.not_posted("card:1")
    message = await outbox.message("card:1")
    assert message is not None
    assert message.tried == 0.0
    assert await outbox.count("card:1", "attempts", "http_500") == 3  # failures stay counted until the message stands
    await outbox.trying("card:1", 1234.5)
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    message = await outbox.message("card:1")
    assert message is not None
    assert message.tried == 0.0
    assert await outbox.count("card:1", "attempts", "http_500") == 1


async def test_a_message_that_was_deleted_in_slack_is_to_be_posted_anew(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    await store.want(CARD)
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    await redis.hset(Keys(TEAM).message("card:1"), "permalink", "https://x.slack.com/p71")
    await outbox.forget_ts("card:1")
    message = await outbox.message("card:1")
    assert message is not None
    assert (message.channel, message.ts) == ("", "")
    assert await redis.hget(Keys(TEAM).message("card:1"), "permalink") is None


async def test_a_dead_letter_is_kept_whole_with_the_reason(store: DeskStore, outbox: Outbox) -> None:
    notice = Wanted("n:1", CHANNEL, "notice", body={"text": "the verdict"})
    await store.want(notice, CARD, notice)
    await outbox.bury(CHANNEL, "n:1", "is_archived")
    assert await outbox.waiting(CHANNEL) == {"card:1": 1}
    (dead,) = await outbox.buried()
    assert (dead["id"], dead["error"], dead["queue"]) == ("n:1", "is_archived", CHANNEL)
    assert "the verdict" in dead["body"]


async def test_a_queue_with_something_in_it_is_not_closed(store: DeskStore, outbox: Outbox) -> None:
    await store.want(CARD)
    assert not await outbox.close_if_empty(CHANNEL)
    assert await outbox.queues() == {CHANNEL: 0}
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    assert await outbox.close_if_empty(CHANNEL)
    assert await outbox.queues() == {}
    assert await outbox.close_if_empty(CHANNEL)


async def test_what_is_wanted_after_a_queue_was_found_empty_has_a_turn_of_its_own(
    store: DeskStore, outbox: Outbox
) -> None:
    """So its job is a new one, and not the one that is about to end without having seen it."""
    await store.want(CARD)
    (turn,) = (await outbox.queues()).values()
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    assert await outbox.close_if_empty(CHANNEL)
    await store.want(CARD)
    (next_turn,) = (await outbox.queues()).values()
    assert next_turn > turn


async def test_a_queue_that_fills_while_it_is_closed_stays_open(store: DeskStore, redis_url: str, redis: Redis) -> None:
    """The want comes between the look into the queue and its removal, the worst moment there is."""
    other = connect(redis_url)

    class Meanwhile(Redis):  # type: ignore[type-arg]
        def pipeline(self, *args: object, **options: object):  # type: ignore[no-untyped-def]
            pipe = super().pipeline(*args, **options)
            look = pipe.llen

            async def llen(name: str) -> int:
                found = await look(name)
                await store.want(CARD)
                return int(found)

            pipe.llen = llen  # type: ignore[method-assign]
            return pipe

    closing = Outbox(Meanwhile(connection_pool=other.connection_pool), Keys(TEAM))
    await redis.sadd(Keys(TEAM).outboxes(), CHANNEL)
    assert not await closing.close_if_empty(CHANNEL)
    await other.aclose()
    assert await Outbox(redis, Keys(TEAM)).queues() == {CHANNEL: 0}


async def test_wanting_and_closing_at_once_never_hides_a_message(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    for _ in range(20):
        await asyncio.gather(store.want(CARD), outbox.close_if_empty(CHANNEL), outbox.close_if_empty(CHANNEL))
        assert set(await outbox.queues()) == {CHANNEL}
        await outbox.done(CHANNEL, "card:1", 1, channel="", ts="")
        await outbox.close_if_empty(CHANNEL)
    assert await redis.keys(f"*{TEAM}*") == [Keys(TEAM).turns()]


async def test_a_queue_at_rest_is_not_due_until_something_is_wanted_in_it_or_its_time_has_come(
    store: DeskStore, outbox: Outbox
) -> None:
    await store.want(CARD)
    assert await outbox.rest(CHANNEL, await outbox.waiting(CHANNEL), 30)
    assert (await outbox.queues(), await outbox.due()) == ({CHANNEL: 1}, {})
    await store.want(CARD)
    assert await outbox.due() == {CHANNEL: 1}
    assert await outbox.rest(CHANNEL, await outbox.waiting(CHANNEL), 0.05)
    await asyncio.sleep(0.1)
    assert await outbox.due() == {CHANNEL: 2}


async def test_a_queue_does_not_rest_with_what_its_sender_has_not_seen(store: DeskStore, outbox: Outbox) -> None:
    await store.want(CARD)
    seen = await outbox.waiting(CHANNEL)
    await store.want(CARD)
    assert not await outbox.rest(CHANNEL, seen, 30)
    assert await outbox.due() == {CHANNEL: 0}


async def test_a_queue_that_rested_and_was_emptied_is_due_with_the_next_message(
    store: DeskStore, outbox: Outbox
) -> None:
    await store.want(CARD)
    assert await outbox.rest(CHANNEL, await outbox.waiting(CHANNEL), 30)
    await outbox.done(CHANNEL, "card:1", 1, channel=CHANNEL, ts="7.1")
    assert await outbox.close_if_empty(CHANNEL)
    await store.want(CARD)
    assert await outbox.due() == {CHANNEL: 2}


async def test_messages_are_read_together_without_those_that_are_gone(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    other = Wanted("card:2", CHANNEL, "card", about="2")
    await store.want(CARD, other)
    await redis.hset(Keys(TEAM).message("dm:U1"), "channel", "D1")  # a record of ours that is no message
    found = await outbox.messages(["card:2", "nowhere", "dm:U1", "card:1"])
    assert [message.wanted for message in found] == [other, CARD]
    assert await outbox.messages([]) == []
