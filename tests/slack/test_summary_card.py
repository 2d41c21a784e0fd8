"""The card of an article: what was read, how far its claims are, and what can be done with it as a whole."""

from __future__ import annotations

from datetime import date

import pytest
from desk.samples import ANA, BEN, DAN, NOW, PAGE, QUOTED, SCALE, TEXTS, article, do, published, submission, task
from desk.states import STATES, full, in_state
from legal import buttons, check, menu

from bot.articles.article import Article, DateDispute, Origin, Visit
from bot.desk import articles
from bot.desk.commands import Ask, Dismiss, Recheck, Take
from bot.desk.refusals import Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import Closing, Intake, Submission, SubmissionState, Task
from bot.desk.transitions import Context
from bot.sandbox.plain import plain_blocks
from bot.slack.cards.joined_card import joined_card
from bot.slack.cards.summary_card import NO_CLAIM, more_card, reading_card, summary_card, summary_fallback

CLOSED = Closing(by=ANA, at=NOW, reason="Satire, as the page says itself")


def card(tasks: list[Task], about: Submission | None = None, read: Article | None = None) -> str:
    """The card as a person reads it."""
    return plain_blocks(summary_card(about or submission(), read or article(), tasks, SCALE))


@pytest.mark.parametrize("name", TEXTS)
def test_the_summary_is_legal_for_every_text(name: str) -> None:
    text = TEXTS[name]
    read = article(
        text=text,
        title=text,
        site=text,
        authors=(text,) * 5,
        url=f"https://x.org/{text[:1480]}",
        published=date(2026, 5, 11),
        updated=date(2026, 5, 12),
        dispute=DateDispute(
            taken=date(2026, 5, 11), taken_from=Origin.JSON_LD, other=date(2025, 5, 11), other_from=Origin.URL
        ),
        notes=(text,) * 6,
        visit=Visit(requested_url="x", final_url="y", status=200, fetched_at=NOW, sha256="", hosts=(text,) * 6),
    )
    filed = submission(state=SubmissionState.FILED, closing=CLOSED.model_copy(update={"reason": text}))
    for tasks in ([], [in_state(state, full(text), text) for state in STATES] * 2):
        check(summary_card(filed, read, tasks, SCALE), summary_fallback(filed, read, tasks))


def test_a_link_is_shown_whole_or_not_at_all() -> None:
    for url in ("https://x.org/?" + "&a=1" * 147, "https://x.org/?" + "a" * 1170, "https://x.org/" + "%20" * 900):
        check(summary_card(submission(), article(url=url, site="x" * 100, authors=("y" * 200,)), [], SCALE))


def test_the_summary_says_what_was_read_and_how_far_it_is() -> None:
    read = article(authors=("Ida Kern", "Per Holt"), published=date(2026, 5, 11), updated=date(2026, 5, 12))
    tasks = [
        task(1),
        published(task(2)),
        do(task(3), Dismiss("an opinion"), ANA).task,
        do(task(4), Take(), BEN).task,
        do(task(5), Ask("Which?"), BEN).task,
        in_state("in_review", QUOTED, "x"),
        do(published(task(7), rating="true"), Recheck(), ANA).task,
        published(task(8)),
    ]
    told = card(tasks, read=read)
    assert told.startswith("Fewer ferries\n")
    for line in (
        "harbour-times.com · by Ida Kern, Per Holt · published 11 May 2026 · updated 12 May 2026 · read it",
        "*8 claims to check*, most worth checking first",
        "⚪ 2 open · 🔵 1 taken · ❓ 1 waiting for an answer · 🟣 1 waiting for sign-off · "
        "✅ 3 with a verdict, 1 of them being checked again · 🚫 1 set aside",
        "Verdicts: 1 🟢 *True* · 2 🔴 *False*",
        "Asked by",
    ):
        assert line in told, line
    assert "*1 claim to check*" in card([task()])


def test_without_a_date_of_publication_the_summary_says_what_stays_open() -> None:
    assert "no date of publication" in card([task()])
    assert "no date of publication" not in card([task()], read=article(published=date(2026, 5, 11)))
    assert "no date of publication" not in card([])


def test_what_was_doubtful_or_not_read_is_said() -> None:
    dispute = DateDispute(
        taken=date(2026, 5, 11), taken_from=Origin.JSON_LD, other=date(2025, 5, 11), other_from=Origin.URL
    )
    told = card([task()], read=article(published=date(2026, 5, 11), dispute=dispute, notes=("Page 2 was not read.",)))
    assert "📅 The page gives two dates of publication: 11 May 2026 in the page’s data".replace("’", "'") in told
    assert "📎 Page 2 was not read." in told


