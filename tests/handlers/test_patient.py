"""Whatever Redis does, Slack is answered in time, and whoever pressed or sent something reads what to do next."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pressing
import pytest
from pressing import desk, event, pressed, send
from redis.exceptions import OutOfMemoryError

from bot.slack.ids import Action
from bot.store import redis_client
from handlers import errors, patient
from handlers.patient import NOT_NOW, NOT_NOW_FORM, NOT_READ, PatientApp, refusal

VIEW = {
    "type": "modal",
    "id": "V1",
    "hash": "1.a",
    "callback_id": "dismiss",
    "private_metadata": "{}",
    "state": {"values": {}},
}
FORM = {**VIEW, "blocks": [{"type": "section", "block_id": "s"}, {"type": "input", "block_id": "reason"}]}
SPOKEN = {"type": "app_mention", "user": "U0ANA", "channel": "C1", "thread_ts": "3.0"}
DIRECT = {"type": "message", "channel_type": "im", "channel": "D1"}


class Noted:
    """A watch that only counts."""

    def __init__(self) -> None:
        self.times = 0

    def note(self) -> None:
        self.times += 1


class Said:
    """What people were told past the outbox."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    told = Said()

    async def tell(client: object, user: str, text: str, channel: str, thread: str | None) -> None:
        told.said.append({"user": user, "text": text, "channel": channel, "thread": thread})

    monkeypatch.setattr(patient, "_tell", tell)
    return told


def app(listener: Any) -> PatientApp:
    bolt = pressing.bolt(PatientApp)
    bolt.watch = Noted()  # type: ignore[assignment]
    bolt.action("task_take")(listener)
    bolt.view("dismiss")(listener)
    bolt.event("app_mention")(listener)
    errors.register(bolt, desk())
    return bolt


async def full() -> None:
    raise OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")


async def test_a_form_stays_open_with_what_to_do_on_its_first_field(said: Said) -> None:
    response = await send(app(full), {"type": "view_submission", "view": FORM})
    assert response.status == 200
    assert json.loads(response.body) == {"response_action": "errors", "errors": {"reason": NOT_NOW_FORM}}
    assert said.said == []


async def test_whoever_pressed_is_told_past_the_outbox_and_the_operator_gets_no_trace(
    said: Said, caplog: pytest.LogCaptureFixture
) -> None:
    bolt = app(full)
    response = await send(bolt, pressed("task_take", value="s1-1"))
    await asyncio.sleep(0)
    assert response.status == 503
    assert said.said == [{"user": "U0ANA", "text": NOT_NOW, "channel": "C1", "thread": "3.0"}]
    assert bolt.watch.times == 1  # type: ignore[attr-defined]
    assert not [r for r in caplog.records if r.exc_info]


async def test_what_hangs_is_answered_in_time_and_a_press_is_broken_off(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient, "ANSWER_WITHIN", 0.1)
    broken_off: list[bool] = []

    async def hangs() -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            broken_off.append(True)
            raise

    began = time.monotonic()
    assert (await send(app(hangs), pressed("task_take", value="s1-1"))).status == 503
    assert time.monotonic() - began < 1
    await asyncio.sleep(0.05)
    assert broken_off == [True]
    assert [s["text"] for s in said.said] == [NOT_NOW]


async def test_what_swallows_every_cancellation_is_left_behind_and_asked_no_more(
    said: Said, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(patient, "ANSWER_WITHIN", 0.02)
    monkeypatch.setattr(redis_client, "AGAIN", 0.02)
    asked: list[int] = []

    async def swallows() -> None:
        for _ in range(redis_client.TIMES + 5):
            try:
                await asyncio.sleep(0.5)
            except asyncio.CancelledError:
                asked.append(1)

    assert (await send(app(swallows), pressed("task_take", value="s1-1"))).status == 503
    await asyncio.sleep(0.5)
    assert len(asked) == redis_client.TIMES
    assert "leaving it behind" in caplog.text
    while patient._kept:
        for task in patient._kept:
            task.cancel()
        await asyncio.sleep(0)


async def test_an_event_that_takes_long_is_asked_for_again_and_handled_to_its_end(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient, "ANSWER_WITHIN", 0.1)
    handled: list[bool] = []

    async def slow() -> None:
        await asyncio.sleep(0.3)
        handled.append(True)

    assert (await event(app(slow), type="app_mention", text="x", channel="C1", ts="1.0")).status == 503
    assert handled == []
    await asyncio.sleep(0.4)
    assert handled == [True]
    assert said.said == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"type": "event_callback", "event": SPOKEN}, True),
        (
            {"type": "event_callback", "event": {**SPOKEN, "type": "message", "channel_type": "im", "channel": "D1"}},
            True,
        ),
        ({"type": "event_callback", "event": {**SPOKEN, "type": "message", "channel_type": "channel"}}, False),
        ({"type": "event_callback", "event": {**SPOKEN, "bot_id": "B1"}}, False),
        ({"type": "event_callback", "event": {"type": "app_home_opened", "user": "U0ANA"}}, False),
    ],
)
def test_who_spoke_to_the_desk_is_told_when_slack_will_not_try_again(body: dict[str, Any], told: bool) -> None:
    response, telling = refusal(body, last=True)
    assert response.status == 503
    assert (telling is not None) is told
    assert telling is None or telling["text"] == NOT_READ
    assert refusal(body)[1] is None


def test_a_command_is_answered_in_its_own_answer_and_a_list_is_empty() -> None:
    response, telling = refusal({"command": "/claims", "user_id": "U0ANA", "channel_id": "C1"})
    assert (response.status, telling) == (200, None)
    assert json.loads(response.body)["text"] == NOT_NOW
    response, telling = refusal({"type": "block_suggestion", "user": {"id": "U0ANA"}})
    assert (response.status, json.loads(response.body), telling) == (200, {"options": []}, None)


def test_nobody_is_told_at_every_word_that_is_typed_into_a_form() -> None:
    body = {"type": "block_actions", "user": {"id": "U0ANA"}, "actions": [{"action_id": Action.TYPED.value}]}
    assert refusal(body)[1] is None


def test_a_press_in_a_home_is_answered_in_the_direct_message() -> None:
    body = {"type": "block_actions", "user": {"id": "U0ANA"}, "actions": [{"action_id": "home_page"}], "view": {}}
    assert refusal(body)[1] == {"user": "U0ANA", "text": NOT_NOW, "channel": "", "thread": None}
