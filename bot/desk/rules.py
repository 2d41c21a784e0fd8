"""House rules: how many signatures a verdict needs, and what counts as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import tldextract

from bot.desk.ratings import Scale
from bot.desk.task import Evidence

# The public suffix list that comes with the package: nothing is fetched, nothing is cached on disk.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a workspace asks of a verdict: ``approvals`` signatures and ``sources`` from different domains.

    Both numbers are house style, not a standard's: fact-checking codes ask for enough detail to replicate the work.
    """

    scale: Scale
    approvals: int = 1
    sources: int = 2


def registrable_domain(url: str) -> str:
    """``https://news.bbc.co.uk/1`` → ``bbc.co.uk``; a bare address or host stands for itself."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return _suffixes(host).top_domain_under_public_suffix or host


def is_link(url: str) -> bool:
    """Whether this is an http(s) address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def independent_sources(evidence: tuple[Evidence, ...], article_url: str | None) -> int:
    """Sources counted by registrable domain; the page under review is no evidence for itself."""
    domains = {registrable_domain(e.url) for e in evidence}
    if article_url:
        domains.discard(registrable_domain(article_url))
    return len(domains)
