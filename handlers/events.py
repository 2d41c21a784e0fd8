"""Mentions and direct messages."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.desk.task import Intake
from bot.digest.schedule import NotUnderstood
from bot.service import Desk
from bot.slack.intake import (
    FILES,
    HINT,
    REMARK_WORDS,
    TOO_MANY,
    Claims,
    Digest,
    Nothing,
    Texts,
    Unusable,
    Wish,
    is_remark,
    understand,
)
from bot.slack.message_text import message_text
from bot.slack.mrkdwn import escape

_BY_A_PERSON = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that people write; all others tell of something else: edits, deletions, people joining."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to mentions in channels and to messages in the direct message with the desk."""

    async def mention(event: dict[str, Any], context: AsyncBoltContext) -> None:
        await _asked(desk, event, context.bot_user_id, Intake.MENTION)

    async def message(event: dict[str, Any], context: AsyncBoltContext) -> None:
        # One listener for all of them: Bolt runs only the first that matches.
        if event.get("channel_type") == "im":
            await _asked(desk, event, context.bot_user_id, Intake.DM)

    app.event("app_mention")(mention)
    app.event("message")(message)


async def _asked(desk: Desk, event: dict[str, Any], bot_user: str | None, via: Intake) -> None:
    if event.get("bot_id") or not event.get("user") or event.get("subtype") not in _BY_A_PERSON:
        return  # bots may mention us; answering them could go on for ever
    wish = _wish(event, bot_user, via)
    if wish is None:
        return
    asking = _Asking(desk, event)
    match wish:
        case Claims(words):
            await asking.show_claims(words)
        case Digest(words):
            await asking.digest(words)
        case Texts(texts, left_out):
            await asking.submit(via, texts)
            if left_out:
                await asking.say(TOO_MANY, "links")
        case Nothing() if event.get("thread_ts"):
            await asking.submit(via, (None,))
        case _:
            await asking.say(FILES if event.get("files") else HINT.format(me=f"<@{bot_user}>"))


def _wish(event: dict[str, Any], bot_user: str | None, via: Intake) -> Wish | None:
    """What the message wants; None for talk in a direct message's thread that is not meant for the desk."""
    text = message_text(event)
    wish = understand(text, bot_user)
    if not event.get("thread_ts") or not isinstance(wish, Texts | Unusable):
        return wish
    if via is Intake.DM:
        is_link = isinstance(wish, Texts) and wish.texts[0].startswith("http")
        return wish if is_link or len(text.split()) >= REMARK_WORDS else None
    return Nothing() if is_remark(text, bot_user) else wish


class _Asking:
    """What is done for one message, and where its answer goes."""

    def __init__(self, desk: Desk, event: dict[str, Any]) -> None:
        self._desk = desk
        self._user, self._channel = event["user"], event["channel"]
        self._ts, self._thread = event["ts"], event.get("thread_ts")
        # An edited message is another request.
        self._origin = self._ts + (event.get("edited") or {}).get("ts", "")

    async def submit(self, via: Intake, texts: tuple[str | None, ...]) -> None:
        thread = self._thread or self._ts
        await self._desk.submit(
            channel=self._channel, asker=self._user, via=via, texts=texts, thread_ts=thread, origin=self._origin
        )

    async def say(self, text: str, about: str = "") -> None:
        origin = self._origin + about
        await self._desk.say_to(self._user, self._channel, text, thread=self._thread, origin=origin)

    async def show_claims(self, words: str) -> None:
        said = await self._desk.list_claims(words, user=self._user, channel=self._channel)
        await self._desk.show(self._user, self._channel, said, thread=self._thread, origin=self._origin)

    async def digest(self, words: str) -> None:
        try:
            await self.say(await self._desk.digest(self._channel, words, by=self._user, origin=self._origin))
        except NotUnderstood as error:
            await self.say(escape(str(error)))
