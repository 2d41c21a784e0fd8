"""Word (.docx, ISO 29500) and OpenDocument (.odt, ISO 26300) → text as the reader sees it with all changes accepted.

Read from the XML itself: the libraries at hand leave out inserted text, or put comments in the middle of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bot.articles import paste
from bot.articles.article import Article, Origin
from bot.articles.files.archive import Archive, Element
from bot.articles.unreadable import Reason, UnreadableError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LONGEST_TITLE = 200
_MOST_SPACES = 100
_GONE = {"del", "moveFrom", "delText", "instrText", "footnoteReference", "fldData"}
_NOT_SEEN = {
    f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_TEXT}ruby-text",
    f"{_OFFICE}forms", f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls",
}  # fmt: skip


def read_word(archive: Archive) -> Article:
    """The article in a Word document. Raises ``UnreadableError``."""
    root = archive.xml("word/document.xml")
    prefix = _STRICT if root.tag.startswith(_STRICT) else _W
    body = root.find(f"{prefix}body")
    blocks = list(_word_blocks(body, prefix)) if body is not None else []
    styled = next((text for style, text in blocks if style.lower() in ("title", "titel", "titre")), "")
    return _article([text for _, text in blocks], styled, _property(archive, "docProps/core.xml"))


def read_opendocument(archive: Archive) -> Article:
    """The article in an OpenDocument text. Raises ``UnreadableError``, also if it is protected with a password."""
    if "META-INF/manifest.xml" in archive and b":encryption-data" in archive.read("META-INF/manifest.xml"):
        raise UnreadableError(Reason.ENCRYPTED)
    root = archive.xml("content.xml")
    body = root.find(f".//{_OFFICE}text")
    blocks = list(_open_blocks(body)) if body is not None else []
    styled = next((text for style, text in blocks if style.lower() == "title"), "")
    return _article([text for _, text in blocks], styled, _property(archive, "meta.xml"))


def _article(blocks: list[str], styled: str, own: str) -> Article:
    text = "\n\n".join(blocks)
    if not any(character.isalnum() for character in text):
        raise UnreadableError(Reason.NO_TEXT)
    article = paste.from_text(text)
    named = ((styled, Origin.HEADLINE), (article.title, Origin.TEXT), (own, Origin.FILE))
    title, origin = next(((title, origin) for title, origin in named if title), ("", None))
    origins = article.origins.model_copy(update={"title": origin})
    return article.model_copy(update={"title": title[:_LONGEST_TITLE], "origins": origins})


def _property(archive: Archive, part: str) -> str:
    if part not in archive:
        return ""
    return " ".join((archive.xml(part).findtext(f".//{_DC}title") or "").split())


def _word_blocks(parent: Element, prefix: str) -> Iterator[tuple[str, str]]:
    """Paragraphs with their style, and the rows of tables, in order."""
    for child in parent:
        if child.tag == f"{prefix}p":
            if text := _word_text(child, prefix):
                style = child.find(f"{prefix}pPr/{prefix}pStyle")
                yield style.get(f"{prefix}val", "") if style is not None else "", text
        elif child.tag == f"{prefix}tbl":
            for row in child.iter(f"{prefix}tr"):
                cells = [" ".join(text for _, text in _word_blocks(cell, prefix)) for cell in row.iter(f"{prefix}tc")]
                if any(cells):
                    yield "", f"| {' | '.join(cells)} |"
        elif child.tag in (f"{prefix}sdt", f"{prefix}sdtContent", f"{prefix}ins", f"{prefix}moveTo"):
            yield from _word_blocks(child, prefix)


def _word_text(paragraph: Element, prefix: str) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        name = element.tag.removeprefix(prefix) if isinstance(element.tag, str) else ""
        if event == "start" and (name in _GONE or element.tag == _FALLBACK):
            walk.skip_subtree()
        elif event == "end" and name == "p" and element is not paragraph:  # of a text box
            parts.append(" ")
        elif event == "start" and name == "t":
            parts.append(element.text or "")
        elif event == "start" and name in ("tab", "br", "cr"):
            parts.append(" ")
        elif event == "start" and name in ("noBreakHyphen", "softHyphen"):
            parts.append("-" if name == "noBreakHyphen" else "")
    return " ".join("".join(parts).split())


def _open_blocks(parent: Element) -> Iterator[tuple[str, str]]:
    for child in parent:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            if text := " ".join("".join(_open_text(child)).split()):
                yield child.get(f"{_TEXT}style-name", ""), text
        elif child.tag == f"{_TABLE}table":
            for row in child.iter(f"{_TABLE}table-row"):
                cells = [" ".join(text for _, text in _open_blocks(cell)) for cell in row.iter(f"{_TABLE}table-cell")]
                if any(cells):
                    yield "", f"| {' | '.join(cells)} |"
        elif isinstance(child.tag, str) and child.tag not in _NOT_SEEN:  # sections, lists, indexes
            yield from _open_blocks(child)


def _open_text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            yield " " * min(int(count), _MOST_SPACES) if count.isdecimal() else " "
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield " "
        elif isinstance(child.tag, str) and child.tag not in _NOT_SEEN:
            yield from _open_text(child)
        yield child.tail or ""
