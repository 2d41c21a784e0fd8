"""Records on a real Redis: each step once and whole, whoever else is at it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from desk.promises import coherent
from desk.samples import (
    ANA,
    BEN,
    CARO,
    CHANNEL,
    DAN,
    NOW,
    PAGE,
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

from bot.articles.same_text import fingerprint
from bot.desk import articles
from bot.desk.articles import ArticleStep
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
    Take,
)
from bot.desk.messages import CARDS_AT_ONCE, Wanted
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, SubmissionState, Task, TaskState
from bot.desk.transitions import Context, Happened, Step
from bot.digest.schedule import DigestSettings, change
from bot.service.work import _apply
from bot.store import audit
from bot.store.desk_store import DeskStore, teams
from bot.store.outbox import Outbox
from bot.store.records import Missing
from bot.store.redis_client import connect
from bot.store.task_store import FIRST_WATCH, UNFINISHED


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


async def act(store: DeskStore, command: Command, by: str, id: str = "s1-1", rules: HouseRules = RULES) -> Step:
    context = Context(by, rules, NOW)
    original = command.of if isinstance(command, Dismiss) else None
    return await store.change_task(id, lambda t, around: _apply(t, command, context, around), by=by, original=original)


async def close(store: DeskStore, by: str = ANA, id: str = "s1") -> ArticleStep:
    context = Context(by, RULES, NOW)
    return await store.change_article(
        id, lambda s, tasks: articles.close(s, tasks, "It was withdrawn", context), by=by, what="closed"
    )


async def reopen(store: DeskStore, by: str = ANA, id: str = "s1") -> ArticleStep:
    context = Context(by, RULES, NOW)
    return await store.change_article(
        id, lambda s, tasks: articles.reopen(s, tasks, context), by=by, what="reopened_article"
    )


async def add(store: DeskStore, wording: str, by: str = ANA, id: str = "s1") -> ArticleStep:
    context = Context(by, RULES, NOW)
    return await store.change_article(
        id, lambda s, tasks: articles.add_claim(s, tasks, None, wording, context), by=by, what="claim_added"
    )


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
    assert await Outbox(redis, other.keys).queues() == {}
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
    assert await outbox.queues() == {}
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
            await store.change_task(
                id, lambda t, around, command=command, context=context: _apply(t, command, context, around), by=by
            )


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
commands: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([Take(), PutBack(), Follow(), Reply("2024"), NeverMind(), Reopen(), Recheck(), Keep()]),
    st.builds(HandOver, people),
    st.builds(Ask, st.just("When?"), st.none() | people),
    st.builds(SetDue, st.sampled_from([None, NOW + timedelta(hours=3), NOW + timedelta(days=3)])),
    st.builds(Reword, st.sampled_from(["It lost 20 ferries", "It lost 21 ferries"])),
    st.just(Split(("One part", "Another part"))),
    st.just(Dismiss("an opinion")),
    st.builds(Dismiss, st.just(""), st.just(DismissalKind.DUPLICATE), st.sampled_from(["s1-1", "s1-2", "s1-3"])),
    st.builds(
        propose,
        st.sampled_from(["true", "false"]),
        correction=st.just("Counted again"),
        recheck=st.none() | st.just(date(2026, 6, 1)),
    ),
    st.builds(SignOff, st.integers(1, 2)),
    st.builds(Object, st.integers(1, 2), st.just("Too old")),
)
steps = st.one_of(
    st.tuples(st.integers(1, 4), people, commands),
    st.tuples(st.integers(1, 4), people, commands),
    st.tuples(st.sampled_from(["close", "reopen", "add"]), people, st.none()),
)


@settings(max_examples=40)
@given(st.lists(steps, min_size=5, max_size=30))
def test_lists_always_agree_with_the_claims_themselves(redis_url: str, doings: list[tuple[Any, str, Any]]) -> None:
    async def run() -> None:
        redis = connect(redis_url)
        await redis.flushall()
        store = DeskStore(redis, TEAM)
        await file(store, 3)
        for what, by, command in doings:
            with suppress(Refusal, Missing):
                if what == "close":
                    await close(store, by)
                elif what == "reopen":
                    await reopen(store, by)
                elif what == "add":
                    await add(store, "A claim that was missed", by)
                else:
                    await act(store, command, by, f"s1-{what}")
        await check_lists(store, redis)
        await redis.aclose()

    asyncio.run(run())


async def check_lists(store: DeskStore, redis: Redis) -> None:
    """Every index says what the tasks say, no version is lost, and the log is whole."""
    found = await store.tasks_of("s1")
    assert [t.number for t in found] == list(range(1, len(found) + 1))
    for each in found:
        coherent(each)
    for state in TaskState:
        assert await store.tasks_in(CHANNEL, state) == [t for t in found if t.state is state]
        assert await store.in_state(state) == [t for t in found if t.state is state]
    for person in (ANA, BEN, CARO):
        held = [t.id for t in found if t.assignee == person and t.state in UNFINISHED]
        assert sorted(t.id for t in await store.assigned_to(person)) == held
    due = [t.id for t in found if t.due and t.state in UNFINISHED]
    assert sorted(t.id for t in await store.due_before(NOW + timedelta(days=9))) == due
    rechecks = [
        t.id for t in found if t.state is TaskState.PUBLISHED and t.standing_verdict and t.standing_verdict.recheck
    ]
    assert sorted(t.id for t in await store.rechecks_before(NOW + timedelta(days=90))) == rechecks
    assert sorted(t.id for t in await store.undigested(CHANNEL)) == [t.id for t in found if t.published]
    for each in found:
        repeated = {t.id for t in found if t.dismissal and t.dismissal.of == each.id}
        assert await redis.smembers(store.keys.duplicates_of(each.id)) == repeated
    entries = await audit.entries(redis, store.keys)
    changes = [e for e in entries if e["about"].startswith("s1-")]
    assert len(changes) == sum(t.version - 1 for t in found)
    for each in found:
        versions = [json.loads(e["details"])["version"] for e in changes if e["about"] == each.id]
        assert versions == list(range(2, each.version + 1))
    assert (await audit.verify(redis, store.keys)).finding is None


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


# Articles as a whole


async def test_closing_and_opening_again_changes_the_summary_and_each_card_and_stands_in_the_log(
    store: DeskStore, outbox: Outbox, redis: Redis
) -> None:
    await file(store, 2)
    await act(store, Take(), ANA)
    before = await outbox.waiting(CHANNEL)
    await close(store, BEN)
    assert (await store.submission("s1")).closing is not None
    assert {t.state for t in await store.tasks_of("s1")} == {TaskState.DISMISSED}
    assert await store.assigned_to(ANA) == []
    now = await outbox.waiting(CHANNEL)
    assert all(now[id] > before[id] for id in ("summary:s1", "card:s1-1", "card:s1-2"))
    assert list(await outbox.waiting(ANA)) == ["lost:s1-1:3"]
    await reopen(store, CARO)
    assert [t.state for t in await store.tasks_of("s1")] == [TaskState.ASSIGNED, TaskState.OPEN]
    assert [t.id for t in await store.assigned_to(ANA)] == ["s1-1"]
    assert await log(store, redis, "s1") == [
        ("received", DAN),
        ("filed", "claimdesk"),
        ("closed", BEN),
        ("reopened_article", CARO),
    ]
    await check_lists(store, redis)


async def test_an_added_claim_gets_its_card_and_is_found(store: DeskStore, outbox: Outbox, redis: Redis) -> None:
    await file(store, 2)
    step = await add(store, "The quay is closed on Mondays", CARO)
    assert step.added is not None
    assert await store.task("s1-3") == step.added
    assert "card:s1-3" in await outbox.waiting(CHANNEL)
    assert (await store.submission("s1")).cards == 3
    assert [t.id for t in await store.search("quay mondays", 5)] == ["s1-3"]
    await check_lists(store, redis)


async def test_a_claim_split_off_a_long_article_does_not_skip_what_waits_behind_show_more(
    store: DeskStore, outbox: Outbox
) -> None:
    await file(store, 12)
    await act(store, Split(("One part", "Another part")), ANA)
    assert (await store.submission("s1")).cards == CARDS_AT_ONCE
    assert "card:s1-13" in await outbox.waiting(CHANNEL)
    assert await store.show_more("s1", shown=10)
    assert {"card:s1-11", "card:s1-12"} <= set(await outbox.waiting(CHANNEL))


async def test_a_refused_change_of_an_article_leaves_no_trace(store: DeskStore, outbox: Outbox, redis: Redis) -> None:
    await file(store)
    before = (await store.submission("s1"), await outbox.waiting(CHANNEL), await log(store, redis))
    for refused in (reopen(store), add(store, " ")):
        with pytest.raises(Refusal):
            await refused
    with pytest.raises(Missing):
        await close(store, id="nowhere")
    assert (await store.submission("s1"), await outbox.waiting(CHANNEL), await log(store, redis)) == before


# Duplicates


async def repeat(store: DeskStore, id: str, of: str) -> Step:
    return await act(store, Dismiss("", DismissalKind.DUPLICATE, of), CARO, id)


async def told(outbox: Outbox) -> set[str]:
    return {id for id in await outbox.waiting(CHANNEL) if id.startswith("published:")}


async def test_duplicates_and_their_duplicates_show_every_version_of_the_verdict(
    store: DeskStore, outbox: Outbox
) -> None:
    await file(store, 3)
    await repeat(store, "s1-3", "s1-2")
    await repeat(store, "s1-2", "s1-1")
    await publish(store, "s1-1")
    assert await told(outbox) == {"published:s1-1:1", "published:s1-2:s1-1:1", "published:s1-3:s1-1:1"}
    await act(store, propose("true", correction="Counted again"), ANA)
    await act(store, SignOff(2), BEN)
    assert {"published:s1-2:s1-1:2", "published:s1-3:s1-1:2"} <= await told(outbox)
    assert [t.id for t in await store.corrections()] == ["s1-1"]


async def test_what_becomes_a_duplicate_later_shows_the_verdict_that_stands_with_its_own_duplicates(
    store: DeskStore, outbox: Outbox
) -> None:
    await file(store, 3)
    await publish(store, "s1-1")
    await repeat(store, "s1-3", "s1-2")
    assert await told(outbox) == {"published:s1-1:1"}
    await repeat(store, "s1-2", "s1-1")
    assert await told(outbox) == {"published:s1-1:1", "published:s1-2:s1-1:1", "published:s1-3:s1-1:1"}


async def test_a_duplicate_that_was_reopened_hears_no_more(store: DeskStore, outbox: Outbox) -> None:
    await file(store, 2)
    await repeat(store, "s1-2", "s1-1")
    await act(store, Reopen(), BEN, "s1-2")
    await publish(store, "s1-1")
    assert await told(outbox) == {"published:s1-1:1"}


async def test_what_was_set_aside_itself_can_be_no_original(store: DeskStore) -> None:
    await file(store, 2)
    await act(store, Dismiss("an opinion"), ANA, "s1-1")
    with pytest.raises(Refusal) as refused:
        await repeat(store, "s1-2", "s1-1")
    assert refused.value.sentence == "That claim was set aside itself. Choose one that is open or has a verdict."


# Verdicts once they are published


async def test_a_published_verdict_is_looked_at_again_when_its_day_comes_and_its_page_the_next_day(
    store: DeskStore,
) -> None:
    await file(store)
    await act(store, propose(recheck=date(2026, 6, 1)), ANA)
    await act(store, SignOff(1), BEN)
    day = datetime(2026, 6, 1, tzinfo=UTC)
    assert await store.rechecks_before(day - timedelta(seconds=1)) == []
    assert [t.id for t in await store.rechecks_before(day)] == ["s1-1"]
    assert await store.to_watch(NOW + FIRST_WATCH - timedelta(seconds=1)) == []
    assert await store.to_watch(NOW + FIRST_WATCH) == ["s1"]
    await store.watch_next("s1", None)
    assert await store.to_watch(NOW + timedelta(days=99)) == []
    await act(store, Recheck(), CARO)
    assert await store.rechecks_before(day) == []


async def test_an_overdue_claims_card_is_wanted_once_until_it_is_due_anew(store: DeskStore, outbox: Outbox) -> None:
    await file(store)
    await act(store, SetDue(NOW + timedelta(hours=1)), ANA)
    count = (await outbox.waiting(CHANNEL))["card:s1-1"]
    late = NOW + timedelta(hours=2)
    for _ in range(2):
        await store.mark_overdue(late)
    assert (await outbox.waiting(CHANNEL))["card:s1-1"] == count + 1
    await act(store, SetDue(NOW + timedelta(hours=3)), ANA)
    await store.mark_overdue(late)
    assert (await outbox.waiting(CHANNEL))["card:s1-1"] == count + 2  # the new time alone
    await store.mark_overdue(late + timedelta(hours=1))
    assert (await outbox.waiting(CHANNEL))["card:s1-1"] == count + 3


# The same article twice, texts in parts, failures that may be tried again


async def test_who_asks_for_an_article_that_was_read_joins_its_askers(store: DeskStore, redis: Redis) -> None:
    await file(store)
    await store.receive(submission("s2", asker=CARO))
    assert await store.join("s2", "s1")
    assert not await store.join("s2", "s1")
    joined = await store.submission("s2")
    assert (joined.state, joined.joined) == (SubmissionState.JOINED, "s1")
    assert (await store.submission("s1")).askers == (CARO,)
    assert await store.waiting() == []
    await store.receive(submission("s3", asker=DAN))
    assert await store.join("s3", "s1")
    assert (await store.submission("s1")).askers == (CARO,)  # the first asker is not twice one
    await publish(store, "s1-1")
    assert await Outbox(redis, store.keys).waiting(CARO)
    await store.receive(submission("s4"))
    assert not await store.join("s4", "s3")  # that was read nowhere itself
    with pytest.raises(Missing):
        await store.join("s4", "nowhere")


async def test_an_article_is_found_by_each_of_its_addresses_and_by_nearly_the_same_text(store: DeskStore) -> None:
    text = " ".join(f"The harbour of Linden lost ferry number {n} in a storm." for n in range(40))
    known = article(text=text, canonical="https://harbour-times.com/own")
    await store.receive(submission())
    await store.file("s1", known, [task()], fingerprint(text))
    for url in (PAGE, "https://harbour-times.com/own"):
        assert [s.id for s in await store.of_page(url)] == ["s1"]
    assert await store.of_page("https://harbour-times.com/other") == []
    assert [s.id for s in await store.same_text(fingerprint(text + " Corrected."))] == ["s1"]
    assert await store.same_text(fingerprint("Something else is written here, and nothing of ferries at all.")) == []


async def test_a_text_that_slack_cut_goes_on_until_it_is_read(store: DeskStore) -> None:
    async def more(text: str, ts: str, by: str = DAN, *, cut: bool = False) -> str | None:
        return await store.go_on(CHANNEL, by, text, ts=ts, cut=cut, not_before=NOW + timedelta(seconds=int(ts)))

    await store.receive(submission(text="One"), cut=True)
    assert await more("Another's", "1", CARO) is None
    assert await more("two", "2", cut=True) == "s1"
    assert await more("three", "3") == "s1"
    assert await more("four", "4") is None
    assert [text for _, text in (await store.submission("s1")).more] == ["two", "three"]
    assert await store.waiting(NOW + timedelta(seconds=2)) == []
    assert await store.waiting(NOW + timedelta(seconds=3)) == await store.waiting() == ["s1"]
    await store.receive(submission("s2", text="One"), cut=True)
    await store.begin_reading("s2")
    assert await more("too late", "5") is None


async def test_what_could_not_be_read_waits_again_when_somebody_wants_it(store: DeskStore, redis: Redis) -> None:
    await store.receive(submission())
    assert not await store.try_again("s1", by=ANA)
    await store.begin_reading("s1")
    await store.fail("s1", "x.org does not answer.", reason="busy", retryable=True)
    assert (await store.submission("s1")).retryable
    assert sorted(await asyncio.gather(*(store.try_again("s1", by=ANA) for _ in range(3)))) == [False, False, True]
    waiting = await store.submission("s1")
    assert (waiting.state, waiting.failure, waiting.retryable, waiting.attempts) == (
        SubmissionState.WAITING,
        None,
        False,
        0,
    )
    assert await store.waiting() == ["s1"]
    assert ("try_again", ANA) in await log(store, redis)


async def test_a_message_is_wanted_once_if_it_is_to_be(store: DeskStore, outbox: Outbox) -> None:
    notice = Wanted("drift:s1-1:x", CHANNEL, "notice", body={"text": "x"})
    assert sorted(await asyncio.gather(*(store.want_once(notice) for _ in range(4)))) == [False] * 3 + [True]
    assert await outbox.waiting(CHANNEL) == {notice.id: 1}


async def test_a_text_is_removed_when_all_is_done_and_claims_and_verdicts_stay(store: DeskStore, redis: Redis) -> None:
    text = article().text
    await store.receive(submission(text="<pasted>"))
    await store.file("s1", article(), [task(1), task(2)], fingerprint(text))
    await publish(store, "s1-1")
    assert not await store.remove_text("s1")
    await act(store, Dismiss("an opinion"), ANA, "s1-2")
    assert [s.id for s in await store.old(NOW)] == ["s1"]
    assert await store.remove_text("s1")
    assert (await store.article("s1")).text == (await store.submission("s1")).text == ""
    assert (await store.article("s1")).title == "Fewer ferries"
    assert await store.of_page(PAGE) == await store.same_text(fingerprint(text)) == await store.old(NOW) == []
    (first, second) = await store.tasks_of("s1")
    assert (first.standing, first.claim.text) == (1, task().claim.text)
    assert second.dismissal is not None
    assert await store.to_watch(NOW + timedelta(days=99)) == []
    assert (await audit.verify(redis, store.keys)).finding is None
