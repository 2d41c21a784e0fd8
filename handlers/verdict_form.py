"""The verdict form while it is filled in: what is typed is kept as a draft, and the form says what is still missing."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.refusals import Refusal
from bot.desk.task import Task
from bot.service import Desk
from bot.slack.blocks import Block
from bot.slack.cards import modals
from bot.slack.forms import About, Form, read_form, read_verdict
from bot.slack.ids import Action, Callback
from bot.store.house_store import Draft
from handlers.replies import Body, shown_in_time


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the fields of the verdict form and to its being closed."""

    async def typed(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        view = body["view"]
        about = About.load(view["private_metadata"])
        form = read_form(view)
        task = await _task(desk, about)
        if task is not None:
            at = float(body["actions"][0]["action_ts"])
            draft = Draft(values=dict(form.values), version=about.version, view=view["id"], at=at)
            await desk.work.keep_draft(task, body["user"]["id"], draft)
        # Shown only if it says something new: each update of a form is a flicker for whoever types in it.
        shown = await _shown(desk, task, about, form, about.rows)
        if shown and modals.status_text(shown) != modals.status_text(view):
            await shown_in_time(client.views_update(view_id=view["id"], hash=view["hash"], view=shown))
        await ack()

    async def add_source(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        view = body["view"]
        about = About.load(view["private_metadata"])
        if grown := await _shown(desk, await _task(desk, about), about, read_form(view), about.rows + 1):
            await shown_in_time(client.views_update(view_id=view["id"], hash=view["hash"], view=grown))
        await ack()

    async def closed(ack: AsyncAck, body: Body) -> None:
        view = body["view"]
        about = About.load(view["private_metadata"])
        task = await _task(desk, about)
        if task is not None and (values := read_form(view).values):
            at = float(view["hash"].partition(".")[0])  # Slack dates the form as it showed it last, but not its closing
            draft = Draft(values=dict(values), version=about.version, view=view["id"], at=at, closed=True)
            await desk.work.keep_draft(task, body["user"]["id"], draft)
        await ack()

    app.action(Action.TYPED.value)(typed)
    app.action(Action.ADD_SOURCE.value)(add_source)
    app.view_closed(Callback.VERDICT.value)(closed)


async def _task(desk: Desk, about: About) -> Task | None:
    """The task that a form is about; None if it is gone."""
    try:
        return await desk.work.task(about.task)
    except Refusal:
        return None


async def _shown(desk: Desk, task: Task | None, about: About, form: Form, rows: int) -> Block | None:
    """The form as it should stand now; None if its claim is gone."""
    if task is None:
        return None
    command, _ = read_verdict(form, about)
    missing = await desk.work.missing(task, command)
    rules, today = await desk.rules(), desk.office.today()
    return modals.verdict_modal(task, rules, form, rows, missing, today=today, version=about.version)
