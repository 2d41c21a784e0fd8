"""Bytes of a page → characters, by what the bytes, the header and the page say, in that order."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

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
_CENTRAL = ("cp1250", "iso8859-2")
_BY_LANGUAGE = {
    ("tr", "az"): ("cp1254",),
    ("pl", "cs", "sk", "hu", "sl", "hr", "ro"): _CENTRAL,
    ("ru", "uk", "bg", "be", "sr", "mk"): ("cp1251", "koi8-u", "iso8859-5", "cp866"),
    ("el",): ("cp1253", "iso8859-7"),
    ("he",): ("cp1255",),
    ("ar", "fa", "ur"): ("cp1256", "iso8859-6"),
    ("lt", "lv", "et"): ("cp1257", "iso8859-13"),
}
# What the letters of a few names look like when they are taken for Western ones. Icelandic has the first, too, but
# never without the second.
_TURKISH, _NOT_TURKISH = re.compile("[ðþÐÞýÝ]"), re.compile("[áíóúæÁÍÓÚÆ]")
_POLISH = re.compile("[A-Za-zêó][³¹¿±¶œ][a-zêó]")
_JAPANESE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")  # ISO-2022-JP, in ASCII alone
_NOT_FOR_PAGES = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_LOOK_AT = 100_000


def decode(body: bytes, header_charset: str | None) -> str:
    """The text of ``body``. Never fails: what no charset explains becomes U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    if unmarked := _without_mark(body, header_charset):
        return body.decode(unmarked, errors="replace")
    try:
        # Other charsets hardly ever form valid UTF-8 by chance, so this beats any label; labels are often wrong.
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    header, page = header_charset, _in_page(body)
    if header and page and _is_default(header):
        header, page = page, header
    labels = [_codec(label) for label in (header, page) if label]
    named = [name for name in labels if name and name != "utf-8"]
    for name in named:
        text = _try(body, name)
        if text is not None:
            return text
    if "utf-8" in labels and _mostly_utf8(body):
        return body.decode("utf-8", errors="replace")  # one bad byte in an advertisement, for example
    return body.decode(named[0] if named else _guess(body), errors="replace")


def _without_mark(body: bytes, header_charset: str | None) -> str | None:
    """Charsets that pass for UTF-8 although they are not: UTF-16 without its mark, and ISO-2022-JP."""
    start = body[:100]
    zeros = start[::2].count(0), start[1::2].count(0)
    if max(zeros) > len(start) // 4 and min(zeros) < len(start) // 20:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if header_charset and header_charset.lower().replace("-", "").replace("_", "") in ("utf16", "utf16le", "utf16be"):
        name = "utf-16-be" if header_charset.lower().endswith("be") else "utf-16-le"
        return name if b"\0" in body and _reads(body, name) else None  # a blank, a line's end: half of each is zero
    if any(mark in body for mark in _JAPANESE) and _reads(body, "iso2022_jp"):
        return "iso2022_jp"
    return None


def _reads(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _is_default(label: str) -> bool:
    """Whether a header's charset is what servers say of every page, so that the page itself knows better."""
    try:
        return codecs.lookup(label).name in ("iso8859-1", "ascii")
    except (LookupError, ValueError):
        return False


def _guess(body: bytes) -> str:
    """A charset for bytes that nothing names. Detection needs many foreign letters; few of them point to the West."""
    sample = body[:_LOOK_AT]
    if language := _LANGUAGE.search(sample):
        for languages, names in _BY_LANGUAGE.items():
            if language[1].decode("ascii").lower() in languages:
                return _best(sample, names)
    western = sample.decode("cp1252", errors="replace")
    if _TURKISH.search(western) and not _NOT_TURKISH.search(western):
        return "cp1254"
    if sum(byte > 0x7F for byte in sample) > 0.15 * len(sample) and (best := from_bytes(sample).best()):
        return best.encoding
    return _best(sample, _CENTRAL) if _POLISH.search(western) else "cp1252"


def _best(sample: bytes, names: Sequence[str]) -> str:
    """The charset in which the foreign bytes are small letters most often, and something else than letters least."""

    def score(name: str) -> int:
        foreign = [c for c in sample.decode(name, errors="replace") if c > "\x7f"]
        return sum(c.islower() for c in foreign) - 2 * sum(not c.isalpha() for c in foreign)

    return max(names, key=score)


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
