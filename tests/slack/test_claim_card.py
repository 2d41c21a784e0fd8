"""A claim's card in every state, for texts of every kind: legal, small enough, and offering what can be done."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from desk.samples import ANA, BEN, CARO, DAN, NOW, PAGE, QUOTED, RULES, TEXTS, claim, do, in_review, published, task
from desk.states import STATES, TWO_SIGN, after, full, in_state, verdict
from hypothesis import given, settings
from hypothesis import strategies as st
from legal import buttons, check, menu

from bot.claims.claim import Claim, Speaker, TimeExpression
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
    Take,
)
from bot.desk.refusals import Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Evidence, Task, TaskState
from bot.sandbox.plain import plain_blocks
from bot.slack.blocks import MESSAGE_CHARACTERS, characters
from bot.slack.cards.card_buttons import BUTTONS, MENU
from bot.slack.cards.claim_card import Beside, claim_card, fallback, said_by
from bot.slack.cards.state_text import objection_line, people, state_line
from bot.slack.ids import Action, More

NOTHING = Beside(NOW)
PERMALINK = "https://harbour-times-verify.slack.com/archives/C0123456789/p1778578200000001?thread_ts=1778578200.000100"


def card(task: Task, beside: Beside = NOTHING, rules: HouseRules = RULES) -> str:
    """The card as a person reads it."""
    return plain_blocks(claim_card(task, rules, beside))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", [claim, full], ids=["plain", "full"])
def test_a_claim_card_is_legal_in_every_state_for_every_text(
    name: str, state: str, kind: Callable[[str], Claim]
) -> None:
    shown = in_state(state, kind(TEXTS[name]), TEXTS[name])
    original = in_state("corrected_twice", kind(TEXTS[name]), TEXTS[name]) if state == "duplicate" else None
    blocks = claim_card(shown, RULES, Beside(NOW, original, PERMALINK, (PAGE,)))
    assert len(blocks) <= 12
    check(blocks, fallback(shown))


def test_a_card_with_everything_at_its_longest_still_shows_the_draft_and_its_sources() -> None:
    text = TEXTS["long"]
    shown = in_state("correcting", full(text), text)
    shown = shown.model_copy(
        update={"due": NOW, "added_by": DAN, "questions": in_state("answered", claim(), text).questions}
    )
    blocks = claim_card(shown, RULES, NOTHING)
    check(blocks)
    assert characters(blocks) > MESSAGE_CHARACTERS - 1000  # room is used, not wasted
    assert sum("The minister counted" in str(b) for b in blocks) >= 6
    assert "a0.example0.org" in plain_blocks(blocks)


def test_a_short_claim_leaves_room_for_a_long_explanation() -> None:
    words = "The register counts ferries by their home port. " * 60
    shown = in_review(task(), explanation=words)
    assert words.strip()[:2800] in card(shown)


# What is offered


def filled(task: Task) -> dict[type[Command], Command]:
    """Each command, filled in well for this task."""
    version = task.verdict.version if task.verdict else 1
    commands: tuple[Command, ...] = (
        Take(),
        PutBack(),
        HandOver(DAN if task.assignee != DAN else CARO),
        SetDue(NOW + timedelta(days=1)),
        Follow(),
        Ask("Which harbour?"),
        Reply("Linden."),
        NeverMind(),
        Dismiss("an opinion"),
        Reopen(),
        Reword(f"{task.text[:900]}!"),
        Split(("The harbour lost ferries.", "It was in 2025."), 9),
        verdict("Because.", correction="It was another year."),
        Object(version, "Too old"),
        SignOff(version),
        Recheck(),
        Keep(),
    )
    return {type(command): command for command in commands}


OF_BUTTON = {action: command for command, action, _ in BUTTONS}
OF_OPTION = {more: command for command, more, _ in MENU}


def offered(task: Task) -> set[type[Command]]:
    """The commands behind the buttons and the menu of a card."""
    blocks = claim_card(task, RULES, NOTHING)
    pressed = {OF_BUTTON[Action(b["action_id"])] for b in buttons(blocks).values()}
    return pressed | {OF_OPTION[More(value.split()[0])] for value in menu(blocks).values()}


def doable(task: Task) -> set[type[Command]]:
    """The commands that at least one person would not be refused."""

    def can(command: Command, by: str) -> bool:
        try:
            do(task, command, by)
        except Refusal:
            return False
        return True

    return {kind for kind, command in filled(task).items() if any(can(command, by) for by in (ANA, BEN, CARO, DAN))}


def test_each_command_has_one_place_on_the_card() -> None:
    assert sorted(c.__name__ for c in (*OF_BUTTON.values(), *OF_OPTION.values())) == sorted(
        c.__name__ for c in filled(task())
    )
    assert set(OF_OPTION) == set(More)


@pytest.mark.parametrize("state", STATES)
def test_a_card_offers_all_that_somebody_can_do_and_nothing_that_only_earns_a_refusal(state: str) -> None:
    shown = in_state(state, QUOTED, "Because.")
    assert offered(shown) == doable(shown)


KINDS = sorted(filled(task()), key=lambda kind: kind.__name__)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from((ANA, BEN, CARO)))))
def test_whatever_people_do_the_card_is_legal_and_offers_what_can_be_done(
    presses: list[tuple[type[Command], str]],
) -> None:
    shown = task(claim=QUOTED)
    for kind, by in presses:
        with suppress(Refusal):
            shown = do(shown, filled(shown)[kind], by).task
    check(claim_card(shown, RULES, NOTHING), fallback(shown))
    assert offered(shown) == doable(shown)


@pytest.mark.parametrize(
    ("state", "labels", "primary"),
    [
        ("open", ["Take", "Verdict…", "Hand over…", "Set aside…"], "Take"),
        ("assigned", ["Verdict…", "Hand over…", "Put back", "Set aside…"], "Verdict…"),
        ("question", ["Take", "Answer…", "Drop question", "Verdict…", "Hand over…", "Set aside…"], "Answer…"),
        ("objected", ["Verdict…", "Hand over…", "Put back", "Set aside…"], "Verdict…"),
        ("in_review", ["Sign off…", "Object…", "Edit verdict…"], "Sign off…"),
        ("published", ["Correct…", "Recheck"], None),
        ("recheck", ["Take", "Verdict…", "Hand over…", "Keep verdict"], "Take"),
        ("recheck_taken", ["Verdict…", "Hand over…", "Put back", "Keep verdict"], "Verdict…"),
        ("correcting", ["Sign off…", "Object…", "Edit verdict…", "Keep verdict"], "Sign off…"),
        ("not_a_claim", ["Reopen"], None),
    ],
)
def test_the_buttons_stand_in_their_order(state: str, labels: list[str], primary: str | None) -> None:
    shown = buttons(claim_card(in_state(state, QUOTED, "Because."), RULES, NOTHING))
    assert list(shown) == labels
    assert [label for label, b in shown.items() if b.get("style") == "primary"] == ([primary] if primary else [])
    assert [label for label, b in shown.items() if b.get("style") == "danger"] == [x for x in labels if x == "Object…"]


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("open", ["Ask a question…", "Due time…", "Edit wording…", "Split…", "Follow / unfollow"]),
        ("question", ["Due time…", "Edit wording…", "Split…", "Follow / unfollow"]),
        ("in_review", ["Due time…", "Follow / unfollow"]),
        ("published", ["Follow / unfollow"]),
    ],
)
def test_what_is_rarer_is_in_the_menu(state: str, labels: list[str]) -> None:
    options = menu(claim_card(in_state(state, QUOTED, "Because."), RULES, NOTHING))
    assert list(options) == labels
    assert options["Follow / unfollow"] == "follow s1-1"


def test_a_button_carries_the_claim_and_the_version_of_the_verdict_it_was_pressed_on() -> None:
    first = in_state("in_review", QUOTED, "Because.")
    second = in_state("second_version", QUOTED, "Because.")
    assert {b["value"] for b in buttons(claim_card(task(), RULES, NOTHING)).values()} == {"s1-1"}
    assert {b["value"] for b in buttons(claim_card(first, RULES, NOTHING)).values()} == {"s1-1 1"}
    assert {b["value"] for b in buttons(claim_card(second, RULES, NOTHING)).values()} == {"s1-1 2"}
    assert buttons(claim_card(first, RULES, NOTHING))["Sign off…"]["action_id"] == Action.SIGN_OFF.value


def test_in_a_direct_message_there_is_nobody_to_hand_a_claim_to() -> None:
    for state in ("open", "assigned", "question"):
        direct = in_state(state, QUOTED, "x").model_copy(update={"channel": "D0DAN"})
        assert "Hand over…" not in buttons(claim_card(direct, RULES, NOTHING))
        assert "Verdict…" in buttons(claim_card(direct, RULES, NOTHING))


# The claim


def test_a_card_tells_a_checker_what_to_know() -> None:
    shown = card(task(claim=QUOTED))
    for told in (
        "*1.* The harbour of Linden lost a third of its ferries in 2025",
        "“We lost a third of our ferries last year”",
        "Said by *Mara Oduya*, harbour master · _quoted_",
        "“last year” → *2025*",
        "does not make clear who or what is meant by “we”",
        "Put as alleged, not as a fact",
        "Worth checking: names a number, names a date",
        "⚪ *Open* · nobody has it yet",
    ):
        assert told in shown, told


def test_who_says_it_and_in_whose_words_is_told() -> None:
    assert said_by(claim()) == "_In the article’s own words._"
    assert said_by(QUOTED) == "Said by *Mara Oduya*, harbour master · _quoted_"
    reported = QUOTED.model_copy(update={"voice": "reported", "speaker": Speaker(name="Mara Oduya")})
    assert said_by(reported) == "Said by *Mara Oduya* · _reported, not in their own words_"


def test_a_date_that_could_not_be_resolved_is_said_to_be_unknown() -> None:
    unknown = claim(times=(TimeExpression(start=0, end=9, text="last week", value=None),))
    assert "“last week” → date unknown" in card(task(claim=unknown))


def test_a_wording_of_a_person_leads_and_the_quotation_stays_what_it_is() -> None:
    shown = card(do(task(claim=QUOTED), Reword("Linden lost 14 of 42 ferries"), ANA).task)
    assert "*1.* Linden lost 14 of 42 ferries" in shown
    assert "“We lost a third of our ferries last year”" in shown
    assert "The harbour of Linden lost" not in shown


def test_a_claim_that_a_person_typed_has_no_quotation_and_says_who_added_it() -> None:
    typed = claim("The pier was closed in May.").model_copy(update={"end": 0})
    shown = card(task(claim=typed, added_by=DAN))
    assert f"Added by @{DAN} · not a quotation of the article" in shown.replace(f"<@{DAN}>", f"@{DAN}")
    assert "“" not in shown
    assert "own words" not in shown
    split_off = card(task(claim=QUOTED, wording="It was in 2025", added_by=DAN))
    assert "“We lost a third" in split_off
    assert "Added by" in split_off
    assert "not a quotation" not in split_off


# Where the work stands


def test_no_state_is_told_by_a_symbol_alone() -> None:
    words = set()
    for state in TaskState:
        name = next(n for n in STATES if in_state(n, QUOTED, "x").state is state)
        line = state_line(in_state(name, QUOTED, "x"), RULES)
        bold = re.search(r"\*([A-Z][\w -]+)\*", line)
        assert bold, line
        words.add(bold[1])
    assert len(words) == len(TaskState)
    for name in STATES:
        for emoji in ("🟢", "🟡", "🟠", "🔴", "⚪", "🗣️", "🔵", "🟣", "✅", "🚫"):
            for follows in re.findall(rf"{emoji}(.{{3}})", card(in_state(name, QUOTED, "x"))):
                assert re.match(r" \*?[A-Z]", follows), (name, emoji, follows)


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("open", "⚪ *Open* · nobody has it yet"),
        ("assigned", "🔵 *Taken* by <@U0ANA>"),
        ("due", "🔵 *Taken* by <@U0BEN> · due <!date^1778596200^{date_short_pretty} at {time}|12 May 2026, 14:30 UTC>"),
        (
            "overdue",
            "🔵 *Taken* by <@U0ANA> · ⏰ *overdue* since "
            "<!date^1778491800^{date_short_pretty} at {time}|11 May 2026, 09:30 UTC>",
        ),
        ("question", "❓ *Waiting for an answer* from anybody here · nobody has it yet"),
        ("asked", "❓ *Waiting for an answer* from <@U0DAN> · taken by <@U0ANA>"),
        ("objected", "🔵 *Taken* by <@U0ANA>"),
        ("in_review", "🟣 *Waiting for sign-off* · 0 of 1 · by anyone but <@U0ANA>, who wrote it"),
        (
            "published",
            "✅ *Published* on <!date^1778578200^{date}|12 May 2026> · checked by <@U0ANA> · signed off by <@U0BEN>",
        ),
        ("recheck", "⚪ *Open* · nobody has it yet · 🔁 recheck under way, the published verdict stands"),
        ("recheck_taken", "🔵 *Taken* by <@U0CARO> · 🔁 recheck under way, the published verdict stands"),
        (
            "confirming",
            "🟣 *Waiting for sign-off* · 0 of 1 · by anyone but <@U0CARO>, who wrote it · "
            "🔁 recheck under way, the published verdict stands",
        ),
        (
            "correcting",
            "🟣 *Waiting for sign-off* · 0 of 1 · by anyone but <@U0CARO>, who wrote it · "
            "✏️ correction under way, the published verdict stands",
        ),
        ("correction_objected", "🔵 *Taken* by <@U0CARO> · ✏️ correction under way, the published verdict stands"),
        ("not_a_claim", "🚫 Not a claim · *Set aside* by <@U0CARO>: Too old"),
        ("out_of_scope", "🚫 Out of scope · *Set aside* by <@U0CARO>: Too old"),
        ("duplicate", "🚫 Duplicate · *Set aside* by <@U0CARO>"),
        ("article_closed", "🚫 Article closed · *Set aside* by <@U0CARO>: Too old"),
    ],
)
def test_a_card_says_where_the_work_stands(state: str, line: str) -> None:
    shown = in_state(state, QUOTED, "Too old")
    assert state_line(shown, RULES, now=NOW) == line
    assert plain_blocks([{"type": "section", "text": {"type": "mrkdwn", "text": line}}]) in card(shown)


def test_signatures_are_counted_and_named() -> None:
    half = in_state("half_signed", QUOTED, "See.")
    assert "*Waiting for sign-off* · 1 of 2, signed by <@U0BEN>" in state_line(half, TWO_SIGN)
    edited = do(half, verdict("See."), CARO, TWO_SIGN).task
    assert "0 of 2 · by anyone but <@U0ANA> or <@U0CARO>, who wrote it" in state_line(edited, TWO_SIGN)


def test_people_are_named_up_to_four() -> None:
    assert people(["U1"]) == "<@U1>"
    assert people(["U1", "U2", "U3"]) == "<@U1>, <@U2> and <@U3>"
    assert people(["U1", "U2"], "or") == "<@U1> or <@U2>"
    assert people([f"U{n}" for n in range(1, 7)]) == "<@U1>, <@U2>, <@U3> and 3 others"


def test_dissent_stays_visible_through_new_versions_and_after_publication() -> None:
    line = "✋ <@U0BEN> objected to <@U0ANA>’s verdict: Too old"
    sent_back = in_state("objected", QUOTED, "Too old")
    assert objection_line(sent_back) == line
    assert objection_line(do(sent_back, PutBack(), ANA).task) == line
    assert objection_line(in_state("second_version", QUOTED, "Too old")) == line.replace(
        "verdict:", "verdict (version 1):"
    )
    done = in_state("published_with_dissent", QUOTED, "Too old")
    assert "✋ @U0CARO objected to @U0ANA’s verdict (version 2): Too old · 2 objections in all" in card(done)
    assert objection_line(in_state("published", QUOTED, "x")) == ""


def test_questions_and_their_answers_stand_on_the_card() -> None:
    waits = after(task(), (Ask("Which harbour?", DAN), ANA))
    assert f"❓ @{ANA} asks @{DAN}: Which harbour?" in card(waits)
    anybody = after(task(), (Ask("Which harbour?"), ANA))
    assert f"❓ @{ANA} asks everybody here: Which harbour?" in card(anybody)
    assert f"❓ Which harbour? — 💬 Linden. · answer by @{DAN}" in card(do(waits, Reply("Linden."), DAN).task)
    assert "Which harbour?" not in card(do(waits, NeverMind(), ANA).task)
    many = after(task(), *((c, ANA) for n in range(5) for c in (Ask(f"Q{n}?"), Reply(f"A{n}."))))
    assert all(shown in card(many) for shown in ("A3.", "A4.", "and 3 earlier answers"))
    assert "A2." not in card(many)


# The verdict


def test_a_verdict_shows_all_that_it_rests_on() -> None:
    sources = (
        Evidence(
            url="https://data.example.org/1", note="41 ferries", stance="refutes", archive="https://arch.example/1"
        ),
        Evidence(url="https://data.example.org/2", note="the same table", stance="supports", archive="behind a login"),
        Evidence(url="https://registry.example.net/f", note="how they count", stance="context"),
        Evidence(url=PAGE, note="the article itself", stance="supports"),
    )
    command = verdict("See.", evidence=sources, summary="It lost none.", explanation="See the register.")
    shown = after(task(claim=QUOTED), (command, ANA))
    told = card(shown, Beside(NOW, article_urls=(PAGE,)))
    for line in (
        "🟡 *Missing context* · 🗣️ *They said something else*\nIt lost none.\n"
        "2 independent sources of 4 · true as of 10 May 2026 · to be checked again on 10 November 2026",
        "See the register.",
        "• ➖ refutes · data.example.org: 41 ferries · archived copy",
        "• ➕ supports · data.example.org: the same table · not archived: behind a login",
        "• 📎 context · registry.example.net: how they count\n",
    ):
        assert line in told, line
    assert "no sources" in card(after(task(), (verdict("See.", evidence=()), ANA)))


@pytest.mark.parametrize("state", STATES)
def test_a_verdict_is_shown_while_it_waits_for_sign_off_and_as_long_as_it_stands(state: str) -> None:
    shown = in_state(state, QUOTED, "See the register.")
    visible = shown.state is TaskState.IN_REVIEW or shown.standing is not None
    assert ("2 independent" in card(shown) or "3 independent" in card(shown)) is visible


@pytest.mark.parametrize("state", [s for s in STATES if s.startswith(("recheck", "confirming", "correct"))])
def test_the_verdict_that_stands_stays_visible_while_it_is_corrected_or_checked_again(state: str) -> None:
    shown = in_state(state, QUOTED, "Newer figures")
    told = card(shown)
    stands = RULES.scale.rating(shown.standing_verdict.rating).label if shown.standing_verdict else ""
    assert f"*{stands}*" in told
    if shown.state is not TaskState.PUBLISHED:
        assert "✅ *The verdict that stands:*" in told
        assert "the published verdict stands" in told
    if shown.state is TaskState.IN_REVIEW:
        assert "🟣 *Proposed, not published yet:*" in told
    if state == "correcting":
        assert "🔴 *False*" in told
        assert "✏️ *To be corrected:* Newer figures" in told
    if state == "confirming":
        assert "✏️ *To be confirmed:* Newer figures" in told


def test_a_correction_tells_what_was_said_before_why_and_who_approved_it() -> None:
    told = card(in_state("corrected", QUOTED, "Newer figures"))
    both = "🗣️ *They said something else*"
    assert (
        f"✏️ *Corrected on 12 May 2026:* was 🟡 *Missing context* · {both}, now 🔴 *False* · {both} — Newer figures "
        f"(approved by @{BEN})"
    ) in told
    assert "version 2" in told
    assert "Changed or confirmed once before" in card(in_state("corrected_twice", QUOTED, "Newer figures"))
    confirmed = card(in_state("confirmed", QUOTED, "Newer figures"))
    assert f"🔁 *Checked again on 12 May 2026:* still 🟡 *Missing context* · {both} — Newer figures" in confirmed
    assert "Corrected on" not in confirmed
    assert "Corrected" not in card(in_state("correction_dropped", QUOTED, "Newer figures"))


def test_a_correction_of_the_summary_alone_shows_both_summaries() -> None:
    shown = after(
        published(task(), summary="There were 41 ferries."),
        (verdict("x", "false", summary="There were 42 ferries.", said=None, correction="Miscounted"), CARO),
        (SignOff(2), BEN),
    )
    assert "was 🔴 *False* — There were 41 ferries., now 🔴 *False*" in card(shown)


def test_a_duplicate_shows_the_claim_it_repeats_and_its_verdict_right_there() -> None:
    shown = in_state("duplicate", QUOTED, "x")
    original = published(task(4, submission="s0", claim=claim("Linden has 41 ferries.")))
    told = card(shown, Beside(NOW, original, PERMALINK))
    assert "*The same claim as* (its card):\n>Linden has 41 ferries.\n✅ 🔴 *False* — There are 41 ferries" in told
    unchecked = card(shown, Beside(NOW, task(4, submission="s0", claim=claim("Linden has 41 ferries."))))
    assert "It has no verdict yet." in unchecked
    assert "The same claim as" not in card(shown)  # the original is gone


def test_a_duplicate_of_a_claim_that_was_set_aside_says_so_and_can_be_reopened() -> None:
    shown = in_state("duplicate", QUOTED, "x")
    for reason in ("an opinion", ""):
        aside = after(task(4, submission="s0"), (Dismiss(reason or "x", DismissalKind.OUT_OF_SCOPE), BEN))
        assert aside.dismissal
        aside = aside.model_copy(update={"dismissal": aside.dismissal.model_copy(update={"reason": reason})})
        told = card(shown, Beside(NOW, aside))
        colon = ": an opinion" if reason else ""
        assert f"🚫 It was set aside by @{BEN}{colon}\n*Reopen* has this one checked instead." in told
        assert "It has no verdict yet." not in told
        assert "[Reopen]" in told


def test_a_claim_that_was_set_aside_shows_no_draft_of_a_verdict() -> None:
    told = card(in_state("dismissed_draft", QUOTED, "an opinion"))
    assert "Missing context" not in told
    assert "Set aside* by" in told


def test_a_source_too_long_to_show_is_counted_and_does_not_hide_the_ones_after_it() -> None:
    endless = Evidence(url="https://long.example.org/" + "x" * 2950, note="A link without end")
    sources = (endless, *(Evidence(url=f"https://s{n}.example{n}.org/", note=f"Table {n}") for n in range(3)), endless)
    shown = in_review(task(), evidence=sources)
    check(claim_card(shown, RULES, NOTHING))
    assert "long.example.org" not in card(shown)
    assert all(f"Table {n}" in card(shown) for n in range(3))
    assert "and 2 more, too long to show" in card(shown)


def test_a_rating_that_left_the_scale_is_still_shown() -> None:
    shown = in_state("published", QUOTED, "See the register.")
    assert shown.verdict
    old = shown.model_copy(update={"verdict": shown.verdict.model_copy(update={"rating": "<!channel>"})})
    check(claim_card(old, RULES, NOTHING))
    assert "<!channel>" in card(old)  # as a person reads it, not as Slack does


def test_a_claim_without_words_has_a_card() -> None:
    check(claim_card(task(claim=claim("", standalone="")), RULES, NOTHING))


def test_a_set_aside_claim_says_of_which_kind_it_is() -> None:
    kinds = {DismissalKind(s) for s in ("not_a_claim", "out_of_scope", "duplicate", "article_closed")}
    assert kinds == set(DismissalKind)
