"""What a workspace and its people have set, and what they have begun: kept, told in the log, forgotten in time."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from desk.samples import ANA, BEN, CHANNEL, TEAM, article, submission, task
from redis.asyncio import Redis

from bot.desk.house import ChannelHouse, House
from bot.desk.roles import Members, Role
from bot.store import audit
from bot.store.desk_store import DeskStore
from bot.store.house_store import DRAFT_SECONDS, HomeState, HouseStore
from bot.store.outbox import Outbox
from bot.store.records import LOOKING_SECONDS


@pytest.fixture
def store(redis: Redis) -> HouseStore:
    return HouseStore(redis, TEAM)


HOUSE = House(
    approvals=2, sources=3, archived=True, scale="evidence", roles={Role.EDITOR: Members(users=(ANA,), groups=("S1",))}
)


async def test_a_workspace_begins_with_the_defaults(store: HouseStore) -> None:
    assert await store.house() == House()
    assert await store.channel(CHANNEL) == ChannelHouse()


async def test_settings_are_kept_whole_and_who_changed_them_stands_in_the_log(store: HouseStore, redis: Redis) -> None:
    await store.change_house(HOUSE, by=ANA)
    await store.change_channel(CHANNEL, ChannelHouse(broadcast=True), by=BEN)
    assert await store.house() == HOUSE
    assert await store.channel(CHANNEL) == ChannelHouse(broadcast=True)
    assert await store.channel("C0OTHER") == ChannelHouse()
    assert await HouseStore(redis, "T0OTHER").house() == House()
    house, channel = await audit.entries(redis, store.keys)
    assert (house["what"], house["by"], house["about"]) == ("settings", ANA, TEAM)
    assert json.loads(house["details"])["roles"] == {"editor": {"users": [ANA], "groups": ["S1"]}}
    assert (channel["what"], channel["by"], channel["about"]) == ("channel_settings", BEN, CHANNEL)
    assert (await audit.verify(redis, store.keys)).finding is None


async def test_settings_changed_at_once_are_both_in_the_log_and_the_last_holds(store: HouseStore, redis: Redis) -> None:
    await asyncio.gather(*(store.change_house(House(sources=n), by=ANA) for n in range(6)))
    logged = [json.loads(e["details"])["sources"] for e in await audit.entries(redis, store.keys)]
    assert sorted(logged) == list(range(6))
    assert (await store.house()).sources == logged[-1]


async def test_a_draft_belongs_to_one_person_and_one_claim_and_goes_after_a_month(
    store: HouseStore, redis: Redis
) -> None:
    values = {"rating": "false", "explanation": "“quoted” & ünïcode"}
    await store.keep_draft("s1-1", ANA, values)
    assert await store.draft("s1-1", ANA) == values
    assert await store.draft("s1-1", BEN) is await store.draft("s1-2", ANA) is None
    assert 0 < await redis.ttl(store.keys.draft("s1-1", ANA)) <= DRAFT_SECONDS
    await store.keep_draft("s1-1", ANA, {"rating": "true"})
    assert await store.draft("s1-1", ANA) == {"rating": "true"}
    await store.drop_draft("s1-1", ANA)
    assert await store.draft("s1-1", ANA) is None
    assert await audit.entries(redis, store.keys) == []  # what nobody sent is nobody's business


async def test_a_home_is_shown_anew_for_who_looked_lately_and_for_nobody_else(store: HouseStore, redis: Redis) -> None:
    assert await store.home(ANA) == HomeState()
    now = datetime.now(UTC)
    state = HomeState(words="ferries", pages={"found": 2})
    await store.look_at(ANA, state, now)
    await store.look_at(BEN, HomeState(), now - timedelta(seconds=LOOKING_SECONDS + 60))
    assert await store.home(ANA) == state
    desk = DeskStore(redis, TEAM)
    await desk.receive(submission())
    await desk.file("s1", article(), [task()])
    outbox = Outbox(redis, store.keys)
    assert await outbox.waiting(ANA) == {"home:U0ANA": 1}
    assert await outbox.waiting(BEN) == {}
    await store.leave_home(ANA)
    assert await store.home(ANA) == HomeState()
    await desk.receive(submission("s2"))
    await desk.file("s2", article(), [task(submission="s2")])
    assert await outbox.waiting(ANA) == {"home:U0ANA": 1}
