"""What words point back to: pronouns, "the deal", "the agency", "his country", "we" inside a quotation.

A reference is resolved when one antecedent clearly fits. Otherwise the word is reported as ambiguous and stays as it
is, because a wrong name is worse than none.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Span, Token

from bot.claims.claim import Speaker
from bot.claims.cues import subject_of
from bot.claims.genders import is_somebody
from bot.claims.people import Cast, Person, country_of
from bot.claims.words import ordered, words

REACH = 3000
"""How many characters back "the deal" may point; named things are introduced once and then called by their kind."""
_FIRST = {"i": "", "me": "", "my": "'s", "mine": "'s", "myself": ""}
_GROUP = {"we": "", "us": "", "our": "'s", "ours": "'s", "ourselves": ""}
_PERSONAL = {"he": "", "him": "", "his": "'s", "she": "", "her": "", "hers": "'s"}
_THINGS = {"it": "", "its": "'s", "they": "", "them": "", "their": "'s", "theirs": "'s"}
_POINTERS = frozenset({"this", "that", "these", "those"})
_CONTRACTIONS = {
    "'ve": "have",
    "’ve": "have",
    "'re": "are",
    "’re": "are",
    "'m": "am",
    "’m": "am",
    "'ll": "will",
    "’ll": "will",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of the article to be replaced in the standalone text."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Resolution:
    """The edits that make a span readable by itself, and the words that could not be resolved."""

    edits: list[Edit] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)

    def note(self, token: Token) -> None:
        """Report a word that stays open."""
        if token.text not in self.ambiguous:
            self.ambiguous.append(token.text)


@cache
def _kinds() -> dict[str, int]:
    """Each word of ``config/same_thing.txt`` with the number of its group."""
    return {word: group for group, line in enumerate(ordered("same_thing")) for word in line.split()}


class References:
    """Looks words up in the cast and among the things that the document has named."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self.doc = doc
        self.cast = cast
        self._things = [
            t for t in doc if t.pos_ == "NOUN" and t.dep_ != "compound" and _kind_of(t) is not None and _is_named(t)
        ]
        self._starts = [t.i for t in self._things]

    def resolve(self, span: Span, speaker: Speaker | None, quoted: bool) -> Resolution:
        """Go through the words of a span; ``quoted`` says that "I" and "we" are the speaker's."""
        result = Resolution()
        for token in span:
            word = token.lower_
            if token.tag_ in {"PRP", "PRP$"} or (token.pos_ == "PRON" and token.tag_ == "DT"):
                if word in _FIRST or word in _GROUP:
                    if quoted:
                        self._first_person(token, speaker, result)
                elif word in _PERSONAL:
                    self._third_person(token, span, speaker, quoted, result)
                elif word in _THINGS:
                    self._thing(token, span, None if quoted else speaker, result)
                elif (
                    word in _POINTERS
                    and token.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj"}
                    and not _introduces(token)
                ):
                    result.note(token)
            elif token.pos_ == "NOUN":
                self._definite(token, span, speaker, result)
        return result

    def _first_person(self, token: Token, speaker: Speaker | None, result: Resolution) -> None:
        if speaker is None or speaker.name.lower() in {"he", "she", "they", "it", "we", "i", "who"}:
            result.note(token)
            return
        word = token.lower_
        if word in _FIRST:
            name = speaker.name
        else:
            body = self._body_of(speaker)
            if body is None:
                result.note(token)
                return
            name = body
        tail = _FIRST.get(word, _GROUP.get(word, ""))
        after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
        end, verb = token.idx + len(token.text), ""
        if after is not None and after.lower_ in _CONTRACTIONS:
            end, verb = after.idx + len(after.text), " " + _CONTRACTIONS[after.lower_]
        result.edits.append(Edit(token.idx, end, f"{token.text} [{name}{tail}]{verb}"))

    def _body_of(self, speaker: Speaker) -> str | None:
        """Whom a speaker means by "we": the body that the role begins with, or the body that speaks."""
        role = speaker.role.removeprefix("the ")
        found = (m for m in self.cast.mentions if m.person is None and m.label in {"ORG", "GPE"})
        bodies = {m.text.removeprefix("the ").removeprefix("The ") for m in found}
        named = max((b for b in bodies if role.startswith(f"{b} ")), key=len, default=None)
        if named is not None:
            return f"the {named}"
        return speaker.name if speaker.name.split()[-1].lower() in words("body_nouns") else None

    def _third_person(
        self, token: Token, span: Span, speaker: Speaker | None, quoted: bool, result: Resolution
    ) -> None:
        owned = token.head if token.dep_ == "poss" else None
        if owned is not None and owned.lemma_.lower() == "country" and speaker is not None:
            country = country_of(speaker.role)
            if country is not None:
                result.edits.append(Edit(token.idx, owned.idx + len(owned.text), country))
                return
        if self._named_within(token, span) or _gender(token) in result.settled:
            return
        name = self._speaker_again(token, speaker) if not quoted else None
        if name is None:
            said_by = self._person_of(speaker) if quoted else None
            person = self.cast.he_or_she(token, said_by)
            name = person.name if person is not None and not self._governs(token, span, person) else None
        if name is None:
            result.note(token)
        elif token.lower_ not in {"himself", "herself"}:
            result.settled.add(_gender(token))
            result.edits.append(_replacing(token, name + ("'s" if token.dep_ == "poss" else "")))
            result.edits += _written_out(token)

    def _named_within(self, token: Token, span: Span) -> bool:
        """Somebody earlier in the span is whom the pronoun means to a reader of the span."""
        return any(
            self.cast.person_at(t) is not None or _is_unknown_name(t) if t.pos_ == "PROPN" else is_somebody(t, token)
            for t in span
            if t.i < token.i and t.pos_ in {"PROPN", "NOUN"}
        )

    def _governs(self, pronoun: Token, span: Span, person: Person) -> bool:
        """Who a pronoun cannot be, by the places of pronoun and name in one clause (Reinhart 1983).

        In "he would not back Smith" he is not Smith, in "Smith accused him" neither.
        """
        verb = pronoun.head
        if pronoun.dep_ in {"dobj", "dative"} or (verb.dep_ == "prep" and pronoun.dep_ == "pobj"):
            doer = subject_of(verb if verb.pos_ == "VERB" else verb.head)
            return doer is not None and self.cast.person_at(doer) is person
        if pronoun.dep_ not in {"nsubj", "nsubjpass"}:
            return False
        after = (t for t in span if t.i > verb.i and t.pos_ == "PROPN" and self.cast.person_at(t) is person)
        return any(verb in t.ancestors for t in after)

    def _person_of(self, speaker: Speaker | None) -> Person | None:
        if speaker is None:
            return None
        return next((p for p in self.cast.people if p.name == speaker.name), None)

    def _speaker_again(self, token: Token, speaker: Speaker | None) -> str | None:
        """In "Smith said he …", he is Smith, unless Smith is known to be a woman."""
        person = self._person_of(speaker)
        if person is None:
            return None
        wanted = "m" if token.lower_ in {"he", "him", "his"} else "f"
        return person.name if person.gender in {"", wanted} else None

    def _thing(self, token: Token, span: Span, speaker: Speaker | None, result: Resolution) -> None:
        if token.dep_ == "expl" or _is_dummy(token):
            return
        if any(t.pos_ in {"NOUN", "PROPN"} and t.i < token.i for t in span):
            return
        plural = token.lower_ not in {"it", "its"}
        body = None if plural else self._speaking_body(speaker) or self.cast.it(token)
        if body is None:
            result.note(token)
        else:
            result.edits.append(_replacing(token, body + ("'s" if token.dep_ == "poss" else "")))

    def _speaking_body(self, speaker: Speaker | None) -> str | None:
        """In "The agency said it …", it is the agency."""
        if speaker is None or self._person_of(speaker) is not None or speaker.name.lower() in _PERSONAL:
            return None
        known = any(
            m.text == speaker.name.removeprefix("the ").removeprefix("The ") or m.text == speaker.name
            for m in self.cast.mentions
        )
        return speaker.name if known or speaker.name.split()[-1].lower() in words("body_nouns") else None

    def _definite(self, noun: Token, span: Span, speaker: Speaker | None, result: Resolution) -> None:
        if not any(c.dep_ == "det" and c.lower_ in {"the", "that", "this"} for c in noun.children):
            return
        if any(c.dep_ not in {"det", "punct", "case"} for c in noun.children) or noun.tag_ != "NN":
            return
        start = next(c.idx for c in noun.children if c.dep_ == "det")
        lemma = noun.lemma_.lower()
        if lemma in words("body_nouns"):
            body = self.cast.body_before(noun)
            if body is not None and body not in span.text:
                result.edits.append(Edit(start, noun.idx + len(noun.text), _with_article(body)))
            return
        if lemma in words("person_roles"):
            person = self.cast.of_role(noun)
            if person is not None:
                result.edits.append(Edit(start, noun.idx + len(noun.text), person.name))
            return
        named = self._named_before(noun)
        if named is not None and named not in span.text:
            result.edits.append(Edit(start, noun.idx + len(noun.text), named))

    def _named_before(self, noun: Token) -> str | None:
        """The last thing of this kind that the text gave a name; None if two of them are close."""
        kind = _kind_of(noun)
        if kind is None:
            return None
        for i in range(bisect_left(self._starts, noun.i) - 1, -1, -1):
            thing = self._things[i]
            if noun.idx - thing.idx > REACH:
                return None
            if _kind_of(thing) == kind:
                return _phrase(thing)
        return None


