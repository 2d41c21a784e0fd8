"""Where a page says that its article really is: a page that only passes on, an AMP page, a page for telephones.

A few patterns over the beginning of the bytes, in linear time: this runs in the worker, before any parser may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import tldextract

from bot.articles import addresses
from bot.articles.unreadable import UnreadableError

_LOOK_AT = 128 * 1024
_MOST_DELAY = 5  # seconds; pages that reload themselves do so after minutes
_TAG = re.compile(rb"<(?:link|meta)\b[^>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z-]{1,20})\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_REFRESH = re.compile(r"\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.IGNORECASE)
_AMP_HTML = re.compile("<html(?=\\s)[^>]{0,500}\\s(?:amp|⚡\ufe0f?)[\\s=>]".encode(), re.IGNORECASE)
_SMALL_HOST = re.compile(r"(?:m|mobile|amp|touch|wap)\.")
_SMALL_PATH = re.compile(r"(?:/amp(?:/|$)|[./]amp(?:\.html?)?$)", re.IGNORECASE)
_SMALL_QUERY = re.compile(r"(?:^|&)(?:amp(?:=[1a-z]*)?|output(?:type)?=amp|m=1|mobile=1)(?:&|$)", re.IGNORECASE)
# The public suffix list that comes with the package: nothing is fetched, nothing is cached on disk.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def refresh(body: bytes, url: httpx.URL) -> httpx.URL | None:
    """The page that this one sends its readers on to at once (``<meta http-equiv=refresh>``)."""
    for tag in _tags(body):
        if tag.get("http-equiv", "").lower() == "refresh" and (to := _REFRESH.match(tag.get("content", ""))):
            return _other_page(url, to[2]) if int(to[1]) <= _MOST_DELAY else None
    return None


def article(body: bytes, url: httpx.URL) -> httpx.URL | None:
    """The page that this one is an AMP or telephone version of: its canonical page, if that is on the same domain.

    Any other page's canonical address names the page itself, and is not worth a second request; a wrong one (the front
    page, the first of several pages) would lose the article.
    """
    if not _is_small(body, url):
        return None
    for tag in _tags(body):
        if "canonical" in tag.get("rel", "").lower().split():
            other = _other_page(url, tag.get("href", ""))
            if other is not None and other.path != "/" and _domain(other) == _domain(url):
                return other
    return None


def _is_small(body: bytes, url: httpx.URL) -> bool:
    by_address = (
        _SMALL_HOST.match(addresses.name(url))
        or _SMALL_PATH.search(url.path)
        or _SMALL_QUERY.search(url.query.decode("ascii", errors="replace"))
    )
    return bool(by_address or _AMP_HTML.search(body[:4096]))


def _other_page(url: httpx.URL, link: str) -> httpx.URL | None:
    try:
        other = addresses.parse(url.join(link.strip()))
    except (UnreadableError, httpx.InvalidURL, ValueError):
        return None
    return other if other.copy_with(fragment=None) != url.copy_with(fragment=None) else None


def _domain(url: httpx.URL) -> str:
    """What somebody registered; an address stands for itself. Under an unknown suffix the last two labels count."""
    host = addresses.name(url)
    parts = _suffixes(host)
    known = parts.suffix or parts.ipv4 or ":" in host
    return parts.top_domain_under_public_suffix or (host if known else ".".join(host.split(".")[-2:]))


def _tags(body: bytes) -> Iterator[dict[str, str]]:
    """The attributes of ``<link>`` and ``<meta>``, but for what browsers that run JavaScript do not see."""
    seen = _without(_without(body[:_LOOK_AT], b"<!--", b"-->"), b"<noscript", b"</noscript")
    for tag in _TAG.finditer(seen):
        pairs = _ATTRIBUTE.findall(tag[0])
        yield {name.decode().lower(): unescape(value.strip(b"\"'").decode("utf-8", "replace")) for name, value in pairs}


def _without(body: bytes, start: bytes, end: bytes) -> bytes:
    lower, kept, at = body.lower(), [], 0
    while (opened := lower.find(start, at)) >= 0:
        kept.append(body[at:opened])
        closed = lower.find(end, opened)
        if closed < 0:
            return b"".join(kept)
        at = closed + len(end)
    return b"".join([*kept, body[at:]])
