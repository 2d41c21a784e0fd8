"""PDF → text in reading order: columns one after the other, without running heads, with cut words made whole.

pdfium says where each character stands; the order of columns is found by recursive XY-cuts (Nagy & Seth 1984).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from bot.articles import paste
from bot.articles.article import Article, Origin
from bot.articles.unreadable import Reason, UnreadableError

_MOST_PAGES = 300
_MOST_CHARACTERS = 3_000_000
_FEWEST_CHARACTERS = 30  # fewer on a whole document are a stamp on a scan
_EDGE = 0.12  # of the height of a page, above and below, where running heads and page numbers stand
_MOST_HEAD_LINES = 3
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_GAP = 1.3  # font sizes between two runs in one row, from which on they belong to different columns or cells
_NARROWEST_COLUMN = 8  # font sizes; narrower ones are the cells of a table, which stay in rows
_DEEPEST = 40
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*(?:[-–—|]\s*)?\d{1,4}\s*(?:(?:of|von|/)\s*\d{1,4}\s*)?[-–—|]?", re.IGNORECASE
)
_CUT = "\u00ad\ufffe\x02"  # soft hyphen, and what pdfium gives for a hyphen at the end of a line
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_NO_TITLE = re.compile(r"untitled|microsoft word|document\d*$|\.(?:docx?|pdf|indd|qxp|odt|pages)$|^\W*$", re.IGNORECASE)
_LONGEST_TITLE = 200


class _Run(NamedTuple):
    """Characters in a row of one column; points from the lower left corner of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> float:
        return max(self.top - self.bottom, 1.0)


class _Line(NamedTuple):
    text: str
    left: float
    right: float
    bottom: float
    size: float
    block: int


