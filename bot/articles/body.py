"""A parsed page → the text of its article, by trafilatura with what we know of news pages before and after it."""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from typing import NamedTuple

import trafilatura

from bot.articles.furniture import without_furniture
from bot.articles.header_dates import HeaderDates, header_dates
from bot.articles.json_ld import Tree

_LOG = logging.getLogger(__name__)

_ENOUGH = 1000  # characters; above that, trafilatura's slow second opinion never changed the outcome
_HUGE = 20_000  # elements, for which the second opinion takes quadratic time
_MORE = 2  # times as much text, before another source is believed rather than the page's own paragraphs
_POST = re.compile(r"\b(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|bluesky-embed|mastodon-embed|fb-post)\b")
_HOVER = re.compile(r"(?:tooltip|popover|rollover|hover-?card)[\w-]{0,40}(?:block|content|body|text|inner|panel|box)\b")
_TABLE = re.compile(r"(?m)(^\|.*\|?$)\n\n(?=\|)")


class Body(NamedTuple):
    """One paragraph, heading or list item a line, with an empty line between them; empty if there is no article.

    ``shown`` is the same before what is no part of the article was taken from it; ``dates`` are those of its start.
    """

    text: str
    shown: str = ""
    dates: HeaderDates = HeaderDates()


def body(tree: Tree, url: str, *, title: str = "", data: str = "") -> Body:
    """The text of the article on a page.

    ``data`` is the text in the page's JSON-LD, which counts where the page itself shows next to nothing of it, as
    pages do that build themselves with JavaScript.
    """
    tree = deepcopy(tree)
    _show_posts(tree)
    _drop_hover_cards(tree)
    text = _extract(tree, url, fast=True)
    if len(text) < _ENOUGH and sum(1 for _ in tree.iter()) < _HUGE:
        text = max(_extract(tree, url, fast=False), text, key=len)
    if len(text) < _ENOUGH and len(data) > _MORE * len(text):
        text = data
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    kept = "\n\n".join(without_furniture(lines, title))
    return Body(_TABLE.sub(r"\1\n", kept), text, header_dates(text))  # the rows of a table stay together


def _extract(tree: Tree, url: str, *, fast: bool) -> str:
    try:
        document = trafilatura.bare_extraction(tree, url=url, fast=fast, favor_precision=True, include_comments=False)
    except MemoryError:
        raise
    except Exception as error:  # markup that nobody meant makes it fail in ways that it does not declare
        _LOG.info("No body by trafilatura: %s", type(error).__name__)
        return ""
    return (getattr(document, "text", None) or "").strip()


def _show_posts(tree: Tree) -> None:
    """Take the marks from posts of social networks: an article quotes them, but they look like page furniture."""
    for quote in tree.iter("blockquote"):
        if not _POST.search(quote.get("class") or ""):
            continue
        size = len("".join(quote.itertext()))
        element = quote
        while element is not None and len("".join(element.itertext())) <= size + 20:
            element.attrib.pop("class", None)
            element = element.getparent()


def _drop_hover_cards(tree: Tree) -> None:
    for element in list(tree.iter("div", "span", "aside")):
        if _HOVER.search(element.get("class") or "") and element.getparent() is not None:
            element.drop_tree()
