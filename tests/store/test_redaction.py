"""What was taken out of the log is gone, the log is still proven whole, and nobody else can take anything out."""

from __future__ import annotations

import asyncio
import io
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from desk.samples import ANA, BEN, TEAM
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import LockError

from bot.store import redaction
from bot.store.audit import BEGINNING, REDACTED, Entry, Head, digest, linked, read, verified, verify, verify_end
from bot.store.backup import export, restore
from bot.store.migrations import SCHEMA
from bot.store.records import Records
from bot.store.redaction import IN_ONE, Fields, Redaction, with_details
from bot.store.upkeep_keys import UpkeepKeys

KEYS = UpkeepKeys(TEAM)
NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


def said(number: int, by: str) -> Fields:
    details = json.dumps({"assignee": by}, sort_keys=True)
    return {"at": NOW.isoformat(), "by": by, "what": "taken", "about": f"s1-{number}", "details": details}


async def write(redis: Redis, count: int, before: int = 0) -> None:
    """A log in which Ana and Ben take turns; the first entries are from before the chain."""
    head = Head(0, BEGINNING)
    async with redis.pipeline(transaction=False) as pipe:
        for n in range(1, before + count + 1):
            fields = said(n, ANA if n % 2 else BEN)
            if n <= before:
                head = Head(0, digest(fields | {"prev": head.hash}))
            else:
                fields = linked(fields, head)
                head = Head(head.seq + 1, fields["hash"])
            pipe.xadd(KEYS.log(), fields, id=f"{n}-0")  # type: ignore[arg-type]
        if count:
            pipe.set(KEYS.log_head(), json.dumps(asdict(head)))
        await pipe.execute()


def without(user: str, instead: str = "left-0") -> redaction.Redact:
    """Has another name stand where this one did."""

    def redact(fields: Fields) -> Fields:
        details = with_details(fields, lambda d: {k: instead if v == user else v for k, v in d.items()})  # type: ignore[attr-defined]
        return fields | {"by": instead if fields["by"] == user else fields["by"], "details": details}

    return redact


async def forget(redis: Redis, user: str = ANA, instead: str = "left-0") -> int:
    return await Redaction(redis, KEYS).run(without(user, instead), by="operator", why="forget")


async def log_of(redis: Redis) -> list[Entry]:
    return [entry async for entry in read(redis, KEYS)]


async def head_of(redis: Redis) -> Head:
    return Head(**json.loads(str(await redis.get(KEYS.log_head()))))


async def finding(redis: Redis) -> str:
    return str((await verify(redis, KEYS)).finding)


