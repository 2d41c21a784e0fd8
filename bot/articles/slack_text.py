"""Slack's markup → the characters a person saw, before anything counts offsets in them."""

from __future__ import annotations

import re

_MARK = re.compile(r"<(?P<inner>(?:[@#!]|[a-zA-Z][a-zA-Z0-9+.-]*:)[^<>\n]*)>|&(?P<entity>amp|lt|gt);")
_LEADING_MENTIONS = re.compile(r"\A(?:\s*<@[UW][A-Z0-9]*(?:\|[^<>\n]*)?>[,:]?)+\s*")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}


def from_slack(text: str) -> str:
    """Undo Slack's markup: a link becomes its label, a mention its name, and an escaped character itself.

    Mentions at the very start address the desk and are dropped. What is not markup stays as it is, character by
    character; ``&amp;lt;`` becomes ``&lt;``, not ``<``.
    """
    return _MARK.sub(_undo, _LEADING_MENTIONS.sub("", text))


def unescape(text: str) -> str:
    """Undo only the three escapes ``&amp; &lt; &gt;``, once."""
    return re.sub(r"&(amp|lt|gt);", lambda match: _ENTITIES[match[1]], text)


def _undo(match: re.Match[str]) -> str:
    if match["entity"]:
        return _ENTITIES[match["entity"]]
    target, _, label = unescape(match["inner"]).partition("|")
    if target[0] == "@":
        return "@" + (label.removeprefix("@") or target[1:])
    if target[0] == "#":
        return "#" + (label.removeprefix("#") or target[1:])
    if target[0] == "!":  # <!here>, <!subteam^S1|@desk>, <!date^…|21 May 2016>
        return label or "@" + target[1:].partition("^")[0]
    return label or target.removeprefix("mailto:").removeprefix("tel:")
