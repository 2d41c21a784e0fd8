"""Interactive elements: finding them in blocks, and what state they hold once somebody has used them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.block_tree import interactive
from bot.sandbox.errors import InputInvalid, InputMissing, NotPossible
from bot.sandbox.plain import readable
from bot.sandbox.records import JSON

_STATE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
"""Type → the key of its value in payloads, and the key of its initial value in blocks."""

_PATTERNS = {
    "datepicker": r"\d{4}-\d\d-\d\d",
    "timepicker": r"\d\d:\d\d",
    "url_text_input": r"(https?|mailto):\S+",
    "email_text_input": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "number_input": r"-?\d+(\.\d+)?",
}


def find(blocks: list[JSON], action_id: str, block_id: str | None = None) -> tuple[JSON, JSON]:
    """The one element with that action_id (in that block, if named)."""
    found = [
        (block, element)
        for block, element in interactive(blocks)
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id"))
    ]
    if not found:
        there = [str(element.get("action_id")) for _, element in interactive(blocks)]
        raise NotPossible(f"nothing called {action_id!r} to press; there is: {', '.join(there) or 'nothing'}")
    if len(found) > 1:
        raise NotPossible(f"{len(found)} elements are called {action_id!r}; name the block_id")
    return found[0]


def initial_state(blocks: list[JSON]) -> dict[str, dict[str, JSON]]:
    """``state.values`` as it stands before anybody touched anything."""
    state: dict[str, dict[str, JSON]] = {}
    for block, element in interactive(blocks):
        kind = element["type"]
        if kind in _STATE_KEYS:
            key, initial = _STATE_KEYS[kind]
            value = element.get(initial) if initial else None
            if value is None and key.endswith("s"):
                value = []
            state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": kind, key: value}
    return state


def is_stateful(element: JSON) -> bool:
    """Whether it keeps what was chosen, unlike a button."""
    return element["type"] in _STATE_KEYS


def chosen(element: JSON, value: Any, suggestions: list[JSON] | None = None) -> JSON:
    """The element's state after somebody chose ``value``: an option's value, a text, an id, a date, or a list."""
    kind = element["type"]
    key, _ = _STATE_KEYS[kind]
    if value is None or value == "" or value == []:
        return {"type": kind, key: [] if key.endswith("s") else None}
    if key == "selected_option":
        return {"type": kind, key: _option(element, value, suggestions)}
    if key == "selected_options":
        return {"type": kind, key: [_option(element, item, suggestions) for item in _many(element, value)]}
    if key.endswith("s"):
        return {"type": kind, key: [str(item) for item in _many(element, value)]}
    if key == "selected_date_time":
        return {"type": kind, key: int(value)}
    if key == "rich_text_value":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
        return {"type": kind, key: value if isinstance(value, dict) else {"type": "rich_text", "elements": [section]}}
    text = str(value)
    _check_text(element, text)
    return {"type": kind, key: text}


def _many(element: JSON, value: Any) -> list[Any]:
    values = list(value) if isinstance(value, list | tuple | set) else [value]
    most = element.get("max_selected_items")
    if most and len(values) > most:
        raise InputInvalid(f"{element['action_id']} takes {most} items at most")
    return values


def options_of(element: JSON, suggestions: list[JSON] | None = None) -> list[JSON]:
    """The options that somebody can choose from."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped, *(suggestions or [])]


def _option(element: JSON, value: Any, suggestions: list[JSON] | None) -> JSON:
    options = options_of(element, suggestions)
    for option in options:
        if value in (option.get("value"), option) or value == option["text"]["text"]:
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    there = ", ".join(str(option.get("value")) for option in options)
    raise InputInvalid(f"{value!r} is no option of {element.get('action_id')}; there is: {there or 'nothing'}")


def _check_text(element: JSON, text: str) -> None:
    kind, name = element["type"], element["action_id"]
    if pattern := _PATTERNS.get(kind):
        if not re.fullmatch(pattern, text):
            raise InputInvalid(f"{name}: {text!r} is not what a {kind} takes")
        if kind == "number_input":
            _check_number(element, text)
    if kind == "plain_text_input":
        if len(text) > element.get("max_length", limits.INPUT_TEXT):
            raise InputInvalid(f"{name}: {len(text)} characters are too many")
        if len(text) < element.get("min_length", 0):
            raise InputInvalid(f"{name}: {len(text)} characters are too few")
        if "\n" in text and not element.get("multiline"):
            raise InputInvalid(f"{name} takes a single line")


def _check_number(element: JSON, text: str) -> None:
    number = float(text)
    if "." in text and not element.get("is_decimal_allowed"):
        raise InputInvalid(f"{element['action_id']} takes whole numbers")
    if number < float(element.get("min_value", number)) or number > float(element.get("max_value", number)):
        raise InputInvalid(f"{element['action_id']}: {text} is out of range")


def filled_in(state: JSON) -> bool:
    """Whether an element's state holds a value."""
    return any(value not in (None, "", []) for key, value in state.items() if key != "type")


def check_required(blocks: list[JSON], state: Mapping[str, Mapping[str, JSON]]) -> None:
    """Raise for the first required input that was left empty."""
    for block, element in interactive(blocks):
        if block["type"] == "input" and not block.get("optional"):
            value = state.get(block["block_id"], {}).get(element["action_id"], {})
            if not filled_in(value):
                raise InputMissing(f"{readable(block['label']['text'])!r} ({block['block_id']}) is required")


def pressed(element: JSON, value: Any, suggestions: list[JSON] | None = None) -> JSON:
    """The part of ``actions[0]`` that tells what was pressed or chosen."""
    kind = element["type"]
    if kind == "overflow":
        return {"type": kind, "selected_option": _option(element, value, None)}
    if kind in _STATE_KEYS:
        return chosen(element, value, suggestions)
    if kind == "feedback_buttons":
        button = element["positive_button" if value in (None, "positive") else "negative_button"]
        return {"type": kind, "text": button["text"], "value": button["value"]}
    return {"type": kind, **{key: element[key] for key in ("text", "value", "style", "url") if key in element}}
