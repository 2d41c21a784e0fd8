"""Asks a site's robots.txt before its pages."""

from __future__ import annotations

import asyncio
from functools import partial

import httpx

from bot.articles import addresses
from bot.articles.fetch_answers import beginning, moved
from bot.articles.fetch_asking import Asking
from bot.articles.robots import MOST_BYTES, Known, Rules
from bot.articles.unreadable import Reason, UnreadableError

_MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2
# Behind a redirect these say that there is no robots.txt; the others, that it could not be had this time.
_NO_ROBOTS = {Reason.BAD_ADDRESS, Reason.CREDENTIALS, Reason.PRIVATE_ADDRESS, Reason.NO_SUCH_HOST}


async def check_robots(url: httpx.URL, asking: Asking, known: Known) -> None:
    """Let pass what the site lets programs read.

    Raises:
        UnreadableError: it does not, or does not tell, or cannot be reached.
    """
    site = f"{url.scheme}://{addresses.name(url)}:{addresses.port(url)}"
    kept = known.get(site)
    if kept is None:
        text = await _text(url, asking)
        agent = asking.limits.user_agent.partition("/")[0]
        kept = (None if text is None else await asyncio.to_thread(Rules, text, agent),)
        known.keep(site, kept[0])
    if kept[0] is None:
        raise UnreadableError(Reason.ROBOTS_UNKNOWN, addresses.name(url))
    if not kept[0].allow(str(url)):
        raise UnreadableError(Reason.ROBOTS, addresses.name(url))


async def _text(url: httpx.URL, asking: Asking) -> str | None:
    """The site's robots.txt; empty if it has none (4xx), None if it has one and cannot show it (RFC 9309, 2.3)."""
    got: str | httpx.URL | None = url.copy_with(raw_path=b"/robots.txt", fragment=None)
    for redirects in range(_MOST_REDIRECTS + 1):
        if not isinstance(got, httpx.URL):
            return got
        try:
            got = await asking.patiently(partial(_get, got, asking))
        except UnreadableError as error:
            if not redirects:
                raise
            return "" if error.reason in _NO_ROBOTS else None
    return ""


async def _get(url: httpx.URL, asking: Asking) -> str | httpx.URL | None:
    async with asking.ask(url) as answer:
        try:
            to = moved(url, answer)
        except UnreadableError:
            return ""
        if to is not None:
            return to
        if answer.status >= 500:
            return None
        if answer.status >= 300:
            return ""
        ratio = asking.limits.max_ratio
        body = await beginning(answer, addresses.name(url), most_bytes=MOST_BYTES, most_ratio=ratio)
        return body.decode("utf-8", errors="replace")
