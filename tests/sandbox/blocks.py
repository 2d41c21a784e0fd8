"""Legal blocks and views, to be changed into illegal ones."""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]


def plain(text: str = "Text", **more: Any) -> JSON:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "*Text*", **more: Any) -> JSON:
    return {"type": "mrkdwn", "text": text, **more}


def button(**more: Any) -> JSON:
    return {"type": "button", "action_id": "go", "text": plain(), **more}


def option(value: str = "a", **more: Any) -> JSON:
    return {"text": plain(value.upper()), "value": value, **more}


def section(**more: Any) -> JSON:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def context(*elements: JSON) -> JSON:
    return {"type": "context", "elements": list(elements)}


def entry(element: JSON | None = None, **more: Any) -> JSON:
    element = element or {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": "entry", "label": plain(), "element": element, **more}


def static_select(**more: Any) -> JSON:
    return {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")], **more}


def modal(*blocks: JSON, **more: Any) -> JSON:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks or [section()]), **more}
