"""What counts as evidence: links with notes, from different sites, none of them the page under review."""

from __future__ import annotations

import pytest

from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules, independent_sources, is_link, registrable_domain
from bot.desk.task import Evidence, TaskState
from bot.desk.transitions import check_evidence
from desk.samples import PAGE, RULES, SCALE, TWO_SOURCES, do, propose, task


def evidence(*urls: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(url=url, note="what it shows") for url in urls)


@pytest.mark.parametrize(
    ("urls", "count"),
    [
        (("https://a.co.uk/1", "https://b.co.uk/2"), 2),
        (("https://news.x.org/1", "https://www.x.org/2"), 1),
        (("https://x.org/1", "https://x.org/2", "http://X.ORG./3"), 1),
        (("https://one.github.io/", "https://two.github.io/"), 1),  # private suffixes are one company's customers
        (("https://stats.gov.uk/a", "https://ons.gov.uk/b"), 2),
        (("https://city.kawasaki.jp/a", "https://www.city.kawasaki.jp/b"), 1),
        (("https://münchen.example.de/", "https://xn--mnchen-3ya.example.de/"), 1),
        (("https://192.0.2.7/a", "https://192.0.2.8/b"), 2),
        (("https://[2001:db8::1]/a", "https://[2001:db8::1]:8443/b"), 1),
        (("https://x.org:8443/a", "https://user@x.org/b"), 1),
        (("https://MÜNCHEN.de/a", "https://xn--mnchen-3ya.de/b"), 1),
        (("https://a.news.intranet/1", "https://b.news.intranet/2"), 1),  # no registered suffix: two labels count
        (("https://a.news.intranet/1", "https://a.other.intranet/1"), 2),
        (("https://web.archive.org/web/20260101000000/https://www.x.org/a", "https://x.org/a"), 1),
        (("https://web.archive.org/web/2020/https://x.org/", "https://web.archive.org/web/2020id_/http://y.net/"), 2),
        (("https://web.archive.org/web/2020/" + PAGE, "https://x.org/"), 1),
        ((PAGE, "https://m.harbour-times.com/other", "https://x.org/"), 1),
        ((), 0),
    ],
)
def test_sources_are_counted_by_site_and_the_page_under_review_is_none(urls: tuple[str, ...], count: int) -> None:
    assert independent_sources(evidence(*urls), PAGE) == count


def test_a_pasted_text_has_no_page_under_review() -> None:
    assert independent_sources(evidence(PAGE, "https://x.org/"), None) == 2


def test_public_suffixes_need_no_network() -> None:
    assert registrable_domain("https://news.bbc.co.uk/1") == "bbc.co.uk"
    assert registrable_domain("https://localhost/") == "localhost"


def test_a_copy_in_an_archive_that_names_no_real_page_is_no_crash() -> None:
    assert independent_sources(evidence("https://web.archive.org/web/2020/x.org"), PAGE) == 1


@pytest.mark.parametrize("copied", ["https://[x", "https://☃.example.org/"])
def test_a_copy_of_an_address_that_cannot_be_one_is_refused_on_its_field(copied: str) -> None:
    sources = evidence(TWO_SOURCES[0].url, f"https://web.archive.org/web/2020/{copied}")
    with pytest.raises(Refusal) as refused:
        check_evidence(propose(evidence=sources), RULES)
    assert refused.value.field == "url_1"


@pytest.mark.parametrize(
    "url",
    [
        "https://x.org",
        "http://x.org/a?b=c#d",
        "https://192.0.2.7:80/",
        "HTTPS://MÜNCHEN.example./x",
        "https://x.org:/",
        "https://user@x.org:65535/",
    ],
)
def test_a_web_address_is_a_link(url: str) -> None:
    assert is_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.org",
        "www.x.org/a",
        "ftp://x.org/",
        "https://",
        "https:///path",
        "javascript:alert(1)",
        "https://[::1/",
        "https://[::1]/",
        "https://register/",
        "https://org.",
        "https://.org",
        "https://a..org",
        "https://-a.org",
        "https://☃.example.org/",
        "https://x.org/the report",
        "https://x.org/\n",
        "https://x.org:99999/",
        "https://x.org:0/",
        "https://x.org:port/",
    ],
)
def test_anything_else_is_refused_on_its_own_field(url: str) -> None:
    assert not is_link(url)
    sources = (TWO_SOURCES[0], Evidence(url=url, note="what it shows"))
    with pytest.raises(Refusal) as refused:
        check_evidence(propose(evidence=sources), RULES)
    assert (refused.value.reason, refused.value.field) == (Reason.BAD_LINK, "url_1")
    assert "starts with https:// or http://" in refused.value.sentence


def test_a_source_must_say_what_it_shows() -> None:
    sources = (TWO_SOURCES[0], Evidence(url="https://x.org", note=" \n"))
    with pytest.raises(Refusal) as refused:
        check_evidence(propose(evidence=sources), RULES)
    assert (refused.value.field, refused.value.sentence) == ("note_1", "Please say what this source shows.")


@pytest.mark.parametrize(
    ("urls", "field", "have"),
    [
        ((), "url_0", 0),
        (("https://x.org",), "url_1", 1),
        (("https://x.org", "https://www.x.org/2"), "url_0", 1),
        ((PAGE, "https://x.org"), "url_0", 1),
    ],
)
def test_too_few_sources_are_counted_out_to_the_person(urls: tuple[str, ...], field: str, have: int) -> None:
    with pytest.raises(Refusal) as refused:
        check_evidence(propose(evidence=evidence(*urls)), RULES)
    assert refused.value.field == field
    assert refused.value.sentence == (
        f"{have} of 2 independent sources. Add sources from other sites; the site under review does not count, "
        "nor do two pages of one site. Without them only “Missing context” or “Unverifiable” can be given."
    )


@pytest.mark.parametrize("rating", ["missing_context", "unverifiable"])
def test_some_ratings_may_stand_without_sources_but_never_without_a_reason(rating: str) -> None:
    assert do(task(), propose(rating, evidence=()), "U1").task.state is TaskState.IN_REVIEW
    with pytest.raises(Refusal) as refused:
        check_evidence(propose(rating, evidence=(), explanation=" "), RULES)
    assert (refused.value.reason, refused.value.field) == (Reason.NO_EXPLANATION, "explanation")


def test_a_house_may_ask_for_more_or_for_none() -> None:
    with pytest.raises(Refusal, match="too_few_sources"):
        check_evidence(propose(), HouseRules(SCALE, sources=3))
    check_evidence(propose(evidence=()), HouseRules(SCALE, sources=0))


@pytest.mark.parametrize(("rating", "said"), [("pants_on_fire", None), ("true", "mumbled"), ("", None)])
def test_a_rating_that_left_the_scale_is_refused(rating: str, said: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        check_evidence(propose(rating, said=said), RULES)
    assert (refused.value.reason, refused.value.field) == (Reason.UNKNOWN_RATING, "rating")


@pytest.mark.parametrize(("rating", "said"), [("said", None), ("true", "false")])
def test_did_they_say_it_and_is_it_true_have_answers_of_their_own(rating: str, said: str | None) -> None:
    with pytest.raises(Refusal, match="unknown_rating"):
        check_evidence(propose(rating, said=said), RULES)
