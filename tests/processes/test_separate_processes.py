"""The three lines of the Procfile, each by itself, as a hosting service runs them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from end_to_end.conftest import MANIFEST, TWO_CLAIMS, metadata_id

from bot.demo.desk_processes import free_port
from bot.sandbox import Workspace

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


async def test_web_worker_and_clock_find_each_other(tmp_path: Path) -> None:
    lines = dict(line.split(": ") for line in (ROOT / "Procfile").read_text().splitlines())
    assert list(lines) == ["web", "worker", "clock"]
    async with Workspace(MANIFEST) as slack:
        port = free_port()
        slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        slack.retry_delays = (1, 5, 10)
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))},
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "PORT": str(port),
            "DATA_DIR": str(tmp_path),
        }
        started = [
            subprocess.Popen([sys.executable, "-m", "bot.cli", line.split()[1]], env=environment)  # noqa: ASYNC220
            for line in lines.values()
        ]
        try:
            ada = slack.add_user("ada")
            desk = slack.add_channel("desk", [ada])
            async with httpx.AsyncClient() as client:
                for _ in range(300):
                    with suppress(httpx.HTTPError):
                        await client.get(f"http://127.0.0.1:{port}/healthz")
                        break
                    await asyncio.sleep(0.1)
            root = await ada.post(desk, f"<@{slack.bot_user_id}> {TWO_CLAIMS}")
            await slack.wait_for(
                lambda: sum(metadata_id(m).startswith("card:") for m in slack.thread(root)) == 2, timeout=60
            )
        finally:
            for process in started:
                process.terminate()
            ended = [await asyncio.to_thread(process.wait, 30) for process in started]
    assert ended == [0, 0, 0]
