"""Whether Slack would take a message, and whether anything of a text from outside is alive in it."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.block_tree import interactive
from bot.sandbox.plain import texts_in, total_text
from bot.sandbox.validation import message_problems, over_budget
from bot.slack.blocks import FALLBACK, MESSAGE_BLOCKS, MESSAGE_CHARACTERS, Block, characters
from bot.slack.mrkdwn import cut

_OURS = re.compile(r"<@U0\w+>|<https?://[^<>|\s]+\|[^<>|]*>|<!date\^\d+\^[^<>|]+\|[^<>|]+>|&(?:amp|lt|gt);|(?m:^>)")
"""The only markup there may be: mentions, links and dates the desk wrote, Slack's escapes, our own quotation lines."""


def check(blocks: list[Block], text: str = "x") -> None:
    """What Slack would refuse, what would ping somebody, and what was cut through the middle of markup."""
    assert message_problems(blocks) == []
    assert len(blocks) <= MESSAGE_BLOCKS
    assert total_text(blocks) <= MESSAGE_CHARACTERS
    assert characters(blocks) == total_text(blocks)
    assert not over_budget(blocks)
    assert 0 < len(cut(text, FALLBACK)) <= FALLBACK
    for kind, piece in (*texts_in(blocks), ("mrkdwn", text)):
        if kind == "mrkdwn":
            assert not re.search(r"[<>]|&", _OURS.sub("", piece)), piece
            assert not re.search(r"<[@!#]", piece.replace("<@U0", "").replace("<!date^", "")), piece


def buttons(blocks: list[Block]) -> dict[str, dict[str, Any]]:
    """Buttons by label."""
    return {e["text"]["text"]: e for _, e in interactive(blocks) if e["type"] == "button"}


def menu(blocks: list[Block]) -> dict[str, str]:
    """The options of overflow menus: value by label."""
    menus = (e for _, e in interactive(blocks) if e["type"] == "overflow")
    return {option["text"]["text"]: option["value"] for one in menus for option in one["options"]}
