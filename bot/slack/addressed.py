"""Which workspace a payload of Slack's is for, where the desk works for several.

Slack names a workspace in several places, and in a channel that two of them share not always ours
(docs.slack.dev, Slack Connect). So it is looked for in this order:

- an event: the installation in ``authorizations``, which is one at most; a mention in a shared channel first at the bot
  that is mentioned;
- a press on one of our messages: the installation whose bot wrote the message, whoever pressed;
- a form: ``view.app_installed_team_id``;
- else the workspace that is named as the person's: ``team``, ``team_id``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.identity import Identity


def addressed_to(body: Mapping[str, Any], installed: Mapping[str, Identity]) -> str | None:
    """The workspace, one of those that are ``installed``; None if the payload is for none of them."""
    return next((team for team in _named(body, installed) if team in installed), None)


def may_be_for_another(body: Mapping[str, Any], installed: Mapping[str, Identity]) -> bool:
    """Whether the workspace that a payload names first is none of those that are ``installed``."""
    return next(_named(body, installed), "") not in installed


def _named(body: Mapping[str, Any], installed: Mapping[str, Identity]) -> Iterator[str]:
    """The workspaces that a payload names, the one that it is for first."""
    if isinstance(body.get("event"), dict):
        return _of_event(body, installed)
    if isinstance(body.get("view"), dict):
        return _of_view(body["view"], body)
    return _of_press(body, installed)


def _of_event(body: Mapping[str, Any], installed: Mapping[str, Identity]) -> Iterator[str]:
    event = body["event"]
    if event.get("type") == "app_mention" and body.get("is_ext_shared_channel") is True:
        text = str(event.get("text"))
        mentioned = [team for team, here in installed.items() if f"<@{here.bot_user}>" in text]
        if len(mentioned) == 1:
            yield mentioned[0]
    authorizations = body.get("authorizations")
    for authorization in authorizations if isinstance(authorizations, list) else ():
        yield from _team(authorization, "team_id")
    yield from _team(body, "context_team_id", "team_id")


def _of_view(view: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    if view.get("app_installed_team_id"):
        yield from _team(view, "app_installed_team_id")
    else:
        yield from _of_person(body)


def _of_press(body: Mapping[str, Any], installed: Mapping[str, Identity]) -> Iterator[str]:
    message = body.get("message")
    if body.get("type") in ("block_actions", "block_suggestion") and isinstance(message, dict):
        bot = message.get("bot_id")
        ours = [team for team, here in installed.items() if bot and here.bot_id == bot]
        yield from (team for team in _of_person(body) if team in ours)
        yield from ours
    yield from _of_person(body)


def _of_person(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _team(body.get("team"), "id")
    yield from _team(body, "team_id")
    yield from _team(body.get("user"), "team_id")


def _team(place: object, *names: str) -> Iterator[str]:
    if isinstance(place, dict):
        yield from (place[name] for name in names if isinstance(place.get(name), str))
