"""A web site on real sockets that behaves as badly as it is told to; reachable because a setting names its port."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from bot.articles.fetch import Fetched, Fetcher
from bot.articles.limits import Limits
from bot.articles.unreadable import UnreadableError

STORY = "<p>" + "</p><p>".join(
    f"The council voted on Tuesday to close bridge number {n} for a year, the mayor said in a long statement."
    for n in range(9)
)
PAGE = f"<html><head><title>Old bridge closes for a year</title></head><body><article>{STORY}</article></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Asked:
    """A request; header names in lower case."""

    path: str
    headers: dict[str, str]

    @property
    def host(self) -> str:
        return self.headers["host"].rpartition(":")[0]


Play = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
"""Answers a request by writing whatever it likes; the connection is closed afterwards."""


def http(body: bytes | str = "", status: int = 200, **headers: str) -> bytes:
    """A proper answer; a header name's underscores stand for dashes, an empty value leaves the header out."""
    raw = body.encode() if isinstance(body, str) else body
    real = HTML | {"Content-Length": str(len(raw))} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Said"] + [f"{name}: {value}" for name, value in real.items() if value]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + raw


class HostileSite:
    """``requests`` are those for pages, ``robots_asked`` counts the others; ``most_at_once`` is by host."""

    def __init__(self) -> None:
        self.port = 0
        self.pages: dict[str, Play] = {}
        self.requests: list[Asked] = []
        self.robots_asked = 0
        self.connections = 0
        self.most_at_once: Counter[str] = Counter()
        self._at_once: Counter[str] = Counter()
        self.names = {"127.0.0.1", "localhost"}

    @property
    def limits(self) -> Limits:
        hosts = frozenset(f"{name}:{self.port}" for name in self.names)
        return Limits(allow_hosts=hosts, total_seconds=3, backoff_seconds=0.01)

    def fetcher(self, **limits: Any) -> Fetcher:
        """A new one, for which every name is this machine."""
        return Fetcher(replace(self.limits, **limits), look_up=to_this_machine)

    async def fetch(self, url: str, **limits: Any) -> Fetched:
        return await self.fetcher(**limits).fetch(url)

    async def refuse(self, url: str, **limits: Any) -> UnreadableError:
        """Fetch what cannot be read, and say why not."""
        try:
            fetched = await self.fetch(url, **limits)
        except UnreadableError as error:
            return error
        raise AssertionError(f"read {len(fetched.body)} bytes of {fetched.final_url}")

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        self.names.add(host)
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes | str = "", status: int = 200, **headers: str) -> str:
        """Have ``path`` answered properly with this."""
        return self.raw(path, http(body, status, **headers))

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.serve(path, status=status, Location=to)

    def raw(self, path: str, *answers: bytes) -> str:
        """Have ``path`` answered with these bytes, one answer a request, the last one again and again."""
        left = list(answers)

        async def play(_: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(left.pop(0) if len(left) > 1 else left[0])

        return self.play(path, play)

    def play(self, path: str, play: Play) -> str:
        self.pages[path] = play
        return self.url(path)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.connections += 1
        host = ""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = _parse(await reader.readuntil(b"\r\n\r\n"))
            host = asked.host
            self._at_once[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self._at_once[host])
            path = asked.path.partition("?")[0]
            if path == "/robots.txt":
                self.robots_asked += 1
            else:
                self.requests.append(asked)
            if play := self.pages.get(path):
                await play(asked, writer)
            else:
                writer.write(http(status=404))
            await writer.drain()
        self._at_once[host] -= 1
        writer.close()


def _parse(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines if line)
    return Asked(first.split(" ")[1], {name.lower(): value for name, _, value in pairs})


async def to_this_machine(host: str, port: int) -> list[str]:
    """A name server for which every name is this machine."""
    return ["127.0.0.1"]


@asynccontextmanager
async def open_site() -> AsyncIterator[HostileSite]:
    site, tasks = HostileSite(), set[asyncio.Task[None]]()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(site.answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
