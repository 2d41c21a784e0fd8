"""Whether Slack would take these blocks: slack_sdk's own models first, then the rules that they leave out.

slack_sdk checks most lengths and counts, but says nothing of unknown types and keys, of mrkdwn where only plain text
may stand, of ids used twice, or of which block may stand where. ``block_rules`` adds those.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox import limits
from bot.sandbox.block_rules import Problem, Rules
from bot.sandbox.plain import texts_in, total_text
from bot.sandbox.records import JSON
from bot.sandbox.words import words

Surface = Literal["message", "modal", "home"]

SURFACES: dict[Surface, frozenset[str]] = {
    "message": words("""
    actions card carousel container context context_actions data_table data_visualization divider file header
        image input markdown plan rich_text section table task_card video"""),
    "modal": words("actions alert card context divider header image input rich_text section video"),
    "home": words("""
    actions card carousel container context data_table data_visualization divider header image input rich_text
        section table video"""),
}
"""Which blocks may stand where."""

_NOT_IN_SDK = frozenset({"data_table", "data_visualization"})
"""Blocks that slack_sdk 3.47 has no model for; only the sandbox's own rules see them."""

_VIEW_KEYS = words("""
    type title blocks close submit private_metadata callback_id clear_on_close notify_on_close external_id""")


def message_problems(blocks: list[Any]) -> list[Problem]:
    """What is wrong with a message's blocks."""
    problems = _block_problems(blocks, "message")
    if len(blocks) > limits.MESSAGE_BLOCKS:
        problems.append(Problem("/blocks", f"no more than {limits.MESSAGE_BLOCKS} items allowed"))
    markdown = sum(len(text) for kind, text in texts_in(blocks) if kind == "markdown")
    if markdown > limits.MARKDOWN_TEXT:
        problems.append(
            Problem("/blocks", f"markdown blocks must hold less than {limits.MARKDOWN_TEXT + 1} characters")
        )
    if sum(1 for block in blocks if isinstance(block, dict) and block.get("type") == "table") > 1:
        problems.append(Problem("/blocks", "only_one_table_allowed"))
    return problems


def over_budget(blocks: list[JSON]) -> bool:
    """Whether a message's blocks hold more text than Slack stores, each block legal or not."""
    return total_text(blocks) > limits.MESSAGE_TEXT_BUDGET


def view_problems(content: JSON, kind: Literal["modal", "home"]) -> list[Problem]:
    """What is wrong with a view."""
    problems = [Problem(f"/{key}", f"invalid additional property: {key}") for key in content if key not in _VIEW_KEYS]
    if content.get("type") != kind:
        return [*problems, Problem("/type", f"must be {kind!r}")]
    blocks = content.get("blocks")
    if not isinstance(blocks, list):
        return [*problems, Problem("/blocks", "missing required field: blocks")]
    if not 1 <= len(blocks) <= limits.VIEW_BLOCKS:
        problems.append(Problem("/blocks", f"must hold between 1 and {limits.VIEW_BLOCKS} items"))
    problems += _block_problems(blocks, kind)
    rules = Rules(problems)
    if kind == "modal":
        rules.plain(content, "title", limits.VIEW_TITLE, "", required=True)
        holds_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if holds_input and "submit" not in content:
            problems.append(Problem("/submit", "missing required field: submit is needed with input blocks"))
    for key in ("submit", "close"):
        rules.plain(content, key, limits.VIEW_TITLE, "")
    for key in ("callback_id", "external_id"):
        rules.string(content, key, limits.ID, "")
    rules.string(content, "private_metadata", limits.PRIVATE_METADATA, "")
    if not problems:
        try:
            with _quiet():
                View(**copy.deepcopy(content)).validate_json()
        except (SlackObjectFormationError, TypeError, ValueError, AttributeError) as error:
            problems.append(Problem("", str(error)))
    return problems


def _block_problems(blocks: list[Any], surface: Surface) -> list[Problem]:
    problems: list[Problem] = []
    rules = Rules(problems)
    for index, block in enumerate(blocks):
        pointer = f"/blocks/{index}"
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            problems.append(Problem(pointer, "must be an object with a type"))
        elif block["type"] not in SURFACES["message"] | SURFACES["modal"] | SURFACES["home"]:
            problems.append(Problem(f"{pointer}/type", f"unsupported type: {block['type']}"))
        elif block["type"] not in SURFACES[surface]:
            problems.append(Problem(f"{pointer}/type", f"{block['type']} is not allowed in a {surface}"))
        else:
            before = len(problems)
            rules.block(block, pointer, surface)
            # The models' words are vaguer; they are heard where the rules found nothing.
            if len(problems) == before and block["type"] not in _NOT_IN_SDK:
                problems += _sdk_problems(block, pointer)
    rules.unique_block_ids(blocks)
    return problems


def _sdk_problems(block: JSON, pointer: str) -> Iterator[Problem]:
    try:
        with _quiet():
            parsed = Block.parse(copy.deepcopy(block))
            again = parsed.to_dict() if parsed is not None else {}
    except (SlackObjectFormationError, TypeError, ValueError, AttributeError, KeyError) as error:
        yield Problem(pointer, str(error))
        return
    yield from _lost(block, again, pointer)


def _lost(given: Any, kept: Any, pointer: str) -> Iterator[Problem]:
    """What slack_sdk's models dropped: keys and types that they do not know."""
    if isinstance(given, dict):
        for key, value in given.items():
            if value is None:
                yield Problem(f"{pointer}/{key}", "must not be null")
            elif not isinstance(kept, dict) or (key not in kept and value not in ("", [], {})):
                yield Problem(f"{pointer}/{key}", f"invalid additional property: {key}")
            elif key in kept:
                yield from _lost(value, kept[key], f"{pointer}/{key}")
    elif isinstance(given, list):
        for index, item in enumerate(given):
            if not isinstance(kept, list) or index >= len(kept) or (kept[index] is None and item is not None):
                yield Problem(f"{pointer}/{index}", "unsupported type")
            else:
                yield from _lost(item, kept[index], f"{pointer}/{index}")


@contextmanager
def _quiet() -> Iterator[None]:
    """slack_sdk logs what it skips; here that becomes a problem of its own, and no line in a log."""
    log = logging.getLogger("slack_sdk.models")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
