"""Live blogs: every entry is read, and "today" in it is the entry's own day."""

from __future__ import annotations

from datetime import date

from articles.pages import PARAGRAPHS, SENTENCES, URL, json_ld, page

from bot.articles.article import Article
from bot.articles.page import from_html

POSTS = [
    ("2024-03-07T09:15:00+00:00", "Court hears the appeal", f"{SENTENCES[3]} The hearing goes on today."),
    ("2024-03-06T18:40:00+00:00", "Tunnel jammed", f"{SENTENCES[2]} Police counted 900 cars tonight."),
    ("2024-03-05T08:00:00+00:00", "Bridge closed", f"{SENTENCES[0]} It closed at noon."),
]


def read(source: str) -> Article:
    return from_html(source.encode(), url=URL, charset="utf-8")


def declared() -> str:
    updates = [
        {"@type": "BlogPosting", "headline": headline, "datePublished": posted, "articleBody": body}
        for posted, headline, body in POSTS
    ]
    return json_ld(**{"@type": "LiveBlogPosting"}, datePublished=POSTS[2][0], liveBlogUpdate=updates)


def marked() -> str:
    return "".join(
        f"<div class=liveblog-entry><time datetime='{posted}'>then</time><h2>{headline}</h2><p>{body}</p></div>"
        for posted, headline, body in POSTS
    )


def check(article: Article) -> None:
    assert [entry.posted.date() for entry in article.entries] == [date(2024, 3, day) for day in (7, 6, 5)]
    for entry, (posted, headline, body) in zip(article.entries, POSTS, strict=True):
        assert entry.posted.isoformat() == posted
        assert article.text[entry.start :].startswith(headline)
        assert article.day_at(article.text.index(body.split(". ")[-1])) == entry.posted.date()


def test_entries_in_the_data_for_search_engines_keep_their_times() -> None:
    article = read(page(declared(), "<div id=live-blog-app></div>"))
    check(article)
    assert article.published == date(2024, 3, 5)


def test_entries_in_the_page_keep_their_times() -> None:
    check(read(page("<meta property=article:published_time content=2024-03-05T08:00:00Z>", marked())))


def test_an_article_is_not_cut_into_entries() -> None:
    assert read(page()).entries == ()
    entry = "<div class=liveblog-entry><time datetime=2024-03-05>5 March</time><p>One entry is no blog.</p></div>"
    assert read(page("", PARAGRAPHS + entry)).entries == ()


def test_the_day_of_a_place_before_the_first_entry_is_the_article_s() -> None:
    article = Article(text="x" * 50, published=date(2024, 1, 1), entries=read(page(declared(), "")).entries)
    later = article.model_copy(
        update={"entries": tuple(e.model_copy(update={"start": e.start + 5}) for e in article.entries)}
    )
    assert later.day_at(0) == date(2024, 1, 1)
    assert later.day_at(5) == date(2024, 3, 7)


def test_an_article_without_entries_has_one_day() -> None:
    assert Article(text="x", published=date(2024, 1, 1)).day_at(0) == date(2024, 1, 1)
    assert Article(text="x").day_at(0) is None


def test_speakers_of_a_transcript_keep_their_turns() -> None:
    turns = [f"INTERVIEWER: {SENTENCES[3]}", f"ANN LEE: {SENTENCES[4]}", f"INTERVIEWER: {SENTENCES[5]}"] * 2
    body = "".join(f"<p><strong>{turn.split(':')[0]}:</strong>{turn.split(':')[1]}</p>" for turn in turns)
    for turn in turns:
        assert turn in read(page("", body)).text.split("\n\n")
