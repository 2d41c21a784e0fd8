"""Block Kit by construction: each builder keeps Slack's limits, so that no card can be refused for its size.

Numbers: docs.slack.dev/reference/block-kit; the 10,000 characters of a message are our budget below an undocumented
limit of about 12,000 (slackapi/bolt-js#2509).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.mrkdwn import cut, printable

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 10_000
SECTION = 3000
HEADER = 150
CONTEXT = 2000
BUTTON = 75
OPTION = 75
DESCRIPTION = 75
TITLE = 24
FALLBACK = 3000
"""Of a message's ``text``: what notifications show. ``chat.update`` refuses more than 4,000."""


def mrkdwn(text: str, most: int = SECTION) -> Block:
    """A text object. Verbatim: Slack must not make links of words in it; ours are written as links."""
    return {"type": "mrkdwn", "text": cut(text, most) or " ", "verbatim": True}


def plain(text: str, most: int) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": cut(" ".join(printable(text).split()), most) or " ", "emoji": True}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with an element to its right if given."""
    block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain(text, HEADER)}


def context(text: str) -> Block:
    """A small line of mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(text, CONTEXT)]}


def divider() -> Block:
    """A rule."""
    return {"type": "divider"}


def actions(elements: Sequence[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action: str, value: str, style: str | None = None) -> Block:
    """A button; ``style`` is ``primary`` or ``danger``."""
    element = {"type": "button", "text": plain(label, BUTTON), "action_id": str(action), "value": value}
    return {**element, "style": style} if style else element


def link_button(label: str, action: str, url: str) -> Block:
    """A button that opens a link; Slack tells us of it all the same."""
    return {"type": "button", "text": plain(label, BUTTON), "action_id": str(action), "url": url}


def overflow(action: str, options: Sequence[Block]) -> Block:
    """A menu behind three dots."""
    return {"type": "overflow", "action_id": str(action), "options": list(options)}


def option(label: str, value: str, description: str = "") -> Block:
    """One choice of a select; ``description`` is a second line below it."""
    choice = {"text": plain(label, OPTION), "value": value}
    return {**choice, "description": plain(description, DESCRIPTION)} if description else choice


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None,
    private_metadata: str = "",
    tells_closing: bool = False,
) -> Block:
    """A view to open. Without ``submit`` it only says something; ``tells_closing`` has Slack tell when it is closed."""
    view: Block = {
        "type": "modal",
        "callback_id": str(callback_id),
        "title": plain(title, TITLE),
        "close": plain("Cancel" if submit else "Close", TITLE),
        "blocks": list(blocks),
        "private_metadata": private_metadata,
    }
    if tells_closing:
        view["notify_on_close"] = True
    return {**view, "submit": plain(submit, TITLE)} if submit else view


def characters(content: object) -> int:
    """The characters of all text in blocks, which ``MESSAGE_CHARACTERS`` limits."""
    if isinstance(content, list):
        return sum(map(characters, content))
    if not isinstance(content, dict):
        return 0
    own = content.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(map(characters, content.values()))
