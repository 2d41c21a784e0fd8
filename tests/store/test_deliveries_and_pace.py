"""What was handled is known, and when Slack may be called again."""

from __future__ import annotations

import asyncio

import pytest
from desk.samples import TEAM
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.store import keys
from bot.store.deliveries import KEPT_SECONDS, LEASE_SECONDS, Deliveries, Receipt
from bot.store.keys import Keys
from bot.store.pace import Pace


async def test_of_many_deliveries_of_one_event_one_is_new(redis: Redis) -> None:
    deliveries = Deliveries(redis)
    receipts = await asyncio.gather(*(deliveries.begin("event_id:Ev1") for _ in range(10)))
    assert sorted(one for (one,) in receipts) == [Receipt.BEING_HANDLED] * 9 + [Receipt.NEW]
    await deliveries.finish("event_id:Ev1", handled=True)
    assert await deliveries.begin("event_id:Ev1") == [Receipt.HANDLED]
    assert await deliveries.begin("event_id:Ev2") == [Receipt.NEW]


async def test_a_delivery_whose_handling_failed_is_taken_again(redis: Redis) -> None:
    deliveries = Deliveries(redis)
    await deliveries.begin("event_id:Ev1")
    await deliveries.finish("event_id:Ev1", handled=False)
    assert await deliveries.begin("event_id:Ev1") == [Receipt.NEW]


async def test_a_request_is_known_by_each_of_its_marks(redis: Redis) -> None:
    deliveries = Deliveries(redis)
    assert await deliveries.begin("signature:1", "event_id:Ev1") == [Receipt.NEW, Receipt.NEW]
    await deliveries.finish("signature:1", "event_id:Ev1", handled=True)
    assert await deliveries.begin("signature:2", "event_id:Ev1") == [Receipt.NEW, Receipt.HANDLED]
    assert await deliveries.begin("signature:1", "event_id:Ev1") == [Receipt.HANDLED, Receipt.HANDLED]


async def test_a_delivery_whose_process_died_is_free_before_slacks_next_try(redis: Redis) -> None:
    deliveries = Deliveries(redis)
    await deliveries.begin("event_id:Ev1")
    assert 3 < await redis.ttl(keys.delivery("event_id:Ev1")) <= LEASE_SECONDS < 60
    await deliveries.finish("event_id:Ev1", handled=True)
    assert 1800 < await redis.ttl(keys.delivery("event_id:Ev1")) <= KEPT_SECONDS


async def test_a_hold_lasts_as_long_as_it_was_asked_for(redis: Redis) -> None:
    pace = Pace(redis, Keys(TEAM))
    assert await pace.wait("C1", "chat.update") == 0
    await pace.hold("C1", 10)
    assert 5 < await pace.wait("C1") <= 10
    assert 5 < await pace.wait("chat.update", "C1") <= 10
    assert await pace.wait("chat.update", "C2") == 0
    await pace.hold("C2", 0.05)
    await asyncio.sleep(0.06)
    assert await pace.wait("C2") == 0


async def test_the_longest_of_several_holds_counts(redis: Redis) -> None:
    pace = Pace(redis, Keys(TEAM))
    await pace.hold("C1", 5)
    await pace.hold("chat.postMessage", 60)
    assert 59 < await pace.wait("C1", "chat.postMessage") <= 60


async def test_a_hold_is_one_for_all_processes_of_a_workspace_and_no_other(redis: Redis) -> None:
    await Pace(redis, Keys(TEAM)).hold("C1", 60)
    assert await Pace(redis, Keys(TEAM)).wait("C1") > 59
    assert await Pace(redis, Keys("T0OTHER")).wait("C1") == 0


async def test_a_hold_leaves_no_key_behind(redis: Redis) -> None:
    pace = Pace(redis, Keys(TEAM))
    await pace.hold("C1", 0)
    await pace.hold("C2", 0.01)
    await asyncio.sleep(0.03)
    assert await redis.keys("*") == []


async def test_a_shorter_hold_does_not_end_a_longer_one(redis: Redis) -> None:
    pace = Pace(redis, Keys(TEAM))
    await pace.hold("C1", 30)
    await pace.hold("C1", 1)
    assert await pace.wait("C1") > 29


async def test_a_claim_whose_answer_was_lost_and_that_is_sent_again_is_still_ours(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_twice = Deliveries(redis)
    execute = Pipeline.execute

    async def twice(pipe: Pipeline, raise_on_error: bool = True) -> list[object]:
        commands = list(pipe.command_stack)
        await execute(pipe, raise_on_error)
        pipe.command_stack = commands
        return await execute(pipe, raise_on_error)

    monkeypatch.setattr(Pipeline, "execute", twice)
    assert await sent_twice.begin("event_id:Ev7") == [Receipt.NEW]
    monkeypatch.undo()
    assert await Deliveries(redis).begin("event_id:Ev7") == [Receipt.BEING_HANDLED]
