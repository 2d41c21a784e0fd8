"""Buttons and menus on claim cards, summaries and notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
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
from bot.desk.task import Task
from bot.desk.transitions import Happened, waiting
from bot.service import Desk
from bot.slack.blocks import Block
from bot.slack.cards import modals
from bot.slack.forms import About, Form, read_verdict
from bot.slack.ids import Action, ArticleMore, More
from handlers.replies import Body, Do, answering, button_value, menu_value, open_form, say

FOLLOWING = "You follow this claim now: I tell you what becomes of it."
NOT_FOLLOWING = "You do not follow this claim any more."

Acting = Callable[[int], Command]
"""The command of a button, by the number behind it."""
Opening = Callable[[Desk, Task, str, int], Awaitable[Block]]
"""The form for a task, for the person who pressed and the number behind the button."""


async def _verdict(desk: Desk, task: Task, user: str, version: int) -> Block:
    values = await desk.work.draft(task, user)
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


async def _answer(desk: Desk, task: Task, user: str, number: int) -> Block:
    return modals.answer_modal(task, waiting(task, _question(number)))


def _question(number: int) -> int | None:
    """The index of the question that a button is about; None is the one that waits."""
    return number - 1 if number else None


ACTING: dict[Action, Acting] = {
    Action.TAKE: lambda number: Take(),
    Action.PUT_BACK: lambda number: PutBack(),
    Action.REOPEN: lambda number: Reopen(),
    Action.NEVER_MIND: lambda number: NeverMind(_question(number)),
    Action.RECHECK: lambda number: Recheck(),
    Action.KEEP: lambda number: Keep(),
}
OPENING: dict[Action, tuple[type[Command], Opening]] = {
    Action.HAND_OVER: (HandOver, _plain(modals.hand_over_modal)),
    Action.DISMISS: (Dismiss, _plain(modals.dismiss_modal)),
    Action.ANSWER: (Reply, _answer),
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
    does: dict[Action, Do] = {action: on.acting(command) for action, command in ACTING.items()}
    does |= {action: on.opening(kind, opening) for action, (kind, opening) in OPENING.items()}
    does |= {
        Action.MORE: on.menu,
        Action.SHOW_MORE: on.show_more,
        Action.ARTICLE: on.article,
        Action.TRY_AGAIN: on.try_again,
        Action.READ_AGAIN: on.read_again,
        Action.READ_EDITED: on.read_edited,
    }
    for action, do in does.items():
        app.action(action.value)(answering(desk, do))


class _Pressed:
    """What each button and menu does; raises Refusal where the desk refuses."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def acting(self, command: Acting) -> Do:
        """A button that does something at once."""

        async def do(body: Body, client: AsyncWebClient) -> None:
            id, number = button_value(body)
            await self._desk.work.act(id, command(number), body["user"]["id"])

        return do

    def opening(self, kind: type[Command], opening: Opening) -> Do:
        """A button that asks for more in a form."""

        async def do(body: Body, client: AsyncWebClient) -> None:
            id, number = button_value(body)
            if kind is SignOff and not (await self._desk.rules()).questions:
                await self._desk.work.act(id, SignOff(number), body["user"]["id"])
            else:
                await self._open(body, client, id, number, kind, opening)

        return do

    async def _open(
        self, body: Body, client: AsyncWebClient, id: str, number: int, kind: type[Command], opening: Opening
    ) -> None:
        user = body["user"]["id"]
        task = await self._desk.work.task(id)
        await self._desk.work.check(task, kind, user)
        await open_form(self._desk, body, client, await opening(self._desk, task, user, number))

    async def menu(self, body: Body, client: AsyncWebClient) -> None:
        """The overflow menu of a card."""
        chosen, id = menu_value(body, More)
        if chosen is More.FOLLOW:
            step = await self._desk.work.act(id, Follow(), body["user"]["id"])
            await say(self._desk, body, FOLLOWING if step.happened is Happened.FOLLOWED else NOT_FOLLOWING)
        else:
            kind, opening = MENU[chosen]
            await self._open(body, client, id, 0, kind, opening)

    async def show_more(self, body: Body, client: AsyncWebClient) -> None:
        """The next claim cards."""
        submission, shown = button_value(body)
        await self._desk.work.show_more(submission, shown, body["user"]["id"])

    async def article(self, body: Body, client: AsyncWebClient) -> None:
        """The overflow menu of a summary."""
        chosen, id = menu_value(body, ArticleMore)
        user = body["user"]["id"]
        match chosen:
            case ArticleMore.ADD_CLAIM:
                submission = await self._desk.work.extensible(id, user)
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

    async def try_again(self, body: Body, client: AsyncWebClient) -> None:
        """Read once more what could not be read."""
        await self._desk.reception.try_again(button_value(body)[0], body["user"]["id"])

    async def read_again(self, body: Body, client: AsyncWebClient) -> None:
        """Read an article anew that was read before."""
        await self._read_again(button_value(body)[0], body)

    async def read_edited(self, body: Body, client: AsyncWebClient) -> None:
        """Read what a message says now that was edited."""
        await self._desk.reception.read_edited(button_value(body)[0], body["user"]["id"], body["trigger_id"])

    async def _read_again(self, id: str, body: Body) -> None:
        await self._desk.reception.read_again(id, body["user"]["id"], body["trigger_id"])
