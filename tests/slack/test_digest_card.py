"""What a channel reads each morning."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from desk.samples import ANA, BEN, CARO, DAN, NOW, QUOTED, SCALE, TEXTS, claim, do, in_review, published, task
from desk.states import full, in_state
from legal import check

from bot.desk.commands import Ask, Recheck, Take
from bot.desk.task import Task
from bot.digest.digest import build_digest
from bot.sandbox.plain import plain_blocks, readable, texts_in
from bot.slack.cards.digest_card import digest_card

PERMALINK = "https://harbour-times-verify.slack.com/archives/C0123456789/p1778578200000{:03}?thread_ts=1778578200.000100&cid=C0123456789"


def many(start: int, count: int, text: str, *states: str) -> list[Task]:
    """Tasks of many people in these states by turns."""
    made = [in_state(state, full(text), text) for state in states]
    return [
        made[n % len(made)].model_copy(
            update={
                "number": n,
                "id": f"s1-{n}",
                "assignee": f"U0PERSON{n // 6}" if made[n % len(made)].assignee else None,
                "created": NOW - timedelta(days=n),
            }
        )
        for n in range(start, start + count)
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_a_digest_of_a_hundred_and_twenty_claims_fits_a_message(name: str) -> None:
    verdicts = many(1, 60, TEXTS[name], "published", "corrected", "confirmed")
    unfinished = many(61, 60, TEXTS[name], "open", "assigned", "in_review", "question")
    links = {t.id: PERMALINK.format(t.number) for t in (*verdicts, *unfinished)}
    text, blocks = digest_card(build_digest(NOW.date(), verdicts, unfinished), SCALE, links)
    check(blocks, text)
    shown = plain_blocks(blocks)
    assert text == "Digest of 12 May 2026: 20 verdicts, 20 corrections, 60 claims waiting"
    for part in (
        "✏️ Corrections",
        "✅ New verdicts",
        "🔁 Checked again",
        "🔵 Being checked",
        "🟣 Waiting for a signature",
        "❓ Waiting for an answer",
        "⚪ Open the longest",
    ):
        assert f"*{part}" in shown
    assert re.search(r"• and \d+ more", shown)


def test_a_correction_stands_beside_the_new_verdicts_with_before_and_after() -> None:
    corrected = in_state("corrected", QUOTED, "Newer figures").model_copy(update={"id": "s1-2"})
    confirmed = in_state("confirmed", QUOTED, "Newer figures").model_copy(update={"id": "s1-3"})
    text, blocks = digest_card(build_digest(NOW.date(), [published(task(1)), corrected, confirmed], []), SCALE, {})
    check(blocks, text)
    told = plain_blocks(blocks)
    said = "🗣️ *They said something else*"
    assert "*✅ New verdicts*\n• 🔴 *False* The harbour lost" in told
    assert (
        f"was 🟡 *Missing context* · {said} — Newer figures, now 🔴 *False* · {said} — Newer figures — Newer figures"
    ) in told
    assert f"*🔁 Checked again*\n• still 🟡 *Missing context* · {said} The harbour of Linden" in told
    assert text == "Digest of 12 May 2026: 1 verdict, 1 correction, 0 claims waiting"


def test_a_verdict_that_is_checked_again_already_is_told_as_it_stands() -> None:
    reopened = do(published(task(1)), Recheck(), CARO).task
    told = plain_blocks(digest_card(build_digest(NOW.date(), [reopened], []), SCALE, {})[1])
    assert "• 🔴 *False* The harbour lost" in told


def test_a_digest_says_who_has_what_and_how_to_stop_it() -> None:
    asked = do(task(5), Ask("Which harbour?", DAN), ANA).task
    anybody = do(task(6), Ask("Which harbour?"), ANA).task
    unfinished = [task(1), do(task(2), Take(), ANA).task, in_review(task(3), BEN), asked, anybody]
    digest = build_digest(NOW.date(), [published(task(4))], unfinished)
    text, blocks = digest_card(digest, SCALE, {"s1-4": PERMALINK.format(4)})
    assert text == "Digest of 12 May 2026: 1 verdict, 5 claims waiting"
    shown = "\n".join(piece for _, piece in texts_in(blocks))
    assert "🔴 *False* The harbour lost" in shown
    assert "|card>" in shown
    assert "• <@U0ANA>: The harbour lost" in shown
    assert "*🟣 Waiting for a signature by anyone but the author*\n• The harbour lost" in shown
    assert "<@U0BEN>" not in shown  # who wrote it is the one person who cannot sign it
    assert f"*❓ Waiting for an answer*\n• <@{DAN}>: The harbour lost" in shown
    assert "• anybody here: The harbour lost" in shown
    assert "since 12 May 2026" in shown
    assert "1 open · 5 waiting in all · `/digest off` stops this" in shown


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
