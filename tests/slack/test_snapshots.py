"""The same messages in every state, kept as files: whoever changes a card sees in the diff what people will see.

``CLAIMDESK_SNAPSHOTS=write`` writes them anew; read the diff before it is committed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from desk.samples import ANA, BEN, CARO, DAN, NOW, PAGE, QUOTED, RULES, SCALE, article, claim, do, submission, task
from desk.states import STATES, in_state, verdict
from legal import check

from bot.articles.article import DateDispute, Origin
from bot.desk.commands import Dismiss, HandOver
from bot.desk.task import Closing, SubmissionState, Task, Verdict
from bot.digest.digest import build_digest
from bot.slack.blocks import Block
from bot.slack.cards import notices, verdict_notices
from bot.slack.cards.claim_card import Beside, claim_card, fallback
from bot.slack.cards.corrections_list import corrections_list
from bot.slack.cards.digest_card import digest_card
from bot.slack.cards.help_text import unknown
from bot.slack.cards.question_card import question_card
from bot.slack.cards.queue_list import queue_list, queue_page
from bot.slack.cards.summary_card import more_card, reading_card, summary_card, summary_fallback
from bot.slack.cards.verdict_notices import Telling

FOLDER = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("CLAIMDESK_SNAPSHOTS") == "write"
LINK = "https://harbour-times.slack.com/archives/C0DESK/p1778578200000100"
WORDS = "The register of 2025 says otherwise."

Message = tuple[str, list[Block]]


def state(name: str) -> Task:
    """The sample claim in a state."""
    return in_state(name, QUOTED, WORDS)


def numbered(*names: str) -> list[Task]:
    """The sample claim in these states, as claims of one article."""
    return [state(name).model_copy(update={"number": n, "id": f"s1-{n}"}) for n, name in enumerate(names, 1)]


def card(name: str) -> Message:
    original = state("corrected").model_copy(update={"id": "s0-4"}) if name == "duplicate" else None
    return fallback(state(name)), claim_card(state(name), RULES, Beside(NOW, original, LINK, (PAGE,)))


def newest(task: Task) -> Verdict:
    assert task.verdict
    return task.verdict


def telling(name: str, place: Task | None = None) -> Telling:
    return Telling(state(name), newest(state(name)), place or state(name), (PAGE,))


def summary(*names: str, doubts: bool = False, closed: bool = False) -> Message:
    dispute = DateDispute(
        taken=date(2026, 5, 11), taken_from=Origin.JSON_LD, other=date(2025, 5, 11), other_from=Origin.URL
    )
    about = submission(state=SubmissionState.FILED)
    if closed:
        about = about.model_copy(update={"closing": Closing(by=CARO, at=NOW, reason="Satire, as the page says")})
    read = article(authors=("Ida Kern",), published=date(2026, 5, 11))
    if doubts:
        read = read.model_copy(update={"dispute": dispute, "notes": ("The second page could not be read.",)})
    tasks = numbered(*names)
    return summary_fallback(about, read, tasks), summary_card(about, read, tasks, SCALE)


def reading(**fields: object) -> Message:
    about = submission(**fields)
    return summary_fallback(about, None, []), reading_card(about)


def listed(word: str, *names: str, words: str = "") -> Message:
    return queue_list(word, queue_page(numbered(*names), 1), RULES, {"s1-1": LINK}, words, now=NOW)


def digest(verdicts: tuple[str, ...], unfinished: tuple[str, ...]) -> Message:
    told = numbered(*verdicts)
    rest = [t.model_copy(update={"id": f"s2-{t.number}", "submission": "s2"}) for t in numbered(*unfinished)]
    return digest_card(build_digest(NOW.date(), told, rest), SCALE, {"s1-1": LINK, "s2-1": LINK})


REPEATS = task(7, submission="s2", claim=claim("Ferries became fewer in Linden."))
EDITED = do(state("in_review"), verdict(WORDS), CARO).task

MESSAGES: dict[str, Callable[[], Message]] = {
    **{f"card_{name}": lambda name=name: card(name) for name in STATES},
    "summary_reading": lambda: reading(),
    "summary_failed": lambda: reading(state=SubmissionState.FAILED, failure="x.org wants a login."),
    "summary_failed_for_now": lambda: reading(
        state=SubmissionState.FAILED, failure="x.org did not answer.", retryable=True
    ),
    "summary": lambda: summary(
        "open", "assigned", "question", "in_review", "published", "corrected", "recheck", "not_a_claim", doubts=True
    ),
    "summary_without_claims": lambda: summary(),
    "summary_closed": lambda: summary("published", "article_closed", closed=True),
    "more": lambda: ("10 of 23 claims shown", more_card(submission(cards=10), 10, 23)),
    "published": lambda: verdict_notices.published(telling("published"), SCALE),
    "published_correction": lambda: verdict_notices.published(telling("corrected"), SCALE),
    "published_confirmation": lambda: verdict_notices.published(telling("confirmed"), SCALE),
    "published_for_duplicate": lambda: verdict_notices.published(telling("corrected", REPEATS), SCALE, LINK),
    "told": lambda: verdict_notices.told(telling("published"), SCALE, LINK),
    "told_correction": lambda: verdict_notices.told(telling("corrected"), SCALE, LINK),
    "told_confirmation": lambda: verdict_notices.told(telling("confirmed"), SCALE, LINK),
    "recheck": lambda: verdict_notices.recheck(state("recheck"), newest(state("recheck")), SCALE),
    "question_to_one": lambda: question_card(state("asked"), 4),
    "question_to_all": lambda: question_card(state("question"), 0),
    "question_answered": lambda: question_card(state("answered"), 4),
    "question_dropped": lambda: question_card(state("dropped"), 0),
    "answered": lambda: notices.answered(state("answered"), 4, LINK),
    "handed": lambda: notices.handed(state("due"), LINK),
    "due": lambda: notices.due(state("due"), LINK),
    "lost_to_another": lambda: notices.lost(do(state("assigned"), HandOver(BEN), CARO).task, ANA, BEN, LINK),
    "lost_set_aside": lambda: notices.lost(do(state("assigned"), Dismiss(WORDS), DAN).task, ANA, "", LINK),
    "lost_put_back": lambda: notices.lost(state("open"), ANA, "", LINK),
    "objected": lambda: notices.objected(state("objected"), newest(state("objected")), LINK),
    "edited": lambda: notices.edited(EDITED, newest(EDITED), LINK),
    "claims": lambda: listed("", "open", "overdue", "asked", "correcting", "objected"),
    "claims_search": lambda: listed("search", "published", "duplicate", words="R&D <ferries>"),
    "claims_none": lambda: listed("overdue"),
    "claims_corrections": lambda: corrections_list(numbered("corrected", "corrected_twice"), RULES, {"s1-1": LINK}),
    "claims_unknown": lambda: unknown("opne"),
    "digest": lambda: digest(
        ("published", "corrected", "confirmed"), ("open", "assigned", "asked", "in_review", "recheck")
    ),
    "digest_without_verdicts": lambda: digest((), ("open",)),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_what_it_was(name: str) -> None:
    text, blocks = MESSAGES[name]()
    check(blocks, text)
    shown = json.dumps({"text": text, "blocks": blocks}, ensure_ascii=False, indent=2) + "\n"
    file = FOLDER / f"{name}.json"
    if WRITE:
        file.write_text(shown, "utf-8")
    assert file.read_text("utf-8") == shown, "CLAIMDESK_SNAPSHOTS=write writes it anew; read the diff"


def test_no_file_is_left_of_a_message_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(MESSAGES)