def _is_unknown_name(token: Token) -> bool:
    """A subject of one capitalised word that the entity recogniser did not take for a place: a surname, perhaps."""
    return (
        token.dep_ in {"nsubj", "nsubjpass"}
        and token.ent_type_ in {"", "PERSON", "ORG"}
        and token.text.istitle()
        and not any(c.dep_ in {"compound", "det"} for c in token.children)
    )


def _kind_of(noun: Token) -> int | None:
    kinds = _kinds()
    lemma = noun.lemma_.lower()
    if lemma == "fire" and noun.i > 1 and noun.doc[noun.i - 2].lower_ == "cease":
        return kinds.get("ceasefire")
    return kinds.get(lemma)


def _is_named(noun: Token) -> bool:
    """It carries a name or a quotation: "the Paris accord", "a Russian proposal", "the “Open Skies” treaty"."""
    if noun.pos_ == "PROPN":
        return False
    for token in noun.doc[noun.left_edge.i : noun.i]:
        if token.ent_type_ in {
            "ORG",
            "GPE",
            "NORP",
            "LAW",
            "EVENT",
            "LOC",
            "PRODUCT",
            "WORK_OF_ART",
            "PERSON",
        } or token.text in {"“", '"', "``"}:
            return True
    return False


def _phrase(noun: Token) -> str:
    start = noun.left_edge.i
    text = " ".join(noun.doc[start : noun.i + 1].text.split())
    head, _, rest = text.partition(" ")
    if head.lower() in {"a", "an", "the", "this", "that"} and rest:
        text = rest
    if any(c.dep_ == "poss" for c in noun.children):
        return text
    return f"the {text}"


