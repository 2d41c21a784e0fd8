"""``claimdesk audit`` as an operator uses it, on the Redis that the desk uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from redis import Redis

from bot.processes.audit import changes
from bot.processes.visible import visible
from bot.store.audit import BEGINNING, Head, linked
from bot.store.embedded import EmbeddedRedis
from bot.store.keys import TEAMS, Keys

TEAM = "T0DESK"
KEYS = Keys(TEAM)
ESCAPES = "told by\x1b[31m red\x07 \u202eleft\nnext line"


def audit(*words: str, data: Path, url: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))}
    environment |= {"DATA_DIR": str(data)} | ({"REDIS_URL": url} if url else {})
    command = [sys.executable, "-m", "bot.cli", "audit", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment, cwd=data)


def write(url: str, team: str = TEAM) -> None:
    """A claim that is filed, taken, judged and judged anew."""
    keys, head = Keys(team), Head(0, BEGINNING)
    verdict = {"version": 1, "rating": "true", "explanation": "The register says so.", "objections": []}
    objected = verdict | {"objections": [{"by": "U0BEN", "reason": ESCAPES}]}
    again = verdict | {"version": 2, "rating": "false"}
    with Redis.from_url(url) as redis:
        redis.sadd(TEAMS, team)
        redis.rpush(keys.tasks_of("s1"), "s1-1", "s1-2")
        for minute, (about, by, what, details) in enumerate(
            (
                ("s1", "claimdesk", "filed", {"claims": 2}),
                ("s1-1", "U0ANA", "taken", {"state": "assigned", "assignee": "U0ANA", "verdict": None}),
                ("s1-2", "U0DAN", "taken", {"state": "assigned", "assignee": "U0DAN"}),
                ("s1-1", "U0ANA", "proposed", {"state": "in_review", "assignee": "U0ANA", "verdict": verdict}),
                ("s1-1", "U0BEN", "objected", {"state": "assigned", "assignee": "U0ANA", "verdict": objected}),
                ("s1-1", "U0ANA", "proposed", {"state": "in_review", "assignee": "U0ANA", "verdict": again}),
            )
        ):
            said = {"at": f"2026-05-12T09:{minute:02}:00+00:00", "by": by, "what": what, "about": about}
            fields = linked(said | {"details": json.dumps(details)}, head)
            head = Head(head.seq + 1, fields["hash"])
            redis.xadd(keys.log(), dict(fields.items()))
        redis.set(keys.log_head(), json.dumps({"seq": head.seq, "hash": head.hash}))


def test_a_whole_log_is_one_line_and_status_0_beside_a_running_desk_and_without_one(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        write(server.url)
        beside = audit("verify", data=tmp_path)
        by_url = audit("verify", "--team", TEAM, data=tmp_path, url=server.url)
    alone = audit("verify", data=tmp_path)
    for done in (beside, by_url, alone):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{TEAM}: 6 entries, unbroken; the last has the hash ")
        assert done.stdout.count("\n") == 1


def test_a_log_that_somebody_was_at_is_status_1_and_the_entry(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        write(server.url)
        write(server.url, "T0OTHER")
        with Redis.from_url(server.url) as redis:
            [(third, _)] = redis.xrange(KEYS.log())[2:3]
            redis.xdel(KEYS.log(), third)
        done = audit("verify", data=tmp_path)
        of_the_other = audit("verify", "--team", "T0OTHER", data=tmp_path)
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{TEAM}: entry 3: dropped, before ")
    assert second.startswith("T0OTHER: 6 entries, unbroken")
    assert of_the_other.returncode == 0


def test_the_history_of_a_claim_tells_when_who_what_and_what_changed(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        write(server.url)
        done = audit("show", "s1-1", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "s1-1 in T0DESK",
        "2026-05-12 09:01:00 UTC  U0ANA  taken  #2",
        "    state: assigned",
        "    assignee: U0ANA",
        "2026-05-12 09:03:00 UTC  U0ANA  proposed  #4",
        "    state: assigned → in_review",
        "    verdict.version: 1",
        "    verdict.rating: true",
        "    verdict.explanation: The register says so.",
        "2026-05-12 09:04:00 UTC  U0BEN  objected  #5",
        "    state: in_review → assigned",
        "    verdict.objections.1.by: U0BEN",
        r"    verdict.objections.1.reason: told by\x1b[31m red\x07 \u202eleft\nnext line",
        "2026-05-12 09:05:00 UTC  U0ANA  proposed  #6",
        "    state: assigned → in_review",
        "    verdict.version: 1 → 2",
        "    verdict.rating: true → false",
        "    verdict.objections.1.by: U0BEN → nothing",
        r"    verdict.objections.1.reason: told by\x1b[31m red\x07 \u202eleft\nnext line → nothing",
    ]


def test_the_history_of_a_submission_has_that_of_its_claims_and_a_script_gets_json(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        write(server.url)
        done = audit("show", "s1", data=tmp_path)
        rows = [json.loads(line) for line in audit("show", "s1", "--ndjson", data=tmp_path).stdout.splitlines()]
    heads = [line for line in done.stdout.splitlines() if line.startswith("2026")]
    assert heads[0] == "2026-05-12 09:00:00 UTC  claimdesk  filed  #1"
    assert heads[2] == "2026-05-12 09:02:00 UTC  U0DAN  taken  s1-2  #3"
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[4]["details"]["verdict"]["objections"][0]["reason"] == ESCAPES
    assert rows[1]["prev"] == rows[0]["hash"]
    assert {row["team"] for row in rows} == {TEAM}


def test_what_is_not_there_is_one_line_and_status_2(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        write(server.url)
        for words, sentence in (
            (("show", "s9-\x1b9"), r"s9-\x1b9: the log has nothing on a claim"),
            (("show", "s1-1", "--team", "T0NONE"), "T0NONE: no such workspace here; there are: T0DESK"),
            (("verify", "--team", "T0NONE"), "T0NONE: no such workspace here"),
        ):
            done = audit(*words, data=tmp_path)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.startswith(f"claimdesk: {sentence}")
            assert done.stderr.count("\n") == 1


def test_letters_of_all_scripts_stay_readable() -> None:
    text = "naïve 👩🏽‍🚒 الصادرات ירדו \\n"
    assert visible(text) == text
    assert visible("a\x9b2Jb\u2028c\r\t\x00") == r"a\x9b2Jb\u2028c\r\t\x00"


def test_only_what_changed_is_told() -> None:
    before = {"state": "open", "due": None, "followers": ["U0ANA"], "on": True}
    after = {"state": "open", "due": "2026-05-13", "followers": ["U0ANA", "U0BEN"], "on": False}
    assert [str(change) for change in changes(before, after)] == [
        "due: 2026-05-13",
        "followers.2: U0BEN",
        "on: true → false",
    ]
