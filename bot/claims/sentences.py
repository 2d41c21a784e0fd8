"""Sentence boundaries that news needs and a parser misses: ranks, brackets, quotation marks, paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from bot.claims import extensions, layout
from bot.claims.words import words

if TYPE_CHECKING:
    from thinc.types import Ints2d

LONGEST_SENTENCE = 200
"""Tokens without any certain boundary after which one is set: keeps everything that reads a sentence linear."""
OPENING = frozenset("“‘«„`([{")
CLOSING = frozenset("”’»)]}")
STRAIGHT = frozenset({'"', "''", "``", "'", "”", "“"})


@Language.factory("claimdesk_sentences", assigns=["token.is_sent_start", "doc._.lines"])
def create_sentences(nlp: Language, name: str) -> Sentences:
    """Registered factory; stands before the parser, which keeps the boundaries that are set."""
    return Sentences()


class Sentences:
    """Sets ``token.is_sent_start`` where the layout or the punctuation leaves no doubt; the parser decides the rest."""

    def __init__(self) -> None:
        extensions.register()

    def __call__(self, doc: Doc) -> Doc:
        """Find the lines of the document and mark its certain sentence boundaries."""
        doc._.lines = layout.lines(doc.text, doc._.title)
        starts = {line.start for line in doc._.lines} | _line_heads(doc)
        decisions = np.zeros(len(doc), dtype="int64")  # 1 a boundary, -1 none, 0 for the parser to decide
        depth = last = 0
        for token in doc:
            if token.idx in starts:
                depth = 0
            if token.i and not token.is_space:
                decision = True if token.i - last >= LONGEST_SENTENCE else _boundary(token, starts, depth)
                if decision is not None:
                    decisions[token.i] = 1 if decision else -1
                    last = token.i if decision else last
            depth = max(0, depth + (token.text == "[") - (token.text == "]"))
        if len(doc):  # at once: ``Token.is_sent_start`` looks at the whole document each time it is set
            doc.from_array(["SENT_START"], cast("Ints2d", decisions.astype("uint64").reshape(-1, 1)))
        return doc


def sentence(token: Token) -> Span:
    """The sentence of a token. ``Token.sent`` looks at the whole document each time, which adds up to quadratic."""
    doc = token.doc
    start, end = token.i, token.i + 1
    while start > 0 and not doc[start].is_sent_start:
        start -= 1
    while end < len(doc) and not doc[end].is_sent_start:
        end += 1
    return doc[start:end]


def _line_heads(doc: Doc) -> set[int]:
    """Offsets of tokens that begin a line, except where a sentence was wrapped onto it."""
    heads = set()
    for token in doc[1:]:
        before = token.nbor(-1)
        if not before.is_space or ("\n" not in before.text and "\r" not in before.text):
            continue
        wrapped = before.text.count("\n") < 2 and token.text[:1].islower()
        if not wrapped:
            heads.add(token.idx)
    return heads


def _boundary(token: Token, starts: set[int], depth: int) -> bool | None:
    """True or False where we know, None where the parser should decide."""
    if token.idx in starts:
        return True
    before = token.nbor(-1)
    if before.is_space:
        return None
    if depth or token.text in CLOSING or _opens(before) or _closes(token):
        return False
    if token.text[0].islower() and before.text not in {".", "•"}:
        return False
    if before.text == "." and token.i > 1:
        return _after_stop(token, token.nbor(-2))
    if before.text in {",", ";", ":"}:
        return False
    if before.text in STRAIGHT and token.i > 1 and token.nbor(-2).text == "." and _closes(before):
        return True
    return None


def _after_stop(token: Token, word: Token) -> bool | None:
    if word.text in words("titles") or (len(word.text) == 1 and word.text.isupper() and not word.is_punct):
        return False
    if token.text[0].isupper() or token.text[0] in "“\"'‘[(" or token.text == "``":
        return True
    return None


def _opens(token: Token) -> bool:
    if token.text in OPENING or token.text in {"“", "``"}:
        return True
    spaced_left = token.i == 0 or bool(token.nbor(-1).whitespace_) or token.nbor(-1).is_space
    return token.text in STRAIGHT and spaced_left and not token.whitespace_ and token.text != "”"


def _closes(token: Token) -> bool:
    if token.text in {"“", "``"}:
        return False
    spaced_left = token.i == 0 or bool(token.nbor(-1).whitespace_) or token.nbor(-1).is_space
    return token.text in STRAIGHT and not spaced_left
