"""Texts that Slack cut into several messages: it takes no more than 40,000 characters at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MOST = 40_000
"""Characters of a message; what is longer is cut there (https://docs.slack.dev/changelog/2018-truncating-really-long-messages).
Slack's own client cuts at 4,000 or 12,000 where it sends a paste as several messages."""

_CUTS = (4_000, 12_000, MOST)
_LONGEST_WORD = 40  # characters: clients cut at the white space before the limit
_SOON = timedelta(seconds=30)


def continues(before: str, after: str, *, apart: timedelta) -> bool:
    """Whether a message goes on where the one before it, of the same person in the same place, was cut.

    ``apart`` is the time between the two. The first must be as long as a message can be: hardly one in a thousand is
    by chance, and then another one would have to follow at once.
    """
    return timedelta(0) <= apart <= _SOON and bool(after.strip()) and may_go_on(before)


def may_go_on(text: str) -> bool:
    """Whether a message is as long as one that Slack cut."""
    return any(limit - _LONGEST_WORD < len(text) <= limit for limit in _CUTS)


def joined(messages: Sequence[tuple[datetime, str]]) -> list[str]:
    """The texts of messages of one person in their order, those that continue each other joined to one.

    Where a word was cut in two it is whole again, and where white space was cut away there is a space.
    """
    texts: list[str] = []
    last: tuple[datetime, str] | None = None
    for sent, text in messages:
        if last is not None and continues(last[1], text, apart=sent - last[0]):
            texts[-1] = glued(texts[-1], text, cut_anywhere=len(last[1]) in _CUTS)
        else:
            texts.append(text)
        last = sent, text
    return texts


def glued(before: str, after: str, *, cut_anywhere: bool) -> str:
    """Two parts of a text as one; where white space was cut away between them there is a space."""
    whole = cut_anywhere or before[-1:].isspace() or after[:1].isspace()
    return before + after if whole else f"{before} {after}"