@pytest.mark.parametrize(("count", "before"), [(7, 0), (5, 4), (0, 5), (1, 1)])
async def test_a_name_is_gone_and_the_log_is_whole(redis: Redis, count: int, before: int) -> None:
    await write(redis, count, before)
    was = await log_of(redis)
    assert await forget(redis) == (count + before + 1) // 2
    *log, voucher = await log_of(redis)
    assert ANA not in str([*log, voucher])
    assert [(e.id, e.fields["at"], e.fields["about"]) for e in log] == [
        (e.id, e.fields["at"], e.fields["about"]) for e in was
    ]
    assert [e for e in log if e.fields["by"] == BEN] == [e for e in was if e.fields["by"] == BEN]
    for entry, before_it in zip(log, was, strict=True):
        for name in ("seq", "prev", "hash"):
            assert name not in before_it.fields or entry.fields[name] == before_it.fields[name]
    assert (voucher.fields["by"], voucher.fields["what"], voucher.fields["about"]) == ("operator", REDACTED, TEAM)
    result = await verify(redis, KEYS)
    assert (result.finding, result.redacted, result.before) == (None, (count + before + 1) // 2, before)
    assert (await verify_end(redis, KEYS, 1000)).finding is None
    assert not await redis.keys("*aside*")
    assert not await redis.exists(KEYS.redacting())


async def test_the_desk_goes_on_with_the_chain(redis: Redis) -> None:
    await write(redis, 3, 2)
    await forget(redis)
    await note(Records(redis, TEAM), BEN)
    assert await forget(redis, BEN) == 3
    assert (await verify(redis, KEYS)).finding is None


async def test_an_entry_may_be_redacted_twice_and_only_the_last_time_counts(redis: Redis) -> None:
    await write(redis, 5, 2)
    await forget(redis, ANA, "U0X")
    once = await log_of(redis)
    assert await forget(redis, "U0X", "left-1") == 4
    assert await finding(redis) == "None"
    twice = await log_of(redis)
    for back in (0, 2):  # one from before the chain, one of the chain
        assert verified([*twice[:back], once[back], *twice[back + 1 :]], await head_of(redis)).finding is not None


async def test_nothing_changes_where_nobody_is_named(redis: Redis) -> None:
    await write(redis, 4)
    was, head = await log_of(redis), await head_of(redis)
    assert await forget(redis, "U0NOBODY") == 0
    assert (await log_of(redis), await head_of(redis)) == (was, head)


# What is not accepted


@st.composite
def touched(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], str]:
    """A log with redacted entries after somebody was at it."""
    redacted = [i for i, e in enumerate(log) if REDACTED in e.fields]
    whole = [i for i, e in enumerate(log) if REDACTED not in e.fields and e.fields["what"] != REDACTED]
    vouchers = [i for i, e in enumerate(log) if e.fields["what"] == REDACTED]
    how = draw(st.sampled_from(["alter", "strip", "add", "unmark", "forge", "drop", "voucher gone", "voucher less"]))
    log = list(log)
    at = draw(st.sampled_from(redacted))
    entry = log[at]
    if how == "alter":
        name = draw(st.sampled_from(sorted(entry.fields)))
        log[at] = Entry(entry.id, entry.fields | {name: draw(st.text(max_size=5).map(lambda t: "~" + t))})
    elif how == "strip":
        name = draw(st.sampled_from(sorted(entry.fields)))
        log[at] = Entry(entry.id, {k: v for k, v in entry.fields.items() if k != name})
    elif how == "add":
        log[at] = Entry(entry.id, entry.fields | {"note": "x"})
    elif how == "unmark":
        log[at] = Entry(entry.id, {k: v for k, v in entry.fields.items() if k not in (REDACTED, "hash")})
    elif how == "forge":  # a redacted entry that nobody vouches for
        at = draw(st.sampled_from(whole))
        kept = {"prev": "0" * 64, "hash": digest(log[at].fields)} | log[at].fields
        log[at] = Entry(log[at].id, kept | {"by": "left-9", REDACTED: "forget"})
    elif how == "drop":
        del log[at]
    elif how == "voucher gone":
        del log[draw(st.sampled_from(vouchers))]
    else:
        at = draw(st.sampled_from(vouchers))
        details = json.loads(log[at].fields["details"])
        details["entries"].pop()
        log[at] = Entry(log[at].id, log[at].fields | {"details": json.dumps(details)})
    return log, how


@pytest.fixture
async def redacted(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Entry], Head]:
    """A log with entries that were redacted once and twice, from before the chain and from it."""
    monkeypatch.setattr(redaction, "IN_ONE", 2)
    await write(redis, 7, 4)
    await forget(redis, ANA, "U0X")
    await forget(redis, BEN, "left-2")
    await forget(redis, "U0X", "left-1")
    await write_more(redis)
    assert await finding(redis) == "None"
    return await log_of(redis), await head_of(redis)


async def write_more(redis: Redis) -> None:
    head = await head_of(redis)
    fields = linked(said(99, "U0DAN"), head)
    await redis.xadd(KEYS.log(), fields)  # type: ignore[arg-type]
    await redis.set(KEYS.log_head(), json.dumps({"seq": head.seq + 1, "hash": fields["hash"]}))


async def test_whatever_is_done_to_a_redacted_log_is_found(redacted: tuple[list[Entry], Head]) -> None:
    log, head = redacted

    @settings(max_examples=300)
    @given(touched(log))
    def try_it(after: tuple[list[Entry], str]) -> None:
        assert verified(after[0], head).finding is not None, after[1]

    try_it()


