"""What counts as a server in trouble, what the operator reads of it, and that it is over when the server is well."""

from __future__ import annotations

import asyncio
import logging

import pytest
from redis.asyncio import Redis
from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
    WatchError,
)

from bot.store import trouble
from bot.store.trouble import RedisWatch, is_trouble, refused


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        (OutOfMemoryError("command not allowed when used memory > 'maxmemory'.", status_code="OOM"), "raise maxmemory"),
        (ResponseError("MISCONF Errors writing to the AOF file: No space left on device"), "free some space"),
        (ReadOnlyError("You can't write against a read only replica.", status_code="READONLY"), "at the primary"),
        (ResponseError("NOREPLICAS Not enough good replicas to write."), "lower min-replicas-to-write"),
        (BusyLoadingError("Redis is loading the dataset in memory", status_code="LOADING"), "wait"),
        (
            ResponseError("Command # 1 (SET a b) of pipeline caused error: ('MISCONF Errors',)"),
            "free some space",
        ),
        (ResponseError("ERR Error running script (call to f_1): @user_script: 1: -OOM command not"), "raise maxmemory"),
        (ConnectionError("refused"), "start it, or mend REDIS_URL"),
        (TimeoutError("no answer in time"), "start it, or mend REDIS_URL"),
        (OSError("broken pipe"), "start it, or mend REDIS_URL"),
    ],
)
def test_a_server_in_trouble_is_told_apart_with_what_mends_it(error: Exception, mend: str) -> None:
    assert is_trouble(error)
    assert is_trouble(BaseExceptionGroup("of the queue", [error]))
    assert mend in refused(error)


@pytest.mark.parametrize(
    "error",
    [
        WatchError("changed"),
        ResponseError("WRONGTYPE Operation against a key"),
        RedisError("?"),
        ValueError("OOM"),
        ResponseError("ERR the BUSYGROUP is no group"),
        ResponseError(
            "Command # 2 (HSET task:1 claim 'OOM, MISCONF: ZOOM falls, a read only replica caused error: OOM') "
            "of pipeline caused error: ('WRONGTYPE Operation against a key holding the wrong kind of value',)"
        ),
    ],
)
def test_mistakes_of_ours_are_no_trouble_of_the_server(error: Exception) -> None:
    assert not is_trouble(error)


async def test_what_people_wrote_into_a_command_is_no_trouble_of_the_server(redis: Redis) -> None:
    await redis.set("text", "1")
    with pytest.raises(ResponseError, match="OOM") as error:
        await redis.pipeline().hset("text", "claim", "OOM and MISCONF: the ZOOM falls").execute()
    assert not is_trouble(error.value)
    await redis.config_set("min-replicas-to-write", 1)
    try:
        with pytest.raises(RedisError) as refusal:
            await redis.pipeline().set("other", "1").execute()
    finally:
        await redis.config_set("min-replicas-to-write", 0)
    assert is_trouble(refusal.value)


async def test_an_operator_reads_one_line_when_it_begins_and_one_when_it_is_over(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(trouble, "LOOK_EVERY", 0.02)
    watch = RedisWatch(redis_url)
    await redis.config_set("min-replicas-to-write", 1)
    try:
        waiting = [asyncio.create_task(watch.well()) for _ in range(3)]
        await asyncio.sleep(0.3)
        assert not any(task.done() for task in waiting)
    finally:
        await redis.config_set("min-replicas-to-write", 0)
    await asyncio.wait_for(asyncio.gather(*waiting), 5)
    await watch.aclose()
    began, over = (r for r in caplog.records if r.levelno == logging.WARNING)
    assert "NOREPLICAS" in began.message
    assert over.message.startswith("Redis takes writes again")


async def test_a_server_that_is_well_is_worth_no_line(redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    watch = RedisWatch(redis_url)
    await watch.well()
    await watch.aclose()
    assert not caplog.records


async def test_what_is_met_again_on_a_server_that_takes_writes_is_told_once_a_minute_and_work(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watch, error = RedisWatch(redis_url), NoPermissionError("claimdesk:{T1}:somebody's words", status_code="NOPERM")
    await watch.wait_out("deliver", error, again=False)
    assert not caplog.records, "what passes is worth no line"
    for work in ("deliver", "deliver", "read_submission"):
        await watch.wait_out(work, error, again=True)
    said = [record.message for record in caplog.records]
    assert [line.split()[0] for line in said] == ["deliver", "read_submission"]
    assert all("(NoPermissionError) though Redis takes writes: allow this user to write" in line for line in said)
    assert "words" not in caplog.text
    monkeypatch.setattr(trouble, "REMIND_EVERY", 0.0)
    await watch.wait_out("deliver", error, again=True)
    assert len(caplog.records) == 3


async def test_of_a_server_in_trouble_the_work_that_waits_for_it_says_nothing_more(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(trouble, "LOOK_EVERY", 0.02)
    watch = RedisWatch(redis_url)
    await redis.config_set("min-replicas-to-write", 1)
    try:
        waiting = asyncio.create_task(watch.wait_out("deliver", ConnectionError("gone"), again=True))
        await asyncio.sleep(0.2)
    finally:
        await redis.config_set("min-replicas-to-write", 0)
    await asyncio.wait_for(waiting, 5)
    assert not [record for record in caplog.records if "deliver" in record.message]
