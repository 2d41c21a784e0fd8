"""Acts of saying that the model of attributions leaves out: "…, he said, …" inside, a quotation beside its verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token

from bot.claims.attributions import Saying
from bot.claims.quotes import Quote, QuoteIndex
from bot.claims.speakers import PAPERS, disjoint
from bot.claims.words import words

LONGEST_ASIDE = 8
"""Most words of "the mayor of Oslo said"."""
NEAR = 14
"""How many words from a quotation its verb may stand."""
_LEAST_QUOTED = 20
_ADDRESSED = frozenset({"tell", "remind", "assure", "inform", "warn", "advise"})
"""Their object is who listens."""
PUBLISHING = frozenset({"issue", "release", "post", "publish", "send", "tweet", "write", "read"})


def asides(doc: Doc, sayings: Iterable[Saying]) -> list[Saying]:
    """Acts of saying by plain rules; those with ``content`` are attributions, the others are for claims alone."""
    held = list(sayings)
    cues = {saying.cue.i for saying in held}
    index = QuoteIndex(doc._.quotes or [])
    found = [_parenthesis(t) for t in doc if t.dep_ in {"parataxis", "ccomp"} and t.i not in cues and _is_aside(t)]
    taken = QuoteIndex([Quote(*span, closed=True) for span in disjoint(held)])
    found += _beside(doc, index, taken, {saying.cue.i: saying for saying in held if saying.quoted})
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


def _speaker(verb: Token, start: int = 0) -> Token | None:
    return next((c for c in verb.children if c.dep_ == "nsubj" and c.i >= start), None)


def _parenthesis(verb: Token) -> Saying:
    return _saying(verb, _speaker(verb))


def _saying(cue: Token, head: Token | None) -> Saying:
    source = None
    if head is not None:
        phrase = head.doc[head.left_edge.i : head.right_edge.i + 1]
        whole = phrase if not phrase.start <= cue.i < phrase.end else head.doc[head.i : head.i + 1]
        source = (whole.start_char, whole.end_char)
    return Saying("aside", 1.0, cue, source, head, [])


def _beside(doc: Doc, index: QuoteIndex, taken: QuoteIndex, quoting: dict[int, Saying]) -> Iterator[Saying]:
    """An act of saying for each quotation that has none; the other half of one that has is added to it."""
    text, before = doc.text, None
    for quote in index.quotes:
        if quote.end - quote.start < _LEAST_QUOTED or taken.within(quote.start, quote.end):
            before = None
            continue
        saying = _behind(doc, quote, index) or _ahead(doc, quote, index)
        if saying is None and before is not None and _goes_on(text, before, quote):
            before.content.append((quote.start, quote.end))
        if saying is None:
            continue
        if saying.cue.i in quoting:
            quoting[saying.cue.i].content = sorted([*quoting[saying.cue.i].content, (quote.start, quote.end)])
            continue
        saying.shape, saying.content, saying.quoted = "quote", [(quote.start, quote.end)], True
        before = saying
        yield saying


def _goes_on(text: str, before: Saying, quote: Quote) -> bool:
    """The next paragraph of the same quotation."""
    return quote.continues and not text[before.content[-1][1] : quote.start].strip()


def _behind(doc: Doc, quote: Quote, index: QuoteIndex) -> Saying | None:
    """By the verb of "…,” the mayor said", in the words behind the closing mark of the same line."""
    span = doc.char_span(quote.start, quote.end, alignment_mode="expand")
    if span is None:
        return None
    if signed := _signature(doc, span.end):
        return signed
    for token in doc[span.end : span.end + NEAR]:
        if "\n" in token.text or token.text == "." or index.at(token.idx) is not None:
            return None
        speaker = _speaker(token, span.end)
        if token.lemma_.lower() in words("reporting_verbs") and token.pos_ == "VERB" and speaker is not None:
            alone = token.lemma_.lower() in _ADDRESSED or not any(c.dep_ == "dobj" for c in token.children)
            return _saying(token, speaker) if alone else None
    return None


def _signature(doc: Doc, start: int) -> Saying | None:
    """ "“…” — Anna Lind": a name behind a dash, with which the line or a bracket begins to end."""
    if start + 1 >= len(doc) or doc[start].text not in {"—", "–", "--", "―", "-"}:
        return None
    end = start + 1
    while end < min(len(doc), start + 6) and doc[end].pos_ == "PROPN":
        end += 1
    closed = end >= len(doc) or doc[end].is_space or doc[end].text in {"(", ",", "."} or doc[end].text.startswith("@")
    return _saying(doc[end - 1], doc[end - 1]) if start + 1 < end and closed else None


def _ahead(doc: Doc, quote: Quote, index: QuoteIndex) -> Saying | None:
    """By what leads up to a quotation: "Lind, who told the court: “…”", "Anna Lind: “…”", "issued a statement. “…”"."""
    span = doc.char_span(quote.start, quote.end, alignment_mode="expand")
    stop = span.start - 1 if span is not None else -1
    while stop >= 0 and doc[stop].is_space:
        stop -= 1
    if stop < 1 or index.at(doc[stop].idx) is not None:
        return None
    if doc[stop].text == ":":
        return _before_colon(doc, stop)
    if doc[stop].text == ",":
        return _before_colon(doc, stop, 2)
    if doc[stop].text != ".":
        return None
    root = doc[stop].head
    paper = next((c for c in root.children if c.dep_ == "dobj" and c.lemma_.lower() in PAPERS), None)
    if root.lemma_.lower() not in PUBLISHING or paper is None:
        return None
    return _saying(root, _speaker(root))


def _before_colon(doc: Doc, stop: int, near: int = NEAR) -> Saying | None:
    last = doc[stop - 1]
    if last.ent_type_ == "PERSON" and doc[stop].text == ":":
        head = last
        while head.head.ent_type_ == "PERSON" and head.head.i > stop - 4 and head.head != head:
            head = head.head
        return _saying(last, head)
    for token in reversed(doc[max(0, stop - near) : stop]):
        if token.is_sent_start:
            return None
        if token.lemma_.lower() in words("reporting_verbs") and token.pos_ == "VERB":
            speaker = _speaker(token)
            return _saying(token, speaker) if speaker is not None else None
    return None
