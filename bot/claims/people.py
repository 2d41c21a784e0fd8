"""Who is who in an article: full names, roles, and whom "he", "the spokesman" or "the agency" stands for."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from bot.claims.genders import HE, HONORIFICS, SHE, Gender, first_names, gender_of
from bot.claims.quotes import QuoteIndex
from bot.claims.sentences import sentence
from bot.claims.words import ordered, words

BODIES = frozenset({"ORG", "GPE", "NORP"})
_OF_STATES = frozenset({"government", "regime", "administration"})
_ANY_BODY = _OF_STATES | {
    "agency", "association", "body", "broadcaster", "bureau", "carrier", "charity", "company", "corporation",
    "department", "firm", "foundation", "group", "institute", "institution", "manufacturer", "ministry", "network",
    "newspaper", "office", "organization", "organisation", "outlet", "publication", "regulator", "retailer", "watchdog",
}  # fmt: skip
_FIRMS = frozenset({"company", "firm", "corporation", "carrier", "manufacturer", "retailer"})
_FIRM_WORDS = frozenset({"inc", "corp", "co", "ltd", "llc", "plc", "gmbh", "airlines", "motors", "holdings", "bank"})
_AUTHORITIES = frozenset(
    {
        "agency", "administration", "army", "authority", "board", "bureau", "cabinet", "commission", "committee",
        "congress", "council", "court", "department", "fbi", "government", "house", "legislature", "military",
        "ministry", "office", "parliament", "party", "pentagon", "police", "regulator", "senate", "service", "tribunal",
        "union", "university",
    }
)  # fmt: skip
LONGEST_ACRONYM = 5
"""Letters of a name in capitals that may be an authority as well as a firm."""
_PLACES = frozenset({"Virginia", "Charlotte", "Victoria", "Grace", "Francis", "Grant", "Jordan"})
"""First names that begin the names of places and bodies as well."""
_ARTICLE = re.compile(r"^(?:an?|the) ", re.IGNORECASE)
REACH = 900
"""How many characters back a pronoun may look for its person: about a paragraph and a half of news."""


@dataclass(slots=True)
class Person:
    """Somebody the article names."""

    name: str
    role: str = ""
    gender: Gender = ""


@dataclass(slots=True)
class Mention:
    """A named entity where it stands."""

    start: int
    end: int
    subject: bool
    person: Person | None
    text: str
    label: str
    apart: bool
    """Inside a quotation, or part of another name ("the Clinton campaign"): no pronoun of the article points at it."""


class Cast:
    """The people and bodies of one document, with the questions one asks about them."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.people: list[Person] = []
        self._surnames: dict[str, list[Person]] = {}
        self.mentions: list[Mention] = []
        quoted = QuoteIndex(doc._.quotes or [])
        ents = [ent for ent in doc.ents if ent.label_ == "PERSON" or ent.label_ in BODIES]
        above = [line.end for line in doc._.lines or [] if line.kind == "title"]
        people = [ent for ent in ents if _is_person(ent)]
        told = [ent for ent in people if not above or ent.start_char > max(above)] or people
        for ent in sorted(told, key=len, reverse=True):  # in a headline every word has a capital
            self._meet(ent)
        for ent in ents:
            alone = len(ent) == 1 and ent.text in self._surnames  # a surname that was taken for a body or a place
            person = self._known(ent) if _is_person(ent) or alone else None
            apart = quoted.at(ent.start_char) is not None or ent.root.dep_ in {"compound", "nmod"}
            name = _plain_name(ent)
            self.mentions.append(Mention(ent.start, ent.end, _is_subject(ent.root), person, name, ent.label_, apart))
        self._starts = [mention.start for mention in self.mentions]

    def _meet(self, ent: Span) -> None:
        key = _surname(ent)
        if not key:
            return
        person = self._known(ent)
        if person is None:
            person = Person(_plain_name(ent))
            self.people.append(person)
            self._surnames.setdefault(key, []).append(person)
        person.role = person.role or role_of(ent)
        person.gender = person.gender or gender_of(ent, person.role)

    def _known(self, ent: Span) -> Person | None:
        """Whom a name means among those met so far; a bare surname that two share is a person of its own."""
        name = _plain_name(ent)
        bearers = self._surnames.get(_surname(ent), [])
        for person in bearers:
            if person.name == name or (person.name.endswith(f" {name}") and " " in name):
                return person
            if " " in name and person.name.split()[0] == name.split()[0]:
                return person
        if " " in name or len(bearers) < 2:
            return bearers[0] if bearers and " " not in name else None
        gender = gender_of(ent, "")
        fitting = [person for person in bearers if gender and person.gender == gender]
        return fitting[0] if len(fitting) == 1 else None

    def person_at(self, token: Token) -> Person | None:
        """The person whose name the token belongs to."""
        i = bisect_left(self._starts, token.i + 1) - 1
        if i >= 0 and self.mentions[i].end > token.i and self.mentions[i].person is not None:
            return self.mentions[i].person
        bearers = self._surnames.get(token.text, []) if token.pos_ == "PROPN" else []
        return bearers[0] if len(bearers) == 1 else None

    def before(self, token: Token, reach: int = REACH) -> list[Mention]:
        """The mentions that stand before a token, nearest first."""
        found = []
        for i in range(bisect_left(self._starts, token.i) - 1, -1, -1):
            mention = self.mentions[i]
            if token.idx - self.doc[mention.start].idx > reach:
                break
            found.append(mention)
        return found

    def he_or_she(self, pronoun: Token, not_this: Person | None = None) -> Person | None:
        """The person a third-person pronoun stands for: the nearest subject of fitting gender; None if two fit as well.

        Subjects first is the preference for the backward-looking centre (Grosz, Joshi & Weinstein 1995). ``not_this``
        is somebody who cannot be meant: whoever is being quoted does not call himself "he".
        """
        wanted: Gender = "m" if pronoun.lower_ in HE else "f" if pronoun.lower_ in SHE else ""
        people = [m for m in self.before(pronoun) if m.person is not None and m.person is not not_this]
        if not_this is None:
            people = [m for m in people if not m.apart] or people
        near = [m for m in people if m.person and m.person.gender in {"", wanted}]
        begin = sentence(pronoun).start
        ahead = self._subject_ahead(pronoun)
        if ahead is not None and ahead is not not_this and ahead.gender in {"", wanted}:
            return ahead
        if not near:
            return None
        pool = [m for m in near if m.start >= begin] or near
        last = sentence(self.doc[pool[0].start]).start
        pool = [m for m in pool if m.start >= last]
        subjects = {id(m.person): m.person for m in pool if m.subject}
        choice = subjects or {id(m.person): m.person for m in pool}
        person = next(iter(choice.values())) if len(choice) == 1 else None
        if person is not None and not person.gender:
            certain = any(m.person and m.person.gender for m in near)
            return None if certain or " " not in person.name else person  # a name that tells nothing is no antecedent
        return person

    def _subject_ahead(self, pronoun: Token) -> Person | None:
        """ "In his interviews, Carson …": the subject of the main verb, when the pronoun stands before it."""
        root = sentence(pronoun).root
        subject = next((c for c in root.children if c.dep_ in {"nsubj", "nsubjpass"} and c.i > pronoun.i), None)
        if subject is None or pronoun.dep_ != "poss":
            return None
        return self.person_at(subject)

    def of_role(self, noun: Token) -> Person | None:
        """ "The spokesman": the last named person with that word in the role; None if it was nobody's."""
        for mention in self.before(noun, reach=4000):
            if mention.person is not None and noun.lemma_.lower() in mention.person.role.lower().split():
                return mention.person
        return None

    def body_before(self, noun: Token) -> str | None:
        """ "The agency": the only named body that is a subject in the sentence or the one before; None if two are.

        "The party" and "the court" are only ever a body with that word in its name.
        """
        word = noun.lemma_.lower()
        labels = {"ORG", "GPE"} if word in _OF_STATES else {"ORG"}
        begin = max(0, sentence(noun).start - 1)
        begin = sentence(self.doc[begin]).start
        found: dict[str, None] = {}
        for mention in self.before(noun, reach=800):
            if mention.start < begin or mention.person is not None or mention.label not in labels:
                continue
            if not _may_be(word, mention.text):
                continue
            if word in mention.text.lower() or (mention.subject and word in _ANY_BODY):
                found[mention.text] = None
        return next(iter(found)) if len(found) == 1 else None

    def it(self, pronoun: Token) -> str | None:
        """The body that is the subject of the sentence before, or of the clause before in the same sentence."""
        sent = sentence(pronoun)
        heads = [sent.root] if sent.root.i < pronoun.i else []
        if sent.start > 0:
            heads.append(sentence(self.doc[sent.start - 1]).root)
        for root in heads:
            subject = next((c for c in root.children if c.dep_ in {"nsubj", "nsubjpass"} and c.i < pronoun.i), None)
            if subject is not None and subject.i != pronoun.i:
                i = bisect_left(self._starts, subject.i + 1) - 1
                mention = self.mentions[i] if i >= 0 and self.mentions[i].end > subject.i else None
                fits = mention is not None and mention.label in {"ORG", "GPE"} and mention.person is None
                return mention.text if fits and mention is not None else None
        return None


