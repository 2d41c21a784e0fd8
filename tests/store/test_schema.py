"""Records of the first version become records of this one: once, whole, and again without harm."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
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
    do,
    in_review,
    propose,
    published,
    submission,
    task,
)
from redis.asyncio import Redis
from store.test_backup import exported

from bot.articles.same_text import fingerprint
from bot.desk.commands import SignOff
from bot.desk.task import TaskState
from bot.desk.transitions import Context, apply
from bot.store import audit
from bot.store.backlog import backlog
from bot.store.backup import restore
from bot.store.desk_store import DeskStore
from bot.store.migrations import MIGRATIONS, SCHEMA
from bot.store.outbox import Outbox
from bot.store.parked import parked
from bot.store.reminder_store import ReminderStore
from bot.store.schema import NewerSchema, _Upgrade, bring_up_to_date, schema_of
from bot.store.upkeep_keys import UpkeepKeys

FIRST = Path(__file__).with_name("desk_of_schema_0.ndjson")
"""Written by the code of the first version: four articles, with claims in every state it had, messages waiting."""
KEYS = UpkeepKeys(TEAM)


@pytest.fixture
async def desk(redis: Redis) -> DeskStore:
    """The desk of the first version, after it was brought up to date."""
    with FIRST.open("rb") as lines:
        assert [team async for team, _ in restore(redis, lines)] == [TEAM]
    return DeskStore(redis, TEAM)


async def test_a_published_verdict_of_the_first_version_stands_and_can_be_corrected(
    redis: Redis, desk: DeskStore
) -> None:
    task = await desk.task("s1-1")
    assert (task.state, task.standing) == (TaskState.PUBLISHED, 2)
    assert task.standing_verdict is not None
    assert task.standing_verdict.writers == (BEN, ANA)
    assert [v.writers for v in task.earlier] == [(BEN,)]
    assert (await desk.task("s1-2")).standing is None
    assert (await desk.task("s4-1")).standing == 1

    context = Context(DAN, RULES, NOW)
    correction = propose("true", said="said", correction="The register was misread.", summary="It did.")
    await desk.change_task("s1-1", lambda t, _: apply(t, correction, context), by=DAN)
    signing = Context(BEN, RULES, NOW)
    done = await desk.change_task("s1-1", lambda t, _: apply(t, SignOff(3), signing), by=BEN)
    assert done.task.standing == 3
    assert [t.id for t in await desk.corrections()] == ["s1-1"]


async def test_what_later_versions_look_things_up_by_is_there(redis: Redis, desk: DeskStore) -> None:
    assert await schema_of(redis, KEYS) == SCHEMA
    assert {t.id for t in await desk.search("ferries", 10)} == {"s1-1", "s1-2", "s1-3", "s1-4", "s3-1", "s4-1"}
    assert {s.id for s in await desk.in_thread(CHANNEL, "1778578200.000100")} == {"s1"}
    assert {s.id for s in await desk.in_thread(CHANNEL, "1778578302.000100")} == {"s3"}, "its summary starts a thread"
    assert {s.id for s in await desk.of_page(PAGE)} == {"s1"}
    text = (await desk.article("s1")).text
    assert {s.id for s in await desk.same_text(fingerprint(text))} == {"s1", "s4"}
    assert {s.id for s in await desk.newest(10)} == {"s1", "s3", "s4"}
    assert await ReminderStore(redis, TEAM).people(CHANNEL) == {ANA, BEN, CARO}
    assert {s.id for s in await desk.read_from(CHANNEL, "1778578200.000100")} == {"s1"}
    assert {s.id for s in await desk.old(NOW.replace(year=2027))} == {"s1", "s2", "s3", "s4"}
    assert set(await desk.naming(NOW.replace(year=2027))) == {"s1", "s2", "s3", "s4"}
    assert (await desk.submission("s1")).title == "Fewer ferries"
    assert {t.id for t in await desk.in_state(TaskState.OPEN)} == {"s1-4", "s3-1"}
    assert set(await desk.to_watch(NOW.replace(year=2027))) == {"s1", "s4"}


async def test_what_was_parked_before_parked_ones_were_counted_is_counted_and_listed(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    store = DeskStore(redis, TEAM)
    for id, reason in (("a", "internal:KeyError"), ("b", "gone"), ("c", "internal:ValueError"), ("d", "internal:X")):
        await store.receive(submission(id))
        await store.fail(id, "Sorry.", reason=reason, retryable=True)
    await store.try_again("c", by=ANA)
    await store.try_again("d", by=ANA)
    await store.fail("d", "No such page.", reason="gone")
    await redis.delete(KEYS.parked())
    await redis.set(KEYS.schema(), 2)
    await bring_up_to_date(redis, TEAM)
    assert (await backlog(redis, KEYS)).parked == 1
    assert [(each.submission.id, each.reason) for each in await parked(redis, TEAM)] == [("a", "KeyError")]


async def test_nothing_is_told_anew_and_what_waited_can_still_be_sent(redis: Redis, desk: DeskStore) -> None:
    assert [t.id for t in await desk.undigested(CHANNEL)] == ["s1-1"], "the other one a digest has told of"
    outbox = Outbox(redis, KEYS)
    assert list(await outbox.waiting(CHANNEL)) == ["card:s3-1", "published:s1-1:2"]
    told = await outbox.message("told:s1-1:2")
    assert told is not None
    assert told.wanted.about == "s1-1 2 s1-1"
    posted = await outbox.message("card:s1-2")
    assert posted is not None
    assert posted.ts == "1778578304.000100"


async def test_the_log_stays_and_says_that_the_records_were_brought_up_to_date(redis: Redis, desk: DeskStore) -> None:
    verified = await audit.verify(redis, KEYS)
    assert verified.finding is None
    first = [json.loads(line) for line in FIRST.read_text("utf-8").splitlines() if '"key":"log"' in line]
    ids = [id for line in first for id, _ in line["entries"]]
    *old, new = [entry async for entry in audit.read(redis, KEYS)]
    assert [entry.id for entry in old] == ids
    assert (new.fields["by"], new.fields["what"]) == ("claimdesk", "upgraded")
    assert json.loads(new.fields["details"]) == {"before": 0, "now": SCHEMA, "records": 26}


async def test_once_more_changes_nothing_but_the_log(redis: Redis, desk: DeskStore) -> None:
    def records(data: bytes) -> list[bytes]:
        return [line for line in data.splitlines()[1:-1] if not line.startswith(b'{"key":"log')]

    once = await exported(redis)
    await bring_up_to_date(redis, TEAM)
    assert await exported(redis) == once
    await redis.delete(KEYS.schema())
    await bring_up_to_date(redis, TEAM)
    assert records(await exported(redis)) == records(once)


async def test_a_desk_that_was_brought_up_to_date_is_the_same_after_export_and_import(
    redis: Redis, desk: DeskStore
) -> None:
    data = await exported(redis)
    await redis.flushall()
    async for _ in restore(redis, io.BytesIO(data)):
        pass
    assert await exported(redis) == data


async def test_of_processes_that_start_at_once_one_does_the_work(redis: Redis, desk: DeskStore) -> None:
    await redis.delete(KEYS.schema())
    await asyncio.gather(*(bring_up_to_date(redis, TEAM) for _ in range(4)))
    assert len(await audit.entries(redis, KEYS, TEAM)) == 2


async def test_work_that_was_broken_off_is_done_again_from_the_start(redis: Redis, desk: DeskStore) -> None:
    whole = await exported(redis)
    await redis.flushall()
    data = FIRST.read_bytes()
    for stop_after in (1, 5, 12):
        await redis.flushall()
        async for _ in restore(redis, io.BytesIO(data)):
            pass
        # Back to how it was: the records of the first version under their own names.
        await redis.flushall()
        for line in map(json.loads, data.splitlines()[1:-1]):
            await put(redis, line)
        async for done in _Upgrade(redis, TEAM, MIGRATIONS).run():
            if done == stop_after:
                break
        assert await schema_of(redis, KEYS) == 0
        await bring_up_to_date(redis, TEAM)
        assert await schema_of(redis, KEYS) == SCHEMA
        ours = [line for line in (await exported(redis)).splitlines()[1:-1] if not line.startswith(b'{"key":"log')]
        theirs = [line for line in whole.splitlines()[1:-1] if not line.startswith(b'{"key":"log')]
        assert ours == theirs


async def put(redis: Redis, line: dict[str, object]) -> None:
    key = KEYS.named(str(line["key"]))
    match line:
        case {"value": str(value)}:
            await redis.set(key, value)
        case {"items": list(items)}:
            await redis.rpush(key, *items)
        case {"members": list(members)} if line["type"] == "set":
            await redis.sadd(key, *members)
        case {"members": list(members)}:
            await redis.zadd(key, dict(members))
        case {"fields": dict(fields)}:
            await redis.hset(key, mapping=fields)
        case {"entries": list(entries)}:
            for id, fields in entries:
                await redis.xadd(key, fields, id=id)


async def test_a_workspace_without_records_gets_the_version_of_this_code(redis: Redis) -> None:
    await bring_up_to_date(redis, TEAM)
    assert await schema_of(redis, KEYS) == SCHEMA
    assert await redis.keys("*") == [KEYS.schema()]


async def test_a_newer_workspace_is_refused_in_one_line(redis: Redis) -> None:
    await redis.set(KEYS.schema(), SCHEMA + 1)
    with pytest.raises(
        NewerSchema, match=rf"^workspace {TEAM}: records of version {SCHEMA + 1}, and this .*newer one$"
    ):
        await bring_up_to_date(redis, TEAM)


def test_records_of_this_version_are_left_as_they_are() -> None:
    told = published(task())
    for each in (task(), in_review(task()), told, do(told, propose("true", correction="misread"), BEN).task):
        record = json.loads(each.model_dump_json())
        for migration in MIGRATIONS:
            assert migration.task(record) == record
            message = {"shows": "told", "about": "s1-1 2 s1-1"}
            assert migration.message(message) == message
            assert migration.submission({"id": "s1"}) == {"id": "s1"}
