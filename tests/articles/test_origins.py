"""Where dates and names come from is kept, and two different dates of publication are told."""

from __future__ import annotations

from datetime import date

import pytest
from articles.pages import HEADLINE, PARAGRAPHS, URL, json_ld, page

from bot.articles.article import Article, DateDispute, Origin
from bot.articles.page import from_html

DAY = date(2024, 3, 5)


def read(head: str = "", body: str = PARAGRAPHS, url: str = URL, title: str = f"{HEADLINE} - Example News") -> Article:
    return from_html(page(head, body, title=title).encode(), url=url, charset="utf-8")


@pytest.mark.parametrize(
    ("head", "body", "url", "origin"),
    [
        (json_ld(headline=HEADLINE, datePublished="2024-03-05T10:00:00Z"), PARAGRAPHS, URL, Origin.JSON_LD),
        ("<meta property=article:published_time content=2024-03-05T10:00:00Z>", PARAGRAPHS, URL, Origin.OPEN_GRAPH),
        ("<meta name=parsely-pub-date content=2024-03-05T10:00:00Z>", PARAGRAPHS, URL, Origin.META),
        ("", f"<time datetime=2024-03-05T10:00:00Z>last Tuesday</time>{PARAGRAPHS}", URL, Origin.TIME),
        ("", f"<span class=post-date>March 5, 2024</span>{PARAGRAPHS}", URL, Origin.TEXT),
        ("", PARAGRAPHS, "https://news.example/2024/03/05/bridge", Origin.URL),
        ("", f"<p>LONDON, 5 March 2024 (Agency) — The bridge closed.</p>{PARAGRAPHS}", URL, Origin.TEXT),
    ],
)
def test_the_date_says_where_it_comes_from(head: str, body: str, url: str, origin: Origin) -> None:
    article = read(head, body, url)
    assert (article.published, article.origins.published) == (DAY, origin)
    assert article.dispute is None


def test_two_dates_of_publication_are_told_with_where_they_stand() -> None:
    head = json_ld(headline=HEADLINE, datePublished="2024-03-05T10:00:00Z")
    article = read(head, f"<span class=post-date>May 21, 2016</span>{PARAGRAPHS}")
    assert article.published == DAY
    assert article.dispute == DateDispute(
        taken=DAY, taken_from=Origin.JSON_LD, other=date(2016, 5, 21), other_from=Origin.TEXT
    )
    assert "5 March 2024" in article.dispute.sentence
    assert "21 May 2016" in article.dispute.sentence


@pytest.mark.parametrize(
    ("head", "body"),
    [
        # a day that is the last change under another name
        (
            json_ld(headline=HEADLINE, datePublished="2024-03-05", dateModified="2024-04-01"),
            f"<span class=date>April 1, 2024</span>{PARAGRAPHS}",
        ),
        (json_ld(headline=HEADLINE, datePublished="2024-03-05"), f"<p class=updated>May 1, 2024</p>{PARAGRAPHS}"),
        # an evening in America is the next day in Greenwich
        (
            json_ld(headline=HEADLINE, datePublished="2024-03-06T03:00:00Z"),
            f"<span class=date>March 5, 2024</span>{PARAGRAPHS}",
        ),
        # dates of other articles
        (
            json_ld(headline=HEADLINE, datePublished="2024-03-05"),
            f"{PARAGRAPHS}<div class=related-stories><span class=date>May 21, 2016</span></div>",
        ),
    ],
)
def test_what_is_no_other_date_of_publication_is_not_told(head: str, body: str) -> None:
    article = read(head, body)
    assert article.published == DAY
    assert article.dispute is None


def test_the_last_change_is_kept_apart() -> None:
    body = (
        f"<time datetime=2024-03-05>5 March</time><time datetime=2024-03-09>Updated on 9 March 2024</time>{PARAGRAPHS}"
    )
    article = read("", body)
    assert (article.published, article.updated) == (DAY, date(2024, 3, 9))


