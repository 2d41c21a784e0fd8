"""What somebody sent → Article, whichever way it came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.articles import paste
from bot.articles.article import Article
from bot.articles.fetch import Fetched, Fetcher
from bot.articles.links import Link, Links, Paste, strip_tracking, submission
from bot.articles.pages import MOST_PAGES, whole_article
from bot.articles.parse import parse
from bot.articles.source import Page, Source
from bot.articles.unreadable import Reason, UnreadableError
from bot.articles.wrapped import unwrapped

Parse = Callable[[Source], Awaitable[Page]]
"""``parse`` somewhere else: in a process that can be killed, where strangers' bytes are to be read."""


async def parse_here(source: Source) -> Page:
    """``parse`` in a thread of this process: for the command line, where a person can stop it."""
    return await asyncio.to_thread(parse, source)


async def read(
    submitted: str | Link | Links | Paste, fetcher: Fetcher, parse: Parse = parse_here, most_pages: int = MOST_PAGES
) -> Article:
    """Read a Slack message's text, with Slack's markup, or what ``links.submission`` made of it.

    Raises:
        UnreadableError: says why not, and what to do next; also for several links, which are to be read one by one.
    """
    wanted = submission(submitted) if isinstance(submitted, str) else submitted
    match wanted:
        case Link(url):
            return await read_link(url, fetcher, parse, most_pages)
        case Links():
            raise UnreadableError(Reason.SEVERAL_LINKS)
        case Paste(text):
            return read_text(text)


async def read_link(url: str, fetcher: Fetcher, parse: Parse = parse_here, most_pages: int = MOST_PAGES) -> Article:
    """Fetch a page, and the pages on which its article goes on. Raises ``UnreadableError``."""
    fetched = await fetcher.fetch(url)

    async def page(address: str) -> Page:
        return await parse(_source(await fetcher.fetch(address)))

    article = await whole_article(await parse(_source(fetched)), page, most_pages)
    return article.model_copy(update={"visit": fetched.visit})


async def read_file(data: bytes, name: str, content_type: str = "", parse: Parse = parse_here) -> Article:
    """Take a file that was shared; its name and type are only looked at. Raises ``UnreadableError``."""
    return (await parse(Source(data, name=name, content_type=content_type.lower()))).article


def read_text(text: str) -> Article:
    """Take a text, free of Slack's markup, as it is; only lines that a mail program broke or quoted become whole.

    Raises:
        UnreadableError: there is no text.
    """
    if not any(character.isalnum() for character in text):
        raise UnreadableError(Reason.NOTHING)
    return paste.from_text(unwrapped(text))


def _source(fetched: Fetched) -> Source:
    return Source(
        fetched.body, url=strip_tracking(fetched.final_url), content_type=fetched.content_type, charset=fetched.charset
    )
