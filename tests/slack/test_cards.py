"""Every card in every state, for texts of every kind: legal, small enough, and nothing from an article alive in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from desk.samples import (
    ANA,
    BEN,
    CARO,
    NOW,
    QUOTED,
    RULES,
    SCALE,
    TEXTS,
    article,
    claim,
    do,
    in_review,
    published,
    submission,
    task,
)

from bot.claims.claim import Claim, Speaker, TimeExpression
from bot.desk.commands import Dismiss, HandOver, Object, PutBack, Take
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, SubmissionState, Task, TaskState
from bot.digest.digest import build_digest
from bot.sandbox.plain import plain_blocks, readable, texts_in, total_text
from bot.sandbox.validation import message_problems, over_budget
from bot.slack.blocks import FALLBACK, MESSAGE_BLOCKS, MESSAGE_CHARACTERS, Block
from bot.slack.cards import notices
from bot.slack.cards.claim_card import claim_card, fallback, said_by, state_line
from bot.slack.cards.digest_card import digest_card
from bot.slack.cards.queue_list import FILTERS, HELP, PER_PAGE, queue_list, queue_page
from bot.slack.cards.summary_card import NO_CLAIM, more_card, reading_card, summary_card, summary_fallback
from bot.slack.ids import Action
from bot.slack.mrkdwn import cut

OURS = re.compile(r"<@U0\w+>|<https?://[^<>|\s]+\|[^<>|]*>|&(?:amp|lt|gt);|(?m:^>)")
"""The only markup there may be: mentions and links the desk wrote, Slack's escapes, and our own quotation lines."""
PERMALINK = "https://harbour-times-verify.slack.com/archives/C0123456789/p1778578200000{:03}?thread_ts=1778578200.000100&cid=C0123456789"


def check(blocks: list[Block], text: str = "x") -> None:
    """What Slack would refuse, what would ping somebody, and what was cut through the middle of markup."""
    assert message_problems(blocks) == []
    assert len(blocks) <= MESSAGE_BLOCKS
    assert total_text(blocks) <= MESSAGE_CHARACTERS
    assert not over_budget(blocks)
    assert 0 < len(cut(text, FALLBACK)) <= FALLBACK
    for kind, piece in (*texts_in(blocks), ("mrkdwn", text)):
        if kind == "mrkdwn":
            assert not re.search(r"[<>]|&", OURS.sub("", piece)), piece
            assert not re.search(r"<[@!#]", piece.replace("<@U0", "")), piece


def buttons(blocks: list[Block]) -> dict[str, dict[str, Any]]:
    """Buttons by label."""
    return {e["text"]["text"]: e for b in blocks if b["type"] == "actions" for e in b["elements"]}


def full(text: str) -> Claim:
    """A claim with everything in it, all of it this text."""
    return claim(
        text,
        speaker=Speaker(name=text, role=text),
        voice="reported",
        times=tuple(TimeExpression(start=0, end=1, text=text, value=v) for v in ("2016-02", text, None) * 3),
        modality="conditional",
        reasons=(text,) * 7,
        ambiguous=(text,) * 7,
    )


def in_state(state: str, claim: Claim, text: str) -> Task:
    """A task with this claim in a state; whatever a person can write in it is the text."""
    path = re.sub(r"\s", "_", text[:900])
    sources = tuple(Evidence(url=f"https://a{n}.example{n}.org/{path}", note=text) for n in range(8))
    opened = task(claim=claim)
    taken = do(opened, Take(), ANA).task
    verdict = {"rating": "missing_context", "evidence": sources, "explanation": text, "said": "said_differently"}
    reviewed = in_review(taken, **verdict)
    return {
        "open": lambda: opened,
        "assigned": lambda: taken,
        "in_review": lambda: reviewed,
        "objected": lambda: do(reviewed, Object(1, text), BEN).task,
        "published": lambda: published(
            taken, rating="missing_context", evidence=sources, explanation=text, said="said_differently"
        ),
        "dismissed": lambda: do(taken, Dismiss(text), CARO).task,
    }[state]()


