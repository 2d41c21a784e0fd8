"""A desk's morning: a link becomes claims, a claim a verdict, the verdict stands, the digest tells of it.

Each step ends when what it should bring about is seen in the channel; one that is not seen in time ends the morning.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from bot.demo.screen import Screen
from bot.demo.stage import Stage, message_id
from bot.desk.messages import CARDS_AT_ONCE
from bot.sandbox import Message

WITHIN = 45.0
"""Seconds a step may take on a slow machine."""

_SOURCES = {
    "url_0": "https://accounts.velmar.example/2026/q2",
    "note_0": "The city's accounts: 12 million crowns paid to Norrland Lines on 1 May",
    "url_1": "https://auditor.example/velmar/ferries",
    "note_1": "The auditor lists 41 nights in June without a boat",
}
_REVIEW = {"review_literal": "no", "review_reading": "yes", "review_proof": "no"}


async def play_morning(stage: Stage, screen: Screen) -> None:
    """Play all of it. Raises AssertionError with the step that was not seen."""
    screen.step("Ada sends the desk a link")
    root = await stage.ada.post(stage.desk, f"{stage.me} {stage.article_url}")
    await _seen(stage, "the summary card", lambda: _in_thread(stage, root, "claims to check"))
    await _seen(stage, "the first cards", lambda: len(stage.cards()) == min(CARDS_AT_ONCE, _claims(stage, root)))
    if _claims(stage, root) > CARDS_AT_ONCE:
        await _seen(stage, "the line below them", lambda: _below(stage, root))
        await stage.ada.press(_below(stage, root)[0], "article_show_more")
    await _seen(stage, "a card for each claim", lambda: len(stage.cards()) == _claims(stage, root))
    _claim(stage, "agreement was reached", "February 2026")
    _claim(stage, "We have not been sent a request", "Ilse Maron")
    payment = _claim(stage, "Norrland was paid 12 million crowns", "Tove Lindqvist")

    screen.step("Ben and Cleo press Take on the same claim at the same moment: one gets it, the other is told")
    await asyncio.gather(stage.ben.press(payment, "task_take"), stage.cleo.press(payment, "task_take"))
    await _seen(stage, "who has it", lambda: "*Taken* by" in payment.plain())
    author, other = (stage.ben, stage.cleo) if stage.ben.id in payment.plain() else (stage.cleo, stage.ben)
    await _seen(stage, "the refusal", lambda: "has this claim already" in _said_to(stage, other))

    screen.step(f"{author.name.title()} writes a verdict on one source: the desk wants two")
    await author.press(payment, "task_verdict")
    first = {"rating": "mostly_true", "said": "said", "summary": "12 million were paid; some nights were run."}
    refused = await author.submit({**first, "url_0": _SOURCES["url_0"], "note_0": _SOURCES["note_0"]})
    assert "1 of 2 independent sources" in str(refused.errors), "the evidence gate let one source pass"
    screen.step("With a second source it goes to sign-off, which the author cannot give")
    await author.submit(_SOURCES)
    await _seen(stage, "waiting for sign-off", lambda: "0 of 1" in payment.plain())
    await author.press(payment, "task_sign_off")
    await _seen(stage, "the refusal", lambda: "You wrote this verdict" in _said_to(stage, author))

    screen.step(
        f"{other.name.title()} answers the reviewer's questions and signs it off: card, thread and Ada hear of it"
    )
    await other.press(payment, "task_sign_off")
    await other.submit(_REVIEW)
    await _seen(stage, "the published verdict", lambda: "*Published*" in payment.plain())
    await _seen(stage, "the reply in the thread", lambda: _in_thread(stage, root, "Verdict on claim"))
    await _seen(stage, "the message to Ada", lambda: bool(stage.slack.dms(stage.ada)))

    screen.step("The accounts are amended: the verdict is corrected, and whoever was told it is told the correction")
    await author.press(payment, "task_verdict")
    await author.submit(
        {
            "rating": "true",
            "summary": "12 million were paid, and no boat ran on any night of June.",
            "correction": "The auditor amended the list: the boat was missing on every night, not on 41.",
        }
    )
    await _seen(stage, "the correction in review", lambda: "*Waiting for sign-off*" in payment.plain())
    await other.press(payment, "task_sign_off")
    await other.submit({**_REVIEW, "review_literal": "yes"})
    await _seen(stage, "the corrected verdict", lambda: "*Published*" in payment.plain())
    await _seen(stage, "the correction for Ada", lambda: len(stage.slack.dms(stage.ada)) == 2)

    screen.step("Another claim is handed over, a third set aside")
    await stage.ben.press(handed := _open(stage)[0], "task_hand_over")
    await stage.ben.submit({"to": stage.cleo})
    await _seen(stage, "the new owner", lambda: f"*Taken* by @{stage.cleo.id}" in handed.plain())
    await stage.ada.press(aside := _open(stage)[-1], "task_dismiss")
    await stage.ada.submit({"kind": "out_of_scope", "reason": "Nothing a reader would ask about"})
    await _seen(stage, "the reason", lambda: "*Set aside*" in aside.plain())

    screen.step("Ada looks at the queue and asks for the digest")
    queue = await stage.ada.command(stage.desk, "/claims", "open")
    heading = queue.text.splitlines()[0]
    assert heading.endswith(f" {len(_open(stage))}"), f"/claims open answered {heading!r}"
    await stage.ada.command(stage.desk, "/digest")
    await _seen(stage, "the digest", lambda: _digest(stage) and "Mostly true" in _digest(stage))


async def _seen(stage: Stage, what: str, look: Callable[[], object]) -> None:
    seen: Awaitable[object] = stage.slack.wait_for(look, timeout=WITHIN, hint=what)
    await seen


def _claims(stage: Stage, root: Message) -> int:
    """How many claims the summary card counts."""
    text = "\n".join(m.plain() for m in stage.slack.thread(root))
    return int(found[1]) if (found := re.search(r"(\d+) claims to check", text)) else -1


def _below(stage: Stage, root: Message) -> list[Message]:
    return [m for m in stage.slack.thread(root) if message_id(m).startswith("more:")]


def _in_thread(stage: Stage, root: Message, words: str) -> bool:
    return any(words in m.plain() for m in stage.slack.thread(root))


def _claim(stage: Stage, *words: str) -> Message:
    found = [card for card in stage.cards() if all(w in card.plain() for w in words)]
    assert found, f"no claim card with {' and '.join(words)}"
    return found[0]


def _open(stage: Stage) -> list[Message]:
    return [card for card in stage.cards() if "*Open*" in card.plain()]


def _said_to(stage: Stage, person: object) -> str:
    return "\n".join(m.plain() for p in stage.slack.people.values() if p is person for m in stage.slack.ephemerals(p))


def _digest(stage: Stage) -> str:
    return "".join(m.plain() for m in stage.slack.messages(stage.desk) if message_id(m).startswith("digest:"))
