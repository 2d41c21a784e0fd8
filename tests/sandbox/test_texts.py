"""What the composer makes of typed text, and how blocks read."""

from __future__ import annotations

import pytest

from bot.sandbox.block_tree import fill_ids, interactive
from bot.sandbox.composer import command_text, compose, rich_text
from bot.sandbox.ids import Ids
from bot.sandbox.plain import pings_in, plain_blocks, total_text

from .blocks import JSON, actions, button, context, entry, mrkdwn, option, plain, section, static_select
from .test_validation import LEGAL

NAMES = {"U0ADA": "ada", "C0DESK": "desk"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<@U0ADA> <!here> <#C0DESK>", "<@U0ADA> <!here> <#C0DESK>"),
        ("See https://x.example/a?b=1.", "See <https://x.example/a?b=1>."),
        ("(https://x.example/a)", "(<https://x.example/a>)"),
        ("<https://x.example|x>", "<https://x.example|x>"),
        ("already &amp; done", "already &amp; done"),
    ],
)
def test_text_is_stored_as_slack_does(typed: str, stored: str) -> None:
    assert compose(typed) == stored


def test_a_message_carries_rich_text() -> None:
    (block,) = rich_text("<@U0ADA> <!channel> <https://x.example|x> &lt;b&gt; <#C0DESK> <!subteam^S1>")
    kinds = [element["type"] for element in block["elements"][0]["elements"] if element.get("text") != " "]
    assert kinds == ["user", "broadcast", "link", "text", "channel", "usergroup"]
    assert pings_in("", [block], []) == ("<@U0ADA>", "<!channel>", "<!subteam^S1>")
    assert plain_blocks([block]).startswith("@U0ADA @channel x <b>")


def test_commands_get_text_escaped_or_typed() -> None:
    typed = "<@U0ADA> <#C0DESK> <!here> https://x.example R&D"
    assert command_text(typed, NAMES, escapes=False) == "@ada #desk @here https://x.example R&D"
    escaped = command_text(typed, NAMES, escapes=True)
    assert escaped == "<@U0ADA|ada> <#C0DESK|desk> <!here> <https://x.example> R&amp;D"


@pytest.mark.parametrize("block", LEGAL, ids=lambda block: block["type"])
def test_every_block_can_be_read(block: JSON) -> None:
    assert plain_blocks([block])


def test_blocks_read_as_lines() -> None:
    blocks = [
        {"type": "header", "text": plain("Claim")},
        section(text=mrkdwn("*He* said <https://x.example|so> &amp; left"), accessory=button()),
        context(mrkdwn("one"), plain("two")),
        actions(button(text=plain("Take")), static_select(options=[option("a"), option("b")])),
        entry(label=plain("Why")),
    ]
    assert plain_blocks(blocks) == "\n".join(
        ["Claim", "*He* said so & left", "[Text]", "one two", "[Take] [A / B]", "Why: [plain_text_input]"]
    )


def test_all_text_counts() -> None:
    assert total_text([section(text=mrkdwn("12345"), fields=[plain("678")]), actions(button(text=plain("90")))]) == 10


def test_ids_are_filled_in_everywhere() -> None:
    card = {"type": "card", "title": plain(), "actions": [{"type": "button", "text": plain()}]}
    carousel = {"type": "carousel", "elements": [card]}
    blocks = fill_ids([section(accessory={"type": "button", "text": plain()}), carousel], Ids("T1"))
    found = list(interactive(blocks))
    assert len(found) == 2
    ids = [block["block_id"] for block, _ in found] + [element["action_id"] for _, element in found]
    assert len(set(ids)) == 4


def test_timestamps_and_ids_never_repeat() -> None:
    ids = Ids("T1")
    stamps = [ids.ts() for _ in range(1000)]
    assert stamps == sorted(set(stamps), key=float)
    assert len({ids.named("U", "ada") for _ in range(3)}) == 3