def test_whoever_was_led_from_one_site_to_another_reads_by_which() -> None:
    visit = Visit(
        requested_url="https://short.example/1",
        final_url=PAGE,
        status=200,
        fetched_at=NOW,
        sha256="0" * 64,
        hosts=("short.example", "www.harbour-times.com"),
    )
    assert "reached by short.example → www.harbour-times.com" in card([], read=article(visit=visit))
    straight = visit.model_copy(update={"hosts": ("www.harbour-times.com",)})
    assert "reached by" not in card([], read=article(visit=straight))


def test_the_menu_offers_what_can_be_done_with_the_article() -> None:
    def labels(tasks: list[Task], about: Submission) -> list[str]:
        return list(menu(summary_card(about, article(), tasks, SCALE)))

    def can_close(tasks: list[Task]) -> bool:
        try:
            articles.close(submission(), tasks, "Satire", Context(ANA, HouseRules(SCALE), NOW))
        except Refusal:
            return False
        return True

    for state in STATES:
        tasks = [in_state(state, QUOTED, "x")]
        assert ("Close article…" in labels(tasks, submission())) is can_close(tasks), state
    assert labels([task()], submission()) == ["Add a claim…", "Close article…", "Read again"]
    assert labels([], submission()) == ["Add a claim…", "Read again"]
    assert labels([task()], submission(closing=CLOSED)) == ["Reopen article", "Read again"]
    values = menu(summary_card(submission(), article(), [task()], SCALE)).values()
    assert list(values) == ["add_claim s1", "close s1", "again s1"]


def test_a_closed_article_says_who_closed_it_and_why() -> None:
    told = card([task()], submission(closing=CLOSED))
    assert f"🚫 *Article closed* by @{ANA} on 12 May 2026: Satire, as the page says itself" in told


def test_in_a_direct_message_the_summary_says_that_nobody_else_can_sign() -> None:
    for tasks in ([], [task()]):
        assert "Nobody else sees" not in card(tasks)
        assert "Nobody else sees these cards: mention me in a channel" in card(tasks, submission(channel="D0DAN"))


def test_an_article_without_claims_gets_a_plain_answer_and_the_menu_that_it_speaks_of() -> None:
    assert NO_CLAIM in card([])
    assert summary_fallback(submission(), article(), []) == NO_CLAIM
    assert "Add a claim…" in menu(summary_card(submission(), article(), [], SCALE))


def test_while_it_is_read_and_when_it_cannot_be_the_thread_says_so() -> None:
    reading = submission()
    assert "Reading this for" in plain_blocks(reading_card(reading))
    failed = submission(state=SubmissionState.FAILED, failure="x.org wants a login.")
    assert plain_blocks(reading_card(failed)) == "⚠️ x.org wants a login."
    assert summary_fallback(failed, None, []) == "x.org wants a login."
    check(reading_card(reading), summary_fallback(reading, None, []))


def test_of_a_link_that_was_merely_posted_nobody_is_said_to_have_asked() -> None:
    watched = submission(via=Intake.WATCHED)
    cards = (reading_card(watched), summary_card(watched, article(), [task()], SCALE))
    for blocks in cards:
        assert DAN not in plain_blocks(blocks)
        assert "Asked by" not in plain_blocks(blocks)
    assert "Read because every link is that comes here" in plain_blocks(cards[1])
    joined = [joined_card(of, submission("s0"), "Fewer ferries", [task()], "")[1] for of in (watched, submission())]
    assert ["You hear" in plain_blocks(blocks) for blocks in joined] == [False, True]
    again = submission(via=Intake.WATCHED, again=True)
    assert f"Asked by @{DAN}" in plain_blocks(summary_card(again, article(), [task()], SCALE))


def test_what_may_work_later_can_be_tried_again() -> None:
    failed = submission(state=SubmissionState.FAILED, failure="x.org did not answer.", retryable=True)
    check(reading_card(failed))
    (again,) = buttons(reading_card(failed)).values()
    assert (again["action_id"], again["value"]) == ("article_try_again", "s1")


def test_show_more_says_how_many_are_left() -> None:
    blocks = more_card(submission(cards=10), 10, 23)
    check(blocks)
    (button,) = buttons(blocks).values()
    assert button["text"]["text"] == "Show more (13 left)"
    assert button["value"] == "s1 10"
    assert "10 of 23 claims shown." in plain_blocks(blocks)


def test_a_button_that_was_pressed_goes_away_and_the_line_says_where_the_rest_is() -> None:
    pressed = more_card(submission(cards=20), 10, 23)
    check(pressed)
    assert buttons(pressed) == {}
    assert plain_blocks(pressed) == "10 of 23 claims stand above, more follow below."
    assert buttons(more_card(submission(cards=20), 20, 23))["Show more (3 left)"]["value"] == "s1 20"


def test_the_page_under_review_is_linked() -> None:
    blocks = summary_card(submission(), article(), [], SCALE)
    assert f"<{PAGE}|read it>" in blocks[1]["elements"][0]["text"]
