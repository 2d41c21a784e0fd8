"""Times of an article with their TIMEX3 values, counted from the day it was published and never from today."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc, Token

from bot.claims import extensions, timex
from bot.claims.sentences import sentence
from bot.claims.timex_patterns import PATTERN

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PERIOD = re.compile(r"\d{4}(?:-\d\d)?$")
_QUARTER = re.compile(r"\d{4}-Q\d$")
_EVENT = re.compile(r"\s+[A-Za-z]")
_SCHEDULED = frozenset({"begin", "start", "open", "kick", "end", "close", "face", "vote"})
"""In the present tense these tell what is planned: "the fair, which opens Monday"."""
_REACH = 1500
"""How many characters back "that day" or "the quarter" may point."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression; ``kind`` is the name of its pattern in :mod:`timex`."""

    start: int
    end: int
    value: str | None
    kind: str


@Language.factory("claimdesk_times", requires=["token.tag", "token.dep"], assigns=["doc._.times"])
def create_times(nlp: Language, name: str) -> Times:
    """Registered factory; stands behind the parser."""
    return Times()


class Times:
    """Sets ``doc._.times``; reads ``doc._.published``."""

    def __init__(self) -> None:
        extensions.register()

    def __call__(self, doc: Doc) -> Doc:
        """Find the time expressions of the document."""
        doc._.times = find(doc, doc._.published)
        return doc


def find(doc: Doc, published: date | None) -> list[Time]:
    """All time expressions in order. Without a published date, relative ones keep the value None."""
    starts = [token.idx for token in doc]
    found: list[Time] = []
    for match in PATTERN.finditer(doc.text):
        kind = match.lastgroup or ""
        text, start = timex.bare(match.group(), match.start())
        token = doc[max(0, bisect_right(starts, start) - 1)]
        if not _is_time(kind, text, token, found):
            continue
        context = timex.Context(published, direction(token))
        _look_back(context, found, start)
        resolved = timex.value(kind, text, context) if not _of_an_event(kind, match) else None
        if resolved is None and kind in {"yearagoquarter", "sameunit"}:
            continue
        if resolved is not None and resolved.startswith("X"):
            resolved = None
        found.append(Time(start, match.end(), resolved, kind))
    return found


def _is_time(kind: str, text: str, token: Token, before: list[Time]) -> bool:
    """A year that counts something, or a name that only looks like a month, is no time."""
    if kind == "year":
        return token.ent_type_ not in {"MONEY", "QUANTITY", "PERCENT"} and token.dep_ not in {"quantmod"}
    if kind == "month" and text in {"April", "June", "August"}:
        return token.ent_type_ != "PERSON"
    if kind == "deictic" and text[0].isupper() and token.ent_type_ in {"ORG", "WORK_OF_ART", "PRODUCT"}:
        return False  # a newspaper or a programme
    if kind == "relative" and text.istitle() and token.i > sentence(token).start:
        return False  # a programme, such as "This Week"
    if kind == "present":
        return token.pos_ in {"ADV", "INTJ"} or " " in text
    return True


def _of_an_event(kind: str, match: re.Match[str]) -> bool:
    """ "Two years before the war": counted from something that has no date here."""
    return kind == "ago" and match.group().lower().endswith("before") and bool(_EVENT.match(match.string, match.end()))


def _look_back(context: timex.Context, before: list[Time], start: int) -> None:
    for time in reversed(before):
        if start - time.start > _REACH:
            break
        if time.value is None:
            continue
        if context.last_day is None and _DAY.match(time.value):
            context.last_day = time.value[:10]
        if context.last_period is None and _PERIOD.match(time.value):
            context.last_period = time.value
        if context.last_quarter is None and time.kind == "quarter" and _QUARTER.match(time.value):
            context.last_quarter = time.value


def _has_tense(verb: Token) -> bool:
    return verb.tag_ in {"VBD", "VBZ", "VBP"} or any(c.dep_ in {"aux", "auxpass"} for c in verb.children)


def direction(token: Token) -> timex.Direction:
    """Whether the verb that governs a time looks back or ahead."""
    if any(t.lower_ == "ahead" for t in islice(token.ancestors, 4)):
        return "future"
    verb = token
    for _ in range(12):
        if verb.head == verb or (verb.pos_ in {"VERB", "AUX"} and _has_tense(verb)):
            break
        verb = verb.head
    helpers = [c for c in verb.children if c.dep_ in {"aux", "auxpass"}]
    words = {c.lower_ for c in helpers}
    if words & {"will", "wo", "'ll", "’ll", "shall", "would", "can", "may", "could", "should", "must"} or "to" in words:
        return "future"
    if verb.tag_ in {"VBD", "VBN"} or words & {"did", "was", "were", "had", "has", "have", "'ve", "’ve"}:
        return "past"
    return "future" if verb.tag_ in {"VBZ", "VBP"} and verb.lemma_ in _SCHEDULED else "open"
