"""Messages: mentions, direct messages, answers in threads, links in watched channels, edits and deletions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.articles.continuation import may_go_on
from bot.articles.links import links
from bot.articles.slack_text import unescape
from bot.desk.refusals import Refusal
from bot.desk.task import Intake
from bot.digest.schedule import NotUnderstood
from bot.service import Desk
from bot.slack.intake import (
    HINT,
    MOST_LINKS,
    REMARK_WORDS,
    TOO_MANY,
    Claims,
    Digest,
    Nothing,
    Texts,
    Unusable,
    Wish,
    is_note,
    is_remark,
    understand,
    without_mention,
)
from bot.slack.message_text import file_ids, message_text
from bot.slack.mrkdwn import escape

_BY_A_PERSON = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that people write; all others tell of something else: edits, deletions, people joining."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to mentions, to messages in the direct message with the desk, and to what happens to messages."""

    async def mention(event: dict[str, Any], context: AsyncBoltContext) -> None:
        if _by_a_person(event) and not await _is_an_edit(desk, event):
            await _mentioned(desk, event, context.bot_user_id)

    async def message(event: dict[str, Any], context: AsyncBoltContext) -> None:
        # One listener for all of them: Bolt runs only the first that matches.
        match event.get("subtype"):
            case "message_changed":
                await _edited(desk, event)
            case "message_deleted":
                await desk.sync.deleted(event["channel"], event["deleted_ts"])
            case _ if _by_a_person(event):
                await _said(desk, event, context.bot_user_id)

    app.event("app_mention")(mention)
    app.event("message")(message)


def _by_a_person(event: dict[str, Any]) -> bool:
    """Bots may mention us, too; answering them could go on for ever."""
    return not event.get("bot_id") and bool(event.get("user")) and event.get("subtype") in _BY_A_PERSON


async def _edited(desk: Desk, event: dict[str, Any]) -> None:
    """An edit of a person's words; that a link was unfurled or a reply came is told as a change, too."""
    now, before = event["message"], event.get("previous_message") or {}
    edit = (now.get("edited") or {}).get("ts")
    if edit and not now.get("bot_id") and message_text(now) != message_text(before):
        await desk.sync.edited(event["channel"], now["ts"], edit)


async def _said(desk: Desk, event: dict[str, Any], bot_user: str | None) -> None:
    """A message of a person: to the desk, an answer to a question in a thread, or a link in a watched channel."""
    direct = event.get("channel_type") == "im"
    text, thread = message_text(event), event.get("thread_ts")
    if not direct and f"<@{bot_user}>" in text:
        return  # comes as a mention as well
    cut = may_go_on(unescape(text))
    if await desk.reception.goes_on(event["channel"], event["user"], text, ts=event["ts"], cut=cut):
        return
    if thread and await desk.sync.replied(event["channel"], thread, event["user"], text):
        return
    if direct:
        await _asked(desk, event, bot_user, Intake.DM)
    elif not thread and (found := links(text)) and await desk.house.is_watched(event["channel"]):
        await _Asking(desk, event).submit(Intake.WATCHED, found[:MOST_LINKS])


async def _mentioned(desk: Desk, event: dict[str, Any], bot_user: str | None) -> None:
    """A mention asks for something, or answers a question in the thread."""
    thread, text = event.get("thread_ts"), without_mention(message_text(event), bot_user)
    few_words = isinstance(understand(text), Texts | Unusable) and not links(text) and len(text.split()) < REMARK_WORDS
    if thread and few_words and await desk.sync.replied(event["channel"], thread, event["user"], text):
        return
    await _asked(desk, event, bot_user, Intake.MENTION)


async def _is_an_edit(desk: Desk, event: dict[str, Any]) -> bool:
    """Whether a message was edited that was read before; then reading it again is offered, and not done unasked."""
    return bool(event.get("edited")) and await desk.sync.was_read(event["channel"], event["ts"])


async def _asked(desk: Desk, event: dict[str, Any], bot_user: str | None, via: Intake) -> None:
    wish = _wish(event, bot_user, via)
    if wish is None:
        return
    asking, files = _Asking(desk, event), file_ids(event)
    match wish:
        case Claims(words):
            await asking.show_claims(words)
        case Digest(words):
            await asking.digest(words)
        case Texts(texts, left_out, again):
            await asking.submit(via, () if files and is_note(wish) else texts, files, again=again)
            if left_out:
                await asking.say(TOO_MANY, "links")
        case _ if files:
            await asking.submit(via, (), files)
        case Nothing(again) if event.get("thread_ts"):
            await asking.submit(via, (None,), again=again)
        case _:
            await asking.say(HINT.format(me=f"<@{bot_user}>"))


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
        self._cut = may_go_on(unescape(message_text(event)))
        # An edited message is another request.
        self._origin = self._ts + (event.get("edited") or {}).get("ts", "")

    async def submit(
        self, via: Intake, texts: Sequence[str | None], files: Sequence[str] = (), *, again: bool = False
    ) -> None:
        await self._desk.reception.submit(
            channel=self._channel,
            asker=self._user,
            via=via,
            texts=texts,
            files=files,
            thread_ts=self._thread or self._ts,
            origin=self._origin,
            source=None if None in texts else self._ts,
            again=again,
            cut=self._cut,
        )

    async def say(self, text: str, about: str = "") -> None:
        origin = self._origin + about
        await self._desk.office.say_to(self._user, self._channel, text, thread=self._thread, origin=origin)

    async def show_claims(self, words: str) -> None:
        said = await self._desk.lists.claims(words, user=self._user, channel=self._channel)
        await self._desk.office.show(self._user, self._channel, said, thread=self._thread, origin=self._origin)

    async def digest(self, words: str) -> None:
        try:
            await self.say(await self._desk.digests.ask(self._channel, words, by=self._user, origin=self._origin))
        except NotUnderstood as error:
            await self.say(escape(str(error)))
        except Refusal as refusal:
            await self.say(refusal.sentence)
