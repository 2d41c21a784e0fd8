"""What a workspace and its people have set, and what they have begun: kept, told in the log, forgotten in time."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from desk.samples import ANA, BEN, CHANNEL, RULES, TEAM, article, submission, task
from redis.asyncio import Redis

from bot.desk.commands import Take
from bot.desk.house import ChannelHouse, House
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import Members, Role
from bot.desk.transitions import Context, apply
from bot.store import audit
from bot.store.desk_store import DeskStore
from bot.store.house_store import DRAFT_SECONDS, Draft, HomeState, HouseStore
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
    assert await store.house() == HOUSE.model_copy(update={"version": 1})
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
    draft = Draft(values={"rating": "false", "explanation": "“quoted” & ünïcode"}, version=2, view="V1", at=1.5)
    await store.keep_draft("s1-1", ANA, draft)
    assert await store.draft("s1-1", ANA) == draft
    assert await store.draft("s1-1", BEN) is await store.draft("s1-2", ANA) is None
    assert 0 < await redis.ttl(store.keys.draft("s1-1", ANA)) <= DRAFT_SECONDS
    await store.drop_draft("s1-1", ANA)
    assert await store.draft("s1-1", ANA) is None
    assert await audit.entries(redis, store.keys) == []  # what nobody sent is nobody's business


def typed(words: str, at: float, view: str = "V1", *, closed: bool = False) -> Draft:
    return Draft(values={"summary": words}, view=view, at=at, closed=closed)


@pytest.mark.parametrize(
    ("arrived", "words"),
    [
        ([typed("The", 1), typed("The fe", 2)], "The fe"),
        ([typed("The fe", 2), typed("The", 1)], "The fe"),
        # Closing a form tells all that stands in it; Slack dates the form, not its closing.
        ([typed("The", 5), typed("The ferry", 4, closed=True)], "The ferry"),
        ([typed("The ferry", 4, closed=True), typed("The", 5)], "The ferry"),
        # The form was opened once more.
        ([typed("The ferry", 4, closed=True), typed("A", 6, "V2")], "A"),
        ([typed("A", 6, "V2"), typed("The ferry", 4, closed=True)], "A"),
        ([typed("A", 6, "V2"), typed("The", 5)], "A"),
        ([typed("The", 5), typed("A ferry", 6, "V2", closed=True)], "A ferry"),
    ],
)
async def test_what_was_typed_last_is_kept_in_whatever_order_it_arrives(
    store: HouseStore, arrived: list[Draft], words: str
) -> None:
    for draft in arrived:
        await store.keep_draft("s1-1", ANA, draft)
    kept = await store.draft("s1-1", ANA)
    assert kept is not None
    assert kept.values["summary"] == words


async def test_what_is_typed_at_once_leaves_what_was_typed_last(store: HouseStore) -> None:
    await asyncio.gather(*(store.keep_draft("s1-1", ANA, typed(str(n), n)) for n in (3, 1, 7, 2, 6, 5, 4)))
    assert await store.draft("s1-1", ANA) == typed("7", 7)


async def test_settings_are_changed_only_by_who_saw_the_last_ones(store: HouseStore, redis: Redis) -> None:
    await store.change_house(House(sources=3), by=ANA, since=0)
    with pytest.raises(Refusal) as refused:
        await store.change_house(House(sources=4), by=BEN, since=0)
    assert refused.value.reason is Reason.SETTINGS_CHANGED
    assert await store.house() == House(sources=3, version=1)
    assert len(await audit.entries(redis, store.keys)) == 1
    await store.change_house(House(sources=4), by=BEN, since=1)
    assert await store.house() == House(sources=4, version=2)


async def test_of_settings_changed_at_once_from_one_version_one_change_holds(store: HouseStore) -> None:
    changes = (store.change_house(House(sources=n), by=ANA, since=0) for n in range(6))
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert [type(o) for o in outcomes].count(Refusal) == 5
    assert (await store.house()).version == 1


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
    for _ in range(2):  # once for each change
        await store.refresh_homes(now, most=5)
        assert await outbox.waiting(ANA) == {"home:U0ANA": 1}
    assert await outbox.waiting(BEN) == {}
    await store.leave_home(ANA)
    assert await store.home(ANA) == HomeState()
    await desk.receive(submission("s2"))
    await desk.file("s2", article(), [task(submission="s2")])
    await store.refresh_homes(now, most=5)
    assert await outbox.waiting(ANA) == {"home:U0ANA": 1}


async def test_homes_are_shown_anew_in_turn_and_ones_own_at_once(store: HouseStore, redis: Redis) -> None:
    desk, outbox, now = DeskStore(redis, TEAM), Outbox(redis, store.keys), datetime.now(UTC)
    people = [f"U0{letter}" for letter in "ABCDE"]
    for person in people:
        await store.look_at(person, HomeState(), now)
    await desk.receive(submission())
    await desk.file("s1", article(), [task()])
    await desk.change_task("s1-1", lambda task, _: apply(task, Take(), Context("U0C", RULES, now)), by="U0C")
    assert [len(await outbox.waiting(person)) for person in people] == [0, 0, 1, 0, 0]
    for _ in range(3):
        await store.refresh_homes(now, most=2)
    assert [len(await outbox.waiting(person)) for person in people] == [1] * 5
    before = await outbox.waiting("U0A")
    await store.refresh_homes(now, most=2)
    assert await outbox.waiting("U0A") == before
