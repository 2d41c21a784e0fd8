"""An article in several pages, read as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from urllib.parse import urlsplit

import tldextract

from bot.articles.article import Article
from bot.articles.source import Page
from bot.articles.unreadable import UnreadableError

MOST_PAGES = 10
_GAP = "\n\n"


async def whole_article(first: Page, read: Callable[[str], Awaitable[Page]], most: int = MOST_PAGES) -> Article:
    """The article that begins on ``first``, with its further pages as far as they are of the same site.

    ``read`` gets the page at an address. The dates, authors and title stay those of the first page. What was left out
    because there are more than ``most`` pages, or one cannot be read, is said in the notes.
    """
    article, parts = first.article, [first.article.text]
    seen = {article.url, article.canonical}
    following, notes = first.next_url, list(article.notes)
    while following and following not in seen and _site(following) == _site(article.url or ""):
        if len(parts) >= most:
            notes.append(f"The article goes on; I read its first {most} pages.")
            break
        seen.add(following)
        try:
            page = await read(following)
        except UnreadableError:
            notes.append(f"The article goes on, but I could not read its page {len(parts) + 1}.")
            break
        if page.article.text in parts:  # some sites answer a page that is not there with the first one
            break
        parts.append(page.article.text)
        following = page.next_url
    return article.model_copy(update={"text": _GAP.join(parts), "notes": tuple(notes)})


def _site(address: str) -> str:
    """The registrable domain: "news.example.co.uk" and "www.example.co.uk" are of one site."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return _domains().extract_str(host).top_domain_under_public_suffix or host


@cache
def _domains() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that comes with the package
