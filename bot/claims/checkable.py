"""What nobody can find true or false: questions, wishes, commands, conditions, bare predictions, views, fragments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc, Span, Token

from bot.claims.attributions import Saying
from bot.claims.clause import SHARES, Clause, is_be
from bot.claims.cues import SUBJECTS, subject_of
from bot.claims.sentences import sentence
from bot.claims.words import words

SPECIFIC = frozenset(
    {
        "PERSON",
        "ORG",
        "GPE",
        "LOC",
        "NORP",
        "FAC",
        "EVENT",
        "LAW",
        "PRODUCT",
        "MONEY",
        "PERCENT",
        "QUANTITY",
        "CARDINAL",
        "DATE",
    }
)
_FIXED = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
THIN, UNSURE, CONDITION = "nothing to hold on to", "parser at a loss", "condition"
"""Reasons that are doubts: a clause of which only these are said is a claim if it is worth enough."""
WISH, VIEW = "wish", "view"
SHORTEST_SENTENCE = 9
"""Fewest words of a sentence that is a claim although the parser found no verb to stand on."""
_DUTY = frozenset({"should", "must", "ought", "shall", "let"})
_HALVES = frozenset({"because", "as", "since", "after", "before", "until", "till", "once", "so", "lest", "than"})
_SPEECH = frozenset({"say", "add", "ask", "reply", "tweet", "shout", "joke", "quip", "respond", "answer", "continue"})
_DURATION = re.compile(r"\b(?:decades|years|months|weeks|days|hours|minutes)\b(?! ago)", re.IGNORECASE)
_PLEDGES = frozenset({"announce", "pledge", "promise", "vow", "confirm", "disclose"})
"""Verbs by which a plan is made known."""
_HABITS = frozenset({"occasionally", "often", "sometimes", "always", "usually", "regularly", "routinely", "frequently"})
_PREDICTION = frozenset({"will", "'ll", "’ll", "wo", "would", "'d", "’d"})


def reason_against(doc: Doc, clause: Clause, span: Span, ents: Sequence[Span]) -> str | None:
    """Why a clause is not checkable, in a word; None if it is."""
    root = clause.root
    subject = next((c for c in root.children if c.dep_ in SUBJECTS), None) or clause.subject or subject_of(root)
    specific = _specifics(span, ents)
    if not _has_verb(root, subject, clause.saying is not None and clause.saying.shape == "ccomp" and specific > 0):
        return UNSURE if clause.saying is None and specific and _is_sentence(span) else "fragment"
    if _hangs_on(root, span):
        return "fragment"
    if _is_question(doc, clause, span) or (subject is not None and _asks(subject)):
        return "question"
    if subject is None and any(c.dep_ == "expl" for c in root.children):
        subject = next((c for c in root.children if c.dep_ in {"attr", "dobj", "nsubj"}), root)
    if subject is None and (root.tag_ in {"VBD", "VBZ"} or any(_is_finite_helper(c) for c in root.children)):
        subject = _ahead(root, span)
    if subject is None or _is_command(root, subject):
        return "command"
    if clause.saying is None and (_is_bare_speech(root) or _is_end_of_quote(root, span)):
        return "fragment"
    if subject.tag_ in {"WDT", "WP"}:
        return "fragment"
    helpers = {c.lower_ for c in root.children if c.dep_ == "aux"}
    if _is_demanded(root) or helpers & _DUTY or (_owes(root) and not _is_rule(clause, subject)):
        return WISH
    if any(c.dep_ == "mark" and c.lower_ in {"if", "unless", "whether"} for c in root.children):
        return "fragment"
    if _has_condition(root, span):
        return CONDITION
    if subject.lower_ in {
        "you",
        "who",
        "what",
        "which",
        "whoever",
        "anyone",
        "everyone",
        "everybody",
        "nobody",
        "anybody",
    }:
        return "nobody in particular"
    if any(c.lower_ == "your" or (c.lower_ == "no" and subject.lower_ == "one") for c in subject.children):
        return "nobody in particular"
    if subject.lower_ == "i" and any(c.dep_ == "acomp" for c in root.children):
        return VIEW
    group_fact = _group_fact(subject, root, specific)
    if (
        subject.lower_ in {"i", "we"}
        and not group_fact
        and (root.lemma_.lower() in words("feeling_verbs") or specific < 2)
    ):
        return VIEW
    habitual = any(c.lower_ in _HABITS for c in root.children)
    if not habitual and (helpers & _PREDICTION or _is_going_to(root)) and _is_open(clause, subject, ents, specific):
        return "prediction"
    if _is_judgement(root, specific):
        return "judgement"
    if specific == 0 and not group_fact and _is_thin(root, span, subject, clause.saying is None):
        return THIN
    return None


def _specifics(span: Span, ents: Sequence[Span]) -> int:
    return sum(ent.label_ in SPECIFIC for ent in ents) + any(t.like_num for t in span)


def _is_open(clause: Clause, subject: Token, ents: Sequence[Span], specific: int) -> bool:
    """What will be is only a claim with a date, an amount, as a plan or, in the article's own voice, with names."""
    fixed = any(ent.label_ in _FIXED and not _DURATION.search(ent.text) for ent in ents)
    if clause.saying is None:
        return specific < (1 if fixed else 2)
    return (not fixed or specific < 2) and not _is_own_plan(clause.saying, clause.root, subject, specific)


