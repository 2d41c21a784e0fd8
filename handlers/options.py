"""What external selects offer while somebody types: earlier claims, sentences of an article, user groups."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.service import Desk
from bot.slack.blocks import Block, option
from bot.slack.cards.choices import claim_option, sentence_option
from bot.slack.forms import About
from bot.slack.ids import Action
from handlers.replies import Body

MOST_OPTIONS = 50
"""Slack takes 100; nobody reads more than a screenful."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to every external select."""

    async def claims(ack: AsyncAck, body: Body) -> None:
        about = About.load(body["view"]["private_metadata"])
        words, user = body.get("value") or "", body["user"]["id"]
        found = await desk.work.originals(about.task, words, user, MOST_OPTIONS)
        await ack(options=[claim_option(task) for task in found])

    async def sentences(ack: AsyncAck, body: Body) -> None:
        about = About.load(body["view"]["private_metadata"])
        found = await desk.work.sentences(about.submission, body.get("value") or "", MOST_OPTIONS)
        await ack(options=[sentence_option(start, end, text) for start, end, text in found])

    async def groups(ack: AsyncAck, body: Body) -> None:
        words = (body.get("value") or "").casefold()
        known = await desk.office.in_time(desk.office.people.groups(), [])
        found: list[Block] = [
            option(f"@{g.handle} ({g.name})", g.id) for g in known if words in f"{g.handle} {g.name}".casefold()
        ]
        await ack(options=found[:MOST_OPTIONS])

    app.options(Action.ORIGINAL.value)(claims)
    app.options(Action.SENTENCE.value)(sentences)
    app.options(Action.GROUPS.value)(groups)
