"""Bytes of a page → characters, by what the bytes, the header and the page say, in that order."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.+-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([a-zA-Z0-9_.+-]{2,40})""")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# As browsers read these labels (WHATWG): the pages mean the larger character set.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
_LANGUAGE = re.compile(rb"""<html[^>]{0,200}?\slang\s*=\s*["']?([a-zA-Z]{2})""", re.IGNORECASE)
_BY_LANGUAGE = {
    ("tr", "az"): "cp1254",
    ("pl", "cs", "sk", "hu", "sl", "hr", "ro"): "cp1250",
    ("ru", "uk", "bg", "be", "sr", "mk"): "cp1251",
    ("el",): "cp1253",
    ("he",): "cp1255",
    ("ar", "fa", "ur"): "cp1256",
    ("lt", "lv", "et"): "cp1257",
}
_NOT_FOR_PAGES = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_LOOK_AT = 100_000


def decode(body: bytes, header_charset: str | None) -> str:
    """The text of ``body``. Never fails: what no charset explains becomes U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    try:
        # Other charsets hardly ever form valid UTF-8 by chance, so this beats any label; labels are often wrong.
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    labels = [_codec(label) for label in (header_charset, _in_page(body)) if label]
    named = [name for name in labels if name and name != "utf-8"]
    for name in named:
        text = _try(body, name)
        if text is not None:
            return text
    if "utf-8" in labels and _mostly_utf8(body):
        return body.decode("utf-8", errors="replace")  # one bad byte in an advertisement, for example
    return body.decode(named[0] if named else _guess(body), errors="replace")


def _guess(body: bytes) -> str:
    """A charset for bytes that nothing names. Detection needs many foreign letters; few of them point to the West."""
    sample = body[:_LOOK_AT]
    if language := _LANGUAGE.search(sample):
        for languages, name in _BY_LANGUAGE.items():
            if language[1].decode("ascii").lower() in languages:
                return name
    if sum(byte > 0x7F for byte in sample) > 0.15 * len(sample) and (best := from_bytes(sample).best()):
        return best.encoding
    return "cp1252"


def _in_page(body: bytes) -> str | None:
    match = _XML.search(body[:300]) or _META.search(body[:4096])
    return match[1].decode("ascii") if match else None


def _codec(label: str) -> str | None:
    """Python's name of a charset label, None if it is no charset for pages."""
    try:
        name = codecs.lookup(label).name
        b"x".decode(name, errors="replace")  # refuses codecs that are no charsets, such as zlib
    except (LookupError, ValueError):
        return None
    name = _MEANT.get(name, name)
    # UTF-16 without a byte order mark cannot be what a page with a readable label is in.
    return None if name in _NOT_FOR_PAGES or name.startswith(("utf-16", "utf-32")) else name


def _try(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        text = body.decode(name, errors="replace")
    return text if text.count("\ufffd") * 1000 <= len(text) else None


def _mostly_utf8(body: bytes) -> bool:
    text = body.decode("utf-8", errors="replace")
    foreign = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") * 10 <= foreign
