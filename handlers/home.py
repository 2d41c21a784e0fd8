"""A person's Home: opened, searched, paged, and the settings behind it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.refusals import Refusal
from bot.service import Desk
from bot.slack.cards import modals
from bot.slack.ids import Action
from handlers.replies import Body, open_form, refuse


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to Homes."""

    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            await desk.homes.opened(event["user"])

    async def searched(ack: AsyncAck, body: Body) -> None:
        await desk.homes.search(body["user"]["id"], str(body["actions"][0].get("value") or ""))
        await ack()

    async def turned(ack: AsyncAck, body: Body) -> None:
        section, _, page = str(body["actions"][0]["value"]).partition(" ")
        await desk.homes.turn(body["user"]["id"], section, int(page))
        await ack()

    async def settings(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        try:
            await desk.house.check_admin(body["user"]["id"])
            view = modals.settings_modal(await desk.house.house(), desk.office.scales, await desk.house.group_names())
            await open_form(desk, body, client, view)
        except Refusal as refusal:
            await refuse(desk, body, refusal)
        await ack()

    async def channel(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        try:
            await desk.house.check_admin(body["user"]["id"])
            chosen = str(body["actions"][0]["selected_conversation"])
            house, digest = await desk.house.channel(chosen)
            await open_form(desk, body, client, modals.channel_settings_modal(chosen, house, digest))
            await desk.homes.opened(body["user"]["id"])  # shown anew, so that the same channel can be chosen again
        except Refusal as refusal:
            await refuse(desk, body, refusal)
        await ack()

    async def followed(ack: AsyncAck) -> None:
        await ack()

    app.event("app_home_opened")(opened)
    app.action(Action.HOME_SEARCH.value)(searched)
    app.action(Action.HOME_PAGE.value)(turned)
    app.action(Action.HOME_BACK.value)(turned)
    app.action(Action.HOME_SETTINGS.value)(settings)
    app.action(Action.HOME_CHANNEL.value)(channel)
    app.action(Action.HOME_OPEN.value)(followed)
