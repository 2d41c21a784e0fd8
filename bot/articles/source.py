"""What goes into a parser and what comes out of it; light, for the processes that only pass it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.articles.article import Article


@dataclass(frozen=True)
class Source:
    """What is to be parsed. ``url`` is empty for a file; ``name`` is a file's own name and is only looked at.

    ``charset`` and ``content_type`` are what the sender says, in lower case; the bytes themselves go before them.
    """

    data: bytes
    url: str = ""
    content_type: str = ""
    charset: str | None = None
    name: str = ""


class Page(NamedTuple):
    """A page's or file's article, and the address of the page on which it goes on, if the page says so."""

    article: Article
    next_url: str | None = None
