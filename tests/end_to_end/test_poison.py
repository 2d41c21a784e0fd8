"""An article that kills whatever reads it is given up in words, listed for the operator, and can be read once more."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from end_to_end.conftest import MANIFEST, TWO_CLAIMS, cards_below
from end_to_end.desk_processes import KillableProcesses, children

from bot.sandbox import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]


async def test_what_kills_its_extraction_each_time_is_parked_told_listed_and_replayed(tmp_path: Path) -> None:
    async with Workspace(MANIFEST) as slack:
        ada = slack.add_user("ada")
        desk = slack.add_channel("desk", [ada])
        processes = KillableProcesses(slack, tmp_path)
        await processes.start()
        killing = asyncio.create_task(_kill_readers(processes))
        try:
            root = await ada.post(desk, f"<@{slack.bot_user_id}> again:\n{TWO_CLAIMS}")
            await slack.wait_for(
                lambda: any("Something went wrong on my side" in m.plain() for m in slack.thread(root)), timeout=90
            )
            killing.cancel()
            listed = await _claimdesk(processes, "jobs")
            assert "1 parked submission" in listed
            parked = re.search(r"^  (\w+): (\w+), .* ago  “", listed, re.MULTILINE)
            assert parked, listed
            assert parked[2] == "BrokenProcessPool"
            assert "will be read once more" in await _claimdesk(processes, "jobs", "retry", parked[1])
            await slack.wait_for(lambda: len(cards_below(slack, root)) == 2, timeout=60)
            assert "0 parked submissions" in await _claimdesk(processes, "jobs")
        finally:
            killing.cancel()
            assert await asyncio.to_thread(processes.stop) == 0


async def _kill_readers(processes: KillableProcesses) -> None:
    """Kill the worker's own processes again and again."""
    while True:
        for pid in children(processes.pids("worker")[-1]):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)


async def _claimdesk(processes: KillableProcesses, *words: str) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot.cli", *words],
        env=processes.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
