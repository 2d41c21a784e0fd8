"""The desk's processes with what only tests do to them: kill them and weigh them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from bot.demo.desk_processes import DeskProcesses
from bot.sandbox import Workspace


class KillableProcesses(DeskProcesses):
    """Faster than Slack's pace, and quick to hand over a dead worker's jobs."""

    def __init__(self, slack: Workspace, folder: Path, *, socket_mode: bool = False, **settings: str) -> None:
        quick = {"SLACK_POST_SECONDS": "0.02", "FETCH_ALLOW_HOSTS": "127.0.0.1", "REDELIVERY_SECONDS": "3"}
        super().__init__(slack, folder, socket_mode=socket_mode, settings={**quick, **settings})

    def pids(self, role: str) -> list[int]:
        """Process ids of a role as the log tells them, the newest last."""
        return [int(pid) for pid in re.findall(rf"{role} started \(process (\d+)\)", self.log_text())]

    def redis_pid(self) -> int:
        """Process id of the embedded Redis."""
        assert self.process is not None
        return next(pid for pid in children(self.process.pid) if "server" in _command(pid))

    def kill(self, role: str) -> bool:
        """SIGKILL one of our own processes, which ``run`` starts again; False if none of this role runs just now."""
        with suppress(IndexError, StopIteration):
            return killed(self.redis_pid() if role == "redis" else self.pids(role)[-1])
        return False

    def heaviest_child(self, role: str) -> int:
        """Process id of the largest child of a role's process: of a worker, where claims are found."""
        return max(children(self.pids(role)[-1]), key=_rss)

    def memory(self) -> dict[str, int]:
        """Resident memory in MB by role; the worker's extraction process for itself."""
        assert self.process is not None
        sizes = {"run": _rss(self.process.pid), "redis": _rss(self.redis_pid())}
        for role in ("web", "worker", "clock"):
            pid = self.pids(role)[-1]
            sizes[role] = _rss(pid)
            if found := children(pid):
                sizes[f"{role}'s extraction"] = max(_rss(child) for child in found)
        return sizes


def killed(pid: int) -> bool:
    """SIGKILL a process; False if it is dead already, though perhaps nobody has looked yet."""
    with suppress(OSError):
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            os.kill(pid, signal.SIGKILL)
            return True
    return False


def children(pid: int) -> list[int]:
    """The process ids of a process' own children."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _rss(pid: int) -> int:
    with suppress(OSError):
        match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(match[1]) // 1024 if match else 0
    return 0
