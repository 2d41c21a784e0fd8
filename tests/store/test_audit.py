"""Whatever is done to the audit log afterwards is found and named."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.store import audit
from bot.store.audit import BEGINNING, Chain, Entry, Head, digest, linked, read, verified, verify
from bot.store.keys import Keys
from bot.store.records import Records
from bot.store.redis_client import connect

TEAM = "T0DESK"
KEYS = Keys(TEAM)
NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)

Log = list[Entry]


def said(number: int) -> dict[str, str]:
    return {"at": NOW.isoformat(), "by": "U0ANA", "what": "taken", "about": f"s1-{number}", "details": "{}"}


def sample(count: int, before: int = 0) -> tuple[Log, Head]:
    """A log as the desk writes it, with some entries from before it was a chain."""
    log = [Entry(f"{n}-0", said(n)) for n in range(1, before + 1)]
    head = Head(0, BEGINNING)
    for entry in log:
        head = Head(0, digest(entry.fields | {"prev": head.hash}))
    for n in range(before + 1, before + count + 1):
        fields = linked(said(n), head)
        head = Head(head.seq + 1, fields["hash"])
        log.append(Entry(f"{n}-0", fields))
    return log, head


def found(log: Log, head: Head | None) -> str:
    return str(verified(log, head).finding)


# What the hash is


def test_the_hash_is_as_documented_so_that_others_can_check_it() -> None:
    entry = linked({"by": "U0ANA", "details": '{"reason": "naïve"}'}, Head(6, "ab" * 32))
    text = r'{"by":"U0ANA","details":"{\"reason\": \"na\u00efve\"}","prev":"' + "ab" * 32 + '","seq":"7"}'
    assert entry["hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert (entry["seq"], entry["prev"]) == ("7", "ab" * 32)


# What is found


@given(st.integers(0, 6), st.integers(0, 3))
def test_a_log_that_nobody_touched_is_whole(count: int, before: int) -> None:
    log, head = sample(count, before)
    result = verified(log, head if count else None)
    assert result.finding is None
    assert (result.before, result.last.seq) == (before, count)


numbers = st.integers(0, 1000)
texts = st.text(max_size=8)


@st.composite
def touched(draw: st.DrawFn) -> tuple[Log, Head | None, str]:
    """A log after somebody was at it, its head, and what they did."""
    log, head = sample(draw(st.integers(1, 7)), draw(st.integers(0, 2)))
    before = next(i for i, e in enumerate(log) if "hash" in e.fields)
    at = draw(numbers) % len(log)
    entry = log[at]
    how = draw(
        st.sampled_from(
            ["alter", "rehash", "add", "strip", "drop", "double", "move", "slip in", "forge", "cut", "head", "no head"]
        )
    )
    if how == "alter":
        name = draw(st.sampled_from(sorted(entry.fields)))
        value = draw(texts.filter(lambda v: v != entry.fields[name]))
        log[at] = Entry(entry.id, entry.fields | {name: value})
    elif how == "rehash":  # altered, with a hash that fits what it says now
        fields = entry.fields | {"by": "U0EVIL"}
        log[at] = Entry(entry.id, fields | {"hash": digest(fields)} if "hash" in fields else fields)
    elif how == "add":
        log[at] = Entry(entry.id, entry.fields | {"note": draw(texts)})
    elif how == "strip":
        name = draw(st.sampled_from(sorted(entry.fields)))
        log[at] = Entry(entry.id, {k: v for k, v in entry.fields.items() if k != name})
    elif how == "drop":
        del log[at]
    elif how == "double":
        log.insert(draw(numbers) % (len(log) + 1), entry)
    elif how == "move":
        del log[at]
        to = draw(st.integers(0, len(log)).filter(lambda to: to != at)) if log else 0
        log.insert(to, entry)
        how = how if len(log) > 1 else "nothing"
    elif how == "slip in":
        log.insert(draw(numbers) % (len(log) + 1), Entry("0-1", said(0)))
    elif how == "forge":  # as the desk would have written it at that place
        at = before + draw(numbers) % (len(log) - before + 1)
        last = log[at - 1].fields if at > before else None
        follows = Head(int(last["seq"]), last["hash"]) if last else Head(0, log[before].fields["prev"])
        log.insert(at, Entry("0-1", linked(said(0), follows)))
    elif how == "cut":
        del log[draw(st.integers(before, len(log) - 1)) :]
    elif how == "head":
        other = draw(st.builds(Head, st.integers(0, 9), st.sampled_from([BEGINNING, "f" * 64])))
        return log, other, how
    else:
        return log, None, how
    return log, head, how


@given(touched())
def test_whatever_is_done_to_a_log_is_found(after: tuple[Log, Head | None, str]) -> None:
    log, head, how = after
    if how == "nothing":
        assert verified(log, head).finding is None
    else:
        assert verified(log, head).finding is not None, how


def test_what_was_done_is_said_of_the_entry_it_was_done_to() -> None:
    log, head = sample(6)
    one, two, three, four, five, six = log
    evil = Entry("3-0", three.fields | {"by": "U0EVIL"})
    replaced = Entry("3-0", linked(said(33), Head(2, two.fields["hash"])))
    assert found([one, two, evil, four, five, six], head) == (
        "entry 3 (3-0): altered: its hash does not fit what it says"
    )
    assert found([one, two, replaced, four, five, six], head) == (
        "entry 4 (4-0): does not follow entry 3: one of the two was replaced"
    )
    assert found([one, two, four, five, six], head) == "entry 3: dropped, before 4-0"
    assert found([one, five, six], head) == "entry 2: dropped with all up to 4, before 5-0"
    assert found([three, four, five, six], head) == "entry 1: dropped with all up to 2, before 3-0"
    assert found([one, two, four, three, five, six], head) == "entry 3 (3-0): moved: it belongs before 4-0"
    assert found([two, three, four, five, six, one], head) == "entry 1 (1-0): moved: it belongs before 2-0"
    assert found([one, two, three, Entry("3-1", said(9)), four], head) == "entry 4 (3-1): inserted: it has no hash"
    assert found([one, two, three, two, four, five, six], head) == (
        "entry 2 (2-0): inserted or doubled: entry 4 was due"
    )
    assert found([one, two, three, four, five], head) == "entry 6: dropped, at the end"
    assert found([one, two], head) == "entry 3: dropped with all up to 6, at the end"
    assert found([], head) == "entry 1: dropped with all up to 6, at the end"
    assert found(log, Head(5, five.fields["hash"])) == "entry 6: inserted at the end: the head does not know it"
    assert found(log, None) == "entry 6: the head that should name it is missing"
    assert found([one, two, three, four, five, Entry("6-0", linked(said(66), Head(5, five.fields["hash"])))], head) == (
        "entry 6: is not the one that the head names: one of the two was replaced"
    )


def test_entries_from_before_the_chain_are_counted_and_cannot_be_changed_once_it_has_begun() -> None:
    log, head = sample(2, before=3)
    assert verified(log, head).before == 3
    changed = [Entry("1-0", log[0].fields | {"by": "U0EVIL"}), *log[1:]]
    assert found(changed, head) == (
        "entry 1 (4-0): does not follow the 3 entries from before the chain: they were changed"
    )
    assert found(log[3:], head) == "entry 1 (4-0): does not begin the log: what stood before it was dropped"


# On Redis


class Writer(Records):
    """A store that does nothing but log."""

    async def step(self, *about: str) -> None:
        async def watched(pipe: object) -> object:
            def write() -> None:
                for id in about:
                    self._log(pipe, "U0ANA", "taken", id, note="a" * 50)  # type: ignore[arg-type]

            return write

        await self._atomically(watched, self.keys.task("s1"))  # type: ignore[arg-type]


async def test_processes_that_write_at_once_make_one_unbroken_chain(redis_url: str, redis: Redis) -> None:
    clients = [connect(redis_url) for _ in range(2)]
    writers = [Writer(client, TEAM) for client in clients]
    await asyncio.gather(*(writers[n % 2].step(f"s1-{n}", f"s2-{n}") for n in range(60)))
    for client in clients:
        await client.aclose()
    result = await verify(redis, KEYS)
    assert result.finding is None
    assert (result.before, result.last.seq) == (0, 120)
    about = [entry["about"] for entry in await audit.entries(redis, KEYS)]
    assert about[1::2] == [id.replace("s1", "s2") for id in about[::2]]
    assert sorted(about) == sorted(f"s{s}-{n}" for s in (1, 2) for n in range(60))


async def test_the_log_can_be_verified_while_the_desk_goes_on(redis: Redis) -> None:
    writer = Writer(redis, TEAM)
    results, _ = await asyncio.gather(
        asyncio.gather(*(verify(redis, KEYS) for _ in range(20))),
        asyncio.gather(*(writer.step(f"s1-{n}") for n in range(40))),
    )
    assert [result.finding for result in results] == [None] * 20
    assert (await verify(redis, KEYS)).last.seq == 40


async def test_a_log_from_before_the_chain_is_continued_and_sealed(redis: Redis) -> None:
    for n in range(3):
        await redis.xadd(KEYS.log(), dict(said(n).items()))
    assert str((await verify(redis, KEYS)).finding) == "None"
    await Writer(redis, TEAM).step("s1-1")
    result = await verify(redis, KEYS)
    assert (result.finding, result.before, result.last.seq) == (None, 3, 1)
    first, *_ = [entry async for entry in read(redis, KEYS)]
    await redis.xdel(KEYS.log(), first.id)
    assert "2 entries from before the chain: they were changed" in str((await verify(redis, KEYS)).finding)


async def test_what_is_done_to_the_stream_is_found(redis: Redis) -> None:
    writer = Writer(redis, TEAM)
    for n in range(1, 6):
        await writer.step(f"s1-{n}")
    ids = [entry.id async for entry in read(redis, KEYS)]
    await redis.xdel(KEYS.log(), ids[-1])
    assert str((await verify(redis, KEYS)).finding) == "entry 5: dropped, at the end"
    await writer.step("s1-6")  # goes on from the head, and so the hole stays visible
    assert str((await verify(redis, KEYS)).finding).startswith("entry 5: dropped, before ")
    await redis.xtrim(KEYS.log(), maxlen=2, approximate=False)
    assert str((await verify(redis, KEYS)).finding).startswith("entry 1: dropped with all up to 3, before ")
    await redis.delete(KEYS.log())
    assert str((await verify(redis, KEYS)).finding) == "entry 1: dropped with all up to 6, at the end"


async def test_a_lost_head_does_not_hide_what_stood_before_it(redis: Redis) -> None:
    writer = Writer(redis, TEAM)
    await writer.step("s1-1")
    await redis.delete(KEYS.log_head())
    await writer.step("s1-2")
    assert "inserted or doubled: entry 2 was due" in str((await verify(redis, KEYS)).finding)


async def test_workspaces_have_chains_of_their_own(redis: Redis) -> None:
    for team in (TEAM, "T0OTHER"):
        await Writer(redis, team).step("s1-1")
    assert [(await verify(redis, Keys(team))).last.seq for team in (TEAM, "T0OTHER", "T0NONE")] == [1, 1, 0]


@pytest.mark.slow
async def test_a_long_log_is_verified_in_the_memory_of_a_short_one(redis: Redis) -> None:
    async def grow_to(total: int) -> int:
        """Peak bytes of verifying a log of so many entries."""
        while (await verify(redis, KEYS)).last.seq < total:
            async with redis.pipeline(transaction=True) as pipe:
                chain = await Chain.end(pipe, KEYS)
                pipe.multi()  # type: ignore[no-untyped-call]
                for n in range(2000):
                    chain.append(pipe, at=NOW, by="U0ANA", what="taken", about=f"s1-{n}", details={"text": "a" * 200})
                await pipe.execute()
        tracemalloc.start()
        result = await verify(redis, KEYS)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert result.finding is None
        assert result.last.seq == total
        return peak

    short, long = await grow_to(2_000), await grow_to(10_000)
    assert long < 1.5 * short
