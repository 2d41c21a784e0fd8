"""``claimdesk extract``: the claims of an article without Slack and Redis, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, Literal, TextIO

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import Progress

from bot.articles import paste
from bot.articles.article import Article
from bot.articles.fetch import Fetcher
from bot.articles.parse import parse
from bot.articles.read import read_link, read_text
from bot.articles.source import Source
from bot.articles.unreadable import UnreadableError
from bot.claims.claim import Claim, Extraction
from bot.claims.extract import Extractor
from bot.claims.worth import worth
from bot.fetch_limits import fetch_limits
from bot.processes.explain import as_page, in_terminal
from bot.telemetry.one_line import visible
from config.settings import Settings, SettingsError

Show = Literal["list", "explain", "html"]
"""How a person wants to see an article: its claims in a list, or the text with everything marked, or that as a page."""


def extract_one(source: str | Path, settings: Settings, show: Show = "list") -> None:
    """Show the claims of one file, link or standard input to a person.

    Raises:
        SettingsError: it cannot be read; says why.
    """
    try:
        article = _read(source, settings)
    except OSError as error:
        raise SettingsError(f"{source}: {error.strerror}") from None
    except UnreadableError as error:
        raise SettingsError(f"{source}: {error.sentence}") from None
    extraction = Extractor(settings.spacy_pipeline).extract(article)
    if show == "html":
        sys.stdout.write(as_page(article, extraction))
        return
    console = Console()
    if show == "explain":
        console.print(in_terminal(article, extraction))
        return
    console.print(f"[bold]{_shown(extraction.title or article.title or 'Untitled')}[/]")
    day = extraction.published or article.published
    console.print(f"published {day}" if day else "no date of publication found: relative dates stay open")
    for number, claim in enumerate(extraction.claims, 1):
        console.print(Panel(_lines(claim), title=f"claim {number}, worth {claim.worth:.2f}", title_align="left"))
    if not extraction.claims:
        console.print("no checkable claim")


def _read(source: str | Path, settings: Settings) -> Article:
    if source == "-":
        return read_text(sys.stdin.read())
    if isinstance(source, Path):
        return parse(Source(source.read_bytes(), name=source.name)).article
    return asyncio.run(read_link(source, Fetcher(fetch_limits(settings))))


def _lines(claim: Claim) -> str:
    speaker = f"{claim.speaker.name}, {claim.speaker.role}".rstrip(", ") if claim.speaker else "the article"
    lines = [
        _shown(claim.standalone),
        f"[dim]“{_shown(claim.text)}”[/]",
        f"says: {_shown(speaker)} ({claim.voice}) · {claim.polarity} · {claim.modality} · {claim.kind}",
    ]
    lines += [f"when: “{_shown(t.text)}” = {t.value or 'unknown'}" for t in claim.times]
    lines += [f"unclear: {_shown(', '.join(claim.ambiguous))}"] if claim.ambiguous else []
    lines += [f"why: {_shown(', '.join(claim.reasons))}"] if claim.reasons else []
    return "\n".join(lines)


def _shown(text: str) -> str:
    """Text from outside, that does nothing to the terminal or to the frame it stands in."""
    return escape(visible(text))


def extract_ndjson(source: str, settings: Settings) -> None:
    """One JSON object a line in and out; a progress bar where standard error is a terminal.

    Raises:
        SettingsError: a line is not what it should be; says which.
    """
    with ExitStack() as stack:
        rows = list(_rows(_opened(source, stack), source))
        extractor = Extractor(settings.spacy_pipeline)
        results = extractor.extract_many(_article(row) for row in rows)
        progress = stack.enter_context(Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()))
        tracked = progress.track(zip(rows, results, strict=True), total=len(rows), description="articles")
        for row, extraction in tracked:
            sys.stdout.write(json.dumps(as_row(row["doc"], extraction), ensure_ascii=False) + "\n")


def worth_ndjson(source: str) -> None:
    """One JSON object with ``doc`` and ``text`` a line in, one with ``doc`` and ``worth`` a line out.

    Raises:
        SettingsError: a line is not what it should be; says which.
    """
    with ExitStack() as stack:
        for row in _rows(_opened(source, stack), source):
            sys.stdout.write(json.dumps({"doc": row["doc"], "worth": round(worth(row["text"]), 4)}) + "\n")


def _opened(source: str, stack: ExitStack) -> TextIO:
    try:
        return sys.stdin if source == "-" else stack.enter_context(open(source, encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{source}: {error.strerror}") from None


def _rows(lines: Iterable[str], source: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row["doc"], str) or not isinstance(row["text"], str):
                raise TypeError
            if row.get("published"):
                date.fromisoformat(row["published"])
        except (ValueError, TypeError, KeyError):
            where = "standard input" if source == "-" else source
            raise SettingsError(
                f"{where}, line {number}: needs a JSON object with the texts doc and text; published is YYYY-MM-DD"
            ) from None
        yield row


def _article(row: dict[str, Any]) -> Article:
    """What the line says of the article goes before what its text says."""
    article = paste.from_text(row["text"], url=row.get("url"))
    known: dict[str, object] = {"title": row["title"]} if row.get("title") else {}
    if row.get("published"):
        known["published"] = date.fromisoformat(row["published"])
    return article.model_copy(update=known)


def as_row(doc: str, extraction: Extraction) -> dict[str, Any]:
    """The line that stands for an extraction."""
    row = extraction.model_dump(mode="json", exclude={"unsupported_language"})
    return {"doc": doc, **row}
