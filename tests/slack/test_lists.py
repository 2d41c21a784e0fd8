"""The lists that ``/claims`` shows, the help, and what is said to an unknown word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from desk.samples import ANA, BEN, CARO, NOW, QUOTED, RULES, SCALE, TEXTS, published, task
from desk.states import STATES, after, full, in_state, verdict
from legal import check

from bot.desk.commands import SignOff
from bot.desk.ratings import Rating, Scale
from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.sandbox.plain import plain_blocks
from bot.service.lists import _read
from bot.slack.cards.corrections_list import corrections_list
from bot.slack.cards.help_text import HELP, WORDS, nearest, unknown
from bot.slack.cards.queue_list import FILTERS, PER_PAGE, queue_list, queue_page

PERMALINK = "https://harbour-times-verify.slack.com/archives/C0123456789/p1778578200000{:03}?thread_ts=1778578200.000100&cid=C0123456789"


def many(count: int, text: str, states: tuple[str, ...]) -> Iterator[Task]:
    """Tasks of many people in these states by turns."""
    made = {state: in_state(state, full(text), text) for state in states}
    for n in range(1, count + 1):
        one = made[states[n % len(states)]]
        update = {"number": n, "id": f"s1-{n}", "created": NOW - timedelta(days=n), "due": NOW - timedelta(hours=n)}
        yield one.model_copy(update=update)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("states", [tuple(STATES), ("correction_objected",), ("correcting",)], ids=["all", "ob", "co"])
@pytest.mark.parametrize("word", ["", "review", "search", "article"])
def test_a_page_of_a_long_list_fits_a_message(name: str, states: tuple[str, ...], word: str) -> None:
    tasks = list(many(40, TEXTS[name], states))
    links = {t.id: PERMALINK.format(t.number) for t in tasks}
    for number in (1, 3):
        page = queue_page(tasks, number)
        text, blocks = queue_list(word, page, RULES, links, TEXTS[name], now=NOW)
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

    def foot(word: str, number: int, words: str = "") -> str:
        _, blocks = queue_list(word, queue_page(tasks, number), RULES, {}, words)
        return plain_blocks(blocks[-1:])

    assert foot("open", 1) == "Page 1 of 3. `/claims open 2` shows page 2."
    assert foot("mine", 3) == "Page 3 of 3. `/claims mine 1` shows page 1."
    assert foot("", 2) == "Page 2 of 3. `/claims 3` shows page 3."
    assert foot("search", 1, "`ferries`") == "Page 1 of 3. Add `2` at the end to see page 2."
    assert "Page" not in plain_blocks(queue_list("open", queue_page(tasks[:15], 1), RULES, {})[1])


def test_a_list_names_each_claim_its_state_and_its_card() -> None:
    text, blocks = queue_list("open", queue_page([task(1), task(2)], 1), RULES, {"s1-1": PERMALINK.format(1)})
    assert text == "Claims (nobody has taken these yet): 2"
    assert len(blocks) == 3
    assert "|card>" in blocks[1]["text"]["text"]
    assert "|card>" not in blocks[2]["text"]["text"]
    assert "*Open*" in blocks[1]["text"]["text"]


def test_a_list_says_what_is_overdue_and_who_objected() -> None:
    late, sent_back = in_state("overdue", QUOTED, "x"), in_state("objected", QUOTED, "Too old")
    told = plain_blocks(queue_list("overdue", queue_page([late, sent_back], 1), RULES, {}, now=NOW)[1])
    assert "⏰ *overdue* since 11 May 2026, 09:30 UTC" in told
    assert f"✋ @{BEN} objected to @{ANA}’s verdict: Too old" in told


def test_a_list_tells_the_verdict_that_stands() -> None:
    told = plain_blocks(queue_list("search", queue_page([published(task())], 1), RULES, {}, "ferries")[1])
    assert "✅ *Published* on 12 May 2026 · checked by @U0ANA · signed off by @U0BEN\n🔴 *False*" in told


@pytest.mark.parametrize(
    ("word", "words", "title", "hint"),
    [
        ("", "", "Claims without a verdict in this channel", "Mention me"),
        ("open", "", "Claims (nobody has taken these yet)", "Mention me"),
        ("mine", "", "Claims (you have these)", "`/claims open`"),
        ("review", "", "Claims (these wait for sign-off)", "No verdict waits"),
        ("overdue", "", "Claims (these should have been checked by now)", "Nothing is overdue."),
        ("search", "R&D <b>", "Claims (found for “R&amp;D &lt;b&gt;”)", "No claim here has these words."),
        ("article", "https://x.org/a", "Claims (of the article https://x.org/a)", "I have not read this page"),
    ],
)
def test_an_empty_list_says_so_and_what_to_do(word: str, words: str, title: str, hint: str) -> None:
    text, blocks = queue_list(word, queue_page([], 1), RULES, {}, words)
    check(blocks, text)
    assert text == f"{title}: none."
    assert hint in plain_blocks(blocks)


# Corrections


def test_corrections_are_listed_newest_first_with_before_after_why_and_by_whom() -> None:
    twice = in_state("corrected_twice", QUOTED, "Newer figures")
    tasks = [published(task(2)), in_state("confirmed", QUOTED, "x"), twice]
    text, blocks = corrections_list(tasks, RULES, {twice.id: PERMALINK.format(1)})
    check(blocks, text)
    assert text == "Corrected verdicts: 2"
    assert len(blocks) == 3
    told = plain_blocks(blocks)
    said = " · 🗣️ *They said something else* — Newer figures"
    assert f"🟡 *Missing context*{said} → 🔴 *False*{said}" in told
    assert f"🔴 *False*{said} → 🟢 *True*{said}" in told
    assert f"✏️ 12 May 2026 by @{CARO}, approved by @{BEN}: Newer figures" in told
    assert "|card>" in blocks[1]["text"]["text"]


def test_the_newest_correction_comes_first() -> None:
    def corrected(number: int, days: int) -> Task:
        one = after(published(task(number)), (verdict("x", "true", said=None, correction="y"), ANA), (SignOff(2), BEN))
        assert one.verdict
        later = [a.model_copy(update={"at": NOW + timedelta(days=days)}) for a in one.verdict.approvals]
        return one.model_copy(update={"verdict": one.verdict.model_copy(update={"approvals": tuple(later)})})

    told = plain_blocks(corrections_list([corrected(1, 3), corrected(2, 5), corrected(3, 4)], RULES, {})[1])
    assert told.index("*2.*") < told.index("*3.*") < told.index("*1.*")


@pytest.mark.parametrize("name", TEXTS)
def test_a_long_list_of_corrections_fits_a_message_and_counts_the_rest(name: str) -> None:
    tasks = list(many(40, TEXTS[name], ("corrected_twice",)))
    long = Rating("missing_context", "M" * 75, "🟡")
    rules = HouseRules(Scale((long, *SCALE.ratings), SCALE.said))
    text, blocks = corrections_list(tasks, rules, {t.id: PERMALINK.format(t.number) for t in tasks})
    check(blocks, text)
    assert f"and {80 - (len(blocks) - 2)} earlier ones" in plain_blocks(blocks[-1:])


def test_without_corrections_the_list_says_so() -> None:
    assert corrections_list([published(task())], RULES, {})[0] == "Corrected verdicts: none."


# Words


def test_the_help_names_every_word_that_is_understood() -> None:
    check([{"type": "section", "text": {"type": "mrkdwn", "text": HELP}}], HELP)
    assert len(HELP) <= 3000
    assert all(f"/claims {word}" in HELP for word in WORDS)
    assert set(WORDS) == {*FILTERS, "help"}
    for said in ("/factcheck", "/digest", "*Check this message*", "@claimdesk mine", "@claimdesk again", "*Home*"):
        assert said in HELP, said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("opne", "open"),
        ("serach", "search"),
        ("Minne", "mine"),
        ("reviews", "review"),
        ("overdeu", "overdue"),
        ("correction", "corrections"),
        ("artcle", "article"),
        ("hlep", "help"),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_a_word_that_is_not_known_gets_the_nearest_one(typed: str, meant: str | None) -> None:
    assert nearest(typed) == meant
    text, blocks = unknown(typed)
    check(blocks, text)
    assert text.startswith(f"I do not know “{typed}”.")
    assert ("Did you mean" in text) is (meant is not None)
    if meant:
        assert f"Did you mean `/claims {meant}`?" in text
    assert HELP in plain_blocks(blocks)


@pytest.mark.parametrize("name", TEXTS)
def test_an_unknown_word_is_repeated_as_text(name: str) -> None:
    text, blocks = unknown(TEXTS[name])
    check(blocks, text)


def test_a_page_with_a_number_of_thousands_of_digits_is_the_last_page() -> None:
    for words in ("9" * 5000, "open " + "9" * 5000, "search ferries " + "9" * 5000):
        assert _read(words)[2] in (1, 999_999)
