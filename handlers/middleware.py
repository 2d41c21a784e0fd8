"""Each delivery from Slack is handled once: a second one of the same event or press is dropped, and only then."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.service import deadline
from bot.store.deliveries import Deliveries, Receipt

log = logging.getLogger(__name__)

_ID = "delivery_id"  # in the request's context, from receipt until the answer


def delivery_id(body: dict[str, object]) -> str | None:
    """What makes a delivery recognisable: an event's id, or the trigger of a command, a press or a submitted view.

    A retry header never matters: a retry whose first delivery was lost must be handled.
    """
    for name in ("event_id", "trigger_id"):
        if isinstance(id := body.get(name), str) and id:
            return f"{name}:{id}"
    return None


class OnceOnly:
    """Global middleware that marks a delivery at receipt and drops one that was handled."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def __call__(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Let new deliveries through; answer 200 to handled ones, and 503 while the first is still being handled.

        After a 503 Slack tries again: should the process that has the delivery die, nothing is lost.
        """
        id = delivery_id(req.body)
        if id is not None:
            receipt = await self._deliveries.begin(id)
            if receipt is Receipt.HANDLED:
                log.info("dropped a second delivery of %s", id)
                return BoltResponse(status=200, body="")
            if receipt is Receipt.BEING_HANDLED:
                return BoltResponse(status=503, body="")
            req.context[_ID] = id
        await next()
        return None


class SettlingApp(AsyncApp):
    """A Bolt app that settles each delivery once its answer is known, over HTTP and over Socket Mode alike."""

    deliveries: Deliveries

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch, then note whether the delivery was handled or is open for Slack's next try."""
        deadline.begin()
        response = await super().async_dispatch(req)
        if id := req.context.get(_ID):
            await self.deliveries.finish(id, handled=response.status < 500)
        return response
