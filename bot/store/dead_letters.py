"""Messages that Slack would not take: an operator looks at them, has them sent once more, or lets them go."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from redis.asyncio.client import Pipeline

from bot.store.outbox import OF_AN_ATTEMPT, enqueue
from bot.store.records import Records
from bot.store.redis_client import strings

OPERATOR = "operator"
"""Who did it, in the log, when it was done on the command line."""
_OF_A_LETTER = ("id", "error", "at", "buried")
_FROM_BEFORE = tuple(name for name in OF_AN_ATTEMPT if name != "tried")
"""Fields that a new try begins without. ``tried`` stays: with it the sender looks in Slack before it posts."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message with what was wanted of it; ``error`` is why Slack would not take it.

    ``at`` is when it was put aside, in seconds since the epoch; 0 for one from before this was noted.
    """

    id: str
    queue: str
    shows: str
    about: str
    error: str
    at: float
    body: dict[str, Any]


class DeadLetters(Records):
    """The dead letters of one workspace."""

    async def all(self) -> list[DeadLetter]:
        """All of them, oldest first."""
        return [_letter(row) for row in map(json.loads, await self._rows())]

    async def retry(self, ids: Collection[str] | None = None) -> list[str]:
        """Take these messages, or all, off the list and want them again, in the same step; returns their ids.

        One that may be in Slack already is looked up there by the sender before it posts; one that was delivered
        meanwhile is edited in place.
        """

        def write(pipe: Pipeline, letters: dict[str, dict[str, str]]) -> None:
            for id, row in letters.items():
                # What the list keeps is the message as it was put aside: what was wanted since then goes before it.
                for name, value in row.items():
                    if name not in (*_OF_A_LETTER, *_FROM_BEFORE):
                        pipe.hsetnx(self.keys.message(id), name, value)
                pipe.hdel(self.keys.message(id), "buried", *_FROM_BEFORE)
                enqueue(pipe, self.keys, row["queue"], id)
                self._log(pipe, OPERATOR, "message_retried", id, error=row["error"])

        return await self._take(ids, write)

    async def drop(self, id: str) -> bool:
        """Take a message off the list for good; False if it is not there."""

        def write(pipe: Pipeline, letters: dict[str, dict[str, str]]) -> None:
            for each, row in letters.items():
                self._log(pipe, OPERATOR, "message_dropped", each, error=row["error"])

        return bool(await self._take([id], write))

    async def _take(
        self, ids: Collection[str] | None, write: Callable[[Pipeline, dict[str, dict[str, str]]], None]
    ) -> list[str]:
        taken: dict[str, dict[str, str]] = {}

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            rows = strings(await pipe.lrange(self.keys.dead(), 0, -1))
            letters = [(row, json.loads(row)) for row in rows]
            chosen = [(row, letter) for row, letter in letters if ids is None or letter["id"] in ids]
            taken.clear()
            taken.update({letter["id"]: letter for _, letter in chosen})
            if not chosen:
                return None

            def do() -> None:
                for row, _ in chosen:
                    pipe.lrem(self.keys.dead(), 1, row)
                write(pipe, taken)

            return do

        await self._atomically(step, self.keys.dead())
        return list(taken)

    async def _rows(self) -> list[str]:
        return strings(await self._redis.lrange(self.keys.dead(), 0, -1))


def _letter(row: dict[str, Any]) -> DeadLetter:
    body = row.get("body")
    return DeadLetter(
        id=row["id"],
        queue=row.get("queue", ""),
        shows=row.get("shows", ""),
        about=row.get("about", ""),
        error=row["error"],
        at=float(row.get("at", 0)),
        body=json.loads(body) if body else {},
    )