STATES = ("open", "assigned", "in_review", "objected", "published", "dismissed")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", [claim, full], ids=["plain", "full"])
def test_a_claim_card_is_legal_in_every_state_for_every_text(
    name: str, state: str, kind: Callable[[str], Claim]
) -> None:
    shown = in_state(state, kind(TEXTS[name]), TEXTS[name])
    blocks = claim_card(shown, RULES)
    assert len(blocks) <= 7
    check(blocks, fallback(shown))


@pytest.mark.parametrize(
    ("state", "labels", "primary"),
    [
        ("open", ["Take", "Verdict…", "Hand over…", "Not a claim…"], "Take"),
        ("assigned", ["Verdict…", "Hand over…", "Put back", "Not a claim…"], "Verdict…"),
        ("objected", ["Verdict…", "Hand over…", "Put back", "Not a claim…"], "Verdict…"),
        ("in_review", ["Sign off", "Object…", "Edit verdict…"], "Sign off"),
        ("published", [], None),
        ("dismissed", ["Reopen"], None),
    ],
)
def test_a_card_offers_what_fits_its_state(state: str, labels: list[str], primary: str | None) -> None:
    shown = buttons(claim_card(in_state(state, QUOTED, "Because."), RULES))
    assert list(shown) == labels
    assert [label for label, b in shown.items() if b.get("style") == "primary"] == ([primary] if primary else [])
    assert [label for label, b in shown.items() if b.get("style") == "danger"] == [x for x in labels if x == "Object…"]


def test_a_button_carries_the_claim_and_the_version_of_the_verdict_it_was_pressed_on() -> None:
    first = in_state("in_review", QUOTED, "Because.")
    second = in_review(first)
    assert {b["value"] for b in buttons(claim_card(task(), RULES)).values()} == {"s1-1"}
    assert {b["value"] for b in buttons(claim_card(first, RULES)).values()} == {"s1-1 1"}
    assert {b["value"] for b in buttons(claim_card(second, RULES)).values()} == {"s1-1 2"}
    assert buttons(claim_card(first, RULES))["Sign off"]["action_id"] == Action.SIGN_OFF.value


def test_a_card_tells_a_checker_what_to_know() -> None:
    card = plain_blocks(claim_card(task(claim=QUOTED), RULES))
    for told in (
        "1. ",
        "The harbour of Linden lost a third of its ferries in 2025",
        "“We lost a third of our ferries last year”",
        "Mara Oduya",
        "harbour master",
        "quoted",
        "“last year” → *2025*",
        "does not make clear who or what is meant by “we”",
        "Put as alleged, not as a fact",
        "Worth checking: names a number, names a date",
        "Open",
    ):
        assert told in card.replace("*1.*", "1."), told


def test_who_says_it_and_in_whose_words_is_told() -> None:
    assert said_by(claim()) == "_In the article’s own words._"
    assert said_by(QUOTED) == "Said by *Mara Oduya*, harbour master · _quoted_"
    reported = QUOTED.model_copy(update={"voice": "reported", "speaker": Speaker(name="Mara Oduya")})
    assert said_by(reported) == "Said by *Mara Oduya* · _reported, not in their own words_"


def test_a_date_that_could_not_be_resolved_is_said_to_be_unknown() -> None:
    unknown = claim(times=(TimeExpression(start=0, end=9, text="last week", value=None),))
    assert "“last week” → date unknown" in plain_blocks(claim_card(task(claim=unknown), RULES))


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("open", "⚪ *Open* · nobody has it yet"),
        ("assigned", "🔵 *Taken* by <@U0ANA>"),
        ("objected", "🔵 *Taken* by <@U0ANA>\n✋ <@U0BEN> objected to <@U0ANA>’s verdict: Too old"),
        ("in_review", "🟣 *Waiting for sign-off* · 0 of 1 · by anyone but <@U0ANA>, who wrote it"),
        ("published", "✅ *Published* · checked by <@U0ANA> · signed off by <@U0BEN>"),
        ("dismissed", "🚫 *Set aside* by <@U0CARO>: Too old"),
    ],
)
def test_a_card_says_where_the_work_stands(state: str, line: str) -> None:
    assert state_line(in_state(state, QUOTED, "Too old"), RULES) == line


