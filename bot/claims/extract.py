"""From an article to its ranked claims: the one door into this room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, tee

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.articles.article import Article
from bot.claims import attributions, claims, extensions, language, quotes, repeats, sentences, times
from bot.claims.attributions import Saying
from bot.claims.chunks import as_written, chunks, readable
from bot.claims.claim import Attribution, Claim, Extraction, Offsets, TimeExpression

COMPONENTS = (
    "claimdesk_sentences",
    "claimdesk_times",
    "claimdesk_quotes",
    "claimdesk_attributions",
    "claimdesk_claims",
)
"""In their order. The first stands before the parser, the others at the end of the pipeline."""
BATCH = 4
"""Documents that the parser holds at once; more of them cost memory and save no time on a CPU."""
_REGISTERED = (sentences, times, quotes, attributions, claims)  # importing them registers the factories
_NEEDED = frozenset({"parser"})


class Extractor:
    """A spaCy pipeline with our components. Load it once; it keeps no state between articles."""

    def __init__(self, pipeline: str) -> None:
        """Load an installed pipeline by name or path and add what it lacks."""
        self.nlp = spacy.load(pipeline)
        extensions.register()
        add_components(self.nlp)

    def extract(self, article: Article) -> Extraction:
        """The claims of one article, most worth checking first."""
        return next(self.extract_many([article]))

    def extract_many(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """The claims of many articles, in their order, batched through ``nlp.pipe``."""
        mine, theirs = tee(articles)
        docs = self.nlp.pipe(chain.from_iterable(self._docs(article) for article in theirs), batch_size=BATCH)
        for article in mine:
            pieces = [(start, next(docs)) for start, _ in _pieces(article)]
            yield _extraction(article, pieces, language.other_language(article.text, self.nlp.lang or "en"))

    def _docs(self, article: Article) -> Iterator[Doc]:
        text = readable(article.text)
        for start, end in _pieces(article):
            doc = self.nlp.make_doc(text[start:end])
            doc._.title = article.title
            doc._.published = article.day_at(start)
            yield doc


def add_components(nlp: Language) -> None:
    """Add our components to a pipeline that has a parser, in the order they need."""
    if not set(nlp.pipe_names) >= _NEEDED:
        missing = ", ".join(sorted(_NEEDED - set(nlp.pipe_names)))
        raise ValueError(
            f"the pipeline {nlp.meta.get('name', '')!r} has no {missing}; claims cannot be found without one"
        )
    for name in COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name, first=True if name == COMPONENTS[0] else None)


def _pieces(article: Article) -> list[Offsets]:
    """The pieces of an article; an entry of a live blog begins a new one, because its days count from its own."""
    starts = [0, *(entry.start for entry in article.entries if 0 < entry.start < len(article.text))]
    parts = zip(starts, [*starts[1:], len(article.text)], strict=True)
    return [(at + start, at + end) for at, upto in parts for start, end in chunks(article.text[at:upto])]


def _extraction(article: Article, pieces: list[tuple[int, Doc]], other: str | None) -> Extraction:
    found: list[Claim] = []
    said: list[Attribution] = []
    dated: list[TimeExpression] = []
    for start, doc in pieces:
        if other is None:
            found += [_moved(claim, start, article.text) for claim in doc._.claims]
            said += [_attribution(saying, start, article.text) for saying in doc._.attributions]
        dated += [_expression(time, start, article.text) for time in doc._.times]
    headlines = [(line.start, line.end) for line in pieces[0][1]._.lines if line.kind == "title"]
    ranked = sorted(repeats.merged(found, article.text, headlines), key=lambda claim: (-claim.worth, claim.start))
    return Extraction(
        title=article.title,
        published=article.published,
        claims=tuple(ranked),
        attributions=tuple(said),
        times=tuple(dated),
        unsupported_language=other,
    )


def _moved(claim: Claim, by: int, text: str) -> Claim:
    """The same claim at its place in the whole article, with the article's own characters."""
    start, end = claim.start + by, claim.end + by
    moved = tuple(t.model_copy(update={"start": t.start + by, "end": t.end + by}) for t in claim.times)
    sentence = (claim.sentence[0] + by, claim.sentence[1] + by)
    speaker = claim.speaker.model_copy(update={"name": as_written(claim.speaker.name, text)}) if claim.speaker else None
    own = {
        "standalone": as_written(claim.standalone, text),
        "speaker": speaker,
        "entities": tuple(as_written(name, text) for name in claim.entities),
        "ambiguous": tuple(as_written(word, text) for word in claim.ambiguous),
    }
    return claim.model_copy(
        update={"start": start, "end": end, "text": text[start:end], "sentence": sentence, "times": moved, **own}
    )


def _attribution(saying: Saying, by: int, text: str) -> Attribution:
    cue = (saying.cue.idx + by, saying.cue.idx + len(saying.cue.text) + by)
    source = (saying.source[0] + by, saying.source[1] + by) if saying.source else None
    content = tuple((start + by, end + by) for start, end in saying.content)
    speaker = as_written(saying.speaker, text) if saying.speaker else None
    return Attribution(source=source, cue=cue, content=content, speaker=speaker)


def _expression(time: times.Time, by: int, text: str) -> TimeExpression:
    start, end = time.start + by, time.end + by
    return TimeExpression(start=start, end=end, text=text[start:end], value=time.value)
