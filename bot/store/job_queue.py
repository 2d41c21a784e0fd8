"""Puts jobs on the queue. The library is docket: Redis streams, at least once, one job per key at a time."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from docket import Docket

NAMES = ("read_submission", "read_anew", "deliver", "digest")
"""The jobs there are: methods of ``Jobs``, which only the worker loads."""


async def _runs_in_a_worker(*words: str) -> None:
    """Stands for a job in processes that only enqueue it: they never load what running it needs."""
    raise RuntimeError("this process only puts jobs on the queue")


class JobQueue:
    """What the processes can ask to be done. A job whose key waits or runs already is not added twice."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        for name in NAMES:
            docket.tasks.setdefault(name, _runs_in_a_worker)

    async def read(self, team: str, submission: str) -> None:
        """Read a submission and file its claims."""
        await self._docket.add("read_submission", key=f"read:{team}:{submission}")(team, submission)

    async def read_at(self, team: str, submission: str, when: datetime) -> None:
        """Read a submission at a time, in place of when it was to be read so far."""
        await self._docket.replace("read_submission", when, f"read:{team}:{submission}")(team, submission)

    async def read_anew(self, team: str, submission: str) -> None:
        """Read the page of published verdicts again, to see whether it changed."""
        await self._docket.add("read_anew", key=f"anew:{team}:{submission}")(team, submission)

    async def deliver(self, team: str, queue: str, turn: int) -> None:
        """Send what waits in a queue of the outbox, in this turn of it."""
        await self._docket.add("deliver", key=f"deliver:{team}:{queue}:{turn}")(team, queue)

    async def digest(self, team: str, channel: str, day: date, asked: str = "") -> None:
        """Post the digest of a channel for a day; ``asked`` names the request when a person wants it now."""
        key = f"digest:{team}:{channel}:{asked or day}"
        await self._docket.add("digest", key=key)(team, channel, day.isoformat(), asked)


def short_id(*parts: str) -> str:
    """Ten letters that stand for these parts: the same parts give the same id, so a repeated delivery adds nothing."""
    letters = "abcdefghjkmnpqrstvwxyz23456789"
    number = int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")
    return "".join(letters[number // len(letters) ** i % len(letters)] for i in range(10))
