"""What handlers of buttons and forms share: reading a payload, saying no, opening a form in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.refusals import Refusal
from bot.service import Desk
from bot.service.deadline import seconds_left
from bot.slack.blocks import Block
from bot.slack.patience import NO_ANSWER

log = logging.getLogger(__name__)

Body = dict[str, Any]

SLACK_BUSY = "Slack was too busy to open the form. Please press the button once more."


def button_value(body: Body) -> tuple[str, int]:
    """The record a button is about and the number behind it: a verdict's version, or how many cards were shown."""
    id, _, number = str(body["actions"][0]["value"]).partition(" ")
    return id, int(number or 0)


def menu_value(body: Body) -> tuple[str, str]:
    """What was chosen in an overflow menu, and the record it is about."""
    chosen, _, id = str(body["actions"][0]["selected_option"]["value"]).partition(" ")
    return chosen, id


async def refuse(desk: Desk, body: Body, refusal: Refusal) -> None:
    """Tell the person who pressed why nothing happened."""
    await say(desk, body, refusal.sentence)


async def say(desk: Desk, body: Body, sentence: str) -> None:
    """Tell the person who pressed something, where they pressed; of a Home or a form, in their direct message."""
    user = body["user"]["id"]
    channel = (body.get("channel") or {}).get("id") or user
    thread = (body.get("message") or {}).get("thread_ts")
    await desk.office.say_to(user, channel, sentence, thread=thread, origin=body["trigger_id"])


async def open_form(desk: Desk, body: Body, client: AsyncWebClient, view: Block) -> None:
    """Show a form, or say that Slack did not."""
    if not await shown_in_time(client.views_open(trigger_id=body["trigger_id"], view=view)):
        await say(desk, body, SLACK_BUSY)


async def shown_in_time(call: Awaitable[object]) -> bool:
    """Make a call that shows a modal; False if Slack did not do it in time for the acknowledgement, or refused."""
    try:
        await asyncio.wait_for(call, seconds_left())
    except SlackApiError as error:
        log.warning("Slack did not show a modal (%s)", error.response.get("error"))
        return False
    except NO_ANSWER as error:
        log.warning("Slack did not show a modal (%s)", type(error).__name__)
        return False
    return True
