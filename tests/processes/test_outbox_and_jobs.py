"""``claimdesk outbox`` and ``claimdesk jobs`` as an operator runs them, on a Redis with something in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from desk.samples import ANA, CHANNEL, TEAM, submission
from processes.desk_command import claimdesk
from redis.asyncio import Redis

from bot.desk.messages import Wanted
from bot.sandbox import Workspace
from bot.store.desk_store import DeskStore
from bot.store.keys import Keys
from bot.store.outbox import Outbox
from bot.store.parked import internal


async def test_dead_letters_are_listed_safely_and_sent_again_or_dropped(
    redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    store, outbox = DeskStore(redis, TEAM), Outbox(redis, Keys(TEAM))
    await store.receive(submission("s1", text="Is it so? \x1b[2J\u202e" + "word " * 30))
    hostile = {"text": "<@U1> said\n\x1b[31mred\x07", "blocks": []}
    await store.want(Wanted("n:1", ANA, "notice", body=hostile), Wanted("card:2", CHANNEL, "card", about="s1"))
    await outbox.bury(ANA, "n:1", "cannot_dm_bot")
    await outbox.bury(CHANNEL, "summary:s1", "is_archived")
    letters = await redis.lrange(store.keys.dead(), 0, -1)
    old = {k: v for k, v in json.loads(letters[1]).items() if k != "at"}
    await redis.lset(store.keys.dead(), 1, json.dumps(old))

    listed = claimdesk("outbox", "list", data=tmp_path, REDIS_URL=redis_url)
    assert (listed.returncode, listed.stderr) == (0, "")
    head, waiting, notice, summary = listed.stdout.splitlines()
    assert head == f"{TEAM}: 1 message waiting, 2 dead letters"
    assert re.fullmatch(rf"  {CHANNEL}: 1 message, the oldest for \d+ s; no worker is at it", waiting)
    assert notice.startswith(f"  n:1  to {ANA}, notice: cannot_dm_bot, {datetime.now(UTC):%Y-%m-%d}")
    assert notice.endswith(r"ago)  “<@U1> said \x1b[31mred\x07”")
    assert "is_archived, time unknown  “Is it so? \\x1b[2J\\u202eword word" in summary
    assert summary.endswith("…”")

    again = claimdesk("outbox", "retry", "n:1", data=tmp_path, REDIS_URL=redis_url)
    assert (again.returncode, again.stdout) == (0, f"{TEAM}: n:1 will be sent again\n")
    gone = claimdesk("outbox", "drop", "summary:s1", "--team", TEAM, data=tmp_path, REDIS_URL=redis_url)
    assert (gone.returncode, gone.stdout) == (0, f"{TEAM}: summary:s1 is dropped\n")
    assert list(await outbox.waiting(ANA)) == ["n:1"]
    for words in (("retry", "n:\x1b1"), ("drop", "summary:s1"), ("list", "--team", "T0NONE")):
        refused = claimdesk("outbox", *words, data=tmp_path, REDIS_URL=redis_url)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
        assert "\x1b" not in refused.stderr
    nothing = claimdesk("outbox", "retry", "all", data=tmp_path, REDIS_URL=redis_url)
    assert (nothing.returncode, nothing.stdout) == (0, "There are no dead letters.\n")


async def test_parked_submissions_are_listed_and_read_once_more(
    redis: Redis, redis_url: str, tmp_path: Path, slack: Workspace
) -> None:
    store = DeskStore(redis, slack.team_id)
    for id in ("s1", "s2", "s3"):
        await store.receive(submission(id, text=f"https://a.example/{id}\x1b"))
    await store.fail("s1", "Sorry.", reason=internal(KeyError("x")), retryable=True)
    await store.fail("s2", "That page wants a login.", reason="login")
    settings = {
        "REDIS_URL": redis_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
    }

    listed = claimdesk("jobs", data=tmp_path, **settings)
    assert (listed.returncode, listed.stderr) == (0, "")
    lines = listed.stdout.splitlines()
    nothing = "0 workers; jobs: 0 waiting, 0 running, 0 failed in the last 15 min"
    assert lines[:2] == [f"reading: {nothing}", f"telling: {nothing}"]
    assert lines[2] == f"{slack.team_id}: 1 parked submission"
    assert lines[3].startswith("  s1: KeyError, ")
    assert lines[3].endswith(r"ago  “https://a.example/s1\x1b”")

    again = claimdesk("jobs", "retry", "s1", data=tmp_path, **settings)
    assert (again.returncode, again.stdout) == (0, f"{slack.team_id}: s1 will be read once more\n")
    assert sorted(await redis.zrange(store.keys.waiting(), 0, -1)) == ["s1", "s3"]
    lines = claimdesk("jobs", data=tmp_path, **settings).stdout.splitlines()
    assert lines[0].startswith("reading: 0 workers; jobs: ")
    assert any(line.startswith(f"  waiting read_submission {slack.team_id} s1 for ") for line in lines)
    assert any(line.startswith(f"  waiting deliver {slack.team_id} C0DESK for ") for line in lines)
    assert lines[-1] == f"{slack.team_id}: 0 parked submissions"
    for words, said in ((("s1",), "s1: its reading did not fail, it is waiting"), (("s9",), "s9: no submission has")):
        refused = claimdesk("jobs", "retry", *words, data=tmp_path, **settings)
        assert refused.returncode == 2
        assert refused.stderr.startswith(f"claimdesk: {said}")
