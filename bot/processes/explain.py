"""An article with its claims, speakers and dates marked: in the terminal, or as a page."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise

from rich.text import Text

from bot.articles.article import Article
from bot.claims.claim import Extraction, Offsets

CLAIM, SAID, SPEAKER, CUE, TIME = "claim", "said", "speaker", "cue", "time"
_STYLES = {CLAIM: "bold", SAID: "italic", SPEAKER: "green", CUE: "magenta", TIME: "cyan"}
_CSS = {
    CLAIM: "background:#ffe599",
    SAID: "font-style:italic",
    SPEAKER: "border-bottom:3px solid #6aa84f",
    CUE: "border-bottom:3px dotted #a64d79",
    TIME: "border-bottom:3px solid #3d85c6",
}
_PAGE = (
    "body{font:17px/1.7 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em}main{white-space:pre-line}"
    "sup{font:bold 11px sans-serif;color:#7f6000}sub{font:11px sans-serif;color:#3d85c6}"
)

_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What acts on a terminal or on the direction of text; each becomes one character, so that offsets hold."""

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
    text = Text(_HARMFUL.sub("�", article.text))
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
    """A page of its own: the text in its paragraphs, everything that was found marked, with a legend."""
    found = marks(extraction)
    ends = {at for (start, end), _, _ in found for at in (start, end)}
    edges = sorted({0, len(article.text), *ends})
    body = "".join(_piece(article.text, start, end, found) for start, end in pairwise(edges))
    legend = " ".join(f'<span class="{kind}">{kind}</span>' for kind in _CSS)
    style = "".join(f".{kind}{{{rule}}}" for kind, rule in _CSS.items())
    title = escape(extraction.title or article.title or "Article")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_PAGE}{style}</style></head><body><h1>{title}</h1><p>{legend}</p><main>{body}</main></body></html>\n"
    )


def _piece(text: str, start: int, end: int, found: list[Mark]) -> str:
    """A stretch of text with no edge of a mark inside, and what begins before it or ends behind it."""
    covering = [mark for mark in found if mark[0][0] <= start and mark[0][1] >= end]
    kinds = " ".join(sorted({kind for _, kind, _ in covering}))
    words = escape("; ".join(known for _, _, known in covering if known))
    before = "".join(
        f"<sup>{escape(known.removeprefix('claim ').split(',')[0])}</sup>"
        for (first, _), kind, known in found
        if kind == CLAIM and first == start
    )
    after = "".join(f"<sub>{escape(known)}</sub>" for (_, last), kind, known in found if kind == TIME and last == end)
    shown = escape(text[start:end])
    return f'{before}<span class="{kinds}" title="{words}">{shown}</span>{after}' if kinds else shown
