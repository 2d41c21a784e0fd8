"""Reminders as people get them: the round at a set time, the message by the real sender, the press in the real web."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from end_to_end.acts import claim, menu, propose, told
from end_to_end.conftest import Scene

from bot.sandbox import Message
from bot.service import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _workday(hour: int) -> datetime:
    """A day to come on which people work and had worked the day before, at this hour."""
    day = datetime.now(UTC).date() + timedelta(days=2)
    while day.weekday() in (0, 5, 6):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), UTC)


async def test_who_has_a_claim_is_reminded_before_it_is_due_and_when_it_is_overdue_and_can_snooze_it(
    scene: Scene, desk_at: Callable[[datetime], Desk]
) -> None:
    noon = _workday(13)
    card = await scene.card()
    await scene.ben.press(card, "task_take")
    await scene.until(card, "*Taken*")
    await menu(scene.ben, card, "due")
    assert (await scene.ben.submit({"due": int(noon.timestamp())})).ok
    await scene.until(card, "due ")
    await desk_at(noon - timedelta(hours=20)).reminders.round()  # at night
    await desk_at(noon - timedelta(hours=3, minutes=50)).reminders.round()
    reminder = await told(scene, scene.ben, "*Due soon*", claim(card))
    await desk_at(noon - timedelta(hours=3, minutes=40)).reminders.round()  # nothing new
    await desk_at(noon + timedelta(minutes=5)).reminders.round()
    overdue = await told(scene, scene.ben, "*Overdue*", claim(card))
    assert [m for m in scene.slack.dms(scene.ben) if claim(card) in m.plain()] == [reminder, overdue]
    snooze = next(b for b in overdue.blocks if "reminder_snooze" in str(b))  # of what presses most
    choice = next(o["value"] for o in snooze["elements"][0]["options"] if o["value"].startswith("4h "))
    await scene.ben.press(overdue, "reminder_snooze", choice, block_id=snooze["block_id"])
    await scene.until(overdue, "💤 Snoozed until")


async def test_who_may_sign_is_reminded_of_a_verdict_that_waits_and_can_dismiss_that(
    scene: Scene, desk_at: Callable[[datetime], Desk]
) -> None:
    _, cards = await scene.filed()
    await scene.cleo.press(cards[0], "task_take")  # who works there is who may be asked
    await scene.until(cards[0], "*Taken*")
    card = cards[1]
    await propose(scene.ben, card)
    await scene.until(card, "*Waiting for sign-off*")
    await desk_at(_workday(15)).reminders.round()
    reminder = await told(scene, scene.cleo, "*Waiting for your sign-off*", claim(card))
    assert not [m for m in scene.slack.dms(scene.ben) if "Waiting for your sign-off" in m.plain()]
    row = next(b["block_id"] for b in reminder.blocks if "reminder_dismiss" in str(b))
    await scene.cleo.press(reminder, "reminder_dismiss", block_id=row)
    await scene.until(reminder, "🔕 Dismissed")


async def test_a_channel_is_reminded_once_of_claims_that_nobody_took(
    scene: Scene, desk_at: Callable[[datetime], Desk]
) -> None:
    _, cards = await scene.filed()

    def reminders() -> list[Message]:
        return [m for m in scene.slack.messages(scene.desk) if claim(cards[0]) in m.plain() and m.user != scene.ada.id]

    await desk_at(_workday(13)).reminders.round()
    (reminder,) = await scene.slack.wait_for(reminders, timeout=15)
    assert claim(cards[1]) in reminder.plain()
    await desk_at(_workday(13) + timedelta(hours=1)).reminders.round()
    await scene.filed()  # something else goes through meanwhile
    assert len(reminders()) == 1
