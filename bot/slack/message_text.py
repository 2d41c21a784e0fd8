"""The text of a message, wherever Slack keeps it: in ``text``, in forwarded attachments, or in blocks alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def message_text(message: Mapping[str, Any]) -> str:
    """What there is to read in a message, as mrkdwn; ``""`` if there is nothing.

    Feeds and forwarded messages have their link and text in attachments, some apps only in blocks.
    """
    if text := str(message.get("text") or "").strip():
        return text
    parts = [*_attached(message.get("attachments") or []), *_texts(message.get("blocks") or [])]
    return "\n\n".join(part for part in parts if part)


def file_ids(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the files that were shared with a message."""
    return tuple(str(file["id"]) for file in message.get("files") or [] if file.get("id"))


def _attached(attachments: list[Mapping[str, Any]]) -> Iterator[str]:
    for attachment in attachments:
        link = attachment.get("title_link") or attachment.get("from_url") or attachment.get("original_url")
        words = attachment.get("text") or attachment.get("fallback") or ""
        yield f"<{link}>" if link else ""
        yield str(words)


def _texts(blocks: list[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block.get("type") == "rich_text":
            yield "".join(_rich(block))
        elif isinstance(text := block.get("text"), Mapping):
            yield str(text.get("text") or "")


def _rich(element: Mapping[str, Any]) -> Iterator[str]:
    if element.get("type") == "text":
        yield str(element.get("text") or "")
    elif element.get("type") == "link":
        yield f"<{element.get('url')}>"
    for inner in element.get("elements") or []:
        yield from _rich(inner)