def test_a_verdict_shows_its_rating_its_reasons_and_its_sources_on_the_card() -> None:
    card = plain_blocks(claim_card(in_state("published", QUOTED, "See the register."), RULES))
    assert "🟡 *Missing context*" in card
    assert "They said something else" in card
    assert "See the register." in card
    assert "a0.example0.org" in card
    assert "a7.example7.org" in card


@pytest.mark.parametrize("state", STATES)
def test_a_verdict_stands_on_the_card_only_while_it_waits_for_sign_off_and_once_it_is_published(state: str) -> None:
    card = plain_blocks(claim_card(in_state(state, QUOTED, "See the register."), RULES))
    assert ("Missing context" in card) is (state in ("in_review", "published"))


def test_an_objection_stays_on_the_card_until_there_is_a_new_version() -> None:
    sent_back = in_state("objected", QUOTED, "Too old")
    line = "✋ <@U0BEN> objected to <@U0ANA>’s verdict: Too old"
    put_back = do(sent_back, PutBack(), ANA).task
    assert state_line(put_back, RULES) == f"⚪ *Open* · nobody has it yet\n{line}"
    handed = do(sent_back, HandOver(CARO), ANA).task
    assert state_line(handed, RULES) == f"🔵 *Taken* by <@U0CARO>\n{line}"
    assert "✋" not in state_line(in_review(handed, CARO), RULES)


def test_in_a_direct_message_there_is_nobody_to_hand_a_claim_to() -> None:
    for state in ("open", "assigned"):
        shown = in_state(state, QUOTED, "x")
        assert "Hand over…" in buttons(claim_card(shown, RULES))
        direct = buttons(claim_card(shown.model_copy(update={"channel": "D0DAN"}), RULES))
        assert "Hand over…" not in direct
        assert "Verdict…" in direct


def test_a_source_too_long_to_show_is_counted_and_does_not_hide_the_ones_after_it() -> None:
    endless = Evidence(url="https://long.example.org/" + "x" * 2950, note="A link without end")
    sources = (endless, *(Evidence(url=f"https://s{n}.example{n}.org/", note=f"Table {n}") for n in range(3)), endless)
    shown = in_review(task(), evidence=sources)
    check(claim_card(shown, RULES))
    card = plain_blocks(claim_card(shown, RULES))
    assert "long.example.org" not in card
    assert all(f"Table {n}" in card for n in range(3))
    assert "and 2 more, too long to show" in card


def test_a_claim_that_was_set_aside_shows_no_draft_of_a_verdict() -> None:
    drafted = do(in_state("in_review", QUOTED, "See the register."), Object(1, "Too old"), BEN).task
    card = plain_blocks(claim_card(do(drafted, Dismiss("an opinion"), ANA).task, RULES))
    assert "See the register." not in card
    assert "an opinion" in card


def test_a_rating_that_left_the_scale_is_still_shown() -> None:
    shown = in_state("published", QUOTED, "See the register.")
    assert shown.verdict
    old = shown.model_copy(update={"verdict": shown.verdict.model_copy(update={"rating": "<!channel>"})})
    check(claim_card(old, RULES))
    assert "<!channel>" in plain_blocks(claim_card(old, RULES))  # as a person reads it, not as Slack does


# The summary


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
    )
    filed = submission(state=SubmissionState.FILED)
    for tasks in ([], [in_state(state, full(text), text) for state in STATES] * 5):
        check(summary_card(filed, read, tasks), summary_fallback(filed, read, tasks))


