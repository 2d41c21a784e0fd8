"""``claimdesk run`` as an operator meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from end_to_end.conftest import MANIFEST
from end_to_end.desk_processes import KillableProcesses

from bot.sandbox import Workspace

pytestmark = pytest.mark.slow


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def _claimdesk(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        env={**clean, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_when_it_is_killed_nothing_is_left_behind_and_it_starts_again(tmp_path: Path) -> None:
    async with Workspace(MANIFEST) as slack:
        desk = KillableProcesses(slack, tmp_path)
        await desk.start()
        assert desk.process is not None
        pids = [desk.process.pid, desk.redis_pid(), *(desk.pids(role)[-1] for role in ("web", "worker", "clock"))]
        os.kill(desk.process.pid, signal.SIGKILL)
        desk.process.wait()
        deadline = time.monotonic() + 5
        while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)  # noqa: ASYNC251
        assert not [pid for pid in pids if _alive(pid)]
        again = KillableProcesses(slack, tmp_path)
        await again.start()
        assert again.stop() == 0


async def test_a_second_one_on_the_same_data_is_refused_in_one_line(tmp_path: Path) -> None:
    async with Workspace(MANIFEST) as slack:
        desk = KillableProcesses(slack, tmp_path)
        await desk.start()
        try:
            second = _claimdesk(
                "run",
                SLACK_BOT_TOKEN="xoxb-1",
                SLACK_SIGNING_SECRET="s",
                DATA_DIR=desk.environment["DATA_DIR"],
            )
        finally:
            assert desk.stop() == 0
    assert second.returncode == 2
    assert "DATA_DIR" in second.stderr
    assert "in use" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "PORT": "many"}, "PORT"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SPACY_PIPELINE": "no_such_pipeline"},
            "SPACY_PIPELINE",
        ),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named_in_one_line(
    settings: dict[str, str], name: str, tmp_path: Path
) -> None:
    ended = _claimdesk("run", **{"DATA_DIR": str(tmp_path), "SLACK_API_URL": "http://127.0.0.1:9/", **settings})
    assert ended.returncode == 2
    assert name in ended.stderr
    assert "xoxb-1" not in ended.stderr
