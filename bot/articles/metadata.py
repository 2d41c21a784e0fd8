"""What a page says about itself: title, site, authors, dates, language, address; and where it says so.

JSON-LD first, because publishers keep it for search engines, then meta tags, then what the page shows.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from htmldate import find_date

from bot.articles.article import DateDispute, Origin, Origins
from bot.articles.bylines import byline, is_name, listed, names
from bot.articles.header_dates import header_dates
from bot.articles.headline import behind_headline
from bot.articles.json_ld import JsonLd, Tree, plain, read_json_ld, strings
from bot.articles.page_dates import page_dates

_LOG = logging.getLogger(__name__)

_AUTHOR_META = ("author", "article:author", "sailthru.author", "parsely-author", "dc.creator", "byl", "article_author")
_AUTHOR_ELEMENT = re.compile(r"\b(?:byline|author)s?\b|author[-_]?name|entry-author|by-author", re.IGNORECASE)
_LONGEST_BYLINE = 160  # characters
_FEWEST_OF_HEADLINE = 10  # characters by which a heading is known to be the headline
_MOST_HEADINGS = 50
_SITE_BEHIND = re.compile(r"(?<!\s)\s+(?:\||–|—|·|•|-|::|»)\s+")


@dataclass(frozen=True)
class Metadata:
    """What is known; empty or None where the page does not say."""

    title: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    dispute: DateDispute | None = None
    language: str | None = None
    canonical: str | None = None
    kind: str = ""
    origins: Origins = field(default_factory=Origins)
    ld: JsonLd = field(default_factory=JsonLd)


def read_metadata(tree: Tree, url: str) -> Metadata:
    """Metadata of a parsed page; the tree is left as it is."""
    meta = _meta_tags(tree)
    window = plain(tree.findtext(".//title"))
    ld = read_json_ld(tree, meta.get("og:title", "") or window)
    site, site_from = _site(meta, ld, url)
    title, title_from = _title(tree, meta, ld, window, site, url)
    authors, authors_from = _authors(tree, meta, ld, site, url)
    dates = page_dates(tree, ld, meta, url)
    language, language_from = _language(tree, meta, ld)
    published = dates.published
    return Metadata(
        title=title,
        site=site,
        authors=authors,
        published=published.day if published else None,
        updated=dates.updated.day if dates.updated else None,
        dispute=dates.dispute,
        language=language,
        canonical=canonical(tree) or None,
        kind=meta.get("og:type", "").lower(),
        origins=Origins(
            title=title_from,
            authors=authors_from,
            published=published.origin if published else None,
            updated=dates.updated.origin if dates.updated else None,
            language=language_from,
            site=site_from,
        ),
        ld=ld,
    )


def date_in_markup(tree: Tree, url: str) -> date | None:
    """A day of publication by htmldate's rules for markup, for pages that say it in none of the usual places."""
    try:
        # Not the extensive search, which takes any date on the page rather than none.
        found = find_date(tree, url=url, extensive_search=False, original_date=True)
    except MemoryError:
        raise
    except Exception as error:  # markup that nobody meant makes it fail in ways that it does not declare
        _LOG.info("No date by htmldate: %s", type(error).__name__)
        return None
    return header_dates(found).published if found else None


def _meta_tags(tree: Tree) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop")
        value = (element.get("content") or "").strip()
        if key and value:
            found.setdefault(key.strip().lower(), value)
    return found


def _site(meta: dict[str, str], ld: JsonLd, url: str) -> tuple[str, Origin]:
    if name := plain(meta.get("og:site_name")).lstrip("@"):
        return name, Origin.OPEN_GRAPH
    if (name := next(ld.names(ld.article.get("publisher")), "")) and not name.startswith(("@", "http")):
        return name, Origin.JSON_LD
    return _host(url), Origin.URL


