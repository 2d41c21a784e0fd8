"""Which deliveries from Slack were handled: each event and each press counts once, however often it arrives."""

from __future__ import annotations

import secrets
from enum import StrEnum

from redis.asyncio import Redis

from bot.store import keys

LEASE_SECONDS = 10
"""How long a delivery counts as being handled: longer than Slack waits (3 s), short enough for Slack's retries."""
KEPT_SECONDS = 3600
"""Slack's last retry of an event comes after minutes; an hour is ample. A signature is good for five minutes."""


class Receipt(StrEnum):
    """What is known of a delivery."""

    NEW = "new"
    BEING_HANDLED = "being_handled"
    HANDLED = "handled"


class Deliveries:
    """Deliveries by event id or trigger id, and by the signature of the request that brought them.

    A delivery is marked at receipt with a short lease and marked for good once it was handled. If the process dies in
    between, the lease ends and Slack's next retry is taken; were it marked for good at receipt, it would be lost.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, *ids: str) -> list[Receipt]:
        """Claim a delivery by all that makes it recognisable, what is known of each; only one caller gets NEW.

        The claim bears a name of its own: if its answer is lost and the client sends it again, it is known as ours.
        """
        claim = f"{Receipt.BEING_HANDLED} {secrets.token_hex(8)}"
        async with self._redis.pipeline(transaction=False) as pipe:
            for id in ids:
                pipe.set(keys.delivery(id), claim, nx=True, ex=LEASE_SECONDS)
            claimed = await pipe.execute()
        return [Receipt.NEW if new else await self._known(id, claim) for id, new in zip(ids, claimed, strict=True)]

    async def _known(self, id: str, claim: str) -> Receipt:
        found = str(await self._redis.get(keys.delivery(id)) or Receipt.BEING_HANDLED)
        return Receipt.NEW if found == claim else Receipt(found.partition(" ")[0])

    async def finish(self, *ids: str, handled: bool) -> None:
        """Settle what was claimed: handled for good, or free for Slack's next retry."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for id in ids:
                if handled:
                    pipe.set(keys.delivery(id), Receipt.HANDLED, ex=KEPT_SECONDS)
                else:
                    pipe.delete(keys.delivery(id))
            await pipe.execute()
