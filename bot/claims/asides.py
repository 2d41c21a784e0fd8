"""Speakers that the score of attributions leaves out: "…, he said, …" in the middle, a quotation before its verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token

from bot.claims.attributions import Saying
from bot.claims.quotes import Quote, QuoteIndex
from bot.claims.speakers import disjoint
from bot.claims.words import words

LONGEST_ASIDE = 8
"""Most words of "the mayor of Oslo said"."""
NEAR = 6
"""How many words from a quotation its verb may stand."""
_LEAST_QUOTED = 20


def asides(doc: Doc, sayings: Iterable[Saying]) -> list[Saying]:
    """Acts of saying for the claims alone; the attributions of the document stay as they were scored."""
    held = list(sayings)
    cues = {saying.cue.i for saying in held}
    index = QuoteIndex(doc._.quotes or [])
    found = [_parenthesis(t) for t in doc if t.dep_ in {"parataxis", "ccomp"} and t.i not in cues and _is_aside(t)]
    taken = QuoteIndex([Quote(*span, closed=True) for span in disjoint(held)])
    found += _beside(doc, index, taken, cues)
    return found


def _is_aside(verb: Token) -> bool:
    """Between two commas, in front of the verb that it hangs on, with a subject and without words of its own."""
    start, end = verb.left_edge.i, verb.right_edge.i
    if verb.lemma_.lower() not in words("reporting_verbs") or end - start >= LONGEST_ASIDE or end + 1 >= len(verb.doc):
        return False
    inside = verb.doc[start].text == "," or (start > 0 and verb.doc[start - 1].text == ",")
    closed = verb.doc[end].text == "," or verb.doc[end + 1].text == ","
    return verb.i < verb.head.i and inside and closed and _speaker(verb) is not None and not _has_words(verb)


def _has_words(verb: Token) -> bool:
    return any(c.dep_ in {"ccomp", "dobj", "xcomp"} for c in verb.children)


def _speaker(verb: Token) -> Token | None:
    return next((c for c in verb.children if c.dep_ == "nsubj"), None)


def _parenthesis(verb: Token) -> Saying:
    head = _speaker(verb)
    source = (head.idx, head.idx + len(head.text)) if head is not None else None
    return Saying("aside", 1.0, verb, source, head, [])


def _beside(doc: Doc, index: QuoteIndex, taken: QuoteIndex, cues: set[int]) -> Iterator[Saying]:
    for quote in index.quotes:
        if quote.end - quote.start < _LEAST_QUOTED or taken.within(quote.start, quote.end):
            continue
        verb = _verb_behind(doc, quote, index)
        if verb is not None and verb.i not in cues:
            saying = _parenthesis(verb)
            saying.shape, saying.content, saying.quoted = "quote", [(quote.start, quote.end)], True
            yield saying


def _verb_behind(doc: Doc, quote: Quote, index: QuoteIndex) -> Token | None:
    """The verb of "…,” the mayor said", in the words behind the closing mark of the same line."""
    span = doc.char_span(quote.start, quote.end, alignment_mode="expand")
    if span is None:
        return None
    for token in doc[span.end : span.end + NEAR]:
        if "\n" in token.text or token.text == "." or index.at(token.idx) is not None:
            return None
        speaker = _speaker(token)
        if token.lemma_.lower() in words("reporting_verbs") and token.pos_ == "VERB" and speaker is not None:
            return token if speaker.i >= span.end and not any(c.dep_ == "dobj" for c in token.children) else None
    return None
