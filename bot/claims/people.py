"""Who is who in an article: full names, roles, and whom "he", "the spokesman" or "the agency" stands for."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Literal

from spacy.tokens import Doc, Span, Token

from bot.claims.words import ordered, words

Gender = Literal["m", "f", ""]
BODIES = frozenset({"ORG", "GPE", "NORP"})
_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_HONORIFICS: dict[str, Gender] = {
    "mr.": "m",
    "mr": "m",
    "sir": "m",
    "mrs.": "f",
    "mrs": "f",
    "ms.": "f",
    "ms": "f",
    "miss": "f",
}
_GENDERED: tuple[tuple[str, Gender], ...] = (
    ("woman", "f"), ("wife", "f"), ("mother", "f"), ("daughter", "f"), ("sister", "f"), ("queen", "f"), ("first lady", "f"),
    ("man", "m"), ("husband", "m"), ("father", "m"), ("son", "m"), ("brother", "m"), ("king", "m"),
)  # fmt: skip
REACH = 900
"""How many characters back a pronoun may look for its person: about a paragraph and a half of news."""


@dataclass(slots=True)
class Person:
    """Somebody the article names. ``mentions`` are token indices of the last word of each mention."""

    name: str
    role: str = ""
    gender: Gender = ""
    mentions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Mention:
    """A named entity where it stands."""

    start: int
    end: int
    subject: bool
    person: Person | None
    text: str
    label: str


class Cast:
    """The people and bodies of one document, with the questions one asks about them."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.people: dict[str, Person] = {}
        self.mentions: list[Mention] = []
        ents = [ent for ent in doc.ents if ent.label_ == "PERSON" or ent.label_ in BODIES]
        for ent in sorted((e for e in ents if e.label_ == "PERSON"), key=len, reverse=True):
            self._meet(ent)
        for ent in ents:
            person = self.people.get(_surname(ent)) if ent.label_ == "PERSON" else None
            name = _plain_name(ent)
            self.mentions.append(Mention(ent.start, ent.end, _is_subject(ent.root), person, name, ent.label_))
        self._starts = [mention.start for mention in self.mentions]

    def _meet(self, ent: Span) -> None:
        key = _surname(ent)
        if not key:
            return
        name = _plain_name(ent)
        person = self.people.get(key)
        if person is None:
            person = self.people[key] = Person(name)
        if not person.role:
            person.role = role_of(ent)
        person.gender = person.gender or _gender(ent, person.role)
        person.mentions.append(ent.end - 1)

    def person_at(self, token: Token) -> Person | None:
        """The person whose name the token belongs to."""
        i = bisect_left(self._starts, token.i + 1) - 1
        if i >= 0 and self.mentions[i].end > token.i:
            return self.mentions[i].person
        if token.pos_ == "PROPN" and token.text in self.people:
            return self.people[token.text]
        return None

    def before(self, token: Token, reach: int = REACH) -> list[Mention]:
        """The mentions that stand before a token, nearest first."""
        found = []
        for i in range(bisect_left(self._starts, token.i) - 1, -1, -1):
            mention = self.mentions[i]
            if token.idx - self.doc[mention.start].idx > reach:
                break
            found.append(mention)
        return found

    def he_or_she(self, pronoun: Token) -> Person | None:
        """The person a third-person pronoun stands for: the nearest subject of fitting gender, else the only one near.

        Subjects first is the preference for the backward-looking centre (Grosz, Joshi & Weinstein 1995).
        """
        wanted: Gender = "m" if pronoun.lower_ in _HE else "f" if pronoun.lower_ in _SHE else ""
        near = [
            m for m in self.before(pronoun)
            if m.person is not None and (not m.person.gender or m.person.gender == wanted)
        ]  # fmt: skip
        if not near:
            return None
        sentence = pronoun.sent.start
        inside = [m for m in near if m.start >= sentence and m.subject]
        if inside:
            return inside[0].person
        subjects = [m for m in near if m.subject]
        pool = subjects or near
        first = pool[0]
        rivals = {id(m.person) for m in pool if m.start >= self.doc[first.start].sent.start and m.start < sentence}
        if len(rivals) > 1 and not (first.person is not None and first.person.gender == wanted):
            return None
        return first.person

    def of_role(self, noun: Token) -> Person | None:
        """ "The spokesman": the last named person with that word in the role; None if it was nobody's."""
        for mention in self.before(noun, reach=4000):
            if mention.person is not None and noun.lemma_.lower() in mention.person.role.lower().split():
                return mention.person
        return None

    def body_before(self, token: Token) -> str | None:
        """ "The agency", "it": the nearest named body that is a subject, if only one is near."""
        near = [m for m in self.before(token, reach=500) if m.label in {"ORG", "GPE"}]
        subjects = [m for m in near if m.subject]
        return subjects[0].text if subjects else None


