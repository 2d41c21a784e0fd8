"""What somebody sent → Article, whichever way it came."""

from __future__ import annotations

import asyncio

from bot.articles import page, paste
from bot.articles.article import Article
from bot.articles.charset import decode
from bot.articles.fetch import Fetched, Fetcher
from bot.articles.links import Link, Links, Paste, submission
from bot.articles.unreadable import Reason, UnreadableError


async def read(submitted: str | Link | Links | Paste, fetcher: Fetcher) -> Article:
    """Read a Slack message's text, with Slack's markup, or what ``links.submission`` made of it.

    Raises:
        UnreadableError: says why not, and what to do next; also for several links, which are to be read one by one.
    """
    wanted = submission(submitted) if isinstance(submitted, str) else submitted
    match wanted:
        case Link(url):
            return await read_link(url, fetcher)
        case Links():
            raise UnreadableError(Reason.SEVERAL_LINKS)
        case Paste(text):
            return read_text(text)


async def read_link(url: str, fetcher: Fetcher) -> Article:
    """Fetch a page and take the article from it. Raises ``UnreadableError``."""
    fetched = await fetcher.fetch(url)
    article = await asyncio.to_thread(_parse, fetched)
    return article.model_copy(update={"visit": fetched.visit})


def read_text(text: str) -> Article:
    """Take a text, free of Slack's markup, as it is. Raises ``UnreadableError`` if there is none."""
    if not any(character.isalnum() for character in text):
        raise UnreadableError(Reason.NOTHING)
    return paste.from_text(text)


def _parse(fetched: Fetched) -> Article:
    if fetched.content_type == "text/plain":
        text = decode(fetched.body, fetched.charset)
        article = paste.from_text(text, url=fetched.final_url)
        if not text.strip():
            raise UnreadableError(Reason.NO_TEXT)
        return article
    return page.from_html(fetched.body, url=fetched.url, final_url=fetched.final_url, charset=fetched.charset)
