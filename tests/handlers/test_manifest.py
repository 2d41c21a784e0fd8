"""The Slack app manifest says what the code uses: no scope too few, none too many."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.slack.ids import Callback, Slash

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "config/slack-manifest.json").read_text("utf-8"))

# Which scope a call of the Web API or an event needs (docs.slack.dev/reference); history depends on the conversation.
HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}
NEEDS = {
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_getPermalink": set(),
    "conversations_open": {"im:write"},
    "conversations_replies": HISTORY,
    "conversations_history": HISTORY,
    "conversations_info": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "files_info": {"files:read"},
    "usergroups_list": {"usergroups:read"},
    "users_conversations": {"channels:read", "groups:read", "mpim:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
    "auth_test": set(),
    "apps_connections_open": set(),  # with the app-level token
}
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_left": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_left": {"groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}


def _code() -> str:
    rooms = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]
    return "\n".join(p.read_text("utf-8") for p in rooms if not {"sandbox", "demo", "articles"} & set(p.parts))


def test_scopes_are_those_the_code_uses() -> None:
    calls = set(re.findall(r"client\.([a-z]+_\w+)\(", _code()))
    assert calls <= set(NEEDS), "a call whose scope this test does not know"
    assert calls == set(NEEDS), "a call that nobody makes any more"
    needed = set().union(*(NEEDS[call] for call in calls), *EVENTS.values(), {"commands"})
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_every_scope_is_explained_and_no_other() -> None:
    table = (ROOT / "docs/configuration.md").read_text("utf-8").partition("## The Slack app")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    explained = {
        scope for row in rows for scope in re.findall(r"`([\w:]+)`", row) if ":" in scope or scope == "commands"
    }
    assert explained == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_commands_are_those_the_code_listens_to() -> None:
    assert {c["command"] for c in MANIFEST["features"]["slash_commands"]} == {s.value for s in Slash}


def test_shortcuts_are_those_the_code_listens_to() -> None:
    assert [s["callback_id"] for s in MANIFEST["features"]["shortcuts"]] == [Callback.CHECK_MESSAGE.value]


def test_events_are_those_the_code_listens_to() -> None:
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)
    listened = set(re.findall(r'app\.event\("(\w+)"\)', _code()))
    assert listened == {event.split(".")[0] for event in EVENTS}


def test_people_have_the_home_and_can_write_to_the_desk_and_forms_get_their_options() -> None:
    home = MANIFEST["features"]["app_home"]
    assert home == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    assert MANIFEST["settings"]["interactivity"]["message_menu_options_url"]
