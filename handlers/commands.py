"""Slash commands. Their answers go into the acknowledgement: at once, and for the person alone."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.desk.refusals import Refusal
from bot.desk.task import Intake
from bot.digest.schedule import NotUnderstood
from bot.service import Desk
from bot.slack.ids import Slash
from bot.slack.intake import TOO_MANY, Claims, Texts, understand
from bot.slack.mrkdwn import escape

_FACTCHECK_HINT = (
    "Tell me what to read: `/factcheck https://example.org/news/the-article`, or the text itself after the command."
)
_ON_IT = "I am on it. The claims will follow in this channel."


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the commands."""

    async def factcheck(ack: AsyncAck, command: dict[str, Any], context: AsyncBoltContext) -> None:
        match understand(command.get("text") or "", context.bot_user_id):
            case Texts(texts, left_out, again):
                await desk.reception.submit(
                    channel=command["channel_id"],
                    asker=command["user_id"],
                    via=Intake.COMMAND,
                    texts=texts,
                    thread_ts=None,
                    origin=command["trigger_id"],
                    again=again,
                )
                await ack(f"{_ON_IT} {TOO_MANY}" if left_out else _ON_IT)
            case Claims(words):
                await _list(ack, command, words)
            case _:
                await ack(_FACTCHECK_HINT)

    async def claims(ack: AsyncAck, command: dict[str, Any]) -> None:
        await _list(ack, command, command.get("text") or "")

    async def _list(ack: AsyncAck, command: dict[str, Any], words: str) -> None:
        text, blocks = await desk.lists.claims(words, user=command["user_id"], channel=command["channel_id"])
        await ack(text=text, blocks=blocks)

    async def digest(ack: AsyncAck, command: dict[str, Any]) -> None:
        words, channel, user = (command.get("text") or "").strip(), command["channel_id"], command["user_id"]
        try:
            await ack(await desk.digests.ask(channel, words, by=user, origin=command["trigger_id"]))
        except NotUnderstood as error:
            await ack(escape(str(error)))
        except Refusal as refusal:
            await ack(refusal.sentence)

    app.command(Slash.FACTCHECK.value)(factcheck)
    app.command(Slash.CLAIMS.value)(claims)
    app.command(Slash.DIGEST.value)(digest)
