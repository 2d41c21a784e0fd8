"""Word and OpenDocument files: the text that a reader sees, within limits, and nothing expanded or loaded."""

from __future__ import annotations

import resource

import pytest
from articles.files.offices import BILLION_LAUGHS, opendocument, with_part, word
from articles.pages import HEADLINE, SENTENCES

from bot.articles.article import Article, Origin
from bot.articles.parse import parse
from bot.articles.source import Source
from bot.articles.unreadable import Reason, UnreadableError

MOST = 2_000_000


def read(data: bytes, name: str = "story") -> Article:
    return parse(Source(data, name=name)).article


@pytest.mark.parametrize("write", [word, opendocument])
def test_paragraphs_and_title(write: object) -> None:
    article = read(write(SENTENCES, title=HEADLINE))  # type: ignore[operator]
    assert article.text.split("\n\n") == [HEADLINE, *SENTENCES]
    assert (article.title, article.origins.title) == (HEADLINE, Origin.HEADLINE)


def test_tracked_changes_read_as_accepted() -> None:
    text = read(word(SENTENCES[:2], inserted=" It reopens in May.", deleted=" It never reopens.")).text
    assert text.endswith("112 years old. It reopens in May.")


def test_rows_of_a_table_stay_together_and_running_heads_go() -> None:
    text = read(word(SENTENCES[:2], rows=2)).text
    assert text.endswith("| year 2020 | 0 accidents |\n\n| year 2021 | 1 accidents |")
    assert "Running head" not in text


def test_comments_are_not_read() -> None:
    assert read(opendocument(SENTENCES[:1], note="is this true?")).text == SENTENCES[0]


def test_byline_and_date_of_the_first_lines() -> None:
    article = read(word([HEADLINE, "By Ann Lee", "5 March 2024", *SENTENCES]))
    assert (article.title, article.authors, str(article.published)) == (HEADLINE, ("Ann Lee",), "2024-03-05")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word([""]), Reason.NO_TEXT_IN_FILE),
        (word(SENTENCES)[:3000], Reason.DAMAGED),
        (with_part(word(SENTENCES), "word/document.xml", b"<w:document"), Reason.DAMAGED),
        (with_part(word(SENTENCES), "word/document.xml", b"a" * 60_000_000), Reason.BOMB),
        (with_part(word(SENTENCES), "word/document.xml", b" " * 5_000_000), Reason.BOMB),
        (
            with_part(word(SENTENCES), "word/document.xml", f"{BILLION_LAUGHS}<x>&j;</x>".encode()),
            Reason.DAMAGED,
        ),
        (
            with_part(opendocument(SENTENCES), "content.xml", f"{BILLION_LAUGHS}<x>&j;</x>".encode("utf-16")),
            Reason.DAMAGED,
        ),
        (
            with_part(
                opendocument(SENTENCES),
                "content.xml",
                b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            ),
            Reason.BOMB,
        ),
        (
            with_part(
                opendocument(SENTENCES),
                "META-INF/manifest.xml",
                b"<manifest:manifest xmlns:manifest='x'><manifest:encryption-data/></manifest:manifest>",
            ),
            Reason.ENCRYPTED,
        ),
        (b"PK\x03\x04" + b"x" * 100, Reason.DAMAGED),
        (with_part(with_part(word(SENTENCES), "a", b""), "b", b""), None),
    ],
)
def test_spoiled_files_say_why(data: bytes, reason: Reason | None) -> None:
    if reason is None:
        assert SENTENCES[0] in read(data).text
        return
    with pytest.raises(UnreadableError) as error:
        read(data)
    assert error.value.reason is reason


def test_entities_are_never_expanded() -> None:
    """Ten to the ninth "lol" would take 3 GB; the parser stops, or the document type is refused, before one is made."""
    bomb = with_part(word(SENTENCES), "word/document.xml", f"{BILLION_LAUGHS}<x>&j;</x>".encode())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableError):
        read(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_an_archive_of_something_else_is_no_document() -> None:
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", "root")
    with pytest.raises(UnreadableError) as error:
        read(out.getvalue(), "../../story.docx")
    assert error.value.reason is Reason.UNKNOWN_FILE
