"""From a page's bytes to an article: the body, what the page says about itself, charsets, and walls."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.articles.article import Article
from bot.articles.charset import decode
from bot.articles.page import from_html
from bot.articles.unreadable import Reason, UnreadableError

URL = "https://news.example/bridge"
SENTENCES = [
    "The council voted on Tuesday to close the old bridge for a year, the mayor’s office said in a statement.",
    "“We have no choice,” Mayor Ann Lee told reporters at the town hall, adding that the steel was 112 years old.",
    "Traffic will use the northern tunnel, which carried 14,000 vehicles a day in 2023, according to the ministry.",
    "Opponents of the plan said that they would appeal against the decision before the regional court in March.",
]
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/s>Sport</a></li></ul></nav>"


def page(head: str = "", body: str = PARAGRAPHS, *, title: str = "Old bridge closes for a year - Example News") -> str:
    return (
        f"<!doctype html><html lang=en-GB><head><title>{title}</title>{head}</head><body>{MENU}"
        f"<article><h1>Old bridge closes for a year</h1>{body}</article>"
        "<footer>Copyright Example News. All rights reserved.</footer></body></html>"
    )


def read(source: str, charset: str | None = "utf-8", url: str = URL) -> Article:
    return from_html(source.encode(), url=url, charset=charset)


def json_ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


def test_body_has_the_paragraphs_exactly_and_nothing_else() -> None:
    assert read(page()).text.removeprefix("Old bridge closes for a year\n\n") == "\n\n".join(SENTENCES)


def test_page_that_says_nothing_about_itself_gets_no_guesses() -> None:
    article = read(page(title=""))
    assert (article.published, article.updated, article.authors) == (None, None, ())
    assert article.site == "news.example"
    assert article.url == URL


def test_metadata_from_json_ld() -> None:
    head = json_ld(
        headline="Old bridge closes for a year",
        author=[{"@type": "Person", "name": "Ann Lee"}, {"name": "By Bo Ek, Political Editor"}],
        publisher={"name": "Example News"},
        datePublished="2024-03-05T08:00:00+01:00",
        dateModified="2024-03-07T08:00:00+01:00",
    )
    article = read(page(head))
    assert article.title == "Old bridge closes for a year"
    assert article.authors == ("Ann Lee", "Bo Ek")
    assert article.site == "Example News"
    assert article.published == date(2024, 3, 5)
    assert article.updated == date(2024, 3, 7)
    assert article.language == "en"


def test_metadata_from_meta_tags() -> None:
    head = (
        "<meta property=og:site_name content='Example &amp; News'><meta name=author content='Ann Lee and Bo Ek'>"
        "<meta property=article:published_time content=2024-03-05T08:00:00Z>"
        "<meta property=article:modified_time content=2024-03-05T09:00:00Z>"
    )
    article = read(page(head))
    assert article.site == "Example & News"
    assert article.authors == ("Ann Lee", "Bo Ek")
    assert article.published == date(2024, 3, 5)
    assert article.updated is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", f"<time datetime='2024-03-05' itemprop=datePublished>5 March</time>{PARAGRAPHS}"),
        ("<meta name=date content='March 5, 2024'>", PARAGRAPHS),
        ("", f"<p>Published: 5 March 2024 10:30 GMT</p>{PARAGRAPHS}"),
        (json_ld(datePublished="1970-01-01", headline="x") + "<meta name=pubdate content=2024-03-05>", PARAGRAPHS),
        (json_ld(datePublished="2999-01-01", headline="x") + "<meta name=pubdate content=2024-03-05>", PARAGRAPHS),
        ("<script type='application/ld+json'>{broken</script><meta name=pubdate content=2024-03-05>", PARAGRAPHS),
    ],
)
def test_published_date_wherever_the_page_has_it(head: str, body: str) -> None:
    assert read(page(head, body)).published == date(2024, 3, 5)


def test_an_evening_in_america_is_not_the_next_day() -> None:
    head = json_ld(datePublished="2024-03-06T01:19:34Z", dateModified="2024-03-06T01:20:00Z", headline="x")
    article = read(page(head), url="https://news.example/2024/03/05/bridge")
    assert article.published == date(2024, 3, 5)
    assert article.updated is None


def test_other_articles_on_the_page_do_not_give_their_dates() -> None:
    other = json_ld(headline="Another story", datePublished="2019-01-01")
    assert read(page(other + json_ld(headline="Old bridge closes", datePublished="2024-03-05"))).published == date(
        2024, 3, 5
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<form><p>Log in to read on</p><input type=password></form>", Reason.LOGIN),
        ("<p>Please sign in to your account to continue to this page of the archive.</p>", Reason.LOGIN),
        ("<p>Subscribe now to read this article and many more, for one dollar a week.</p>", Reason.PAYWALL),
        ("<div id=app></div><noscript>You need to enable JavaScript to run this app.</noscript>", Reason.JAVASCRIPT),
        ("<p>Just a moment... checking your browser before you go on to the site.</p>", Reason.ROBOT_CHECK),
        ("", Reason.NO_TEXT),
    ],
)
def test_a_wall_is_not_read_as_an_article(body: str, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as error:
        read(f"<html><head><title>News</title></head><body>{body}</body></html>")
    assert error.value.reason is reason
    assert "paste" in error.value.sentence
    assert not error.value.transient


@pytest.mark.parametrize(
    "sentence",
    [
        "The streaming service lost 200,000 subscribers in the first quarter, its chief executive said on Tuesday.",
        "The bank said that 4,000 customers could not log in on Monday, and that the fault was repaired by noon.",
    ],
)
def test_a_short_news_item_about_walls_is_not_a_wall(sentence: str) -> None:
    form = "<form>Sign in<input type=password></form>"
    assert sentence in read(page("", f"{form}<p>{sentence}</p><p>{SENTENCES[0]}</p>")).text


def test_the_first_lines_of_a_paid_article_are_not_the_article() -> None:
    head = json_ld(headline="Old bridge closes", isAccessibleForFree=False)
    with pytest.raises(UnreadableError) as error:
        read(page(head, "".join(f"<p>{sentence}</p>" for sentence in SENTENCES[:2])))
    assert error.value.reason is Reason.PAYWALL
    assert error.value.partial is not None
    assert SENTENCES[0] in error.value.partial.text


@pytest.mark.parametrize("body", [b"", b"\0\0\0", b"<", b"\xff\xfe", b"plain words", b"<?xml version='1.0'?>"])
def test_nothing_useful_is_said_plainly(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        from_html(body, url=URL)


def test_a_file_without_text_is_not_named_as_a_site() -> None:
    with pytest.raises(UnreadableError, match=r"^I found no article text on the page at the site\."):
        from_html(b"<html></html>", url="file:///home/someone/page.html")


TURKISH = "Bakan Şahin, köprünün yıkılmadığını söyledi; ığdır"
CAFE = "“The soup was fine,” the owner of the café said – once again."
JAPANESE = "首相は火曜日、橋の閉鎖を発表した。"


@pytest.mark.parametrize(
    ("body", "header", "expected"),
    [
        (TURKISH.encode("cp1254"), "iso-8859-9", TURKISH),
        (b"<meta charset=windows-1254>" + TURKISH.encode("cp1254"), None, "<meta charset=windows-1254>" + TURKISH),
        (TURKISH.encode(), "iso-8859-1", TURKISH),
        (TURKISH.encode(), None, TURKISH),
        (JAPANESE.encode("shift_jis"), "Shift_JIS", JAPANESE),
        (JAPANESE.encode("utf-16"), "utf-8", JAPANESE),
        (CAFE.encode("cp1252"), "iso-8859-1", CAFE),
        (CAFE.encode("cp1252"), "no-such-charset", CAFE),
        (CAFE.encode("cp1252"), "zlib", CAFE),
        (b"<html lang=tr>" + TURKISH.encode("cp1254"), None, "<html lang=tr>" + TURKISH),
        (JAPANESE.encode("shift_jis") * 9, None, JAPANESE * 9),
        (("ü" * 50).encode() + b"\xff" + b"end", "utf-8", "ü" * 50 + "\ufffdend"),
    ],
)
def test_characters_come_out_right_whatever_the_labels_say(body: bytes, header: str | None, expected: str) -> None:
    assert decode(body, header) == expected


def parses(body: bytes, charset: str | None) -> None:
    with contextlib.suppress(UnreadableError):
        assert from_html(body, url=URL, charset=charset).text.strip()


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=2000), st.sampled_from([None, "utf-8", "cp1252", "shift_jis", "utf-16", "rot13", "idna", ""]))
def test_no_bytes_break_the_reader(body: bytes, charset: str | None) -> None:
    parses(body, charset)


FRAGMENTS = st.sampled_from(
    [
        *page(json_ld(headline="x", datePublished="2024")).split(">"),
        *("<svg", "<![CDATA[", "]]>", "<p", "&#0;", "&#x110000;", "<html lang=''", "<time datetime=9999-99-99 pubdate"),
        "<script type=application/ld+json>" + "[" * 3000 + "</script",
        "<script type=application/ld+json>[{'a':1},null,3]</script".replace("'", '"'),
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(FRAGMENTS | st.text(max_size=30), max_size=40).map(">".join))
def test_no_markup_breaks_the_reader(source: str) -> None:
    parses(source.encode(errors="surrogatepass"), None)
