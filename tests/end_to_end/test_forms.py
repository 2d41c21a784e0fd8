"""Every form: what is missing or wrong is said on its field, and nothing that was typed is lost."""

from __future__ import annotations

import copy
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from end_to_end.acts import GOOD, menu, menu_value, propose, published, set_aside, settings
from end_to_end.conftest import Scene

from bot.sandbox import InputMissing, Message, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

TODAY = datetime.now(UTC).date()
Before = Callable[[Scene], Awaitable[Message]]


async def _open(scene: Scene) -> Message:
    return await scene.card()


async def _cleos(scene: Scene) -> Message:
    card = await scene.card()
    await scene.cleo.press(card, "task_take")
    return await scene.until(card, "*Taken*")


async def _asked(scene: Scene) -> Message:
    card = await scene.card()
    await menu(scene.cleo, card, "ask")
    await scene.cleo.submit({"question": "Who says so?"})
    return await scene.until(card, "*Waiting for an answer*")


async def _proposed(scene: Scene) -> Message:
    card = await scene.card()
    await propose(scene.cleo, card)
    return await scene.until(card, "*Waiting for sign-off*")


async def _published(scene: Scene) -> Message:
    card = await scene.card()
    await published(scene, card)
    return card


async def _article(scene: Scene) -> Message:
    root, _ = await scene.filed()
    return await scene.summary(root)


async def _shows(who: Person, message: Message, opens: str) -> None:
    """Open a form by a card's button, a card's menu or an article's menu."""
    if opens.startswith("task_"):
        await who.press(message, opens)
    elif opens in ("add_claim", "close"):
        await who.press(message, "article_menu", menu_value(message, opens))
    else:
        await menu(who, message, opens)
    assert who.view is not None


REFUSED: dict[str, tuple[Before, str, Callable[[Scene], dict[str, Any]], dict[str, str]]] = {
    "a claim for an app": (
        _open,
        "task_hand_over",
        lambda s: {"to": s.slack.bot_user_id},
        {"to": "cannot check claims: that is an app"},
    ),
    "a claim for whoever has it": (_cleos, "task_hand_over", lambda s: {"to": s.cleo}, {"to": "has this claim"}),
    "set aside without a reason": (
        _open,
        "task_dismiss",
        lambda s: {"kind": "out_of_scope", "reason": " "},
        {"reason": "Please give a reason"},
    ),
    "a duplicate of nothing": (
        _open,
        "task_dismiss",
        lambda s: {"kind": "duplicate", "reason": "I saw it somewhere"},
        {"original": "Please choose the claim that this one repeats"},
    ),
    "a due time in the past": (_open, "due", lambda s: {"due": int(time.time()) - 60}, {"due": "That is in the past"}),
    "an empty question": (_open, "ask", lambda s: {"question": " \n "}, {"question": "Please write the question"}),
    "an empty answer": (_asked, "task_answer", lambda s: {"answer": "  "}, {"answer": "Please write the answer"}),
    "no wording": (_open, "reword", lambda s: {"wording": "  "}, {"wording": "in one sentence"}),
    "one claim as a split": (
        _open,
        "split",
        lambda s: {"wording": "Schools cost money.\n•  \n"},
        {"wording": "at least two claims and at most 6"},
    ),
    "seven claims as a split": (
        _open,
        "split",
        lambda s: {"wording": "\n".join(f"School {n} cost money." for n in range(7))},
        {"wording": "at least two claims and at most 6"},
    ),
    "too long a claim in a split": (
        _open,
        "split",
        lambda s: {"wording": f"Schools cost money.\nThey cost {'very ' * 250} much."},
        {"wording": "below 1000 characters"},
    ),
    "an objection without a reason": (_proposed, "task_object", lambda s: {"reason": " "}, {"reason": "give a reason"}),
    "an added claim that says nothing": (_article, "add_claim", lambda s: {}, {"sentence": "choose a sentence"}),
    "an added claim that is there": (
        _article,
        "add_claim",
        lambda s: {"wording": "the city of Brannock spent 48 million euros on the bridge."},
        {"wording": "says that already"},
    ),
    "an article closed without a reason": (_article, "close", lambda s: {"reason": " "}, {"reason": "give a reason"}),
    "a verdict without sources": (
        _open,
        "task_verdict",
        lambda s: {"rating": "false", "summary": "No."},
        {"url_0": "0 of 2 independent sources"},
    ),
    "a verdict on two pages of one site": (
        _open,
        "task_verdict",
        lambda s: {**GOOD, "url_1": "https://www.accounts.brannock.example/2023"},
        {"url_0": "1 of 2 independent sources"},
    ),
    "a verdict on copies of one article": (
        _open,
        "task_verdict",
        lambda s: {
            **GOOD,
            "url_0": "https://one.example/news/bridge-cost-61-million-auditor-says",
            "url_1": "https://two.example/a/bridge-cost-61-million-auditor-says.html",
        },
        {"url_0": "1 of 2 independent sources"},
    ),
    "a verdict with much that is wrong": (
        _open,
        "task_verdict",
        lambda s: {
            **GOOD,
            "summary": "  ",
            "url_0": "www.brannock.example",
            "note_1": "",
            "archive_1": "https://web archive",
            "as_of": (TODAY + timedelta(days=2)).isoformat(),
            "recheck": TODAY.isoformat(),
        },
        {
            "summary": "one sentence",
            "url_0": "This is not a link",
            "note_1": "what this source shows",
            "archive_1": "This is not a link",
            "as_of": "still to come",
            "recheck": "still to come",
        },
    ),
    "a correction that does not say why": (
        _published,
        "task_verdict",
        lambda s: {"correction": " ", "summary": "It was more."},
        {"correction": "what is to be corrected"},
    ),
}
"""Where a claim or an article stands, the form, what is filled in, and what is said on which field."""


