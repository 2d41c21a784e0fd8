"""What stands in front of an article is named and not read as one; an article about such things is read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from articles.pages import FOOT, HEADLINE, MENU, PARAGRAPHS, SENTENCES, URL, json_ld, page

from bot.articles.page import from_html
from bot.articles.unreadable import Reason, UnreadableError

PAGES = Path(__file__).parents[2].parent / "shared" / "data" / "pages"
COOKIES = (
    "<h2>We value your privacy</h2><p>We and our 843 partners store and access information on a device, such as "
    "cookies, and process personal data, such as unique identifiers, for personalised advertising and content.</p>"
    "<p>You may click to consent to our and our partners’ processing as described above.</p>"
    "<button>Accept all</button><button>Manage settings</button>"
)
LONG_STORY = "".join(f"<li><a href=/story/{n}>{SENTENCES[n % 7][:70]} {n}</a></li>" for n in range(40))
TEASER = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def whole(body: str, head: str = "", title: str = "News") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{MENU}{body}{FOOT}</body></html>"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        # logins
        (whole("<main><form><h1>Welcome back</h1><input name=u><input type=password></form></main>"), Reason.LOGIN),
        (whole("<p>Register for free to continue reading this story and many others.</p>"), Reason.LOGIN),
        # paywalls
        (page("", f"<p>{SENTENCES[0]}</p><p>To continue reading, start your free trial.</p>"), Reason.PAYWALL),
        (
            page("", f"<p>{SENTENCES[0]}</p><p>You have reached your monthly limit of free articles.</p>"),
            Reason.PAYWALL,
        ),
        (page("", f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>Continue reading</p>"), Reason.PAYWALL),
        (page(json_ld(headline=HEADLINE, isAccessibleForFree=False), TEASER + "<p>The mayor…</p>"), Reason.PAYWALL),
        (page(json_ld(headline=HEADLINE, isAccessibleForFree="False"), TEASER + "<p>And the</p>"), Reason.PAYWALL),
        (
            page(json_ld(headline=HEADLINE, isAccessibleForFree=False), TEASER + "<div class=paywall>Join us</div>"),
            Reason.PAYWALL,
        ),
        # consent
        (whole(COOKIES), Reason.CONSENT),
        (whole(f"<div id=consent-page>{COOKIES}</div>", title="Before you continue"), Reason.CONSENT),
        # robot checks
        (
            whole("<h1>Just a moment...</h1><p>Verifying you are human. This may take a few seconds.</p>"),
            Reason.ROBOT_CHECK,
        ),
        (
            whole("<h1>Pardon Our Interruption</h1><p>Something about your browser made us think…</p>"),
            Reason.ROBOT_CHECK,
        ),
        (whole("<p>Please show that you’re not a robot.</p><div class=g-recaptcha></div>"), Reason.ROBOT_CHECK),
        (whole("<form id=challenge-form></form>"), Reason.ROBOT_CHECK),
        # pages that are not there, but say so with status 200
        (whole("<h1>Page not found</h1><p>The page you are looking for could not be found.</p>"), Reason.NOT_FOUND),
        (whole("<h1>404</h1><p>Sorry, this article is no longer available.</p>"), Reason.NOT_FOUND),
        (whole("<h1>Oops!</h1><p>We can’t find that page. Try the search.</p>", title="Error 404"), Reason.NOT_FOUND),
        # JavaScript
        (whole("<div id=root></div><script src=/app.js></script>"), Reason.JAVASCRIPT),
        (
            whole("<div id=app></div><noscript>Please enable JavaScript to view this site.</noscript>"),
            Reason.JAVASCRIPT,
        ),
        # lists of articles
        (whole(f"<main><h1>Politics</h1><ul>{LONG_STORY}</ul></main>"), Reason.INDEX),
    ],
)
def test_what_stands_in_front_of_an_article_is_named(source: str, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as error:
        from_html(source.encode(), url=URL, charset="utf-8")
    assert error.value.reason is reason
    assert "news.example" in error.value.sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The company said that 40 percent of its pages answer with error 404, and that it will repair them by May.",
        "The court ruled that the cookie banner of the publisher was misleading, and that consent must be free.",
        "Researchers found that programs now solve a captcha in 0.3 seconds, faster than any person they measured.",
        "The paper put its reporting behind a paywall in 2019 and has 200,000 subscribers today, the publisher said.",
        "The bank said that 4,000 customers could not log in on Monday, and that the fault was repaired by noon.",
        "The agency said the report could not be found in its archive, and that it had been lost in the fire of 1973.",
    ],
)
@pytest.mark.parametrize("length", [2, 7])
def test_an_article_about_walls_is_read(sentence: str, length: int) -> None:
    body = f"<p>{sentence}</p>" + "".join(f"<p>{one}</p>" for one in SENTENCES[:length])
    assert sentence in from_html(page("", body).encode(), url=URL, charset="utf-8").text


def test_a_paid_article_that_is_there_in_full_is_read() -> None:
    head = json_ld(headline=HEADLINE, isAccessibleForFree=False)
    assert SENTENCES[3] in from_html(page(head, PARAGRAPHS * 3).encode(), url=URL, charset="utf-8").text


def test_a_paid_article_that_ends_with_a_credit_is_read() -> None:
    head = json_ld(headline=HEADLINE, isAccessibleForFree=False)
    source = page(head, PARAGRAPHS * 3 + "<p>Additional reporting by Bo Ek in Lowen</p>")
    assert SENTENCES[3] in from_html(source.encode(), url=URL, charset="utf-8").text


def test_an_article_with_a_consent_banner_over_it_is_read_without_the_banner() -> None:
    article = from_html(page("", f"<div class=cookie-banner>{COOKIES}</div>{PARAGRAPHS}").encode(), url=URL)
    assert SENTENCES[2] in article.text
    assert "843 partners" not in article.text


def test_a_page_that_builds_itself_is_read_from_its_data_for_search_engines() -> None:
    head = json_ld(headline=HEADLINE, articleBody="\n".join(SENTENCES))
    article = from_html(whole("<div id=root></div><script src=/app.js></script>", head).encode(), url=URL)
    assert article.text == "\n\n".join(SENTENCES)


def test_an_article_with_many_links_to_others_is_read() -> None:
    body = f"{PARAGRAPHS}{PARAGRAPHS}<aside><ul>{LONG_STORY}</ul></aside>"
    assert SENTENCES[2] in from_html(page("", body).encode(), url=URL).text


@pytest.mark.skipif(not PAGES.is_dir(), reason="the pages are not part of the project")
def test_no_real_article_is_refused() -> None:
    refused = []
    for row in map(json.loads, (PAGES / "truth.jsonl").read_text("utf-8").splitlines()):
        source = gzip.decompress((PAGES / f"{row['page']}.html.gz").read_bytes())
        try:
            from_html(source, url=row["url"])
        except UnreadableError as error:
            # One is a paid article of which the page shows the first 400 characters.
            cut = error.reason is Reason.PAYWALL and row["body"].rstrip().endswith("...")
            refused += [] if cut else [(row["url"], error.reason)]
    assert refused == []
