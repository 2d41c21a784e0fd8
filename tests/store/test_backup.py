"""A workspace exported and restored on a real Redis: byte for byte, whole or not at all, also while people work."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import count, takewhile

import pytest
from desk.samples import ANA, BEN, CHANNEL, NOW, RULES, TEAM, article, propose, submission, task
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.articles.same_text import fingerprint
from bot.desk.commands import PutBack, SignOff, Take
from bot.desk.house import House
from bot.desk.messages import Wanted
from bot.desk.task import Task
from bot.desk.transitions import Context, apply
from bot.digest.schedule import DigestSettings
from bot.reminders.records import Marks
from bot.store import audit, backup
from bot.store.backup import BackupError, export, restore
from bot.store.desk_store import DeskStore, teams
from bot.store.house_store import Draft, HouseStore
from bot.store.migrations import SCHEMA
from bot.store.outbox import Outbox
from bot.store.redis_client import connect
from bot.store.schema import bring_up_to_date
from bot.store.upkeep_keys import PASSING, RECORDS, UpkeepKeys

KEYS = UpkeepKeys(TEAM)


@pytest.fixture
async def desk(redis: Redis) -> DeskStore:
    """A desk with something of nearly everything, from its first day on at the version of this code."""
    store = DeskStore(redis, TEAM)
    await bring_up_to_date(redis, TEAM)
    for n in range(3):
        id = f"s{n}"
        text = f"Text number {n} “ä \u2028 \x00 👩🏽‍🚒” " + " ".join(f"word{n}x{i}" for i in range(300))
        await store.receive(submission(id, thread_ts=f"177857820{n}.000100"))
        tasks = [task(k, submission=id) for k in (1, 2, 3)]
        await store.file(id, article(text=text), tasks, fingerprint(text))
    await act(store, "s0-1", propose(), ANA)
    await act(store, "s0-1", SignOff(1), BEN)
    await act(store, "s1-1", Take(), ANA)
    await store.change_digest(CHANNEL, lambda _: DigestSettings(channel=CHANNEL), by=ANA)
    houses = HouseStore(redis, TEAM)
    await houses.change_house(House(), by=ANA)
    await houses.keep_draft("s1-1", ANA, Draft(values={"explanation": "half a sen"}))
    await redis.set(KEYS.marks(ANA), Marks().model_dump_json())
    outbox = Outbox(redis, KEYS)
    await outbox.trying("summary:s0", 1778578200.25)
    await outbox.done(CHANNEL, "card:s0-1", 1, channel=CHANNEL, ts="1778578300.000100")
    await outbox.bury(CHANNEL, "card:s0-2", "is_archived")
    for key in (KEYS.pace(CHANNEL), KEYS.sending(CHANNEL), KEYS.cut(CHANNEL, ANA), KEYS.upgrading()):
        await redis.set(key, "passing", ex=600)
    return store


async def act(store: DeskStore, id: str, command: object, by: str) -> None:
    context = Context(by, RULES, NOW)
    await store.change_task(id, lambda t, _: apply(t, command, context), by=by)  # type: ignore[arg-type]


async def exported(redis: Redis, team: str = TEAM) -> bytes:
    out = io.BytesIO()
    await export(redis, team, out)
    return out.getvalue()


async def restored(redis: Redis, data: bytes) -> list[tuple[str, int]]:
    async with aclosing(restore(redis, io.BytesIO(data))) as done:
        return [each async for each in done]


async def test_what_is_restored_is_the_same_byte_by_byte_and_work_goes_on(redis: Redis, desk: DeskStore) -> None:
    data = await exported(redis)
    ids = [entry.id async for entry in audit.read(redis, KEYS)]
    head = await redis.get(KEYS.log_head())
    await redis.flushall()

    ((team, lines),) = await restored(redis, data)
    assert (team, lines) == (TEAM, data.count(b"\n") - 2)
    assert await exported(redis) == data
    assert await teams(redis) == [TEAM]
    assert [entry.id async for entry in audit.read(redis, KEYS)] == ids
    assert await redis.get(KEYS.log_head()) == head
    assert (await audit.verify(redis, KEYS)).finding is None
    assert [t.id for t in await desk.assigned_to(ANA)] == ["s1-1"]
    await act(desk, "s1-1", PutBack(), ANA)
    assert (await audit.verify(redis, KEYS)).finding is None
    message = await Outbox(redis, KEYS).message("summary:s0")
    assert message is not None
    assert message.tried == 1778578200.25  # a post of unknown fate is looked up before it is made again
    (found,) = await desk.search("word1x7 ferries", 1) or [None]
    assert found is not None


async def test_the_lines_are_in_order_and_say_what_they_are(redis: Redis, desk: DeskStore) -> None:
    header, *records, end = [json.loads(line) for line in (await exported(redis)).splitlines()]
    assert header == {"format": "claimdesk desk", "schema": SCHEMA, "team": TEAM}
    names = [record["key"] for record in records]
    assert names == sorted(names)
    assert {name.partition(":")[0] for name in names} <= RECORDS
    assert {record["type"] for record in records} == {"string", "hash", "list", "set", "zset", "stream"}
    assert end["lines"] == len(records)
    assert "passing" not in str(records)
    (one,) = [record for record in records if record["key"] == "task:s1-1"]
    assert Task.model_validate_json(one["value"]).assignee == ANA


def test_every_kind_of_key_is_either_kept_or_known_to_be_passing() -> None:
    kinds = set()
    for name, method in inspect.getmembers(UpkeepKeys, inspect.isfunction):
        if not name.startswith("_") and name not in ("named", "short"):
            arguments = ["x"] * (len(inspect.signature(method).parameters) - 1)
            kinds.add(KEYS.short(method(KEYS, *arguments)).partition(":")[0])
    assert kinds == RECORDS | PASSING
    assert not RECORDS & PASSING


async def test_long_lists_sets_and_streams_take_several_lines(
    redis: Redis, desk: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PART", 3)
    monkeypatch.setattr(backup, "AT_ONCE", 5)
    for n in range(20):
        await desk.want(Wanted(f"n:{n}", CHANNEL, "notice", body={"text": "x"}))
        await act(desk, "s2-1", Take() if n % 2 == 0 else PutBack(), ANA)
    data = await exported(redis)
    parts = [json.loads(line).get("key") for line in data.splitlines()]
    for long in ("log", f"outbox:{CHANNEL}", "words", "words-of", "print:s1"):
        assert (parts.count(long) > 1) == (long != "print:s1"), long
    await redis.flushall()
    await restored(redis, data)
    assert await exported(redis) == data
    assert (await audit.verify(redis, KEYS)).finding is None


async def test_what_expires_expires_when_it_would_have(redis: Redis, desk: DeskStore) -> None:
    before = time.time() + await redis.pttl(KEYS.draft("s1-1", ANA)) / 1000
    data = await exported(redis)
    await redis.flushall()
    await restored(redis, data)
    after = time.time() + await redis.pttl(KEYS.draft("s1-1", ANA)) / 1000
    assert abs(before - after) < 1.5
    assert await redis.pttl(KEYS.marks(ANA)) == -1
    assert await exported(redis) == data


async def test_two_workspaces_stand_one_after_the_other(redis: Redis, desk: DeskStore) -> None:
    other = DeskStore(redis, "T0OTHER")
    await bring_up_to_date(redis, "T0OTHER")
    await other.receive(submission("s9", team="T0OTHER"))
    both = await exported(redis) + await exported(redis, "T0OTHER")
    await redis.flushall()
    assert [team for team, _ in await restored(redis, both)] == [TEAM, "T0OTHER"]
    assert await exported(redis) + await exported(redis, "T0OTHER") == both


# What is no whole export


def altered(data: bytes, place: int, line: bytes | None) -> bytes:
    lines = data.splitlines(keepends=True)
    lines[place : place + 1] = [] if line is None else [line]
    return b"".join(lines)


def signed(data: bytes) -> bytes:
    """As somebody would who knows the format."""
    *lines, end = data.splitlines(keepends=True)
    last = json.loads(end) | {"lines": len(lines) - 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    return b"".join(lines) + json.dumps(last).encode() + b"\n"


async def test_what_is_not_a_whole_export_leaves_nothing_behind(redis: Redis, desk: DeskStore) -> None:
    data = await exported(redis)
    await redis.flushall()
    newer = data.replace(f'"schema":{SCHEMA}'.encode(), b'"schema":99', 1)
    stranger = signed(altered(data, 5, b'{"key":"installation:x","type":"string","value":"1"}\n'))
    log = next(place for place, line in enumerate(data.splitlines()) if line.startswith(b'{"key":"log"'))
    entries = b'[["5-1",{"a":"b"}],["4-1",{"a":"b"}]]'
    backwards = signed(altered(data, log, b'{"key":"log","type":"stream","entries":' + entries + b"}\n"))
    empty = signed(altered(data, 5, b'{"key":"message:x","type":"hash","fields":{}}\n'))
    twice = signed(altered(data, 3, data.splitlines(keepends=True)[3] * 2))
    for broken, said in (
        (b"", "nothing to import"),
        (b"\n", "line 1: this is no line of an export"),
        (b"\xff\xfe\n", "line 1: this is no line of an export"),
        (b"[1]\n", "line 1: this is no line"),
        (b'{"key": "x"}\n', "line 1: this is no export of a desk"),
        (data[: len(data) // 2].rpartition(b"\n")[0] + b"\n", f"{TEAM}: the end is missing"),
        (data[: len(data) // 2], "this is no line of an export"),
        (altered(data, 7, None), "what stands above it is not what was exported"),
        (data.replace(b"half a sen", b"half a pen"), "what stands above it is not what was exported"),
        (newer, f"{TEAM}: records of version 99; this Claimdesk knows versions up to {SCHEMA}"),
        (data.replace(TEAM.encode(), b"T} {x", 1), "line 1: no workspace or no version is named"),
        (stranger, "line 6: this is no record of a desk"),
        (backwards, "Redis refuses a record"),
        (empty, "line 6: this is no record of a desk"),
        (twice, "line 5: this is no record of a desk"),
        (data + b'{"more": 1}\n', "this is no export of a desk"),
    ):
        with pytest.raises(BackupError, match=said):
            await restored(redis, broken)
        left = {key for key in await redis.keys("*") if key != "claimdesk:teams"}
        if not broken.startswith(data):  # then the workspace itself was whole
            assert left == set(), said


async def test_a_workspace_with_records_is_left_alone(redis: Redis, desk: DeskStore) -> None:
    data = await exported(redis)
    with pytest.raises(BackupError, match=f"{TEAM}: this workspace has records already"):
        await restored(redis, data)
    assert await exported(redis) == data


async def test_a_desk_that_begins_to_work_during_an_import_is_not_overwritten(redis: Redis, desk: DeskStore) -> None:
    data = await exported(redis)
    await redis.flushall()

    lines = data.splitlines(keepends=True)
    staging = backup._Staging(redis, KEYS, 1)
    await staging.begin()
    await staging.take(lines[0], iter(enumerate(lines[1:], 2)))
    await desk.receive(submission("new"))
    with pytest.raises(BackupError, match="has records already"):
        await staging.finish()
    await staging.clear()
    assert (await desk.submission("new")).id == "new"
    assert [key for key in await redis.keys("*") if ":import" in key] == []


async def test_keys_of_an_unknown_kind_are_never_left_out_in_silence(redis: Redis, desk: DeskStore) -> None:
    await redis.set(KEYS.named("novelty:1"), "x")
    with pytest.raises(BackupError, match="a kind that this version does not know \\('novelty'\\)"):
        await exported(redis)


# While people work


@pytest.fixture
async def people_at_work(redis_url: str, desk: DeskStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """Somebody takes and puts back claims without a pause, in the time of one reading often; the list has how often."""
    monkeypatch.setattr(backup, "AT_ONCE", 2)
    client = connect(redis_url)
    store, done, stop = DeskStore(client, TEAM), [0], asyncio.Event()

    async def work() -> None:
        for n in takewhile(lambda _: not stop.is_set(), count()):
            for command in (Take(), PutBack()):
                await act(store, f"s{n % 3}-2", command, BEN)
                done[0] += 1

    working = asyncio.create_task(work())
    yield done
    stop.set()
    await working
    await client.aclose()


async def until(done: list[int], enough: int) -> None:
    async with asyncio.timeout(20):
        while done[0] < enough:  # noqa: ASYNC110 - it is another task that counts
            await asyncio.sleep(0.01)


async def test_an_export_while_people_work_shows_one_moment(
    redis: Redis, redis_url: str, desk: DeskStore, people_at_work: list[int]
) -> None:
    await until(people_at_work, 20)
    before = people_at_work[0]
    data = await exported(redis)
    during = people_at_work[0]
    await until(people_at_work, during + 4)  # they go on afterwards
    assert during > before, "nobody was at work"
    elsewhere = connect(redis_url.replace("db=0", "db=1"))
    await elsewhere.flushdb()
    await restored(elsewhere, data)
    copy = DeskStore(elsewhere, TEAM)
    assert (await audit.verify(elsewhere, copy.keys)).finding is None
    last: dict[str, str] = {}
    async for entry in audit.read(elsewhere, copy.keys):
        if entry.fields["what"] in ("taken", "put_back"):
            last[entry.fields["about"]] = json.loads(entry.fields["details"])["state"]
    assert last
    for id, state in last.items():
        assert (await copy.task(id)).state == state
        assert id in {t.id for t in await copy.in_state((await copy.task(id)).state)}
    await elsewhere.aclose()


@pytest.mark.parametrize("why", ["too large", "not allowed"])
async def test_a_desk_that_cannot_be_held_is_to_be_stopped_first(
    redis: Redis, desk: DeskStore, people_at_work: list[int], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise ResponseError("NOPERM")

    if why == "too large":
        monkeypatch.setattr(backup, "HELD", 0.000_001)
    else:
        monkeypatch.setattr(redis, "client_pause", refused)
    await until(people_at_work, 1)
    with pytest.raises(BackupError, match=f"{TEAM}: it changes faster than it can be read .* stop web, worker"):
        await exported(redis)


async def test_a_desk_at_rest_is_not_held(redis: Redis, desk: DeskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None:
        raise AssertionError("held")

    monkeypatch.setattr(redis, "client_pause", never)
    assert await exported(redis)
