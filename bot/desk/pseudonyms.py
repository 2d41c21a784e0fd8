"""Pseudonyms: what stands in the records where a person stood whose name is not kept any more.

A pseudonym is drawn at random, so nobody can work out from it who it was. It stays one for one person, so that counts
and "nobody signs what they wrote" still hold.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

_BYTES = 8


class Kind(StrEnum):
    """Why a name is not kept; the start of the pseudonym, which no id of Slack's has."""

    LEFT = "left"
    """The person was forgotten: one pseudonym for them in the whole workspace."""
    PAST = "past"
    """The article is older than names are kept: one pseudonym for a person and an article."""


_FORM = re.compile(r"(?:left|past)-[0-9a-f]{16}")
_WORDS = {Kind.LEFT: ("somebody who left", "{} people who left"), Kind.PAST: ("a colleague", "{} colleagues")}
_LABEL = r"(?:\|[^<>\n]*)?>"
_ANYBODY = rf"<@[UW][A-Z0-9]+{_LABEL}"
_BAR = "█"


def new_pseudonym(kind: Kind) -> str:
    """One that was never used before."""
    return f"{kind}-{secrets.token_hex(_BYTES)}"


def is_pseudonym(user: str | None) -> bool:
    """Whether this stands for somebody whose name is not kept: nobody can be told anything, or have work."""
    return bool(user and _FORM.fullmatch(user))


def in_words(pseudonyms: Sequence[str]) -> list[str]:
    """What is said in place of these: ``["somebody who left", "2 colleagues"]``."""
    counts = {kind: sum(p.startswith(kind) for p in pseudonyms) for kind in Kind}
    return [_WORDS[kind][count > 1].format(count) for kind, count in counts.items() if count]


class Names:
    """Who stands for whom: ``stands_for`` has a pseudonym for each person's id.

    In running text there is no place for a pseudonym: a mention is barred out, character by character, so that offsets
    into the text stay right and no text gets longer than a form takes. ``every_mention`` bars out all mentions there.
    An id that stands alone is one only as Slack writes it, in capitals: in small letters it may be a word.
    """

    def __init__(self, stands_for: Mapping[str, str], *, every_mention: bool = False) -> None:
        self._stands_for = dict(stands_for)
        ids = "|".join(re.escape(user) for user in sorted(stands_for, key=len, reverse=True)) or r"(?!)"
        alone = rf"(?<![A-Za-z0-9])(?:{ids})(?![A-Za-z0-9])"
        mentions = [rf"<@(?:{ids}){_LABEL}", *([_ANYBODY] if every_mention else []), rf"@{alone}"]
        self._mention = re.compile(f"(?i:{'|'.join(mentions)})|{alone}")
        self._id = re.compile(alone)

    def of(self, user: str) -> str:
        """Who stands there now."""
        return self._stands_for.get(user, user)

    def in_id(self, id: str) -> str:
        """An id that is made of others, a person's among them: ``told:s1-2:1:U0ANA``."""
        return self._id.sub(lambda match: self._stands_for[match[0]], id)

    def in_text(self, text: str) -> str:
        """A text without them, as long as it was."""
        return self._mention.sub(lambda match: _BAR * len(match[0]), text)

    def in_json(self, value: Any) -> Any:
        """The same for all texts in a value of JSON; where an id stands alone, its pseudonym does."""
        if isinstance(value, str):
            return self._stands_for[value] if value in self._stands_for else self.in_text(value)
        if isinstance(value, list):
            return [self.in_json(inner) for inner in value]
        if isinstance(value, dict):
            return {name: self.in_json(inner) for name, inner in value.items()}
        return value
