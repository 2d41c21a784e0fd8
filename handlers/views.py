"""Forms that were filled in and sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk.commands import Command, Propose
from bot.desk.refusals import Refusal
from bot.digest.schedule import NotUnderstood
from bot.service import Desk
from bot.slack import forms
from bot.slack.forms import About, Fields, Form, errors, read_form
from bot.slack.ids import Callback, Field
from handlers.replies import Body

Read = Callable[[Form, About], tuple[Command, Fields]]

READ: Mapping[Callback, Read] = {
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
    for callback, read in READ.items():
        app.view(callback.value)(_about_a_task(desk, read))
    app.view(Callback.ADD_CLAIM.value)(_adds_claim(desk))
    app.view(Callback.CLOSE_ARTICLE.value)(_closes_article(desk))
    app.view(Callback.SETTINGS.value)(_changes_settings(desk))
    app.view(Callback.CHANNEL_SETTINGS.value)(_changes_channel(desk))


def _about_a_task(desk: Desk, read: Read) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        about, user = About.load(body["view"]["private_metadata"]), body["user"]["id"]
        command, fields = read(read_form(body["view"]), about)
        try:
            await desk.work.act(about.task, command, user)
        except Refusal as refusal:
            refusals = [refusal]
            if isinstance(command, Propose) and refusal.field:  # about what was filled in: then all of it at once
                refusals += await desk.work.missing(await desk.work.task(about.task), command)
            await ack(response_action="errors", errors=errors(refusals, fields))
        else:
            await ack()

    return listener


def _adds_claim(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        about = About.load(body["view"]["private_metadata"])
        (place, wording), fields = forms.read_add_claim(read_form(body["view"]), about)
        try:
            await desk.work.add_claim(about.submission, place, wording, body["user"]["id"])
        except Refusal as refusal:
            await ack(response_action="errors", errors=errors([refusal], fields))
        else:
            await ack()

    return listener


def _closes_article(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        about = About.load(body["view"]["private_metadata"])
        reason, fields = forms.read_close_article(read_form(body["view"]), about)
        try:
            await desk.work.close_article(about.submission, reason, body["user"]["id"])
        except Refusal as refusal:
            await ack(response_action="errors", errors=errors([refusal], fields))
        else:
            await ack()

    return listener


def _changes_settings(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        about = About.load(body["view"]["private_metadata"])
        house, fields = forms.read_settings(read_form(body["view"]), about)
        try:
            await desk.house.change_house(house, body["user"]["id"], since=house.version)
        except Refusal as refusal:
            await ack(response_action="errors", errors=errors([refusal], fields))
        else:
            await ack()

    return listener


def _changes_channel(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: Body) -> None:
        about = About.load(body["view"]["private_metadata"])
        (house, digest), fields = forms.read_channel_settings(read_form(body["view"]))
        try:
            await desk.house.change_channel(about.channel, house, digest, body["user"]["id"])
        except Refusal as refusal:
            await ack(response_action="errors", errors=errors([refusal], fields))
        except NotUnderstood as error:
            await ack(response_action="errors", errors={Field.DIGEST_AT.value: str(error)})
        else:
            await ack()

    return listener
