"""Attributions: which words belong to somebody else, and by which words we know."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc, Token

from bot.claims import extensions, layout, quotes
from bot.claims.claim import Offsets
from bot.claims.cues import Candidate, candidates, offsets, subject_of, trimmed
from bot.claims.quotes import Quote, QuoteIndex
from bot.claims.sentences import sentence
from bot.claims.weights import Weights, trained
from bot.claims.words import words

THRESHOLD = 0.44
"""Least score of a candidate that counts; tuned on PolNeAR's training part."""


_LEADS = frozenset({"agree", "disagree", "concur", "explain", "elaborate", "say", "add", "continue", "respond", "echo"})
_ASIDE = frozenset({"amod", "relcl", "compound"})
LONGEST_LEAD = 14
"""Most words of a sentence that only leads up to the quotation behind it."""


@dataclass(slots=True)
class Saying:
    """One act of saying. ``quoted`` is true where the content, or most of it, stands between quotation marks."""

    shape: str
    score: float
    cue: Token
    source: Offsets | None
    source_head: Token | None
    content: list[Offsets]
    quoted: bool = False
    speaker: str | None = field(default=None)


@Language.factory("claimdesk_attributions", requires=["token.dep"], assigns=["doc._.attributions"])
def create_attributions(nlp: Language, name: str) -> Attributions:
    """Registered factory; stands behind the parser and ``claimdesk_quotes``."""
    return Attributions()


class Attributions:
    """Sets ``doc._.attributions``, in the order of the text."""

    def __init__(self) -> None:
        extensions.register()

    def __call__(self, doc: Doc) -> Doc:
        """Find who said which words; quotations are found here where ``claimdesk_quotes`` did not run."""
        if doc._.lines is None:
            doc._.lines = layout.lines(doc.text, doc._.title)
        if doc._.quotes is None:
            doc._.quotes = quotes.find(doc.text, doc._.lines)
        doc._.attributions = find(doc)
        return doc


def find(doc: Doc) -> list[Saying]:
    """Score the candidates, keep the best of each cue, and give every quotation its speaker."""
    index = QuoteIndex(doc._.quotes or [])
    model = trained("attribution")
    best: dict[int, Saying] = {}
    for candidate in everything(doc, index):
        saying = _scored(doc, candidate, index, model)
        if saying is None or saying.score < THRESHOLD:
            continue
        held = best.get(saying.cue.i)
        if held is None or saying.score > held.score:
            best[saying.cue.i] = saying
    found = sorted(_distinct(best.values()), key=lambda s: (s.content[0][0], s.cue.i))
    return _carried_over(doc, found, index)


def _distinct(sayings: Iterable[Saying]) -> Iterator[Saying]:
    """Of two cues that claim the same words, the stronger."""
    taken: set[Offsets] = set()
    for saying in sorted(sayings, key=lambda s: -s.score):
        if not taken.intersection(saying.content):
            taken.update(saying.content)
            yield saying


def everything(doc: Doc, index: QuoteIndex) -> Iterator[Candidate]:
    """The candidates of :func:`cues.candidates`, and those that only the quotation marks show."""
    yield from candidates(doc)
    yield from _beside_quotes(doc, index)


def _beside_quotes(doc: Doc, index: QuoteIndex) -> Iterator[Candidate]:
    """A verb with a subject outside the marks, in the sentence of a quotation or before the colon that leads to it."""
    for quote in index.quotes:
        span = doc.char_span(quote.start, quote.end, alignment_mode="expand")
        if span is None or len(span) < 4:
            continue
        sent = sentence(doc[span.start])
        outside = [t for t in sent if not span.start <= t.i < span.end and index.at(t.idx) is None]
        shape = "quote"
        if not any(t.pos_ == "VERB" for t in outside):
            last = sentence(doc[span.end - 1])
            outside = [t for t in last if t.i >= span.end and index.at(t.idx) is None]
            if not any(t.pos_ == "VERB" for t in outside):
                outside, shape = _before_colon(doc, span.start, index), "colon"
        yield from _verbs(outside, (span.start, span.end), shape)


