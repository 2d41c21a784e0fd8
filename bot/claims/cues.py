"""Candidates for acts of saying: a cue word, who says, and what, by the shape of the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from bot.claims.claim import Offsets
from bot.claims.sentences import sentence
from bot.claims.words import words

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
OBJECTS = frozenset({"dobj", "dative", "oprd"})
CLAUSES = frozenset({"ccomp", "xcomp"})
_SHARED = frozenset({"conj", "xcomp", "advcl", "pcomp"})
_DETACHED = frozenset({"nsubj", "nsubjpass", "cc", "preconj"})


@dataclass(slots=True)
class Candidate:
    """One possible act of saying; ``content`` is one span or several, in tokens, end exclusive."""

    shape: str
    cue: Token
    source: tuple[int, int] | None
    source_head: Token | None
    content: list[tuple[int, int]]
    link: str = ""
    """The preposition or marker that joins cue and content."""


def candidates(doc: Doc) -> Iterator[Candidate]:
    """All shapes that PolNeAR's attributions take: verbs with clauses or objects, nouns, and "according to"."""
    for token in doc:
        if token.lower_ == "according":
            yield from _according(token)
        elif token.pos_ in {"VERB", "AUX"}:
            yield from _verb(token)
        elif token.pos_ == "NOUN":
            yield from _noun(token)


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, its own or the one it shares with the verb it hangs on."""
    seen = 0
    while seen < 6:
        own = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
        if own is not None:
            return own
        if verb.dep_ in {"acl"}:
            return verb.head
        if verb.dep_ not in _SHARED:
            return None
        if verb.dep_ == "pcomp":
            verb = verb.head
        verb = verb.head
        seen += 1
        if verb.pos_ not in {"VERB", "AUX"}:
            return None
    return None


def edges(token: Token) -> tuple[int, int]:
    """The tokens that a word governs, as one span."""
    return token.left_edge.i, token.right_edge.i + 1


def _without(span: tuple[int, int], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    parts = [span]
    for hole in holes:
        kept = []
        for start, end in parts:
            if hole[1] <= start or hole[0] >= end:
                kept.append((start, end))
                continue
            if start < hole[0]:
                kept.append((start, hole[0]))
            if hole[1] < end:
                kept.append((hole[1], end))
        parts = kept
    return parts


def _noun_span(token: Token, cue: Token) -> tuple[int, int]:
    """What a source or an object covers; a cue inside its relative clause ends it."""
    start, end = edges(token)
    if start <= cue.i < end:
        if cue.i > token.i:
            end = cue.i
        else:
            start = cue.i + 1
    return start, max(end, token.i + 1)


def _source(verb: Token) -> tuple[tuple[int, int] | None, Token | None]:
    if any(c.dep_ == "nsubjpass" for c in verb.children):
        agent = next((c for c in verb.children if c.dep_ == "agent"), None)
        by = next(agent.children, None) if agent is not None else None
        return (edges(by), by) if by is not None else (None, None)
    subject = subject_of(verb)
    if subject is None:
        return _named_behind(verb)
    return _noun_span(subject, verb), subject


def _named_behind(verb: Token) -> tuple[tuple[int, int] | None, Token | None]:
    """In "…, Ann Lee, the manager, wrote" the parser may have hung the name on what was said."""
    said = next((c for c in verb.children if c.dep_ == "ccomp" and c.right_edge.i < verb.i), None)
    if said is None:
        return _named_before(verb)
    for token in reversed(list(said.subtree)):
        if token.dep_ == "appos" and token.ent_type_ == "PERSON" and token.head.ent_type_ != "PERSON":
            return (token.left_edge.i, token.right_edge.i + 1), token
    return None, None


def _named_before(verb: Token) -> tuple[tuple[int, int] | None, Token | None]:
    """In "As a part of his plea, Ann Lee, 44, said that …" the parser may have hung the name on what goes before."""
    if not any(c.dep_ == "ccomp" and c.i > verb.i for c in verb.children):
        return None, None
    i = verb.i - 1
    while i > 0 and not verb.doc[i].is_sent_start and (verb.doc[i].is_punct or verb.doc[i].like_num):
        i -= 1
    name = verb.doc[i]
    if name.ent_type_ != "PERSON" or name.dep_ not in {"appos", "dep", "npadvmod", "conj"}:
        return None, None
    return (name.left_edge.i, i + 1), name


def _verb(verb: Token) -> Iterator[Candidate]:
    source, head = _source(verb)
    passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    holes = [(verb.i, verb.i + 1)] + ([source] if source else [])
    for child in verb.children:
        if child.dep_ in CLAUSES:
            span = edges(child)
            parts = _without(span, holes)
            if passive is not None and child.dep_ == "xcomp":
                yield Candidate("passive", verb, source, head, [edges(passive), *parts], _mark(child))
                continue
            yield Candidate(child.dep_, verb, source, head, parts, _mark(child))
        elif child.dep_ in OBJECTS:
            yield Candidate("object", verb, source, head, _object_parts(verb, child), child.dep_)
        elif child.dep_ == "prep" and child.i > verb.i:
            inner = next((c for c in child.children if c.dep_ in {"pobj", "pcomp"}), None)
            if inner is not None:
                start = child.i if inner.dep_ == "pcomp" and child.right_edge.i > child.i + 1 else child.i + 1
                yield Candidate(
                    "prep", verb, source, head, [(min(start, inner.left_edge.i), inner.right_edge.i + 1)], child.lower_
                )
    if passive is not None and source is not None:
        yield Candidate("by", verb, source, head, [_noun_span(passive, verb)])


def _mark(clause: Token) -> str:
    return next((c.lower_ for c in clause.children if c.dep_ in {"mark", "aux"} and c.i < clause.i), "")


def _object_parts(verb: Token, child: Token) -> list[tuple[int, int]]:
    """An object with what follows it: "accused him of fraud", "calls it a mistake"."""
    start, end = _noun_span(child, verb)
    for other in verb.children:
        if other.i > child.i and other.dep_ in {"prep", "oprd", "dative", "xcomp"} and other.left_edge.i == end:
            end = other.right_edge.i + 1
    return [(start, end)]


def _according(token: Token) -> Iterator[Candidate]:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    who = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
    if who is None:
        return
    sent = sentence(token)
    hole = (token.left_edge.i, token.right_edge.i + 1)
    yield Candidate(
        "according",
        token,
        (to.i + 1 if to is not None else who.left_edge.i, who.right_edge.i + 1),
        who,
        _without((sent.start, sent.end), [hole]),
    )


def _noun(noun: Token) -> Iterator[Candidate]:
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    by = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ in {"by", "from", "of"}), None)
    who = (
        owner
        if owner is not None
        else next((c for c in by.children if c.dep_ == "pobj"), None)
        if by is not None
        else None
    )
    source = _noun_span(who, noun) if who is not None else None
    teller = _teller(noun)
    for child in noun.children:
        if teller is not None and child.dep_ in {"acl", "ccomp"} and _mark(child) == "that":
            speaker, head = _source(teller)
            yield Candidate("ccomp", teller, speaker, head, [edges(child)], "that")
        elif child.dep_ in {"acl", "ccomp"} and child.i > noun.i and (_mark(child) or child.dep_ == "ccomp"):
            yield Candidate("noun-clause", noun, source, who, [edges(child)], _mark(child))
        elif owner is not None and child.dep_ == "prep" and child.i > noun.i:
            inner = next((c for c in child.children if c.dep_ in {"pobj", "pcomp"}), None)
            if inner is not None:
                yield Candidate(
                    "noun-prep", noun, source, who, [(inner.left_edge.i, inner.right_edge.i + 1)], child.lower_
                )


def _teller(noun: Token) -> Token | None:
    """The verb of "told the paper in a statement that …", where the parser hung the clause on the statement."""
    prep = noun.head
    if noun.dep_ != "pobj" or prep.lower_ not in {"in", "at", "during", "on"} or prep.head.pos_ != "VERB":
        return None
    verb = prep.head
    has_own = any(c.dep_ in CLAUSES for c in verb.children)
    return verb if verb.lemma_.lower() in words("reporting_verbs") and not has_own else None


def trimmed(doc: Doc, span: tuple[int, int]) -> tuple[int, int] | None:
    """Without white space, commas and connecting words at its ends."""
    start, end = span
    while start < end and (doc[start].is_space or doc[start].text in {",", ";", ":", "—", "–", "--", "-", "."}):
        start += 1
    while end > start and (doc[end - 1].is_space or doc[end - 1].text in {";", ":", "—", "–", "--", "-"}):
        end -= 1
    return (start, end) if start < end else None


def offsets(doc: Doc, span: tuple[int, int]) -> Offsets:
    """Tokens to characters."""
    part: Span = doc[span[0] : span[1]]
    return part.start_char, part.end_char
