"""Buttons and menus on claim cards, summaries and notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    Propose,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
    Take,
)
from bot.desk.house import MOST_SOURCES
from bot.desk.refusals import Refusal
from bot.desk.task import Task
from bot.desk.transitions import Happened
from bot.service import Desk
from bot.slack.blocks import Block
from bot.slack.cards import modals
from bot.slack.forms import About, Form, read_verdict
from bot.slack.ids import Action, ArticleMore, More
from handlers.replies import Body, button_value, menu_value, open_form, refuse, say

FOLLOWING = "You follow this claim now: I tell you what becomes of it."
NOT_FOLLOWING = "You do not follow this claim any more."

Opening = Callable[[Desk, Task, str, int], Awaitable[Block]]
"""The form for a task, for the person who pressed and the verdict's version on the card."""


async def _verdict(desk: Desk, task: Task, user: str, version: int) -> Block:
    values = await desk.work.draft(task.id, user)
    form = Form(values) if values else None
    missing = await desk.work.missing(task, read_verdict(form, About(task.id, rows=MOST_SOURCES))[0]) if form else None
    return modals.verdict_modal(task, await desk.rules(), form, missing=missing, today=desk.office.today())


async def _sign_off(desk: Desk, task: Task, user: str, version: int) -> Block:
    similar = await desk.work.similar(task, user)
    links = await desk.office.links(similar)
    return modals.sign_off_modal(task, version, await desk.rules(), [(t, links.get(t.id, "")) for t in similar])


async def _ask(desk: Desk, task: Task, user: str, version: int) -> Block:
    return modals.ask_modal(task, (await desk.work.submission(task.submission)).asker)


def _plain(view: Callable[[Task], Block]) -> Opening:
    async def opening(desk: Desk, task: Task, user: str, version: int) -> Block:
        return view(task)

    return opening


async def _object(desk: Desk, task: Task, user: str, version: int) -> Block:
    return modals.object_modal(task, version)