def _may_be(word: str, name: str) -> bool:
    """Whether a body of that name can be called so: no department is a "company", no corporation an "agency"."""
    parts = set(name.lower().replace(".", "").split())
    if word in _FIRMS:
        acronym = name.isupper() and len(name) <= LONGEST_ACRONYM
        return not acronym and not parts & _AUTHORITIES
    return word not in _AUTHORITIES or not parts & _FIRM_WORDS


def _is_person(ent: Span) -> bool:
    """A name with an apostrophe in the middle ("Anna's Fund") is a thing.

    Two capitalised words of which the first is a first name are a person, whatever the parser's entities say.
    """
    if any(t.tag_ == "POS" for t in ent[:-1]):
        return False
    if ent.label_ == "PERSON":
        return True
    names = [t for t in ent if t.tag_ != "POS"]
    return (
        len(names) == 2
        and names[0].text in first_names()
        and names[0].text not in _PLACES
        and names[1].text.istitle()
        and names[1].text.isalpha()
        and names[1].lower_ not in words("body_nouns")
    )


def _is_subject(token: Token) -> bool:
    while token.dep_ in {"compound", "appos", "conj", "nmod"} and token.head != token:
        token = token.head
    return token.dep_ in {"nsubj", "nsubjpass"}


def _plain_name(ent: Span) -> str:
    tokens = [t for t in ent if not t.is_space]
    while tokens and (tokens[-1].tag_ == "POS" or tokens[-1].text in {"'s", "’s", "’", "'"}):
        tokens.pop()
    while tokens and (
        tokens[0].lower_ in HONORIFICS or tokens[0].text.rstrip(".") in words("titles") or tokens[0].text == "."
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
    """What stands before a name ("Kremlin spokesman Col.") or behind it ("..., a Kremlin spokesman,")."""
    doc, start = ent.doc, ent.start
    left = start
    while left > 0 and not doc[left].is_sent_start and _role_word(doc[left - 1], ent):
        left -= 1
    tokens = list(doc[left:start])
    while tokens and tokens[0].pos_ in {"DET", "PUNCT", "CCONJ"}:
        tokens.pop(0)
    while tokens and (tokens[-1].text == "." or tokens[-1].text.rstrip(".") in words("titles")) and len(tokens) > 1:
        tokens.pop()
    text = " ".join(doc[tokens[0].i : tokens[-1].i + 1].text.split()) if tokens else ""
    last = max((i for i, t in enumerate(tokens) if t.lemma_.lower() in words("person_roles")), default=None)
    if text and last is not None:
        return " ".join(doc[tokens[0].i : tokens[last].i + 1].text.split())
    for child in ent.root.children:
        if child.dep_ == "appos" and child.i > ent.root.i and child.pos_ in {"NOUN", "PROPN"}:
            span = doc[child.left_edge.i : child.right_edge.i + 1]
            short = span.text.split(",")[0].split(" who ")[0]
            known = len(short) < 90 and child.lemma_.lower() in words("person_roles")
            return _ARTICLE.sub("", " ".join(short.split())) if known else ""
    return ""


def _role_word(token: Token, ent: Span) -> bool:
    """By its part of speech, not by its head: a rank with a full stop misleads the parser."""
    if token.ent_type_ in {"DATE", "TIME"} or token.is_space:
        return False
    if token.text == ".":
        return token.i > 0 and token.nbor(-1).text in words("titles")
    return token.pos_ in {"NOUN", "PROPN", "ADJ"} or token.tag_ == "POS" or token.text == "-"


def country_of(role: str) -> str | None:
    """ "Norwegian Finance Minister" → "Norway"."""
    for line in ordered("countries"):
        adjective, country = (part.strip() for part in line.split("="))
        if adjective in role:
            return country
    return None
