"""Which addresses a linked page may have: a guard against links that make the desk look into its own network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx

from bot.articles.unreadable import Reason, UnreadableError

_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_PORTS = {"http": 80, "https": 443}


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it is wrapped in another one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if any(ip in net for net in _NAT64) or int(ip) >> 32 == 0:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        wrapped = [v4 for v4 in inner if v4 is not None]
        if ip.is_site_local or not all(is_public(str(v4)) for v4 in wrapped):
            return False
        if wrapped:
            return True
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def parse(url: str | httpx.URL) -> httpx.URL:
    """Parse a link and refuse what is not http(s), has no host, or carries a user name or password.

    Raises:
        UnreadableError: it is refused.
    """
    try:
        parsed = httpx.URL(url)
        host = parsed.host
    except (httpx.InvalidURL, ValueError, TypeError):
        raise UnreadableError(Reason.BAD_ADDRESS) from None
    if parsed.scheme not in _PORTS or not host or "%" in host:
        raise UnreadableError(Reason.BAD_ADDRESS)
    if parsed.userinfo:
        raise UnreadableError(Reason.CREDENTIALS)
    return parsed


def is_allowed(url: httpx.URL, allow_hosts: frozenset[str]) -> bool:
    """Whether the operator named this host, or this host and port, as readable in any case."""
    port = url.port or _PORTS[url.scheme]
    return url.host.lower() in allow_hosts or f"{url.host.lower()}:{port}" in allow_hosts


async def resolve(url: httpx.URL, allow_hosts: frozenset[str]) -> list[str]:
    """The addresses of a link's host, each checked; connect to these and do not look up the name again.

    Raises:
        UnreadableError: the host does not exist, or one of its addresses is not public, or the port is unusual.
    """
    port = url.port or _PORTS[url.scheme]
    allowed = is_allowed(url, allow_hosts)
    if not allowed and url.port not in (None, 80, 443):
        raise UnreadableError(Reason.BAD_ADDRESS)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise UnreadableError(Reason.NO_SUCH_HOST, url.host, transient=error.errno == socket.EAI_AGAIN) from None
    except (OSError, UnicodeError):
        raise UnreadableError(Reason.NO_SUCH_HOST, url.host) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allowed and not all(is_public(address) for address in addresses):
        raise UnreadableError(Reason.PRIVATE_ADDRESS, url.host)
    return addresses
