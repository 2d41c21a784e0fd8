"""Tokens at rest: encrypted where there is a key, bound to their workspace, and in no export."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from desk.samples import submission
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.store.backup import export
from bot.store.desk_store import DeskStore
from bot.store.installations import DAMAGED, MOVED, NO_KEY, Installation, Installations
from bot.store.keys import INSTALLATIONS
from bot.store.schema import bring_up_to_date

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN = "xoxb-canary-1"


def installation(team: str = "T1", token: str = TOKEN) -> Installation:
    return Installation(team, "Sister News", SecretStr(token), "U1", "B1", datetime(2026, 11, 22, 9, 30, tzinfo=UTC))


async def at_rest(redis: Redis) -> str:
    return str(await redis.hgetall(INSTALLATIONS))


async def test_a_token_comes_back_as_it_was_and_is_not_to_be_seen_at_rest(redis: Redis) -> None:
    await Installations(redis, [NEW]).add(installation())
    kept = await Installations(redis, [NEW]).read()
    assert kept.installed == {"T1": installation()}
    assert (kept.unreadable, kept.plain) == ({}, frozenset())
    assert "canary" not in await at_rest(redis)
    assert "Sister" not in await at_rest(redis)


async def test_without_a_key_it_is_kept_in_plain_and_that_is_told(redis: Redis) -> None:
    await Installations(redis).add(installation())
    assert TOKEN in await at_rest(redis)
    assert (await Installations(redis).read()).plain == {"T1"}
    assert await Installations(redis).encrypt() == 0


async def test_a_key_that_comes_later_encrypts_what_was_in_plain(redis: Redis) -> None:
    await Installations(redis).add(installation())
    assert (await Installations(redis, [NEW]).read()).installed == {"T1": installation()}  # before, too
    assert await Installations(redis, [NEW]).encrypt() == 1
    assert "canary" not in await at_rest(redis)
    assert await Installations(redis, [NEW]).encrypt() == 0
    assert (await Installations(redis, [NEW]).read()).installed == {"T1": installation()}


async def test_after_a_rotation_the_old_key_opens_nothing_any_more(redis: Redis) -> None:
    await Installations(redis, [OLD]).add(installation())
    both = Installations(redis, [NEW, OLD])
    assert (await both.read()).installed == {"T1": installation()}
    assert await both.encrypt() == 1
    assert (await Installations(redis, [NEW]).read()).installed == {"T1": installation()}
    assert (await Installations(redis, [OLD]).read()).unreadable == {"T1": NO_KEY}


@pytest.mark.parametrize("keys", [[], [OLD]], ids=["no key", "another key"])
async def test_what_no_key_opens_is_named_and_the_others_go_on(redis: Redis, keys: list[str]) -> None:
    await Installations(redis, keys).add(installation("T2"))
    await Installations(redis, [NEW]).add(installation("T1"))
    kept = await Installations(redis, keys).read()
    assert (list(kept.installed), kept.unreadable) == (["T2"], {"T1": NO_KEY})
    assert "TOKEN_KEY" in NO_KEY
    assert await Installations(redis, [OLD]).encrypt() == (0 if keys else 1)  # what cannot be opened stays as it is
    assert (await Installations(redis, [NEW]).read()).installed["T1"] == installation("T1")


@pytest.mark.parametrize("keys", [[], [NEW]], ids=["plain", "encrypted"])
async def test_a_record_that_was_moved_below_another_workspace_is_refused(redis: Redis, keys: list[str]) -> None:
    store = Installations(redis, keys)
    await store.add(installation("T1"))
    await redis.hset(INSTALLATIONS, "T2", str(await redis.hget(INSTALLATIONS, "T1")))
    kept = await store.read()
    assert (list(kept.installed), kept.unreadable) == (["T1"], {"T2": MOVED})


@pytest.mark.parametrize("row", ["{", "{}", '{"team": "T1"}', "[]", json.dumps({"team": "T1", "added": "x"}), "gAAAA"])
async def test_a_damaged_record_is_named_and_nothing_of_it_is_shown(redis: Redis, row: str) -> None:
    await redis.hset(INSTALLATIONS, "T1", row)
    why = (await Installations(redis, [NEW]).read()).unreadable["T1"]
    assert why == (DAMAGED if row.startswith("{") else NO_KEY)


async def test_an_altered_record_is_refused(redis: Redis) -> None:
    store = Installations(redis, [NEW])
    await store.add(installation())
    row = str(await redis.hget(INSTALLATIONS, "T1"))
    for place in (10, len(row) // 2, len(row) - 5):
        altered = row[:place] + ("A" if row[place] != "A" else "B") + row[place + 1 :]
        await redis.hset(INSTALLATIONS, "T1", altered)
        assert (await store.read()).unreadable == {"T1": NO_KEY}


async def test_of_a_removed_workspace_only_its_name_stays(redis: Redis) -> None:
    store = Installations(redis, [NEW])
    await store.add(installation())
    assert not await store.remove("T1", tried="xoxb-an-earlier-one")
    assert (await store.read()).installed
    assert await store.remove("T1", tried=TOKEN)
    assert not await store.remove("T1")
    assert not await store.remove("T2")
    kept = await store.read()
    assert (kept.installed, kept.unreadable, kept.ever) == ({}, {}, {"T1"})
    assert await at_rest(redis) == "{'T1': ''}"
    assert await Installations(redis, [NEW, OLD]).encrypt() == 0


async def test_no_token_is_in_an_export(redis: Redis) -> None:
    await bring_up_to_date(redis, "T1")
    await DeskStore(redis, "T1").receive(submission(team="T1"))
    await Installations(redis).add(installation())
    out = io.BytesIO()
    assert await export(redis, "T1", out) > 0
    assert b"canary" not in out.getvalue()


def test_a_token_is_in_no_repr_and_no_line_of_a_log(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("bot").error("%s %r", installation(), installation())
    assert "Sister News" in caplog.text
    assert "canary" not in caplog.text
