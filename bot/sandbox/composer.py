"""What Slack's composer makes of what a person types: escaped characters, links, and rich text blocks."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.records import JSON

_TOKEN = re.compile(r"<(?:[@#!]|https?://|mailto:)[^<>]*>|https?://[^\s<>]*[^\s<>.,;:!?)\]'\"]|&(?:amp|lt|gt);|[&<>]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKUP = re.compile(r"<([^<>]+)>")


def compose(text: str) -> str:
    """The text as Slack stores it: markup is kept, links are wrapped, ``&``, ``<`` and ``>`` are escaped."""

    def stored(match: re.Match[str]) -> str:
        token = match[0]
        if token in _ESCAPES:
            return _ESCAPES[token]
        return f"<{token}>" if token.startswith("http") else token

    return _TOKEN.sub(stored, text)


def command_text(text: str, names: dict[str, str], *, escapes: bool) -> str:
    """A command's text as the app gets it: with ``escapes`` as markup that tells the names, else as it was typed."""

    def named(match: re.Match[str]) -> str:
        target = match[1].split("|")[0]
        name = names.get(target[1:], target[1:])
        if target[0] in "@#":
            return f"<{target}|{name}>" if escapes else target[0] + name
        if escapes:
            return match[0]
        return "@" + target[1:] if target[0] == "!" else target

    return _MARKUP.sub(named, compose(text) if escapes else text)


def rich_text(text: str) -> list[JSON]:
    """The blocks that a message typed by a person carries."""
    elements: list[JSON] = []
    position = 0
    for match in _MARKUP.finditer(text):
        _append_text(elements, text[position : match.start()])
        elements.append(_element(match[1]))
        position = match.end()
    _append_text(elements, text[position:])
    section: dict[str, Any] = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "elements": [section]}]


def _append_text(elements: list[JSON], text: str) -> None:
    if text:
        shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        elements.append({"type": "text", "text": shown})


def _element(markup: str) -> JSON:
    target, _, label = markup.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": target} | ({"text": label} if label else {})
