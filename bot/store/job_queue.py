"""Puts jobs on the queue. The library is docket: Redis streams, at least once, one job per key at a time."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from docket import Docket

from bot.store.keys import DOCKET, READING_DOCKET

READING = ("read_submission", "read_anew")
TELLING = ("deliver", "digest")
"""The jobs there are: methods of ``Jobs``, which only the worker loads."""


async def _runs_in_a_worker(*words: str) -> None:
    """Stands for a job in processes that only enqueue it: they never load what running it needs."""
    raise RuntimeError("this process only puts jobs on the queue")


@dataclass(frozen=True, slots=True)
class Dockets:
    """The two queues. Reading waits for web sites and the CPU, telling for Slack: in one queue, the card that somebody
    just pressed would stand behind a hundred articles."""

    reading: Docket
    telling: Docket


@asynccontextmanager
async def open_dockets(redis_url: str) -> AsyncIterator[Dockets]:
    """Both queues on one Redis."""
    async with Docket(name=READING_DOCKET, url=redis_url) as reading, Docket(name=DOCKET, url=redis_url) as telling:
        yield Dockets(reading, telling)


class JobQueue:
    """What the processes can ask to be done. A job whose key waits or runs already is not added twice."""

    def __init__(self, dockets: Dockets) -> None:
        self._reading, self._telling = dockets.reading, dockets.telling
        for docket, names in ((self._reading, READING), (self._telling, TELLING)):
            for name in names:
                docket.tasks.setdefault(name, _runs_in_a_worker)

    async def read(self, team: str, submission: str) -> None:
        """Read a submission and file its claims."""
        await self._reading.add("read_submission", key=f"read:{team}:{submission}")(team, submission)

    async def read_at(self, team: str, submission: str, when: datetime) -> None:
        """Read a submission at a time, in place of when it was to be read so far."""
        await self._reading.replace("read_submission", when, f"read:{team}:{submission}")(team, submission)

    async def read_anew(self, team: str, submission: str) -> None:
        """Read the page of published verdicts again, to see whether it changed."""
        await self._reading.add("read_anew", key=f"anew:{team}:{submission}")(team, submission)

    async def deliver(self, team: str, queue: str, turn: int) -> None:
        """Send what waits in a queue of the outbox, in this turn of it."""
        await self._telling.add("deliver", key=f"deliver:{team}:{queue}:{turn}")(team, queue)

    async def digest(self, team: str, channel: str, day: date, asked: str = "") -> None:
        """Post the digest of a channel for a day; ``asked`` names the request when a person wants it now."""
        key = f"digest:{team}:{channel}:{asked or day}"
        await self._telling.add("digest", key=key)(team, channel, day.isoformat(), asked)


def short_id(*parts: str) -> str:
    """Ten letters that stand for these parts: the same parts give the same id, so a repeated delivery adds nothing."""
    letters = "abcdefghjkmnpqrstvwxyz23456789"
    number = int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")
    return "".join(letters[number // len(letters) ** i % len(letters)] for i in range(10))
