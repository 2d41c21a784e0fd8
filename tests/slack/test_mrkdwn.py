"""Text from outside stays text: nothing in it comes alive, and nothing gets longer than asked."""

from __future__ import annotations

import re

import pytest
from desk.samples import HOSTILE, TEXTS
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.plain import pings_in, readable
from bot.slack.cards.verdict_text import site
from bot.slack.mrkdwn import cut, escape, link, person, safe

ALIVE = ["<!channel>", "<!here|x>", "<@U1>", "<#C1>", "<https://x|y>", "<!subteam^S1>", "<!date^0^{date}^x|y>", "&lt;"]
LINK = re.compile(r"<https?://[^<>|\s]*\|[^<>|]*>")

articles = st.text().flatmap(
    lambda text: st.sampled_from([text, *(text + alive for alive in ALIVE), *(alive + text for alive in ALIVE)])
)
urls = st.text(min_size=1).map(lambda rest: f"https://x.org/{rest}")


def stays_text(result: str) -> bool:
    """No markup at all, and ``&`` only as one of Slack's three escapes."""
    return not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", result)


@given(articles)
def test_escaped_text_reads_as_it_was_and_nothing_in_it_is_markup(text: str) -> None:
    escaped = escape(text)
    assert stays_text(escaped)
    assert readable(escaped) == re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", text)


@pytest.mark.parametrize("alive", ALIVE)
def test_mentions_and_links_in_an_article_are_only_letters(alive: str) -> None:
    for result in (escape(alive), safe(alive, 100), link("https://x.org", alive)):
        assert alive not in result
        assert pings_in(result, [], []) == ()


@given(articles, st.integers(1, 60))
def test_cut_text_is_never_longer_than_asked_and_says_that_it_was_cut(text: str, most: int) -> None:
    result = cut(text, most)
    assert len(result) <= most
    assert result == text if len(text) <= most else result.endswith("…")


@given(st.one_of(articles, st.text("<>& a")), st.integers(1, 80))
def test_safe_text_is_never_longer_than_asked_and_no_escape_in_it_is_cut(text: str, most: int) -> None:
    result = safe(text, most)
    assert len(result) <= most
    assert stays_text(result)
    assert "\n" not in result


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("most", [5, 60, 150, 300, 1500])
def test_safe_keeps_as_much_as_fits(name: str, most: int) -> None:
    result = safe(TEXTS[name], most)
    whole = readable(escape(" ".join(TEXTS[name].split())))
    assert whole.startswith(readable(result).removesuffix("…"))
    assert len(result) > most - 7 or readable(result) == whole


def test_a_line_break_in_an_article_starts_no_quotation_of_ours() -> None:
    assert safe("He said:\n> no\n• or\t yes", 100) == "He said: &gt; no • or yes"


@given(urls, articles)
def test_a_link_is_one_link_whatever_stands_in_it(url: str, label: str) -> None:
    assert LINK.fullmatch(link(url, label))


def test_a_link_leads_where_it_led() -> None:
    assert link("https://x.org/a?b=1&c=2", "x.org") == "<https://x.org/a?b=1&amp;c=2|x.org>"
    assert link("https://x.org/<a>|b c", "a|b") == "<https://x.org/%3Ca%3E%7Cb%20c|a¦b>"


def test_a_mention_of_ours_is_alive() -> None:
    assert pings_in(person("U0ANA"), [], []) == ("<@U0ANA>",)
    assert pings_in(escape(HOSTILE), [], []) == ()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "mailto:a@x.org", "/etc/passwd", ""])
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    assert link(url, "a label") == "a label"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://x.org/a", "x.org"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://good.example\\@evil.example/", "evil.example"),
        ("https://x.org:8443/a", "x.org"),
        ("https://[::1", "https://[::1"),
    ],
)
def test_the_label_of_a_source_is_the_host_that_its_link_leads_to(url: str, host: str) -> None:
    assert site(url) == host
    assert "\\" not in link(url, site(url))
