"""The fields of forms, within Slack's limits: each builder gives an element that holds a value, ``field`` its block."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.blocks import Block, option, plain

LABEL = 2000
PLACEHOLDER = 150
INPUT = 3000


def field(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "", tells: bool = False
) -> Block:
    """A field of a form; with ``tells`` it sends an action when it is changed, before the form is sent."""
    block = {
        "type": "input",
        "block_id": str(block_id),
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
    }
    if tells:
        block["dispatch_action"] = True
    return {**block, "hint": plain(hint, LABEL)} if hint else block


def text_input(
    action: str,
    *,
    multiline: bool = False,
    most: int = INPUT,
    initial: str = "",
    placeholder: str = "",
    tells: str = "",
) -> Block:
    """A text field; ``tells`` is when it sends an action: ``on_character_entered`` or ``on_enter_pressed``."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": str(action),
        "multiline": multiline,
        "max_length": most,
        **_placeholder(placeholder),
    }
    if shown := (initial if multiline else " ".join(initial.split()))[:most]:
        element["initial_value"] = shown
    if tells:
        element["dispatch_action_config"] = {"trigger_actions_on": [tells]}
    return element


def select(action: str, options: Sequence[Block], initial: str = "", placeholder: str = "") -> Block:
    """A choice of one; ``initial`` is the value of the option that is chosen at first, if it is one of them."""
    return _one_of("static_select", action, options, initial) | _placeholder(placeholder)


def radio(action: str, options: Sequence[Block], initial: str = "") -> Block:
    """A choice of one with all options in sight, at most 10."""
    return _one_of("radio_buttons", action, options, initial)


def checkbox(action: str, label: str, *, ticked: bool, description: str = "") -> Block:
    """One box to tick; its value is ``yes``."""
    choice = option(label, "yes", description)
    element: Block = {"type": "checkboxes", "action_id": str(action), "options": [choice]}
    return {**element, "initial_options": [choice]} if ticked else element


def day_picker(action: str, initial: str = "") -> Block:
    """A day, as in ``2026-05-12``."""
    return _initially({"type": "datepicker", "action_id": str(action)}, "initial_date", initial)


def time_picker(action: str, initial: str, timezone: str = "") -> Block:
    """A time of day, as in ``08:30``; Slack shows the timezone, an IANA name, below it."""
    element = {"type": "timepicker", "action_id": str(action), "initial_time": initial}
    return _initially(element, "timezone", timezone)


def moment_picker(action: str, initial: int | None = None) -> Block:
    """A day and a time of it, in the timezone of whoever sees it; ``initial`` in seconds of Unix time."""
    return _initially({"type": "datetimepicker", "action_id": str(action)}, "initial_date_time", initial)


def person_select(action: str, placeholder: str = "") -> Block:
    """A choice of one person."""
    return {"type": "users_select", "action_id": str(action), **_placeholder(placeholder)}


def people_select(action: str, initial: Sequence[str] = (), placeholder: str = "") -> Block:
    """A choice of several people."""
    element = {"type": "multi_users_select", "action_id": str(action), **_placeholder(placeholder)}
    return _initially(element, "initial_users", list(initial))


def channel_select(action: str, placeholder: str = "") -> Block:
    """A choice of one channel, public or private."""
    kinds = {"include": ["public", "private"], "exclude_bot_users": True}
    return {"type": "conversations_select", "action_id": str(action), "filter": kinds, **_placeholder(placeholder)}


def external_select(action: str, placeholder: str = "", least: int = 0) -> Block:
    """A choice of one among what the desk offers once ``least`` characters were typed."""
    element = {"type": "external_select", "action_id": str(action), "min_query_length": least}
    return element | _placeholder(placeholder)


def external_selects(action: str, initial: Sequence[Block] = (), placeholder: str = "", least: int = 0) -> Block:
    """A choice of several among what the desk offers once ``least`` characters were typed."""
    element = {"type": "multi_external_select", "action_id": str(action), "min_query_length": least}
    return _initially(element | _placeholder(placeholder), "initial_options", list(initial))


def _one_of(kind: str, action: str, options: Sequence[Block], initial: str) -> Block:
    element = {"type": kind, "action_id": str(action), "options": list(options)}
    return _initially(element, "initial_option", next((o for o in options if o["value"] == initial), None))


def _initially(element: Block, key: str, value: object) -> Block:
    """Slack refuses an initial value that is empty."""
    return {**element, key: value} if value else element


def _placeholder(text: str) -> Block:
    return {"placeholder": plain(text, PLACEHOLDER)} if text else {}