def _is_going_to(root: Token) -> bool:
    """ "He is going to win", "is likely to win": a prediction in the present tense."""
    if is_be(root):
        return any(c.dep_ == "acomp" and c.lower_ in {"likely", "unlikely"} for c in root.children)
    return root.tag_ == "VBG" and root.lemma_ == "go" and any(c.dep_ == "xcomp" for c in root.children)


def _is_own_plan(saying: Saying, root: Token, subject: Token, specific: int) -> bool:
    """What speakers say they themselves will do is a plan with a source: "she would not sign the Oslo treaty"."""
    if is_be(root) or root.lemma_.lower() in words("feeling_verbs") or not specific:
        return False
    if saying.cue.lemma_.lower() in _PLEDGES:
        return True
    if subject.lower_ in {"i", "we"}:
        return specific > 1
    country = subject.lemma_.lower() in {"country", "government"} and any(c.lower_ == "his" for c in subject.children)
    source = saying.source_head
    if source is None or saying.quoted:
        return False
    again = subject.lower_ in {"he", "she", "it", "they"} and subject.lower_ != source.lower_
    return country or again or subject.lower_ == source.lower_


def _has_verb(root: Token, subject: Token | None, clause_said: bool) -> bool:
    if root.pos_ not in {"VERB", "AUX"}:
        return False
    if root.tag_ == "VBG" and clause_said and subject is not None and subject.head == root:
        return True  # "the poll found the mayor leading by nine points"
    if root.tag_ in {"VBG", "VB"}:
        return any(c.dep_ in {"aux", "auxpass"} and c.lower_ != "to" for c in root.children) or (
            root.tag_ == "VB" and subject is not None and subject.head == root
        )
    if root.tag_ == "VBN":
        helped = any(c.dep_ in {"aux", "auxpass"} for c in root.children)
        return helped or root.dep_ == "conj" or (subject is not None and subject.head == root)
    return True


def _is_finite_helper(token: Token) -> bool:
    return token.dep_ in {"aux", "auxpass"} and (token.tag_ in {"VBD", "VBZ", "VBP"} or token.lower_ == "will")


def _is_sentence(span: Span) -> bool:
    """A whole sentence with a finite verb in it that the parser did not take for its main word."""
    first, last = span[0], [t for t in sentence(span[0]) if not t.is_space][-1]
    if last.text != "." or len(span) < SHORTEST_SENTENCE or not (first.is_sent_start and first.text[0].isupper()):
        return False
    return any(t.tag_ in _FINITE or (t.tag_ == "VBN" and any(c.dep_ == "dobj" for c in t.children)) for t in span)


