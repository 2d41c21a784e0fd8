"""Which addresses a link may lead to: a guard against links that make the desk look into its own network."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from bot.articles.unreadable import Reason, UnreadableError

LookUp = Callable[[str, int], Awaitable[list[str]]]
"""Host and port → IP addresses, in the order in which to try them. Raises ``socket.gaierror``."""

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: what a network without IPv4 gives for a site without IPv6
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Closed on top of what ``is_global`` says, which differs between Python's versions and cannot know of clouds.
_CLOSED = tuple(
    ipaddress.ip_network(net)
    for net in (
        "168.63.129.16/32",  # Azure's own services, seen from inside a virtual machine
        "100.100.100.200/32",  # Alibaba's metadata
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # protocol assignments, Teredo: an IPv4 address inside
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
_LONGEST = 8000  # characters; what servers take at most, and what a hostile robots.txt is compared with
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
# Of its own, so that a name server that keeps silent holds up nothing but other look-ups.
_LOOKUPS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="look-up")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet. One that wraps another in any way does not, but NAT64."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _GLOBAL_UNICAST:
            return False
    closed = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not closed and not any(ip in net for net in _CLOSED)


def parse(url: str | httpx.URL) -> httpx.URL:
    """Parse a link and refuse what is not http(s), has no proper host, or carries a user name or password.

    The host comes out in ASCII and without a dot at its end: what is looked up, checked and asked is one string.

    Raises:
        UnreadableError: it is refused.
    """
    try:
        if len(str(url)) > _LONGEST:
            raise UnreadableError(Reason.BAD_ADDRESS)
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii").lower().removesuffix(".")
        if parsed.scheme not in _PORTS or not _is_host(host):
            raise UnreadableError(Reason.BAD_ADDRESS)
        if parsed.userinfo:
            raise UnreadableError(Reason.CREDENTIALS)
        return parsed.copy_with(host=host)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise UnreadableError(Reason.BAD_ADDRESS) from None


def _is_host(host: str) -> bool:
    """A name, or an address in its one usual form: octal, decimal, hexadecimal and shortened ones hide something."""
    try:
        ip = ipaddress.ip_address(host)
        return "%" not in host and (str(ip) == host or ip.version == 6)
    except ValueError:
        named = not _NUMBER.fullmatch(host.rpartition(".")[2])
        return named and len(host) <= 253 and _HOST.fullmatch(host) is not None


def name(url: httpx.URL) -> str:
    """The host in ASCII, so that no letter looks like another one."""
    return url.raw_host.decode("ascii")


def port(url: httpx.URL) -> int:
    """The port, also where the link leaves it out."""
    return url.port or _PORTS[url.scheme]


def is_allowed(url: httpx.URL, allow_hosts: frozenset[str]) -> bool:
    """Whether the operator named this host, or this host and port, as readable in any case."""
    hosts = {name(url), url.host.lower()} | ({f"[{name(url)}]"} if ":" in name(url) else set())
    return any(host in allow_hosts or f"{host}:{port(url)}" in allow_hosts for host in hosts)


async def look_up(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().run_in_executor(
        _LOOKUPS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def resolve(url: httpx.URL, allow_hosts: frozenset[str], look_up: LookUp = look_up) -> list[str]:
    """The addresses of a link's host, each checked; connect to these and do not look up the name again.

    Raises:
        UnreadableError: the host does not exist, or one of its addresses is not public, or the port is unusual.
    """
    host, allowed = name(url), is_allowed(url, allow_hosts)
    if not allowed and url.port not in (None, 80, 443):
        raise UnreadableError(Reason.BAD_ADDRESS)
    try:
        addresses = [str(ipaddress.ip_address(host))]
    except ValueError:
        addresses = await _named(host, port(url), look_up)
    if not allowed and not all(is_public(address) for address in addresses):
        raise UnreadableError(Reason.PRIVATE_ADDRESS, host)
    return addresses


async def _named(host: str, port: int, look_up: LookUp) -> list[str]:
    try:
        return await look_up(host, port)
    except socket.gaierror as error:
        raise UnreadableError(Reason.NO_SUCH_HOST, host, transient=error.errno == socket.EAI_AGAIN) from None
    except (OSError, UnicodeError):
        raise UnreadableError(Reason.NO_SUCH_HOST, host) from None
