"""A proposition inside a sentence, and what one asks of its words."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bot.claims.attributions import Saying

SHARES = frozenset({"percent", "%", "majority", "plurality", "half", "third", "quarter", "most", "proportion"})
"""Heads of a source that is a part of those who were asked: what they say is the finding, not somebody's word."""


@dataclass(slots=True)
class Clause:
    """A proposition: its main word, its tokens, who says it, and the subject that it shares with the clause before."""

    root: Token
    tokens: set[int]
    saying: Saying | None = None
    subject: Token | None = None


def is_be(verb: Token) -> bool:
    """A form of "be", also where a curly apostrophe kept the lemmatizer from it."""
    return verb.lemma_ == "be" or (verb.lower_ in {"’s", "’re", "’m"} and verb.dep_ not in {"aux", "auxpass"})


def is_finite(verb: Token) -> bool:
    """A verb that a clause can stand on."""
    return verb.tag_ in {"VBD", "VBZ", "VBP"} or any(
        c.dep_ in {"aux", "auxpass"} and c.lower_ != "to" for c in verb.children
    )


def tops_of(doc: Doc, content: set[int]) -> list[Token]:
    """The words whose heads lie outside."""
    return [doc[i] for i in sorted(content) if doc[i].head.i not in content or doc[i].head.i == i]


def belongs(token: Token, root: Token, content: set[int]) -> bool:
    """Whether ``root`` governs a token from within ``content``."""
    while token.i != root.i:
        if token.head.i == token.i or token.head.i not in content:
            return False
        token = token.head
    return True
