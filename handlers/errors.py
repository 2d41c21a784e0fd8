"""What went wrong on our side: noted in the log, and told to whoever pressed something and waits."""

from __future__ import annotations

import logging

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.service import Desk
from handlers.patient import broke_off
from handlers.replies import Body

log = logging.getLogger(__name__)

SORRY = "Something went wrong on my side, and it is noted. Please try once more."


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the exceptions of all other listeners.

    Nothing is returned, so that Bolt's answer stays 500: Slack sends an event again, and the delivery stays open.
    """

    async def failed(error: Exception, body: Body, context: AsyncBoltContext) -> None:
        if broke_off(context, error):  # answered in the end by the app itself
            return
        what = body.get("type") or body.get("command")
        log.error("could not handle a delivery of Slack's (%s)", what, exc_info=error)
        try:
            await _tell(desk, body)
        except Exception as unheard:  # of the same kind, probably: it must not hide the first one
            log.error("could not tell that something went wrong: %s", unheard)

    app.error(failed)


async def _tell(desk: Desk, body: Body) -> None:
    """Only what a person pressed or sent has a trigger; an event is sent again by Slack, and may still succeed."""
    user = (body.get("user") or {}).get("id") or body.get("user_id")
    if not user or not body.get("trigger_id"):
        return
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id") or user
    thread = (body.get("message") or {}).get("thread_ts")
    await desk.office.say_to(user, channel, SORRY, thread=thread, origin=body["trigger_id"])