def test_a_link_is_shown_whole_or_not_at_all() -> None:
    for url in ("https://x.org/?" + "&a=1" * 371, "https://x.org/?" + "a" * 1485, "https://x.org/" + "%20" * 900):
        check(summary_card(submission(), article(url=url, site="x" * 100, authors=("y" * 200,)), []))


def test_the_summary_says_what_was_read_and_how_far_it_is() -> None:
    read = article(authors=("Ida Kern", "Per Holt"), published=date(2026, 5, 11), updated=date(2026, 5, 12))
    tasks = [task(1), published(task(2)), do(task(3), Dismiss("an opinion"), ANA).task]
    blocks = summary_card(submission(), read, tasks)
    card = plain_blocks(blocks)
    assert blocks[0]["text"]["text"] == "Fewer ferries"
    for told in (
        "harbour-times.com",
        "by Ida Kern, Per Holt",
        "published 11 May 2026",
        "updated 12 May 2026",
        "3 claims to check",
        "1 with a verdict, 1 set aside",
        "Asked by",
    ):
        assert told in card, told
    assert "no date of publication" not in card
    assert "1 claim to check" in plain_blocks(summary_card(submission(), read, [task()])).replace("*", "")


def test_without_a_date_of_publication_the_summary_says_what_stays_open() -> None:
    assert "no date of publication" in plain_blocks(summary_card(submission(), article(), [task()]))


def test_in_a_direct_message_the_summary_says_that_nobody_else_can_sign() -> None:
    for tasks in ([], [task()]):
        assert "Nobody else sees" not in plain_blocks(summary_card(submission(), article(), tasks))
        direct = summary_card(submission(channel="D0DAN"), article(), tasks)
        check(direct)
        assert "Nobody else sees these cards: mention me in a channel" in plain_blocks(direct)


def test_an_article_without_claims_gets_a_plain_answer() -> None:
    blocks = summary_card(submission(), article(), [])
    assert NO_CLAIM in plain_blocks(blocks)
    assert summary_fallback(submission(), article(), []) == NO_CLAIM


def test_while_it_is_read_and_when_it_cannot_be_the_thread_says_so() -> None:
    reading = submission()
    assert "Reading this for" in plain_blocks(reading_card(reading))
    failed = submission(state=SubmissionState.FAILED, failure="x.org wants a login.")
    assert plain_blocks(reading_card(failed)) == "⚠️ x.org wants a login."
    assert summary_fallback(failed, None, []) == "x.org wants a login."
    check(reading_card(reading), summary_fallback(reading, None, []))


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


# What people are told


@pytest.mark.parametrize("name", TEXTS)
def test_every_notice_is_legal_for_every_text(name: str) -> None:
    text = TEXTS[name]
    done, sent_back = in_state("published", full(text), text), in_state("objected", full(text), text)
    assert done.verdict
    assert sent_back.verdict
    link = PERMALINK.format(1)
    for said, blocks in (
        notices.published(done, done.verdict, SCALE),
        notices.told(done, done.verdict, SCALE, link),
        notices.handed(done, link),
        notices.lost(done, BEN, link),
        notices.lost(in_state("dismissed", full(text), text), "", link),
        notices.lost(in_state("open", full(text), text), "", ""),
        notices.objected(sent_back, sent_back.verdict, link),
        notices.told(done, done.verdict, SCALE, ""),
    ):
        check(blocks, said)


def test_notices_say_who_what_and_where() -> None:
    done, sent_back = in_state("published", QUOTED, "See."), in_state("objected", QUOTED, "Too old")
    assert done.verdict
    assert sent_back.verdict
    text, blocks = notices.published(done, done.verdict, SCALE)
    assert "Checked by <@U0ANA> · signed off by <@U0BEN>" in blocks[-1]["elements"][0]["text"]
    assert "🟡 *Missing context*" in text
    assert "|see the thread>" in notices.told(done, done.verdict, SCALE, PERMALINK.format(1))[1][0]["text"]["text"]
    assert "see the thread" not in notices.told(done, done.verdict, SCALE, "")[1][0]["text"]["text"]
    assert "<@U0BEN> objected to your verdict" in notices.objected(sent_back, sent_back.verdict, "")[0]
    assert "ferries" in notices.handed(done, "")[0]


