"""Views as Slack sends them back: with what stood in their fields at first, and what somebody filled in."""

from __future__ import annotations

import copy
from typing import Any

from bot.sandbox.elements import chosen, initial_state

View = dict[str, Any]


def fields(view: View) -> dict[str, dict[str, Any]]:
    """Input blocks by ``block_id``."""
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def filled(view: View, values: dict[str, Any] | None = None, options: list[View] | None = None) -> View:
    """The view after somebody chose and typed ``values``; ``options`` are what external selects offered."""
    sent = copy.deepcopy(view)
    for index, block in enumerate(sent["blocks"]):
        block.setdefault("block_id", f"b{index}")
    state = initial_state(sent["blocks"])
    for block_id, value in (values or {}).items():
        element = fields(sent)[block_id]["element"]
        state[block_id][element["action_id"]] = chosen(element, value, options)
    sent["state"] = {"values": state}
    return sent
