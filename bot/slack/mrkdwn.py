"""Text from outside made safe for Slack's mrkdwn, and cut to length without breaking it."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.desk.pseudonyms import in_words, is_pseudonym

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows: ours would be turned with it. Arabic and
Hebrew need none of them to be shown rightly."""
_HALF_ESCAPE = re.compile(r"&[a-z]*\Z")
_ENDS_A_LINK = re.compile(r"[<>|\\\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""And a backslash, behind which browsers and libraries disagree on the host."""


def printable(text: str) -> str:
    """Text without the characters that are not shown but act on what is: tabs and line breaks stay."""
    return _CONTROL.sub("", text)


def escape(text: str) -> str:
    """Make text stay text: no link, mention or ``<!channel>`` in it comes alive (Slack's three escapes).

    Slack has no escape for its formatting marks: ``*`` and its like still format in what they stand in, and
    ``:word:`` may become an emoji. Neither reaches beyond the text, nor links or notifies.
    """
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """At most ``most`` characters, with an ellipsis where something was cut off."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def safe(text: str, most: int) -> str:
    """Escaped and at most ``most`` characters, never cut in the middle of an escape.

    Whitespace is folded: a line break in somebody's text cannot start a quotation or a list of ours.
    """
    escaped = escape(" ".join(text.split()))
    if len(escaped) <= most:
        return escaped
    return _HALF_ESCAPE.sub("", escaped[: most - 1]).rstrip() + "…"


def link(url: str, label: str) -> str:
    """A link with a label; a URL with characters that would end it early is percent-encoded.

    What is no address of the web is no link: the label alone.
    """
    if not url.lower().startswith(("http://", "https://")):
        return safe(label, 150)
    target = _ENDS_A_LINK.sub(lambda match: quote(match[0]), url).replace("&", "&amp;")
    return f"<{target}|{safe(label, 150).replace('|', '¦')}>"


def person(user: str) -> str:
    """A mention; of somebody whose name is not kept any more, words."""
    return in_words([user])[0] if is_pseudonym(user) else f"<@{user}>"
