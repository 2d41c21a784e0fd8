"""Blocks as a person reads them, and what in them would notify somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_PING = re.compile(r"<(!(?:channel|here|everyone)|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)(?:\|[^>]*)?>")
_NAMED_PING = re.compile(r"(?<![\w<])@(channel|here|everyone)\b")
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def unescape(text: str) -> str:
    """The characters that Slack escapes, as they look on the screen."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def readable(text: str) -> str:
    """Mrkdwn with its links as a person sees them: the label if there is one."""
    return unescape(_MARKUP.sub(lambda match: match[2] or match[1], text))


def texts_in(blocks: Any) -> Iterator[tuple[str, str]]:
    """Each piece of text in blocks as (kind, text), in reading order; kind is the type of the object that holds it."""
    if isinstance(blocks, list):
        for item in blocks:
            yield from texts_in(item)
    elif isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            yield str(blocks.get("type", "")), blocks["text"]
        for key, value in blocks.items():
            if key not in ("value", "confirm", "metadata"):
                yield from texts_in(value)


def total_text(blocks: Any) -> int:
    """How many characters of text the blocks hold together: what Slack's budget for a message counts."""
    return sum(len(text) for _, text in texts_in(blocks))


def pings_in(text: str, blocks: Any, attachments: Any, *, link_names: bool = False) -> tuple[str, ...]:
    """The mentions in a message that notify somebody, each once, in order of appearance."""
    found: dict[str, None] = {}

    def scan(piece: str) -> None:
        for match in _PING.finditer(piece):
            found.setdefault(f"<{match[1]}>")
        if link_names:
            for match in _NAMED_PING.finditer(piece):
                found.setdefault(f"<!{match[1]}>")

    scan(text)
    for part in (blocks, attachments):
        for kind, piece in texts_in(part):
            # In plain_text, and in the text of rich text elements, markup stays text.
            if kind in ("mrkdwn", "markdown", ""):
                scan(piece)
        for element in _elements(part):
            match element.get("type"):
                case "user" if "user_id" in element:
                    found.setdefault(f"<@{element['user_id']}>")
                case "broadcast" if "range" in element:
                    found.setdefault(f"<!{element['range']}>")
                case "usergroup" if "usergroup_id" in element:
                    found.setdefault(f"<!subteam^{element['usergroup_id']}>")
    return tuple(found)


def _elements(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from _elements(item)
    elif isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _elements(value)


def plain_blocks(blocks: list[dict[str, Any]]) -> str:
    """The blocks as lines of text; what can be pressed stands in square brackets."""
    return "\n".join(line for block in blocks for line in [_plain(block)] if line)


def _plain(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    match item.get("type"):
        case "divider":
            return "———"
        case "mrkdwn" | "markdown":
            return readable(item["text"])
        case "plain_text" | "raw_text" | "text":
            return str(item["text"])
        case "raw_number":
            return str(item.get("text") or item.get("value", ""))
        case "section":
            parts = [item.get("text"), *item.get("fields", []), item.get("accessory")]
            return "\n".join(filter(None, map(_plain, parts)))
        case "context" | "actions" | "context_actions":
            return " ".join(filter(None, map(_plain, item["elements"])))
        case "header" | "alert":
            return _plain(item["text"])
        case "input":
            return f"{_plain(item['label'])}: {_plain(item['element'])}"
        case "image":
            return f"({item.get('alt_text', '')})"
        case "rich_text" | "rich_text_section" | "rich_text_preformatted" | "rich_text_quote":
            separator = "\n" if item["type"] == "rich_text" else ""
            return separator.join(map(_plain, item["elements"]))
        case "rich_text_list":
            return "\n".join(f"• {_plain(element)}" for element in item["elements"])
        case "link":
            return str(item.get("text") or item["url"])
        case "user":
            return f"@{item['user_id']}"
        case "broadcast":
            return f"@{item['range']}"
        case "emoji":
            return f":{item['name']}:"
        case "table" | "data_table":
            return "\n".join(" | ".join(map(_plain, row)) for row in item["rows"])
        case _:
            return _plain_element(item)


def _plain_element(item: dict[str, Any]) -> str:
    kind = str(item.get("type", ""))
    if isinstance(item.get("text"), dict):
        return f"[{_plain(item['text'])}]"
    if "elements" in item:
        return " ".join(filter(None, map(_plain, item["elements"])))
    if "options" in item:
        return "[" + " / ".join(_plain(option.get("text")) for option in item["options"]) + "]"
    if "placeholder" in item:
        return f"[{_plain(item['placeholder'])}]"
    named = [_plain(item[key]) for key in ("title", "subtitle", "body", "subtext") if isinstance(item.get(key), dict)]
    return "\n".join(filter(None, named)) or f"[{kind}]"
