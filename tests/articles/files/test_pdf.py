"""PDFs come out in reading order, without what every page repeats, with cut words whole; or with a reason why not."""

from __future__ import annotations

import pytest
from articles.files.pdfs import paragraphs, pdf, scan

from bot.articles.article import Origin
from bot.articles.files.pdf import read_pdf
from bot.articles.unreadable import Reason, UnreadableError

TEXTS = paragraphs(30)
HEADLINE = "Old bridge closes for a year"


def read(*, count: int = 30, **options: object) -> list[str]:
    return read_pdf(pdf(TEXTS[:count], **options)).text.split("\n\n")  # type: ignore[arg-type]


def same(found: list[str], expected: list[str]) -> bool:
    """Whether all words stand there in their order, and all but a few paragraphs are whole: one whose sentence ends
    with its page cannot be told from one that ends there."""
    whole = sum(text in found for text in expected)
    return " ".join(found) == " ".join(expected) and whole >= len(expected) - 2


def test_paragraphs_are_whole_across_lines_and_pages() -> None:
    assert same(read(), TEXTS)


@pytest.mark.parametrize("interleaved", [False, True])
def test_columns_are_read_one_after_the_other(interleaved: bool) -> None:
    assert same(read(columns=2, interleaved=interleaved), TEXTS)


def test_running_heads_and_page_numbers_are_dropped() -> None:
    assert same(read(head="Example News, Tuesday 5 March 2024", numbered=True), TEXTS)


def test_everything_at_once() -> None:
    assert same(read(columns=2, head="Example News", numbered=True, title=HEADLINE, cut=True), [HEADLINE, *TEXTS])


def test_a_single_page_keeps_its_first_and_last_line() -> None:
    assert read(count=2, numbered=True) == TEXTS[:2]


def test_words_cut_at_line_ends_are_whole_and_other_hyphens_stay() -> None:
    text = " ".join(read(cut=True))
    assert "twenty-four steel girders" in text
    assert "announced that they would appeal" in text


def test_the_largest_line_is_the_title() -> None:
    article = read_pdf(pdf(TEXTS[:3], title=HEADLINE, info={"title": "story-final-2.docx"}))
    assert (article.title, article.origins.title) == (HEADLINE, Origin.HEADLINE)


def test_the_file_s_own_title_is_taken_only_if_it_is_one() -> None:
    text = [TEXTS[0]]
    own = read_pdf(pdf(text, info={"title": "Report on the bridges of Arden"}))
    assert (own.title, own.origins.title) == ("Report on the bridges of Arden", Origin.FILE)
    assert read_pdf(pdf(text, info={"title": "Microsoft Word - bridge.docx"})).title == ""


def test_a_date_is_that_of_the_text_and_never_that_of_the_file() -> None:
    assert read_pdf(pdf(TEXTS[:2])).published is None
    assert str(read_pdf(pdf(["Published: 5 March 2024", *TEXTS[:2]])).published) == "2024-03-05"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (scan(), Reason.SCAN),
        (pdf(TEXTS[:1], password="secret"), Reason.ENCRYPTED),
        (pdf(TEXTS[:3])[:400], Reason.DAMAGED),
        (b"%PDF-1.7\n%%EOF", Reason.DAMAGED),
        (pdf([]), Reason.NO_TEXT),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as error:
        read_pdf(data)
    assert error.value.reason is reason


def test_pages_that_are_pictures_are_named() -> None:
    import io  # noqa: PLC0415

    import pypdfium2  # noqa: PLC0415

    both = pypdfium2.PdfDocument(pdf(TEXTS[:2]))
    both.import_pages(pypdfium2.PdfDocument(scan(1)))
    out = io.BytesIO()
    both.save(out)
    assert read_pdf(out.getvalue()).notes == ("I could not read page 2: there are only pictures on it.",)
