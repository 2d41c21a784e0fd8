"""``claimdesk article``: what is read of files, without Slack and Redis, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import zlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from bot.articles.article import Article
from bot.articles.source import Source
from bot.articles.unreadable import Reason, UnreadableError
from bot.jobs.parsing import ParserPool
from config.settings import Settings, SettingsError

_MOST_BYTES = 50_000_000  # of a file, unpacked
_AHEAD = 4  # files read ahead for each process
_PAGE_ENDINGS = (".html", ".htm")


def article_ndjson(files: Sequence[Path], settings: Settings) -> None:
    """One JSON object a file, in the order of the files.

    Raises:
        SettingsError: a file cannot be opened; says which.
    """

    async def write() -> None:
        async for file, read in _read_all(files, settings):
            sys.stdout.write(json.dumps(as_row(_name(file), read), ensure_ascii=False) + "\n")

    asyncio.run(write())


def show_articles(files: Sequence[Path], settings: Settings) -> None:
    """Show what is read of files to a person.

    Raises:
        SettingsError: a file cannot be opened; says which.
    """
    console = Console()

    async def show() -> None:
        async for file, read in _read_all(files, settings):
            console.rule(escape(file.name))
            console.print("\n".join(_lines(read)))

    asyncio.run(show())


def as_row(page: str, read: Article | UnreadableError) -> dict[str, Any]:
    """The line that stands for a file. What was to be seen of an article in front of a wall is its text all the same,
    with ``unreadable`` saying why nobody should take it for the whole."""
    article = read if isinstance(read, Article) else read.partial or Article(text="")
    row = article.model_dump(mode="json", exclude={"url", "site", "visit"})
    row = {"page": page, **row, "publisher": article.site}
    row["origins"] = {field: origin.name.lower() for field, origin in article.origins if origin}
    if article.dispute:
        row["dispute"]["sentence"] = article.dispute.sentence
    if isinstance(read, UnreadableError):
        row["unreadable"] = {"reason": read.reason, "sentence": read.sentence}
    return row


def _lines(read: Article | UnreadableError) -> list[str]:
    if isinstance(read, UnreadableError):
        return [f"[yellow]{escape(read.sentence)}[/]"]
    known = [
        ("title", read.title, read.origins.title),
        ("by", ", ".join(read.authors), read.origins.authors),
        ("published", str(read.published or ""), read.origins.published),
        ("updated", str(read.updated or ""), read.origins.updated),
        ("publisher", read.site, read.origins.site),
        ("language", read.language or "", read.origins.language),
    ]
    head = [
        f"[bold]{name}[/] {escape(value)}" + (f" [dim](from {origin.value})[/]" if origin else "")
        for name, value, origin in known
        if value
    ]
    told = [*read.notes, *([read.dispute.sentence] if read.dispute else [])]
    return [*head, *(f"[yellow]{escape(sentence)}[/]" for sentence in told), "", escape(read.text)]


async def _read_all(files: Sequence[Path], settings: Settings) -> AsyncIterator[tuple[Path, Article | UnreadableError]]:
    processes = min(len(files), os.cpu_count() or 1)
    pool = ParserPool(processes, seconds=settings.parser_seconds, memory_mb=settings.parser_memory_mb)
    waiting: deque[tuple[Path, asyncio.Task[Article | UnreadableError]]] = deque()
    try:
        for file in files:
            waiting.append((file, asyncio.create_task(_read(file, pool))))
            await asyncio.sleep(0)  # the task starts: it reads the file and hands it to a process
            if len(waiting) >= processes * _AHEAD:
                done, task = waiting.popleft()
                yield done, await task
        while waiting:
            done, task = waiting.popleft()
            yield done, await task
    finally:
        for _, task in waiting:
            task.cancel()
        pool.close()


async def _read(file: Path, pool: ParserPool) -> Article | UnreadableError:
    try:
        data = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    try:
        if file.suffix == ".gz":
            data = _unpacked(data)
        return (await pool.parse(Source(data, name=file.name.removesuffix(".gz")))).article
    except UnreadableError as error:
        return error


def _unpacked(data: bytes) -> bytes:
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = unpack.decompress(data, _MOST_BYTES)
    except zlib.error:
        raise UnreadableError(Reason.DAMAGED) from None
    if unpack.unconsumed_tail:
        raise UnreadableError(Reason.BOMB)
    return whole


def _name(file: Path) -> str:
    """The name of a page without its ending; of any other file with it."""
    name = file.name.removesuffix(".gz")
    return next((name.removesuffix(end) for end in _PAGE_ENDINGS if name.lower().endswith(end)), name)
