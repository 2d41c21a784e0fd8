"""What a site answered: whether it is a page at all, and its body within the limits."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx

from bot.articles import addresses
from bot.articles.fetch_connection import Answer
from bot.articles.fetch_decoding import Unpacker
from bot.articles.fetch_retries import retry_after
from bot.articles.links import unwrap
from bot.articles.unreadable import Reason, UnreadableError

_REDIRECTS = {301, 302, 303, 307, 308}
_REASONS = {
    401: Reason.LOGIN,
    402: Reason.PAYWALL,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    407: Reason.FORBIDDEN,
    408: Reason.BUSY,
    410: Reason.NOT_FOUND,
    425: Reason.BUSY,
    429: Reason.TOO_OFTEN,
    451: Reason.FORBIDDEN,
    502: Reason.BUSY,
    503: Reason.BUSY,
    504: Reason.BUSY,
}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]{1,40})""", re.IGNORECASE)


def check_status(answer: Answer, host: str) -> None:
    """Refuse an answer that is no page but says why there is none. Raises ``UnreadableError``."""
    if 200 <= answer.status < 300:
        return
    usual = Reason.SERVER_ERROR if answer.status >= 500 else Reason.REFUSED
    wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    raise UnreadableError(_REASONS.get(answer.status, usual), host, retry_after=wait)


def content_type(headers: httpx.Headers) -> tuple[str, str | None]:
    """The media type, lower case, empty if there is none, and the charset that goes with it."""
    header = headers.get("content-type", "")
    charset = _CHARSET.search(header)
    return header.partition(";")[0].strip().lower(), charset[1] if charset else None


def check_length(headers: httpx.Headers, host: str, most_bytes: int) -> None:
    """Refuse a body that says itself that it is too big. Raises ``UnreadableError``."""
    declared = headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most_bytes:
        raise UnreadableError(Reason.TOO_BIG, host)


def moved(url: httpx.URL, answer: Answer) -> httpx.URL | None:
    """Where an answer sends us on. Raises ``UnreadableError`` for what is no address."""
    if answer.status not in _REDIRECTS or "location" not in answer.headers:
        return None
    try:
        return addresses.parse(unwrap(str(url.join(answer.headers["location"]))))
    except (httpx.InvalidURL, ValueError):
        raise UnreadableError(Reason.BAD_ADDRESS) from None


async def whole_body(answer: Answer, host: str, *, most_bytes: int, most_ratio: float) -> bytes:
    """The body, unpacked. Half of one is none: an article that breaks off must not pass for a whole one.

    Raises:
        UnreadableError: it is too big, a bomb, cut off, or packed in a way that was not asked for.
    """
    body, unpacker = bytearray(), _unpacker(answer, host, most_bytes, most_ratio)
    async for packed in answer.body:
        for piece in unpacker.feed(packed):
            body += piece
    if not unpacker.finished:
        raise UnreadableError(Reason.CUT_OFF, host)
    return bytes(body)


async def beginning(answer: Answer, host: str, *, most_bytes: int, most_ratio: float) -> bytes:
    """The first bytes of a body, unpacked, whatever comes after them."""
    body, unpacker = bytearray(), _unpacker(answer, host, most_bytes * 2 + 1_000_000, most_ratio)
    async for packed in answer.body:
        for piece in unpacker.feed(packed):
            body += piece
            if len(body) >= most_bytes:
                return bytes(body[:most_bytes])
    return bytes(body)


def _unpacker(answer: Answer, host: str, most_bytes: int, most_ratio: float) -> Unpacker:
    codings = answer.headers.get("content-encoding", "")
    return Unpacker(codings, host, most_bytes=most_bytes, most_ratio=most_ratio)
