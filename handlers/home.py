"""A person's Home: opened, searched, paged, and the settings behind it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.refusals import Reason, Refusal
from bot.service import Desk
from bot.slack.cards import modals
from bot.slack.cards.home import Part
from bot.slack.ids import Action
from handlers.replies import Body, answering, button_value, open_form


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to Homes."""

    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            await desk.homes.opened(event["user"])

    async def searched(ack: AsyncAck, body: Body) -> None:
        await desk.homes.search(body["user"]["id"], str(body["actions"][0].get("value") or ""))
        await ack()

    async def turned(body: Body, client: AsyncWebClient) -> None:
        section, page = button_value(body)
        if section not in set(Part):
            raise Refusal(Reason.NOT_UNDERSTOOD)
        await desk.homes.turn(body["user"]["id"], section, page)

    async def settings(body: Body, client: AsyncWebClient) -> None:
        await desk.house.check_admin(body["user"]["id"])
        view = modals.settings_modal(await desk.house.house(), desk.office.scales, await desk.house.group_names())
        await open_form(desk, body, client, view)

    async def channel(body: Body, client: AsyncWebClient) -> None:
        user = body["user"]["id"]
        await desk.house.check_admin(user)
        chosen = body["actions"][0].get("selected_conversation")
        if not chosen:
            return  # taken back
        house, digest = await desk.house.channel_for(chosen, user)
        await open_form(desk, body, client, modals.channel_settings_modal(chosen, house, digest))
        await desk.homes.opened(user)  # shown anew, so that the same channel can be chosen again

    async def followed(ack: AsyncAck) -> None:
        await ack()

    app.event("app_home_opened")(opened)
    app.action(Action.HOME_SEARCH.value)(searched)
    app.action(Action.HOME_PAGE.value)(answering(desk, turned))
    app.action(Action.HOME_BACK.value)(answering(desk, turned))
    app.action(Action.HOME_SETTINGS.value)(answering(desk, settings))
    app.action(Action.HOME_CHANNEL.value)(answering(desk, channel))
    app.action(Action.HOME_OPEN.value)(followed)
