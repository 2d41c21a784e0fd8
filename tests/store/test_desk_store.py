"""Records on a real Redis: each step once and whole, whoever else is at it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from desk.samples import (
    ANA,
    BEN,
    CARO,
    CHANNEL,
    DAN,
    NOW,
    RULES,
    TEAM,
    TWO_SOURCES,
    article,
    propose,
    submission,
    task,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.desk.commands import Command, Dismiss, HandOver, Object, Propose, PutBack, Reopen, SignOff, Take
from bot.desk.messages import CARDS_AT_ONCE, Wanted
from bot.desk.refusals import Reason, Refusal
from bot.desk.task import SubmissionState, Task, TaskState
from bot.desk.transitions import Context, Happened, Step, apply
from bot.digest.schedule import DigestSettings, change
from bot.store import audit
from bot.store.desk_store import DeskStore, Missing, teams
from bot.store.outbox import Outbox
from bot.store.redis_client import connect


@pytest.fixture
def store(redis: Redis) -> DeskStore:
    return DeskStore(redis, TEAM)


@pytest.fixture
def outbox(redis: Redis, store: DeskStore) -> Outbox:
    return Outbox(redis, store.keys)


def tasks(count: int) -> list[Task]:
    return [task(number) for number in range(1, count + 1)]


async def file(store: DeskStore, count: int = 1) -> None:
    await store.receive(submission())
    assert await store.file("s1", article(), tasks(count))


async def act(store: DeskStore, command: Command, by: str, id: str = "s1-1") -> Step:
    return await store.change_task(id, lambda current: apply(current, command, Context(by, RULES, NOW)), by=by)


async def log(store: DeskStore, redis: Redis, about: str | None = None) -> list[tuple[str, str]]:
    return [(entry["what"], entry["by"]) for entry in await audit.entries(redis, store.keys, about)]


# Receiving and filing


async def test_a_submission_is_received_once(store: DeskStore, outbox: Outbox, redis: Redis) -> None:
    assert await store.receive(submission())
    assert not await store.receive(submission(text="something else"))
    assert await store.submission("s1") == submission()
    assert await store.waiting() == ["s1"]
    assert await outbox.waiting(CHANNEL) == {"summary:s1": 1}
    assert await log(store, redis) == [("received", DAN)]
    assert await teams(redis) == [TEAM]


async def test_of_many_deliveries_at_once_one_is_received(store: DeskStore, outbox: Outbox) -> None:
    received = await asyncio.gather(*(store.receive(submission()) for _ in range(10)))
    assert sorted(received) == [False] * 9 + [True]
    assert await outbox.waiting(CHANNEL) == {"summary:s1": 1}


async def test_what_waits_longest_is_read_first(store: DeskStore) -> None:
    await store.receive(submission("late", received=NOW))
    await store.receive(submission("early", received=NOW - timedelta(minutes=1)))
    assert await store.waiting() == ["early", "late"]


async def test_filing_brings_article_claims_cards_and_log_at_once(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    await file(store, 3)
    filed = await store.submission("s1")
    assert (filed.state, filed.cards) == (SubmissionState.FILED, 3)
    assert await store.article("s1") == article()
    assert await store.tasks_of("s1") == tasks(3)
    assert await store.tasks_in(CHANNEL, TaskState.OPEN) == tasks(3)
    assert await store.waiting() == []
    assert list(await outbox.waiting(CHANNEL)) == ["summary:s1", "card:s1-1", "card:s1-2", "card:s1-3"]
    assert await log(store, redis, "s1") == [("received", DAN), ("filed", "claimdesk")]


async def test_a_second_reading_of_the_same_submission_changes_nothing(store: DeskStore, outbox: Outbox) -> None:
    await file(store, 2)
    await act(store, Take(), ANA)
    before = await outbox.waiting(CHANNEL)
    assert not await store.file("s1", article(title="Another"), tasks(5))
    assert not await store.fail("s1", "Too late.", reason="late")
    assert (await store.task("s1-1")).assignee == ANA
    assert (await store.article("s1")).title == "Fewer ferries"
    assert len(await store.tasks_of("s1")) == 2
    assert await outbox.waiting(CHANNEL) == before


async def test_of_two_readings_at_once_one_is_filed(store: DeskStore) -> None:
    await store.receive(submission())
    filed = await asyncio.gather(*(store.file("s1", article(), tasks(4)) for _ in range(8)))
    assert sorted(filed) == [False] * 7 + [True]
    assert await store.tasks_of("s1") == tasks(4)


async def test_a_filing_that_breaks_off_leaves_nothing_behind(
    store: DeskStore, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.receive(submission())
    before = await redis.dbsize()

    def broken(*args: Any, **details: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.audit.Chain.append", broken)
        with pytest.raises(ConnectionResetError):
            await store.file("s1", article(), tasks(4))
    assert await redis.dbsize() == before
    assert (await store.submission("s1")).state is SubmissionState.WAITING
    assert await store.file("s1", article(), tasks(4))


async def test_a_submission_that_cannot_be_read_says_why(store: DeskStore, outbox: Outbox, redis: Redis) -> None:
    await store.receive(submission())
    assert await store.fail("s1", "x.org wants a login.", reason="login")
    failed = await store.submission("s1")
    assert (failed.state, failed.failure) == (SubmissionState.FAILED, "x.org wants a login.")
    assert await store.waiting() == []
    assert await outbox.waiting(CHANNEL) == {"summary:s1": 2}
    assert not await store.file("s1", article(), tasks(1))
    entry = (await audit.entries(redis, store.keys))[-1]
    assert (entry["what"], json.loads(entry["details"])) == ("failed", {"reason": "login"})


async def test_attempts_at_reading_are_counted(store: DeskStore) -> None:
    await store.receive(submission())
    assert [(await store.begin_reading("s1")).attempts for _ in range(3)] == [1, 2, 3]


async def test_what_is_not_there_is_missing(store: DeskStore) -> None:
    with pytest.raises(Missing):
        await store.submission("nowhere")
    with pytest.raises(Missing):
        await store.article("nowhere")
    with pytest.raises(Missing):
        await store.task("nowhere")
    with pytest.raises(Missing):
        await store.begin_reading("nowhere")
    with pytest.raises(Missing):
        await act(store, Take(), ANA, "nowhere")
    assert await store.tasks_of("nowhere") == []


async def test_a_workspace_sees_nothing_of_another(store: DeskStore, redis: Redis) -> None:
    await file(store)
    other = DeskStore(redis, "T0OTHER")
    with pytest.raises(Missing):
        await other.task("s1-1")
    assert await other.tasks_in(CHANNEL, TaskState.OPEN) == []
    assert await Outbox(redis, other.keys).queues() == set()
    assert await audit.entries(redis, other.keys) == []
    await other.receive(submission(team="T0OTHER"))
    assert await teams(redis) == [TEAM, "T0OTHER"]


# Changing a task


async def test_of_twenty_people_who_take_a_claim_at_once_one_gets_it_and_the_rest_are_told_who(
    redis_url: str, store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    await file(store)
    people = [f"U0P{n}" for n in range(20)]
    clients = [connect(redis_url) for _ in range(4)]  # as many processes
    stores = [DeskStore(client, TEAM) for client in clients]
    outcomes = await asyncio.gather(
        *(act(stores[n % 4], Take(), who) for n, who in enumerate(people)), return_exceptions=True
    )
    for client in clients:
        await client.aclose()
    winners = [who for who, outcome in zip(people, outcomes, strict=True) if isinstance(outcome, Step)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert len(winners) == 1
    assert [refusal.reason for refusal in refusals] == [Reason.TAKEN] * 19
    assert all(f"<@{winners[0]}>" in refusal.sentence for refusal in refusals)
    assert (await store.task("s1-1")).assignee == winners[0]
    assert await log(store, redis, "s1-1") == [("taken", winners[0])]
    assert (await outbox.waiting(CHANNEL))["card:s1-1"] == 2


async def test_a_verdict_that_is_signed_by_three_at_once_is_published_once(store: DeskStore, redis: Redis) -> None:
    await file(store)
    await act(store, propose(), ANA)
    outcomes = await asyncio.gather(*(act(store, SignOff(1), by) for by in (BEN, CARO, DAN)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refusal", "Refusal", "Step"]
    verdict = (await store.task("s1-1")).verdict
    assert verdict is not None
    assert len(verdict.approvals) == 1
    assert [what for what, _ in await log(store, redis, "s1-1")] == ["proposed", "published"]


async def test_a_refused_command_leaves_no_trace(store: DeskStore, outbox: Outbox, redis: Redis) -> None:
    await file(store)
    before = (await store.task("s1-1"), await outbox.waiting(CHANNEL), await log(store, redis))
    with pytest.raises(Refusal):
        await act(store, SignOff(1), BEN)
    assert (await store.task("s1-1"), await outbox.waiting(CHANNEL), await log(store, redis)) == before


async def test_the_log_tells_every_step_with_who_and_what(store: DeskStore, redis: Redis) -> None:
    await file(store)
    for command, by in (
        (Take(), ANA),
        (HandOver(BEN), ANA),
        (PutBack(), BEN),
        (Dismiss("an opinion"), CARO),
        (Reopen(), DAN),
        (propose("true"), ANA),
        (Object(1, "Too old"), BEN),
        (propose("false"), ANA),
        (SignOff(2), BEN),
    ):
        await act(store, command, by)
    assert await log(store, redis, "s1-1") == [
        ("taken", ANA),
        ("handed_over", ANA),
        ("put_back", BEN),
        ("dismissed", CARO),
        ("reopened", DAN),
        ("proposed", ANA),
        ("objected", BEN),
        ("proposed", ANA),
        ("published", BEN),
    ]
    entries = await audit.entries(redis, store.keys, "s1-1")
    details = [json.loads(entry["details"]) for entry in entries]
    assert [d["version"] for d in details] == list(range(2, 11))
    assert details[3]["dismissal"]["reason"] == "an opinion"
    assert details[6]["verdict"]["objections"][0]["reason"] == "Too old"
    assert details[8]["verdict"]["evidence"][0] == TWO_SOURCES[0].model_dump()
    assert (details[8]["state"], details[8]["verdict"]["approvals"][0]["by"]) == ("published", BEN)
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)


# Show more


async def test_show_more_brings_the_next_ten_once_however_often_it_is_pressed(store: DeskStore, outbox: Outbox) -> None:
    await file(store, 25)
    assert (await store.submission("s1")).cards == CARDS_AT_ONCE
    waiting = await outbox.waiting(CHANNEL)
    assert list(waiting)[-1] == "more:s1:10"
    assert "card:s1-11" not in waiting
    pressed = await asyncio.gather(*(store.show_more("s1", shown=10) for _ in range(6)))
    assert sorted(pressed) == [False] * 5 + [True]
    waiting = await outbox.waiting(CHANNEL)
    assert [id for id in waiting if id.startswith("card:")] == [f"card:s1-{n}" for n in range(1, 21)]
    assert waiting["more:s1:10"] == 2  # the line whose button was pressed, so that its button goes
    assert list(waiting)[-1] == "more:s1:20"
    assert waiting["more:s1:20"] == 1
    assert await store.show_more("s1", shown=20)
    assert (await store.submission("s1")).cards == 25
    waiting = await outbox.waiting(CHANNEL)
    assert list(waiting)[-1] == "card:s1-25"
    assert waiting["more:s1:20"] == 2
    assert not await store.show_more("s1", shown=25)


async def test_show_more_of_an_article_that_has_no_more_does_nothing(store: DeskStore, outbox: Outbox) -> None:
    await file(store, 10)
    assert not [id for id in await outbox.waiting(CHANNEL) if id.startswith("more:")]
    assert not await store.show_more("s1", shown=10)
    with pytest.raises(Missing):
        await store.show_more("nowhere", shown=10)


# Digest settings


async def test_digest_settings_are_kept_changed_and_logged(store: DeskStore, outbox: Outbox, redis: Redis) -> None:
    assert await store.digest(CHANNEL) is None

    def at_eight(known: DigestSettings | None) -> DigestSettings:
        return change(known or DigestSettings(channel=CHANNEL), "at 08:00 Europe/Istanbul")

    done = await store.change_digest(CHANNEL, at_eight, by=ANA)
    assert await store.digest(CHANNEL) == done
    assert await store.digests() == [done]
    assert await outbox.queues() == set()
    assert await log(store, redis, CHANNEL) == [("digest", ANA)]


async def test_settings_of_a_channel_that_the_desk_cannot_write_in_are_dropped(store: DeskStore) -> None:
    for channel in (CHANNEL, "C0OTHER"):
        await store.change_digest(channel, lambda _, channel=channel: DigestSettings(channel=channel), by=ANA)
    await store.drop_digest(CHANNEL)
    await store.drop_digest("C0NOWHERE")
    assert await store.digest(CHANNEL) is None
    assert [settings.channel for settings in await store.digests()] == ["C0OTHER"]


async def test_changes_of_digest_settings_at_once_are_all_applied(store: DeskStore) -> None:
    def later(known: DigestSettings | None) -> DigestSettings:
        known = known or DigestSettings(channel=CHANNEL)
        return known.model_copy(update={"at": known.at.replace(minute=known.at.minute + 1)})

    await asyncio.gather(*(store.change_digest(CHANNEL, later, by=ANA) for _ in range(12)))
    settings = await store.digest(CHANNEL)
    assert settings is not None
    assert settings.at.minute == 12


# Digests


async def publish(store: DeskStore, *ids: str) -> None:
    for minute, id in enumerate(ids):
        at = NOW + timedelta(minutes=minute)
        for command, by in ((propose(), ANA), (SignOff(1), BEN)):
            context = Context(by, RULES, at)
            await store.change_task(id, lambda t, command=command, context=context: apply(t, command, context), by=by)


class Digests:
    """Builds digests, and notes which verdicts each tells of."""

    def __init__(self, store: DeskStore) -> None:
        self.store = store
        self.told: dict[str, list[str]] = {}

    async def post(self, id: str, message: bool = True) -> bool:
        def build(known: DigestSettings | None, verdicts: Sequence[Task]) -> tuple[DigestSettings, Wanted | None]:
            self.told[id] = [t.id for t in verdicts]
            wanted = Wanted(id, CHANNEL, "notice", body={"text": " ".join(self.told[id]), "blocks": []})
            settings = (known or DigestSettings(channel=CHANNEL)).model_copy(update={"last": NOW})
            return settings, wanted if message else None

        return await self.store.post_digest(CHANNEL, id, build)


async def test_verdicts_wait_for_a_digest_oldest_first_and_each_stands_in_one(store: DeskStore, redis: Redis) -> None:
    await file(store, 4)
    digests = Digests(store)
    assert await store.undigested(CHANNEL) == []
    await publish(store, "s1-2", "s1-1")
    assert [t.id for t in await store.undigested(CHANNEL)] == ["s1-2", "s1-1"]
    assert await store.undigested("C0OTHER") == []
    assert await digests.post("digest:1")
    assert await store.undigested(CHANNEL) == []
    await publish(store, "s1-3")
    assert await digests.post("digest:2")
    assert digests.told == {"digest:1": ["s1-2", "s1-1"], "digest:2": ["s1-3"]}
    entries = [e for e in await audit.entries(redis, store.keys, CHANNEL) if e["what"] == "digested"]
    assert [json.loads(e["details"])["verdicts"] for e in entries] == [["s1-2", "s1-1"], ["s1-3"]]


async def test_the_same_digest_is_posted_once(store: DeskStore, outbox: Outbox) -> None:
    await file(store, 2)
    await publish(store, "s1-1")
    digests = Digests(store)
    assert await digests.post("digest:1")
    await outbox.done(CHANNEL, "digest:1", 1, channel=CHANNEL, ts="7.1")
    await publish(store, "s1-2")
    assert not await digests.post("digest:1")
    assert "digest:1" not in await outbox.waiting(CHANNEL)
    assert [t.id for t in await store.undigested(CHANNEL)] == ["s1-2"]


async def test_a_digest_that_is_not_posted_takes_no_verdict_away(store: DeskStore, outbox: Outbox) -> None:
    await file(store)
    await publish(store, "s1-1")
    before = await outbox.waiting(CHANNEL)
    assert await Digests(store).post("digest:1", message=False)
    assert not await store.post_digest(CHANNEL, "digest:2", lambda known, verdicts: None)
    assert [t.id for t in await store.undigested(CHANNEL)] == ["s1-1"]
    assert await outbox.waiting(CHANNEL) == before
    settings = await store.digest(CHANNEL)
    assert settings is not None
    assert settings.last == NOW


async def test_of_many_digests_at_once_one_tells_of_a_verdict_and_no_verdict_is_lost(store: DeskStore) -> None:
    await file(store, 6)
    await publish(store, "s1-1", "s1-2")
    digests = Digests(store)
    await asyncio.gather(
        *(digests.post(f"digest:{n}") for n in range(6)), publish(store, "s1-3", "s1-4"), publish(store, "s1-5")
    )
    await digests.post("digest:last")
    told = sorted(id for ids in digests.told.values() for id in ids)
    assert told == [f"s1-{n}" for n in range(1, 6)]
    assert await store.undigested(CHANNEL) == []


# Indexes

people = st.sampled_from([ANA, BEN, CARO])
steps = st.tuples(
    st.integers(1, 3),
    people,
    st.one_of(
        st.just(Take()),
        st.just(PutBack()),
        st.builds(HandOver, people),
        st.just(Dismiss("an opinion")),
        st.just(Reopen()),
        st.just(Propose("false", "See the register.", TWO_SOURCES)),
        st.builds(SignOff, st.integers(1, 2)),
        st.builds(Object, st.integers(1, 2), st.just("Too old")),
    ),
)


@settings(max_examples=40)
@given(st.lists(steps, max_size=25))
def test_lists_always_agree_with_the_claims_themselves(
    redis_url: str, commands: list[tuple[int, str, Command]]
) -> None:
    async def run() -> None:
        redis = connect(redis_url)
        await redis.flushall()
        store = DeskStore(redis, TEAM)
        await file(store, 3)
        done = 0
        for number, by, command in commands:
            try:
                await act(store, command, by, f"s1-{number}")
                done += 1
            except Refusal:
                continue
        found = await store.tasks_of("s1")
        for state in TaskState:
            assert await store.tasks_in(CHANNEL, state) == [t for t in found if t.state is state]
        for person in (ANA, BEN, CARO):
            held = [t for t in found if t.assignee == person and t.state in (TaskState.ASSIGNED, TaskState.IN_REVIEW)]
            assert sorted(t.id for t in await store.assigned_to(person)) == [t.id for t in held]
        published = await store.undigested(CHANNEL)
        assert [t for t in found if t.state is TaskState.PUBLISHED] == sorted(published, key=lambda t: t.number)
        changes = [e for e in await audit.entries(redis, store.keys) if e["about"].startswith("s1-")]
        assert len(changes) == done
        assert sum(t.version - 1 for t in found) == done
        await redis.aclose()

    asyncio.run(run())


async def test_what_a_person_holds_leaves_their_list_with_the_verdict(store: DeskStore) -> None:
    await file(store, 2)
    await act(store, Take(), ANA)
    await act(store, Take(), ANA, "s1-2")
    assert [t.id for t in await store.assigned_to(ANA)] == ["s1-1", "s1-2"]
    await act(store, propose(), ANA)
    await act(store, SignOff(1), BEN)
    assert [t.id for t in await store.assigned_to(ANA)] == ["s1-2"]
    assert (await act(store, HandOver(BEN), CARO, "s1-2")).happened is Happened.HANDED_OVER
    assert await store.assigned_to(ANA) == []