def read_pdf(data: bytes) -> Article:
    """The article in a PDF. Blocking CPU work: some milliseconds a page.

    Raises:
        UnreadableError: it is encrypted, damaged, or a scan without text.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower()
        raise UnreadableError(Reason.ENCRYPTED if locked else Reason.DAMAGED) from None
    try:
        return _read(document)
    except pypdfium2.PdfiumError:
        raise UnreadableError(Reason.DAMAGED) from None
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument) -> Article:
    count = len(document)
    pages, empty, left = [], [], _MOST_CHARACTERS
    for number in range(min(count, _MOST_PAGES)):
        page = document[number]
        runs, height = list(_runs(page, left)), page.get_height()
        left -= sum(len(run.text) for run in runs)
        if not runs and any(page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2)):
            empty.append(number + 1)
        page.close()
        pages.append((_lines(runs), height))
    body = _without_running_heads(pages)
    text = "\n\n".join(_paragraphs(body))
    if sum(character.isalnum() for character in text) < _FEWEST_CHARACTERS:
        raise UnreadableError(Reason.SCAN if empty else Reason.NO_TEXT)
    article = paste.from_text(text)
    title, origin = _title(document, article, body)
    return article.model_copy(
        update={
            "title": title,
            "origins": article.origins.model_copy(update={"title": origin}),
            "notes": tuple(_notes(count, empty)),
        }
    )


def _notes(count: int, empty: Sequence[int]) -> Iterator[str]:
    if count > _MOST_PAGES:
        yield f"The file has {count} pages; I read the first {_MOST_PAGES}."
    if empty:
        which = ", ".join(map(str, empty[:10])) + (" and more" if len(empty) > 10 else "")
        yield f"I could not read page {which}: there are only pictures on it."


def _runs(page: Any, most: int) -> Iterator[_Run]:
    """The characters of a page, as far as they stand beside each other."""
    textpage = page.get_textpage()
    text: list[str] = []
    box = [0.0, 0.0, 0.0, 0.0]
    for i in range(min(textpage.count_chars(), most)):
        character = chr(pdfium.FPDFText_GetUnicode(textpage, i) or 0xFFFD)
        if character in "\r\n":
            if text:
                yield _Run("".join(text), *box)
                text = []
            continue
        left, bottom, right, top = textpage.get_charbox(i, loose=True)
        size = max(top - bottom, 1.0)
        if character.isspace():
            if text:
                text.append(" ")
            continue
        far = text and (abs(bottom - box[1]) > 0.6 * size or left - box[2] > _GAP * size or left < box[0] - _GAP * size)
        if far:
            yield _Run("".join(text), *box)
            text = []
        if text:
            box = [min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top)]
        else:
            box = [left, bottom, right, top]
        text.append(character)
    if text:
        yield _Run("".join(text), *box)
    textpage.close()


def _lines(runs: list[_Run]) -> list[_Line]:
    """The runs of a page in reading order, those of one row and block joined."""
    found: list[_Line] = []
    for block, part in enumerate(_blocks(runs, _DEEPEST)):
        for row in _rows(part):
            text = " ".join(" ".join(run.text for run in row).split())
            if text:
                size = max(run.size for run in row)
                found.append(_Line(text, row[0].left, row[-1].right, row[0].bottom, size, block))
    return found


def _blocks(runs: list[_Run], depth: int) -> Iterator[list[_Run]]:
    """Cut at the widest gutter between columns, else at the tallest gap between rows, until there is neither."""
    if len(runs) < 2 or depth == 0:
        yield runs
        return
    size = median(run.size for run in runs)
    cut = _gap([(run.left, run.right) for run in runs], 0.6 * size)
    if cut is not None:
        halves = [run for run in runs if run.right <= cut], [run for run in runs if run.left >= cut]
        if all(median(run.right - run.left for run in half) >= _NARROWEST_COLUMN * size for half in halves):
            for half in halves:
                yield from _blocks(half, depth - 1)
            return
    cut = _gap([(run.bottom, run.top) for run in runs], 0.25 * size)
    if cut is None:
        yield runs
        return
    yield from _blocks([run for run in runs if run.bottom >= cut], depth - 1)
    yield from _blocks([run for run in runs if run.top <= cut], depth - 1)


def _gap(spans: list[tuple[float, float]], least: float) -> float | None:
    """The middle of the widest stretch that no span covers, if it is at least so wide."""
    spans = sorted(spans)
    best, middle, end = least, None, spans[0][1]
    for start, stop in spans:
        if start - end > best:
            best, middle = start - end, (start + end) / 2
        end = max(end, stop)
    return middle


def _rows(runs: list[_Run]) -> Iterator[list[_Run]]:
    row: list[_Run] = []
    for run in sorted(runs, key=lambda run: -run.bottom):
        if row and row[0].bottom - run.bottom > 0.5 * min(row[0].size, run.size):
            yield sorted(row, key=lambda run: run.left)
            row = []
        row.append(run)
    if row:
        yield sorted(row, key=lambda run: run.left)


def _without_running_heads(pages: list[tuple[list[_Line], float]]) -> list[list[_Line]]:
    """The pages without what stands apart at the edge of nearly every other one, and without page numbers."""
    apart = [_at_edges(lines, height) for lines, height in pages]
    seen = Counter(shape for lines in apart for shape in {_shape(line) for line in lines})
    often = max(2, 0.4 * len(pages))  # heads of left and right pages may differ
    heads = [
        {line for line in lines if seen[_shape(line)] >= often or _PAGE_NUMBER.fullmatch(line.text)} for lines in apart
    ]
    return [[line for line in lines if line not in out] for (lines, _), out in zip(pages, heads, strict=True)]


def _at_edges(lines: list[_Line], height: float) -> list[_Line]:
    sizes = Counter(line.block for line in lines)
    return [
        line
        for line in lines
        if not _EDGE * height < line.bottom < (1 - _EDGE) * height and sizes[line.block] <= _MOST_HEAD_LINES
    ]


def _shape(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.bottom / 6)


def _paragraphs(pages: list[list[_Line]]) -> list[str]:
    words = Counter(word for lines in pages for line in lines for word in re.findall(r"[\w-]+", line.text.lower()))
    found: list[str] = []
    last: _Line | None = None
    full = False
    leading = _leading(pages)
    for lines in pages:
        first = True  # on the page
        for line in lines:
            below = last is not None and not first and _is_below(last, line)
            if last is not None and (
                _same_paragraph(found[-1], last, line, leading) if below else _goes_on(found[-1], line, full)
            ):
                found[-1] = _joined(found[-1], line.text, words)
            else:
                found.append(line.text)
            last, first, full = line, False, _is_full(line, lines)
    return [re.sub(f"[{_CUT}]", "", paragraph) for paragraph in found]


def _leading(pages: list[list[_Line]]) -> float:
    """The usual distance between the lines of the text, in font sizes."""
    steps = [
        (a.bottom - b.bottom) / a.size
        for lines in pages
        for a, b in pairwise(lines)
        if a.block == b.block and 0.5 * a.size < a.bottom - b.bottom < 3 * a.size
    ]
    return median(steps) if steps else 1.3


def _is_below(last: _Line, line: _Line) -> bool:
    """Whether a line stands in the same column, under the one before it."""
    return line.bottom < last.bottom and line.left < last.right and last.left < line.right


def _is_full(line: _Line, lines: list[_Line]) -> bool:
    """Whether a line reaches the right edge of its column, so that only its length ended it."""
    edge = max(other.right for other in lines if abs(other.left - line.left) < 3 * line.size)
    return edge - line.right < 0.15 * (edge - line.left)


def _same_paragraph(paragraph: str, last: _Line, line: _Line, leading: float) -> bool:
    """Whether a line goes on with the paragraph of the line over it: near, of the same size, and not indented."""
    if abs(line.size - last.size) > 0.15 * last.size or last.bottom - line.bottom > 1.35 * leading * last.size:
        return False
    return line.left - last.left <= 0.8 * last.size or not _SENTENCE_END.search(paragraph)


def _goes_on(paragraph: str, line: _Line, full: bool) -> bool:
    """Whether the first line of a column or page goes on with the paragraph before it."""
    cut = full or line.text[:1].islower() or paragraph[-1:] in "-,;" + _CUT
    return cut and not _SENTENCE_END.search(paragraph)


def _joined(paragraph: str, line: str, words: Counter[str]) -> str:
    """Two lines as one, with a word that was cut at the end of the first made whole.

    A hyphen that belongs to the word stays where the document writes the word so elsewhere.
    """
    if paragraph[-1] in _CUT:
        return paragraph[:-1] + line
    cut = re.search(r"(?<!\w)(\w+)-$", paragraph)
    rest = re.match(r"\w+", line)
    if cut is None or rest is None or not rest[0][0].islower():
        return f"{paragraph} {line}"
    whole, hyphened = (cut[1] + rest[0]).lower(), f"{cut[1]}-{rest[0]}".lower()
    return (paragraph if words[hyphened] > words[whole] else paragraph[:-1]) + line


def _title(document: Any, article: Article, pages: list[list[_Line]]) -> tuple[str, Origin | None]:
    """The largest line at the top of the first page, else the file's own title, else what the text begins with."""
    lines = next((lines for lines in pages if lines), [])
    usual = median(line.size for line in lines) if lines else 0.0
    largest = max((line.size for line in lines[:8]), default=0.0)
    if largest > 1.25 * usual:
        first = next(i for i, line in enumerate(lines) if line.size == largest)
        same = [line.text for line in lines[first : first + 4] if abs(line.size - largest) < 0.5]
        if 2 <= len(" ".join(same)) <= _LONGEST_TITLE:
            return " ".join(same), Origin.HEADLINE
    own = " ".join(str(document.get_metadata_value("Title") or "").split())
    if article.title:
        return article.title, Origin.TEXT
    return (own[:_LONGEST_TITLE], Origin.FILE) if own and not _NO_TITLE.search(own) else ("", None)
