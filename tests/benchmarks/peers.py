"""What others offer for the same tasks, run beside ours: textacy's quotations and dateparser on spaCy's spans.

Each function gives the lines that the scorer takes. Their packages are the group ``bench`` in ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from dateparser.date import DateDataParser
from spacy.tokens import Doc, Span
from textacy.extract import direct_quotations

Row = dict[str, Any]

GRANULARITIES = {"year": "%Y", "month": "%Y-%m", "week": "%G-W%V", "day": "%Y-%m-%d"}
"""What dateparser calls a period, as a TIMEX3 value is written."""


def textacy_quotations(docs: Iterable[tuple[str, Doc]], *, by_paragraph: bool) -> tuple[list[Row], int]:
    """Direct quotations with their speakers, and how many documents (or paragraphs) textacy refused.

    It refuses a document with an odd number of quotation marks, which is why paragraphs are the better portion for it.
    """
    found: list[Row] = []
    refused = 0
    for name, doc in docs:
        said: list[Row] = []
        for start, piece in _paragraphs(doc) if by_paragraph else [(0, doc)]:
            try:
                said += [_attribution(start, quotation) for quotation in direct_quotations(piece)]
            except ValueError:
                refused += 1
        found.append({"doc": name, "attributions": said})
    return found, refused


def _paragraphs(doc: Doc) -> Iterator[tuple[int, Doc]]:
    """Each paragraph as a document of its own, with where it begins."""
    start = 0
    for token in doc:
        if "\n" in token.text_with_ws or token.i + 1 == len(doc):
            span: Span = doc[start : token.i + 1]
            yield span.start_char, span.as_doc()
            start = token.i + 1


def _attribution(start: int, quotation: Any) -> Row:
    first, last = quotation.speaker[0], quotation.speaker[-1]
    content: Span = quotation.content
    return {
        "source": [start + first.idx, start + last.idx + len(last)],
        "content": [[start + content.start_char, start + content.end_char]],
    }


def dateparser_times(docs: Iterable[tuple[Row, Doc]], *, granularity: bool) -> list[Row]:
    """DATE and TIME spans of spaCy with what dateparser makes of them, counted from the day of publication.

    ``granularity`` writes as much of the value as dateparser's ``period`` says was named ("May" is 2016-05); without it
    the value is the day that ``dateparser.parse`` gives, as it is commonly used. A span it cannot read is left out.
    """
    return [{"doc": row["doc"], "times": list(_times(doc, row["published"], granularity))} for row, doc in docs]


def _times(doc: Doc, published: str, granularity: bool) -> Iterator[Row]:
    parser = DateDataParser(languages=["en"], settings={"RELATIVE_BASE": datetime.fromisoformat(published)})
    for span in doc.ents:
        if span.label_ in ("DATE", "TIME") and (read := parser.get_date_data(span.text)).date_obj:
            value = read.date_obj.strftime(GRANULARITIES[read.period if granularity else "day"])
            yield {"start": span.start_char, "end": span.end_char, "value": value}
