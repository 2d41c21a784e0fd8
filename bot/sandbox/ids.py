"""Timestamps and ids as Slack makes them: unique, increasing, and readable in a log."""

from __future__ import annotations

import itertools
import re
import time

from bot.sandbox.records import JSON
from bot.sandbox.words import words


class Ids:
    """Hands out message timestamps and ids for one workspace."""

    def __init__(self, team_id: str) -> None:
        self._team = team_id.removeprefix("T")
        self._last = 0
        self._counter = itertools.count(1)
        self._taken: set[str] = set()

    def ts(self) -> str:
        """A message timestamp: real time, and always later than the one before."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def named(self, prefix: str, name: str) -> str:
        """An id that shows whose it is, such as ``U0ADA``; numbered if that one is taken."""
        base = prefix + "0" + re.sub(r"[^A-Z0-9]", "", name.upper())[:12]
        candidate = base
        while candidate in self._taken:
            candidate = f"{base}{next(self._counter)}"
        self._taken.add(candidate)
        return candidate

    def next(self, prefix: str) -> str:
        """The next id of a kind: ``Ev``, ``V``, ``F``."""
        return f"{prefix}0{self._team}{next(self._counter):06d}"

    def number(self) -> int:
        """The next number of the workspace's one counter."""
        return next(self._counter)


def fill_ids(blocks: list[JSON], ids: Ids) -> list[JSON]:
    """Give blocks and elements the ids that Slack gives them when the app names none."""
    for block in blocks:
        if block.get("type") and not block.get("block_id"):
            block["block_id"] = f"b{ids.number():04d}"
        for element in [block.get("accessory"), block.get("element"), *block.get("elements", [])]:
            named = isinstance(element, dict) and element.get("type", "") in INTERACTIVE
            if named and not element.get("action_id"):
                element["action_id"] = f"a{ids.number():04d}"
    return blocks


INTERACTIVE = words("""button checkboxes datepicker datetimepicker email_text_input external_select channels_select
    conversations_select feedback_buttons file_input icon_button multi_channels_select multi_conversations_select
    multi_external_select multi_static_select multi_users_select number_input overflow plain_text_input radio_buttons
    rich_text_input static_select timepicker url_text_input users_select workflow_button""")
"""The elements that carry an action_id."""
