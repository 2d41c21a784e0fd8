"""The outbox: messages the desk wants in Slack, written in the same atomic step as the change that caused them.

A message has an id, a place, and what it shows: either the state of a record (a claim card, rendered when it is sent,
so that an edit can never overtake a newer one) or fixed blocks (a notice). Wanting a message again after it was posted
means editing it in place. Each want appends the id to its queue's list; the sender removes as many as it had seen
before it rendered, so a want that arrives meanwhile is never lost.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from bot.desk.messages import Shows, Wanted
from bot.store.keys import Keys
from bot.store.redis_client import strings

OF_AN_ATTEMPT = ("tried", "attempts", "waits", "since", "trouble")
"""Fields of a message that are gone as soon as it was sent."""


SAID_ONCE_SECONDS = 90 * 24 * 3600
"""How long it is remembered that something was said once; long after nobody would say it again."""
_EDITED = frozenset({"summary", "card", "more", "question", "dm", "home"})
"""Kinds of messages that are edited later, by the start of their id: they are remembered for good."""


@dataclass(frozen=True, slots=True)
class Message:
    """A wanted message and what is known of it in Slack.

    ``tried`` is when a post began whose outcome is unknown; ``buried`` is why Slack will never take it. ``since`` is
    how long it has waited for a sender, in seconds since the epoch, or 0; ``trouble`` is why the last try failed.
    """

    wanted: Wanted
    channel: str = ""
    ts: str = ""
    tried: float = 0.0
    buried: str = ""
    since: float = 0.0
    trouble: str = ""


def want(pipe: Pipeline, keys: Keys, wanted: Wanted) -> None:
    """Queue a message, or an edit of it, on a transaction."""
    pipe.hset(
        keys.message(wanted.id),
        mapping={
            "queue": wanted.queue,
            "shows": wanted.shows,
            "about": wanted.about,
            "thread": wanted.thread,
            "user": wanted.user,
            "broadcast": "1" if wanted.broadcast else "",
            "body": json.dumps(wanted.body, ensure_ascii=False) if wanted.body else "",
        },
    )
    enqueue(pipe, keys, wanted.queue, wanted.id)


def enqueue(pipe: Pipeline, keys: Keys, queue: str, id: str) -> None:
    """Have a sender look at a message, on a transaction."""
    pipe.hsetnx(keys.message(id), "since", str(time.time()))
    pipe.rpush(keys.outbox(queue), id)
    pipe.sadd(keys.outboxes(), queue)


class Outbox:
    """The sender's side of the outbox of one workspace."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def queues(self) -> dict[str, int]:
        """Queues with messages waiting, each with its turn: how many of them ended before.

        A turn is one job's to send. It ends in the step that finds the queue empty or at rest, so that whoever wants a
        message after that asks for the next turn, and never for a job that is about to end.
        """
        names = strings(await self._redis.smembers(self._keys.outboxes()))
        turns = await self._redis.hmget(self._keys.turns(), names) if names else []
        return {name: int(turn or 0) for name, turn in zip(names, turns, strict=True)}

    async def due(self) -> dict[str, int]:
        """The queues that a sender can do something for, as ``queues`` has them: without those at rest."""
        queues = await self.queues()
        rests = await self._redis.mget([self._keys.resting(queue) for queue in queues]) if queues else []
        resting = {queue: int(rest) for queue, rest in zip(queues, rests, strict=True) if rest}
        async with self._redis.pipeline(transaction=False) as pipe:
            for queue in resting:
                pipe.llen(self._keys.outbox(queue))
            lengths = dict(zip(resting, await pipe.execute(), strict=True))
        return {queue: turn for queue, turn in queues.items() if resting.get(queue, -1) != lengths.get(queue)}

    async def waiting(self, queue: str, most: int = 500) -> Counter[str]:
        """Ids that wait, oldest first, each with how often it was wanted."""
        return Counter(strings(await self._redis.lrange(self._keys.outbox(queue), 0, most - 1)))

    async def message(self, id: str) -> Message | None:
        """The message with this id, or None."""
        return next(iter(await self.messages([id])), None)

    async def messages(self, ids: Iterable[str]) -> list[Message]:
        """The messages with these ids, without those that are gone."""
        known = list(ids)
        async with self._redis.pipeline(transaction=False) as pipe:
            for id in known:
                pipe.hgetall(self._keys.message(id))
            rows = await pipe.execute()
        return [_message(id, row) for id, row in zip(known, rows, strict=True) if row.get("queue")]

    async def trying(self, id: str, at: float) -> None:
        """Note that a post is about to be made, so that its fate is looked up if we die before the answer."""
        await self._redis.hset(self._keys.message(id), "tried", str(at))

    async def not_posted(self, id: str) -> None:
        """Note that the attempt that was noted did nothing."""
        await self._redis.hdel(self._keys.message(id), "tried")

    async def count(self, id: str, what: Literal["attempts", "waits"], why: str) -> int:
        """Count a failure of the message ("attempts") or a pause that is not its fault ("waits"); returns how many."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(self._keys.message(id), what, 1)
            pipe.hset(self._keys.message(id), "trouble", why)
            return int((await pipe.execute())[0])

    async def done(self, queue: str, id: str, seen: int, *, channel: str, ts: str) -> None:
        """Note that the message stands in Slack as it was wanted ``seen`` times."""
        async with self._redis.pipeline(transaction=True) as pipe:
            if ts:
                pipe.hset(self._keys.message(id), mapping={"channel": channel, "ts": ts})
                if id.partition(":")[0] not in _EDITED:
                    pipe.expire(self._keys.message(id), SAID_ONCE_SECONDS)
                kind, _, record = id.partition(":")
                if kind == "summary":  # where it starts a thread, replies there are about this article
                    pipe.sadd(self._keys.thread(channel, ts), record)
                pipe.hdel(self._keys.message(id), *OF_AN_ATTEMPT)
            else:
                pipe.delete(self._keys.message(id))
            pipe.lrem(self._keys.outbox(queue), seen, id)
            pipe.lpos(self._keys.outbox(queue), id)
            again = (await pipe.execute())[-1] is not None
        if again and ts:  # it was wanted meanwhile: that waits from now on
            await self._redis.hsetnx(self._keys.message(id), "since", str(time.time()))

    async def forget_ts(self, id: str) -> None:
        """The message was deleted in Slack: post it anew."""
        await self._redis.hdel(self._keys.message(id), "ts", "channel", "tried", "permalink")

    async def bury(self, queue: str, id: str, error: str) -> None:
        """Slack will never take this message: keep it with the reason where an operator finds it."""
        row = await self._redis.hgetall(self._keys.message(id))
        async with self._redis.pipeline(transaction=True) as pipe:
            letter = {**row, "id": id, "error": error, "at": time.time()}
            pipe.rpush(self._keys.dead(), json.dumps(letter, ensure_ascii=False))
            pipe.hset(self._keys.message(id), "buried", error)
            pipe.lrem(self._keys.outbox(queue), 0, id)
            await pipe.execute()

    async def buried(self) -> list[dict[str, Any]]:
        """The dead letters, oldest first."""
        return [json.loads(row) for row in await self._redis.lrange(self._keys.dead(), 0, -1)]

    async def close_if_empty(self, queue: str) -> bool:
        """Take the queue off the list of queues if nothing waits in it, and end its turn; False if something does."""
        async with self._redis.pipeline(transaction=True) as pipe:
            try:
                await pipe.watch(self._keys.outbox(queue))
                if await pipe.llen(self._keys.outbox(queue)):
                    return False
                pipe.multi()  # type: ignore[no-untyped-call]
                pipe.srem(self._keys.outboxes(), queue)
                pipe.hincrby(self._keys.turns(), queue, 1)
                pipe.delete(self._keys.resting(queue))
                await pipe.execute()
            except WatchError:
                return False
        return True

    async def rest(self, queue: str, waiting: Counter[str], seconds: float) -> bool:
        """End the turn of a queue in which only what was ``waiting`` waits, and all of that for so long.

        The queue is not ``due`` until then, or until something is wanted in it; False if that has just happened.
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            try:
                await pipe.watch(self._keys.outbox(queue))
                if await self.waiting(queue) != waiting:
                    return False
                length = await pipe.llen(self._keys.outbox(queue))
                pipe.multi()  # type: ignore[no-untyped-call]
                pipe.hincrby(self._keys.turns(), queue, 1)
                pipe.set(self._keys.resting(queue), length, px=max(1, int(seconds * 1000)))
                await pipe.execute()
            except WatchError:
                return False
        return True


def _message(id: str, row: dict[str, str]) -> Message:
    wanted = Wanted(
        id=id,
        queue=row["queue"],
        shows=cast(Shows, row["shows"]),
        about=row["about"],
        thread=row["thread"],
        user=row["user"],
        broadcast=bool(row.get("broadcast")),
        body=json.loads(row["body"]) if row["body"] else {},
    )
    return Message(
        wanted,
        channel=row.get("channel", ""),
        ts=row.get("ts", ""),
        tried=float(row.get("tried", 0)),
        buried=row.get("buried", ""),
        since=float(row.get("since", 0)),
        trouble=row.get("trouble", ""),
    )
