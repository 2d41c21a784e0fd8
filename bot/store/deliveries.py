"""Which deliveries from Slack were handled: each event and each press counts once, however often it arrives."""

from __future__ import annotations

from enum import StrEnum

from redis.asyncio import Redis

from bot.store import keys

LEASE_SECONDS = 10
"""How long a delivery counts as being handled: longer than Slack waits (3 s), short enough for Slack's retries."""
KEPT_SECONDS = 3600
"""Slack's last retry of an event comes after minutes; an hour is ample."""


class Receipt(StrEnum):
    """What is known of a delivery."""

    NEW = "new"
    BEING_HANDLED = "being_handled"
    HANDLED = "handled"


class Deliveries:
    """Deliveries by event id or trigger id.

    A delivery is marked at receipt with a short lease and marked for good once it was handled. If the process dies in
    between, the lease ends and Slack's next retry is taken; were it marked for good at receipt, it would be lost.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, id: str) -> Receipt:
        """Claim a delivery; only one caller gets NEW."""
        key = keys.delivery(id)
        if await self._redis.set(key, Receipt.BEING_HANDLED, nx=True, ex=LEASE_SECONDS):
            return Receipt.NEW
        return Receipt(str(await self._redis.get(key) or Receipt.BEING_HANDLED))

    async def finish(self, id: str, *, handled: bool) -> None:
        """Settle a claimed delivery: handled for good, or free for Slack's next retry."""
        if handled:
            await self._redis.set(keys.delivery(id), Receipt.HANDLED, ex=KEPT_SECONDS)
        else:
            await self._redis.delete(keys.delivery(id))
