"""What the app manifest allows: scopes, commands, shortcuts and events, read from Slack's own format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.records import JSON
from bot.sandbox.words import words

EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "tokens_revoked": (),
    "channel_archive": ("channels:read",),
    "channel_created": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "file_shared": ("files:read",),
    "group_archive": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "link_shared": ("links:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
}
"""Which scope each event needs; one of them is enough. Slack lets an app subscribe to nothing without it."""

PERMISSIVE: JSON = {
    "display_information": {"name": "Sandbox app"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "sandbox-app", "always_online": True},
        "slash_commands": [
            {"command": "/factcheck", "description": "Check a link or a text", "should_escape": False},
            {"command": "/claims", "description": "List claims", "should_escape": False},
            {"command": "/digest", "description": "The digest", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Check this message", "type": "message", "callback_id": "check_message", "description": "Check"},
            {"name": "New claim", "type": "global", "callback_id": "new_claim", "description": "New claim"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": sorted(
                words("""app_mentions:read channels:history channels:read chat:write chat:write.customize
            chat:write.public commands files:read groups:history groups:read groups:write im:history im:read im:write
            mpim:history mpim:read mpim:write reactions:read reactions:write team:read usergroups:read users:read
            users:read.email""")
            )
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [name for name in EVENT_SCOPES if name not in ("link_shared", "app_uninstalled")]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
"""The manifest of an app that may do everything the sandbox knows: for tests that are not about permissions."""


class ManifestError(ValueError):
    """The manifest contradicts itself, and Slack would refuse it."""


@dataclass(frozen=True)
class Command:
    """A slash command. With ``escapes``, mentions and links in its text arrive as markup."""

    name: str
    escapes: bool


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that change how the workspace behaves."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: Mapping[str, Command]
    shortcuts: Mapping[str, str]
    """callback_id → ``message`` or ``global``."""
    home_enabled: bool
    messages_tab_writable: bool
    interactivity: bool

    @classmethod
    def read(cls, source: Mapping[str, Any] | None) -> Manifest:
        """Read a manifest as ``config/slack-manifest.json`` holds it; None means the permissive one."""
        source = PERMISSIVE if source is None else source
        features, settings = source.get("features", {}), source.get("settings", {})
        home = features.get("app_home", {})
        manifest = cls(
            name=source.get("display_information", {}).get("name", "App"),
            bot_name=features.get("bot_user", {}).get("display_name", "app"),
            scopes=frozenset(source.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands={
                entry["command"]: Command(entry["command"], bool(entry.get("should_escape", False)))
                for entry in features.get("slash_commands", ())
            },
            shortcuts={entry["callback_id"]: entry["type"] for entry in features.get("shortcuts", ())},
            home_enabled=bool(home.get("home_tab_enabled", False)),
            messages_tab_writable=bool(home.get("messages_tab_enabled", True))
            and not home.get("messages_tab_read_only_enabled", False),
            interactivity=bool(settings.get("interactivity", {}).get("is_enabled", False)),
        )
        manifest._check()
        return manifest

    def _check(self) -> None:
        for event in sorted(self.events):
            if event not in EVENT_SCOPES:
                raise ManifestError(f"the sandbox does not know the event {event!r}")
            needed = EVENT_SCOPES[event]
            if needed and not self.scopes.intersection(needed):
                raise ManifestError(f"the event {event!r} needs the scope {' or '.join(needed)}")
        if self.commands and "commands" not in self.scopes:
            raise ManifestError("slash commands need the scope 'commands'")
        for name in self.commands:
            if not name.startswith("/") or len(name) > 32 or name != name.lower() or " " in name:
                raise ManifestError(f"not a legal name for a command: {name!r}")
