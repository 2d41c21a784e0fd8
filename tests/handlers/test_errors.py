"""What goes wrong on our side is noted, told to whoever pressed something, and left open for Slack's next try."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from pressing import Told, bolt, command, desk, event, pressed, send

from handlers import errors
from handlers.errors import SORRY


def failing(office: Told) -> Any:
    """An app whose every listener fails."""
    app = bolt()

    async def fail() -> None:
        raise RuntimeError("out of paper")

    app.action("task_take")(fail)
    app.view("dismiss")(fail)
    app.message_shortcut("check_message")(fail)
    app.command("/claims")(fail)
    app.event("app_mention")(fail)
    app.options("original")(fail)
    errors.register(app, desk(office=office))
    return app


VIEW = {"type": "modal", "callback_id": "dismiss", "private_metadata": "{}", "state": {"values": {}}}


@pytest.mark.parametrize(
    ("payload", "channel", "thread"),
    [
        (pressed("task_take", value="s1-1"), "C1", "3.0"),
        ({"type": "view_submission", "view": VIEW}, "U0ANA", None),
        (
            {"type": "message_action", "callback_id": "check_message", "channel": {"id": "C1"}, "message": {"ts": "4"}},
            "C1",
            None,
        ),
    ],
)
async def test_whoever_pressed_something_is_told_in_words_and_the_delivery_stays_open(
    payload: dict[str, Any], channel: str, thread: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    office = Told()
    response = await send(failing(office), payload)
    assert response.status == 500
    assert office.said == [{"user": "U0ANA", "channel": channel, "text": SORRY, "thread": thread, "origin": "1.2"}]
    (line,) = [r for r in caplog.records if r.name == "handlers.errors"]
    assert line.levelno == logging.ERROR
    assert line.exc_info is not None
    assert str(line.exc_info[1]) == "out of paper"


async def test_a_command_that_fails_is_told_where_it_was_typed() -> None:
    office = Told()
    assert (await command(failing(office), command="/claims", text="")).status == 500
    assert [(said["user"], said["channel"]) for said in office.said] == [("U0ANA", "C1")]


async def test_an_event_that_fails_is_told_nobody_for_slack_sends_it_again() -> None:
    office = Told()
    assert (await event(failing(office), type="app_mention", text="x", channel="C1", ts="1.0")).status == 500
    assert office.said == []


async def test_where_nothing_can_be_told_either_the_first_error_is_noted_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = await send(failing(Told(broken=True)), pressed("task_take", value="s1-1"))
    assert response.status == 500
    noted = [r for r in caplog.records if r.name == "handlers.errors"]
    assert [bool(r.exc_info) for r in noted] == [True, False]
