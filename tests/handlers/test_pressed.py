"""Buttons and menus that say what no card of ours would say, and choices that were taken back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pressing import Told, bolt, desk, pressed, send

from bot.desk.commands import NeverMind, Take
from bot.desk.refusals import SENTENCES, Reason
from handlers import actions, home


class Work:
    """Notes what it is asked to do."""

    def __init__(self) -> None:
        self.acted: list[tuple[str, Any, str]] = []

    async def act(self, id: str, command: Any, actor: str) -> None:
        self.acted.append((id, command, actor))


@pytest.mark.parametrize(
    "payload",
    [
        pressed("task_take", value="s1-1 two"),
        pressed("task_never_mind", value="s1-1 1 2"),
        pressed("article_show_more", value="s1 -5"),
        pressed("task_verdict", value="s1-1 99999999999999999999"),
        pressed("task_more", type="overflow", selected_option={"value": "fly s1-1"}),
        pressed("task_more", type="overflow", selected_option={"value": ""}),
        pressed("article_menu", type="overflow", selected_option={"value": "burn s1"}),
        pressed("home_page", value="mine many"),
    ],
)
async def test_what_cannot_be_understood_is_answered_with_a_sentence(payload: dict[str, Any]) -> None:
    app, office, work = bolt(), Told(), Work()
    for kind in (actions, home):
        kind.register(app, desk(office=office, work=work))
    response = await send(app, payload)
    assert response.status == 200
    assert [said["text"] for said in office.said] == [SENTENCES[Reason.NOT_UNDERSTOOD]]
    assert work.acted == []


@pytest.mark.parametrize(
    ("payload", "command"),
    [
        (pressed("task_take", value="s1-1"), Take()),
        (pressed("task_take", value="s1-1 3"), Take()),
        (pressed("task_never_mind", value="s1-1 2"), NeverMind(1)),
        (pressed("task_never_mind", value="s1-1"), NeverMind(None)),
    ],
)
async def test_a_button_does_what_it_says_of_what_it_was_pressed_on(payload: dict[str, Any], command: Any) -> None:
    app, work = bolt(), Work()
    actions.register(app, desk(work=work))
    assert (await send(app, payload)).status == 200
    assert work.acted == [("s1-1", command, "U0ANA")]


@pytest.mark.parametrize("action", [{}, {"selected_conversation": None}, {"selected_conversation": ""}])
async def test_a_channel_that_was_not_chosen_has_no_settings_to_show(action: dict[str, Any]) -> None:
    async def check_admin(user: str) -> None:
        """Everybody is."""

    app, office = bolt(), Told()
    home.register(app, desk(office=office, house=SimpleNamespace(check_admin=check_admin)))
    payload = {**pressed("home_channel", **action), "view": {"id": "V1", "type": "home"}}
    assert (await send(app, payload)).status == 200
    assert office.said == []
