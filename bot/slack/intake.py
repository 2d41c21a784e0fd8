"""What a person wants who mentions the desk, writes to it, or uses a command: a word it knows, or something to read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.articles.links import Link, Links, submission
from bot.slack.cards.queue_list import FILTERS

FEWEST_WORDS = 4
"""A pasted text shorter than this is no claim: the shortest sentences with one ("Prices fell in May") have four."""

HINT = (
    "I need something to read. Mention me with a link or the text itself, for example:\n"
    "> {me} https://example.org/news/the-article\n"
    "or, in a thread, mention me alone and I read the message that started it."
)


@dataclass(frozen=True, slots=True)
class Word:
    """One of the words the desk knows: a list of the queue, or ``help``."""

    word: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What to read, each by itself: Slack's mrkdwn of a paste, or a link."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No words at all: in a thread, the message that started it is meant."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Words, but nothing to read in them."""


Wish = Word | Texts | Nothing | Unusable


def understand(text: str, bot_user: str | None = None) -> Wish:
    """Read a message or the text of a command. The desk's own mention is no part of what is to be read."""
    if bot_user:
        text = re.sub(rf"<@{re.escape(bot_user)}(\|[^>]*)?>", " ", text)
    text = text.strip(" \t\r\n,:")
    if not text:
        return Nothing()
    word = text.lower().strip(" ?!.")
    if word in FILTERS or word == "help":
        return Word(word)
    found = submission(text)
    if isinstance(found, Link):
        return Texts((found.url,))
    if isinstance(found, Links):
        return Texts(found.urls)
    return Texts((text,)) if len(found.text.split()) >= FEWEST_WORDS else Unusable()
