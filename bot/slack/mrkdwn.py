"""Text from outside made safe for Slack's mrkdwn, and cut to length without breaking it."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def escape(text: str) -> str:
    """Make text stay text: no link, mention or ``<!channel>`` in it comes alive (Slack's three escapes)."""
    clean = _CONTROL.sub("", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """At most ``most`` characters, with an ellipsis where something was cut off."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def safe(text: str, most: int) -> str:
    """Escape after cutting, so that an escape is never cut in two; the result has at most ``most`` characters.

    Whitespace is folded: a line break in somebody's text cannot start a quotation or a list of ours.
    """
    folded = " ".join(text.split())
    room = most
    while len(result := escape(cut(folded, room))) > most:
        room = max(1, room - (len(result) - most))
    return result


def link(url: str, label: str) -> str:
    """A link with a label; a URL with characters that would end it early is percent-encoded."""
    target = url.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace(" ", "%20").replace("&", "&amp;")
    return f"<{target}|{safe(label, 150).replace('|', '¦')}>"


def person(user: str) -> str:
    """A mention."""
    return f"<@{user}>"
