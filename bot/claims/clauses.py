"""Independent claims inside a sentence: content set apart from who says it, coordinated clauses split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Span, Token

from bot.claims.asides import PUBLISHING
from bot.claims.attributions import Saying
from bot.claims.clause import SHARES, Clause, belongs, is_finite, tops_of
from bot.claims.cues import SUBJECTS, subject_of
from bot.claims.prefaces import is_preface, skip_preface
from bot.claims.words import words

QUOTATION_MARKS = frozenset({'"', "“", "”", "``", "''", "„", "«", "»"})
_IN_TEN = re.compile(r"\b\w+ in (?:10|100|three|four|five|ten)\b|\d ?(?:percent|%)|\btwo-thirds\b", re.IGNORECASE)
CONTRAST = frozenset({"while", "whereas", "although", "though", "even", "but", "and", "yet"})
SPEECH_SHAPES = frozenset({"ccomp", "quote", "colon", "according", "xcomp"})
_STANCES = frozenset({"deny", "confirm", "admit", "acknowledge", "concede"})
"""Verbs that are news themselves, whatever little they are about."""
_REASONS = frozenset({"since", "as", "because"})
SHORTEST_PART = 4
"""Fewest words of a clause that is split off; shorter ones ("and he did") mean nothing alone."""
LONGEST_LEAD = 8
"""Most words before the head of a source that may say how many they are."""
LEAST_KEPT = 0.62
"""Least part of a claim that stays when something is left out of it, so that it remains most of its sentence."""
LONG_PREDICATE = 9
"""Fewest words of a predicate with a shared subject that becomes a claim of its own."""
_COMPLEMENTS = frozenset({"dobj", "attr", "acomp", "xcomp", "ccomp", "prep", "agent", "oprd", "dative"})


def clauses(sent: Span, sayings: Sequence[Saying]) -> list[Clause]:
    """Split a sentence into propositions, in the order of the text."""
    spoken = [s for s in sayings if _is_speech(s)]
    cues = {s.cue.i: s for s in spoken if not _is_echo(s, spoken) and not _announces(s, sent)}
    found: list[Clause] = []
    inside = _carried(sent, sayings)
    work = [_mended(Clause(sent.root, {t.i for t in sent}, inside))]
    while work:
        clause = work.pop()
        if clause.root.i not in cues:
            skip_preface(sent.doc, clause)
        accorded = next((i for i, s in cues.items() if s.shape == "according" and i in clause.tokens), None)
        if accorded is not None and clause.saying is None:
            work += _apart(sent.doc, clause, cues.pop(accorded))
            continue
        saying = cues.pop(clause.root.i, None)
        relayed = clause.saying is not None and clause.saying.shape == "according"
        if saying is not None and (clause.saying is None or relayed or is_preface(clause.root)):
            if _is_phrase(sent.doc, clause, saying):
                work.append(clause)
            else:
                work += _apart(sent.doc, clause, saying)
            continue
        parts = _split(clause)
        if parts:
            work += [clause, *parts]
            continue
        inner = _leading_speech(clause, cues)
        if inner is not None:
            work += _apart(sent.doc, clause, cues.pop(inner))
            continue
        if clause.saying is None:
            clause.saying = next((s for s in sayings if _holds(s, clause)), None)
        found.append(clause)
    return sorted(found, key=lambda c: min(c.tokens, default=0))


def as_a_whole(clause: Clause) -> Clause | None:
    """What somebody named wants, told as a fact about him: "The mayor suggested that Oslo should pay"."""
    saying = clause.saying
    if saying is None or saying.quoted or saying.shape != "ccomp" or saying.source_head is None:
        return None
    head, cue = saying.source_head, saying.cue
    named = head.pos_ == "PROPN" or head.lower_ in {"he", "she"}
    if not named or clause.root.head != cue or cue.dep_ not in {"ROOT", "conj"}:
        return None
    return Clause(cue, {t.i for t in cue.subtree}, None, None if head.head == cue else head)


def _announces(saying: Saying, sent: Span) -> bool:
    """ "The ministry issued a statement on Monday." before the quotation: a fact of its own, no lead with a colon."""
    outside = all(b <= sent.start_char or sent.end_char <= a for a, b in saying.content)
    return (
        outside and bool(saying.content) and saying.cue.lemma_.lower() in PUBLISHING and sent.text.rstrip()[-1:] == "."
    )


def _holds(saying: Saying, clause: Clause) -> bool:
    """An aside within the clause, or a quotation that its main word belongs to while the cue stands outside."""
    if saying.shape == "aside" or saying.cue.i in clause.tokens:
        return saying.shape == "aside" and saying.cue.i in clause.tokens
    return saying.quoted and any(a <= clause.root.idx < b for a, b in saying.content)


def _is_speech(saying: Saying) -> bool:
    if saying.shape == "according":
        return saying.source_head is None or not any(c.lower_ == "own" for c in saying.source_head.children)
    if saying.shape not in SPEECH_SHAPES or saying.shape == "xcomp":
        return False
    head = saying.source_head
    if head is not None and (head.lemma_.lower() in SHARES or _is_share(head) or _is_denied(head)):
        return False
    if any(c.dep_ == "neg" for c in saying.cue.children):
        return False  # what somebody did not say
    return saying.cue.lemma_.lower() in words("reporting_verbs") or saying.quoted


def _is_share(head: Token) -> bool:
    """ "Nearly eight in 10 voters"."""
    start = max(head.left_edge.i, head.i - LONGEST_LEAD)
    return bool(_IN_TEN.search(head.doc[start : head.i + 1].text))


def _is_denied(head: Token) -> bool:
    """ "No evidence" says nothing."""
    return any(c.dep_ == "det" and c.lower_ == "no" for c in head.children)


def _is_echo(saying: Saying, others: Iterable[Saying]) -> bool:
    """In "released a statement saying that he had “seen it”", the words belong to "saying"."""
    if saying.cue.lemma_.lower() in words("reporting_verbs"):
        return False
    return any(
        other is not saying
        and other.shape == "ccomp"
        and all(any(a <= c and d <= b for a, b in other.content) for c, d in saying.content)
        for other in others
    )


def _mended(clause: Clause) -> Clause:
    """Where the parser took the subject for the main word: in "Ann Lee, R-Ohio, won the vote" it may be "Lee"."""
    noun = clause.root
    if noun.pos_ not in {"NOUN", "PROPN"} or any(c.dep_ in SUBJECTS or c.dep_ == "cop" for c in noun.children):
        return clause
    if noun.i + 1 < len(noun.doc) and noun.nbor(1).text == ":":  # the heading of a section: "Results: …"
        found = next((c for c in noun.children if c.i > noun.i and any(g.dep_ in SUBJECTS for g in c.children)), None)
        if found is not None:
            return Clause(found, clause.tokens - {noun.i, noun.i + 1}, clause.saying)
    for child in noun.children:
        after_comma = child.left_edge.i == child.i and child.i > noun.i + 1 and child.nbor(-1).text == ","
        told = child.dep_ in {"acl", "relcl", "appos"} and child.tag_ in {"VBD", "VBN"}
        if told and after_comma and any(c.dep_ in {"dobj", "prep", "ccomp"} for c in child.children):
            return Clause(child, clause.tokens, clause.saying, noun)
    return clause


def _carried(sent: Span, sayings: Iterable[Saying]) -> Saying | None:
    """The act of saying that covers a whole sentence from outside, such as a quotation over several sentences."""
    for saying in sayings:
        if sent.start <= saying.cue.i < sent.end:
            continue
        if any(a <= sent.start_char + 1 and sent.end_char - 2 <= b for a, b in saying.content):
            return saying
    return None


def _apart(doc: Doc, clause: Clause, saying: Saying) -> list[Clause]:
    """The content of an act of saying as a clause of its own, and what the sentence says besides."""
    content = {
        i for i in clause.tokens
        if i != saying.cue.i and any(a <= doc[i].idx < b for a, b in saying.content)
    }  # fmt: skip
    parts: list[Clause] = []
    for root in tops_of(doc, content):
        own = {i for i in content if belongs(doc[i], root, content)}
        if len(own) > 1:
            parts.append(Clause(root, own, saying))
    rest = clause.tokens - content
    for child in saying.cue.children:
        if child.i in rest and child.dep_ == "ccomp" and is_finite(child) and subject_of(child) is not None:
            told = {t.i for t in child.subtree} & rest
            parts.append(Clause(child, told, saying))
            rest -= told
        elif child.i in rest and child.dep_ in {"conj", "advcl"} and child.pos_ in {"VERB", "AUX"}:
            tokens = {t.i for t in child.subtree} & rest
            if child.dep_ == "conj" or any(g.dep_ in {"ccomp"} for g in child.children):
                parts.append(Clause(child, tokens, clause.saying, subject_of(child)))
                rest -= tokens
    head = clause.root
    if saying.cue.i != head.i and saying.cue.dep_ in {"conj", "advcl", "relcl", "acl"}:
        rest -= {t.i for t in saying.cue.subtree}
    if head.i in rest and not _is_frame(saying, head):
        parts.append(Clause(head, rest, clause.saying, clause.subject))
    return parts


def _is_phrase(doc: Doc, clause: Clause, saying: Saying) -> bool:
    """Nothing but a few words are quoted: "called it a “very bad deal”" is told as a whole."""
    if clause.root.i != saying.cue.i:
        return False
    content = {i for i in clause.tokens if i != saying.cue.i and any(a <= doc[i].idx < b for a, b in saying.content)}
    if content and len(content) < SHORTEST_PART and not any(doc[i].pos_ in {"NOUN", "PROPN", "NUM"} for i in content):
        return saying.cue.lemma_.lower() in _STANCES  # "denied it happened"
    if saying.cue.lemma_.lower() in {"say", "add"}:
        return False
    tops = [t for t in tops_of(doc, content) if not t.is_punct]
    objects = any(c.dep_ in {"dobj", "prep", "oprd"} and c.i not in content for c in saying.cue.children)
    return bool(tops) and objects and not any(t.pos_ in {"VERB", "AUX"} for t in tops)


def _is_frame(saying: Saying, head: Token) -> bool:
    """The main verb only leads up to the act of saying: "went on to explain that …", "according to"."""
    if saying.shape == "according":
        return True
    verb = saying.cue
    if verb.dep_ == "acl" and verb.head.dep_ == "dobj" and verb.head.head.i == head.i:
        return True
    while verb.i != head.i and verb.dep_ in {"xcomp", "pcomp", "prep"}:
        verb = verb.head
    return verb.i == head.i


def _split(clause: Clause) -> list[Clause]:
    """Take the clauses that can stand alone out of a clause; it keeps the rest."""
    parts: list[Clause] = []
    for child in clause.root.children:
        if child.i not in clause.tokens or child.pos_ not in {"VERB", "AUX"}:
            continue
        tokens = {t.i for t in child.subtree} & clause.tokens
        if not _stands_alone(clause, child, tokens):
            continue
        own = any(c.dep_ in SUBJECTS or c.dep_ == "expl" for c in child.children)
        parts.append(Clause(child, tokens, clause.saying, None if own else subject_of(child)))
        clause.tokens -= tokens
        if child.dep_ == "advcl":
            tokens -= {c.i for c in child.children if c.dep_ in {"mark", "advmod"} and c.lower_ in _REASONS}
    return parts


def _stands_alone(clause: Clause, child: Token, tokens: set[int]) -> bool:
    own = any(c.dep_ in SUBJECTS or c.dep_ == "expl" for c in child.children)
    if any(c.dep_ in SUBJECTS and c.tag_ in {"WP", "WDT"} and c.lower_ != "what" for c in child.children):
        return False
    if len(tokens) < SHORTEST_PART or len(clause.tokens) - len(tokens) < SHORTEST_PART:
        return False
    if child.dep_ == "conj":
        if own:
            return True
        if child.i > clause.root.i and not any(c.dep_ == "cc" for c in child.head.children):
            return False  # ", dubbed the “Ice Palace”" says something of a noun, whatever the parser makes of it
        rest = len(clause.tokens) - len(tokens)
        if len(tokens) < LONG_PREDICATE or rest < LONG_PREDICATE or not is_finite(child):
            return False
        kept = [c for c in clause.root.children if c.i > clause.root.i and c.i not in tokens]
        return any(c.dep_ in _COMPLEMENTS for c in kept)
    if child.dep_ in {"ccomp", "parataxis"} and own:
        return _separated(clause, child, tokens)
    if child.dep_ == "advcl" and own:
        mark = next(
            (c.lower_ for c in child.children if c.dep_ in {"mark", "advmod"} and c.i <= child.left_edge.i + 1), ""
        )
        if mark in CONTRAST:
            return len(tokens) >= SHORTEST_PART + 2
        return mark in _REASONS and _is_small(clause, child, tokens)
    return False


def _is_small(clause: Clause, child: Token, tokens: set[int]) -> bool:
    """A reason in front that leaves the sentence most of its words: "Since there are 90 members, …"."""
    ahead = child.right_edge.i < clause.root.i and len(tokens) > SHORTEST_PART and is_finite(child)
    return ahead and len(tokens) <= (1 - LEAST_KEPT) * len(clause.tokens)


def _separated(clause: Clause, child: Token, tokens: set[int]) -> bool:
    """Two main clauses with a semicolon, a colon or a dash between them."""
    marks = {";", ":", "—", "–", "--"}
    low, high = min(tokens), max(tokens)
    doc = child.doc
    if child.i > clause.root.i:
        beside = [low - 2 if low > 1 and doc[low - 1].text in QUOTATION_MARKS else low - 1, low]
    else:
        beside = [high, high + 1]
    spliced = high + 2 < len(doc) and any(doc[i].lower_ == "however" for i in (high + 1, high + 2))
    return spliced or any(0 <= i < len(doc) and doc[i].text in marks for i in beside)


def _leading_speech(clause: Clause, cues: dict[int, Saying]) -> int | None:
    """An act of saying beside the main verb: "Saying that …, he left", "…, according to the police"."""
    for child in clause.root.children:
        if child.i not in clause.tokens:
            continue
        if child.i in cues and child.dep_ in {"advcl", "prep", "parataxis", "conj"}:
            return child.i
    for i, saying in cues.items():
        if i not in clause.tokens or clause.saying is not None:
            continue
        if saying.shape == "quote" and any(a <= clause.root.idx < b for a, b in saying.content):
            return i
        if saying.cue.dep_ in {"relcl", "acl", "advcl"} and saying.shape == "ccomp" and _tells(saying.cue):
            return i
    return None


def _tells(verb: Token) -> bool:
    """It has a clause of some length that states something: "a witness, who said that the train had stopped"."""
    return any(
        c.dep_ == "ccomp"
        and c.i > verb.i
        and c.right_edge.i - c.left_edge.i >= SHORTEST_PART
        and is_finite(c)
        and any(g.dep_ in SUBJECTS or g.dep_ == "expl" for g in c.children)
        for c in verb.children
    )
