"""What speakers put before what they state: "I know that …", "it is important to remember …", "the fact is: …"."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from bot.claims.clause import Clause, belongs, is_be, is_finite, tops_of
from bot.claims.cues import SUBJECTS, subject_of

_PREFACES = frozenset({"know", "understand", "mean", "guarantee", "tell", "assure", "remember", "realize", "promise"})
"""After "I" or "we" these lead up to what is stated: "I know that …"."""
_REMINDERS = frozenset({"remember", "know", "note", "understand", "recall", "recognize", "realize", "point", "say"})
_RHETORICAL = frozenset({"look", "think", "consider", "ask", "see", "read", "remember", "notice"})
LONGEST_LEAD = 8
"""Most words before a colon that are only a lead: "But the fact is this: …"."""


def skip_preface(doc: Doc, clause: Clause) -> None:
    """Go on to what is stated: behind "I know that", "it is important to remember that", a short lead and its colon.

    "If you look at the figures, …" is no condition and goes as well.
    """
    for child in list(clause.root.children):
        if child.dep_ == "advcl" and child.i < clause.root.i and _is_rhetorical(child):
            clause.tokens -= {t.i for t in child.subtree}
    inner = _stated(clause) or _behind_colon(doc, clause)
    if inner is None:
        return
    clause.root, clause.tokens = inner
    clause.subject = None


def _is_rhetorical(verb: Token) -> bool:
    you = any(c.dep_ == "nsubj" and c.lower_ in {"you", "we"} for c in verb.children)
    return you and verb.lemma_.lower() in _RHETORICAL and any(c.lower_ in {"if", "when"} for c in verb.children)


def _stated(clause: Clause) -> tuple[Token, set[int]] | None:
    if clause.saying is None:
        return None
    subject = subject_of(clause.root)
    root = clause.root
    if subject is None:
        return None
    if subject.lower_ in {"i", "we"} and root.lemma_.lower() in _PREFACES:
        holders = [root]
    elif subject.lower_ == "it" and is_be(root):
        holders = [
            g for c in root.children for g in (c, *c.children) if g.dep_ == "xcomp" and g.lemma_.lower() in _REMINDERS
        ]
    else:
        return None
    for holder in holders:
        for child in holder.children:
            told = child.dep_ == "ccomp" and child.i > holder.i and any(c.dep_ in SUBJECTS for c in child.children)
            asks = child.left_edge.tag_ in {"WP", "WRB", "WDT"} or child.left_edge.lower_ in {"if", "whether"}
            if told and not asks:
                return child, {t.i for t in child.subtree} & clause.tokens
    return None


def _behind_colon(doc: Doc, clause: Clause) -> tuple[Token, set[int]] | None:
    ordered = sorted(clause.tokens)
    at = next((k for k, i in enumerate(ordered) if doc[i].text == ":"), None)
    if at is None or not 0 < at <= LONGEST_LEAD or clause.saying is None:
        return None
    lead, rest = ordered[:at], set(ordered[at + 1 :])
    if any(doc[i].ent_type_ for i in lead):
        return None
    tops = [t for t in tops_of(doc, rest) if t.pos_ in {"VERB", "AUX"} and any(c.dep_ in SUBJECTS for c in t.children)]
    if len(tops) != 1 or not is_finite(tops[0]):
        return None
    return tops[0], {i for i in rest if belongs(doc[i], tops[0], rest)}


def is_preface(verb: Token) -> bool:
    """ "I think that …", "We know that …": the speaker's own preface to what is said."""
    subject = subject_of(verb)
    return subject is not None and subject.lower_ in {"i", "we"}