@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_is_refused_on_its_field_and_nothing_typed_is_lost(scene: Scene, what: str) -> None:
    before, opens, values, errors = REFUSED[what]
    message = await before(scene)
    await _shows(scene.ben, message, opens)
    form = scene.ben.fill(values(scene))
    typed, shown = copy.deepcopy(form.state), message.plain()
    answer = await scene.ben.submit()
    assert answer.errors.keys() >= errors.keys()
    assert all(words in answer.errors[field] for field, words in errors.items())
    assert scene.ben.view is form
    assert form.state == typed
    assert message.plain() == shown


REQUIRED: dict[str, tuple[Before, str, dict[str, Any]]] = {
    "whom it is handed to": (_open, "task_hand_over", {}),
    "why it is set aside": (_open, "task_dismiss", {"reason": "An opinion"}),
    "a question": (_open, "ask", {}),
    "an answer": (_asked, "task_answer", {}),
    "a wording": (_open, "reword", {"wording": ""}),
    "claims of a split": (_open, "split", {"wording": ""}),
    "a rating": (_open, "task_verdict", {**GOOD, "rating": None}),
    "a summary": (_open, "task_verdict", {**GOOD, "summary": None}),
    "an answer to the reviewer's questions": (_proposed, "task_sign_off", {"review_literal": "no"}),
    "what is wrong with a verdict": (_proposed, "task_object", {}),
    "why an article is closed": (_article, "close", {}),
}


@pytest.mark.parametrize("what", REQUIRED)
async def test_slack_itself_asks_for_what_a_form_cannot_do_without(scene: Scene, what: str) -> None:
    before, opens, values = REQUIRED[what]
    await _shows(scene.ben, await before(scene), opens)
    with pytest.raises(InputMissing):
        await scene.ben.submit(values)


async def test_the_same_wording_is_no_change(scene: Scene) -> None:
    await menu(scene.ben, await scene.card(), "reword")
    assert "words it already" in (await scene.ben.submit()).errors["wording"]


async def test_the_page_under_review_is_no_evidence_for_itself(scene: Scene) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}/article again")
    card = next(c for c in await scene.all_cards(root) if "Said by" not in c.plain())
    answer = await propose(scene.ben, card, url_1=f"{scene.site}/another-page")
    assert "1 of 2 independent sources" in answer.errors["url_0"]


async def test_an_original_that_was_set_aside_meanwhile_is_refused_on_its_field(scene: Scene) -> None:
    original, card = await scene.card(), await scene.card()
    await scene.ben.press(card, "task_dismiss")
    (option,) = (await scene.ben.suggest("original", original.plain().split()[4])).options
    assert (await set_aside(scene.cleo, original)).ok
    refused = await scene.ben.submit({"kind": "duplicate", "original": option["value"]})
    assert "was set aside itself" in refused.errors["original"]


async def test_where_the_house_asks_for_archived_copies_each_source_needs_one_or_the_reason(
    scene: Scene, boss: Person
) -> None:
    assert (await settings(scene, boss, archived=["yes"])).ok
    card = await scene.card()
    refused = await propose(scene.ben, card, archive_0="https://web.archive.org/web/2026/https://accounts.example/")
    assert refused.errors == {"archive_1": "Please add the link of an archived copy, or say why there is none."}
    assert (await scene.ben.submit({"archive_1": "The auditor forbids it"})).ok
    await scene.until(card, "*Waiting for sign-off*", "archived copy", "not archived: The auditor forbids it")


async def test_a_rating_of_a_scale_that_was_changed_meanwhile_is_refused_on_its_field(
    scene: Scene, boss: Person
) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_verdict")
    scene.ben.fill({**GOOD, "rating": "mostly_false"})
    assert (await settings(scene, boss, scale="three_steps")).ok
    assert "not on the desk's scale any more" in (await scene.ben.submit()).errors["rating"]


async def test_who_is_no_admin_any_more_changes_no_settings(scene: Scene, boss: Person) -> None:
    await boss.open_home()
    await scene.slack.wait_for(lambda: boss.home)
    await boss.press(boss.home, "home_settings")
    boss.user.is_admin = False
    await boss.move("Europe/Paris")  # with which Slack tells who they are now
    refused = await boss.submit({"approvals": "3"})
    assert "Only somebody who is an admin" in next(iter(refused.errors.values()))
    await boss.close_view()


async def test_sources_are_added_up_to_eight_and_what_was_typed_stays(scene: Scene) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_verdict")
    form = scene.ben.fill(GOOD)
    for row in range(2, 8):
        await scene.ben.press(form, "verdict_add_source")
        scene.ben.fill({f"url_{row}": f"https://site{row}.example/", f"note_{row}": f"Page {row}"})
    assert "[Add a source]" not in form.plain()
    assert (await scene.ben.submit()).ok
    await scene.until(card, "8 independent sources of 8", "site7.example: Page 7", "auditor.example")
