"""What the desk tells people: verdicts in threads and by direct message, and what became of their work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk.samples import ANA, BEN, CARO, DAN, NOW, PAGE, QUOTED, SCALE, TEXTS, claim, do, published, task
from desk.states import after, full, in_state, verdict
from legal import buttons, check

from bot.desk.commands import Ask, Dismiss, HandOver, NeverMind, PutBack, Reply, SetDue
from bot.desk.task import Task
from bot.sandbox.plain import plain_blocks
from bot.slack.cards import notices, verdict_notices
from bot.slack.cards.notices import Said
from bot.slack.cards.question_card import question_card
from bot.slack.cards.verdict_notices import Telling

LINK = "https://harbour-times-verify.slack.com/archives/C0123456789/p1778578200000001?thread_ts=1778578200.000100"
TOLD = ("published", "corrected", "confirmed", "corrected_twice")


def telling(task: Task, place: Task | None = None) -> Telling:
    """What stands on the task, told at its own place unless told otherwise."""
    assert task.standing_verdict
    return Telling(task, task.standing_verdict, place or task, (PAGE,))


def plain(said: Said) -> str:
    """A message as a person reads it."""
    check(said[1], said[0])
    return plain_blocks(said[1])


@pytest.mark.parametrize("name", TEXTS)
def test_every_notice_is_legal_for_every_text(name: str) -> None:
    text = TEXTS[name]
    tasks = {state: in_state(state, full(text), text) for state in (*TOLD, "objected", "answered", "asked", "due")}
    sent_back, original = tasks["objected"], tasks["corrected"]
    assert sent_back.verdict
    repeats = task(7, submission="s2", claim=full(text))
    said = [
        *(verdict_notices.published(telling(tasks[state]), SCALE) for state in TOLD),
        *(verdict_notices.published(telling(tasks[state], repeats), SCALE, LINK) for state in TOLD),
        *(verdict_notices.told(telling(tasks[state], repeats), SCALE, LINK) for state in TOLD),
        verdict_notices.recheck(original, telling(original).verdict, SCALE),
        notices.handed(tasks["due"], LINK),
        notices.lost(original, ANA, BEN, LINK),
        notices.lost(in_state("not_a_claim", full(text), text), ANA, "", LINK),
        notices.lost(in_state("open", full(text), text), ANA, "", ""),
        notices.objected(sent_back, sent_back.verdict, LINK),
        notices.edited(sent_back, sent_back.verdict, LINK),
        notices.due(tasks["due"], LINK),
        notices.answered(tasks["answered"], 4, LINK),
        *(question_card(tasks[state], 4) for state in ("answered", "asked")),
        question_card(in_state("dropped", full(text), text), 0),
    ]
    for text, blocks in said:
        check(blocks, text)


# Verdicts


def test_a_first_verdict_says_what_was_found_and_by_whom() -> None:
    text, blocks = verdict_notices.published(telling(in_state("published", QUOTED, "See.")), SCALE)
    assert text.startswith("Verdict on claim 1: 🟡 *Missing context*")
    told = plain_blocks(blocks)
    assert told.startswith("*Verdict on claim 1:* The harbour of Linden")
    assert "3 independent sources of 3" in told
    assert f"Checked by @{ANA} · signed off by @{BEN}" in told
    assert "*Before:*" not in told


def test_a_correction_says_before_and_after_why_and_who_approved_it() -> None:
    text, blocks = verdict_notices.published(telling(in_state("corrected", QUOTED, "Newer figures")), SCALE)
    assert text.startswith("✏️ Correction on claim 1: before 🟡 *Missing context*")
    assert "now 🔴 *False*" in text
    told = plain_blocks(blocks)
    assert told.startswith("*✏️ Correction on claim 1:*")
    for line in (
        "*Before:* 🟡 *Missing context* · 🗣️ *They said something else* — Newer figures",
        "*Now:*\n🔴 *False* · 🗣️ *They said something else*\nNewer figures",
        "*Why:* Newer figures",
        f"Checked by @{CARO} · signed off by @{BEN}",
    ):
        assert line in told, line


def test_a_recheck_that_ends_the_same_says_still() -> None:
    text, blocks = verdict_notices.published(telling(in_state("confirmed", QUOTED, "Newer figures")), SCALE)
    assert text.startswith("🔁 Claim 1 checked again: still 🟡 *Missing context*")
    told = plain_blocks(blocks)
    assert "*Still:*\n🟡 *Missing context*" in told
    assert "*Why:* Newer figures" in told
    assert "*Before:*" not in told


def test_an_old_version_is_told_as_what_it_was_then() -> None:
    twice = in_state("corrected_twice", QUOTED, "x")
    first, second, third = twice.versions
    assert verdict_notices.published(Telling(twice, first, twice), SCALE)[0].startswith("Verdict on claim 1")
    assert "before 🟡" in verdict_notices.published(Telling(twice, second, twice), SCALE)[0]
    assert "before 🔴" in verdict_notices.published(Telling(twice, third, twice), SCALE)[0]


def test_in_the_thread_of_a_duplicate_its_own_claim_leads_and_the_other_is_named() -> None:
    place = task(7, submission="s2", claim=claim("Ferries became fewer in Linden."))
    text, blocks = verdict_notices.published(telling(published(task(1)), place), SCALE, LINK)
    assert text.startswith("Verdict on claim 7: 🔴 *False* – Ferries became fewer")
    told = plain_blocks(blocks)
    assert told.startswith("*Verdict on claim 7:* Ferries became fewer in Linden.\nIt says the same as another claim:")
    assert "|another claim>" in blocks[0]["text"]["text"]
    assert "another claim" in plain(verdict_notices.published(telling(published(task(1)), place), SCALE))
    assert "another claim" not in plain(verdict_notices.published(telling(published(task(1))), SCALE))


@pytest.mark.parametrize(
    ("state", "lead", "short"),
    [
        ("published", "A verdict on something you asked about or follow (see the thread):", "A verdict for you:"),
        (
            "corrected",
            "✏️ A correction: the verdict you were told before has changed (see the thread):",
            "A correction for you: before 🟡",
        ),
        (
            "confirmed",
            "🔁 Checked again: the verdict you were told before still stands (see the thread):",
            "Checked again for you: still 🟡",
        ),
    ],
)
def test_who_asked_or_follows_is_told_each_kind(state: str, lead: str, short: str) -> None:
    done = in_state(state, QUOTED, "Newer figures")
    text, blocks = verdict_notices.told(telling(done), SCALE, LINK)
    assert plain_blocks(blocks).startswith(f"{lead}\n>The harbour of Linden")
    assert text.startswith(short)
    assert "see the thread" not in plain(verdict_notices.told(telling(done), SCALE, ""))


def test_a_recheck_says_what_stands_and_as_of_when() -> None:
    due = in_state("recheck", QUOTED, "See.")
    assert due.standing_verdict
    told = plain(verdict_notices.recheck(due, due.standing_verdict, SCALE))
    assert told.startswith("🔁 *Claim 1 is due for another look:* The harbour of Linden")
    assert "What stands until then: 🟡 *Missing context*" in told
    assert "true as of 10 May 2026 · published on 12 May 2026" in told


# People's work


def test_whoever_gets_a_claim_reads_which_and_by_when() -> None:
    handed = do(task(), HandOver(BEN), ANA).task
    assert plain(notices.handed(handed, "")) == "A claim was handed to you: " + handed.text
    due = do(handed, SetDue(NOW + timedelta(hours=2)), ANA).task
    assert "It is due 12 May 2026, 11:30 UTC." in plain(notices.handed(due, LINK))
    assert "is due 12 May 2026, 11:30 UTC (see the thread)" in plain(notices.due(due, LINK))
    assert "has no due time any more" in plain(notices.due(handed, LINK))  # taken away before it was told


def test_whoever_loses_a_claim_is_told_to_whom_or_why() -> None:
    taken = in_state("assigned", QUOTED, "x")
    handed, _ = notices.lost(do(taken, HandOver(BEN), CARO).task, ANA, BEN, LINK)
    assert handed.startswith("A claim you had was handed to <@U0BEN> (<https://")
    assert "ferries" in handed
    aside, _ = notices.lost(do(taken, Dismiss("an opinion"), BEN).task, ANA, "", "")
    assert aside.startswith("A claim you had was set aside by <@U0BEN>: an opinion\n>")
    back, _ = notices.lost(do(taken, PutBack(), ANA).task, ANA, "", "")
    assert back.startswith("A claim you had was put back on the queue\n>")
    again, _ = notices.lost(taken, ANA, "", "")
    assert again.startswith("A claim you had was set aside, and is yours again since\n>")


def test_an_author_is_told_of_objections_and_edits() -> None:
    sent_back = in_state("objected", QUOTED, "Too old")
    assert sent_back.verdict
    told = plain(notices.objected(sent_back, sent_back.verdict, ""))
    assert told.startswith(f"@{BEN} objected to your verdict: Too old")
    assert "stands meanwhile" not in told
    correction = in_state("correction_objected", QUOTED, "Too old")
    assert correction.verdict
    assert "The published verdict stands meanwhile." in plain(notices.objected(correction, correction.verdict, ""))
    edited = do(in_state("in_review", QUOTED, "x"), verdict("y"), CARO).task
    assert edited.verdict
    told = plain(notices.edited(edited, edited.verdict, ""))
    assert told.startswith(f"@{CARO} edited your verdict")
    assert "Version 2 waits for sign-off now. A part of it is yours, so neither of you can sign it." in told


# Questions


def test_a_question_names_whom_it_asks_and_has_its_button_until_it_is_answered() -> None:
    to_dan = do(task(), Ask("Which harbour?", DAN), ANA).task
    text, blocks = question_card(to_dan, 0)
    assert f"<@{DAN}>, <@{ANA}> asks you: Which harbour?" in text
    assert buttons(blocks)["Answer…"]["value"] == "s1-1 1"
    assert buttons(blocks)["Answer…"]["action_id"] == "task_answer"
    anybody = do(task(), Ask("Which harbour?"), ANA).task
    assert f"Can anybody here say: Which harbour?\n_Asked by <@{ANA}>_" in question_card(anybody, 0)[0]
    answered = do(to_dan, Reply("Linden."), DAN).task
    text, blocks = question_card(answered, 0)
    assert f"<@{ANA}> asked: Which harbour?\n💬 <@{DAN}> answered: Linden." in text
    assert buttons(blocks) == {}
    assert f"❓ Which harbour? — 💬 Linden. · answer by @{DAN}" in plain(notices.answered(answered, 0, LINK))


def test_a_question_that_needs_no_answer_any_more_says_so() -> None:
    dropped = after(task(), (Ask("Which harbour?"), ANA), (NeverMind(), ANA))
    text, blocks = question_card(dropped, 0)
    assert "The question was dropped: no answer is needed any more." in text
    assert buttons(blocks) == {}
    aside = after(task(), (Ask("Which harbour?"), ANA), (Dismiss("an opinion"), CARO))
    assert buttons(question_card(aside, 0)[1]) == {}
