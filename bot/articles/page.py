"""HTML → Article: the body without menus, advertisements and comments, and what the page says about itself."""

from __future__ import annotations

import logging
import re

import trafilatura

from bot.articles.article import Article
from bot.articles.charset import decode
from bot.articles.header_dates import header_dates
from bot.articles.metadata import Metadata, Tree, read_metadata
from bot.articles.unreadable import Reason, UnreadableError

_LOG = logging.getLogger(__name__)
_SHORT = 600  # characters; below this a text may be the notice on a wall instead of an article
_VERY_SHORT = 200  # below this, what stands elsewhere on the page counts, too
_TOO_SHORT = 40
_LOGIN = re.compile(
    r"\b(?:log|sign) ?in (?:to|or|with|below|here)\b|\bplease (?:log|sign) ?in\b|\bforgot(?:ten)? (?:your )?password\b"
    r"|\bcreate an account\b",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(
    r"\bsubscribe (?:now|today|to|for)\b|\b(?:already|become|for|only) (?:a )?subscribers?\b|\bsubscribers? only\b"
    r"|\bsubscription (?:required|to)\b|\bstart (?:a|your) free trial\b|\bcontinue reading\b"
    r"|\bunlock (?:this|the) (?:article|story)\b",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(
    r"\b(?:enable|turn on|activate|requires?|without|need) (?:\w+ ){0,2}java ?script\b|javascript (?:is|to be) \w+"
    r"|checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human",
    re.IGNORECASE,
)


def from_html(body: bytes, *, url: str, charset: str | None = None, final_url: str | None = None) -> Article:
    """The article on a page. Blocking CPU work: some milliseconds a page, more for a big one.

    ``charset`` is what the HTTP header said. The text has one paragraph, heading or list item a line, with an empty
    line between them.

    Raises:
        UnreadableError: there is no article text: a login, a paywall, a page that needs JavaScript, or none at all.
    """
    address = re.match(r"https?://([^/:?#]+)", final_url or url)
    host = address[1] if address else ""
    tree = _parse(decode(body, charset))
    if tree is None:
        raise UnreadableError(Reason.NO_TEXT, host)
    metadata = read_metadata(tree, final_url or url)
    text = _body(tree, final_url or url)
    written = header_dates(text)
    article = Article(
        text=text,
        title=metadata.title,
        url=final_url or url,
        site=metadata.site,
        authors=metadata.authors,
        published=metadata.published or written.published,
        updated=metadata.updated or (written.updated if metadata.published is None else None),
        language=metadata.language,
    )
    if (wall := _wall(text, tree, metadata)) is not None:
        raise UnreadableError(wall, host, partial=article if len(text) >= _TOO_SHORT else None)
    return article


def _parse(source: str) -> Tree | None:
    # lxml ends the document at a NUL and refuses strings with an encoding declaration.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source.replace("\0", ""))
    return trafilatura.load_html(source)


def _body(tree: Tree, url: str) -> str:
    try:
        document = trafilatura.bare_extraction(tree, url=url, favor_precision=True, include_comments=False)
    except Exception as error:  # markup that nobody meant makes it fail in ways that it does not declare
        _LOG.info("No body by trafilatura: %s", type(error).__name__)
        document = None
    text = (getattr(document, "text", None) or "").strip()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return re.sub(r"(?m)(^\|.*\|?$)\n\n(?=\|)", r"\1\n", "\n\n".join(lines))  # the rows of a table stay together


def _wall(text: str, tree: Tree, metadata: Metadata) -> Reason | None:
    """What stands in place of the article, if it is short enough to be a notice."""
    if len(text) >= _SHORT:
        return None
    very_short = len(text) < _VERY_SHORT
    password = any((field.get("type") or "").lower() == "password" for field in tree.iter("input"))
    if (very_short and password) or _LOGIN.search(text):
        return Reason.LOGIN
    if not metadata.free or _SUBSCRIBE.search(text):
        return Reason.PAYWALL
    without_scripts = " ".join(" ".join(element.itertext()) for element in tree.iter("noscript"))
    if _SCRIPTS.search(text) or (very_short and _SCRIPTS.search(without_scripts)):
        return Reason.JAVASCRIPT
    return Reason.NO_TEXT if len(text) < _TOO_SHORT else None
