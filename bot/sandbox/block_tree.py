"""Walking through blocks: which elements can be used, and the ids that Slack fills in."""

from __future__ import annotations

from collections.abc import Iterator

from bot.sandbox.ids import Ids
from bot.sandbox.records import JSON
from bot.sandbox.words import words

INTERACTIVE = words("""
    button checkboxes datepicker datetimepicker email_text_input external_select channels_select
    conversations_select feedback_buttons file_input icon_button multi_channels_select multi_conversations_select
    multi_external_select multi_static_select multi_users_select number_input overflow plain_text_input radio_buttons
    rich_text_input static_select timepicker url_text_input users_select workflow_button""")
"""The elements that carry an action_id."""


def _parts(block: JSON) -> Iterator[JSON]:
    parts = [block.get("accessory"), block.get("element")]
    for key in ("elements", "actions", "child_blocks"):
        parts += block.get(key, [])
    yield from (part for part in parts if isinstance(part, dict))


def interactive(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Each interactive element with the block that holds it, in reading order; also in cards and containers."""
    for block in blocks:
        for part in _parts(block):
            if part.get("type") in INTERACTIVE:
                yield block, part
            else:
                yield from interactive([part])


def fill_ids(blocks: list[JSON], ids: Ids) -> list[JSON]:
    """Give blocks and elements, in place, the ids that Slack gives them when the app names none."""
    for block in blocks:
        if not block.get("block_id"):
            block["block_id"] = f"b{ids.number():04d}"
    for block, element in interactive(blocks):
        if not block.get("block_id"):
            block["block_id"] = f"b{ids.number():04d}"
        if not element.get("action_id"):
            element["action_id"] = f"a{ids.number():04d}"
    return blocks
