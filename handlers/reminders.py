"""What people press in a reminder."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.service import Desk
from bot.slack.ids import Action
from bot.store.records import Missing
from handlers.replies import Body, chosen_value, say

_TOO_OLD = "This reminder is too old to be answered. `/claims mine` shows what you have."


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to reminders."""

    async def snooze(ack: AsyncAck, body: Body) -> None:
        choice, _, about = chosen_value(body).partition(" ")
        id, _, task = about.partition(" ")
        try:
            await desk.reminders.snooze(id, task, choice, body["user"]["id"])
        except Missing:
            await say(desk, body, _TOO_OLD)
        await ack()

    async def dismiss(ack: AsyncAck, body: Body) -> None:
        id, _, task = (body["actions"][0].get("value") or "").partition(" ")
        try:
            await desk.reminders.dismiss(id, task, body["user"]["id"])
        except Missing:
            await say(desk, body, _TOO_OLD)
        await ack()

    app.action(Action.REMINDER_SNOOZE.value)(snooze)
    app.action(Action.REMINDER_DISMISS.value)(dismiss)
