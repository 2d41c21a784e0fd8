"""A link → the bytes behind it, within limits of time, size and redirects, and never from a private address."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx

from bot.articles import addresses, onward
from bot.articles.article import Visit
from bot.articles.fetch_answers import check_length, check_status, content_type, moved, whole_body
from bot.articles.fetch_asking import Asking
from bot.articles.fetch_connection import Guard
from bot.articles.fetch_robots import check_robots
from bot.articles.fetch_turns import Here, Turns
from bot.articles.limits import Limits
from bot.articles.links import unwrap
from bot.articles.robots import Known
from bot.articles.unreadable import Reason, UnreadableError

_MARKUP = {"", "text/html", "application/xhtml+xml"}  # servers that do not say what they send mostly send a page
_TYPES = _MARKUP | {
    "text/plain",
    "message/rfc822",
    "application/pdf",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ANYTHING = {"application/octet-stream", "binary/octet-stream", "application/force-download"}
_NAMES = (".pdf", ".docx", ".odt", ".eml", ".txt", ".html", ".htm")


@dataclass(frozen=True)
class Fetched:
    """An answer with status 2xx. ``charset`` is the header's; ``hosts`` are those asked, each where it changed."""

    url: str
    final_url: str
    status: int
    content_type: str
    charset: str | None
    body: bytes
    hosts: tuple[str, ...]
    fetched_at: datetime

    @property
    def visit(self) -> Visit:
        """What is kept of this with the article."""
        return Visit(
            requested_url=self.url,
            final_url=self.final_url,
            status=self.status,
            fetched_at=self.fetched_at,
            sha256=hashlib.sha256(self.body).hexdigest(),
            hosts=self.hosts,
        )


class Fetcher:
    """Gets pages for one process; keeps what sites say in their robots.txt, and whose turn it is to ask which host."""

    def __init__(
        self, limits: Limits, *, turns: Turns | None = None, look_up: addresses.LookUp = addresses.look_up
    ) -> None:
        """``turns`` shared with other processes keep them to one request a host between them."""
        self._limits = limits
        self._turns = turns or Here()
        self._guard = Guard(limits.connect_seconds, limits.allow_hosts, look_up)
        self._robots = Known()

    async def fetch(self, url: str) -> Fetched:
        """Get a page, or a document of a kind that can be read.

        AMP and telephone pages give the page that they are a version of.

        Raises:
            UnreadableError: with the reason, and whether a later try may work.
        """
        start = addresses.parse(unwrap(url))
        asking = Asking(self._limits, self._guard, self._turns)
        reading = _Reading(url, asking, self._robots)
        try:
            async with asyncio.timeout(self._limits.total_seconds) as asking.clock:
                return await reading.read(start)
        except TimeoutError:
            if reading.arrived is not None:
                return reading.arrived
            raise UnreadableError(Reason.TOO_SLOW, reading.hosts[-1]) from None


class _Reading:
    """One link on its way through redirects. ``arrived`` once there is a page, though there may be a better one."""

    def __init__(self, url: str, asking: Asking, robots: Known) -> None:
        self._url, self._asking, self._robots = url, asking, robots
        self._redirects = 0
        self.hosts: list[str] = []
        self.arrived: Fetched | None = None

    async def read(self, start: httpx.URL) -> Fetched:
        self.arrived = fetched = await self._arrive(start)
        better = onward.article(fetched.body, httpx.URL(fetched.final_url)) if fetched.content_type in _MARKUP else None
        if better is None:
            return fetched
        try:
            return await self._arrive(better)
        except UnreadableError:
            return fetched

    async def _arrive(self, url: httpx.URL) -> Fetched:
        """Follow redirects, those of the page itself included."""
        while True:
            if self.hosts[-1:] != [addresses.name(url)]:
                self.hosts.append(addresses.name(url))
            if self._asking.limits.respect_robots:
                await check_robots(url, self._asking, self._robots)
            got = await self._asking.patiently(partial(self._get, url))
            if isinstance(got, Fetched):
                to = onward.refresh(got.body, url) if got.content_type in _MARKUP else None
                if to is None:
                    return got
                got = to
            url = got
            self._redirects += 1
            if self._redirects > self._asking.limits.max_redirects:
                raise UnreadableError(Reason.TOO_MANY_REDIRECTS, addresses.name(url))

    async def _get(self, url: httpx.URL) -> Fetched | httpx.URL:
        """One request: the page, or where it has moved."""
        host, limits = addresses.name(url), self._asking.limits
        async with self._asking.ask(url) as answer:
            if (to := moved(url, answer)) is not None:
                return to
            check_status(answer, host)
            kind, charset = content_type(answer.headers)
            if not _is_readable(kind, url):
                raise UnreadableError(Reason.NOT_A_PAGE, host)
            check_length(answer.headers, host, limits.max_bytes)
            body = await whole_body(answer, host, most_bytes=limits.max_unpacked_bytes, most_ratio=limits.max_ratio)
            hosts, now = tuple(self.hosts), datetime.now(UTC)
            return Fetched(self._url, str(url), answer.status, kind, charset, body, hosts, now)


def _is_readable(kind: str, url: httpx.URL) -> bool:
    """By the type, and by the name only for types that stand for anything, as file stores give them."""
    return kind in _TYPES or (kind in _ANYTHING and url.path.lower().endswith(_NAMES))
