"""Who speaks: from the words of the source ("he", "the spokesman", "Maron") to a full name and a role."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from bot.claims.attributions import Saying
from bot.claims.claim import Offsets, Speaker
from bot.claims.layout import last_word
from bot.claims.people import Cast, Person
from bot.claims.quotes import Quote, QuoteIndex
from bot.claims.words import words

_PRONOUNS = frozenset(
    {"he", "she", "they", "it", "we", "i", "you", "who", "that", "which", "his", "her", "their", "its"}
)
PAPERS = frozenset({"statement", "release", "tweet", "email", "e-mail", "letter", "memo", "message", "post", "note"})
"""What somebody says by; whoever made it is the speaker."""
_POINTERS = frozenset({"this", "these", "those"})
LOOKBACK = 120
"""How many words back "the statement" may point."""
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Resolved:
    """A speaker, and the words that leave open who it is."""

    speaker: Speaker | None
    ambiguous: tuple[str, ...] = ()


class Speakers:
    """Resolves the source of each act of saying, in the order of the text, so that "he" can be the last speaker."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self.doc = doc
        self.cast = cast
        self._last: tuple[int, Person] | None = None
        self._text: str = doc.text
        self._labels: dict[str, str] = {}
        self._said = QuoteIndex([Quote(*span, closed=True) for span in disjoint(doc._.attributions or [])])

    def resolve(self, saying: Saying) -> Resolved:
        """The speaker of one act of saying."""
        head = saying.source_head
        if head is None:
            return Resolved(None)
        if saying.shape == "turn" and saying.source is not None:
            return self._labelled(head, self._text[saying.source[0] : saying.source[1]])
        if head.lower_ in _POINTERS:
            return Resolved(None, (head.text,))
        if head.pos_ == "PRON":
            return self._pronoun(head)
        person = self.cast.person_at(head)
        if person is not None:
            return self._person(person, head)
        return self._noun(head)

    def _labelled(self, head: Token, label: str) -> Resolved:
        """The name before the colon of a transcript, as full as the text has it."""
        short = last_word(label)
        full = max(self._labels.get(short, ""), label, key=len)
        self._labels[short] = full
        person = next((p for p in self.cast.people if last_word(p.name) == short), None)
        if person is not None and len(person.name.split()) >= len(full.split()) and not person.name.isupper():
            return self._person(person, head)
        return Resolved(Speaker(name=full.title() if full.isupper() else full))

    def _person(self, person: Person, head: Token) -> Resolved:
        self._last = (head.idx, person)
        return Resolved(Speaker(name=person.name, role=person.role))

    def _pronoun(self, head: Token) -> Resolved:
        word = head.lower_
        if word in {"who", "that", "which"}:
            noun = _antecedent(head)
            if noun is None or noun.pos_ == "PRON":
                return Resolved(None)
            person = self.cast.person_at(noun)
            return self._person(person, noun) if person is not None else self._noun(noun)
        if word in {"he", "she", "his", "her"}:
            person = self._last_speaker(head) or self.cast.he_or_she(head)
            if person is not None:
                return self._person(person, head)
        if word in {"it", "its"} and (body := self.cast.it(head)):
            return Resolved(Speaker(name=body))
        return Resolved(Speaker(name=head.text), (head.text,))

    def _last_speaker(self, pronoun: Token) -> Person | None:
        """Whoever spoke last, unless another person became the subject since, or the pronoun does not fit."""
        if self._last is None or pronoun.idx - self._last[0] > 700:
            return None
        at, person = self._last
        wanted = "m" if pronoun.lower_ in {"he", "his"} else "f"
        if person.gender and person.gender != wanted:
            return None
        between = [
            m for m in self.cast.before(pronoun)
            if m.subject and m.person is not None and self.doc[m.start].idx > at
            and m.person.gender in {"", wanted} and self._said.at(self.doc[m.start].idx) is None
        ]  # fmt: skip
        return None if any(m.person is not person for m in between) else person

    def _noun(self, head: Token) -> Resolved:
        lemma = head.lemma_.lower()
        definite = any(c.lower_ in {"the", "that", "this"} and c.dep_ == "det" for c in head.children)
        if lemma in PAPERS:
            author = _author(head) or (_author_before(head) if definite else None)
            if author is not None and author.lemma_.lower() not in PAPERS:
                person = self.cast.person_at(author)
                return self._person(person, author) if person is not None else self._noun(author)
        modified = any(c.dep_ in {"compound", "amod", "poss", "prep", "relcl", "acl", "appos"} for c in head.children)
        if definite and head.tag_ == "NN" and lemma in words("person_roles"):
            person = self.cast.of_role(head)
            if person is not None and (not modified or _fits(head, person)):
                return self._person(person, head)
        if definite and not modified and head.tag_ == "NN" and lemma in words("body_nouns"):
            body = self.cast.body_before(head)
            if body is not None:
                return Resolved(Speaker(name=body))
        named = self._in_apposition(head)
        if named is not None:
            return self._person(named, head)
        return Resolved(Speaker(name=name_of(head)))

    def _in_apposition(self, head: Token) -> Person | None:
        """ "The chief auditor of Oslo, Anna Lind,": the one person named behind a comma, wherever it hangs."""
        found = [
            person for t in head.subtree
            if t.i > head.i and (person := self.cast.person_at(t)) and (t.dep_ == "appos" or _behind_comma(t))
        ]  # fmt: skip
        return found[0] if len({id(person) for person in found}) == 1 else None


