"""House rules: how many signatures a verdict needs, and what counts as a site of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna
import tldextract

from bot.desk.copies import original
from bot.desk.ratings import Scale

# The public suffix list that comes with the package: nothing is fetched, nothing is cached on disk.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a workspace asks of a verdict: ``approvals`` signatures and ``sources`` of independent origin.

    Both numbers are house style, not a standard's: fact-checking codes ask for enough detail to replicate the work.
    ``archived`` asks for a kept copy of each source, or why there is none; ``questions`` has reviewers answer
    ``review.QUESTIONS`` before they sign.
    """

    scale: Scale
    approvals: int = 1
    sources: int = 2
    archived: bool = False
    questions: bool = True


def registrable_domain(url: str) -> str:
    """``https://news.bbc.co.uk/1`` → ``bbc.co.uk``, in IDNA's ASCII form; a bare address stands for itself.

    Under a suffix that nobody registered, the last two labels count, as the public suffix list's default rule has it.
    """
    host = _ascii(urlsplit(url).hostname or "")
    found = _suffixes(host).top_domain_under_public_suffix
    return found or (host if host.replace(".", "").isdigit() else ".".join(host.split(".")[-2:]))


def is_link(url: str) -> bool:
    """Whether this is an http(s) address of a host on the web, not a bare name, without blanks and with a real port.

    Of a copy the page that it is of counts, where its address tells.
    """
    try:
        parts = urlsplit(original(url) or url)
        labels = _ascii(parts.hostname or "").split(".")
        port = parts.port
    except ValueError:
        return False
    named = len(labels) > 1 and all(label and not label.startswith("-") for label in labels)
    return parts.scheme in ("http", "https") and named and not re.search(r"\s", url) and port != 0


def _ascii(host: str) -> str:
    """A host name as the domain name system has it; raises ValueError where it cannot be one."""
    return idna.encode(host.rstrip("."), uts46=True).decode() if not host.isascii() else host.rstrip(".").lower()