def _with_article(name: str) -> str:
    return name[0].lower() + name[1:] if name.startswith("The ") else name


def _gender(pronoun: Token) -> str:
    return "f" if pronoun.lower_ in {"she", "her", "hers", "herself"} else "m"


def _written_out(subject: Token) -> list[Edit]:
    """ "He's" → "Smith is": what hangs on a pronoun does not hang on a name."""
    if subject.i + 1 >= len(subject.doc):
        return []
    helper = subject.nbor(1)
    if helper.pos_ not in {"AUX", "VERB"} or helper.text[:1] not in {"'", "’"}:
        return []
    full = {"'ll": "will", "'d": "would"}.get(helper.lower_.replace("’", "'"))
    done = helper.dep_ == "aux" and helper.head.tag_ == "VBN"
    full = full or ("has" if done or helper.lemma_.lower() == "have" or _is_been(helper) else "is")
    return [_replacing(helper, f" {full}")]


def _is_been(helper: Token) -> bool:
    """ "She's been", "he's already been"."""
    return any(t.lower_ == "been" for t in helper.doc[helper.i + 1 : helper.i + 3])


def _replacing(token: Token, text: str) -> Edit:
    return Edit(token.idx, token.idx + len(token.text), text)


def _introduces(token: Token) -> bool:
    """ "This is the first time that …" explains itself."""
    verb = token.head
    return verb.lemma_ == "be" and any(
        c.dep_ == "attr" and any(g.dep_ in {"relcl", "acl", "prep"} for g in c.children) for c in verb.children
    )


def _is_dummy(token: Token) -> bool:
    """ "It is clear that …", "it takes … to …", "it rained": nothing is meant by it."""
    verb = token.head
    if token.lower_ != "it" or token.dep_ not in {"nsubj", "nsubjpass"}:
        return False
    return any(
        c.dep_ in {"ccomp", "csubj", "xcomp", "advcl"} and c.i > verb.i for c in verb.children
    ) and verb.lemma_ in {"be", "seem", "appear", "take", "become", "turn"}