def _behind_comma(token: Token) -> bool:
    start = token.left_edge.i
    return token.dep_ in {"appos", "conj", "npadvmod", "dep"} and start > 0 and token.doc[start - 1].text == ","


def disjoint(sayings: list[Saying]) -> list[Offsets]:
    """The content of all acts of saying as spans that do not overlap: whoever is named there is talked about."""
    spans: list[Offsets] = []
    for start, end in sorted(span for saying in sayings for span in saying.content):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _fits(head: Token, person: Person) -> bool:
    mine = {c.lower_ for c in head.subtree if c.pos_ in {"NOUN", "PROPN", "ADJ"}}
    return mine <= set(person.role.lower().replace(".", "").split())


def _author(paper: Token) -> Token | None:
    """Whose statement it is: "Lind's", "from the ministry", or of whoever "released a statement saying …"."""
    for child in paper.children:
        if child.dep_ == "poss" and child.pos_ in {"NOUN", "PROPN"}:
            return child
        if child.dep_ in {"prep", "agent"} and child.lower_ in {"from", "by"}:
            return next((c for c in child.children if c.dep_ == "pobj" and c.pos_ in {"NOUN", "PROPN"}), None)
    verb = paper.head.head if paper.dep_ == "pobj" else paper.head
    if verb.pos_ != "VERB" or paper.dep_ not in {"dobj", "pobj"}:
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    return subject if subject is not None and subject.pos_ in {"NOUN", "PROPN"} else None


def _author_before(paper: Token) -> Token | None:
    """Whose statement "the statement" is: of the last one that the text gave an author."""
    for token in reversed(paper.doc[max(0, paper.i - LOOKBACK) : paper.i]):
        if token.lemma_.lower() == paper.lemma_.lower() and token.pos_ == "NOUN":
            author = _author(token)
            if author is not None:
                return author
    return None


def _antecedent(relative: Token) -> Token | None:
    for ancestor in relative.ancestors:
        if ancestor.dep_ == "relcl":
            return ancestor.head
    return None


def name_of(head: Token) -> str:
    """The noun phrase as the article has it, without what follows a comma or a relative clause."""
    keep = {head.i}
    for child in head.children:
        if child.dep_ in {"relcl", "acl", "appos", "punct", "cc", "advcl", "dep"} and child.dep_ != "conj":
            continue
        if child.dep_ == "conj" and child.i - head.i > 8:
            continue
        keep |= {t.i for t in child.subtree}
    start = end = head.i
    while start - 1 in keep:
        start -= 1
    while end + 1 in keep or (end + 1 < len(head.doc) and head.doc[end + 1].dep_ in {"cc"} and end + 2 in keep):
        end += 1
    text = " ".join(head.doc[start : end + 1].text.split())
    return text if len(text) <= _LONGEST else head.text
