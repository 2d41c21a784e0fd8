"""What handlers of buttons and forms share: reading a payload, saying no, opening a form in time."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.refusals import Reason, Refusal
from bot.service import Desk, access
from bot.service.deadline import seconds_left
from bot.slack.blocks import Block
from bot.slack.forms import About
from bot.slack.patience import NO_ANSWER

log = logging.getLogger(__name__)

Body = dict[str, Any]

_VALUE = re.compile(r"(?P<id>[\w-]{1,64})(?: (?P<number>[0-9]{1,9}))?", re.ASCII)
"""A record's id, and a number behind it."""

SLACK_BUSY = "Slack was too busy to open the form. Please press the button once more."


Choice = TypeVar("Choice", bound=StrEnum)
Do = Callable[[Body, AsyncWebClient], Awaitable[None]]


def button_value(body: Body) -> tuple[str, int]:
    """The record a button is about and the number behind it, 0 where there is none.

    It is a verdict's version, a question's number from 1, a page, or how many cards were shown.

    Raises:
        Refusal: there is something else behind it.
    """
    found = _VALUE.fullmatch(body["actions"][0].get("value") or "")
    if found is None:
        raise Refusal(Reason.NOT_UNDERSTOOD)
    return found["id"], int(found["number"] or 0)


def menu_value(body: Body, kind: type[Choice]) -> tuple[Choice, str]:
    """What was chosen in an overflow menu, and the record it is about.

    Raises:
        Refusal: it is none of what the menu offers.
    """
    chosen, _, id = chosen_value(body).partition(" ")
    if chosen not in set(kind) or not _VALUE.fullmatch(id):
        raise Refusal(Reason.NOT_UNDERSTOOD)
    return kind(chosen), id


def chosen_value(body: Body) -> str:
    """The value of what was chosen in a menu, ``""`` where nothing was."""
    return str((body["actions"][0].get("selected_option") or {}).get("value") or "")


def answering(desk: Desk, do: Do) -> Callable[..., Awaitable[None]]:
    """A listener that does this for a press; who pressed reads why, if the desk refuses."""

    async def listener(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        try:
            await do(body, client)
        except Refusal as refusal:
            await refuse(desk, body, refusal)
        await ack()

    return listener


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
    """Show a form, or say that Slack did not. It notes the channel that it was opened from."""
    view = opened_in(access.place(), view)
    if not await shown_in_time(client.views_open(trigger_id=body["trigger_id"], view=view)):
        await say(desk, body, SLACK_BUSY)


def opened_in(channel: str, view: Block) -> Block:
    """A form with the channel that it was opened from in its metadata."""
    about = replace(About.load(view["private_metadata"]), opened_in=channel)
    return {**view, "private_metadata": about.dump()}


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
