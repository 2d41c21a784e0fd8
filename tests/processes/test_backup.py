"""``claimdesk export`` and ``claimdesk import`` as an operator runs them, also killed; and records that are too new."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from desk.samples import CHANNEL, TEAM, submission
from processes.desk_command import claimdesk
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from bot.desk.messages import Wanted
from bot.sandbox import Workspace
from bot.store.desk_store import DeskStore
from bot.store.embedded import EmbeddedRedis
from bot.store.migrations import SCHEMA
from bot.store.schema import bring_up_to_date
from bot.store.upkeep_keys import UpkeepKeys

KEYS = UpkeepKeys(TEAM)
CANARIES = {
    "SLACK_BOT_TOKEN": "xoxb-canary",
    "SLACK_APP_TOKEN": "xapp-canary",
    "SLACK_SIGNING_SECRET": "canary" * 5,
}


@pytest.fixture
async def desk(redis: Redis) -> DeskStore:
    store = DeskStore(redis, TEAM)
    await bring_up_to_date(redis, TEAM)
    for n in range(200):
        await store.receive(submission(f"s{n:03}", text="word “ä” " * 500))
    await store.want(Wanted("n:1", CHANNEL, "notice", body={"text": "x"}))
    return store


async def test_a_desk_goes_from_one_redis_to_another(redis_url: str, desk: DeskStore, tmp_path: Path) -> None:
    export = claimdesk("export", data=tmp_path, REDIS_URL=redis_url, **CANARIES)
    assert export.returncode == 0, export.stderr
    lines = export.stdout.count("\n") - 2
    assert export.stderr == f"{TEAM}: {lines} lines\n"
    assert "canary" not in export.stdout

    data = export.stdout.encode()
    into = claimdesk("import", data=tmp_path, stdin=data)  # the embedded server of this folder
    assert (into.returncode, into.stdout, into.stderr) == (0, "", f"{TEAM}: {lines} lines restored\n")
    again = claimdesk("export", "--team", TEAM, data=tmp_path)
    assert again.stdout.encode() == data
    verified = claimdesk("audit", "verify", data=tmp_path)
    assert (verified.returncode, "200 entries, unbroken" in verified.stdout) == (0, True)

    twice = claimdesk("import", data=tmp_path, stdin=data)
    assert twice.returncode == 2
    assert twice.stderr == f"claimdesk: {TEAM}: this workspace has records already; import into an empty Redis\n"
    for words, stdin in ((("import",), data[:-50]), (("export", "--team", "T0NONE"), b"")):
        folder = tmp_path / words[0]
        folder.mkdir()
        refused = claimdesk(*words, data=folder, stdin=stdin)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_an_import_that_is_killed_leaves_a_workspace_without_records_and_the_next_one_is_whole(
    redis_url: str, desk: DeskStore, tmp_path: Path
) -> None:
    data = claimdesk("export", data=tmp_path, REDIS_URL=redis_url).stdout.encode()
    with EmbeddedRedis(tmp_path) as server, BlockingRedis.from_url(server.url, decode_responses=True) as target:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))}
        with subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "import"],
            stdin=subprocess.PIPE,
            env=environment | {"REDIS_URL": server.url},
            cwd=tmp_path,
        ) as process:
            assert process.stdin is not None
            process.stdin.write(data[: len(data) * 9 // 10])
            process.stdin.flush()
            deadline = time.monotonic() + 60
            while not target.keys(KEYS.staged("*")):
                assert time.monotonic() < deadline, "nothing arrived"
                time.sleep(0.01)
            process.kill()
            process.wait()
        left = {str(key) for key in target.scan_iter()}
        assert all(key == KEYS.importer() or key.startswith(KEYS.staged("")) for key in left), left
        done = claimdesk("import", data=tmp_path, stdin=data)
        assert done.returncode == 0, done.stderr
        assert not target.keys(KEYS.staged("*"))
    assert claimdesk("export", data=tmp_path).stdout.encode() == data


async def test_a_process_that_is_older_than_the_records_ends_with_one_line(
    redis: Redis, redis_url: str, desk: DeskStore, tmp_path: Path, slack: Workspace
) -> None:
    await redis.set(KEYS.schema(), SCHEMA + 1)
    settings = {"REDIS_URL": redis_url, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}
    refused = claimdesk("clock", data=tmp_path, **settings)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(
        f"claimdesk: workspace {TEAM}: records of version {SCHEMA + 1}, and this Claimdesk"
    )
    assert refused.stderr.count("\n") == 1
