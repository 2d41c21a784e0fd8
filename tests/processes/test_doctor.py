"""``claimdesk doctor``: every fault is named with what to do, on a real Redis and a local Slack that have it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from desk.samples import CHANNEL, ROOT, TEAM, submission
from processes.desk_command import claimdesk
from pydantic import SecretStr
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.messages import Wanted
from bot.processes.doctor import house, server
from bot.processes.doctor.desk import check_desk, check_workers
from bot.processes.doctor.finding import Finding, Level
from bot.processes.doctor.house import check_files, check_settings, check_time_zones, manifest_scopes
from bot.processes.doctor.models import check_models
from bot.processes.doctor.server import check_disk, check_memory, check_persistence, check_server
from bot.processes.doctor.slack import check_scopes, check_slack, check_socket_mode
from bot.sandbox import Workspace
from bot.store.desk_store import DeskStore
from bot.store.embedded import EmbeddedRedis
from bot.store.outbox import Outbox
from bot.store.parked import internal
from bot.store.schema import bring_up_to_date
from bot.store.trouble import impatient
from bot.store.upkeep_keys import UpkeepKeys
from config.settings import Settings

MANIFEST: dict[str, Any] = json.loads((ROOT / "config" / "slack-manifest.json").read_text("utf-8"))
KEYS = UpkeepKeys(TEAM)


async def named(findings: AsyncIterator[Finding]) -> dict[str, Finding]:
    return {finding.name: finding async for finding in findings}


def by_level(findings: dict[str, Finding]) -> dict[str, Level]:
    return {name: finding.level for name, finding in findings.items()}


# The whole command


async def test_a_healthy_desk_is_a_line_each_and_status_0(
    redis: Redis, redis_url: str, slack: Workspace, tmp_path: Path
) -> None:
    store = DeskStore(redis, slack.team_id)
    await bring_up_to_date(redis, slack.team_id)
    await store.receive(submission(received=datetime.now(UTC)))
    settings = {
        "REDIS_URL": redis_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
    }
    done = await asyncio.to_thread(claimdesk, "doctor", data=tmp_path, **settings)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert [line for line in lines if not line.startswith("ok ")] == [
        "warn workers: none runs; start claimdesk run, or claimdesk worker"
    ]
    names = [line[5:].partition(":")[0] for line in lines]
    assert names == [
        *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "config", "time zones"),
        *("slack", "slack scopes", "slack clock", "socket mode"),
        *("redis", "redis settings", "redis writes", "redis memory", "redis clock"),
        *("workers", f"{TEAM} outbox", f"{TEAM} reading", f"{TEAM} log", "spaCy pipeline", "encoder"),
    ]
    assert slack.bot_token not in done.stdout


async def test_a_desk_that_cannot_work_is_status_1_and_nothing_secret_is_shown(tmp_path: Path) -> None:
    secrets = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "canary", "SPACY_PIPELINE": "no_such_thing"}
    nowhere = {"REDIS_URL": "redis://:canary@127.0.0.1:1/0", "SLACK_API_URL": "http://127.0.0.1:1/api/"}
    done = await asyncio.to_thread(claimdesk, "doctor", data=tmp_path, **secrets, **nowhere)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAIL slack: no answer" in done.stdout
    assert "FAIL redis: no answer (ConnectionError); start it, or mend REDIS_URL" in done.stdout
    assert "FAIL spaCy pipeline: SPACY_PIPELINE no_such_thing cannot be loaded" in done.stdout
    assert "warn SLACK_SIGNING_SECRET: is not 32 hexadecimal digits" in done.stdout
    assert "canary" not in done.stdout
    done = await asyncio.to_thread(claimdesk, "doctor", data=tmp_path, PORT="none")
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert done.stdout.startswith("FAIL settings: PORT: ")


# Settings and files


@pytest.mark.parametrize(
    ("fields", "levels"),
    [
        ({}, ["warn", "FAIL"]),
        ({"slack_bot_token": "xoxb-1", "slack_signing_secret": "0123456789abcdef" * 2}, ["ok", "ok"]),
        ({"slack_bot_token": "xoxp-1", "slack_signing_secret": "0123"}, ["warn", "warn"]),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}, ["ok", "ok"]),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_http": True}, ["ok", "FAIL"]),
    ],
)
def test_the_tokens_that_a_desk_needs_are_looked_at(fields: dict[str, Any], levels: list[str]) -> None:
    secret = {k: SecretStr(v) if isinstance(v, str) else v for k, v in fields.items()}
    unset = {"slack_bot_token": None, "slack_signing_secret": None, "slack_app_token": None}
    settings = Settings(_env_file=None, **unset | secret)  # type: ignore[call-arg]
    assert [finding.level for finding in check_settings(settings)] == levels


def test_a_file_of_config_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.level for finding in check_files()] == [Level.OK]
    assert check_time_zones().level is Level.OK
    for file in (ROOT / "config").iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "ratings.toml").write_text("[[ratings")
    (tmp_path / "titles.txt").write_bytes(b"\xff")
    (tmp_path / "countries.txt").write_text(" \n")
    (tmp_path / "slack-manifest.json").unlink()
    monkeypatch.setattr(house, "files", lambda _: tmp_path)
    found = {finding.name: finding.level for finding in check_files()}
    broken = ("countries.txt", "ratings.toml", "slack-manifest.json", "titles.txt")
    assert found == {f"config/{name}": Level.FAIL for name in broken}


def test_a_pipeline_that_finds_nothing_is_no_pipeline(tmp_path: Path) -> None:
    (missing,) = check_models("en_core_web_nowhere")
    assert missing.level is Level.FAIL
    assert "SPACY_PIPELINE en_core_web_nowhere cannot be loaded (OSError); install it" in missing.said


# Slack


async def test_slack_tells_who_we_are_and_what_we_may_do(slack: Workspace, client: AsyncWebClient) -> None:
    found = await named(check_slack(client, manifest_scopes()))
    assert by_level(found) == {"slack": Level.OK, "slack scopes": Level.OK, "slack clock": Level.OK}
    assert TEAM in found["slack"].said
    assert (await check_socket_mode(client, slack.app_token)).level is Level.OK
    wrong = await check_socket_mode(client, slack.bot_token)
    assert wrong.level is Level.FAIL
    assert "not_allowed_token_type" in wrong.said


async def test_scopes_that_were_not_granted_are_named() -> None:
    fewer = json.loads(json.dumps(MANIFEST))
    fewer["oauth_config"]["scopes"]["bot"].remove("files:read")
    fewer["oauth_config"]["scopes"]["bot"].remove("usergroups:read")
    async with Workspace(fewer) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        found = await named(check_slack(client, manifest_scopes()))
    assert found["slack scopes"].level is Level.FAIL
    assert found["slack scopes"].said.startswith("files:read, usergroups:read missing; ")
    more = check_scopes({"x-oauth-scopes": "chat:write,admin"}, ["chat:write"])
    assert (more.level, more.said.partition(";")[0]) == (Level.WARN, "admin not needed")
    assert check_scopes({}, ["chat:write"]).level is Level.WARN


@pytest.mark.parametrize(("off", "level"), [(0, "ok"), (-45, "warn"), (45, "warn"), (-400, "FAIL"), (400, "FAIL")])
async def test_a_clock_that_is_wrong_is_found_by_slacks(
    slack: Workspace, client: AsyncWebClient, off: float, level: str
) -> None:
    found = await named(check_slack(client, manifest_scopes(), now=lambda: time.time() + off))
    assert found["slack clock"].level == level
    if level == "FAIL":
        assert ("behind" if off > 0 else "ahead") in found["slack clock"].said


@pytest.mark.parametrize(
    ("kind", "error", "name", "said"),
    [
        ("error", "token_revoked", "SLACK_BOT_TOKEN", "install the app again"),
        ("error", "invalid_auth", "SLACK_BOT_TOKEN", "copy the token once more"),
        ("error", "\x1b[31mnew", "SLACK_BOT_TOKEN", r"\x1b[31mnew"),
        ("500", "", "slack", "status 500"),
        ("429", "", "SLACK_BOT_TOKEN", "try again in a minute"),
        ("dropped", "", "slack", "no answer (ServerDisconnectedError)"),
    ],
)
async def test_what_slack_refuses_is_told_with_what_to_do(
    slack: Workspace, client: AsyncWebClient, kind: Any, error: str, name: str, said: str
) -> None:
    slack.faults.add("auth.test", kind, error=error)
    found = await named(check_slack(client, manifest_scopes()))
    assert by_level(found) == {name: Level.FAIL}
    assert said in found[name].said


# Redis


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Redis]:
    """A server that a test may spoil."""
    with EmbeddedRedis(tmp_path / "redis") as started:
        async with impatient(started.url) as client:
            yield client
            for name, value in {"maxmemory": 0, "maxmemory-policy": "noeviction"}.items():
                await client.config_set(name, value)


async def test_our_own_server_is_well(own: Redis) -> None:
    found = await named(check_server(own))
    assert set(by_level(found).values()) == {Level.OK}
    assert "Valkey" in found["redis"].said


async def test_a_server_that_may_forget_is_named(own: Redis) -> None:
    await own.config_set("appendonly", "no")
    found = await named(check_server(own))
    assert found["redis settings"].level is Level.WARN
    assert "set appendonly yes" in found["redis settings"].said
    await own.config_set("maxmemory-policy", "allkeys-lru")
    found = await named(check_server(own))
    assert found["redis settings"].level is Level.FAIL
    assert "set it to noeviction" in found["redis settings"].said


async def test_a_server_that_is_full_is_named(own: Redis) -> None:
    await own.set("ballast", "x" * 4_000_000)
    used = (await own.info("memory"))["used_memory"]
    await own.config_set("maxmemory", int(used * 1.05))
    found = await named(check_server(own))
    assert (found["redis writes"].level, found["redis memory"].level) == (Level.OK, Level.WARN)
    await own.config_set("maxmemory", 1_000_000)
    found = await named(check_server(own))
    assert found["redis writes"].level is Level.FAIL
    assert "its memory is full; raise maxmemory" in found["redis writes"].said


async def test_a_replica_that_only_reads_is_named(own: Redis, redis_url: str) -> None:
    await own.replicaof("127.0.0.1", "1")
    found = await named(check_server(own))
    assert found["redis writes"].level is Level.FAIL
    assert "point REDIS_URL at the primary" in found["redis writes"].said
    await own.replicaof("NO", "ONE")


async def test_a_user_who_may_not_write_or_not_enter_is_named(own: Redis) -> None:
    await own.execute_command("ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@read", "+ping", "+info", "+time")
    path = own.connection_pool.connection_kwargs["path"]
    async with impatient(f"unix://reader:pass@{path}?db=0") as reader:
        found = await named(check_server(reader))
    assert found["redis writes"].level is Level.FAIL
    assert "allow this user to write" in found["redis writes"].said
    async with impatient(f"unix://reader:canary@{path}?db=0") as stranger:
        found = await named(check_server(stranger))
    assert by_level(found) == {"redis": Level.FAIL}
    assert "refuses user or password" in found["redis"].said


async def test_a_server_that_is_not_there_ends_the_questions() -> None:
    async with impatient("redis://127.0.0.1:1/0") as nobody:
        found = await named(check_server(nobody))
    assert by_level(found) == {"redis": Level.FAIL}


def test_trouble_with_the_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (failed,) = check_persistence({"aof_enabled": 1, "aof_last_write_status": "err"})
    (stuck,) = check_persistence({"aof_enabled": 1, "aof_last_bgrewrite_status": "err"})
    assert (failed.level, stuck.level) == (Level.FAIL, Level.WARN)
    assert [*check_persistence({"aof_enabled": 1, "aof_last_write_status": "ok"})] == []
    assert check_memory({"used_memory": 95, "maxmemory": 0, "total_system_memory": 100}).level is Level.WARN
    assert check_memory({"used_memory": 95, "maxmemory": 0, "total_system_memory": 0}).level is Level.OK
    for free, level in ((50e6, "FAIL"), (500e6, "warn"), (5e9, "ok")):
        monkeypatch.setattr(server.shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert check_disk(tmp_path).level == level
    monkeypatch.undo()
    assert check_disk(tmp_path / "nowhere").level is Level.FAIL


# The desk


@pytest.fixture
async def store(redis: Redis) -> DeskStore:
    await bring_up_to_date(redis, TEAM)
    store = DeskStore(redis, TEAM)
    for n in range(5):
        await store.receive(submission(f"s{n}"))
    return store


async def test_a_desk_where_nothing_waits_for_long_is_well(redis: Redis, store: DeskStore) -> None:
    await redis.delete(KEYS.waiting())
    found = await named(check_desk(redis, TEAM))
    assert set(by_level(found).values()) == {Level.OK}
    assert found[f"{TEAM} log"].said == "unbroken to its end, entry 5"


async def test_what_waits_for_too_long_or_was_given_up_is_named(redis: Redis, store: DeskStore) -> None:
    await store.want(Wanted("n:1", CHANNEL, "notice", body={"text": "x"}))
    await redis.hset(KEYS.message("n:1"), "since", str(time.time() - 900))
    found = await named(check_desk(redis, TEAM))
    assert found[f"{TEAM} outbox"].level is Level.WARN
    assert "the oldest for 15 min, 0 dead letters; see claimdesk outbox list" in found[f"{TEAM} outbox"].said
    await Outbox(redis, KEYS).bury(CHANNEL, "n:1", "is_archived")
    await redis.delete(KEYS.waiting())
    found = await named(check_desk(redis, TEAM))
    assert "1 dead letter;" in found[f"{TEAM} outbox"].said
    assert found[f"{TEAM} reading"].level is Level.OK
    await store.fail("s1", "Sorry.", reason=internal(KeyError()), retryable=True)
    await redis.zadd(KEYS.waiting(), {"s2": time.time() - 900})
    found = await named(check_desk(redis, TEAM))
    assert found[f"{TEAM} reading"].level is Level.WARN


async def test_a_log_that_somebody_was_at_is_named_with_the_entry(
    redis: Redis, store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for end, said in ((1000, "entry 3: dropped, before "), (2, None), (4, "entry 3: dropped")):
        monkeypatch.setattr("bot.processes.doctor.desk.END", end)
        entries = await redis.xrange(KEYS.log())
        if len(entries) == 5:
            await redis.xdel(KEYS.log(), entries[2][0])
        finding = (await named(check_desk(redis, TEAM)))[f"{TEAM} log"]
        assert finding.level is (Level.FAIL if said else Level.OK), finding
        assert (said or "unbroken") in finding.said
    await redis.set(KEYS.log_head(), json.dumps({"seq": 9, "hash": "0" * 64}))
    assert (await named(check_desk(redis, TEAM)))[f"{TEAM} log"].level is Level.FAIL


async def test_somebody_who_is_half_forgotten_is_named(redis: Redis, store: DeskStore) -> None:
    await redis.hset(KEYS.forgetting(), "U0ANA", "left-0")  # type: ignore[misc]
    found = (await named(check_desk(redis, TEAM)))[f"{TEAM} forgetting"]
    assert (found.level, found.said) == (Level.WARN, "U0ANA is not wholly forgotten; see claimdesk forget")


async def test_records_of_another_version_are_named(redis: Redis, store: DeskStore) -> None:
    await redis.set(KEYS.schema(), 99)
    assert by_level(await named(check_desk(redis, TEAM))) == {f"{TEAM} records": Level.FAIL}
    await redis.delete(KEYS.schema())
    assert (await named(check_desk(redis, TEAM)))[f"{TEAM} records"].level is Level.WARN


async def test_that_nobody_works_is_named(redis: Redis, redis_url: str) -> None:
    found = await check_workers(redis_url)
    assert (found.level, found.name) == (Level.WARN, "workers")