def _before_colon(doc: Doc, start: int, index: QuoteIndex) -> list[Token]:
    i = start - 1
    while i >= 0 and doc[i].is_space:
        i -= 1
    if i < 0 or (doc[i].text not in {":", ","} and not _leads(doc, i, index)):
        return []
    return [t for t in sentence(doc[i]) if t.i < start and index.at(t.idx) is None]


def _leads(doc: Doc, stop: int, index: QuoteIndex) -> bool:
    """A short sentence before a quotation that says who speaks and not what: "The mayor agreed."."""
    if doc[stop].text != "." or any("\n" in t.text for t in doc[stop : stop + 2]):
        return False
    root = sentence(doc[stop]).root
    if (
        root.lemma_.lower() not in _LEADS
        or stop - sentence(root).start > LONGEST_LEAD
        or index.at(root.idx) is not None
    ):
        return False
    return not any(c.dep_ in {"ccomp", "dobj", "xcomp"} and c.i > root.i for c in root.children)


def _verbs(tokens: list[Token], content: tuple[int, int], shape: str) -> Iterator[Candidate]:
    near = [t for t in tokens if t.pos_ == "VERB" and (t.dep_ not in _ASIDE or _leads_on(t, content))]
    near.sort(key=lambda t: min(abs(t.i - content[0]), abs(t.i - content[1])))
    for verb in near[:2]:
        head = subject_of(verb)
        if head is not None and content[0] <= head.i < content[1]:
            head = None
        source = None
        if head is not None:
            source = (
                head.left_edge.i,
                min(head.right_edge.i + 1, verb.i) if head.i < verb.i else head.right_edge.i + 1,
            )
            if source[0] < content[1] and content[0] < source[1]:
                source = (head.i, head.i + 1)
        yield Candidate(shape, verb, source, head, [content])


def _leads_on(verb: Token, content: tuple[int, int]) -> bool:
    """ "Lind, who told the court: “…”"."""
    return verb.dep_ == "relcl" and verb.i < content[0] and verb.lemma_.lower() in words("reporting_verbs")


def _scored(doc: Doc, candidate: Candidate, index: QuoteIndex, model: Weights) -> Saying | None:
    content = spans(doc, candidate, index)
    if not content:
        return None
    weights = model["weights"]
    total = model["bias"] + sum(weights.get(name, 0.0) for name in features(doc, candidate, content, index))
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    source = offsets(doc, candidate.source) if candidate.source else None
    saying = Saying(candidate.shape, score, candidate.cue, source, candidate.source_head, content)
    saying.quoted = _share_quoted(content, index) > 0.5
    return saying


def _share_quoted(content: list[Offsets], index: QuoteIndex) -> float:
    total = sum(end - start for start, end in content)
    inside = sum(
        max(0, min(end, quote.end) - max(start, quote.start))
        for start, end in content
        for quote in index.within(start, end)
    )
    return inside / max(1, total)


def spans(doc: Doc, candidate: Candidate, index: QuoteIndex) -> list[Offsets]:
    """The content in characters, widened to the quotation it lies in when the cue lies outside."""
    found: list[Offsets] = []
    cue = candidate.cue.idx
    for part in candidate.content:
        inner = trimmed(doc, part)
        if inner is None:
            continue
        start, end = offsets(doc, inner)
        for quote in index.within(start, end):
            if quote.start <= cue < quote.end:
                continue
            start, end = _widened(start, end, quote)
        found.append((start, end))
    return _merged([span for span in found if not span[0] <= cue < span[1]])


