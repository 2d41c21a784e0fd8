"""Whether a clause affirms or denies, and how firmly: "was not" and "may have been" make other claims."""

from __future__ import annotations

from spacy.tokens import Token

from bot.claims.claim import Modality, Polarity

_NEGATIONS = frozenset(
    {"not", "n't", "n’t", "never", "no", "neither", "nor", "nobody", "none", "nothing", "nowhere", "cannot"}
    | {"hardly", "scarcely"}
)
_ONLY = frozenset({"only", "just", "merely", "simply", "solely"})
_OCCASIONS = frozenset({"time", "point", "way", "circumstance", "case", "means", "moment"})
_NEGATIVE_NOUNS = frozenset({"nobody", "none", "nothing", "no", "neither"})
_NEGATIVE_VERBS = frozenset({"deny", "fail", "lack"})
_POSSIBLE = frozenset({"may", "might", "could", "can"})
_POSSIBLE_ADVERBS = frozenset({"possibly", "perhaps", "maybe", "likely", "probably", "potentially", "apparently"})
_ALLEGED = frozenset({"allegedly", "reportedly", "supposedly", "purportedly"})
_ALLEGING = frozenset({"allege", "accuse", "suspect", "believe", "say", "report", "rumor", "charge", "think"})
_PLANNING = frozenset({"plan", "intend", "schedule", "expect", "set", "vow", "promise", "pledge", "aim", "propose"})


def polarity(root: Token) -> Polarity:
    """Negative where the main predicate is denied; a negation inside a relative clause or a purpose does not count."""
    negative = (root.lemma_.lower() in _NEGATIVE_VERBS and not _suffered(root)) or _deprived(root)
    for token in _predicate(root):
        for child in token.children:
            if child.i + 1 < len(child.doc) and child.dep_ in {"neg", "preconj"} and child.nbor(1).lower_ in _ONLY:
                continue  # "not only"
            if child.dep_ == "neg" or (child.dep_ in {"advmod", "preconj"} and child.lower_ in _NEGATIONS):
                negative = not negative if child.lower_ != "nor" else True
            elif (child.dep_ in {"nsubj", "nsubjpass", "dobj", "attr"} and _is_none(child)) or _never(child):
                negative = True
    return "negative" if negative else "affirmative"


def _deprived(root: Token) -> bool:
    """ "Was without power", "is unable to pay"."""
    if root.lemma_.lower() not in {"be", "go", "remain"}:
        return False
    return any(
        (c.lower_ == "without" and any(g.dep_ == "pobj" for g in c.children))
        or (c.dep_ == "acomp" and c.lower_ == "unable")
        for c in root.children
    )


def _suffered(root: Token) -> bool:
    """ "He was denied a visa" says what happened to him."""
    return root.lemma_.lower() == "deny" and any(c.dep_ == "nsubjpass" for c in root.children)


def _never(child: Token) -> bool:
    """ "No longer", "at no time", "in no way", "has yet to"."""
    if child.dep_ == "advmod" and child.lower_ == "longer":
        return any(c.lower_ == "no" for c in child.children)
    if child.dep_ == "advmod" and child.lower_ == "yet":
        return child.i + 1 < len(child.doc) and child.nbor(1).lower_ == "to"
    return child.dep_ == "prep" and any(g.lemma_.lower() in _OCCASIONS and _is_none(g) for g in child.children)


def _predicate(root: Token) -> list[Token]:
    """The verb and the infinitives that complete it: "has yet to", "did not want to"."""
    chain = [root]
    if root.lemma_.lower() in {"appear", "seem", "be", "have", "continue", "begin"}:
        chain += [c for c in root.children if c.dep_ == "xcomp" and c.pos_ in {"VERB", "AUX"}]
    return chain


def _is_none(noun: Token) -> bool:
    if noun.lower_ in _NEGATIVE_NOUNS:
        return True
    first = noun.left_edge
    if first.lower_ in {"hardly", "scarcely"} and first.i < noun.i:
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
