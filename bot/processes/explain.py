"""An article with its claims, speakers and dates marked: in the terminal, or as a page."""

from __future__ import annotations

from html import escape

from rich.text import Text
from spacy import displacy

from bot.articles.article import Article
from bot.claims.claim import Extraction, Offsets

CLAIM, SAID, SPEAKER, CUE, TIME = "claim", "said", "speaker", "cue", "time"
_STYLES = {CLAIM: "bold", SAID: "italic", SPEAKER: "green", CUE: "magenta", TIME: "cyan"}
_COLOURS = {CLAIM: "#ffd966", SAID: "#d9ead3", SPEAKER: "#93c47d", CUE: "#d5a6bd", TIME: "#9fc5e8"}

Mark = tuple[Offsets, str, str]
"""A span, what it is, and what is known of it in words."""


def marks(extraction: Extraction) -> list[Mark]:
    """Everything that was found, by its place in the text."""
    found: list[Mark] = []
    for number, claim in enumerate(extraction.claims, 1):
        found.append(((claim.start, claim.end), CLAIM, f"claim {number}, worth {claim.worth:.2f}"))
    for attribution in extraction.attributions:
        found += [(span, SAID, f"said by {attribution.speaker or 'somebody'}") for span in attribution.content]
        found += [(attribution.source, SPEAKER, attribution.speaker or "")] if attribution.source else []
        found += [(attribution.cue, CUE, "")] if attribution.cue else []
    found += [((t.start, t.end), TIME, t.value or "unresolved") for t in extraction.times]
    return sorted(found)


def in_terminal(article: Article, extraction: Extraction) -> Text:
    """The text with what was found in colour; the value of a date stands behind it, a claim begins with its number."""
    text = Text(article.text)
    notes: list[tuple[int, Text]] = []
    for (start, end), kind, words in marks(extraction):
        text.stylize(_STYLES[kind], start, end)
        if kind == CLAIM:
            notes.append((start, Text(f"[{words.removeprefix('claim ').split(',')[0]}] ", style="bold yellow")))
        elif kind == TIME:
            notes.append((end, Text(f" [{words}]", style="dim cyan")))
    cuts = sorted(notes, key=lambda note: note[0])
    pieces = text.divide(at for at, _ in cuts)
    shown = Text()
    for piece, (_, note) in zip(pieces, cuts, strict=False):
        shown += piece + note
    return shown + pieces[-1]


def as_page(article: Article, extraction: Extraction) -> str:
    """A page of its own in displaCy's style of spans, one line of marks for each kind."""
    tokens, places = _words(article.text)
    spans = []
    for (start, end), kind, words in marks(extraction):
        inside = [i for i, (s, e) in enumerate(places) if s < end and e > start]
        if inside:
            spans.append({"start_token": inside[0], "end_token": inside[-1] + 1, "label": kind, "kb_id": words})
    title = extraction.title or article.title
    body = displacy.render(
        {"text": article.text, "spans": spans, "tokens": tokens, "title": None},
        style="span",
        manual=True,
        page=False,
        jupyter=False,
        options={"colors": _COLOURS},
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<body style="font-family: sans-serif; max-width: 60em; margin: 2em auto">'
        f"<h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def _words(text: str) -> tuple[list[str], list[Offsets]]:
    """The words of a text and where they stand; displaCy draws its marks below words."""
    words: list[str] = []
    places: list[Offsets] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        words.append(word)
        places.append((start, at))
    return words, places
