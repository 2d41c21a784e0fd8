"""Reminders in Slack: legal and small for every text, and for each claim what can be answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from desk.samples import ANA, BEN, NOW, RULES, TEXTS, claim, do, in_review, propose, published, task
from legal import check

from bot.desk.commands import Object, Take
from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.reminders.personal import subject
from bot.reminders.records import Kind, Reminder, ReminderItem
from bot.sandbox.plain import plain_blocks, readable
from bot.slack.blocks import Block
from bot.slack.cards.reminder_card import MOST, reminder_card, shown_tasks
from bot.slack.cards.unassigned_card import unassigned_card
from bot.slack.ids import Action

PERMALINK = "https://harbour-times-verify.slack.com/archives/C0123456789/p1778578200000{:03}?thread_ts=1778578200.000100&cid=C0123456789"
CHOICES = ("30m", "1h", "tomorrow", "7d", "36h")


def held(number: int, text: str = "The harbour lost a third of its ferries.", hours: int = -24) -> Task:
    due = NOW + timedelta(hours=hours)
    return do(task(number, claim=claim(text)), Take(), ANA).task.model_copy(update={"due": due})


def item(task: Task, kind: Kind, **fields: Any) -> ReminderItem:
    since = task.verdict.at if kind is Kind.REVIEW and task.verdict else task.due or NOW
    return ReminderItem(**{"task": task.id, "kind": kind, "since": since, "about": subject(task)} | fields)


def reminder(*items: ReminderItem) -> Reminder:
    return Reminder(id=f"{ANA}:7", person=ANA, at=NOW, tz="UTC", choices=CHOICES, items=items)


def card(*shown: tuple[Task, ReminderItem], rules: HouseRules = RULES) -> tuple[str, list[Block]]:
    tasks = {t.id: t for t, _ in shown}
    links = {t.id: PERMALINK.format(t.number) for t, _ in shown}
    return reminder_card(reminder(*(i for _, i in shown)), tasks, rules, links, NOW)


def elements(blocks: list[Block]) -> list[dict[str, Any]]:
    return [e for b in blocks if b["type"] == "actions" for e in b["elements"]]


@pytest.mark.parametrize("name", TEXTS)
def test_forty_claims_of_any_text_fit_one_message(name: str) -> None:
    text = TEXTS[name]
    shown = []
    for n in range(1, 41):
        one = held(n, text, hours=-n if n % 2 else n)
        if n % 4 == 0:
            one = in_review(one, by=ANA)
        elif n % 4 == 1:
            one = do(in_review(one, by=ANA), Object(1, text), BEN).task
        kind = Kind.REVIEW if n % 4 == 0 else Kind.OVERDUE if n % 2 else Kind.DUE
        shown.append((one, item(one, kind)))
    shown.sort(key=lambda pair: list(Kind).index(pair[1].kind))
    for part in (shown, shown[20:], shown[-12:], shown[:1]):
        said, blocks = card(*part)
        check(blocks, said)
    said, blocks = card(*shown)
    assert said == "40 claims: 20 overdue, 10 due soon, 10 waiting for your sign-off"
    assert len(elements(blocks)) == 2 * MOST
    assert "and 28 more: `/claims mine`" in plain_blocks(blocks)


def test_each_claim_has_its_state_its_time_its_card_and_its_answers() -> None:
    late, soon = held(1), held(2, hours=3)
    verdict = in_review(task(3), by=BEN)
    said, blocks = card(
        (late, item(late, Kind.OVERDUE)), (soon, item(soon, Kind.DUE)), (verdict, item(verdict, Kind.REVIEW))
    )
    assert said == "3 claims: 1 overdue, 1 due soon, 1 waiting for your sign-off"
    check(blocks, said)
    assert [b["type"] for b in blocks] == ["section", "section", "actions"] * 3
    assert [blocks[n]["text"]["text"] for n in (0, 3, 6)] == ["*Overdue*", "*Due soon*", "*Waiting for your sign-off*"]
    overdue, due, review = (blocks[n]["text"]["text"] for n in (1, 4, 7))
    assert "*1.* The harbour lost a third of its ferries." in overdue
    assert "|card>" in overdue
    assert f"*overdue* since <!date^{int((NOW - timedelta(days=1)).timestamp())}^" in overdue
    assert "|11 May 2026, 09:30 UTC>" in overdue
    assert f"due <!date^{int((NOW + timedelta(hours=3)).timestamp())}^" in due
    assert "Waiting for sign-off" in review
    assert f"since <!date^{int(NOW.timestamp())}^" in review
    snooze, dismiss = elements(blocks)[:2]
    assert (snooze["action_id"], snooze["placeholder"]["text"]) == (Action.REMINDER_SNOOZE.value, "Snooze…")
    assert [(o["text"]["text"], o["value"]) for o in snooze["options"]] == [
        ("for 30 minutes", "30m U0ANA:7 s1-1"),
        ("for 1 hour", "1h U0ANA:7 s1-1"),
        ("until tomorrow", "tomorrow U0ANA:7 s1-1"),
        ("for 7 days", "7d U0ANA:7 s1-1"),
        ("for 36 hours", "36h U0ANA:7 s1-1"),
    ]
    assert (dismiss["action_id"], dismiss["value"]) == (Action.REMINDER_DISMISS.value, "U0ANA:7 s1-1")


def test_a_single_claim_is_named_in_the_notification() -> None:
    late = held(1, "Costs rose by <5% & fell.")
    assert card((late, item(late, Kind.OVERDUE)))[0] == "Overdue: Costs rose by &lt;5% &amp; fell."


def test_after_an_answer_the_claim_shows_it_in_place_of_the_buttons() -> None:
    first, second, third = held(1), held(2), held(3)
    rests = NOW + timedelta(hours=1)
    said, blocks = card(
        (first, item(first, Kind.OVERDUE, rests=rests)),
        (second, item(second, Kind.OVERDUE, dismissed=True)),
        (third, item(third, Kind.OVERDUE)),
    )
    check(blocks, said)
    assert [b["type"] for b in blocks] == ["section", "section", "context", "section", "context", "section", "actions"]
    assert readable(blocks[2]["elements"][0]["text"]) == "💤 Snoozed until 12 May 2026, 10:30 UTC"
    assert blocks[4]["elements"][0]["text"].startswith("🔕 Dismissed")
    assert {e.get("value") for e in elements(blocks)} == {None, "U0ANA:7 s1-3"}


def test_a_claim_that_has_changed_since_shows_how_it_stands_and_asks_for_nothing() -> None:
    late, verdict = held(1), in_review(task(2), by=BEN)
    before = [item(late, Kind.OVERDUE), item(verdict, Kind.REVIEW)]
    done = published(late.model_copy(update={"due": None}))
    edited = do(verdict, propose(explanation="Better put."), BEN).task
    said, blocks = card((done, before[0]), (edited, before[1]))
    check(blocks, said)
    assert elements(blocks) == []
    assert "*Published*" in blocks[1]["text"]["text"]


def test_claims_that_are_gone_are_left_out() -> None:
    late = held(1)
    gone = item(held(2), Kind.OVERDUE)
    full = reminder(item(late, Kind.OVERDUE), gone)
    said, blocks = reminder_card(full, {late.id: late}, RULES, {}, NOW)
    check(blocks, said)
    assert said.startswith("Overdue: ")
    assert "card" not in plain_blocks(blocks[1:2])
    said, blocks = reminder_card(full, {}, RULES, {}, NOW)
    check(blocks, said)
    assert plain_blocks(blocks) == "Nothing is left of what this reminded you of."
    assert shown_tasks(full) == ("s1-1", "s1-2")


@pytest.mark.parametrize("name", TEXTS)
def test_a_channels_free_claims_fit_one_message(name: str) -> None:
    text = TEXTS[name]
    tasks = [task(n, claim=claim(text)) for n in range(1, 30)]
    tasks += [do(in_review(task(n, claim=claim(text))), Object(1, text), BEN).task for n in range(30, 41)]
    links = {t.id: PERMALINK.format(t.number) for t in tasks}
    for part in (tasks, tasks[28:], tasks[:1]):
        said, blocks = unassigned_card(part, RULES, links)
        check(blocks, said)
    assert unassigned_card(tasks, RULES, links)[0] == "40 claims that nobody has taken"
    assert "and 25 more" in plain_blocks(unassigned_card(tasks, RULES, links)[1])


def test_a_channel_reads_since_when_a_claim_is_free_and_who_took_it_meanwhile() -> None:
    free, taken = task(1), do(task(2), Take(), ANA).task
    said, blocks = unassigned_card([free, taken], RULES, {free.id: PERMALINK.format(1)})
    assert said == "2 claims that nobody has taken"
    assert readable(blocks[1]["text"]["text"]).endswith("in 2025. · card · free since 12 May 2026")
    assert "*Taken* by <@U0ANA>" in blocks[2]["text"]["text"]
    assert unassigned_card([free], RULES, {})[0] == "A claim that nobody has taken"
