"""Modals and Home: triggers, stacks, hashes, what was filled in, and what a person can press."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, InputInvalid, InputMissing, NotPossible, Person, View, Workspace

from .blocks import JSON, actions, button, entry, modal, option, plain, section, static_select
from .conftest import RawApp


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


async def trigger(ada: Person, desk: Channel) -> str:
    answer = await ada.command(desk, "/factcheck")
    assert answer.delivery
    return str(answer.delivery.payload["trigger_id"])


async def trigger_from(ada: Person, view: View) -> str:
    answer = await ada.press(view, "go")
    assert answer.delivery
    return str(answer.delivery.payload["trigger_id"])


def form(*more: JSON, **changes: Any) -> JSON:
    return modal(
        entry(),
        entry(static_select(), block_id="choice", optional=True),
        actions(button()),
        *more,
        **{"submit": plain("Save"), "callback_id": "form", **changes},
    )


@pytest.fixture
async def opened(raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel) -> View:
    await client.views_open(trigger_id=await trigger(ada, desk), view=form())
    assert ada.view
    return ada.view


# Triggers and stacks


async def test_a_trigger_opens_one_modal(raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel) -> None:
    first = await trigger(ada, desk)
    assert await refused(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"
    assert await refused(client.views_open(trigger_id=first, view=modal(callback_id="x" * 256))) == "invalid_arguments"
    shown = await client.views_open(trigger_id=first, view=modal())
    assert ada.view
    assert shown["view"]["id"] == ada.view.id == shown["view"]["root_view_id"]
    assert await refused(client.views_open(trigger_id=first, view=modal())) == "exchanged_trigger_id"


async def test_a_trigger_expires(
    slack: Workspace, raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel
) -> None:
    assert slack.trigger_seconds == 3
    slack.trigger_seconds = 0.01
    late = await trigger(ada, desk)
    await asyncio.sleep(0.02)
    assert await refused(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert ada.view is None


async def test_three_modals_at_most(client: AsyncWebClient, ada: Person, desk: Channel, opened: View) -> None:
    for _ in range(2):
        assert ada.view
        await client.views_push(trigger_id=await trigger_from(ada, ada.view), view=form())
    assert len(ada.views) == 3
    assert ada.view
    assert (ada.view.root_view_id, ada.view.previous_view_id) == (opened.id, ada.views[1].id)
    again = await trigger_from(ada, ada.view)
    assert await refused(client.views_push(trigger_id=again, view=form())) == "push_limit_reached"
    with pytest.raises(NotPossible, match="not on the screen"):
        await ada.press(opened, "go")


async def test_pushing_needs_an_open_modal(client: AsyncWebClient, ada: Person, desk: Channel, opened: View) -> None:
    assert await refused(client.views_push(trigger_id=await trigger(ada, desk), view=form())) == "not_found"
    inside = await trigger_from(ada, opened)
    assert await refused(client.views_push(trigger_id=inside, view=modal(entry()))) == "invalid_arguments"
    await ada.close_view()
    assert await refused(client.views_push(trigger_id=inside, view=form())) == "not_found"


async def test_views_too_large_and_ids_twice(
    raw: RawApp, client: AsyncWebClient, ada: Person, bram: Person, desk: Channel
) -> None:
    huge = modal(*[section(text={"type": "mrkdwn", "text": "x" * 3000})] * 90)
    assert await refused(client.views_open(trigger_id=await trigger(ada, desk), view=huge)) == "view_too_large"
    named = modal(external_id="one")
    await client.views_open(trigger_id=await trigger(ada, desk), view=named)
    assert await refused(client.views_open(trigger_id=await trigger(bram, desk), view=named)) == "duplicate_external_id"
    await client.views_update(external_id="one", view=named)


# Updating


async def test_an_update_keeps_what_was_filled_in(client: AsyncWebClient, ada: Person, opened: View) -> None:
    ada.fill({"text": "kept", "choice": "b"})
    before = opened.hash
    await client.views_update(view_id=opened.id, hash=before, view=form(entry(block_id="third", optional=True)))
    assert opened.state["entry"]["text"]["value"] == "kept"
    assert opened.state["choice"]["pick"]["selected_option"]["value"] == "b"
    assert opened.state["third"]["text"]["value"] is None
    assert await refused(client.views_update(view_id=opened.id, hash=before, view=form())) == "hash_conflict"
    renamed = modal(entry(block_id="renamed"), submit=plain("Save"))
    await client.views_update(view_id=opened.id, view=renamed)
    assert opened.state == {"renamed": {"text": {"type": "plain_text_input", "value": None}}}
    assert await refused(client.views_update(view_id="V404", view=form())) == "not_found"
    assert await refused(client.views_update(view_id=opened.id, view=modal(blocks=[]))) == "invalid_arguments"


async def test_home(slack: Workspace, raw: RawApp, client: AsyncWebClient, ada: Person) -> None:
    assert await ada.open_home() is None
    assert await refused(client.views_publish(user_id=ada.id, view=modal())) == "invalid_arguments"
    first = await client.views_publish(user_id=ada.id, view={"type": "home", "blocks": [actions(button())]})
    assert ada.home
    assert (await ada.press(ada.home, "go")).ok
    again = {"type": "home", "blocks": [section()]}
    await client.views_publish(user_id=ada.id, view=again, hash=first["view"]["hash"])
    stale = client.views_publish(user_id=ada.id, view=again, hash=first["view"]["hash"])
    assert await refused(stale) == "hash_conflict"
    assert await refused(client.views_publish(user_id=ada.id, view=modal())) == "invalid_arguments"
    assert await refused(client.views_publish(user_id="U404", view=again)) == "user_not_found"
    assert await refused(client.api_call("views.update", json={"view": again})) == "invalid_arguments"
    async with Workspace({"oauth_config": {"scopes": {"bot": []}}}) as bare:
        bo = bare.add_user("bo")
        api = AsyncWebClient(bare.bot_token, bare.api_url)
        assert await refused(api.views_publish(user_id=bo.id, view=again)) == "not_enabled"


# Filling in and submitting


async def test_required_and_invalid_inputs_are_not_sent(raw: RawApp, ada: Person, opened: View) -> None:
    sent = len(raw.requests)
    with pytest.raises(InputMissing, match="entry"):
        await ada.submit()
    with pytest.raises(InputInvalid, match="no option"):
        await ada.submit({"entry": "x", "pick": "nonsense"})
    with pytest.raises(InputInvalid, match="single line"):
        await ada.submit({"entry": "two\nlines"})
    with pytest.raises(NotPossible, match="0 inputs"):
        await ada.submit({"nothing": "x"})
    assert len(raw.requests) == sent
    assert (await ada.submit({"entry": "x"})).ok
    assert ada.view is None


@pytest.mark.parametrize(
    ("element", "value", "legal"),
    [
        ({"type": "url_text_input"}, "https://x.example", True),
        ({"type": "url_text_input"}, "x.example", False),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", False),
        ({"type": "number_input", "is_decimal_allowed": True}, "1.5", True),
        ({"type": "number_input", "is_decimal_allowed": False, "max_value": "3"}, "4", False),
        ({"type": "email_text_input"}, "ada", False),
        ({"type": "datepicker"}, "2026-11-22", True),
        ({"type": "datepicker"}, "tomorrow", False),
        ({"type": "timepicker"}, "8:30", False),
        ({"type": "plain_text_input", "max_length": 3}, "four", False),
        ({"type": "plain_text_input", "min_length": 3}, "ab", False),
        ({"type": "multi_static_select", "options": [option("a"), option("b")]}, ["a", "b"], True),
        ({"type": "multi_static_select", "options": [option("a")], "max_selected_items": 1}, ["a", "a"], False),
        ({"type": "checkboxes", "options": [option("a")]}, ["a"], True),
        ({"type": "rich_text_input"}, "text", True),
        ({"type": "datetimepicker"}, 1_700_000_000, True),
    ],
)
async def test_inputs_take_what_slack_lets_them(
    raw: RawApp,
    client: AsyncWebClient,
    ada: Person,
    desk: Channel,
    element: dict[str, Any],
    value: Any,
    legal: bool,
) -> None:
    view = modal(entry({**element, "action_id": "it"}), submit=plain("Save"))
    await client.views_open(trigger_id=await trigger(ada, desk), view=view)
    if legal:
        assert (await ada.submit({"it": value})).ok
    else:
        with pytest.raises(InputInvalid):
            await ada.submit({"it": value})


async def test_people_and_channels_are_chosen_by_themselves(
    raw: RawApp, client: AsyncWebClient, ada: Person, bram: Person, desk: Channel
) -> None:
    view = modal(
        entry({"type": "users_select", "action_id": "who"}),
        entry({"type": "multi_users_select", "action_id": "all"}, block_id="all"),
        entry({"type": "conversations_select", "action_id": "where"}, block_id="where"),
        submit=plain("Save"),
    )
    await client.views_open(trigger_id=await trigger(ada, desk), view=view)
    answer = await ada.submit({"who": bram, "where": desk, "all": [ada, bram]})
    assert answer.delivery
    values = answer.delivery.payload["view"]["state"]["values"]
    assert values["entry"]["who"]["selected_user"] == bram.id
    assert values["all"]["all"]["selected_users"] == [ada.id, bram.id]
    assert values["where"]["where"]["selected_conversation"] == desk.id


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, "invalid_response"),
        ({"response_action": "errors", "errors": {}}, "invalid_response"),
        ({"response_action": "dance"}, "invalid_response"),
        ({"response_action": "update"}, "invalid_response"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
        ({"text": "thanks"}, "invalid_response"),
    ],
)
async def test_illegal_answers_to_a_form_leave_it_open(
    raw: RawApp, ada: Person, opened: View, body: dict[str, Any], error: str
) -> None:
    raw.answer = lambda _: web.json_response(body)
    assert (await ada.submit({"entry": "x"})).error == error
    assert ada.view is opened


async def test_the_answers_to_a_form(slack: Workspace, raw: RawApp, ada: Person, opened: View) -> None:
    raw.answer = lambda _: web.json_response({"response_action": "errors", "errors": {"entry": "No"}})
    assert (await ada.submit({"entry": "x"})).errors == {"entry": "No"} == opened.errors
    raw.answer = lambda _: web.json_response({"response_action": "update", "view": form(title=plain("Two"))})
    await ada.submit()
    assert (ada.view, opened.title, opened.errors) == (opened, "Two", {})
    raw.answer = lambda _: web.json_response({"response_action": "push", "view": form(title=plain("Three"))})
    await ada.submit()
    assert [view.title for view in ada.views] == ["Two", "Three"]
    raw.answer = lambda _: web.Response()
    await ada.submit({"entry": "x"})
    assert ada.view is opened
    raw.answer = lambda _: web.json_response({"response_action": "clear"})
    await ada.submit()
    assert ada.views == []
    raw.answer = lambda _: web.Response(status=500)
    with pytest.raises(NotPossible, match="no modal open"):
        await ada.submit()


async def test_a_form_nobody_answers_stays(slack: Workspace, raw: RawApp, ada: Person, opened: View) -> None:
    raw.answer = lambda _: web.Response(status=500)
    answer = await ada.submit({"entry": "x"})
    assert (answer.error, ada.view) == ("dispatch_failed", opened)


async def test_closing_is_told_if_wanted(raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel) -> None:
    await client.views_open(trigger_id=await trigger(ada, desk), view=form(notify_on_close=True))
    assert ada.view
    await client.views_push(trigger_id=await trigger_from(ada, ada.view), view=form())
    assert await ada.close_view() == []
    (told,) = await ada.close_view()
    assert told.delivery
    assert (told.delivery.payload["type"], told.delivery.payload["is_cleared"]) == ("view_closed", False)
    await client.views_open(trigger_id=await trigger(ada, desk), view=form())
    await client.views_push(trigger_id=await trigger_from(ada, ada.view), view=form(clear_on_close=True))
    await ada.close_view()
    assert ada.views == []


# Pressing


async def test_only_what_stands_there_can_be_pressed(
    slack: Workspace, raw: RawApp, client: AsyncWebClient, ada: Person, bram: Person, desk: Channel
) -> None:
    two = [actions(button(value="1")) | {"block_id": "one"}, actions(button(value="2")) | {"block_id": "two"}]
    await client.chat_postMessage(channel=desk.id, text="x", blocks=two)
    (card,) = slack.messages(desk)
    with pytest.raises(NotPossible, match="2 elements"):
        await ada.press(card, "go")
    answer = await ada.press(card, "go", block_id="two")
    assert answer.delivery
    (action,) = answer.delivery.payload["actions"]
    assert (action["value"], action["block_id"], action["type"]) == ("2", "two", "button")
    with pytest.raises(NotPossible, match="there is: go, go"):
        await ada.press(card, "stop")
    cleo = slack.add_user("cleo")
    with pytest.raises(NotPossible, match="not in desk"):
        await cleo.press(card, "go", block_id="two")
    await client.chat_update(channel=desk.id, ts=card.ts, text="done")
    with pytest.raises(NotPossible, match="nothing called"):
        await ada.press(card, "go")
    await client.chat_postEphemeral(channel=desk.id, user=ada.id, text="x", blocks=[actions(button())])
    (private,) = slack.ephemerals(ada)
    with pytest.raises(NotPossible, match="somebody else"):
        await bram.press(private, "go")
    pressed = await ada.press(private, "go")
    assert pressed.delivery
    assert "message" not in pressed.delivery.payload
    assert pressed.delivery.payload["container"]["is_ephemeral"]


async def test_menus_in_a_message(
    slack: Workspace, raw: RawApp, client: AsyncWebClient, ada: Person, bram: Person, desk: Channel
) -> None:
    more = {"type": "overflow", "action_id": "more", "options": [option("hand_over"), option("dismiss")]}
    who = {"type": "users_select", "action_id": "who"}
    await client.chat_postMessage(channel=desk.id, text="x", blocks=[section(accessory=more), actions(who)])
    (card,) = slack.messages(desk)
    answer = await ada.press(card, "more", "dismiss")
    assert answer.delivery
    assert answer.delivery.payload["actions"][0]["selected_option"]["value"] == "dismiss"
    with pytest.raises(InputInvalid):
        await ada.press(card, "more", "explode")
    answer = await ada.press(card, "who", bram)
    assert answer.delivery
    assert answer.delivery.payload["actions"][0]["selected_user"] == bram.id
    (state,) = answer.delivery.payload["state"]["values"].values()
    assert state["who"]["selected_user"] == bram.id


async def test_an_input_sends_nothing_unless_it_dispatches(
    raw: RawApp, client: AsyncWebClient, ada: Person, opened: View
) -> None:
    with pytest.raises(NotPossible, match="submitted"):
        await ada.press(opened, "text", "x")
    view = form(entry(static_select(action_id="live"), block_id="live", dispatch_action=True))
    await client.views_update(view_id=opened.id, view=view)
    answer = await ada.press(opened, "live", "a")
    assert answer.delivery
    assert answer.delivery.payload["view"]["state"]["values"]["live"]["live"]["selected_option"]["value"] == "a"
    assert answer.delivery.payload["container"] == {"type": "view", "view_id": opened.id}


async def test_options_from_the_app(raw: RawApp, client: AsyncWebClient, ada: Person, desk: Channel) -> None:
    select = {"type": "external_select", "action_id": "claim", "min_query_length": 2}
    await client.views_open(trigger_id=await trigger(ada, desk), view=modal(entry(select), submit=plain("Save")))
    with pytest.raises(NotPossible, match="for nothing yet"):
        await ada.suggest("claim", "x")
    shown = ada.view
    raw.answer = lambda _: web.json_response({"options": [option("c1"), option("c2")]})
    answer = await ada.suggest("claim", "may")
    assert [item["value"] for item in answer.options] == ["c1", "c2"]
    raw.answer = lambda _: web.Response()
    assert (await ada.submit({"claim": "c2"})).ok
    with pytest.raises(NotPossible, match="not on the screen"):
        await ada.suggest("claim", "may", shown)
    await client.views_open(trigger_id=await trigger(ada, desk), view=modal(entry(select), submit=plain("Save")))
    for body in ({"options": [option("x" * 151)]}, {}, {"options": [option(str(number)) for number in range(101)]}):
        raw.answer = lambda _, body=body: web.json_response(body)
        assert (await ada.suggest("claim", "may")).error == "invalid_options"


async def test_shortcuts_are_those_of_the_manifest(raw: RawApp, ada: Person, desk: Channel) -> None:
    message = await ada.post(desk, "x")
    with pytest.raises(NotPossible, match="no such shortcut"):
        await ada.shortcut("other", message)
    with pytest.raises(NotPossible, match="no such shortcut"):
        await ada.shortcut("new_claim", message)
    answer = await ada.shortcut("new_claim")
    assert answer.delivery
    assert answer.delivery.payload["type"] == "shortcut"
