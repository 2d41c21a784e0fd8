"""What a file is, is told by its bytes; its name and type are only hints, and its name reaches no path."""

from __future__ import annotations

import contextlib
import pickle

import pytest
from articles.files.pdfs import paragraphs, pdf
from articles.pages import SENTENCES, page
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.articles.article import Article
from bot.articles.parse import MOST_CHARACTERS, parse
from bot.articles.source import Source
from bot.articles.unreadable import Reason, UnreadableError

TEXT = "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    ("data", "url", "content_type", "name"),
    [
        (page().encode(), "https://news.example/a", "text/html", ""),
        (page().encode(), "", "", "story.HTML"),
        (page().encode(), "", "application/octet-stream", "story"),
        (TEXT.encode(), "https://news.example/a.txt", "text/plain", ""),
        (TEXT.encode("utf-16"), "", "", "story.txt"),
        (TEXT.replace("\n", "\r\n").encode("cp1252"), "", "", "../../../etc/passwd"),
        (pdf([TEXT]), "https://news.example/a.pdf", "application/pdf", ""),
        (pdf([TEXT]), "", "", "story.txt"),
        (b"\n\n" + pdf([TEXT]), "", "text/html", "story.html"),
    ],
)
def test_every_kind_is_read_for_what_it_is(data: bytes, url: str, content_type: str, name: str) -> None:
    article = parse(Source(data, url=url, content_type=content_type, name=name)).article
    assert SENTENCES[2] in article.text
    assert article.url == (url or None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, Reason.SCAN),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, Reason.SCAN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.UNKNOWN_FILE),
        (b"ID3\x03\0\0\0" + b"\0" * 600, Reason.UNKNOWN_FILE),
        (b" \n ", Reason.NO_TEXT_IN_FILE),
        (b"", Reason.NO_TEXT_IN_FILE),
    ],
)
def test_what_is_no_text_says_so(data: bytes, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as error:
        parse(Source(data, name="story.doc"))
    assert error.value.reason is reason


def test_a_very_long_text_is_cut_and_says_so() -> None:
    article = parse(Source(b"A word. " * 200_000, name="long.txt")).article
    assert len(article.text) == MOST_CHARACTERS
    assert "first 1,000,000 characters" in article.notes[0]


def test_an_answer_survives_the_way_from_another_process() -> None:
    sent = UnreadableError(Reason.PAYWALL, "news.example", retry_after=3.0, partial=Article(text="x"))
    got = pickle.loads(pickle.dumps(sent))
    assert (got.reason, got.sentence, got.transient, got.retry_after, got.partial) == (
        sent.reason, sent.sentence, sent.transient, sent.retry_after, sent.partial
    )  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=500),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"From: a\nSubject: b\n\n", b"<html>", b"\xff\xfe"]),
    st.sampled_from(["", "text/html", "text/plain", "application/pdf", "message/rfc822", "image/png"]),
    st.text(max_size=20),
)
def test_any_bytes_of_any_type_have_an_answer(data: bytes, start: bytes, content_type: str, name: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert parse(Source(start + data, content_type=content_type, name=name)).article.text.strip()


def test_a_title_line_in_a_pdf_of_a_link_is_kept_with_its_address() -> None:
    found = parse(Source(pdf(paragraphs(2), title="Bridges"), url="https://news.example/a.pdf")).article
    assert (found.title, found.url) == ("Bridges", "https://news.example/a.pdf")
