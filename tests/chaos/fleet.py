"""The desk as it runs in earnest, with two workers, and a hand that kills its processes at random moments."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from end_to_end.desk_processes import KillableProcesses, killed

from bot import lifeline
from bot.sandbox import Workspace

VICTIMS = ("web", "a worker", "clock", "redis")
WORKERS = ("worker", "second worker", "extraction")
"""Who may be killed. Of a worker it is the first, the second, or the first one's process in which claims are found."""


class Fleet(KillableProcesses):
    """``claimdesk run`` and a second worker, which is started again when it dies, as a host would."""

    def __init__(self, slack: Workspace, folder: Path, **settings: str) -> None:
        super().__init__(slack, folder, **settings)
        self._second: subprocess.Popen[bytes] | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def redis_url(self) -> str:
        """Where the records are."""
        return f"unix://{self.environment['DATA_DIR']}/redis.sock?db=0"

    async def start(self, *, second: bool = True) -> None:
        """Start them and wait until they are ready; the second worker may follow later."""
        await super().start()
        if second:
            self.start_second()
        self._keeper = asyncio.create_task(self._keep())

    def start_second(self) -> None:
        """Start the second worker."""
        environment = {**self.environment, "REDIS_URL": self.redis_url}
        with self.log.open("ab") as log:
            self._second = lifeline.popen(
                [sys.executable, "-m", "bot.cli", "worker"], env=environment, cwd=self._folder, stderr=log, stdout=log
            )

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            if self._second is not None and self._second.poll() is not None:
                self.start_second()

    def stop(self, seconds: float = 40) -> int:
        """Ask all to finish, the second worker first; returns the worse of the two statuses."""
        status = 0
        if self._keeper is not None:
            self._keeper.cancel()
        if self._second is not None and self._second.poll() is None:
            self._second.send_signal(signal.SIGTERM)
            status = self._second.wait(seconds)
        return super().stop(seconds) or status

    def kill(self, role: str) -> bool:
        """SIGKILL one process of ours; False if none of this role runs just now."""
        if role == "second worker":
            return self._second is not None and self._second.poll() is None and killed(self._second.pid)
        if role == "extraction":
            with suppress(IndexError, ValueError):
                return killed(self.heaviest_child("worker"))
            return False
        return super().kill(role)


async def kill_at_random(fleet: Fleet, chance: random.Random, kills: int, seconds: float) -> Counter[str]:
    """So many kills, spread at random over so many seconds; each kind of process is as likely as the others."""
    hits: Counter[str] = Counter()
    moments = sorted(chance.uniform(0, seconds) for _ in range(kills))
    started = asyncio.get_running_loop().time()
    for moment in moments:
        await asyncio.sleep(max(0.0, started + moment - asyncio.get_running_loop().time()))
        while not fleet.kill(victim := _victim(chance)):  # noqa: ASYNC110 - nothing tells when it is alive again
            await asyncio.sleep(0.1)  # that one is dead already: draw another
        hits[victim] += 1
    return hits


def _victim(chance: random.Random) -> str:
    kind = chance.choice(VICTIMS)
    return chance.choice(WORKERS) if kind == "a worker" else kind
