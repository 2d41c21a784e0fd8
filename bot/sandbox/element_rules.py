"""The rules of elements that hold a value: what may stand in them at first, and when they send an action.

Numbers and formats: docs.slack.dev/reference/block-kit/block-elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from zoneinfo import available_timezones

from bot.sandbox.records import JSON

_INITIAL = {
    "datepicker": ("initial_date", r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date, as in 2026-05-12"),
    "timepicker": ("initial_time", r"([01]\d|2[0-3]):[0-5]\d", "must be a time, as in 08:30"),
}
_TRIGGERS = frozenset({"on_enter_pressed", "on_character_entered"})
_CONVERSATIONS = frozenset({"im", "mpim", "private", "public"})
_MOMENT = range(1_000_000_000, 10_000_000_000)
"""Unix time of 10 digits, in seconds."""

Add = Callable[[str, str], None]
"""Notes a problem: the JSON pointer, and what is wrong there."""


def check_element(element: JSON, pointer: str, add: Add) -> None:
    """What Slack would refuse in an element that holds a value."""
    kind = element["type"]
    if kind in _INITIAL:
        key, pattern, wrong = _INITIAL[kind]
        if key in element and not re.fullmatch(pattern, str(element[key])):
            add(f"{pointer}/{key}", wrong)
    if kind == "timepicker" and element.get("timezone", "UTC") not in available_timezones():
        add(f"{pointer}/timezone", "must be a timezone of the IANA database")
    if kind == "datetimepicker" and element.get("initial_date_time", _MOMENT.start) not in _MOMENT:
        add(f"{pointer}/initial_date_time", "must be a number of 10 digits")
    if kind == "number_input":
        _number(element, pointer, add)
    if "min_query_length" in element and not _whole(element["min_query_length"], least=0):
        add(f"{pointer}/min_query_length", "must be a whole number")
    if "max_selected_items" in element and not _whole(element["max_selected_items"], least=1):
        add(f"{pointer}/max_selected_items", "must be a whole number of at least 1")
    if "dispatch_action_config" in element:
        triggers = element["dispatch_action_config"].get("trigger_actions_on")
        if not triggers or not set(triggers) <= _TRIGGERS:
            add(f"{pointer}/dispatch_action_config/trigger_actions_on", f"must be of: {', '.join(sorted(_TRIGGERS))}")
    if kind.endswith("conversations_select") and "filter" in element:
        kept = element["filter"]
        if not kept or not set(kept.get("include", ["im"])) <= _CONVERSATIONS or kept.get("include") == []:
            add(f"{pointer}/filter", "must name kinds of conversations or what is left out")


def _number(element: JSON, pointer: str, add: Add) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        add(f"{pointer}/is_decimal_allowed", "missing required field: is_decimal_allowed")
    for key in ("initial_value", "min_value", "max_value"):
        if key in element and not (isinstance(element[key], str) and re.fullmatch(r"-?\d+(\.\d+)?", element[key])):
            add(f"{pointer}/{key}", "must be a number in a string")


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
