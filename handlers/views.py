"""Modals that were filled in and sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.desk.commands import Command, Dismiss, HandOver, Object, Propose
from bot.desk.refusals import Refusal
from bot.service import Desk
from bot.slack.cards.modals import MOST_SOURCES, About, Form, read_form
from bot.slack.ids import Callback, Field, note_field, url_field

Fields = dict[str, str]
"""Part of a command → the ``block_id`` of the field that a person would mend."""

MAIN = "main"
"""The field that says what cannot be said of any one part."""

_TO_ITSELF = "I cannot check claims myself. Choose a person."


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to every modal."""

    async def hand_over(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        if read_form(body["view"]).get(Field.TO) == context.bot_user_id:
            await ack(response_action="errors", errors={Field.TO.value: _TO_ITSELF})
            return
        await sent(ack, body, lambda form, about: (HandOver(form.get(Field.TO)), {MAIN: Field.TO.value}))

    async def dismiss(ack: AsyncAck, body: dict[str, Any]) -> None:
        await sent(ack, body, lambda form, about: (Dismiss(form.get(Field.REASON)), {MAIN: Field.REASON.value}))

    async def object_(ack: AsyncAck, body: dict[str, Any]) -> None:
        await sent(
            ack,
            body,
            lambda form, about: (Object(about.version, form.get(Field.REASON)), {MAIN: Field.REASON.value}),
        )

    async def verdict(ack: AsyncAck, body: dict[str, Any]) -> None:
        await sent(ack, body, _proposal)

    async def sent(ack: AsyncAck, body: dict[str, Any], read: Callable[[Form, About], tuple[Command, Fields]]) -> None:
        view = body["view"]
        about = About.load(view["private_metadata"])
        command, fields = read(read_form(view), about)
        try:
            await desk.act(about.task, command, body["user"]["id"])
        except Refusal as refusal:
            await _refuse(ack, refusal, fields)
        else:
            await ack()

    app.view(Callback.HAND_OVER.value)(hand_over)
    app.view(Callback.DISMISS.value)(dismiss)
    app.view(Callback.OBJECT.value)(object_)
    app.view(Callback.VERDICT.value)(verdict)


def _proposal(form: Form, about: About) -> tuple[Command, Fields]:
    """The verdict that was filled in; its nth source may stand in a later row, where rows were left empty."""
    sources = form.sources(about.rows)
    fields: Fields = {"rating": Field.RATING.value, MAIN: Field.EXPLANATION.value}
    for index, (row, _) in enumerate(sources):
        fields[f"url_{index}"], fields[f"note_{index}"] = url_field(row), note_field(row)
    used = {row for row, _ in sources}
    free = next((row for row in range(MOST_SOURCES) if row not in used and row < about.rows), None)
    fields.setdefault(f"url_{len(sources)}", url_field(free if free is not None else 0))
    command = Propose(
        rating=form.get(Field.RATING),
        explanation=form.get(Field.EXPLANATION),
        evidence=tuple(evidence for _, evidence in sources),
        said=form.get(Field.SAID) or None,
    )
    return command, fields


async def _refuse(ack: AsyncAck, refusal: Refusal, fields: Fields) -> None:
    """On the field to blame, or on the form's main field, so that nothing that was typed is lost."""
    field = fields.get(refusal.field or "") or fields[MAIN]
    await ack(response_action="errors", errors={field: _plain(refusal.sentence)})


def _plain(sentence: str) -> str:
    """Errors on fields are plain text: no bold, no mentions."""
    return re.sub(r"<@\w+>", "Somebody else", sentence).replace("*", "")
