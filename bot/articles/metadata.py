"""What a page says about itself: title, site, authors, dates, language.

JSON-LD first, because publishers keep it for search engines, then meta tags and ``<time>``; trafilatura fills what is
left. A day is taken as it is written, in the publisher's own time zone.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import trafilatura

from bot.articles.header_dates import header_dates

_LOG = logging.getLogger(__name__)

Tree = Any  # lxml.html.HtmlElement, which comes without types

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Review|LiveBlogPosting|NewsMediaPage|OpinionPiece)$")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "publish-date", "publishdate", "pubdate",
    "sailthru.date", "article.published", "published_at", "cxenseparse:recs:publishtime", "dc.date", "dcterms.date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "article.updated", "lastmod",
)  # fmt: skip
_NO_NAMES = {"admin", "administrator", "editor", "author", "staff", "guest", "none", "null", "unknown", "default"}
_OFFSET = re.compile(r"T\d\d:?\d\d.*[+-](?!00:?00)\d\d:?\d\d\s*$")
_TRAILING_MONTH = re.compile(
    r"\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)$", re.IGNORECASE
)
_MOST_AUTHORS = 20
_LONGEST = 500  # characters of a title or a site's name
_DEEPEST = 6
_MOST_NODES = 500


@dataclass(frozen=True)
class Metadata:
    """What is known; empty or None where the page does not say."""

    title: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    language: str | None = None
    free: bool = True  # False: the page declares itself to be for subscribers


def read_metadata(tree: Tree, url: str) -> Metadata:
    """Metadata of a parsed page; the tree is left as it is."""
    meta = _meta_tags(tree)
    nodes = list(_json_ld(tree))
    article = _main_article(nodes, meta.get("og:title", "") or (tree.findtext(".//title") or ""))
    rest = _guesses(tree, url)
    site = _text(meta.get("og:site_name")) or next(_names(article.get("publisher")), "")
    published, updated = _dates(
        [article.get("datePublished"), *(meta.get(key) for key in _PUBLISHED), *_times(tree), rest.date],
        [article.get("dateModified"), *(meta.get(key) for key in _UPDATED)],
        url,
    )
    return Metadata(
        title=_title(tree, rest.title or _text(article.get("headline")), site),
        site=site if site and site[0] != "@" else _host(url),
        authors=_authors(article, meta, rest.author),
        published=published,
        updated=updated,
        language=_language(tree, meta, article),
        free=str(article.get("isAccessibleForFree", True)).lower() not in ("false", "http://schema.org/false"),
    )


def _guesses(tree: Tree, url: str) -> Any:
    """What trafilatura makes of it: a ``Document``, or one without anything if the page is too broken for it."""
    try:
        # Not the extensive search, which takes any date on the page rather than none.
        return trafilatura.extract_metadata(
            tree, default_url=url, date_config={"extensive_search": False, "original_date": True}
        )
    except Exception as error:  # markup that nobody meant makes it fail in ways that it does not declare
        _LOG.info("No metadata by trafilatura: %s", type(error).__name__)
        return SimpleNamespace(title=None, author=None, date=None)


def _meta_tags(tree: Tree) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop")
        value = (element.get("content") or "").strip()
        if key and value:
            found.setdefault(key.strip().lower(), value)
    return found


def _json_ld(tree: Tree) -> Iterator[dict[str, Any]]:
    budget = _MOST_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        source = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip()
        try:
            value = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(value, _DEEPEST):
            budget -= 1
            if budget < 0:
                return
            yield node


def _nodes(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "itemReviewed", "hasPart"):
            yield from _nodes(value.get(key), depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth - 1)


def _main_article(nodes: list[dict[str, Any]], title: str) -> dict[str, Any]:
    """The node that describes this page's article: other articles, which the page only links to, may come first."""
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(kind) for kind in _strings(node.get("@type")))]
    for node in articles:
        headline = _text(node.get("headline"))
        if headline and headline[:60].lower() in _text(title).lower():
            return node
    return articles[0] if articles else {}


def _title(tree: Tree, title: str, site: str) -> str:
    """The headline without the site's name that pages append for the browser tab."""
    title = _text(title)
    headings = {_text(" ".join(heading.itertext())) for heading in tree.iter("h1")} - {""}
    for heading in headings:
        if len(heading) >= 10 and title.startswith(heading):
            return heading
    head, separator, tail = _rpartition(title)
    return head if separator and site and _key(tail).startswith(_key(site)[:6]) and len(head) >= 10 else title


