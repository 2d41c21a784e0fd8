"""Which workspace a payload is for, in the shapes in which Slack sends them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.addressed import addressed_to
from bot.slack.identity import Identity

ONE, TWO = Identity("T1", "U1BOT", "B1"), Identity("T2", "U2BOT", "B2")
INSTALLED = {"T1": ONE, "T2": TWO}
OTHERS = "T9"
"""Another company's workspace, where the app is not."""


def event(*authorized: str, text: str = "", kind: str = "message", **fields: Any) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": OTHERS,
        "event": {"type": kind, "text": text, "team": OTHERS},
        "authorizations": [{"team_id": team, "is_bot": True} for team in authorized],
        **fields,
    }


def press(bot: str, team: str | None, **fields: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": team} if team else None,
        "user": {"id": "U7", "team_id": team or OTHERS},
        "message": {"bot_id": bot, "ts": "1.2"},
        **fields,
    }


def form(installed: str | None, team: str) -> dict[str, Any]:
    view = {"id": "V1", "team_id": team} | ({"app_installed_team_id": installed} if installed else {})
    return {"type": "view_submission", "team": {"id": team}, "user": {"id": "U7", "team_id": team}, "view": view}


@pytest.mark.parametrize(
    ("body", "team"),
    [
        (event("T1"), "T1"),
        (event("T2"), "T2"),  # posted by another company in a channel that is shared with it
        (event("T2", team_id="T1"), "T2"),
        (event(OTHERS), None),
        (event(OTHERS, context_team_id="T2"), "T2"),
        (event(team_id="T1", kind="app_uninstalled"), "T1"),  # nobody is authorized any more
        ({"command": "/claims", "team_id": "T2"}, "T2"),
        ({"command": "/claims", "team_id": OTHERS}, None),
        (press("B1", "T1"), "T1"),
        (press("B2", OTHERS), "T2"),  # our card, in a channel shared with another company
        (press("B2", "T1"), "T2"),  # the card of one of ours, pressed by somebody of the other
        (press("B2", None), "T2"),  # an organisation's
        (press("B9", "T1"), "T1"),
        (press("B9", OTHERS), None),
        (press("", "T2"), "T2"),
        (
            {"type": "message_action", "team": {"id": "T1"}, "message": {"bot_id": "B2"}},
            "T1",
        ),  # a shortcut on any message
        (form("T1", "T1"), "T1"),
        (form("T2", OTHERS), "T2"),
        (form("T2", "T1"), "T2"),
        (form(OTHERS, "T1"), None),
        (form(None, "T1"), "T1"),
        ({"type": "block_suggestion", "team": {"id": "T2"}, "view": {"id": "V1"}}, "T2"),
        ({"type": "url_verification", "challenge": "x"}, None),
        ({}, None),
    ],
)
def test_a_payload_goes_to_the_workspace_it_is_for(body: dict[str, Any], team: str | None) -> None:
    assert addressed_to(body, INSTALLED) == team


def test_a_mention_in_a_channel_of_two_newsrooms_is_for_the_one_that_is_mentioned() -> None:
    def mention(text: str, *, shared: bool = True) -> str | None:
        body = event("T1", text=text, kind="app_mention", is_ext_shared_channel=shared)
        return addressed_to(body, INSTALLED)

    assert mention("<@U2BOT> https://a.example") == "T2"
    assert mention("<@U1BOT> https://a.example") == "T1"
    assert mention("<@U2BOT> <@U1BOT>") == "T1"  # then whom Slack names
    assert mention("<@U2BOT>", shared=False) == "T1"  # anybody can write this


def test_where_two_bots_have_one_id_the_person_tells() -> None:
    alike = {"T1": ONE, "T2": Identity("T2", "U1BOT", "B1")}
    assert addressed_to(press("B1", "T2"), alike) == "T2"


@pytest.mark.parametrize("junk", [None, 5, "T1", [], ["T1"], {"id": 5}, {"id": None}, {}])
def test_what_is_no_workspace_is_nobodys(junk: Any) -> None:
    for name in ("team", "user", "view", "message", "event", "authorizations", "team_id"):
        assert addressed_to({"type": "block_actions", name: junk}, INSTALLED) in (None, "T1")
        assert addressed_to({"type": "event_callback", "event": {}, name: junk}, INSTALLED) in (None, "T1")
