"""One request to one checked address: the only place that opens connections for what people send."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx

from bot.articles import addresses
from bot.articles.unreadable import Reason, UnreadableError


@dataclass
class Meter:
    """What came over the wire for one reading, headers and redirects and all, after TLS."""

    most_bytes: int
    received: int = 0


@dataclass(frozen=True)
class Guard:
    """How connections may be made."""

    connect_seconds: float
    allow_hosts: frozenset[str]
    look_up: addresses.LookUp


@dataclass(frozen=True)
class Answer:
    """Status and headers have come; the body comes as it is read, still packed."""

    status: int
    headers: httpx.Headers
    body: AsyncIterator[bytes]


@asynccontextmanager
async def ask(request: httpx.Request, guard: Guard, meter: Meter) -> AsyncIterator[Answer]:
    """Send a request on a connection of its own, which is closed at the end of the ``with``.

    The environment's proxies are not used: behind one, the address connected to would not be the one checked.

    Raises:
        UnreadableError: also while the body is read. What httpcore says is left out of it, for it quotes the site.
    """
    url, connector = request.url, _Connector(request.url, guard, meter)
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=addresses.port(url), target=url.raw_path or b"/"
    )
    connection = httpcore.AsyncHTTPConnection(target.origin, ssl_context=_tls(), network_backend=connector)
    answered = False
    try:
        response = await connection.handle_async_request(
            httpcore.Request(
                request.method,
                target,
                headers=request.headers.raw,
                extensions={"timeout": {"connect": guard.connect_seconds}},
            )
        )
        answered = True
        try:
            yield Answer(response.status, httpx.Headers(response.headers), response.aiter_stream())
        finally:
            await response.aclose()
    except httpcore.TimeoutException:
        raise UnreadableError(Reason.TOO_SLOW, addresses.name(url)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise UnreadableError(_reason(error, answered, connector.ended), addresses.name(url)) from None
    finally:
        await connection.aclose()


def _reason(error: Exception, answered: bool, ended: bool) -> Reason:
    """``answered``: the headers had come; ``ended``: the site closed its side."""
    if isinstance(error, httpcore.ConnectError) and isinstance(error.__cause__, ssl.SSLError):
        return Reason.UNTRUSTED
    if isinstance(error, httpcore.ProtocolError) and not ended:
        return Reason.BROKEN
    return Reason.CUT_OFF if answered else Reason.UNREACHABLE


class _Connector(httpcore.AsyncNetworkBackend):
    """Looks the host up once, checks every address, and connects to one of those and to nothing else.

    The certificate and the Host header stay those of the name.
    """

    def __init__(self, url: httpx.URL, guard: Guard, meter: Meter) -> None:
        self._url, self._guard, self.meter = url, guard, meter
        self._system = httpcore.AnyIOBackend()
        self.host = addresses.name(url)
        self.ended = False

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the host of the request, whatever ``host`` says; each address gets its share of the time."""
        try:
            async with asyncio.timeout(self._guard.connect_seconds) as clock:
                found = await addresses.resolve(self._url, self._guard.allow_hosts, self._guard.look_up)
                failure: Exception = httpcore.ConnectError()
                for index, address in enumerate(found):
                    left = (clock.when() or 0.0) - asyncio.get_running_loop().time()
                    try:
                        stream = await self._system.connect_tcp(address, port, left / (len(found) - index))
                        return _Metered(stream, self)
                    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                        failure = error
                raise failure
        except TimeoutError:
            raise httpcore.ConnectTimeout from None

    async def sleep(self, seconds: float) -> None:
        """Part of the interface."""
        await asyncio.sleep(seconds)


class _Metered(httpcore.AsyncNetworkStream):
    """Counts what comes, and stops at the limit whatever the bytes are: headers, chunk sizes or body."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, connector: _Connector) -> None:
        self._stream, self._connector = stream, connector

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        meter = self._connector.meter
        meter.received += len(data)
        self._connector.ended = not data
        if meter.received > meter.most_bytes:
            raise UnreadableError(Reason.TOO_BIG, self._connector.host)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return _Metered(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._connector)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
