"""The message shortcut *Check this message*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk.task import Intake
from bot.service import Desk
from bot.slack.ids import Callback
from bot.slack.intake import Texts, understand

_NOTHING_THERE = "There is nothing to read in that message: no link, and no sentence that could be checked."


def register(app: AsyncApp, desk_of: Callable[[str], Desk]) -> None:
    """Listen to the shortcut."""

    async def check_message(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        desk = desk_of(shortcut["team"]["id"])
        message, channel, user = shortcut["message"], shortcut["channel"]["id"], shortcut["user"]["id"]
        thread = message.get("thread_ts") or message["ts"]
        wish = understand(message.get("text") or "")
        if isinstance(wish, Texts):
            await desk.submit(
                channel=channel,
                asker=user,
                via=Intake.SHORTCUT,
                texts=wish.texts,
                thread_ts=thread,
                origin=shortcut["trigger_id"],
            )
        else:
            thread = message.get("thread_ts")
            await desk.say_to(user, channel, _NOTHING_THERE, thread=thread, origin=shortcut["trigger_id"])
        await ack()

    app.message_shortcut(Callback.CHECK_MESSAGE.value)(check_message)
