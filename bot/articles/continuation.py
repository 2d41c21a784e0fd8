"""Texts that Slack cut into several messages: it takes no more than 40,000 characters at once."""

from __future__ import annotations

MOST = 40_000
"""Characters of a message; what is longer is cut there (https://docs.slack.dev/changelog/2018-truncating-really-long-messages).
Slack's own client cuts at 4,000 or 12,000 where it sends a paste as several messages."""

_CUTS = (4_000, 12_000, MOST)
_LONGEST_WORD = 40  # characters: clients cut at the white space before the limit


def may_go_on(text: str) -> bool:
    """Whether a message is as long as one that Slack cut."""
    return any(limit - _LONGEST_WORD < len(text) <= limit for limit in _CUTS)


def glued(before: str, after: str, *, cut_anywhere: bool) -> str:
    """Two parts of a text as one; where white space was cut away between them there is a space."""
    whole = cut_anywhere or before[-1:].isspace() or after[:1].isspace()
    return before + after if whole else f"{before} {after}"
