"""Buttons on cards and in modals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.commands import Command, Propose, PutBack, Reopen, SignOff, Take
from bot.desk.refusals import Reason, Refusal
from bot.desk.task import Task, TaskState
from bot.desk.transitions import not_theirs, possible
from bot.service import SLACK_WITHIN, Desk
from bot.slack.blocks import Block
from bot.slack.cards import modals
from bot.slack.cards.modals import About
from bot.slack.ids import Action
from bot.slack.patience import NO_ANSWER

log = logging.getLogger(__name__)

Body = dict[str, Any]

_SLACK_BUSY = "Slack was too busy to open the form. Please press the button once more."


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to every button."""
    acting: dict[Action, Callable[[int], Command]] = {
        Action.TAKE: lambda _: Take(),
        Action.PUT_BACK: lambda _: PutBack(),
        Action.REOPEN: lambda _: Reopen(),
        Action.SIGN_OFF: SignOff,
    }
    opening: dict[Action, Callable[[Desk, Task, int], Block]] = {
        Action.HAND_OVER: lambda desk, task, version: modals.hand_over_modal(task),
        Action.DISMISS: lambda desk, task, version: modals.dismiss_modal(task),
        Action.OBJECT: lambda desk, task, version: modals.object_modal(task, version),
        Action.VERDICT: lambda desk, task, version: modals.verdict_modal(task, desk.rules),
    }
    for action, command in acting.items():
        app.action(action.value)(_acts(desk, command))
    for action, view in opening.items():
        app.action(action.value)(_opens(desk, action, view))
    app.action(Action.SHOW_MORE.value)(_shows_more(desk))
    app.action(Action.ADD_SOURCE.value)(_adds_source(desk))


def _value(body: Body) -> tuple[str, int]:
    """The record a button is about and the number behind it: a verdict's version, or how many cards were shown."""
    id, _, number = str(body["actions"][0]["value"]).partition(" ")
    return id, int(number or 0)


async def _refuse(desk: Desk, body: Body, refusal: Refusal) -> None:
    """Tell the person who pressed why nothing happened."""
    await _say(desk, body, refusal.sentence)


async def _say(desk: Desk, body: Body, sentence: str) -> None:
    thread = (body.get("message") or {}).get("thread_ts")
    await desk.say_to(body["user"]["id"], body["channel"]["id"], sentence, thread=thread, origin=body["trigger_id"])


async def _in_time(call: Awaitable[object]) -> bool:
    """Make a call that shows a modal; False if Slack did not do it in time for the acknowledgement, or refused."""
    try:
        await asyncio.wait_for(call, SLACK_WITHIN)
    except SlackApiError as error:
        log.warning("Slack did not show a modal (%s)", error.response.get("error"))
        return False
    except NO_ANSWER as error:
        log.warning("Slack did not show a modal (%s)", type(error).__name__)
        return False
    return True


def _acts(desk: Desk, command: Callable[[int], Command]) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        id, version = _value(body)
        try:
            await desk.act(id, command(version), body["user"]["id"])
        except Refusal as refusal:
            await _refuse(desk, body, refusal)
        await ack()

    return listener


def _opens(desk: Desk, action: Action, view: Callable[[Desk, Task, int], Block]) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        id, version = _value(body)
        try:
            task = await desk.task(id)
            _check_before_writing(task, action, body["user"]["id"])
            opened = view(desk, task, version)
        except Refusal as refusal:
            await _refuse(desk, body, refusal)
        else:
            if not await _in_time(client.views_open(trigger_id=body["trigger_id"], view=opened)):
                await _say(desk, body, _SLACK_BUSY)
        await ack()

    return listener


def _check_before_writing(task: Task, action: Action, actor: str) -> None:
    """Nobody should fill in a form only to be refused: what is certain beforehand is said beforehand."""
    verdict = task.verdict
    if action is Action.OBJECT and verdict and task.state is TaskState.IN_REVIEW and verdict.author == actor:
        raise Refusal(Reason.OWN_VERDICT)
    if action is Action.VERDICT and task.assignee not in (None, actor) and Propose in possible(task.state):
        raise Refusal(not_theirs(task), who=f"<@{task.assignee}>")


def _shows_more(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        submission, shown = _value(body)
        await desk.show_more(submission, shown)
        await ack()

    return listener


def _adds_source(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        view = body["view"]
        task = await desk.task(About.load(view["private_metadata"]).task)
        rows = int(body["actions"][0]["value"])
        grown = modals.verdict_modal(task, desk.rules, rows)
        await _in_time(client.views_update(view_id=view["id"], hash=view["hash"], view=grown))
        await ack()

    return listener
