"""Two people press at the same moment: one wins or both go through, whoever loses is told, nothing is half done."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from end_to_end.acts import GOOD, REVIEW, menu, menu_value, posted, propose, published, set_aside
from end_to_end.conftest import Scene

from bot.app import App
from bot.sandbox import Answer, Message, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

Press = Callable[[], Awaitable[Answer]]
Ready = Callable[[Person, Message], Awaitable[Press]]
"""Brings a person to where one more press does it; gives that press."""


def _button(action: str) -> Ready:
    async def ready(who: Person, card: Message) -> Press:
        return lambda: who.press(card, action)

    return ready


def _form(opens: str, values: Callable[[Person], dict[str, Any]]) -> Ready:
    """A form that is open already, by a button or from the menu."""

    async def ready(who: Person, card: Message) -> Press:
        await (who.press(card, opens) if opens.startswith("task_") else menu(who, card, opens))
        assert who.view is not None
        return lambda: who.submit(values(who))

    return ready


TAKE, PUT_BACK, REOPEN, DROP, RECHECK, KEEP = (
    _button(f"task_{name}") for name in ("take", "put_back", "reopen", "never_mind", "recheck", "keep")
)
HAND_OVER = _form("task_hand_over", lambda who: {"to": who})
DISMISS = _form("task_dismiss", lambda who: {"kind": "not_a_claim", "reason": f"An opinion, says {who.name}"})
VERDICT = _form("task_verdict", lambda who: {**GOOD, "summary": f"Less, says {who.name}"})
CORRECT = _form("task_verdict", lambda who: {**GOOD, "summary": f"Less, says {who.name}", "correction": "Too high"})
SIGN = _form("task_sign_off", lambda who: REVIEW)
OBJECT = _form("task_object", lambda who: {"reason": f"Too old, says {who.name}"})
ASK = _form("ask", lambda who: {"question": f"Since when, asks {who.name}?"})
ANSWER = _form("task_answer", lambda who: {"answer": f"Since May, says {who.name}"})
REWORD = _form("reword", lambda who: {"wording": f"A town spent money, says {who.name}."})
SPLIT = _form("split", lambda who: {"wording": f"A town has schools ({who.name}).\nThey cost money ({who.name})."})

# Where the claim stands before. Cleo is the first of the two and Ada the second; Ben is whoever else it takes.


async def _open(scene: Scene) -> Message:
    return await scene.card()


async def _taken(scene: Scene) -> Message:
    card = await scene.card()
    await scene.cleo.press(card, "task_take")
    return await scene.until(card, f"*Taken* by @{scene.cleo.id}")


async def _asked(scene: Scene) -> Message:
    card = await scene.card()
    await menu(scene.cleo, card, "ask")
    await scene.cleo.submit({"question": "Who says so?"})
    return await scene.until(card, "*Waiting for an answer*")


async def _proposed(scene: Scene) -> Message:
    card = await scene.card()
    await propose(scene.ben, card)
    return await scene.until(card, "*Waiting for sign-off*")


async def _published(scene: Scene) -> Message:
    card = await scene.card()
    await published(scene, card)
    return card


async def _looked_at_again(scene: Scene) -> Message:
    card = await _published(scene)
    await scene.ben.press(card, "task_recheck")
    return await scene.until(card, "*Open*")


async def _aside(scene: Scene) -> Message:
    card = await scene.card()
    await set_aside(scene.ben, card)
    return await scene.until(card, "[Reopen]")


@dataclass(frozen=True)
class Outcome:
    """What the card says afterwards, and what whoever lost was told: None if both went through."""

    card: str
    told: str | None = None


LATE = "was changed since you opened it"
THEIRS = "the verdict is theirs to write"
ASIDE = "was set aside"
REVIEWED = "waits for sign-off"
REWORDED = "was worded anew or split since you opened this"

CASES: dict[str, tuple[Callable[[Scene], Awaitable[Message]], Ready, Ready, tuple[Outcome, ...]]] = {
    "take, take": (_open, TAKE, TAKE, (Outcome("*Taken*", "has this claim already"),)),
    "take, hand over": (
        _open,
        TAKE,
        HAND_OVER,
        (Outcome("*Taken* by @{ada}"), Outcome("*Taken* by @{ada}", "has this claim already")),
    ),
    "hand over, hand over": (_open, HAND_OVER, HAND_OVER, (Outcome("*Taken*"),)),
    "take, set aside": (_open, TAKE, DISMISS, (Outcome("*Set aside*"), Outcome("*Set aside*", ASIDE))),
    "take, verdict": (_open, TAKE, VERDICT, (Outcome("*Taken*", THEIRS), Outcome("*Waiting for sign-off*", REVIEWED))),
    "verdict, verdict": (_open, VERDICT, VERDICT, (Outcome("*Waiting for sign-off* · 0 of 1", LATE),)),
    "set aside, set aside": (_open, DISMISS, DISMISS, (Outcome("*Set aside*", ASIDE),)),
    "set aside, verdict": (
        _open,
        DISMISS,
        VERDICT,
        (Outcome("*Set aside*", ASIDE), Outcome("*Waiting for sign-off*", REVIEWED)),
    ),
    "put back, set aside": (_taken, PUT_BACK, DISMISS, (Outcome("*Set aside*"), Outcome("*Set aside*", ASIDE))),
    "put back, hand over": (
        _taken,
        PUT_BACK,
        HAND_OVER,
        (Outcome("*Taken* by @{ada}"), Outcome("*Taken* by @{ada}", "only they can put it back")),
    ),
    "ask, ask": (_open, ASK, ASK, (Outcome("*Waiting for an answer*", "waits for its answer already"),)),
    "ask, verdict": (
        _open,
        ASK,
        VERDICT,
        (Outcome("*Waiting for sign-off*"), Outcome("*Waiting for sign-off*", REVIEWED)),
    ),
    "answer, answer": (_asked, ANSWER, ANSWER, (Outcome("💬 Since May", "No question on this claim waits"),)),
    "drop question, answer": (_asked, DROP, ANSWER, (Outcome("*Open*", "No question on this claim waits"),)),
    "edit wording, edit wording": (_open, REWORD, REWORD, (Outcome("A town spent money", REWORDED),)),
    "edit wording, verdict": (
        _open,
        REWORD,
        VERDICT,
        (Outcome("*Waiting for sign-off*"), Outcome("*Waiting for sign-off*", REVIEWED)),
    ),
    "split, split": (_open, SPLIT, SPLIT, (Outcome("A town has schools", REWORDED),)),
    "split, set aside": (_open, SPLIT, DISMISS, (Outcome("*Set aside*"), Outcome("*Set aside*", ASIDE))),
    "sign off, sign off": (_proposed, SIGN, SIGN, (Outcome("*Published*", "is published"),)),
    "sign off, object": (
        _proposed,
        SIGN,
        OBJECT,
        (Outcome("*Published*", "is published"), Outcome("*Taken*", "no verdict waiting for sign-off")),
    ),
    "sign off, edit": (
        _proposed,
        SIGN,
        VERDICT,
        (Outcome("*Published*", "what is to be corrected"), Outcome("version 2", LATE)),
    ),
    "object, object": (_proposed, OBJECT, OBJECT, (Outcome("*Taken*", "no verdict waiting for sign-off"),)),
    "object, edit": (_proposed, OBJECT, VERDICT, (Outcome("*Taken*", THEIRS), Outcome("version 2", LATE))),
    "correct, recheck": (
        _published,
        CORRECT,
        RECHECK,
        (Outcome("*Waiting for sign-off*"), Outcome("*Waiting for sign-off*", "no published verdict here")),
    ),
    "correct, correct": (_published, CORRECT, CORRECT, (Outcome("*Waiting for sign-off* · 0 of 1", LATE),)),
    "recheck, recheck": (_published, RECHECK, RECHECK, (Outcome("*Open*", "no published verdict here"),)),
    "keep, keep": (_looked_at_again, KEEP, KEEP, (Outcome("*Published*", "is published"),)),
    "keep, take": (
        _looked_at_again,
        KEEP,
        TAKE,
        (Outcome("*Published*", "is published"), Outcome("*Taken* by @{ada}", THEIRS)),
    ),
    "keep, correct": (
        _looked_at_again,
        KEEP,
        CORRECT,
        (Outcome("*Waiting for sign-off*"), Outcome("*Waiting for sign-off*", THEIRS)),
    ),
    "reopen, reopen": (_aside, REOPEN, REOPEN, (Outcome("*Open*", "is not set aside"),)),
}


@pytest.mark.parametrize("pair", CASES)
async def test_of_two_at_once_the_card_shows_one_outcome_and_whoever_lost_is_told(
    scene: Scene, back_office: App, pair: str
) -> None:
    before, first, second, outcomes = CASES[pair]
    card = await before(scene)
    await _all_said(scene, back_office)
    revisions = card.revisions
    refused = await _at_once(scene, await first(scene.cleo, card), await second(scene.ada, card))
    await _all_said(scene, back_office)
    told = [*refused, *(m.plain() for who in (scene.cleo, scene.ada) for m in scene.slack.ephemerals(who))]
    assert card.revisions > revisions
    assert any(_fits(scene, outcome, card, told) for outcome in outcomes), f"{told}\n{card.plain()}"
    await _lists_agree(scene, card)


def _fits(scene: Scene, outcome: Outcome, card: Message, told: list[str]) -> bool:
    if outcome.card.format(ada=scene.ada.id) not in card.plain():
        return False
    return not told if outcome.told is None else len(told) == 1 and outcome.told in told[0]


async def _at_once(scene: Scene, *presses: Press) -> list[str]:
    """What forms answered to those whose press came too late."""
    answers = await asyncio.gather(*(press() for press in presses))
    assert all(answer.ok for answer in answers)
    return [sentence for answer in answers for sentence in answer.errors.values()]


async def _all_said(scene: Scene, back_office: App) -> None:
    """Wait until everything that is to be said stands in Slack."""
    outbox = back_office.desk(scene.slack.team_id).office.outbox

    async def empty() -> bool:
        return not await outbox.queues()

    await scene.slack.wait_for(empty, timeout=20)


async def _lists_agree(scene: Scene, card: Message) -> None:
    """``/claims search`` tells the state that the card shows."""
    town = next(word for word in card.plain().split() if word.startswith("Arden"))
    found = await scene.ben.command(scene.pile.channel, "/claims", f"search {town}")
    state = card.plain().splitlines()[1].split(" · ")[0]
    assert state in found.text


async def test_of_two_who_close_an_article_one_is_told(scene: Scene, back_office: App) -> None:
    root, cards = await scene.filed()
    summary = await scene.summary(root)
    presses = [await _closing(who, summary) for who in (scene.cleo, scene.ada)]
    (told,) = await _at_once(scene, *presses)
    assert "This article was closed" in told
    await _all_said(scene, back_office)
    assert all("*Set aside*" in card.plain() for card in cards)
    assert summary.plain().count("*Article closed*") == 1


async def test_a_claim_that_is_taken_while_its_article_is_closed_is_set_aside(scene: Scene, back_office: App) -> None:
    root, cards = await scene.filed()
    summary = await scene.summary(root)
    close = await _closing(scene.cleo, summary)
    assert not await _at_once(scene, close, lambda: scene.ada.press(cards[0], "task_take"))
    await _all_said(scene, back_office)
    assert all("*Set aside*" in card.plain() for card in cards)
    assert "2 set aside" in summary.plain()
    told = [*scene.slack.ephemerals(scene.ada), *scene.slack.dms(scene.ada)]
    assert any(ASIDE in m.plain() for m in told)  # her press was refused, or the claim she had was taken from her


async def test_a_verdict_that_comes_while_its_article_is_closed_stands_or_is_refused(
    scene: Scene, back_office: App
) -> None:
    root, cards = await scene.filed()
    card = next(c for c in cards if "Said by" not in c.plain())
    verdict = await VERDICT(scene.ada, card)
    told = await _at_once(scene, await _closing(scene.cleo, await scene.summary(root)), verdict)
    await _all_said(scene, back_office)
    assert ("*Set aside*" if told else "*Waiting for sign-off*") in card.plain()
    assert all(ASIDE in sentence for sentence in told)


async def test_a_claim_that_is_added_while_the_article_is_closed_is_not_left_open(
    scene: Scene, back_office: App
) -> None:
    root, _ = await scene.filed()
    summary = await scene.summary(root)
    await scene.ada.press(summary, "article_menu", menu_value(summary, "add_claim"))
    told = await _at_once(
        scene,
        await _closing(scene.cleo, summary),
        lambda: scene.ada.submit({"wording": "The bridge has two lanes."}),
    )
    await _all_said(scene, back_office)
    assert len(scene.cards_now(root)) == (2 if told else 3)
    assert all("*Set aside*" in card.plain() for card in scene.cards_now(root))


async def _closing(who: Person, summary: Message) -> Press:
    await who.press(summary, "article_menu", menu_value(summary, "close"))
    return lambda: who.submit({"reason": f"Old news, says {who.name}"})


async def test_of_two_who_split_a_claim_one_has_split_it_and_the_other_is_told(scene: Scene, back_office: App) -> None:
    root, cards = await scene.filed()
    (told,) = await _at_once(scene, *[await SPLIT(who, cards[0]) for who in (scene.cleo, scene.ada)])
    assert REWORDED in told
    await _all_said(scene, back_office)
    numbers = [card.plain().split(".", 1)[0] for card in posted(scene, root, "card")]
    assert sorted(numbers) == ["*1", "*2", "*3"]


async def test_the_log_of_all_that_is_whole(scene: Scene) -> None:
    verify = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "audit", "verify"),
        env=scene.processes.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await verify.communicate()
    assert verify.returncode == 0
    assert b"unbroken" in said
