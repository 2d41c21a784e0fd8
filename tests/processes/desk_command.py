"""Runs ``claimdesk`` as an operator does, in a process of its own, with no settings but those that are given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def claimdesk(*words: str, data: Path, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[str]:
    """What the command says; ``data`` is the folder of its Redis and where it runs."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))}
    command = [sys.executable, "-m", "bot.cli", *words]
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        timeout=100,
        check=False,
        env=environment | {"DATA_DIR": str(data)} | settings,
        cwd=data,
    )
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
