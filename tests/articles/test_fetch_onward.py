"""AMP and telephone pages lead to their article, and pages that only pass on to the next one."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from articles.hostile_site import PAGE, HostileSite

from bot.articles import onward
from bot.articles.links import strip_tracking, unwrap


def head(*lines: str, html: str = "<html>") -> str:
    return f"<!doctype html>{html}<head>{''.join(lines)}</head><body>short version</body></html>"


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


async def test_a_telephone_page_leads_to_the_article(site: HostileSite) -> None:
    article = site.url("/story", "www.news.example")
    site.serve("/story", PAGE)
    url = site.url("/m-story", "m.news.example")
    site.serve("/m-story", head(canonical(article)))
    fetched = await site.fetch(url)
    assert (fetched.url, fetched.final_url, fetched.body) == (url, article, PAGE.encode())
    assert fetched.hosts == ("m.news.example", "www.news.example")


async def test_an_amp_page_leads_to_the_article(site: HostileSite) -> None:
    site.serve("/story", PAGE)
    fetched = await site.fetch(site.serve("/story/amp", head(canonical("/story"), html="<html ⚡ lang=en>")))
    assert fetched.final_url == site.url("/story")


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_telephone_page_is_read_itself_if_its_article_cannot_be(site: HostileSite, status: int) -> None:
    site.serve("/story", "", status)
    fetched = await site.fetch(site.serve("/story/amp", head(canonical("/story"))))
    assert fetched.final_url == site.url("/story/amp")
    assert b"short version" in fetched.body


async def test_a_telephone_page_is_read_itself_if_its_article_takes_too_long(site: HostileSite) -> None:
    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    site.play("/story", silent)
    fetched = await site.fetch(site.serve("/story/amp", head(canonical("/story"))), total_seconds=0.3)
    assert fetched.final_url == site.url("/story/amp")


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.2/story",  # inside
        "https://other.example/story",  # somebody else's
        "http://www.news.example.evil.example/story",
        "/",  # the front page
        "/story/amp",  # itself
        "/story/amp#top",
        "javascript:alert(1)",
        "http://[bad",
        "",
    ],
)
async def test_a_page_cannot_lead_elsewhere_by_calling_it_canonical(site: HostileSite, link: str) -> None:
    fetched = await site.fetch(site.serve("/story/amp", head(canonical(link))))
    assert fetched.final_url == site.url("/story/amp")
    assert len(site.requests) == 1


async def test_an_ordinary_page_is_asked_for_once_whatever_its_canonical_address(site: HostileSite) -> None:
    site.serve("/page-one", "another")
    assert (await site.fetch(site.serve("/page-two", head(canonical("/page-one"))))).final_url == site.url("/page-two")


async def test_two_pages_that_are_each_others_article_end_there(site: HostileSite) -> None:
    site.serve("/b/amp", head(canonical("/a/amp")))
    assert (await site.fetch(site.serve("/a/amp", head(canonical("/b/amp"))))).final_url == site.url("/b/amp")
    assert len(site.requests) == 2


AMP = "<html amp>"


@pytest.mark.parametrize(
    ("url", "page", "to"),
    [
        ("https://m.news.co.uk/a", head(canonical("https://www.news.co.uk/a")), "https://www.news.co.uk/a"),
        ("https://m.news.co.uk/a", head(canonical("https://www.other.co.uk/a")), None),
        ("https://mobile.news.example/a", head("<LINK HREF='/b' REL=Canonical />"), "https://mobile.news.example/b"),
        ("https://news.example/a.amp.html", head("<link href=/a.html rel=canonical>"), "https://news.example/a.html"),
        ("https://news.example/a?amp=1", head(canonical("/a")), "https://news.example/a"),
        ("https://news.example/a?x=1&outputType=amp", head(canonical("/a")), "https://news.example/a"),
        ("https://news.example/a", head(canonical("/b?x=1&amp;y=2"), html=AMP), "https://news.example/b?x=1&y=2"),
        ("https://news.example/a", head(canonical("/b"), html="<html lang=en ⚡\ufe0f>"), "https://news.example/b"),
        ("https://news.example/a", head(canonical("/b"), html="<html class=amp-page>"), None),
        ("https://news.example/camp/a", head(canonical("/b")), None),
        ("https://music.news.example/a", head(canonical("/b")), None),
        ("https://m.news.example/a", head("<!--", canonical("/b"), "-->"), None),
        ("https://m.news.example/a", head("<link rel=alternate href=/b>"), None),
        ("https://m.news.example/a", "", None),
    ],
)
def test_which_pages_have_their_article_elsewhere(url: str, page: str, to: str | None) -> None:
    found = onward.article(page.encode(), httpx.URL(url))
    assert (str(found) if found else None) == to


async def test_a_page_that_only_passes_on_is_a_redirect(site: HostileSite) -> None:
    site.serve("/end", PAGE)
    url = site.serve("/start", head('<meta http-equiv="refresh" content="0; url=/end">'))
    fetched = await site.fetch(url)
    assert (fetched.final_url, fetched.body) == (site.url("/end"), PAGE.encode())


async def test_pages_that_pass_on_to_each_other_end_as_redirects_do(site: HostileSite) -> None:
    site.serve("/b", head("<meta http-equiv=refresh content='0;/a'>"))
    error = await site.refuse(site.serve("/a", head("<meta http-equiv=refresh content='0;/b'>")))
    assert str(error).startswith("The link is passed on again and again and never arrives.")
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    ("tag", "to"),
    [
        ("<meta http-equiv=refresh content='0; url=/b'>", "https://a.example/b"),
        ('<META HTTP-EQUIV="Refresh" CONTENT="1;URL=&#39;https://b.example/x&#39;">', "https://b.example/x"),
        ("<meta content='3,/b' http-equiv=refresh>", "https://a.example/b"),
        ("<meta http-equiv=refresh content=300>", None),
        ("<meta http-equiv=refresh content='300; url=/b'>", None),
        ("<meta http-equiv=refresh content='0; url=/a'>", None),
        ("<meta http-equiv=refresh content='0; url=javascript:x'>", None),
        ("<meta http-equiv=refresh content='0; url=http://u:p@b.example/'>", None),
        ("<noscript><meta http-equiv=refresh content='0; url=/without-scripts'></noscript>", None),
        ("<!-- <meta http-equiv=refresh content='0; url=/b'> -->", None),
        ("<noscript><meta http-equiv=refresh content='0; url=/b'>", None),
        ("<meta http-equiv=content-type content='text/html'>", None),
        ("<meta", None),
    ],
)
def test_which_pages_pass_on(tag: str, to: str | None) -> None:
    found = onward.refresh(head(tag).encode(), httpx.URL("https://a.example/a"))
    assert (str(found) if found else None) == to


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<link ", b"<meta a=", b"<noscript", b"<html ", b"<meta a='", b"< <link <meta"]
)
def test_no_page_keeps_the_worker_busy(piece: bytes) -> None:
    started = time.monotonic()
    onward.refresh(piece * 2_000_000, httpx.URL("https://m.a.example/a"))
    onward.article(piece * 2_000_000, httpx.URL("https://m.a.example/a"))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://www.google.com/amp/s/www.news.example/a.amp.html", "https://www.news.example/a.amp.html"),
        ("https://google.co.uk/amp/www.news.example/a?x=1", "http://www.news.example/a?x=1"),
        ("https://www-news-example.cdn.ampproject.org/c/s/www.news.example/a", "https://www.news.example/a"),
        ("https://www-news-example.cdn.ampproject.org/v/s/www.news.example/a?amp_js_v=0.1", None),
        ("https://www-news-example.bing-amp.com/c/s/www.news.example/a", "https://www.news.example/a"),
        ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fnews.example%2Fa%3Fx%3D1", "https://news.example/a?x=1"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fa&h=x", "https://news.example/a"),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.example%2Fa",
            "https://news.example/a",
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        (
            "https://google.com.evil.example/url?q=https://a.example",
            "https://google.com.evil.example/url?q=https://a.example",
        ),
        ("https://news.example/url?q=https://a.example", "https://news.example/url?q=https://a.example"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_links_are_taken_out_of_their_wrapping(link: str, page: str | None) -> None:
    assert unwrap(link) == (page or "https://www.news.example/a?amp_js_v=0.1")


async def test_a_wrapped_link_into_the_network_stays_closed(site: HostileSite) -> None:
    for link in ("https://www.google.com/url?q=http://127.0.0.2/", "https://www.google.com/amp/127.0.0.2/x"):
        assert str(await site.refuse(link)).startswith("127.0.0.2 leads to a private or reserved address")
    assert site.connections == 0


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("utm_source=a&id=3&UTM_Campaign=b", "id=3"),
        ("fbclid=x", ""),
        ("gad_source=1&srsltid=2", ""),
        ("at_custom1=x&at_link_id=y&at_point_of_interest=z", "at_point_of_interest=z"),
        ("source=a&ref=b&cid=c&utm=d", "source=a&ref=b&cid=c&utm=d"),
        ("b=2&a=1&&c=%20+", "b=2&a=1&&c=%20+"),
    ],
)
def test_what_follows_readers_around_is_taken_off(query: str, left: str) -> None:
    assert strip_tracking(f"https://a.example/x?{query}") == "https://a.example/x" + (f"?{left}" if left else "")
