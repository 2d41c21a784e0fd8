"""Where a claim begins and ends in its sentence: without connecting words, without what only trails behind it."""

from __future__ import annotations

from spacy.tokens import Doc, Span, Token

from bot.claims.clause import Clause
from bot.claims.clauses import LEAST_KEPT, QUOTATION_MARKS, SHORTEST_PART

LONG_CLAIM = 18
"""Words from which on a tail is left out of a claim."""
LONG_WITH_RELATIVE = 25
"""The same for a tail that is a relative clause and so has a fact of its own: ", which was closed in May"."""
VERY_LONG, LEAST_LEFT = 150, 0.25
"""From so many characters on a tail behind a comma, a colon or a dash may take more, if this part stays."""
_GAP = 2
"""How many foreign tokens a run may step over: a comma or a quotation mark that the parser hung elsewhere."""
_DASHES = frozenset({"—", "–", "--", "-", "―"})
_STOPS = frozenset({",", ";", ":", ".", *_DASHES})
_SKIPPED = _STOPS - {"."} | {
    "that", "and", "but", "or", "yet", "so", "while", "whereas", "although", "though", "…", "...", "nor",
}  # fmt: skip
_CONDITIONS = frozenset({"if", "unless", "until", "without", "except"})
_ADDENDA = frozenset({"with", "including", "despite", "amid", "such"})
"""Prepositions that, behind a comma, bring in what goes along with the fact and not the fact itself."""
_CIRCUMSTANCES = frozenset(
    {"after", "before", "since", "when", "while", "as", "because", "where", "though", "although"}
)


def span_of(clause: Clause, doc: Doc) -> tuple[int, int] | None:
    """The longest unbroken run of the clause that holds its main word, without connecting words at its ends."""
    start = end = clause.root.i
    if start not in clause.tokens:
        return None
    while any(start - k in clause.tokens for k in range(1, _GAP + 1)):
        start -= next(k for k in range(1, _GAP + 1) if start - k in clause.tokens)
    while any(end + k in clause.tokens for k in range(1, _GAP + 1)):
        end += next(k for k in range(1, _GAP + 1) if end + k in clause.tokens)
    while start < clause.root.i and (_is_edge(doc[start]) or (clause.saying is not None and _is_that(doc[start]))):
        start += 1
    if start + 2 < clause.root.i and doc[start + 1].text == ":" and doc[start].pos_ in {"NOUN", "PROPN"}:
        start += 2  # the heading of a section: "Results: …"
    while end > clause.root.i and (doc[end].is_space or doc[end].text in _STOPS or doc[end].dep_ == "cc"):
        end -= 1
    return start, end + 1


def without_tail(span: Span, root: Token) -> Span:
    """A long claim without what trails behind its fact: ", raising fresh questions about …", "after he had …".

    Most of the text stays, and a condition always does.
    """
    doc, size, total = span.doc, len(span), span.end_char - span.start_char
    if size < LONG_CLAIM:
        return span
    for i in range(max(root.i + 1, span.start + 1), span.end - SHORTEST_PART):
        kept = doc[i].idx - span.start_char
        if kept < LEAST_LEFT * total or not (head := _tail(doc, i, span.end)) or _is_quoted(span, i):
            continue
        own_fact, most = head.dep_ == "relcl", kept >= LEAST_KEPT * total
        if most and doc[i].text != ":" and (size >= LONG_WITH_RELATIVE or not own_fact):
            return doc[span.start : i]
        if not most and total >= VERY_LONG and not own_fact and doc[i].text in _STOPS:
            return doc[span.start : i]
    return span


def _is_quoted(span: Span, i: int) -> bool:
    """Whether a quotation that began in the span and ends in it is still open at a token."""
    marks = [t.i for t in span if t.text in QUOTATION_MARKS]
    return len(marks) % 2 == 0 and sum(mark < i for mark in marks) % 2 == 1


def _tail(doc: Doc, start: int, end: int) -> Token | None:
    """The main word of what begins at ``start``, which may be a comma or a dash, and can go; else None."""
    if doc[start].text == "-" and not doc[start - 1].whitespace_:
        return None
    first = start + 1 if doc[start].text in _STOPS else start
    head = doc[first]
    while head.left_edge.i == first and head.head.left_edge.i == first and head.head != head:
        head = head.head
    if doc[first].lower_ in _CONDITIONS:
        return None
    if doc[start].text in _DASHES or doc[start].text == ":":
        paired = any(t.text == doc[start].text for t in doc[first:end])
        return None if paired else head
    if first > start and doc[first].lower_ == "including":
        return doc[first]
    if head.left_edge.i != first or head.right_edge.i < end - 1:
        return None
    if first > start:
        doing = head.dep_ == "conj" and head.tag_ == "VBG" != head.head.tag_
        light = head.dep_ in {"advcl", "relcl", "acl"} or (head.dep_ == "prep" and head.lower_ in _ADDENDA) or doing
    else:
        light = head.dep_ == "advcl" and (head.tag_ == "VBG" or doc[first].lower_ in _CIRCUMSTANCES)
    return head if light else None


def _is_that(token: Token) -> bool:
    """The "that" which opens reported speech, whatever the parser took it for."""
    return token.lower_ == "that" and token.tag_ != "DT" and token.nbor(1).pos_ not in {"VERB", "AUX"}


def _is_edge(token: Token) -> bool:
    if token.is_space or token.lower_ in _SKIPPED:
        return token.lower_ not in {"that", "so"} or token.dep_ in {"mark", "cc", "advmod"}
    return token.is_punct and token.text in {"*", "•", "-", "·"}
