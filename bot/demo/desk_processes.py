"""``claimdesk run`` as a child process, pointed at a sandbox workspace."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx

from bot import lifeline
from bot.sandbox import Workspace
from config.settings import Settings

_OURS = frozenset(name.upper() for name in Settings.model_fields)


class NotStarted(Exception):
    """The processes did not come up; the message holds the end of their log."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DeskProcesses:
    """Web, worker, clock and embedded Redis as an operator would start them, with a data folder of their own.

    Settings of the shell they are started from do not reach them, so that nothing is ever sent to the real Slack.
    """

    def __init__(
        self, slack: Workspace, folder: Path, *, socket_mode: bool = False, settings: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self.port = free_port()
        self.log = folder / "log.txt"
        self.process: subprocess.Popen[bytes] | None = None
        inherited = {name: value for name, value in os.environ.items() if name.upper() not in _OURS}
        how = {"SLACK_APP_TOKEN": slack.app_token} if socket_mode else {"SLACK_SIGNING_SECRET": slack.signing_secret}
        self.environment = {
            **inherited,
            **how,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.api_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(folder / "data"),
            **(settings or {}),
        }
        if not socket_mode:
            slack.request_url = f"http://127.0.0.1:{self.port}/slack/events"

    async def start(self) -> None:
        """Start them and wait until they are ready. Raises NotStarted."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot.cli", "run"]
            self.process = lifeline.popen(command, env=self.environment, cwd=self._folder, stderr=log, stdout=log)
        await self._ready()

    async def _ready(self, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        async with httpx.AsyncClient() as client:
            while time.monotonic() < deadline and self.process and self.process.poll() is None:
                with suppress(httpx.HTTPError):
                    answer = await client.get(f"http://127.0.0.1:{self.port}/readyz")
                    if answer.status_code == 200 and "worker is ready" in self.log_text():
                        return
                await asyncio.sleep(0.1)
        raise NotStarted(f"the desk did not start:\n{self.log_text()[-4000:]}")

    def log_text(self) -> str:
        """All they have logged."""
        return self.log.read_text("utf-8", errors="replace")

    def stop(self, seconds: float = 40) -> int:
        """Ask them to finish, and wait until all is gone; returns the exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)
