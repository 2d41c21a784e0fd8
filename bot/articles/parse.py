"""Bytes of any kind that was sent or linked → Article: what strangers wrote, so run it where it can be killed."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

from bot.articles import paste
from bot.articles.article import Article
from bot.articles.charset import decode
from bot.articles.files.archive import Archive
from bot.articles.page import read_page
from bot.articles.source import Page, Source
from bot.articles.unreadable import Reason, UnreadableError
from bot.articles.wrapped import unwrapped

_LOG = logging.getLogger(__name__)

_HTML = re.compile(rb"\s*(?:(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(
    rb"(?:From |(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|From|Subject|Date): )", re.I
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_LOOK_AT = 2000
MOST_CHARACTERS = 1_000_000
"""Of an article: a long book. Finding the claims of so much takes minutes."""


def parse(source: Source) -> Page:
    """The article in it.

    Raises:
        UnreadableError: says why there is none.
        MemoryError: it takes more memory than there is.
    """
    try:
        return _not_too_long(_parse(source))
    except UnreadableError as error:
        if error.reason is not Reason.NO_TEXT:
            raise
        host = urlsplit(source.url).hostname or ""
        reason = Reason.NO_TEXT if source.url else Reason.NO_TEXT_IN_FILE
        raise UnreadableError(reason, host, partial=error.partial) from None
    except MemoryError:
        raise
    except Exception as error:  # what strangers wrote makes parsers fail in ways that they do not declare
        _LOG.warning("a parser failed: %s", type(error).__name__)
        raise UnreadableError(Reason.DAMAGED if not source.url else Reason.BROKEN) from None


def _not_too_long(page: Page) -> Page:
    article = page.article
    if len(article.text) <= MOST_CHARACTERS:
        return page
    note = f"The text is very long; I read its first {MOST_CHARACTERS:,} characters."
    entries = tuple(entry for entry in article.entries if entry.start < MOST_CHARACTERS)
    cut = {"text": article.text[:MOST_CHARACTERS], "entries": entries, "notes": (*article.notes, note)}
    return Page(article.model_copy(update=cut))


def _parse(source: Source) -> Page:
    start = source.data[:_LOOK_AT]
    extension = source.name.lower().rpartition(".")[2]
    if b"%PDF-" in start[:1024]:
        from bot.articles.files.pdf import read_pdf  # noqa: PLC0415 - loads pdfium, which few articles need

        return Page(read_pdf(source.data).model_copy(update={"url": source.url or None}))
    if start.startswith(b"PK\x03\x04"):
        return Page(_office(source.data).model_copy(update={"url": source.url or None}))
    if start.startswith(_PICTURES):
        raise UnreadableError(Reason.SCAN)
    if source.content_type == "message/rfc822" or extension == "eml" or (not source.url and _is_mail(start)):
        from bot.articles.files.mail import read_mail  # noqa: PLC0415 - as above

        return Page(read_mail(source.data))
    as_html = source.content_type in ("text/html", "application/xhtml+xml") or extension in ("html", "htm", "xhtml")
    if as_html or (source.url and source.content_type == "") or _HTML.match(start):
        return read_page(source.data, url=source.url, charset=source.charset)
    if not _is_text(start):
        raise UnreadableError(Reason.UNKNOWN_FILE)
    text = unwrapped(decode(source.data, source.charset).replace("\r\n", "\n"))
    if not any(character.isalnum() for character in text):
        raise UnreadableError(Reason.NO_TEXT)
    return Page(paste.from_text(text, url=source.url or None))


def _office(data: bytes) -> Article:
    from bot.articles.files import office  # noqa: PLC0415 - as above

    archive = Archive(data)
    if "word/document.xml" in archive:
        return office.read_word(archive)
    if "content.xml" in archive:
        return office.read_opendocument(archive)
    raise UnreadableError(Reason.UNKNOWN_FILE)


def _is_mail(start: bytes) -> bool:
    """Whether it begins with two lines of a mail's header."""
    lines = start.split(b"\n")[:6]
    return sum(bool(_MAIL.match(line)) for line in lines) >= 2


def _is_text(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    odd = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return b"\0" not in start and odd * 50 <= len(start)
