"""Whether a clause affirms or denies, and how firmly: "was not" and "may have been" make other claims."""

from __future__ import annotations

from spacy.tokens import Token

from bot.claims.claim import Modality, Polarity

_NEGATIONS = frozenset(
    {"not", "n't", "n’t", "never", "no", "neither", "nor", "nobody", "none", "nothing", "nowhere", "cannot"}
)
_NEGATIVE_NOUNS = frozenset({"nobody", "none", "nothing", "no", "neither"})
_NEGATIVE_VERBS = frozenset({"deny", "fail", "lack"})
_POSSIBLE = frozenset({"may", "might", "could", "can"})
_POSSIBLE_ADVERBS = frozenset({"possibly", "perhaps", "maybe", "likely", "probably", "potentially", "apparently"})
_ALLEGED = frozenset({"allegedly", "reportedly", "supposedly", "purportedly"})
_ALLEGING = frozenset({"allege", "accuse", "suspect", "believe", "say", "report", "rumor", "charge", "think"})
_PLANNING = frozenset({"plan", "intend", "schedule", "expect", "set", "vow", "promise", "pledge", "aim", "propose"})


def polarity(root: Token) -> Polarity:
    """Negative where the main predicate is denied; a negation inside a relative clause or a purpose does not count."""
    negative = root.lemma_.lower() in _NEGATIVE_VERBS
    for token in _predicate(root):
        for child in token.children:
            if child.dep_ == "neg" or (child.dep_ in {"advmod", "preconj"} and child.lower_ in _NEGATIONS):
                negative = not negative if child.lower_ != "nor" else True
            elif child.dep_ in {"nsubj", "nsubjpass", "dobj", "attr"} and _is_none(child):
                negative = True
    return "negative" if negative else "affirmative"


def _predicate(root: Token) -> list[Token]:
    """The verb and the infinitives that complete it: "has yet to", "did not want to"."""
    chain = [root]
    if root.lemma_.lower() in {"appear", "seem", "be", "have", "continue", "begin"}:
        chain += [c for c in root.children if c.dep_ == "xcomp" and c.pos_ in {"VERB", "AUX"}]
    return chain


def _is_none(noun: Token) -> bool:
    if noun.lower_ in _NEGATIVE_NOUNS:
        return True
    return any(c.dep_ in {"det", "neg", "preconj"} and c.lower_ in {"no", "neither"} for c in noun.children)


def modality(root: Token) -> Modality:
    """How firmly the clause states what it states."""
    words = {c.lower_ for c in root.children if c.dep_ in {"aux", "advmod"}}
    if any(c.dep_ == "advcl" and any(m.lower_ in {"if", "unless"} for m in c.children) for c in root.children):
        return "conditional"
    if words & _ALLEGED:
        return "alleged"
    if any(c.dep_ in {"auxpass"} for c in root.children) and root.lemma_.lower() in _ALLEGING and _infinitive(root):
        return "alleged"
    if words & _POSSIBLE or words & _POSSIBLE_ADVERBS:
        return "possible"
    if words & {"will", "'ll", "’ll", "wo", "shall"} or (root.lemma_.lower() in _PLANNING and _infinitive(root)):
        return "planned"
    if "would" in words:
        return "conditional"
    if root.tag_ == "VBG" and root.lemma_.lower() == "go" and _infinitive(root):
        return "planned"
    return "asserted"


def _infinitive(root: Token) -> bool:
    return any(c.dep_ == "xcomp" and any(a.lower_ == "to" for a in c.children) for c in root.children)
