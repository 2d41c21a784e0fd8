"""Slash commands: /factcheck, /claims, /digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.desk.task import Intake
from bot.digest.schedule import NotUnderstood
from bot.service import Desk
from bot.slack.ids import Slash
from bot.slack.intake import Texts, Word, understand
from bot.slack.mrkdwn import escape
from bot.slack.people import People

_FACTCHECK_HINT = (
    "Tell me what to read: `/factcheck https://example.org/news/the-article`, or the text itself after the command."
)


def register(app: AsyncApp, desk_of: Callable[[str], Desk], people: People) -> None:
    """Listen to the commands. Their answers go into the acknowledgement: only the person sees them, at once."""

    async def factcheck(ack: AsyncAck, command: dict[str, Any], context: AsyncBoltContext) -> None:
        desk = desk_of(command["team_id"])
        wish = understand(command.get("text") or "", context.bot_user_id)
        if isinstance(wish, Word):
            text, blocks = await desk.list_claims(wish.word, user=command["user_id"], channel=command["channel_id"])
            await ack(text=text, blocks=blocks)
        elif isinstance(wish, Texts):
            await desk.submit(
                channel=command["channel_id"],
                asker=command["user_id"],
                via=Intake.COMMAND,
                texts=wish.texts,
                thread_ts=None,
                origin=command["trigger_id"],
            )
            await ack("I am on it. The claims will follow in this channel.")
        else:
            await ack(_FACTCHECK_HINT)

    async def claims(ack: AsyncAck, command: dict[str, Any]) -> None:
        desk = desk_of(command["team_id"])
        word = (command.get("text") or "").strip().lower()
        text, blocks = await desk.list_claims(word, user=command["user_id"], channel=command["channel_id"])
        await ack(text=text, blocks=blocks)

    async def digest(ack: AsyncAck, command: dict[str, Any]) -> None:
        desk = desk_of(command["team_id"])
        words, channel = (command.get("text") or "").strip(), command["channel_id"]
        if not words:
            await desk.ask_digest(channel, command["trigger_id"])
            await ack("The digest is on its way.")
            return
        known = await desk.store.digest(channel)
        tz = known.tz if known else await people.timezone(command["user_id"])
        try:
            settings = await desk.set_digest(channel, words, by=command["user_id"], tz=tz)
        except NotUnderstood as error:
            await ack(escape(str(error)))
            return
        if settings.on:
            await ack(f"The digest comes on weekdays at {settings.at:%H:%M} ({settings.tz}) from now on.")
        else:
            await ack("No digest any more. `/digest on` brings it back.")

    app.command(Slash.FACTCHECK.value)(factcheck)
    app.command(Slash.CLAIMS.value)(claims)
    app.command(Slash.DIGEST.value)(digest)
