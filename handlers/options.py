"""What external selects offer while somebody types: earlier claims, sentences of an article, user groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk.refusals import Refusal
from bot.service import Desk
from bot.slack.blocks import Block, option
from bot.slack.cards.choices import claim_option, sentence_option
from bot.slack.forms import About
from bot.slack.ids import Action
from handlers.replies import Body

MOST_OPTIONS = 50
"""Slack takes 100; nobody reads more than a screenful."""

Offer = Callable[[About, str, str], Awaitable[list[Block]]]
"""What is offered in a form, for the words typed so far and the person who types."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to every external select."""

    async def claims(about: About, words: str, user: str) -> list[Block]:
        found = await desk.work.originals(about.task, words, user, MOST_OPTIONS)
        return [claim_option(task) for task in found]

    async def sentences(about: About, words: str, user: str) -> list[Block]:
        found = await desk.work.sentences(about.submission, words, user, MOST_OPTIONS)
        return [sentence_option(start, end, text) for start, end, text in found]

    async def groups(about: About, words: str, user: str) -> list[Block]:
        known = await desk.office.in_time(desk.office.people.groups(), [])
        return [
            option(f"@{g.handle} ({g.name})", g.id)
            for g in known
            if words.casefold() in f"{g.handle} {g.name}".casefold()
        ]

    app.options(Action.ORIGINAL.value)(_listener(claims))
    app.options(Action.SENTENCE.value)(_listener(sentences))
    app.options(Action.GROUPS.value)(_listener(groups))


def _listener(offer: Offer) -> Callable[..., Awaitable[None]]:
    """A listener that offers this in a form; nothing, where the desk refuses."""

    async def listener(ack: AsyncAck, body: Body) -> None:
        options: list[Block] = []
        with suppress(Refusal):
            about = About.load((body.get("view") or {}).get("private_metadata") or "")
            options = await offer(about, body.get("value") or "", body["user"]["id"])
        await ack(options=options[:MOST_OPTIONS])

    return listener