def _widened(start: int, end: int, quote: Quote) -> Offsets:
    inside = min(end, quote.end) - max(start, quote.start)
    if inside < 3 and inside < end - start:
        return (start, quote.start) if end <= quote.end and start < quote.start else (start, end)
    if start <= quote.start + 1 and quote.end < end and inside > 0.6 * (end - start):
        return quote.start, quote.end  # what follows the closing mark is who speaks, whatever the parser made of it
    return min(start, quote.start), max(end, quote.end)


def _merged(found: list[Offsets]) -> list[Offsets]:
    merged: list[Offsets] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end - start > 1:
            merged.append((start, end))
    return merged


def _source_kind(candidate: Candidate) -> str:
    head = candidate.source_head
    if head is None:
        return "none"
    if head.ent_type_:
        return head.ent_type_
    return head.lower_ if head.pos_ == "PRON" else head.pos_


def features(doc: Doc, candidate: Candidate, content: list[Offsets], index: QuoteIndex) -> list[str]:
    """What the score looks at; trained by :mod:`bot.claims.training.attributions`."""
    cue, shape, link = candidate.cue, candidate.shape, candidate.link
    lemma = cue.lemma_.lower()
    who = _source_kind(candidate)
    share = _share_quoted(content, index)
    size = sum(end - start for start, end in content)
    inner = doc[candidate.content[0][0] : candidate.content[-1][1]].root
    names = [
        shape, f"{shape}|{lemma}", f"lemma={lemma}", f"{shape}|{link}", f"{shape}|{lemma}|{link}",
        f"who={who}", f"{shape}|who={who}", f"tag={cue.tag_}", f"{shape}|tag={cue.tag_}", f"dep={cue.dep_}",
        f"{shape}|inner={inner.pos_}", f"{shape}|size={min(8, size // 20)}",
    ]  # fmt: skip
    names += [f"{shape}|of={inner.lemma_.lower()}", f"{shape}|ent={inner.ent_type_}", f"{shape}|inner-tag={inner.tag_}"]
    if cue.dep_ in {"xcomp", "conj", "advcl"}:
        names += [f"under={cue.head.lemma_.lower()}", f"{cue.dep_}|under={cue.head.lemma_.lower()}"]
    if candidate.source_head is not None and who == "NOUN":
        names.append(f"noun={candidate.source_head.lemma_.lower()}")
    if share > 0:
        names += ["quoted", f"{shape}|quoted", f"{lemma}|quoted"] if share > 0.5 else ["partly", f"{shape}|partly"]
    if index.at(cue.idx) is not None:
        names += ["cue-in-quote", f"{shape}|cue-in-quote"]
    for child in cue.children:
        if child.dep_ == "neg":
            names.append("negated")
        elif child.tag_ == "MD":
            names += ["modal", f"modal={child.lower_}"]
    return names


def _carried_over(doc: Doc, found: list[Saying], index: QuoteIndex) -> list[Saying]:
    """A quotation without a cue of its own belongs to the speaker before it, in the same line or an open quotation.

    Two acts with the same quotation are one: the stronger stays.
    """
    text = doc.text
    for quote in index.quotes:
        holders = [s for s in found if any(a < quote.end and quote.start < b for a, b in s.content) and s.quoted]
        if holders or quote.end - quote.start < 20:
            continue
        before = _speaker_before(text, found, quote)
        if before is not None:
            before.content = _merged([*before.content, (quote.start, quote.end)])
    return found


def _speaker_before(text: str, found: list[Saying], quote: Quote) -> Saying | None:
    earlier = [s for s in found if s.quoted and s.content[-1][1] <= quote.start]
    if not earlier:
        return None
    last = max(earlier, key=lambda s: s.content[-1][1])
    between = text[max(last.content[-1][1], last.cue.idx) : quote.start]
    if quote.continues:
        return last if len(between) < 200 else None
    if quote.whole_line and "\n" in between and len(between) < 120 and between.strip().count("\n") == 0:
        return last
    return last if "\n" not in between.strip("\n") and "\n" not in between and len(between) < 250 else None
