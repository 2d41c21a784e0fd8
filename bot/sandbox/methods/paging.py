"""Cursor pagination, the same for every method that lists things."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.errors import ApiError
from bot.sandbox.records import JSON

Item = TypeVar("Item")


def page(items: Sequence[Item], args: JSON, *, default: int, most: int) -> tuple[list[Item], str]:
    """The items of the page that ``cursor`` and ``limit`` ask for, and the cursor of the next one (or "")."""
    limit = args.get("limit", default)
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    start = _offset(args["cursor"]) if args.get("cursor") else 0
    end = start + limit
    return list(items[start:end]), _cursor(end) if end < len(items) else ""


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    try:
        kind, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if kind == "next":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise ApiError("invalid_cursor")
