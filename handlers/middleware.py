"""Each delivery from Slack is handled once: a second one of the same event or press is dropped, and only then."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.service import access, deadline
from bot.store.deliveries import Deliveries, Receipt
from handlers.payloads import shown_in

log = logging.getLogger(__name__)

_CLAIMED = "claimed_deliveries"  # in the request's context, from receipt until the answer


def delivery_id(body: dict[str, object]) -> str | None:
    """What makes a delivery recognisable: an event's id, or the trigger of a command, a press or a submitted view.

    A retry header never matters: a retry whose first delivery was lost must be handled.
    """
    for name in ("event_id", "trigger_id"):
        if isinstance(id := body.get(name), str) and id:
            return f"{name}:{id}"
    return None


def signature_id(headers: Mapping[str, Sequence[str]]) -> str | None:
    """What makes a request recognisable: its signature, which covers the body and the second it was sent in.

    Slack signs each of its retries anew. Over Socket Mode nothing is signed, and nobody else can send.
    """
    found = headers.get("x-slack-signature")
    return f"signature:{found[0]}" if found else None


class OnceOnly:
    """Global middleware, behind the check of the signature: marks a delivery at receipt and drops what was handled."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def __call__(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Let new deliveries through; answer 200 to handled ones, and 503 while the first is still being handled.

        After a 503 Slack tries again: should the process that has the delivery die, nothing is lost. A request that
        was handled and comes again to the byte is none of Slack's: somebody replays it, and is refused.
        """
        signature, delivery = signature_id(req.headers), delivery_id(req.body)
        ids = [id for id in (signature, delivery) if id is not None]
        receipts = dict(zip(ids, await self._deliveries.begin(*ids), strict=True)) if ids else {}
        req.context[_CLAIMED] = [id for id, receipt in receipts.items() if receipt is Receipt.NEW]
        if signature and receipts[signature] is Receipt.HANDLED:
            log.warning("refused a request that was taken before")
            return BoltResponse(status=403, body="")
        if Receipt.HANDLED in receipts.values():
            log.info("dropped a second delivery of %s", delivery)
            return BoltResponse(status=200, body="")
        if Receipt.BEING_HANDLED in receipts.values():
            return BoltResponse(status=503, body="")
        access.shown_in(shown_in(req.body))
        await next()
        return None


class SettlingApp(AsyncApp):
    """A Bolt app that settles each delivery once its answer is known, over HTTP and over Socket Mode alike.

    What comes here has the shape of Slack's payloads: the door refuses what has not.
    """

    deliveries: Deliveries

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch, then note whether the delivery was handled or is open for Slack's next try."""
        deadline.begin()
        response = await super().async_dispatch(req)
        if claimed := req.context.get(_CLAIMED):
            await self.deliveries.finish(*claimed, handled=response.status < 500)
        return response
