"""Whether a name or a noun is a woman's or a man's, so that "she" is not given a man's name."""

from __future__ import annotations

from functools import cache
from typing import Literal

from spacy.tokens import Span, Token

from bot.claims.words import ordered, words

Gender = Literal["m", "f", ""]
HE = frozenset({"he", "him", "his", "himself"})
SHE = frozenset({"she", "her", "hers", "herself"})
HONORIFICS: dict[str, Gender] = {
    "mr.": "m",
    "mr": "m",
    "sir": "m",
    "mrs.": "f",
    "mrs": "f",
    "ms.": "f",
    "ms": "f",
    "miss": "f",
}
_GENDERED: tuple[tuple[str, Gender], ...] = (
    ("woman", "f"), ("wife", "f"), ("mother", "f"), ("daughter", "f"), ("sister", "f"), ("queen", "f"),
    ("first lady", "f"),
    ("man", "m"), ("husband", "m"), ("father", "m"), ("son", "m"), ("brother", "m"), ("king", "m"),
)  # fmt: skip
_ANYBODY = frozenset({"guy", "man", "woman", "boy", "girl", "person", "child", "friend", "boss", "driver", "student"})


def is_somebody(noun: Token, pronoun: Token) -> bool:
    """A man, a guy or an officer that a following "he" may mean."""
    word = noun.lemma_.lower()
    if (
        noun.tag_ != "NN"
        or noun.dep_ in {"compound", "appos", "nmod"}
        or not (word in _ANYBODY or word in words("person_roles"))
    ):
        return False
    wanted = "m" if pronoun.lower_ in HE else "f"
    return next((gender for ending, gender in _GENDERED if word.endswith(ending)), wanted) == wanted


def gender_of(ent: Span, role: str) -> Gender:
    """By an honorific, the role, or the first name."""
    first = next((t for t in ent if t.lower_ not in HONORIFICS and t.text[0].isalpha()), ent[0])
    before = ent.doc[ent.start - 1].lower_ if ent.start else ""
    for word in (ent[0].lower_, before):
        if word in HONORIFICS:
            return HONORIFICS[word]
    by_role: Gender = next((gender for word, gender in _GENDERED if role.lower().endswith(word)), "")
    if by_role:
        return by_role
    return first_names().get(first.text, "") if len(ent) > 1 else ""


@cache
def first_names() -> dict[str, Gender]:
    """The first names of ``config/first_names.txt``."""
    genders: dict[str, Gender] = {"f": "f", "m": "m"}
    return {name: genders[line[0]] for line in ordered("first_names") for name in line[1:].split()}