def _title(tree: Tree, meta: dict[str, str], ld: JsonLd, window: str, site: str, url: str) -> tuple[str, Origin | None]:
    """The headline without the site's name that pages append for the browser tab.

    A heading that begins what the page calls itself is the headline as readers see it.
    """
    claimed = [
        (plain(meta.get("og:title")), Origin.OPEN_GRAPH),
        (plain(ld.article.get("headline")), Origin.JSON_LD),
        (plain(meta.get("twitter:title")), Origin.META),
        (window, Origin.TITLE),
    ]
    first = islice(tree.iter("h1"), _MOST_HEADINGS)
    headings = [text for h in first if len(text := plain(" ".join(h.itertext()))) >= 2]
    for title, _ in claimed:
        for heading in headings:
            long_enough = len(heading) >= _FEWEST_OF_HEADLINE or len(heading) * 2 > len(title)
            if long_enough and _key(title).startswith(_key(heading)):
                return heading, Origin.HEADLINE
    known = {_key(site), _key(_host(url))} - {""}
    title, origin = next(((_without_site(title, known), origin) for title, origin in claimed if title), ("", None))
    if len(set(headings)) == 1 and _key(headings[0]) not in known and (not title or _alike(headings[0], title)):
        return headings[0], Origin.HEADLINE  # as readers see it, which may be longer than what is shared
    return title, origin


def _alike(heading: str, title: str) -> bool:
    """Whether half of the words are the same."""
    a, b = (set(re.findall(r"\w+", text.lower())) for text in (heading, title))
    return 2 * len(a & b) >= min(len(a), len(b))


def _without_site(title: str, known: set[str]) -> str:
    """The title without a name of the site at its end, as it stands there or as in the host."""
    cuts = list(_SITE_BEHIND.finditer(title))
    if not cuts:
        return title
    head, tail = title[: cuts[-1].start()], _key(title[cuts[-1].end() :])
    named = tail and any(tail[:6] == name[:6] or tail in name or name in tail for name in known)
    return head if named and len(head) >= _FEWEST_OF_HEADLINE else title


def _authors(
    tree: Tree, meta: dict[str, str], ld: JsonLd, site: str, url: str
) -> tuple[tuple[str, ...], Origin | None]:
    told = names(ld.names(ld.article.get("author")), site)
    shown = next((people for text in _bylines(tree) if (people := _shown(text, told))), ())
    # Readers see the byline; the data sometimes names one of several, or whoever put the article on the page.
    known = tuple(name.lower() for name in told)
    if shown and not (known and all(name.lower().startswith(known) for name in shown)):
        return shown, Origin.TEXT
    if told:
        return told, Origin.JSON_LD
    for key in _AUTHOR_META:
        if people := names([plain(meta.get(key))], site):
            return people, Origin.OPEN_GRAPH if key == "article:author" else Origin.META
    marked = names((text for text in _bylines(tree) if is_name(text)), site)[:1]
    return marked, Origin.TEXT if marked else None


def _shown(text: str, told: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a byline; a list of two counts as such where one of them is known."""
    several = listed(text)
    return several if len(several) > 2 or set(told) & set(several) else byline(text)


def _bylines(tree: Tree) -> Iterator[str]:
    """Short elements behind the headline that are made for a byline or begin like one, in their order."""
    for element in behind_headline(tree):
        marks = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('rel') or ''}"
        made_for_it = _AUTHOR_ELEMENT.search(marks) is not None
        if not made_for_it and not (element.tag in ("p", "span", "div", "address") and _begins(element)):
            continue
        text = plain(" ".join(element.itertext()))
        if 2 < len(text) <= _LONGEST_BYLINE:
            yield text.replace(" ,", ",")


def _begins(element: Tree) -> bool:
    return (element.text or "").strip()[:3].lower() in ("by", "by ")


def _language(tree: Tree, meta: dict[str, str], ld: JsonLd) -> tuple[str | None, Origin | None]:
    sources = (
        (tree.get("lang"), Origin.HTML),
        *((value, Origin.JSON_LD) for value in strings(ld.article.get("inLanguage"))),
        (meta.get("og:locale"), Origin.OPEN_GRAPH),
    )
    for value, origin in sources:
        if match := re.match(r"\s*([a-zA-Z]{2,3})(?:[-_]|\s*$)", value or ""):
            return match[1].lower(), origin
    return None, None


def canonical(tree: Tree) -> str:
    """The address that a page gives for itself; empty if it gives none."""
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    links += [meta.get("content") for meta in tree.iter("meta") if (meta.get("property") or "").lower() == "og:url"]
    found = (link.strip() for link in links if link)
    return next((link for link in found if re.match(r"https?://[^/\s]+\.[^/\s]+", link) and len(link) <= 2000), "")


def _host(url: str) -> str:
    match = re.match(r"https?://(?:[^/@]*@)?(?:www\.)?([^/:?#]+)", url)
    return match[1].lower() if match else ""


def _key(name: str) -> str:
    return re.sub(r"\W+", "", name).lower()
