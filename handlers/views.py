"""Forms that were filled in and sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk.commands import Command, Propose
from bot.desk.house import ChannelHouse, House
from bot.desk.refusals import Reason, Refusal
from bot.digest.schedule import NotUnderstood
from bot.service import Desk
from bot.slack import forms
from bot.slack.forms import MAIN, About, Fields, Form, errors, read_form
from bot.slack.ids import Callback, Field
from handlers.replies import Body, say

Meant = TypeVar("Meant")
Read = Callable[[Form, About], tuple[Meant, Fields]]
"""What a form means, and where what is refused of it is to be said."""
Do = Callable[[About, Meant, str], Awaitable[None]]
"""What is done for it, and for whom; raises Refusal."""

READ: Mapping[Callback, Read[Command]] = {
    Callback.HAND_OVER: forms.read_hand_over,
    Callback.DISMISS: forms.read_dismiss,
    Callback.DUE: forms.read_due,
    Callback.ASK: forms.read_ask,
    Callback.ANSWER: forms.read_answer,
    Callback.REWORD: forms.read_reword,
    Callback.SPLIT: forms.read_split,
    Callback.VERDICT: forms.read_verdict,
    Callback.SIGN_OFF: forms.read_sign_off,
    Callback.OBJECT: forms.read_object,
}
"""Forms about a task, and what each asks of it."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to every form."""
    sent = _Sent(desk)
    for callback, read in READ.items():
        app.view(callback.value)(_listener(desk, read, sent.about_a_task))
    app.view(Callback.ADD_CLAIM.value)(_listener(desk, forms.read_add_claim, sent.adds_claim))
    app.view(Callback.CLOSE_ARTICLE.value)(_listener(desk, forms.read_close_article, sent.closes_article))
    app.view(Callback.SETTINGS.value)(_listener(desk, forms.read_settings, sent.changes_settings))
    app.view(Callback.CHANNEL_SETTINGS.value)(_listener(desk, forms.read_channel_settings, sent.changes_channel))


class Refusals(Exception):
    """All that the desk refuses of one form."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(*refusals)
        self.refusals = refusals


def _listener(desk: Desk, read: Read[Meant], do: Do[Meant]) -> Callable[..., Awaitable[None]]:
    """A listener that does this for a form; who sent it reads on its fields why, if the desk refuses."""

    async def listener(ack: AsyncAck, body: Body) -> None:
        form = read_form(body["view"])
        fields: Fields = {MAIN: form.fields[0]} if form.fields else {}
        try:
            about = About.load(body["view"]["private_metadata"])
            try:
                meant, fields = read(form, about)
            except (ValueError, IndexError):  # a value that no field of ours offers
                raise Refusal(Reason.NOT_UNDERSTOOD) from None
            await do(about, meant, body["user"]["id"])
        except NotUnderstood as error:
            await ack(response_action="errors", errors={Field.DIGEST_AT.value: str(error)})
        except Refusal as refusal:
            await _refuse(ack, desk, body, [refusal], fields)
        except Refusals as several:
            await _refuse(ack, desk, body, several.refusals, fields)
        else:
            await ack()

    return listener


async def _refuse(ack: AsyncAck, desk: Desk, body: Body, refusals: Sequence[Refusal], fields: Fields) -> None:
    """On the fields to blame; a form without any is closed, and its sender told."""
    if found := errors(refusals, fields):
        await ack(response_action="errors", errors=found)
    else:
        await say(desk, body, refusals[0].sentence)
        await ack()


class _Sent:
    """What each form does; raises Refusal where the desk refuses."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def about_a_task(self, about: About, command: Command, user: str) -> None:
        try:
            await self._desk.work.act(about.task, command, user)
        except Refusal as refusal:
            if isinstance(command, Propose) and refusal.field:  # about what was filled in: then all of it at once
                missing = await self._desk.work.missing(await self._desk.work.task(about.task), command)
                raise Refusals([refusal, *missing]) from None
            raise

    async def adds_claim(self, about: About, meant: tuple[tuple[int, int] | None, str], user: str) -> None:
        place, wording = meant
        await self._desk.work.add_claim(about.submission, place, wording, user)

    async def closes_article(self, about: About, reason: str, user: str) -> None:
        await self._desk.work.close_article(about.submission, reason, user)

    async def changes_settings(self, about: About, house: House, user: str) -> None:
        await self._desk.house.change_house(house, user, since=house.version)

    async def changes_channel(self, about: About, meant: tuple[ChannelHouse, str], user: str) -> None:
        house, digest = meant
        await self._desk.house.change_channel(about.channel, house, digest, user)