@pytest.mark.parametrize(
    ("head", "body", "authors", "origin"),
    [
        (json_ld(headline=HEADLINE, author={"name": "By ANN LEE, Political Editor"}), "", ("Ann Lee",), Origin.JSON_LD),
        (
            json_ld(headline=HEADLINE, author={"@id": "#ann"})
            + '<script type=\'application/ld+json\'>[{"@id": "#ann", "name": "Ann Lee"}]</script>',
            "",
            ("Ann Lee",),
            Origin.JSON_LD,
        ),
        ("<meta name=author content='Ann Lee | Example Media'>", "", ("Ann Lee",), Origin.META),
        ("<meta name=author content='Ann Lee. Example News'>", "", ("Ann Lee",), Origin.META),
        ("", "<p class=byline>By Ann Lee and Bo Ek, Example News</p>", ("Ann Lee", "Bo Ek"), Origin.TEXT),
        ("", "<a rel=author href=/ann>Ann Lee</a>", ("Ann Lee",), Origin.TEXT),
        (
            json_ld(headline=HEADLINE, author={"name": "Ann Lee"}),
            "<p class=byline>By Ann Lee, Bo Ek, Cy Roe</p>",
            ("Ann Lee", "Bo Ek", "Cy Roe"),
            Origin.TEXT,
        ),
        ("<meta name=author content=admin>", "", (), None),
        ("<meta property=article:author content=https://social.example/ann>", "", (), None),
    ],
)
def test_authors_are_people_and_say_where_they_come_from(
    head: str, body: str, authors: tuple[str, ...], origin: Origin | None
) -> None:
    article = read(head, body + PARAGRAPHS)
    assert (article.authors, article.origins.authors) == (authors, origin)


def test_the_title_is_the_headline_without_the_name_of_the_site() -> None:
    assert (read().title, read().origins.title) == (HEADLINE, Origin.HEADLINE)
    other = from_html(
        f"<title>Old bridge closes | Example</title><h1>Example News</h1><article>{PARAGRAPHS}</article>".encode(),
        url="https://www.example-news.example/x",
    )
    assert (other.title, other.origins.title) == ("Old bridge closes", Origin.TITLE)


def test_the_canonical_address_is_kept() -> None:
    assert read("<link rel=canonical href=https://news.example/story>").canonical == "https://news.example/story"
    assert read("<link rel=canonical href=javascript:alert(1)>").canonical is None


def test_an_article_kept_by_an_earlier_version_is_still_read() -> None:
    kept = '{"text": "x", "title": "t", "url": null, "site": "", "authors": [], "published": "2024-03-05"}'
    assert Article.model_validate_json(kept).published == DAY


def test_a_new_article_survives_being_kept() -> None:
    article = read(json_ld(headline=HEADLINE, datePublished="2024-03-05T10:00:00Z"))
    assert Article.model_validate_json(article.model_dump_json()) == article


def test_furniture_of_a_page_is_no_part_of_its_article() -> None:
    body = (
        f"{PARAGRAPHS}<p>RELATED: Tunnel floods again</p><p>Sign up for our daily newsletter</p>"
        "<p>Follow Ann Lee on Twitter @annlee</p><p>Copyright 2024 Example News. All rights reserved.</p>"
    )
    text = read("", body).text
    assert not any(word in text for word in ("RELATED", "newsletter", "@annlee", "Copyright"))
    assert text.endswith("nearby.")


def test_sentences_about_such_things_stay() -> None:
    sentence = (
        "Subscribe is the word on every button of the newsletter business, which took 40 million euros last year."
    )
    assert sentence in read("", PARAGRAPHS + f"<p>{sentence}</p>").text


def test_posts_that_an_article_quotes_stay() -> None:
    post = (
        "<div class='social-media-embed'><blockquote class=twitter-tweet><p>The bridge lost 4 of its 24 girders last "
        "night, and nobody told us.</p>— Mayor of Arden (@arden) <a href=https://t.example/1>March 5, 2024</a>"
        "</blockquote></div>"
    )
    assert "The bridge lost 4 of its 24 girders" in read("", PARAGRAPHS + post + PARAGRAPHS).text