def test_whoever_loses_a_claim_is_told_to_whom_or_why() -> None:
    taken = in_state("assigned", QUOTED, "x")
    handed, _ = notices.lost(do(taken, HandOver(BEN), CARO).task, BEN, PERMALINK.format(1))
    assert handed.startswith("A claim you had was handed to <@U0BEN> (<https://")
    assert "ferries" in handed
    aside, _ = notices.lost(do(taken, Dismiss("an opinion"), BEN).task, "", "")
    assert aside.startswith("A claim you had was set aside by <@U0BEN>: an opinion\n>")
    gone, _ = notices.lost(task(), "", "")
    assert gone.startswith("A claim you had was set aside\n>")


# Lists


def many(count: int, text: str, states: tuple[str, ...] = STATES) -> Iterator[Task]:
    """Tasks of many people in these states by turns."""
    for n in range(1, count + 1):
        one = in_state(states[n % len(states)], full(text), text)
        holder = f"U0PERSON{n // 6}" if one.assignee else None
        yield one.model_copy(
            update={"number": n, "id": f"s1-{n}", "assignee": holder, "created": NOW - timedelta(days=n)}
        )


@pytest.mark.parametrize(("name", "states"), [*((name, STATES) for name in TEXTS), ("long", ("objected",))])
@pytest.mark.parametrize("word", ["", "review"])
def test_a_page_of_a_long_list_fits_a_message(name: str, states: tuple[str, ...], word: str) -> None:
    tasks = list(many(40, TEXTS[name], states))
    for number in (1, 3):
        page = queue_page(tasks, number)
        text, blocks = queue_list(word, page, RULES, {t.id: PERMALINK.format(t.number) for t in tasks})
        check(blocks, text)
        assert [b["type"] for b in blocks] == ["section"] * (len(page.tasks) + 1) + ["context"]


@pytest.mark.parametrize(
    ("count", "number", "shown", "page", "pages"),
    [
        (0, 1, [], 1, 1),
        (15, 1, list(range(1, 16)), 1, 1),
        (15, 2, list(range(1, 16)), 1, 1),
        (16, 2, [16], 2, 2),
        (40, 0, list(range(1, 16)), 1, 3),
        (40, 2, list(range(16, 31)), 2, 3),
        (40, 99, list(range(31, 41)), 3, 3),
    ],
)
def test_a_page_that_is_not_there_is_the_nearest_there_is(
    count: int, number: int, shown: list[int], page: int, pages: int
) -> None:
    found = queue_page([task(n) for n in range(1, count + 1)], number)
    assert ([t.number for t in found.tasks], found.number, found.pages, found.total) == (shown, page, pages, count)
    assert len(found.tasks) <= PER_PAGE


def test_each_page_says_how_to_get_the_next_and_the_last_leads_back_to_the_first() -> None:
    tasks = [task(n) for n in range(1, 32)]

    def foot(word: str, number: int) -> str:
        _, blocks = queue_list(word, queue_page(tasks, number), RULES, {})
        return plain_blocks(blocks[-1:])

    assert foot("open", 1) == "Page 1 of 3. `/claims open 2` shows page 2."
    assert foot("mine", 3) == "Page 3 of 3. `/claims mine 1` shows page 1."
    assert foot("", 2) == "Page 2 of 3. `/claims 3` shows page 3."
    assert "Page" not in plain_blocks(queue_list("open", queue_page(tasks[:15], 1), RULES, {})[1])


