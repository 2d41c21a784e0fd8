"""A link → the bytes behind it, within limits of time, size and redirects, and never from a private address."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache

import httpx

from bot.articles import addresses
from bot.articles.unreadable import Reason, UnreadableError

_PAGE_TYPES = {"", "text/html", "application/xhtml+xml", "text/plain"}
_REDIRECTS = {301, 302, 303, 307, 308}
_STATUS_REASONS = {
    401: Reason.LOGIN,
    402: Reason.PAYWALL,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    407: Reason.FORBIDDEN,
    408: Reason.BUSY,
    410: Reason.NOT_FOUND,
    429: Reason.BUSY,
    451: Reason.FORBIDDEN,
    502: Reason.BUSY,
    503: Reason.BUSY,
    504: Reason.BUSY,
}


@dataclass(frozen=True)
class Limits:
    """How much one link may cost, and how the reader behaves.

    ``max_bytes`` counts what arrives after decompression. ``allow_hosts`` (``host`` or ``host:port``, lower case) may
    have private addresses and any port.
    """

    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    allow_hosts: frozenset[str] = frozenset()
    user_agent: str = "Claimdesk/0.1 (fact-checking desk)"


@dataclass(frozen=True)
class Fetched:
    """An answer with status 2xx. ``charset`` is the header's; ``redirected_hosts`` are those passed after the first."""

    url: str
    final_url: str
    status: int
    content_type: str
    charset: str | None
    body: bytes
    redirected_hosts: tuple[str, ...] = ()


class Fetcher:
    """Gets pages for one process, within its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    async def fetch(self, url: str) -> Fetched:
        """Get a page. Raises ``UnreadableError``."""
        return await fetch(url, self.limits)


async def fetch(url: str, limits: Limits) -> Fetched:
    """Get a page.

    Raises:
        UnreadableError: with the reason, and whether a later try may work.
    """
    start = addresses.parse(url)
    try:
        async with asyncio.timeout(limits.total_seconds):
            return await _follow(start, limits)
    except TimeoutError:
        raise UnreadableError(Reason.TOO_SLOW, start.host) from None


async def _follow(start: httpx.URL, limits: Limits) -> Fetched:
    current, hosts = start, [start.host]
    timeout = httpx.Timeout(limits.total_seconds, connect=limits.connect_seconds)
    headers = {
        "User-Agent": limits.user_agent,
        "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.1",
        "Accept-Language": "en,*;q=0.5",
        "Accept-Encoding": "gzip, deflate",
    }
    # The environment's proxies are not used: behind one, the address connected to would not be the one checked.
    async with httpx.AsyncClient(
        transport=_CheckedTransport(limits.allow_hosts), headers=headers, timeout=timeout, trust_env=False
    ) as client:
        for _ in range(limits.max_redirects + 1):
            answer = await _send(client, current)
            try:
                if answer.status_code not in _REDIRECTS or "location" not in answer.headers:
                    return await _take(str(start), current, hosts, answer, limits)
            except httpx.HTTPError as error:
                raise _translate(error, current.host) from error
            finally:
                await answer.aclose()
            current = _next(current, answer.headers["location"])
            if current.host != hosts[-1]:
                hosts.append(current.host)
    raise UnreadableError(Reason.TOO_MANY_REDIRECTS, current.host)


async def _send(client: httpx.AsyncClient, url: httpx.URL) -> httpx.Response:
    try:
        return await client.send(client.build_request("GET", url), stream=True)
    except httpx.HTTPError as error:
        raise _translate(error, url.host) from error


def _next(current: httpx.URL, location: str) -> httpx.URL:
    try:
        return addresses.parse(current.join(location))
    except (httpx.InvalidURL, ValueError):
        raise UnreadableError(Reason.BAD_ADDRESS) from None


async def _take(url: str, final: httpx.URL, hosts: list[str], answer: httpx.Response, limits: Limits) -> Fetched:
    """Check status and type before the body is read, then read no more of it than the limit."""
    status = answer.status_code
    if not 200 <= status < 300:
        usual = Reason.SERVER_ERROR if status >= 500 else Reason.REFUSED
        raise UnreadableError(_STATUS_REASONS.get(status, usual), final.host)
    content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in _PAGE_TYPES:
        raise UnreadableError(Reason.NOT_A_PAGE, final.host)
    declared = answer.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limits.max_bytes:
        raise UnreadableError(Reason.TOO_BIG, final.host)
    body = bytearray()
    async for chunk in _decompressed(answer, final.host, limits.max_bytes):
        body += chunk
        if len(body) > limits.max_bytes:
            raise UnreadableError(Reason.TOO_BIG, final.host)
    return Fetched(
        url=url,
        final_url=str(final),
        status=status,
        content_type=content_type,
        charset=answer.charset_encoding,
        body=bytes(body),
        redirected_hosts=tuple(hosts[1:]),
    )


async def _decompressed(answer: httpx.Response, host: str, most: int) -> AsyncIterator[bytes]:
    """The body in pieces, none longer than ``most`` + 1: httpx itself would unpack a bomb's chunk in one go."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        async for chunk in answer.aiter_raw():
            yield chunk
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableError(Reason.BROKEN, host)
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, by its header
    arrived = False
    try:
        async for chunk in answer.aiter_raw():
            arrived = arrived or bool(chunk)
            yield unpack.decompress(chunk, most + 1)
    except zlib.error:
        raise UnreadableError(Reason.BROKEN, host) from None
    if arrived and not unpack.eof:  # cut off: half an article must not pass for a whole one
        raise UnreadableError(Reason.UNREACHABLE, host)


def _translate(error: httpx.HTTPError, host: str) -> UnreadableError:
    if isinstance(error, httpx.TimeoutException):
        return UnreadableError(Reason.TOO_SLOW, host)
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UnreadableError(Reason.UNTRUSTED, host)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return UnreadableError(Reason.UNREACHABLE, host)
    return UnreadableError(Reason.BROKEN, host)


class _CheckedTransport(httpx.AsyncBaseTransport):
    """Looks the host up once, checks every address, and connects to one of those and to nothing else.

    The certificate and the Host header stay those of the name.
    """

    def __init__(self, allow_hosts: frozenset[str]) -> None:
        self._allow_hosts = allow_hosts
        self._inner = httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, tried on each address of the host until one takes the connection."""
        failure: httpx.HTTPError = httpx.ConnectError("no address")
        for address in await addresses.resolve(request.url, self._allow_hosts):
            checked = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
            try:
                return await self._inner.handle_async_request(checked)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
