"""The claims of a document: each clause that somebody could find true or false, with speaker, times and references."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from bot.claims import extensions, times, worth
from bot.claims.asides import asides
from bot.claims.attributions import Attributions, Saying
from bot.claims.checkable import CONDITION, THIN, UNSURE, VIEW, WISH, reason_against
from bot.claims.claim import Claim, Kind, TimeExpression, Voice
from bot.claims.clause import Clause
from bot.claims.clauses import QUOTATION_MARKS, as_a_whole, clauses
from bot.claims.extent import span_of, without_tail
from bot.claims.people import Cast
from bot.claims.polarity import modality, polarity
from bot.claims.quantities import Entities, names, quantities
from bot.claims.quotes import QuoteIndex
from bot.claims.references import References
from bot.claims.speakers import Resolved, Speakers
from bot.claims.standalone import standalone, subject_words
from bot.claims.times import Time
from bot.claims.turns import turns

_CAUSAL = frozenset({"because", "cause", "lead", "result", "due", "prompt", "trigger", "contribute", "blame", "thanks"})
_POSITION = frozenset(
    {
        "support",
        "oppose",
        "favor",
        "favour",
        "endorse",
        "back",
        "reject",
        "agree",
        "condemn",
        "demand",
        "vote",
        "promise",
        "pledge",
        "vow",
        "decline",
        "refuse",
        "reserve",
    }
)
_REFERENCE = "_REF"
LEAST_WORTH = 0.12
"""Below this a clause is small talk. Set where annotated news loses none of the claims that must be found."""

LEAST_IN_DOUBT = {THIN: 0.2, UNSURE: 0.4, CONDITION: 0.8}
"""The same for a clause that :mod:`checkable` doubts."""


@Language.factory(
    "claimdesk_claims",
    requires=["token.dep", "token.tag"],
    assigns=["doc._.claims"],
)
def create_claims(nlp: Language, name: str) -> Claims:
    """Registered factory; stands behind the other components of Claimdesk."""
    return Claims()


class Claims:
    """Sets ``doc._.claims`` to claim values in the order of the text, and names the speakers of the attributions."""

    def __init__(self) -> None:
        extensions.register()
        self._attributions = Attributions()

    def __call__(self, doc: Doc) -> Doc:
        """Find the claims of the document; what another component of ours would have set is made up for."""
        if doc._.attributions is None:
            doc = self._attributions(doc)
        if doc._.times is None:
            doc._.times = times.find(doc, doc._.published)
        doc._.claims = _Finder(doc).claims()
        return doc


@dataclass(frozen=True, slots=True)
class _Draft:
    """A claim before it is scored; ``named``: it says who or what it is about, if only by a part of a name."""

    claim: Claim
    named: bool
    least: float
    """The worth below which it is dropped."""

    def scored(self, log_odds: float) -> Claim:
        """The claim with its score and reasons."""
        claim = self.claim
        score, reasons = worth.of_claim(
            claim.standalone,
            log_odds,
            named=self.named,
            quantified=bool(claim.quantities),
            dated=any(t.value for t in claim.times),
            negative=claim.polarity == "negative",
            attributed=claim.speaker is not None,
            open_words=len(claim.ambiguous),
        )
        return claim.model_copy(update={"worth": score, "reasons": reasons})


class _Finder:
    """One pass over one document."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.cast = Cast(doc)
        self.references = References(doc, self.cast)
        self.text: str = doc.text
        self.entities = Entities(doc)
        self.quotes = QuoteIndex(doc._.quotes or [])
        self.times: list[Time] = doc._.times or []
        self._time_starts = [time.start for time in self.times]
        scored: list[Saying] = doc._.attributions or []
        self.sayings = [*scored, *asides(doc, scored), *turns(doc)]
        doc._.attributions = sorted((s for s in self.sayings if s.content), key=lambda s: (s.content[0][0], s.cue.i))
        self.resolved = self._speakers()
        self._by_sentence = self._sayings_by_sentence()

    def _speakers(self) -> dict[int, Resolved]:
        speakers = Speakers(self.doc, self.cast)
        resolved = {}
        for saying in sorted(self.sayings, key=lambda s: s.cue.i):
            resolved[id(saying)] = speakers.resolve(saying)
            speaker = resolved[id(saying)].speaker
            saying.speaker = speaker.name if speaker is not None else None
        return resolved

    def _sayings_by_sentence(self) -> dict[int, list[Saying]]:
        """The acts of saying whose cue or content touches a sentence, by the sentence's first token."""
        starts = [sent.start_char for sent in self.doc.sents]
        firsts = [sent.start for sent in self.doc.sents]
        found: dict[int, list[Saying]] = {}
        for saying in self.sayings:
            touched = {bisect_right(starts, saying.cue.idx) - 1}
            for start, end in saying.content:
                low = max(0, bisect_right(starts, start) - 1)
                touched |= set(range(low, bisect_left(starts, end)))
            for i in touched:
                found.setdefault(firsts[i], []).append(saying)
        return found

    def claims(self) -> list[Claim]:
        """Claims of the lines that belong to the story."""
        drafts = self._drafts()
        log_odds = worth.log_odds([draft.claim.standalone for draft in drafts])
        scored = ((draft.scored(odds), draft.least) for draft, odds in zip(drafts, log_odds, strict=True))
        return [claim for claim, least in scored if claim.worth >= least]

    def _drafts(self) -> list[_Draft]:
        found: list[_Draft] = []
        body = [(line.start, line.end) for line in self.doc._.lines or [] if line.kind == "body"]
        starts = [start for start, _ in body]
        for sent in self.doc.sents:
            first = next((t for t in sent if not t.is_space), None)
            if first is None:
                continue
            i = bisect_right(starts, sent.end_char - 1) - 1
            if i < 0 or body[i][1] <= first.idx:
                continue
            for clause in clauses(sent, self._by_sentence.get(sent.start, [])):
                clause.tokens = {t for t in clause.tokens if self.doc[t].idx >= body[i][0]}
                draft = self._draft(sent, clause)
                if draft is not None:
                    found.append(draft)
        return found

    def _draft(self, sent: Span, clause: Clause) -> _Draft | None:
        bounds = span_of(clause, self.doc)
        if bounds is None:
            return None
        span = self._within_marks(without_tail(self.doc[bounds[0] : bounds[1]], clause.root))
        ents = self.entities.within(span)
        doubt = reason_against(self.doc, clause, span, ents)
        stance = doubt == WISH or (doubt == VIEW and clause.root.lemma_.lower() in _POSITION)
        if stance and (whole := as_a_whole(clause)) is not None:
            return self._draft(sent, whole)
        if len(span) < 3 or (doubt is not None and doubt not in LEAST_IN_DOUBT):
            return None
        resolved = self.resolved.get(id(clause.saying), Resolved(None)) if clause.saying else Resolved(None)
        voice = self._voice(clause, span)
        times = self._times(span)
        references = self.references.resolve(span, resolved.speaker, voice == "quoted")
        ambiguous = tuple(dict.fromkeys([*references.ambiguous, *resolved.ambiguous]))
        shared = clause.subject is not None and not span.start <= clause.subject.i < span.end
        subject = subject_words(clause.subject) if shared and clause.subject is not None else None
        amounts, named = quantities(ents), names(ents)
        known = bool(named) or any(self.cast.person_at(t) is not None for t in span if t.pos_ == "PROPN")
        polar = polarity(clause.root)
        alone = standalone(self.text, span, references.edits, times, subject)
        claim = Claim(
            start=span.start_char, end=span.end_char, text=self.text[span.start_char : span.end_char],
            sentence=_trimmed(sent), standalone=alone, speaker=resolved.speaker,
            cue=clause.saying.cue.text if clause.saying else "", voice=voice, kind=_kind(clause, span, amounts),
            polarity=polar, modality=modality(clause.root), times=tuple(self._expression(t) for t in times),
            entities=named, quantities=amounts, ambiguous=ambiguous,
        )  # fmt: skip
        return _Draft(claim, named=known, least=LEAST_IN_DOUBT.get(doubt or "", LEAST_WORTH))

    def _within_marks(self, span: Span) -> Span:
        """Without a quotation mark at one end whose partner lies outside."""
        start, end = span.start, span.end
        inner = [t.text for t in span]
        if inner and inner[0] in QUOTATION_MARKS and not any(t in QUOTATION_MARKS for t in inner[1:]):
            start += 1
        elif inner and inner[-1] in QUOTATION_MARKS and not any(t in QUOTATION_MARKS for t in inner[:-1]):
            end -= 1
        while end - 1 > start and (self.doc[end - 1].text in {",", ".", ";", ":"} or self.doc[end - 1].is_space):
            end -= 1
        return self.doc[start:end]

    def _voice(self, clause: Clause, span: Span) -> Voice:
        if clause.saying is None:
            return "own"
        if clause.saying.shape == "turn":
            return "quoted"
        inside = sum(
            min(span.end_char, q.end) - max(span.start_char, q.start)
            for q in self.quotes.within(span.start_char, span.end_char)
        )
        return "quoted" if inside > 0.5 * (span.end_char - span.start_char) else "reported"

    def _times(self, span: Span) -> list[Time]:
        low = bisect_left(self._time_starts, span.start_char)
        high = bisect_left(self._time_starts, span.end_char)
        return [t for t in self.times[low:high] if t.end <= span.end_char and not (t.value or "").endswith(_REFERENCE)]

    def _expression(self, time: Time) -> TimeExpression:
        return TimeExpression(start=time.start, end=time.end, text=self.text[time.start : time.end], value=time.value)


def _trimmed(sent: Span) -> tuple[int, int]:
    text = sent.text
    return sent.start_char + len(text) - len(text.lstrip()), sent.start_char + len(text.rstrip())


def _kind(clause: Clause, span: Span, amounts: Sequence[str]) -> Kind:
    """AVeriTeC's claim types (Schlichtkrull et al. 2023, section 3)."""
    lemmas = {t.lemma_.lower() for t in span}
    if amounts:
        return "numerical"
    if lemmas & _CAUSAL:
        return "causal"
    if clause.root.lemma_.lower() in _POSITION:
        return "position"
    if clause.saying is not None and clause.saying.quoted and len(span) < 4:
        return "quote"
    return "event"
