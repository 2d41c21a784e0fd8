"""robots.txt is asked first and respected."""

from __future__ import annotations

import time

import pytest
from articles.hostile_site import HostileSite, http
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.robots import Known, Rules
from bot.articles.unreadable import Reason

PASTE = "Please paste the text of the article here instead."
NO = f"127.0.0.1 asks programs like me not to read this page (in its robots.txt). {PASTE}"
UNKNOWN = (
    "127.0.0.1 does not tell whether programs may read this page (its robots.txt has an error). "
    "Please try again later, or paste the text here."
)
ALL_CLOSED = "User-agent: *\nDisallow: /"


async def test_a_page_that_programs_may_not_read(site: HostileSite) -> None:
    site.serve("/robots.txt", "User-agent: *\nDisallow: /closed", Content_Type="text/plain")
    site.serve("/open", "here")
    error = await site.refuse(site.serve("/closed/a", "secret"))
    assert (str(error), error.transient, error.retryable) == (NO, False, False)
    assert site.requests == []
    assert (await site.fetch(site.url("/open"))).body == b"here"


async def test_an_operator_can_decide_otherwise(site: HostileSite) -> None:
    site.serve("/robots.txt", ALL_CLOSED)
    assert (await site.fetch(site.serve("/a", "here"), respect_robots=False)).body == b"here"
    assert site.robots_asked == 0


async def test_a_redirect_to_a_closed_page_is_not_followed(site: HostileSite) -> None:
    site.serve("/robots.txt", "User-agent: *\nDisallow: /closed")
    site.serve("/closed", "secret")
    assert str(await site.refuse(site.redirect("/a", "/closed"))) == NO
    assert [asked.path for asked in site.requests] == ["/a"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
async def test_a_site_without_robots_txt_may_be_read(site: HostileSite, status: int) -> None:
    site.serve("/robots.txt", ALL_CLOSED, status)
    assert (await site.fetch(site.serve("/a", "here"))).body == b"here"


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_site_whose_robots_txt_has_an_error_is_not_read(site: HostileSite, status: int) -> None:
    site.serve("/robots.txt", "", status)
    error = await site.refuse(site.serve("/a", "here"))
    assert (str(error), error.reason, error.transient) == (UNKNOWN, Reason.ROBOTS_UNKNOWN, True)
    assert site.requests == []


async def test_a_site_that_cannot_be_reached_is_told_as_such(site: HostileSite) -> None:
    site.raw("/robots.txt", b"")
    error = await site.refuse(site.serve("/a", "here"))
    assert str(error).startswith("I could not connect to 127.0.0.1.")


async def test_robots_txt_behind_redirects(site: HostileSite) -> None:
    site.redirect("/robots.txt", "/r1")
    site.redirect("/r1", site.url("/r2", "www.news.example"))
    site.serve("/r2", ALL_CLOSED)
    assert str(await site.refuse(site.serve("/a", "here"))) == NO


@pytest.mark.parametrize("to", ["http://10.0.0.1/", "ftp://a.example/", "/robots.txt", "http://u:p@a.example/"])
async def test_robots_txt_that_leads_nowhere_is_none(site: HostileSite, to: str) -> None:
    site.redirect("/robots.txt", to)
    assert (await site.fetch(site.serve("/a", "here"))).body == b"here"


async def test_robots_txt_is_asked_for_once_in_a_while(site: HostileSite) -> None:
    fetcher = site.fetcher()
    for _ in range(3):
        await fetcher.fetch(site.serve("/a", "here"))
    assert site.robots_asked == 1
    await fetcher.fetch(site.url("/a", "localhost"))  # another site
    assert site.robots_asked == 2


def test_rules_are_kept_for_an_hour_and_an_error_for_a_minute() -> None:
    now = 0.0
    known = Known(clock=lambda: now)
    known.keep("a", Rules(ALL_CLOSED, "Claimdesk"))
    known.keep("b", None)
    assert known.get("c") is None
    now = 59.0
    assert known.get("b") == (None,)
    now = 61.0
    assert known.get("b") is None
    assert known.get("a") is not None
    now = 3601.0
    assert known.get("a") is None


def test_a_thousand_sites_do_not_fill_the_memory() -> None:
    known = Known(clock=lambda: 0.0)
    for number in range(5000):
        known.keep(str(number), None)
    assert known.get("0") is None
    assert known.get("4999") == (None,)


async def test_only_the_beginning_of_a_long_robots_txt_counts(site: HostileSite) -> None:
    comment = "# " + "x" * 98 + "\n"
    site.raw("/robots.txt", http(ALL_CLOSED + "\n" + comment * 20_000))  # 2 MB
    assert str(await site.refuse(site.serve("/a", "here"))) == NO
    site.raw("/robots.txt", http(comment * 20_000 + ALL_CLOSED))
    assert (await site.fetch(site.url("/a"))).body == b"here"


@pytest.mark.parametrize(
    ("robots", "closed"),
    [
        ("", False),
        (ALL_CLOSED, True),
        ("\ufeff" + ALL_CLOSED, True),
        (ALL_CLOSED.replace("\n", "\r\n"), True),
        (ALL_CLOSED.replace("\n", "\r"), True),
        ("user-agent:claimdesk\ndisallow:/", True),
        ("User-Agent: ClaimDesk/0.1\nDisallow: /", True),
        ("User-agent: claimdesk # that one\nDisallow: / # all", True),
        ("User-agent: GPTBot\nUser-agent: Claimdesk\nDisallow: /", True),
        ("User-agent: GPTBot\nDisallow: /", False),
        ("User-agent: claim\nDisallow: /", False),
        ("User-agent: claimdeskbot\nDisallow: /", False),
        ("User-agent: *\nDisallow:", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: claimdesk\nDisallow:", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/2026", False),
        ("User-agent: *\nAllow: /news/2026\nDisallow: /news", False),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: *\nDisallow: /*/b.html", True),
        ("User-agent: *\nDisallow: /news/2026/b.htm$", False),
        ("User-agent: *\nDisallow: /news/2026/%62.html", True),
        ("User-agent: *\nCrawl-delay: 10\nDisallow: /", True),
        ("<html><title>Not found</title><body>Disallow: /</body></html>", False),
        ("\0\0\0", False),
    ],
)
def test_what_robots_txt_says(robots: str, closed: bool) -> None:
    assert Rules(robots, "Claimdesk").allow("https://a.example/news/2026/b.html") is not closed


def test_a_robots_txt_made_to_fill_the_memory_does_not() -> None:
    agents = "".join(f"User-agent: bot{number}\n" for number in range(6_000))
    rules = "".join(f"Disallow: /{number}*$\n" for number in range(6_000))
    started = time.monotonic()
    assert not Rules(agents + "User-agent: *\n" + rules, "Claimdesk").allow("https://a.example/7/x")
    assert time.monotonic() - started < 5


@given(
    st.text()
    | st.lists(st.sampled_from(["User-agent: *", "Disallow: ", "Allow: /", "$", "*", "\n", "%", "#"])).map("".join)
)
def test_no_robots_txt_makes_the_reader_fail(robots: str) -> None:
    assert Rules(robots, "Claimdesk").allow("https://a.example/x?y=%zz") in (True, False)
