"""Spoiled pages and files: good ones in which bytes were changed, cut, repeated or mixed."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from articles.files.offices import opendocument, with_part, word
from articles.files.pdfs import paragraphs, pdf, scan
from articles.pages import HEADLINE, SENTENCES, json_ld, page

from bot.articles.source import Source

_PIECES = (
    b"<", b">", b"<!--", b"<![CDATA[", b"]]>", b"</p>", b"<p>", b"<table><tr><td>", b"<svg>", b"<math>", b"&", b"&#0;",
    b"&#x110000;", b"\0", b"\xff\xfe", b"\x1a", b"<script type=application/ld+json>", b"[" * 900, b"{" * 900,
    b"(" * 900, b"<div>" * 300, b"<blockquote>" * 60, b"endobj", b"stream\n", b"endstream", b"/Length 99999999",
    b"<< /Kids [", b"%%EOF", b"xref\n0 99999", b"PK\x03\x04", b"PK\x01\x02", b"\xff\xff\xff\xff", b"a" * 5000,
    b"\x00\x00\x00\x80", b"\nContent-Type: multipart/mixed; boundary=\"\"\n", b"\nFrom: \nDate: 99 99 9999\n",
    b"=?utf-8?b?!!!?=", b" " * 3000, b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<time datetime=9999-99-99>",
    "\u202e\ud7ff".encode(), b"<a rel=next href=//[>",
)  # fmt: skip
_PARTS = {"word": "word/document.xml", "opendocument": "content.xml"}


class Spoiled(NamedTuple):
    """One case; ``kind`` is what it was made of."""

    kind: str
    source: Source


def _originals() -> dict[str, Source]:
    texts = paragraphs(8)
    live = json_ld(
        **{"@type": "LiveBlogPosting"},
        liveBlogUpdate=[{"datePublished": "2024-03-05T10:00:00Z", "articleBody": text} for text in SENTENCES],
    )
    mail = (
        "From: Ann Lee <a@news.example>\r\nSubject: =?utf-8?q?Old_bridge?=\r\nDate: Tue, 5 Mar 2024 10:00:00 +0100\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n'
        + "\r\n".join(SENTENCES)
        + "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: Bo\r\nSubject: Bridge\r\n\r\nThe bridge.\r\n--b--\r\n"
    )
    head = json_ld(headline=HEADLINE, datePublished="2024-03-05T10:00:00Z", author={"name": "Ann Lee"})
    url = "https://news.example/2024/03/05/bridge"
    return {
        "page": Source(page(head).encode(), url=url),
        "live blog": Source(page(live).encode(), url=url, charset="utf-8"),
        "pdf": Source(pdf(texts, columns=2, head="Example News", numbered=True, title=HEADLINE), name="a.pdf"),
        "scan": Source(scan(1), name="b.pdf"),
        "word": Source(word(SENTENCES, title=HEADLINE, inserted="x", rows=2), name="a.docx"),
        "opendocument": Source(opendocument(SENTENCES, title=HEADLINE, note="x"), name="a.odt"),
        "mail": Source(mail.encode(), name="a.eml"),
        "text": Source("\n\n".join(SENTENCES).encode("cp1252"), name="a.txt"),
    }


def spoiled(count: int, seed: int, pages: tuple[bytes, ...] = ()) -> Iterator[Spoiled]:
    """So many cases, the same for the same seed; ``pages`` are further pages to spoil."""
    chance = random.Random(seed)
    originals = {kind: [source] for kind, source in _originals().items()}
    if pages:
        originals["real page"] = [Source(data, url="https://news.example/a") for data in pages]
    for _ in range(count):
        kind = chance.choice(list(originals))
        source = chance.choice(originals[kind])
        # An archive notices most of what is done to its bytes; so half of the time it is done to what is in it.
        part = _PARTS.get(kind) if chance.random() < 0.5 else None
        data = bytearray(source.data if part is None else zipfile.ZipFile(io.BytesIO(source.data)).read(part))
        for _ in range(chance.choice((1, 1, 2, 4, 8, 30))):
            chance.choice(_WAYS)(data, chance)
        spoilt = bytes(data) if part is None else with_part(source.data, part, bytes(data))
        yield Spoiled(kind, replace(source, data=spoilt))


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 3, 20))):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def _cut(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.choice((1, 10, 200, len(data)))]


def _insert(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(_PIECES)


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    part = data[start : start + chance.choice((5, 50, 500))]
    at = chance.randrange(len(data) + 1)
    data[at:at] = part * chance.choice((1, 2, 50))


def _swap(data: bytearray, chance: random.Random) -> None:
    if len(data) > 20:
        a, b = sorted(chance.sample(range(len(data)), 2))
        data[a : a + 10], data[b : b + 10] = data[b : b + 10], data[a : a + 10]


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _flip, _cut, _insert, _insert, _repeat, _swap)
