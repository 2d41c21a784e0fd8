"""Slack waits three seconds for an answer. One that Redis keeps us from giving is a sentence that says what to do next.

While the records cannot be written, the outbox cannot either; so what a person reads goes into the answer itself or
straight through Slack's Web API.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.ids import Action
from bot.slack.patience import NO_ANSWER
from bot.store.redis_client import cancelled
from bot.store.trouble import RedisWatch, is_trouble
from handlers.middleware import SettlingApp

log = logging.getLogger(__name__)

ANSWER_WITHIN = 2.6
"""Seconds from receipt to our answer: what is left of Slack's three is for the way."""
LAST_RETRY = "3"
"""Slack sends an event again after a moment, a minute and five minutes; then never again."""

_BROKE_OFF = "redis_broke_off"  # in the request's context: what Redis answered a listener

NOT_NOW = (
    "I cannot reach my records at the moment, so this may not have been noted. Nothing noted before is lost. "
    "Please look again in a few minutes and do it once more if it is not there."
)
NOT_NOW_FORM = (
    "I cannot reach my records at the moment. Please leave this form open and send it again in a minute: what you "
    "wrote stays here."
)
NOT_READ = (
    "I cannot reach my records at the moment, so I could not take this message. Nothing noted before is lost. "
    "Please send it to me once more in a few minutes."
)


def broke_off(context: dict[str, Any], error: Exception) -> bool:
    """Note that Redis kept a listener from its work; False if the error is of another kind."""
    if not is_trouble(error):
        return False
    context[_BROKE_OFF] = error
    return True


class PatientApp(SettlingApp):
    """A Bolt app that answers in time, whatever Redis does."""

    watch: RedisWatch

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch; if that takes longer than Slack waits, or Redis refuses, answer with what to do next.

        An event is handled to its end all the same, for nobody is told that it was not: Slack's next try finds it done
        or does it. What a person pressed or sent is broken off, for they are asked to do it again.
        """
        handling = asyncio.create_task(self._handled(req))
        done, _ = await asyncio.wait((handling,), timeout=ANSWER_WITHIN)
        if done:
            response = handling.result()
            if response is not None:
                return response
        elif not _is_event(req):
            _keep(asyncio.create_task(_break_off(handling)))
        else:
            _keep(handling)
        self.watch.note()
        if req.context.authorize_result is None:  # nobody has shown yet that Slack sent it
            return BoltResponse(status=503, body="")
        response, telling = refusal(req.body, last=req.headers.get("x-slack-retry-num") == [LAST_RETRY])
        if telling is not None:
            _keep(asyncio.create_task(_tell(req.context.client or self.client, **telling)))
        return response

    async def _handled(self, req: AsyncBoltRequest) -> BoltResponse | None:
        """Bolt's answer, or None if Redis broke it off."""
        try:
            response = await super().async_dispatch(req)
        except (RedisError, OSError) as error:
            if not is_trouble(error):
                raise
            return None
        return None if _BROKE_OFF in req.context else response


async def _tell(client: AsyncWebClient, user: str, text: str, channel: str, thread: str | None) -> None:
    try:
        if channel:
            await client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread)
        else:
            await client.chat_postMessage(channel=user, text=text)
    except (SlackApiError, *NO_ANSWER) as error:
        log.warning("could not tell somebody that their press was not noted (%s)", type(error).__name__)


def refusal(
    body: dict[str, Any], *, last: bool = False, sentence: str = ""
) -> tuple[BoltResponse, dict[str, Any] | None]:
    """What Slack gets while the records cannot be written, and whom to tell what beside it, if anybody.

    ``last``: Slack will not send this event again. ``sentence``: what is said where something else is the reason.
    """
    here, in_form = sentence or NOT_NOW, sentence or NOT_NOW_FORM
    again = BoltResponse(status=503, body="")
    match body.get("type"):
        case "event_callback":
            return again, _told_of_event(body.get("event") or {}) if last else None
        case None if body.get("command"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": here}), None
        case "block_suggestion":
            return BoltResponse(status=200, body={"options": []}), None
        case "view_submission" if field := _first_field(body.get("view") or {}):
            return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: in_form}}), None
        case "view_closed":
            return again, None
    action = (body.get("actions") or [{}])[0].get("action_id")
    if action == Action.TYPED:  # told when the form is sent; what was typed stands in it
        return again, None
    channel = (body.get("channel") or {}).get("id") or ""
    thread = (body.get("message") or {}).get("thread_ts")
    user = (body.get("user") or {}).get("id")
    if not user:
        return again, None
    # In a direct message everybody who reads is the person who pressed.
    channel = "" if channel.startswith("D") else channel
    return again, {"user": user, "text": here, "channel": channel, "thread": thread if channel else None}


def _told_of_event(event: dict[str, Any]) -> dict[str, Any] | None:
    """Whoever spoke to the desk hears that it was not heard; nobody else does."""
    user, channel = event.get("user"), str(event.get("channel") or "")
    spoken = event.get("type") == "app_mention" or (
        event.get("type") == "message" and event.get("channel_type") == "im" and not event.get("subtype")
    )
    if not spoken or not user or event.get("bot_id"):
        return None
    direct = channel.startswith("D")
    return {
        "user": user,
        "text": NOT_READ,
        "channel": "" if direct else channel,
        "thread": None if direct else event.get("thread_ts"),
    }


def _first_field(view: dict[str, Any]) -> str | None:
    return next((b.get("block_id") for b in view.get("blocks") or () if b.get("type") == "input"), None)


def _is_event(req: AsyncBoltRequest) -> bool:
    return req.body.get("type") == "event_callback"


_kept: set[asyncio.Task[Any]] = set()  # the loop itself holds tasks only weakly


def _keep(task: asyncio.Task[Any]) -> None:
    _kept.add(task)
    task.add_done_callback(_done)


def _done(task: asyncio.Task[Any]) -> None:
    _kept.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.error("what was left to do failed: %s", type(error).__name__)


async def _break_off(task: asyncio.Task[Any]) -> None:
    if await cancelled(task):
        with suppress(asyncio.CancelledError, Exception):
            task.result()
    else:
        log.warning("a handling that Redis keeps does not end; leaving it behind")
        _keep(task)