ACTING: dict[Action, Callable[[], Command]] = {
    Action.TAKE: Take,
    Action.PUT_BACK: PutBack,
    Action.REOPEN: Reopen,
    Action.NEVER_MIND: NeverMind,
    Action.RECHECK: Recheck,
    Action.KEEP: Keep,
}
OPENING: dict[Action, tuple[type[Command], Opening]] = {
    Action.HAND_OVER: (HandOver, _plain(modals.hand_over_modal)),
    Action.DISMISS: (Dismiss, _plain(modals.dismiss_modal)),
    Action.ANSWER: (Reply, _plain(modals.answer_modal)),
    Action.VERDICT: (Propose, _verdict),
    Action.SIGN_OFF: (SignOff, _sign_off),
    Action.OBJECT: (Object, _object),
}
MENU: dict[More, tuple[type[Command], Opening]] = {
    More.ASK: (Ask, _ask),
    More.DUE: (SetDue, _plain(modals.due_modal)),
    More.REWORD: (Reword, _plain(modals.reword_modal)),
    More.SPLIT: (Split, _plain(modals.split_modal)),
}


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to every button and menu."""
    on = _Pressed(desk)
    for action, command in ACTING.items():
        app.action(action.value)(on.acting(command))
    for action, (kind, opening) in OPENING.items():
        app.action(action.value)(on.opening(kind, opening))
    app.action(Action.MORE.value)(on.menu)
    app.action(Action.SHOW_MORE.value)(on.show_more)
    app.action(Action.ARTICLE.value)(on.article)
    app.action(Action.TRY_AGAIN.value)(on.try_again)
    app.action(Action.READ_AGAIN.value)(on.read_again)
    app.action(Action.READ_EDITED.value)(on.read_edited)


class _Pressed:
    """Listeners; each tells the person in words why, if nothing happens."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def acting(self, command: Callable[[], Command]) -> Callable[..., Awaitable[None]]:
        """A button that does something at once."""

        async def listener(ack: AsyncAck, body: Body) -> None:
            id, _ = button_value(body)
            try:
                await self._desk.work.act(id, command(), body["user"]["id"])
            except Refusal as refusal:
                await refuse(self._desk, body, refusal)
            await ack()

        return listener

    def opening(self, kind: type[Command], opening: Opening) -> Callable[..., Awaitable[None]]:
        """A button that asks for more in a form."""

        async def listener(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
            id, version = button_value(body)
            try:
                if kind is SignOff and not (await self._desk.rules()).questions:
                    await self._desk.work.act(id, SignOff(version), body["user"]["id"])
                else:
                    await self._open(body, client, id, version, kind, opening)
            except Refusal as refusal:
                await refuse(self._desk, body, refusal)
            await ack()

        return listener

    async def _open(
        self, body: Body, client: AsyncWebClient, id: str, version: int, kind: type[Command], opening: Opening
    ) -> None:
        user = body["user"]["id"]
        task = await self._desk.work.task(id)
        await self._desk.work.check(task, kind, user)
        await open_form(self._desk, body, client, await opening(self._desk, task, user, version))

    async def menu(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """The overflow menu of a card."""
        chosen, id = menu_value(body)
        try:
            if chosen == More.FOLLOW:
                step = await self._desk.work.act(id, Follow(), body["user"]["id"])
                await say(self._desk, body, FOLLOWING if step.happened is Happened.FOLLOWED else NOT_FOLLOWING)
            else:
                kind, opening = MENU[More(chosen)]
                await self._open(body, client, id, 0, kind, opening)
        except Refusal as refusal:
            await refuse(self._desk, body, refusal)
        await ack()

    async def show_more(self, ack: AsyncAck, body: Body) -> None:
        """The next claim cards."""
        submission, shown = button_value(body)
        try:
            await self._desk.work.show_more(submission, shown)
        except Refusal as refusal:
            await refuse(self._desk, body, refusal)
        await ack()

    async def article(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """The overflow menu of a summary."""
        chosen, id = menu_value(body)
        user = body["user"]["id"]
        try:
            match ArticleMore(chosen):
                case ArticleMore.ADD_CLAIM:
                    submission = await self._desk.work.submission(id)
                    article = await self._desk.work.article(id)
                    view = modals.add_claim_modal(submission, article.title if article else "")
                    await open_form(self._desk, body, client, view)
                case ArticleMore.CLOSE:
                    submission, unfinished = await self._desk.work.closable(id, user)
                    await open_form(self._desk, body, client, modals.close_article_modal(submission, unfinished))
                case ArticleMore.REOPEN:
                    await self._desk.work.reopen_article(id, user)
                case ArticleMore.AGAIN:
                    await self._read_again(id, body)
        except Refusal as refusal:
            await refuse(self._desk, body, refusal)
        await ack()

    async def try_again(self, ack: AsyncAck, body: Body) -> None:
        """Read once more what could not be read."""
        id, _ = button_value(body)
        try:
            await self._desk.reception.try_again(id, body["user"]["id"])
        except Refusal as refusal:
            await refuse(self._desk, body, refusal)
        await ack()

    async def read_again(self, ack: AsyncAck, body: Body) -> None:
        """Read an article anew that was read before."""
        try:
            await self._read_again(button_value(body)[0], body)
        except Refusal as refusal:
            await refuse(self._desk, body, refusal)
        await ack()

    async def read_edited(self, ack: AsyncAck, body: Body) -> None:
        """Read what a message says now that was edited."""
        try:
            await self._desk.reception.read_edited(button_value(body)[0], body["user"]["id"], body["trigger_id"])
        except Refusal as refusal:
            await refuse(self._desk, body, refusal)
        await ack()

    async def _read_again(self, id: str, body: Body) -> None:
        await self._desk.reception.read_again(id, body["user"]["id"], body["trigger_id"])