def _hangs_on(root: Token, span: Span) -> bool:
    """It begins with a word that makes it half of something: "because they see …"."""
    first = next((t for t in span if not t.is_punct and not t.is_space), span[0])
    return first.lower_ in _HALVES and first.head == root and first.dep_ in {"mark", "advmod"}


def _is_question(doc: Doc, clause: Clause, span: Span) -> bool:
    for i in range(span.end - 1, min(len(doc), span.end + 2)):
        if doc[i].text in {".", "!"}:
            return False
        if doc[i].text.startswith("?"):
            return True
    first = next((t for t in span if not t.is_punct and not t.is_space), None)
    if first is None or first.tag_ not in {"WP", "WRB", "WDT"} or first.lower_ in {"when", "while", "where"}:
        return False
    return clause.saying is not None or first.lower_ != "what"


def _asks(subject: Token) -> bool:
    """ "Who will pay is anyone's guess": the subject is a question."""
    return subject.dep_ in {"csubj", "csubjpass"} and (
        subject.left_edge.tag_ in {"WP", "WRB", "WP$"} or subject.left_edge.lower_ == "whether"
    )


def _is_bare_speech(root: Token) -> bool:
    """ "…," said Smith, without what was said: the rest of a quotation that was a word or two."""
    lemma = root.lemma_.lower()
    if lemma not in _SPEECH:
        told = {"ccomp", "dobj", "prep", "xcomp", "oprd", "nsubjpass", "prt", "dative"}
        return lemma in words("reporting_verbs") and not any(c.dep_ in told for c in root.children)
    return not any(
        c.dep_ in {"ccomp", "prt", "nsubjpass", "xcomp"}
        or (c.dep_ == "prep" and c.lower_ in {"about", "of", "for"})
        or (c.dep_ == "prep" and c.lower_ == "to" and root.lemma_.lower() in {"respond", "reply"})
        or (c.dep_ == "dobj" and c.pos_ == "NOUN")
        or (c.dep_ == "advcl" and c.tag_ == "VBG" and any(g.dep_ == "dobj" for g in c.children))
        or (c.dep_ == "nsubj" and c.lemma_.lower() in SHARES)
        for c in root.children
    )


def _is_end_of_quote(root: Token, span: Span) -> bool:
    """ "#boats,” she wrote on Monday": the last words of a quotation and who said them."""
    if root.lemma_.lower() not in words("reporting_verbs"):
        return False
    marks = [t for t in span if t.text in {'"', "”", "''"}]
    return len(marks) == 1 and marks[0].i < root.i and not any(t.text in {"“", "``"} for t in span)


def _ahead(root: Token, span: Span) -> Token | None:
    """The nearest noun in front of a finite verb whose subject the parser lost."""
    before = [t for t in span if t.i < root.i and (t.pos_ in {"NOUN", "PROPN"} or t.text == "Will")]
    return before[-1] if before else None


def _is_command(root: Token, subject: Token) -> bool:
    return root.tag_ == "VB" and subject.head != root and not any(c.dep_ == "aux" for c in root.children)


def _is_demanded(root: Token) -> bool:
    """A bare "be": "that a prosecutor be appointed"."""
    helpers = [c for c in root.children if c.dep_ in {"aux", "auxpass"}]
    return root.tag_ == "VBN" and [c.lower_ for c in helpers] == ["be"]


def _owes(root: Token) -> bool:
    """ "has to", "need to", "got to": a duty, not a fact."""
    if root.lemma_.lower() not in {"have", "need", "ought", "got", "get"}:
        return False
    return any(c.dep_ == "xcomp" and any(a.lower_ == "to" for a in c.children) for c in root.children)


def _is_rule(clause: Clause, subject: Token) -> bool:
    """ "The delegates have to vote for the winner": told by the article of others, it is how things are."""
    return clause.saying is None and clause.root.lemma_ == "have" and subject.pos_ == "NOUN"


