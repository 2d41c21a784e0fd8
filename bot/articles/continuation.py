"""Texts that Slack cut into several messages: it takes no more than 40,000 characters at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MOST = 40_000
"""Characters of a message; what is longer is cut there (https://docs.slack.dev/changelog/2018-truncating-really-long-messages).
Slack's own client cuts at 4,000 or 12,000 where it sends a paste as several messages."""

_CUTS = (4_000, 12_000, MOST)
_BEFORE_CUT = 200  # characters: clients cut at the white space before the limit
_SOON = timedelta(seconds=30)
_ENDS = frozenset('.!?…"”’»)]}')


def continues(before: str, after: str, *, apart: timedelta) -> bool:
    """Whether a message goes on where the one before it, of the same person in the same place, was cut.

    ``apart`` is the time between the two. The first must be about as long as a message can be; where it breaks off in
    the middle of a sentence less is asked for.
    """
    if not timedelta(0) <= apart <= _SOON or not after.strip():
        return False
    length = len(before)
    at_cut = any(limit - _BEFORE_CUT <= length <= limit for limit in _CUTS)
    if not at_cut:
        return False
    if length >= MOST - _BEFORE_CUT:
        return True
    return before.rstrip()[-1:] not in _ENDS or after.lstrip()[:1].islower()


def joined(messages: Sequence[tuple[datetime, str]]) -> list[str]:
    """The texts of messages of one person in their order, those that continue each other joined to one.

    Where a word was cut in two it is whole again: Slack cuts without adding or taking a character.
    """
    texts: list[str] = []
    last: tuple[datetime, str] | None = None
    for sent, text in messages:
        if last is not None and continues(last[1], text, apart=sent - last[0]):
            texts[-1] = _together(texts[-1], text)
        else:
            texts.append(text)
        last = sent, text
    return texts


def _together(before: str, after: str) -> str:
    cut_in_word = before[-1:].isalnum() and after[:1].isalnum()
    at_limit = any(len(before) % limit == 0 for limit in _CUTS)
    if cut_in_word and not at_limit:  # cut at white space, which the client took away
        return f"{before} {after}"
    return before + after