def _is_subject(token: Token) -> bool:
    while token.dep_ in {"compound", "appos", "conj", "nmod"} and token.head is not token:
        token = token.head
    return token.dep_ in {"nsubj", "nsubjpass"}


def _plain_name(ent: Span) -> str:
    tokens = [t for t in ent if not t.is_space]
    while tokens and (tokens[-1].tag_ == "POS" or tokens[-1].text in {"'s", "’s", "’", "'"}):
        tokens.pop()
    while tokens and (
        tokens[0].lower_ in _HONORIFICS or tokens[0].text.rstrip(".") in words("titles") or tokens[0].text == "."
    ):
        tokens.pop(0)
    if not tokens:
        return ent.text
    return " ".join(ent.doc[tokens[0].i : tokens[-1].i + 1].text.split())


def _surname(ent: Span) -> str:
    last = [
        t.text
        for t in ent
        if t.text[0].isalpha() and t.tag_ != "POS" and t.text.rstrip(".") not in {"Jr", "Sr", "II", "III"}
    ]
    return last[-1] if last else ""


def role_of(ent: Span) -> str:
    """What stands before a name ("Pentagon spokesman Capt.") or behind it ("..., a Pentagon spokesman,")."""
    doc, start = ent.doc, ent.start
    left = start
    while left > 0 and doc[left - 1].sent.start == ent.sent.start and _role_word(doc[left - 1], ent):
        left -= 1
    tokens = list(doc[left:start])
    while tokens and tokens[0].pos_ in {"DET", "PUNCT", "CCONJ"}:
        tokens.pop(0)
    while tokens and (tokens[-1].text == "." or tokens[-1].text.rstrip(".") in words("titles")) and len(tokens) > 1:
        tokens.pop()
    text = " ".join(doc[tokens[0].i : tokens[-1].i + 1].text.split()) if tokens else ""
    if text and any(t.lemma_.lower() in words("person_roles") for t in tokens):
        return text
    for child in ent.root.children:
        if child.dep_ == "appos" and child.i > ent.root.i and child.pos_ in {"NOUN", "PROPN"}:
            span = doc[child.left_edge.i : child.right_edge.i + 1]
            short = span.text.split(",")[0].split(" who ")[0]
            return " ".join(short.split()) if len(short) < 90 and child.lemma_.lower() in words("person_roles") else ""
    return ""


def _role_word(token: Token, ent: Span) -> bool:
    """By its part of speech, not by its head: a rank with a full stop misleads the parser."""
    if token.ent_type_ in {"DATE", "TIME"} or token.is_space:
        return False
    if token.text == ".":
        return token.i > 0 and token.nbor(-1).text in words("titles")
    return token.pos_ in {"NOUN", "PROPN", "ADJ"} or token.tag_ == "POS" or token.text == "-"


def _gender(ent: Span, role: str) -> Gender:
    first = ent[0].lower_
    before = ent.doc[ent.start - 1].lower_ if ent.start else ""
    for word in (first, before):
        if word in _HONORIFICS:
            return _HONORIFICS[word]
    last = role.lower()
    return next((gender for word, gender in _GENDERED if last.endswith(word)), "")


def country_of(role: str) -> str | None:
    """ "Russian Defense Minister" → "Russia"."""
    for line in ordered("countries"):
        adjective, country = (part.strip() for part in line.split("="))
        if adjective in role:
            return country
    return None
