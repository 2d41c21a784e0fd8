"""What waits in the outbox, for how long, and what holds it: for an operator who wants to know why nothing comes."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.store.keys import Keys
from bot.store.outbox import Message, Outbox
from bot.store.pace import THE_APP, Pace

METHODS = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.publish")
"""What Slack may ask to wait with, for the whole workspace."""
LOOKED_AT = 1000
"""Messages at the head of a queue whose age and trouble are looked at."""
TURN = 2.0
"""Seconds: a channel that is held for longer than this is held because Slack asked for it, not for its turn."""


@dataclass(frozen=True, slots=True)
class WaitingQueue:
    """A queue with messages. ``oldest`` is the longest wait, in seconds, None if none has a time.

    ``held`` says in words what it waits for, most general first; ``sending`` whether a sender is at it.
    """

    queue: str
    messages: int
    oldest: float | None
    held: tuple[str, ...]
    sending: bool


async def held_methods(redis: Redis, keys: Keys) -> tuple[str, ...]:
    """What holds the whole workspace: a token that Slack refuses, methods that it asks to wait with, for how long."""
    pace = Pace(redis, keys)
    refused = await pace.wait(THE_APP)
    waits = [(method, await pace.wait(method)) for method in METHODS]
    asked = (f"Slack asks to wait {seconds:.0f} s with {method}" for method, seconds in waits if seconds > 0)
    return (*((f"Slack refuses the token; tried again in {refused:.0f} s",) if refused > 0 else ()), *asked)


async def waiting_queues(redis: Redis, keys: Keys) -> list[WaitingQueue]:
    """The queues in which something waits, the one with the longest wait first."""
    outbox, pace = Outbox(redis, keys), Pace(redis, keys)
    found: list[WaitingQueue] = []
    for queue in sorted(await outbox.queues()):
        length = int(await redis.llen(keys.outbox(queue)))
        waiting = await outbox.waiting(queue, length)
        messages = await outbox.messages(list(waiting)[:LOOKED_AT])
        if not waiting:
            continue
        asked = await pace.wait(queue)
        held = [f"Slack asks to wait {asked:.0f} s with posts here"] if asked > TURN else []
        found.append(
            WaitingQueue(
                queue=queue,
                messages=len(waiting),
                oldest=max((time.time() - m.since for m in messages if m.since), default=None),
                held=(*held, *_troubles(messages)),
                sending=bool(await redis.exists(keys.sending(queue))),
            )
        )
    return sorted(found, key=lambda q: -(q.oldest or 0))


def _troubles(messages: list[Message]) -> tuple[str, ...]:
    counted = Counter(message.trouble for message in messages if message.trouble)
    return tuple(
        f"{number} {'message' if number == 1 else 'messages'} failed with {why} and will be tried again"
        for why, number in counted.most_common()
    )
