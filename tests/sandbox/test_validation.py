"""Block Kit: what is legal passes, and each illegal thing is refused with a pointer to it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import slackblocks._limits as other
import slackblocks._surfaces as other_surfaces
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Workspace, limits
from bot.sandbox.validation import SURFACES, message_problems, view_problems

from .blocks import actions, button, context, entry, modal, mrkdwn, option, plain, section, static_select

JSON = dict[str, Any]


def grouped(*groups: Any) -> JSON:
    return {"type": "static_select", "action_id": "g", "option_groups": list(groups)}


CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), "style": "danger"}
RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "a ", "style": {"bold": True}},
                {"type": "link", "url": "https://x.example", "text": "b"},
                {"type": "user", "user_id": "U1"},
                {"type": "emoji", "name": "mag"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 0,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "c"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "d"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "e"}]},
    ],
}
CELL = {"type": "raw_text", "text": "cell"}

LEGAL = [
    section(),
    section(text=plain("x", emoji=True), block_id="b", expand=True),
    section(text=mrkdwn("x" * 3000, verbatim=True)),
    {"type": "section", "fields": [mrkdwn("f" * 2000), plain()]},
    section(accessory=button(style="primary", value="v" * 2000, confirm=CONFIRM)),
    section(
        accessory={"type": "overflow", "action_id": "more", "options": [option(), option("b", description=plain())]}
    ),
    section(accessory={"type": "image", "image_url": "https://x.example/i.png", "alt_text": "An image"}),
    section(accessory=static_select(initial_option=option("b"), placeholder=plain())),
    section(
        accessory={
            "type": "multi_static_select",
            "action_id": "m",
            "options": [option("a"), option("b")],
            "initial_options": [option("a")],
            "max_selected_items": 2,
        }
    ),
    section(accessory={"type": "users_select", "action_id": "u", "initial_user": "U1", "placeholder": plain()}),
    section(accessory={"type": "checkboxes", "action_id": "c", "options": [{"text": mrkdwn(), "value": "a"}]}),
    section(accessory={"type": "datepicker", "action_id": "d", "initial_date": "2026-11-22", "placeholder": plain()}),
    {"type": "header", "text": plain("h" * 150, emoji=True)},
    {"type": "divider"},
    context(mrkdwn(), plain(), {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "i"}),
    actions(button(url="https://x.example", accessibility_label="Go"), static_select(), button(action_id="other")),
    actions({"type": "radio_buttons", "action_id": "r", "options": [option(), option("b")]}),
    actions({"type": "timepicker", "action_id": "t", "initial_time": "08:30"}),
    actions({"type": "conversations_select", "action_id": "c", "default_to_current_conversation": True}),
    entry(),
    entry({"type": "plain_text_input", "action_id": "t", "multiline": True, "max_length": 3000, "initial_value": "x"}),
    entry(static_select(), optional=True, hint=plain(), dispatch_action=True),
    entry({"type": "external_select", "action_id": "e", "min_query_length": 0}),
    entry({"type": "url_text_input", "action_id": "u", "placeholder": plain(), "focus_on_load": True}),
    entry({"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"}),
    entry({"type": "multi_users_select", "action_id": "mu"}),
    entry({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1778578200}),
    entry({"type": "timepicker", "action_id": "t", "initial_time": "23:59", "timezone": "Europe/Istanbul"}),
    entry({"type": "multi_external_select", "action_id": "e", "initial_options": [option()], "max_selected_items": 1}),
    entry({"type": "external_select", "action_id": "e", "initial_option": option()}),
    entry(
        {
            "type": "plain_text_input",
            "action_id": "t",
            "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        },
        dispatch_action=True,
    ),
    actions({"type": "conversations_select", "action_id": "c", "filter": {"include": ["public", "private"]}}),
    {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "i", "title": plain()},
    {"type": "markdown", "text": "# Heading"},
    RICH_TEXT,
    {"type": "table", "rows": [[CELL, CELL], [CELL, RICH_TEXT]], "column_settings": [{"align": "left"}]},
    actions(
        {
            "type": "static_select",
            "action_id": "g",
            "option_groups": [{"label": plain(), "options": [option()]}],
            "initial_option": option(),
        }
    ),
    {"type": "card", "title": mrkdwn(), "body": mrkdwn(), "actions": [button()]},
]


@pytest.mark.parametrize("block", LEGAL, ids=lambda block: block["type"])
def test_legal_blocks_pass(block: JSON) -> None:
    untouched = copy.deepcopy(block)
    assert message_problems([block]) == []
    assert block == untouched


ILLEGAL: list[tuple[str, JSON]] = [
    ("/blocks/0/element/initial_date", entry({"type": "datepicker", "action_id": "d", "initial_date": "12.5.2026"})),
    ("/blocks/0/element/initial_date", entry({"type": "datepicker", "action_id": "d", "initial_date": "2026-13-01"})),
    ("/blocks/0/element/initial_time", entry({"type": "timepicker", "action_id": "t", "initial_time": "8:30"})),
    ("/blocks/0/element/timezone", entry({"type": "timepicker", "action_id": "t", "timezone": "Mars/Olympus"})),
    (
        "/blocks/0/element/initial_date_time",
        entry({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1778578200000}),
    ),
    ("/blocks/0/element/is_decimal_allowed", entry({"type": "number_input", "action_id": "n"})),
    (
        "/blocks/0/element/min_value",
        entry({"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": 1}),
    ),
    (
        "/blocks/0/element/min_query_length",
        entry({"type": "external_select", "action_id": "e", "min_query_length": "0"}),
    ),
    (
        "/blocks/0/element/max_selected_items",
        entry({"type": "multi_users_select", "action_id": "m", "max_selected_items": 0}),
    ),
    (
        "/blocks/0/element/initial_option/value",
        entry({"type": "external_select", "action_id": "e", "initial_option": option("x" * 151)}),
    ),
    (
        "/blocks/0/element/initial_options",
        entry({"type": "multi_external_select", "action_id": "e", "initial_options": []}),
    ),
    (
        "/blocks/0/element/dispatch_action_config/trigger_actions_on",
        entry({"type": "plain_text_input", "action_id": "t", "dispatch_action_config": {"trigger_actions_on": []}}),
    ),
    (
        "/blocks/0/elements/0/filter",
        actions({"type": "conversations_select", "action_id": "c", "filter": {"include": ["everything"]}}),
    ),
    ("/blocks/0/type", {"type": "paragraph", "text": plain()}),
    ("/blocks/0", {"text": plain()}),
    ("/blocks/0/color", section(color="red")),
    ("/blocks/0/text/emoji", section(text=mrkdwn(emoji=True))),
    ("/blocks/0/accessory/disabled", section(accessory=button(disabled=True))),
    ("/blocks/0/text", section(text=None)),
    ("/blocks/0", {"type": "section"}),
    ("/blocks/0/text/text", section(text=mrkdwn("x" * 3001))),
    ("/blocks/0/text/text", section(text=mrkdwn(""))),
    ("/blocks/0/fields/1/text", section(fields=[plain(), plain("x" * 2001)])),
    ("/blocks/0/fields", section(fields=[plain()] * 11)),
    ("/blocks/0/fields", section(fields=[])),
    ("/blocks/0/block_id", section(block_id="x" * 256)),
    ("/blocks/0/text/text", {"type": "header", "text": plain("x" * 151)}),
    ("/blocks/0/text/type", {"type": "header", "text": mrkdwn()}),
    ("/blocks/0/elements", context(*[plain()] * 11)),
    ("/blocks/0/elements", context()),
    ("/blocks/0/elements/0", context(button())),
    ("/blocks/0/elements", actions(*(button(action_id=str(number)) for number in range(26)))),
    ("/blocks/0/elements/1/action_id", actions(button(), button())),
    ("/blocks/0/elements/0/type", actions({"type": "plain_text_input", "action_id": "t"})),
    ("/blocks/0/elements/0/type", actions({"type": "multi_users_select", "action_id": "t"})),
    ("/blocks/0/elements/0/text/text", actions(button(text=plain("x" * 76)))),
    ("/blocks/0/elements/0/text/type", actions(button(text=mrkdwn()))),
    ("/blocks/0/elements/0/text", actions({"type": "button", "action_id": "go"})),
    ("/blocks/0/elements/0/value", actions(button(value="x" * 2001))),
    ("/blocks/0/elements/0/value", actions(button(value={"id": 1}))),
    ("/blocks/0/elements/0/url", actions(button(url="javascript:alert(1)"))),
    ("/blocks/0/elements/0/url", actions(button(url="https://x.example/" + "x" * 3000))),
    ("/blocks/0/elements/0/style", actions(button(style="green"))),
    ("/blocks/0/elements/0/action_id", actions(button(action_id="x" * 256))),
    ("/blocks/0/elements/0/accessibility_label", actions(button(accessibility_label="x" * 76))),
    ("/blocks/0/elements/0/confirm/title/text", actions(button(confirm={**CONFIRM, "title": plain("x" * 101)}))),
    ("/blocks/0/elements/0/confirm/text/text", actions(button(confirm={**CONFIRM, "text": plain("x" * 301)}))),
    ("/blocks/0/elements/0/confirm/deny/text", actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)}))),
    ("/blocks/0/elements/0/options/0/text/text", actions(static_select(options=[option("x" * 76)]))),
    ("/blocks/0/elements/0/options/0/value", actions(static_select(options=[{"text": plain(), "value": "x" * 151}]))),
    ("/blocks/0/elements/0/options/0/value", actions(static_select(options=[{"text": plain()}]))),
    ("/blocks/0/elements/0/options/0/text/type", actions(static_select(options=[{"text": mrkdwn(), "value": "a"}]))),
    ("/blocks/0/elements/0/options", actions(static_select(options=[option(str(number)) for number in range(101)]))),
    ("/blocks/0/elements/0/options", actions(static_select(options=[]))),
    ("/blocks/0/elements/0/initial_option", actions(static_select(initial_option=option("c")))),
    ("/blocks/0/elements/0", actions({"type": "static_select", "action_id": "s"})),
    ("/blocks/0/elements/0/placeholder/text", actions(static_select(placeholder=plain("x" * 151)))),
    (
        "/blocks/0/accessory/options",
        section(accessory={"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]}),
    ),
    (
        "/blocks/0/accessory/options",
        section(accessory={"type": "radio_buttons", "action_id": "o", "options": [option(str(n)) for n in range(11)]}),
    ),
    ("/blocks/0/elements", {"type": "actions"}),
    ("/blocks/0/elements", {"type": "actions", "elements": "button"}),
    ("/blocks/0/elements/0/alt_text", context({"type": "image", "image_url": "https://x.example/i.png"})),
    ("/blocks/0/elements/0/text", context(mrkdwn(""))),
    ("/blocks/0/accessory/alt_text", section(accessory={"type": "image", "image_url": "https://x.example/i.png"})),
    ("/blocks/0/elements/0/confirm", actions(button(confirm="Sure?"))),
    ("/blocks/0/elements/0/confirm/confirm/text", actions(button(confirm={**CONFIRM, "confirm": plain("x" * 31)}))),
    ("/blocks/0/elements/0/option_groups/0", actions(grouped("x"))),
    ("/blocks/0/elements/0/option_groups/0/label/type", actions(grouped({"label": mrkdwn(), "options": [option()]}))),
    ("/blocks/0/elements/0/option_groups/0/options", actions(grouped({"label": plain(), "options": []}))),
    ("/blocks/0/elements/0/option_groups", actions(grouped())),
    ("/blocks/0/elements/0/options/0", actions(static_select(options=["a"]))),
    (
        "/blocks/0/elements/0/options/0/description/text",
        actions(static_select(options=[option(description=plain("x" * 76))])),
    ),
    ("/blocks/0/elements/0/options/0/description/type", actions(static_select(options=[option(description=mrkdwn())]))),
    ("/blocks/0/text", section(text="text")),
    ("/blocks/0/label/type", entry(label=mrkdwn())),
    ("/blocks/0/label/text", entry(label=plain("x" * 2001))),
    ("/blocks/0/hint/text", entry(hint=plain("x" * 2001))),
    ("/blocks/0/element/type", entry(button())),
    ("/blocks/0/element/type", entry({"type": "file_input", "action_id": "f"})),
    ("/blocks/0/element/max_length", entry({"type": "plain_text_input", "action_id": "t", "max_length": 3001})),
    (
        "/blocks/0/element/initial_value",
        entry({"type": "plain_text_input", "action_id": "t", "max_length": 3, "initial_value": "four"}),
    ),
    ("/blocks/0/alt_text", {"type": "image", "image_url": "https://x.example/i.png"}),
    ("/blocks/0/alt_text", {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "x" * 2001}),
    ("/blocks/0/image_url", {"type": "image", "image_url": "i.png", "alt_text": "i"}),
    ("/blocks/0", {"type": "image", "alt_text": "i"}),
    ("/blocks/0/title/type", {"type": "image", "image_url": "https://x.example", "alt_text": "i", "title": mrkdwn()}),
    ("/blocks/0/text", {"type": "markdown", "text": "x" * 12_001}),
    ("/blocks/0/rows", {"type": "table", "rows": [[CELL]] * 101}),
    ("/blocks/0/rows/0", {"type": "table", "rows": [[CELL] * 21]}),
    ("/blocks/0/type", {"type": "alert", "text": plain()}),
    ("/blocks/0/elements/1", {**RICH_TEXT, "elements": [RICH_TEXT["elements"][0], {"type": "rich_text_poem"}]}),
    ("/blocks/0/status", {"type": "task_card", "task_id": "1", "title": "x", "status": "pending"}),
]


@pytest.mark.parametrize(("pointer", "block"), ILLEGAL)
def test_illegal_blocks_are_refused_where_they_are_wrong(pointer: str, block: JSON) -> None:
    assert pointer in [problem.pointer for problem in message_problems([block])]


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 51,
        [section(block_id="same"), section(block_id="same")],
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        [{"type": "table", "rows": [[CELL]]}] * 2,
        ["section"],
    ],
)
def test_a_message_as_a_whole_has_limits(blocks: list[Any]) -> None:
    assert message_problems(blocks)


INPUT_MODAL = modal(entry(), submit=plain("Save"))
ILLEGAL_VIEWS: list[tuple[str, JSON]] = [
    ("/type", {**modal(), "type": "home"}),
    ("/title", {key: value for key, value in modal().items() if key != "title"}),
    ("/title/text", modal(title=plain("x" * 25))),
    ("/title/type", modal(title=mrkdwn("x"))),
    ("/submit/text", modal(submit=plain("x" * 25))),
    ("/close/text", modal(close=plain("x" * 25))),
    ("/submit", modal(entry())),
    ("/callback_id", modal(callback_id="x" * 256)),
    ("/external_id", modal(external_id="x" * 256)),
    ("/private_metadata", modal(private_metadata="x" * 3001)),
    ("/private_metadata", modal(private_metadata={"claim": 1})),
    ("/blocks", modal(*[{"type": "divider"}] * 101)),
    ("/blocks", {**modal(), "blocks": []}),
    ("/blocks", {"type": "modal", "title": plain()}),
    ("/footer", modal(footer=plain())),
    ("/blocks/0/type", modal({"type": "markdown", "text": "x"})),
    ("/blocks/0/type", modal({"type": "table", "rows": [[CELL]]})),
    ("/blocks/0/text/text", modal(section(text=mrkdwn("x" * 3001)))),
]


@pytest.mark.parametrize(("pointer", "view"), ILLEGAL_VIEWS)
def test_illegal_views_are_refused(pointer: str, view: JSON) -> None:
    assert pointer in [problem.pointer for problem in view_problems(view, "modal")]


def test_legal_views_pass() -> None:
    assert view_problems(INPUT_MODAL | {"close": plain(), "clear_on_close": True, "callback_id": "c"}, "modal") == []
    assert view_problems(modal({"type": "alert", "text": mrkdwn(), "level": "info"}), "modal") == []
    assert view_problems({"type": "home", "blocks": [section(), entry()]}, "home") == []
    assert view_problems({"type": "home", "blocks": [section()], "submit": plain()}, "home")


def test_the_numbers_are_those_of_a_second_source() -> None:
    assert limits.SECTION_TEXT == other.SECTION_TEXT_MAX_LENGTH
    assert limits.SECTION_FIELDS == other.SECTION_FIELDS_MAX_ITEMS
    assert limits.SECTION_FIELD == other.SECTION_FIELDS_ITEM_MAX_LENGTH
    assert limits.HEADER_TEXT == other.HEADER_TEXT_MAX_LENGTH
    assert limits.CONTEXT_ELEMENTS == other.CONTEXT_ELEMENTS_MAX_ITEMS
    assert limits.ACTIONS_ELEMENTS == other.ACTIONS_ELEMENTS_MAX_ITEMS
    assert limits.CONTEXT_ACTIONS_ELEMENTS == other.CONTEXT_ACTIONS_ELEMENTS_MAX_ITEMS
    assert limits.MARKDOWN_TEXT == other.MARKDOWN_TEXT_MAX_LENGTH == other.MARKDOWN_TOTAL_TEXT_MAX_LENGTH
    assert limits.BUTTON_TEXT == other.BUTTON_TEXT_MAX_LENGTH
    assert limits.BUTTON_VALUE == other.BUTTON_VALUE_MAX_LENGTH
    assert limits.BUTTON_LABEL == other.BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH
    assert limits.URL == other.BUTTON_URL_MAX_LENGTH == other.IMAGE_IMAGE_URL_MAX_LENGTH
    assert limits.CONFIRM_TITLE == other.CONFIRMATION_TITLE_MAX_LENGTH
    assert limits.CONFIRM_TEXT == other.CONFIRMATION_TEXT_MAX_LENGTH
    assert limits.CONFIRM_BUTTON == other.CONFIRMATION_CONFIRM_MAX_LENGTH == other.CONFIRMATION_DENY_MAX_LENGTH
    assert limits.OPTION_TEXT == other.OPTION_TEXT_MAX_LENGTH == other.OPTION_GROUP_LABEL_MAX_LENGTH
    assert limits.OPTION_VALUE == other.OPTION_VALUE_MAX_LENGTH
    assert limits.OPTION_DESCRIPTION == other.OPTION_DESCRIPTION_MAX_LENGTH
    assert limits.SELECT_OPTIONS == other.SELECT_OPTIONS_MAX_ITEMS == other.SELECT_OPTION_GROUPS_MAX_ITEMS
    assert limits.OVERFLOW_OPTIONS == other.OVERFLOW_OPTIONS_MAX_ITEMS
    assert limits.CHOICE_OPTIONS == other.CHECKBOXES_OPTIONS_MAX_ITEMS == other.RADIO_BUTTONS_OPTIONS_MAX_ITEMS
    assert limits.PLACEHOLDER == other.SELECT_PLACEHOLDER_MAX_LENGTH == other.PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH
    assert limits.INPUT_LABEL == other.INPUT_LABEL_MAX_LENGTH
    assert limits.INPUT_HINT == other.INPUT_HINT_MAX_LENGTH
    assert limits.INPUT_TEXT == other.PLAIN_TEXT_INPUT_MAX_LENGTH_MAX
    assert limits.IMAGE_ALT == other.IMAGE_ALT_TEXT_MAX_LENGTH
    assert limits.IMAGE_TITLE == other.IMAGE_TITLE_MAX_LENGTH
    assert (limits.TABLE_ROWS, limits.TABLE_COLUMNS) == (other.TABLE_ROWS_MAX_ITEMS, other.TABLE_COLUMNS_MAX_ITEMS)
    assert limits.MESSAGE_BLOCKS == other.MESSAGE_BLOCKS_MAX_ITEMS
    assert limits.MESSAGE_ATTACHMENTS == other.MESSAGE_ATTACHMENTS_MAX_ITEMS
    assert limits.VIEW_BLOCKS == other.VIEW_BLOCKS_MAX_ITEMS
    assert limits.VIEW_TITLE == other.VIEW_TITLE_MAX_LENGTH == other.VIEW_SUBMIT_MAX_LENGTH
    assert limits.PRIVATE_METADATA == other.VIEW_PRIVATE_METADATA_MAX_LENGTH
    assert limits.ID == other.BLOCK_ID_MAX_LENGTH == other.ACTION_ID_MAX_LENGTH == other.VIEW_CALLBACK_ID_MAX_LENGTH
    assert SURFACES == other_surfaces._BLOCK_TYPES_BY_SURFACE


async def test_the_api_names_what_is_wrong(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=desk.id, text="x", blocks=[section(), section(text=mrkdwn("x" * 3001))])
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert slack.messages(desk) == []


@pytest.mark.parametrize(("kind", "value"), [("blocks", [section(color=1)]), ("view", modal(entry()))])
async def test_blocks_validate_says_so_without_sending(client: AsyncWebClient, kind: str, value: Any) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("blocks.validate", json={kind: value})
    assert refused.value.response["error"] == f"invalid_{kind}"
    assert refused.value.response["errors"]
    assert (await client.api_call("blocks.validate", json={"message": {"blocks": LEGAL[:5]}}))["ok"]


async def test_blocks_validate_takes_one_thing_and_counts_all_text(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.api_call("blocks.validate", json={"blocks": LEGAL[:1], "view": modal()})
    long = [section(text=mrkdwn("x" * 3000)) for _ in range(5)]
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("blocks.validate", json={"blocks": long})
    assert refused.value.response["errors"][0]["message"] == "msg_blocks_too_long"
