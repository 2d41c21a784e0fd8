"""The verdict form while it is filled in: what is typed is kept as a draft, and the form says what is still missing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.commands import Propose
from bot.desk.refusals import Reason, Refusal
from bot.desk.task import Task
from bot.service import Desk, access
from bot.slack.blocks import Block
from bot.slack.cards import modals
from bot.slack.forms import About, Form, read_form, read_verdict
from bot.slack.ids import Action, Callback
from bot.store.house_store import Draft
from handlers.replies import Body, opened_in, shown_in_time


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the fields of the verdict form and to its being closed."""

    async def typed(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        if filled := await _filled(desk, body):
            await _keep(desk, body, filled, at=float(body["actions"][0]["action_ts"]))
            if filled.is_seen:
                # Shown only if it says something new: each update of a form is a flicker for whoever types in it.
                shown = await _shown(desk, filled, filled.about.rows)
                if modals.status_text(shown) != modals.status_text(body["view"]):
                    await _update(client, body["view"], shown)
        await ack()

    async def add_source(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        if (filled := await _filled(desk, body)) and filled.is_seen:
            await _update(client, body["view"], await _shown(desk, filled, filled.about.rows + 1))
        await ack()

    async def closed(ack: AsyncAck, body: Body) -> None:
        if (filled := await _filled(desk, body)) and filled.form.values:
            # Slack dates the form as it showed it last, but not its closing.
            await _keep(desk, body, filled, at=float(body["view"]["hash"].partition(".")[0]), closed=True)
        await ack()

    app.action(Action.TYPED.value)(typed)
    app.action(Action.ADD_SOURCE.value)(add_source)
    app.view_closed(Callback.VERDICT.value)(closed)


@dataclass(frozen=True, slots=True)
class _Filled:
    """The form as it stands, and whether Slack says that who fills it in sees the claim."""

    about: About
    task: Task
    form: Form
    verdict: Propose
    is_seen: bool


async def _filled(desk: Desk, body: Body) -> _Filled | None:
    """The form; None if its claim is gone or not for this person to see, or if what stands in it is none of ours.

    While Slack does not say who sees the claim, nothing of it is shown, but what somebody wrote is theirs to keep.
    """
    view = body.get("view") or {}
    with suppress(Refusal, ValueError):
        about = About.load(view.get("private_metadata") or "")
        form = read_form(view)
        verdict, _ = read_verdict(form, about)
        task = await desk.work.task(about.task)
        return _Filled(about, task, form, verdict, await _is_seen(desk, task, body["user"]["id"]))
    return None


async def _is_seen(desk: Desk, task: Task, user: str) -> bool:
    """Whether a person sees a claim, as far as Slack says. Raises Refusal if Slack says that they do not."""
    try:
        await access.check_task(desk.office, user, task)
    except Refusal as refusal:
        if refusal.reason is not Reason.SLACK_IS_SILENT:
            raise
        return False
    return True


async def _keep(desk: Desk, body: Body, filled: _Filled, *, at: float, closed: bool = False) -> None:
    values, version, view = dict(filled.form.values), filled.about.version, body["view"]["id"]
    draft = Draft(values=values, version=version, view=view, at=at, closed=closed)
    await desk.work.keep_draft(filled.task, body["user"]["id"], draft)


async def _shown(desk: Desk, filled: _Filled, rows: int) -> Block:
    """The form as it should stand now."""
    task, about = filled.task, filled.about
    missing = await desk.work.missing(task, filled.verdict)
    rules, today = await desk.rules(), desk.office.today()
    view = modals.verdict_modal(task, rules, filled.form, rows, missing, today=today, version=about.version)
    return opened_in(about.opened_in, view)


async def _update(client: AsyncWebClient, view: Block, shown: Block) -> None:
    await shown_in_time(client.views_update(view_id=view["id"], hash=view["hash"], view=shown))
