"""What counts as evidence: links with notes, of different origin, none of them the page under review or its copy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.desk.commands import Propose
from bot.desk.copies import original
from bot.desk.evidence_gate import check_verdict, independent_sources, problems
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules, is_link, registrable_domain
from bot.desk.task import Evidence, Task, TaskState
from desk.samples import NOW, PAGE, QUOTED, RULES, SCALE, SCALES, TWO_SOURCES, do, propose, task

TODAY = NOW.date()
ATTRIBUTED = task(claim=QUOTED)


def evidence(*urls: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(url=url, note="what it shows") for url in urls)


def refused(command: Propose, rules: HouseRules = RULES, of: Task | None = None) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        check_verdict(of or task(), command, rules, TODAY)
    return refusal.value


def passes(command: Propose, rules: HouseRules = RULES, of: Task | None = None) -> bool:
    return not list(problems(of or task(), command, rules, TODAY))


# Origins by site


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
        (("https://[2001:db8::1]/a", "nonsense", "https://x.org/"), 1),  # what is refused does not count
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
    assert independent_sources(evidence(*urls), (PAGE,)) == count


def test_a_pasted_text_has_no_page_under_review() -> None:
    assert independent_sources(evidence(PAGE, "https://x.org/"), ()) == 2


def test_every_address_of_the_page_under_review_counts_as_it() -> None:
    known = (PAGE, "https://short.example/x1", "not a link", "")
    assert independent_sources(evidence("https://short.example/other", "https://x.org/"), known) == 1


# Copies

AT_X = "https://x.org/report"


@pytest.mark.parametrize(
    "copy",
    [
        "https://web.archive.org/web/https://x.org/report",
        "https://web.archive.org/web/x.org/report",
        "https://web.archive.org/web/2026*/https://x.org/report",
        "https://web.archive.org/save/https://x.org/report",
        "http://web.archive.org:80/web/20260101000000im_/http:/x.org/report",
        "https://web.archive.org/web/2026/https%3A%2F%2Fx.org%2Freport",
        "https://archive.org/web/2026/https://www.x.org/report",
        "https://archive.ph/https://x.org/report",
        "https://archive.today/20260101120000/https://x.org/report?page=https://y.net/",
        "https://archive.is/2026.01.01-120000/https://x.org/report",
        "https://archive.li/newest/x.org/report",
        "https://archive.md/o/AbC12/https://x.org/report",
        "https://archive.vn/?run=1&url=https%3A%2F%2Fx.org%2Freport",
        "https://www.archive.fo/timegate/http://x.org/report",
        "https://arquivo.pt/wayback/20260101/https://x.org/report",
        "https://archive.ph/2026/https://web.archive.org/web/2025/https://x.org/report",
        "https://x-org.translate.goog/report?_x_tr_sl=de&_x_tr_tl=en",
        "https://translate.google.com/translate?sl=de&tl=en&u=https://x.org/report",
        "https://webcache.googleusercontent.com/search?q=cache:AbCdEf-12345:https://x.org/report+ferries&hl=en",
        "https://webcache.googleusercontent.com/search?q=cache:x.org/report",
        "https://www.google.com/amp/s/x.org/report",
        "https://x-org.cdn.ampproject.org/c/s/x.org/report",
        "https://x-org.bing-amp.com/c/x.org/report",
        "https://www.google.com/url?q=https://x.org/report",
    ],
)
def test_a_copy_is_a_source_of_the_site_that_it_is_a_copy_of(copy: str) -> None:
    assert is_link(copy)
    assert independent_sources(evidence(copy), ()) == 1
    assert independent_sources(evidence(copy, AT_X), ()) == 1
    assert independent_sources(evidence(copy, "https://y.net/other"), ()) == 2
    assert independent_sources(evidence(copy, "https://y.net/other"), (AT_X,)) == 1
    assert independent_sources(evidence(AT_X, "https://y.net/other"), (copy,)) == 1


@pytest.mark.parametrize(
    "copy",
    [
        "https://archive.ph/AbC12",
        "https://archive.today/AbC12/image",
        "https://archive.li/AbC12#selection-1.0-2.3",
        "https://archive.ph/wip/AbC12",
        "https://web.archive.org/web/2026/",
        "https://perma.cc/AB12-CD34",
        "https://ghostarchive.org/archive/AbC12",
        "https://cc.bingj.com/cache.aspx?d=123&w=abc",
    ],
)
def test_a_copy_of_nobody_can_tell_what_is_a_link_and_no_source_of_its_own(copy: str) -> None:
    assert is_link(copy)
    assert independent_sources(evidence(copy), ()) == 0
    assert independent_sources(evidence(copy, "https://archive.ph/other", AT_X), (PAGE,)) == 1
    assert independent_sources(evidence(AT_X), (copy,)) == 1


@pytest.mark.parametrize(
    ("copy", "host"),
    [
        ("https://www-harbour--times-co-uk.translate.goog/a", "www.harbour-times.co.uk"),
        ("https://harbour-com.translate.goog/a?_x_tr_hp=en-", "en.harbour.com"),
        ("https://0-mnchen--3ya-de.translate.goog/?_x_tr_enc=0", "xn--mnchen-3ya.de"),
        ("https://1-x-org.translate.goog/?_x_tr_enc=0,1", "x.org"),
    ],
)
def test_googles_translations_are_of_the_site_in_their_name(copy: str, host: str) -> None:
    assert registrable_domain(original(copy) or "") == registrable_domain(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        AT_X,
        "https://archive.org/details/harbour-history-1990",
        "https://x.org/archive.ph/AbC12",
        "https://validator.example/check?uri=https://x.org/",
        "https://notarchive.ph/AbC12",
        "https://translate.goog.example/a",
    ],
)
def test_a_page_that_is_no_copy_is_its_own_original(url: str) -> None:
    assert original(url) == url


# Origins by headline

HEADLINE = "harbour-loses-a-third-of-its-ferries"


@pytest.mark.parametrize(
    ("urls", "count"),
    [
        ((f"https://x.org/{HEADLINE}", f"https://y.net/news/{HEADLINE}"), 1),
        ((f"https://x.org/{HEADLINE}.html", f"https://y.net/2026/05/{HEADLINE}-20260512/"), 1),
        ((f"https://x.org/{HEADLINE.upper()}", f"https://y.net/{HEADLINE}?utm_source=x#top"), 1),
        (("https://x.org/harbour_loses_a_third_of_its_ferries", f"https://y.net/{HEADLINE}"), 1),
        (("https://x.org/%68arbour-loses-a-third-of-its-ferries", f"https://y.net/{HEADLINE}"), 1),
        ((f"https://web.archive.org/web/2026/https://x.org/{HEADLINE}", f"https://y.net/{HEADLINE}"), 1),
        (("https://x.org/паром-вышел-из-порта-снова", "https://y.net/a/паром-вышел-из-порта-снова"), 1),
        # What many pages are called is no headline.
        (("https://x.org/annual-report-2025", "https://y.net/annual-report-2025"), 2),
        (("https://x.org/12345678", "https://y.net/12345678"), 2),
        ((f"https://x.org/{HEADLINE}", "https://y.net/harbour-gains-a-third-of-its-ferries"), 2),
        # One article on two sites, and another page of the second of them: all of one origin.
        ((f"https://x.org/{HEADLINE}", f"https://y.net/{HEADLINE}", "https://y.net/about"), 1),
        (("https://x.org/", "https://y.net/about", f"https://x.org/{HEADLINE}", f"https://y.net/{HEADLINE}"), 1),
    ],
)
def test_an_article_that_other_sites_took_over_is_one_origin(urls: tuple[str, ...], count: int) -> None:
    assert independent_sources(evidence(*urls), ()) == count


def test_a_copy_of_the_page_under_review_is_no_evidence_on_whatever_site() -> None:
    page = f"https://harbour-times.com/news/{HEADLINE}"
    sources = evidence(f"https://copier.example/{HEADLINE}", "https://copier.example/imprint", "https://x.org/")
    assert independent_sources(sources, (page,)) == 1


def test_public_suffixes_need_no_network() -> None:
    assert registrable_domain("https://news.bbc.co.uk/1") == "bbc.co.uk"
    assert registrable_domain("https://localhost/") == "localhost"


# Links and notes


def test_a_copy_in_an_archive_that_names_no_real_page_is_no_crash() -> None:
    assert independent_sources(evidence("https://web.archive.org/web/2020/x.org"), (PAGE,)) == 1


@pytest.mark.parametrize("copied", ["https://[x", "https://☃.example.org/"])
def test_a_copy_of_an_address_that_cannot_be_one_is_refused_on_its_field(copied: str) -> None:
    sources = evidence(TWO_SOURCES[0].url, f"https://web.archive.org/web/2020/{copied}")
    assert refused(propose(evidence=sources)).field == "url_1"


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
    refusal = refused(propose(evidence=(TWO_SOURCES[0], Evidence(url=url, note="what it shows"))))
    assert (refusal.reason, refusal.field) == (Reason.BAD_LINK, "url_1")
    assert "starts with https:// or http://" in refusal.sentence


def test_a_source_must_say_what_it_shows() -> None:
    refusal = refused(propose(evidence=(TWO_SOURCES[0], Evidence(url="https://x.org", note=" \n"))))
    assert (refusal.field, refusal.sentence) == ("note_1", "Please say what this source shows.")


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
    refusal = refused(propose(evidence=evidence(*urls)))
    assert refusal.field == field
    assert refusal.sentence == (
        f"{have} of 2 independent sources. Add sources from other sites; the site under review does not count, "
        "nor do two pages of one site; a kept copy counts as the page that its address names, if it names one. "
        "Without them only “Missing context” or “Unverifiable” can be given."
    )


@pytest.mark.parametrize("scale", SCALES)
def test_some_ratings_may_stand_without_sources_but_never_without_a_reason(scale: str) -> None:
    rules = HouseRules(SCALES[scale])
    free = [r for r in rules.scale.ratings if not r.sources]
    for rating in free:
        assert passes(propose(rating.id, evidence=()), rules)
        refusal = refused(propose(rating.id, evidence=(), explanation=" "), rules)
        assert (refusal.field, refusal.sentence) == (
            "explanation",
            f"“{rating.label}” can stand without sources, so please explain how you came to it.",
        )
    assert refused(propose(rules.scale.ratings[0].id, evidence=()), rules).reason is Reason.TOO_FEW_SOURCES


def test_a_rating_with_sources_needs_no_explanation() -> None:
    assert do(task(), propose(explanation=""), "U1").task.state is TaskState.IN_REVIEW


def test_a_house_may_ask_for_more_or_for_none() -> None:
    assert refused(propose(), HouseRules(SCALE, sources=3)).reason is Reason.TOO_FEW_SOURCES
    assert passes(propose(evidence=()), HouseRules(SCALE, sources=0))


# Archived copies


def test_a_house_that_wants_copies_asks_for_each_or_for_a_reason() -> None:
    archived = HouseRules(SCALE, archived=True)
    first, second = TWO_SOURCES
    kept = first.model_copy(update={"archive": "https://web.archive.org/web/2026/https://data.example.org/2025"})
    refusal = refused(propose(evidence=(kept, second)), archived)
    assert (refusal.field, refusal.sentence) == (
        "archive_1",
        "Please add the link of an archived copy, or say why there is none.",
    )
    told = second.model_copy(update={"archive": "The register refuses archives"})
    assert passes(propose(evidence=(kept, told)), archived)
    assert passes(propose())


def test_a_copys_link_must_be_one() -> None:
    source = TWO_SOURCES[0].model_copy(update={"archive": "https://archive"})
    refusal = refused(propose(evidence=(TWO_SOURCES[1], source)))
    assert (refusal.reason, refusal.field) == (Reason.BAD_LINK, "archive_1")


# Ratings, what was said, dates


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"rating": "pants_on_fire"}, "rating", Reason.UNKNOWN_RATING),
        ({"rating": "said"}, "rating", Reason.UNKNOWN_RATING),
        ({"rating": "partly_true"}, "rating", Reason.UNKNOWN_RATING),  # of another scale
        ({"rating": ""}, "rating", Reason.NO_RATING),
        ({"said": "mumbled"}, "said", Reason.UNKNOWN_RATING),
        ({"said": "false"}, "said", Reason.UNKNOWN_RATING),
        ({"summary": " "}, "summary", Reason.NO_SUMMARY),
        ({"as_of": TODAY + timedelta(days=1)}, "as_of", Reason.AS_OF_IS_AHEAD),
        ({"recheck": TODAY}, "recheck", Reason.RECHECK_IS_PAST),
        ({"recheck": date(2020, 1, 1)}, "recheck", Reason.RECHECK_IS_PAST),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(fields: dict[str, Any], field: str, reason: Reason) -> None:
    refusal = refused(propose(**fields))
    assert (refusal.field, refusal.reason) == (field, reason)


def test_a_day_that_is_today_or_was_and_one_that_comes_are_taken() -> None:
    assert passes(propose(as_of=TODAY, recheck=TODAY + timedelta(days=1)))
    assert passes(propose(as_of=date(2020, 1, 1)))


def test_of_a_claim_that_somebody_made_the_desk_says_as_well_whether_they_said_it() -> None:
    refusal = refused(propose(), of=ATTRIBUTED)
    assert (refusal.field, refusal.reason) == ("said", Reason.NO_SAID)
    assert passes(propose(said="not_said"), of=ATTRIBUTED)
    assert passes(propose(said=None))


def test_a_form_is_told_all_that_is_missing_at_once_each_on_its_field() -> None:
    command = Propose("", "", evidence("nonsense"), summary="", as_of=TODAY + timedelta(days=1), recheck=TODAY)
    found = [(p.field, p.reason) for p in problems(ATTRIBUTED, command, RULES, TODAY)]
    assert found == [
        ("url_0", Reason.BAD_LINK),
        ("rating", Reason.NO_RATING),
        ("said", Reason.NO_SAID),
        ("summary", Reason.NO_SUMMARY),
        ("as_of", Reason.AS_OF_IS_AHEAD),
        ("recheck", Reason.RECHECK_IS_PAST),
    ]