def test_a_list_names_each_claim_its_state_and_its_card() -> None:
    text, blocks = queue_list("open", queue_page([task(1), task(2)], 1), RULES, {"s1-1": PERMALINK.format(1)})
    assert text == "Claims (nobody has taken these yet): 2"
    assert len(blocks) == 3
    assert "|card>" in blocks[1]["text"]["text"]
    assert "|card>" not in blocks[2]["text"]["text"]
    assert "*Open*" in blocks[1]["text"]["text"]


def test_an_empty_list_says_so_and_what_to_do() -> None:
    text, blocks = queue_list("", queue_page([], 1), RULES, {})
    assert text == "Claims without a verdict in this channel: none."
    assert "Mention me" in plain_blocks(blocks)


def test_the_help_names_every_word_that_is_understood() -> None:
    check([{"type": "section", "text": {"type": "mrkdwn", "text": HELP}}], HELP)
    assert all(word in HELP for word in FILTERS)
    assert all(command in HELP for command in ("/factcheck", "/claims", "/digest", "*Check this message*"))


@pytest.mark.parametrize("name", TEXTS)
def test_a_digest_of_eighty_claims_fits_a_message(name: str) -> None:
    verdicts = [t.model_copy(update={"id": f"v{t.id}"}) for t in many(20, TEXTS[name], ("published",))]
    unfinished = list(many(60, TEXTS[name], ("open", "assigned", "in_review")))
    links = {t.id: PERMALINK.format(t.number) for t in (*verdicts, *unfinished)}
    text, blocks = digest_card(build_digest(NOW.date(), verdicts, unfinished), SCALE, links)
    check(blocks, text)
    shown = plain_blocks(blocks)
    assert text == "Digest of 12 May 2026: 20 verdicts, 60 claims waiting"
    for part in ("New verdicts", "Being checked", "Waiting for a signature", "Open the longest"):
        assert part in shown
    assert re.search(r"• and \d+ more", shown)


def test_a_digest_says_who_has_what_and_how_to_stop_it() -> None:
    unfinished = [task(1), do(task(2), Take(), ANA).task, in_review(task(3), BEN)]
    digest = build_digest(NOW.date(), [published(task(4))], unfinished)
    text, blocks = digest_card(digest, SCALE, {"s1-4": PERMALINK.format(4)})
    assert text == "Digest of 12 May 2026: 1 verdicts, 3 claims waiting"
    shown = "\n".join(piece for _, piece in texts_in(blocks))
    assert "🔴 *False* The harbour lost" in shown
    assert "|card>" in shown
    assert "• <@U0ANA>: The harbour lost" in shown
    assert "*Waiting for a signature by anyone but the author*\n• The harbour lost" in shown
    assert "<@U0BEN>" not in shown  # who wrote it is the one person who cannot sign it
    assert "since 12 May 2026" in shown
    assert "1 open · 3 waiting in all · `/digest off` stops this" in shown


def test_a_digest_shows_the_characters_of_a_claim_as_they_are() -> None:
    claims = claim("R&D spending fell below <5% of sales in 2025.")
    unfinished = [do(task(1, claim=claims), Take(), ANA).task, do(task(2, claim=claims), Take(), BEN).task]
    _, blocks = digest_card(build_digest(NOW.date(), [], unfinished), SCALE, {"s1-1": PERMALINK.format(1)})
    held = next(readable(piece) for _, piece in texts_in(blocks) if "Being checked" in piece)
    assert held.count("R&D spending fell below <5%") == 2


def test_a_digest_without_verdicts_says_that_there_are_none() -> None:
    _, blocks = digest_card(build_digest(NOW.date(), [], [task()]), SCALE, {})
    check(blocks)
    assert "none since the last digest" in plain_blocks(blocks)
    assert "Being checked" not in plain_blocks(blocks)


def test_all_states_have_their_card() -> None:
    assert {in_state(state, QUOTED, "x").state for state in STATES} == set(TaskState)
    assert "0 of 3" in state_line(in_state("in_review", QUOTED, "x"), HouseRules(SCALE, approvals=3))
    check(claim_card(task(claim=claim("", standalone="")), RULES))
