"""Mentions and direct messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.desk.task import Intake
from bot.service import Desk
from bot.slack.intake import HINT, Nothing, Texts, Word, understand

_OWN_OR_EDITED = frozenset({"message_changed", "message_deleted", "bot_message", "channel_join", "message_replied"})


def register(app: AsyncApp, desk_of: Callable[[str], Desk]) -> None:
    """Listen to mentions in channels and to messages in the direct message with the desk."""

    async def mention(event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        await _asked(desk_of(body["team_id"]), event, context, Intake.MENTION)

    async def message(event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
        # One listener for all of them: Bolt runs only the first that matches.
        by_a_person = event.get("user") and not event.get("bot_id") and event.get("subtype") not in _OWN_OR_EDITED
        if event.get("channel_type") == "im" and by_a_person:
            await _asked(desk_of(body["team_id"]), event, context, Intake.DM)

    app.event("app_mention")(mention)
    app.event("message")(message)


async def _asked(desk: Desk, event: dict[str, Any], context: AsyncBoltContext, via: Intake) -> None:
    if event.get("bot_id") or not event.get("user"):
        return  # bots may mention us; answering them could go on for ever
    user, channel, ts = event["user"], event["channel"], event["ts"]
    thread = event.get("thread_ts")
    wish = understand(event.get("text") or "", context.bot_user_id)
    if isinstance(wish, Word):
        said = await desk.list_claims(wish.word, user=user, channel=channel)
        await desk.show(user, channel, said, thread=thread, origin=ts)
        return
    if isinstance(wish, Texts):
        texts: tuple[str | None, ...] = wish.texts
    elif isinstance(wish, Nothing) and thread:
        texts = (None,)
    else:
        hint = HINT.format(me=f"<@{context.bot_user_id}>")
        await desk.say_to(user, channel, hint, thread=thread, origin=ts)
        return
    await desk.submit(channel=channel, asker=user, via=via, texts=texts, thread_ts=thread or ts, origin=ts)
