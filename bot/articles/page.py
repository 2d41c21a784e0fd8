"""HTML → Article: the body without menus, advertisements and comments, and what the page says about itself."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import trafilatura

from bot.articles.article import Article, Origin, Origins
from bot.articles.body import Body, body
from bot.articles.charset import decode
from bot.articles.header_dates import HeaderDates
from bot.articles.json_ld import Tree
from bot.articles.live import live_blog
from bot.articles.metadata import Metadata, canonical, date_in_markup, read_metadata
from bot.articles.source import Page
from bot.articles.unreadable import Reason, UnreadableError
from bot.articles.walls import TOO_SHORT, wall

_MUCH = 1_000_000  # bytes


def from_html(source: bytes, *, url: str, charset: str | None = None, final_url: str | None = None) -> Article:
    """The article on a page; see ``read_page``."""
    return read_page(source, url=url, charset=charset, final_url=final_url).article


def read_page(source: bytes, *, url: str, charset: str | None = None, final_url: str | None = None) -> Page:
    """The article on a page. Blocking CPU work: some milliseconds a page, more for a big one.

    ``charset`` is what the HTTP header said. The text has one paragraph, heading or list item a line, with an empty
    line between them.

    Raises:
        UnreadableError: there is no article text: a login, a paywall, a robot check, a list of other articles, a page
            that needs JavaScript, or none at all.
    """
    address = final_url or url
    named = re.match(r"https?://([^/:?#]+)", address)
    host = named[1] if named else ""
    tree = _parse(decode(source, charset))
    if tree is None:  # no HTML at all; or so much of it that there was no memory for it, which the parser does not tell
        raise UnreadableError(Reason.TOO_HEAVY if len(source) > _MUCH else Reason.NO_TEXT, host)
    metadata = read_metadata(tree, address or canonical(tree))
    live = live_blog(tree, metadata.ld)
    found = Body(live.text, live.text) if live else body(tree, address, title=metadata.title, data=metadata.ld.body)
    article = _dated(_article(found.text, metadata, address), found.dates, tree)
    if live:
        article = article.model_copy(update={"entries": live.entries})
    if (reason := wall(found.text, found.shown, tree, metadata)) is not None:
        raise UnreadableError(reason, host, partial=article if len(found.text) >= TOO_SHORT else None)
    return Page(article, _next(tree, address))


def _parse(source: str) -> Tree | None:
    # lxml ends the document at a NUL and refuses strings with an encoding declaration.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source.replace("\0", ""))
    return trafilatura.load_html(source)


def _article(text: str, metadata: Metadata, address: str) -> Article:
    return Article(
        text=text,
        title=metadata.title,
        url=address or None,
        site=metadata.site,
        authors=metadata.authors,
        published=metadata.published,
        updated=metadata.updated,
        language=metadata.language,
        canonical=metadata.canonical,
        origins=metadata.origins,
        dispute=metadata.dispute,
    )


def _dated(article: Article, written: HeaderDates, tree: Tree) -> Article:
    """The same article; where its page gave no day of publication, with the one that its text or markup gives."""
    if article.published:
        return article
    updated = article.updated or written.updated
    published = written.published or date_in_markup(tree, article.url or "")
    if published is None:
        return article.model_copy(update={"updated": updated})
    origin = Origin.TEXT if written.published else Origin.HTML
    updated = updated if updated and updated > published else None
    known = article.origins.model_dump()
    origins = Origins(**{**known, "published": origin, "updated": known["updated"] if updated else None})
    return article.model_copy(update={"published": published, "updated": updated, "origins": origins})


def _next(tree: Tree, address: str) -> str | None:
    """Where the article goes on: what the page declares as its next part, not merely its next article."""
    for link in tree.iter("link", "a"):
        if "next" not in (link.get("rel") or "").lower().split() or not (target := (link.get("href") or "").strip()):
            continue
        try:
            found = str(urljoin(address, target[:2000])).partition("#")[0]
        except ValueError:
            continue
        if _same_article(address, found):
            return found
    return None


def _same_article(address: str, following: str) -> bool:
    """Whether two addresses differ in a page number alone: "…/bridge" and "…/bridge/2" or "…/bridge?page=2"."""
    if address == following or following.partition("://")[0] not in ("http", "https"):
        return False
    return _without_number(address) == _without_number(following)


def _without_number(address: str) -> str:
    address = re.sub(r"^https?://(?:www\.)?", "", address.partition("#")[0])
    address = re.sub(r"[?&](?:page|p|pg|paged|seite|pagenum|pageno)=\d{1,3}(?=&|$)", "", address)
    address = re.sub(
        r"(?:/(?:page|p|seite)[/-]?|/|[-_.](?:page|p|seite)[-_]?)\d{1,3}(?=/?$|/?\?|\.\w{2,5}$)", "", address
    )
    return re.sub(r"/(?=$|\?)", "", address)