async def test_what_was_done_is_said(redis: Redis) -> None:
    await write(redis, 6)
    original = await log_of(redis)
    await forget(redis)
    log, head = await log_of(redis), await head_of(redis)

    def found(at: int, **fields: str) -> str:
        changed = Entry(log[at].id, log[at].fields | fields)
        return str(verified([*log[:at], changed, *log[at + 1 :]], head).finding)

    unproven = "altered: it is redacted, and no later entry vouches for what it says now"
    assert found(2, by="U0EVIL") == f"entry 3 (3-0): {unproven}"
    assert found(1, redacted="forget", by="U0EVIL") == f"entry 2 (2-0): {unproven}"
    back = verified([*log[:2], original[2], *log[3:]], head).finding
    assert str(back) == "entry 3: altered: entry 7 had something taken out of it, which is back"
    assert str(verified(log[:-1], head).finding) == "entry 7: dropped, at the end"


async def test_a_quick_look_at_the_end_accepts_what_was_redacted_and_finds_what_was_altered(redis: Redis) -> None:
    await write(redis, 30, 3)
    await forget(redis)
    for most in (1, 2, 5, 20, 34, 40):
        assert (await verify_end(redis, KEYS, most)).finding is None, most
    log = await log_of(redis)
    (last,) = [e for e in log if e.id == "33-0"]
    await redis.delete(KEYS.log())
    for entry in log:
        fields = entry.fields | ({"by": "U0EVIL"} if entry is last else {})
        await redis.xadd(KEYS.log(), fields, id=entry.id)  # type: ignore[arg-type]
    assert (await verify_end(redis, KEYS, 5)).finding is not None


# While others work


async def test_what_is_appended_meanwhile_is_not_lost_and_is_redacted_too(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "PAGE", 3)
    await write(redis, 60)
    desk = Records(redis, TEAM)
    done = asyncio.Event()
    written = 0

    async def work() -> None:
        nonlocal written
        while not done.is_set():
            await note(desk, ANA)
            written += 1

    working = asyncio.create_task(work())
    changed = await forget(redis)
    done.set()
    await working
    changed += await forget(redis)
    assert changed == 30 + written
    assert ANA not in str(await log_of(redis))
    assert await finding(redis) == "None"


async def note(desk: Records, by: str) -> None:
    async def step(pipe: Pipeline) -> Callable[[], object]:
        return lambda: desk._log(pipe, by, "noted", "s1", assignee=by)

    await desk._atomically(step, KEYS.house())


async def test_two_at_once_take_turns(redis: Redis) -> None:
    await write(redis, 40)
    assert await asyncio.gather(forget(redis, ANA, "left-1"), forget(redis, BEN, "left-2")) == [20, 20]  # type: ignore[comparison-overlap]
    assert not {ANA, BEN} & {entry.fields["by"] for entry in await log_of(redis)}
    assert await finding(redis) == "None"


async def test_who_was_too_slow_does_not_undo_what_another_has_done(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(redis, 10)
    slow = Redaction(redis, KEYS)
    swapped = slow._swapped

    async def late(*arguments: object) -> bool:
        await redis.delete(KEYS.redacting())  # its lease ran out
        await forget(redis, BEN, "left-2")
        return await swapped(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(slow, "_swapped", late)
    with pytest.raises(LockError, match="another process"):
        await slow.run(without(ANA), by="operator", why="forget")
    assert BEN not in str(await log_of(redis))
    assert await finding(redis) == "None"


# Backup, and a long log


async def test_a_redacted_log_is_the_same_after_export_and_import(redis: Redis) -> None:
    await redis.set(KEYS.schema(), SCHEMA)
    await write(redis, 20, 5)
    await forget(redis)
    one, two = io.BytesIO(), io.BytesIO()
    await export(redis, TEAM, one)
    await redis.flushall()
    async for _ in restore(redis, io.BytesIO(one.getvalue())):
        pass
    await export(redis, TEAM, two)
    assert one.getvalue() == two.getvalue()
    assert (await verify(redis, KEYS)).redacted == 13
    assert await finding(redis) == "None"


async def test_a_long_log_is_redacted_page_by_page_and_vouched_for_in_several_entries(redis: Redis) -> None:
    await write(redis, 4_000)
    tracemalloc.start()
    assert await forget(redis) == 2_000
    rewriting = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert await finding(redis) == "None"
    vouchers = [e for e in await log_of(redis) if e.fields["what"] == REDACTED]
    assert len(vouchers) == 2_000 / IN_ONE
    assert max(len(e.fields["details"]) for e in vouchers) < 100_000
    assert rewriting < 8e6
