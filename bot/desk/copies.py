"""Copies of pages: archives, caches and translations, which show what another site says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.articles.links import unwrap

_WAYBACK = re.compile(r"(?:(?:www|web|wayback|liveweb)\.)?archive\.org")
_ARCHIVE_TODAY = re.compile(r"(?:www\.)?archive\.(?:today|ph|is|li|md|vn|fo)")
_OTHER_ARCHIVES = re.compile(r"(?:www\.)?(?:perma\.cc|ghostarchive\.org|webcitation\.org)")
_CACHES = re.compile(r"webcache\.googleusercontent\.com|cc\.bingj\.com")
_TRANSLATED_BY = re.compile(r"translate\.google\.(?:\w{2,3}|com?\.\w\w)")
_TRANSLATED_HOST = ".translate.goog"

_WHOLE = re.compile(r"/(?P<page>https?(?::|%3A)(?:/|%2F){1,2}[^/].*)", re.IGNORECASE | re.DOTALL)
"""An address that stands whole in another one's path: archives and proxies of all kinds are built so."""
_WITHOUT_SCHEME = re.compile(
    r"/(?:(?:web|save|newest|oldest|timegate|o/\w+|\*|[\d.-]{4,}\*?(?:[a-z]{2}_)?|\d+)/)*"
    r"(?P<page>(?:[\w-]+\.)+(?:xn--[\w-]+|[^\W\d_]{2,})(?:[:/?#].*)?)",
    re.IGNORECASE | re.DOTALL,
)
"""The same without "https://", behind what archives put before it: "/web/2026/example.org/a"."""
_MOST_COPIES = 5
"""Of a copy in one archive another may have kept a copy."""


def original(url: str) -> str | None:
    """The page that shows first what an address shows: itself, or the one that it is a copy of.

    None is a copy whose address does not say of what, such as ``https://archive.ph/AbC12``.
    """
    for _ in range(_MOST_COPIES):
        url = unwrap(url)
        try:
            parts = urlsplit(url)
            copied = next(_copied(parts), None)
        except ValueError:
            return url
        if copied is None:
            return None if _is_archive(parts) else url
        url = copied
    return None


def _copied(parts: SplitResult) -> Iterator[str]:
    host, place = parts.hostname or "", parts._replace(scheme="", netloc="").geturl()
    if parts.scheme not in ("http", "https"):
        return
    if host.endswith(_TRANSLATED_HOST):
        yield parts._replace(scheme="https", netloc=_translated(host, parts.query)).geturl()
    if (whole := _WHOLE.search(parts.path)) and (found := _WHOLE.search(place, whole.start())):
        yield _address(found["page"])
    if _is_archive(parts) or _TRANSLATED_BY.fullmatch(host):
        if (_WAYBACK.fullmatch(host) or _ARCHIVE_TODAY.fullmatch(host)) and (bare := _WITHOUT_SCHEME.fullmatch(place)):
            yield f"https://{bare['page']}"
        values = parse_qs(parts.query)
        for value in (*values.get("url", ()), *values.get("u", ()), *values.get("q", ())):
            if page := re.fullmatch(r"(?:cache:(?:[\w-]{8,}:)?)?(?P<page>(?:https?://)?[^\s:/]+\.\S+)(?:\s.*)?", value):
                yield _address(page["page"])


def _is_archive(parts: SplitResult) -> bool:
    """Whether a site holds nothing but copies; of the Internet Archive's site that is a part."""
    host = parts.hostname or ""
    if _WAYBACK.fullmatch(host):
        return host not in ("archive.org", "www.archive.org") or parts.path.startswith(("/web/", "/wayback/"))
    return any(kind.fullmatch(host) for kind in (_ARCHIVE_TODAY, _OTHER_ARCHIVES, _CACHES))


def _address(page: str) -> str:
    """A page's address as it stands in another one: encoded, with one slash that got lost, or without its scheme."""
    if re.match(r"https?%3A", page, re.IGNORECASE):
        page = unquote(page)
    if found := re.match(r"(https?):/+", page, re.IGNORECASE):
        return f"{found[1].lower()}://{page[found.end() :]}"
    return f"https://{page}"


def _translated(host: str, query: str) -> str:
    """The host behind ``www-example-org.translate.goog``, decoded as Google's notes on its translated pages have it."""
    values = parse_qs(query)
    marks = ",".join(values.get("_x_tr_enc", ())).split(",")
    name = "".join(values.get("_x_tr_hp", ())) + host.removesuffix(_TRANSLATED_HOST)
    if "1" in marks:
        name = name.removeprefix("1-")
    international = "0" in marks and name.startswith("0-")
    if international:
        name = name.removeprefix("0-")
    name = re.sub(r"\b-\b", ".", name).replace("--", "-")
    return f"xn--{name}" if international else name