def _rpartition(title: str) -> tuple[str, str, str]:
    matches = list(re.finditer(r"\s+[|–—·•-]\s+", title))
    return (title[: matches[-1].start()], matches[-1][0], title[matches[-1].end() :]) if matches else (title, "", "")


def _authors(article: dict[str, Any], meta: dict[str, str], rest: str | None) -> tuple[str, ...]:
    sources: list[Iterable[str]] = [
        _names(article.get("author")),
        _names(meta.get("author")),
        _names(meta.get("article:author")),
        (rest or "").split(";"),
    ]
    for names in sources:
        found: dict[str, str] = {}
        for name in names:
            for part in _split_names(name):
                found.setdefault(part.lower(), part)
        if found:
            return tuple(found.values())[:_MOST_AUTHORS]
    return ()


def _split_names(name: str) -> Iterator[str]:
    name = re.sub(r"^\s*(?:by|von|par|por)\s+", "", name, flags=re.IGNORECASE)
    for part in re.split(r"\s*(?:;|\s\band\b\s|&|\||\bPublished\b)\s*", name):
        person = part.partition(",")[0].strip(" .-")  # "A. Name, Political Editor"
        person = _TRAILING_MONTH.sub("", person) if person.count(" ") > 1 else person  # of the date after the byline
        if 2 < len(person) <= 60 and "@" not in person and "/" not in person and person.lower() not in _NO_NAMES:
            yield person


def _names(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield from (_text(name) for name in _strings(item.get("name")))
        elif isinstance(item, str):
            yield _text(item)


def _strings(value: object) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _times(tree: Tree) -> Iterator[str]:
    """``<time>`` elements that are marked as the date of publication."""
    for element in tree.iter("time"):
        marks = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if element.get("pubdate") is not None or "datepublished" in marks or "published" in marks.split():
            yield element.get("datetime") or _text(" ".join(element.itertext()))


def _dates(
    published_values: Iterable[object], updated_values: Iterable[object], url: str
) -> tuple[date | None, date | None]:
    """The days of publication and of the last change.

    Many pages give the time in UTC, where an evening in America is already the next day. If the URL, or a time with
    another offset, names the day next to it, that is the day the readers saw.
    """
    found = list(_days(published_values))
    updated = next((day for day, _ in _days(updated_values)), None)
    if not found:
        return None, None
    first = found[0][0]
    local = [day for day, is_local in found if is_local]
    if (in_url := _day_in(url)) is not None:
        local.append(in_url)
    published = next((day for day in local if abs(day - first) <= timedelta(days=1)), first)
    return published, updated if updated and updated > first else None


def _days(values: Iterable[object]) -> Iterator[tuple[date, bool]]:
    """Each plausible day, and whether its time is given with an offset of its own."""
    latest = (datetime.now(UTC) + timedelta(days=1)).date()
    for value in values:
        day = header_dates(value[:100]).published if isinstance(value, str) else None
        # Templates fill in the epoch or a far future day where they know none.
        if day and date(1970, 1, 1) < day <= latest:
            yield day, _OFFSET.search(str(value)[:100]) is not None


def _day_in(url: str) -> date | None:
    match = re.search(r"/((?:19|20)\d\d)[/-]?(\d\d|[a-z]{3})[/-]?(\d\d)(?=[/-]|$)", url)
    if match is None:
        return None
    year, month, day = match.groups()
    return header_dates(f"{year}-{month}-{day}" if month.isdigit() else f"{day} {month} {year}").published


def _language(tree: Tree, meta: dict[str, str], article: dict[str, Any]) -> str | None:
    for value in (tree.get("lang"), *_strings(article.get("inLanguage")), meta.get("og:locale")):
        if match := re.match(r"\s*([a-zA-Z]{2,3})(?:[-_]|\s*$)", value or ""):
            return match[1].lower()
    return None


def _host(url: str) -> str:
    match = re.match(r"https?://(?:[^/@]*@)?(?:www\.)?([^/:?#]+)", url)
    return match[1].lower() if match else ""


def _key(name: str) -> str:
    return re.sub(r"\W+", "", name).lower()


def _text(value: object) -> str:
    return " ".join(html.unescape(value[: 4 * _LONGEST]).split())[:_LONGEST] if isinstance(value, str) else ""
