"""The words by which a claim is found: what people type is to meet what an article says. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.claims.words import words as word_list

_WORD = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![.,]?\d)"  # 1,200 and 3.5, but not 12.05.2026
    r"|[^\W_]+(?:['’][^\W_]+)*"
)
_UNDECOMPOSED = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart, but whoever has another keyboard does."""
LONGEST = 40
"""Characters of a word that count; what is longer is no word but an address or a mistake."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was written, without case and accents, and ``folded``: the form that stands for it in the index."""

    written: str
    folded: str


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: whole words, and the beginning of the word that is being typed."""

    whole: tuple[str, ...]
    begun: Word | None


def search_words(text: str) -> tuple[Word, ...]:
    """The words of a text that is to be found, each once, in order, without stop words."""
    return tuple(dict.fromkeys(word for word in _words(text) if word.written not in word_list("stop_words")))


def parse_query(text: str) -> Query:
    """What is meant by a text in a search box: the last word may still go on, stop words do not matter."""
    typed = list(_words(text))
    whole = tuple(dict.fromkeys(word.folded for word in typed[:-1] if word.written not in word_list("stop_words")))
    begun = typed[-1] if typed else None
    # Behind other words a stop word is whole, and not the beginning of "theatre".
    if begun and whole and begun.written in word_list("stop_words"):
        begun = None
    return Query(whole, begun)


def plain(text: str) -> str:
    """The text without case, accents and the different ways to write one character (Unicode's compatibility forms)."""
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_UNDECOMPOSED)
    return "".join(
        str(unicodedata.decimal(c, c)) for c in split if unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf")
    )


def fold(word: str) -> str:
    """The word without an English plural: Harman's "S stemmer" (How effective is suffixing?, JASIS 1991)."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else word[:-3] + "y"
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.findall(plain(text)):
        written = found.replace(",", "")
        if "'" in found or "’" in found:
            parts = re.split("['’]", found)
            # "ship's" is the ship; "don't" and "o'neill" are one word however they are typed.
            written = "".join(parts[:-1] if parts[-1] == "s" else parts)
        written = written[:LONGEST]
        yield Word(written, fold(written))
