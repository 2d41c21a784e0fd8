"""The message shortcut *Check this message*."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.desk.task import Intake
from bot.service import Desk
from bot.slack.ids import Callback
from bot.slack.intake import Texts, understand
from bot.slack.message_text import file_ids, message_text

_NOTHING_THERE = "There is nothing to read in that message: no link, and no sentence that could be checked."
_MINE = "That is a message of mine. Use the shortcut on the article or the text you want checked."


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the shortcut."""

    async def check_message(ack: AsyncAck, shortcut: dict[str, Any], context: AsyncBoltContext) -> None:
        message, channel, user = shortcut["message"], shortcut["channel"]["id"], shortcut["user"]["id"]
        origin, thread = shortcut["trigger_id"], message.get("thread_ts")
        wish = understand(message_text(message), context.bot_user_id)
        if message.get("user") == context.bot_user_id:
            await desk.office.say_to(user, channel, _MINE, thread=thread, origin=origin)
        elif isinstance(wish, Texts) or file_ids(message):
            await desk.reception.submit(
                channel=channel,
                asker=user,
                via=Intake.SHORTCUT,
                texts=wish.texts if isinstance(wish, Texts) else (),
                files=file_ids(message),
                thread_ts=thread or message["ts"],
                origin=origin,
                source=message["ts"],
            )
        else:
            await desk.office.say_to(user, channel, _NOTHING_THERE, thread=thread, origin=origin)
        await ack()

    app.message_shortcut(Callback.CHECK_MESSAGE.value)(check_message)
