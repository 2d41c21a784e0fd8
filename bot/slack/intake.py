"""What a person wants who mentions the desk or writes to it: the queue, the digest, or something to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.articles.links import Link, Links, submission

FEWEST_WORDS = 4
"""A pasted text shorter than this is no claim: the shortest sentences with one ("Prices fell in May") have four."""
REMARK_WORDS = 25
"""In a thread, fewer words than this without a link, a figure or a quotation may be a remark about what is above."""
MOST_LINKS = 5
"""Links of one message that are read; each becomes a thread's worth of claims."""

HINT = (
    "I need something to read. Mention me with a link or the text itself, for example:\n"
    "> {me} https://example.org/news/the-article\n"
    "or, in a thread, mention me alone and I read the message that started it. A file will do as well."
)
TOO_MANY = f"That is more than {MOST_LINKS} links. I read the first {MOST_LINKS}; please send me the others later."


@dataclass(frozen=True, slots=True)
class Claims:
    """The queue is wanted: ``words`` are what would follow ``/claims``."""

    words: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest is wanted, or another time for it: ``words`` are what would follow ``/digest``."""

    words: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What to read, each by itself: Slack's mrkdwn of a paste, or a link."""

    texts: tuple[str, ...]
    left_out: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to read in the words themselves: in a thread, the message that started it is meant."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class Unusable:
    """Words, but nothing to read in them."""


Wish = Claims | Digest | Texts | Nothing | Unusable

_REQUEST = re.compile(
    r"\b(check\w*|verify|fact-?check\w*|please|pls|plz|can you|could you|would you|is (this|that|it)|true|right|really|"
    r"thanks?|thank you|this one|look)\b|\?\s*$",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"/?(?P<name>claims|digest)\b[\s:]*", re.IGNORECASE)
_SEARCH = re.compile(r"(?:search|article)\s.*", re.IGNORECASE)
_WHEN = re.compile(r"now|on|off|start|stop|at\s.*|", re.IGNORECASE)
MOST_WORDS = 3
"""Behind "claims", unless they are a search: more words are a sentence about claims."""
# Without "claims" before them: a sentence may begin with "search", and a link may be called an article.
_BARE = re.compile(r"search(?:\s+[^\s.?!]+){1,6}|article\s+<?https?://\S+", re.IGNORECASE)
_AGAIN = re.compile(r"again(?:\s*$|\s*[:\n]\s*|\s+(?=<?https?://))", re.IGNORECASE)
_AGAIN_BEHIND = re.compile(r"(?<!\s)\s+again\s*(?:[.!]\s*)?$", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S", re.IGNORECASE)
_LISTS = {
    "open": "open",
    "mine": "mine",
    "my claims": "mine",
    "review": "review",
    "in review": "review",
    "overdue": "overdue",
    "corrections": "corrections",
    "help": "help",
}


def understand(text: str, bot_user: str | None = None) -> Wish:
    """Read a message or the text of a command. The desk's own mention is no part of what is to be read."""
    text, again = _without_again(without_mention(text, bot_user))
    if not text:
        return Nothing(again)
    short = " ".join(text.lower().strip(" ?!.").split())
    if short in _LISTS:
        return Claims(_LISTS[short])
    if _BARE.fullmatch(text):
        return Claims(text)
    if (command := _command(text)) is not None:
        return command
    found = submission(text)
    if isinstance(found, Link):
        return Texts((found.url,), again=again)
    if isinstance(found, Links):
        return Texts(found.urls[:MOST_LINKS], max(0, len(found.urls) - MOST_LINKS), again)
    return Texts((text,), again=again) if len(found.text.split()) >= FEWEST_WORDS else Unusable()


def _command(text: str) -> Claims | Digest | None:
    """What is asked for by the name of a command."""
    named = _COMMAND.match(text)
    if named is None:
        return None
    rest = text[named.end() :]
    if named["name"].lower() == "digest":
        return Digest(rest) if _WHEN.fullmatch(rest) else None
    words = rest.split()
    if len(words) > MOST_WORDS and not _SEARCH.fullmatch(rest):
        return None
    which = " ".join(words)
    return Claims(_LISTS.get(which.lower(), which))


def _without_again(text: str) -> tuple[str, bool]:
    """The text without the word that asks for a new reading: alone, beside links, or on a line before a text."""
    if found := _AGAIN.match(text):
        return text[found.end() :].strip(), True
    if found := _AGAIN_BEHIND.search(text):
        before = text[: found.start()]
        if _ADDRESS.search("".join(before.split()[-1:])):
            return before, True
    return text, False


def is_remark(text: str, bot_user: str | None = None) -> bool:
    """Whether words in a thread ask about what stands above ("can you check this?") instead of being it."""
    text = without_mention(text, bot_user)
    own = re.search(r"https?://|\d|[\"“”«»]", text)
    return not own and len(text.split()) < REMARK_WORDS and bool(_REQUEST.search(text))


def is_note(wish: Texts) -> bool:
    """Whether words that came with a file are about it ("the statement of Tuesday") instead of being to be read."""
    return not wish.texts[0].startswith("http") and len(wish.texts[0].split()) < REMARK_WORDS


def without_mention(text: str, bot_user: str | None) -> str:
    """The text without the desk's own mention."""
    if bot_user:
        text = re.sub(rf"<@{re.escape(bot_user)}(\|[^<>]*)?>", " ", text)
    return text.strip(" \t\r\n,:")