def _has_condition(root: Token, span: Span) -> bool:
    first = next((t for t in span if not t.is_punct and not t.is_space), span[0])
    if first.lower_ in {"if", "unless"}:
        return True
    return any(
        child.dep_ == "advcl"
        and any(
            m.dep_ in {"mark", "advmod"} and m.lower_ in {"if", "unless"} and not (m.i and m.nbor(-1).lower_ == "even")
            for m in child.children
        )
        for child in root.children
    )


def _group_fact(subject: Token, root: Token, specific: int) -> bool:
    """ "We have received …": what speakers did or got can be checked; what they feel cannot."""
    if subject.lower_ not in {"i", "we"} or root.lemma_.lower() in words("feeling_verbs"):
        return False
    something = any(c.dep_ == "dobj" and c.pos_ in {"NOUN", "PROPN"} for c in root.children)
    denied = any(c.dep_ == "neg" and c.lower_ != "never" for c in root.children) and not something
    if subject.lower_ == "i" and (denied or is_be(root) or any(c.dep_ == "auxpass" for c in root.children)):
        return False
    helpers = {c.lower_ for c in root.children if c.dep_ == "aux"}
    doing = root.tag_ == "VBG" and bool(helpers) and subject.lower_ == "we" and specific > 0
    done = root.tag_ in {"VBD", "VBN"} or doing or "did" in helpers
    caused = root.lemma_ == "have" and any(c.dep_ == "ccomp" for c in root.children)
    return done and (caused or any(c.dep_ in {"dobj", "nsubjpass", "prep"} for c in root.children))


def _is_judgement(root: Token, specific: int) -> bool:
    if not is_be(root):
        if root.lemma_.lower() == "seem" and any(c.dep_ == "nsubj" and c.lower_ == "it" for c in root.children):
            return True
        return root.lemma_.lower() in {"seem", "feel", "look", "deserve"} and specific < 2
    for child in root.children:
        if child.dep_ in {"acomp", "attr"} and not any(t.lower_ == "than" for t in child.subtree):
            judged = child.lemma_.lower() in words("opinion_words") or any(
                g.lower_ in words("opinion_words") for g in child.children if g.dep_ in {"amod", "compound"}
            )
            if judged and specific < 3:
                return True
    return False


LEAST_TOLD = 5
"""Words that a sentence of the article needs to be more than small talk when it names nothing."""


def _is_thin(root: Token, span: Span, subject: Token, own_voice: bool) -> bool:
    nouns = sum(t.pos_ in {"NOUN", "PROPN"} for t in span)
    if own_voice and subject.pos_ == "NOUN" and root.tag_ == "VBD" and len(span) > LEAST_TOLD:
        return nouns < 1
    something = any(c.dep_ == "dobj" and c.pos_ == "NOUN" for c in root.children)
    if subject.lower_ == "they" and something and root.tag_ == "VBD" and _is_deed(root):
        return False  # "they sold the ferry"
    if root.tag_ == "VBN" and subject.dep_ == "nsubjpass" and subject.tag_ in {"DT", "CD"} and not own_voice:
        return nouns < 1  # "all on board were killed"
    if subject.pos_ == "PRON" and _is_deed(root):
        return nouns < (1 if subject.lower_ in {"he", "she"} else 2)
    return nouns < 2 or (subject.pos_ == "PRON" and nouns < 3)


def _is_deed(root: Token) -> bool:
    """Something that was done to something: "has reviewed the letters", "fought for the union"."""
    if root.lemma_.lower() in words("feeling_verbs") or is_be(root) or root.lemma_ == "have":
        return False
    going_on = root.tag_ == "VBG" and any(c.lower_ in {"was", "were"} for c in root.children)
    modal = any(c.tag_ == "MD" and c.lower_ != "may" for c in root.children)
    done = (root.tag_ in {"VBD", "VBN"} or going_on) and not modal
    return done and any(
        c.dep_ in {"dobj", "nsubjpass"} or (c.dep_ in {"prep", "agent"} and any(g.pos_ == "NOUN" for g in c.children))
        for c in root.children
    )
