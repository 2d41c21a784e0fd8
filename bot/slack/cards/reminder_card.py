"""What a person is reminded of: one message, in which each claim can be snoozed or dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.reminders.personal import subject
from bot.reminders.records import Kind, Reminder, ReminderItem
from bot.reminders.rules import TOMORROW, parse_duration
from bot.slack.blocks import Block, actions, button, context, option, section
from bot.slack.cards.dates import moment
from bot.slack.cards.queue_list import card_link
from bot.slack.cards.state_text import state_line
from bot.slack.ids import Action
from bot.slack.inputs import select
from bot.slack.mrkdwn import safe

MOST = 12
"""Claims shown; the rest is counted."""
_LINE = 600
"""Characters of a claim with its state: so many of them fit a message."""

_HEADINGS = {Kind.OVERDUE: "Overdue", Kind.DUE: "Due soon", Kind.REVIEW: "Waiting for your sign-off"}
_COUNTED = {Kind.OVERDUE: "overdue", Kind.DUE: "due soon", Kind.REVIEW: "waiting for your sign-off"}
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def reminder_card(
    reminder: Reminder, tasks: Mapping[str, Task], rules: HouseRules, links: Mapping[str, str], now: datetime
) -> tuple[str, list[Block]]:
    """The message. ``tasks`` are those there are, by id, ``links`` permalinks of their cards."""
    items = [item for item in reminder.items if item.task in tasks]
    blocks: list[Block] = []
    for kind, group in groupby(items[:MOST], key=lambda item: item.kind):
        blocks.append(section(f"*{_HEADINGS[kind]}*"))
        for item in group:
            blocks += _item(reminder, item, tasks[item.task], rules, links, now)
    if len(items) > MOST:
        more = f"and {len(items) - MOST} more: `/claims mine` lists what you have, my Home what waits for your sign-off"
        blocks.append(context(more))
    return _fallback(items, tasks), blocks or [section("Nothing is left of what this reminded you of.")]


def shown_tasks(reminder: Reminder) -> tuple[str, ...]:
    """The tasks whose links the message needs, if all of them are there."""
    return tuple(item.task for item in reminder.items[:MOST])


def _fallback(items: list[ReminderItem], tasks: Mapping[str, Task]) -> str:
    if len(items) == 1:
        return f"{_HEADINGS[items[0].kind]}: {safe(tasks[items[0].task].text, 1000)}"
    counts = ((sum(item.kind is kind for item in items), words) for kind, words in _COUNTED.items())
    return f"{len(items)} claims: " + ", ".join(f"{count} {words}" for count, words in counts if count)


def _item(
    reminder: Reminder,
    item: ReminderItem,
    task: Task,
    rules: HouseRules,
    links: Mapping[str, str],
    now: datetime,
) -> list[Block]:
    state = state_line(task, rules, now=now, reason=80)
    stands = item.about == subject(task)
    if item.kind is Kind.REVIEW and stands:
        state += f" · since {moment(item.since)}"
    number, card = f"*{task.number}.* ", card_link(task, links)
    claim = safe(task.text, min(200, max(60, _LINE - len(number) - len(card) - len(state))))
    said = section(f"{number}{claim}{card}\n{state}")
    if item.dismissed:
        return [said, context("🔕 Dismissed: you hear of it again when its due time or its state changes.")]
    if item.rests:
        return [said, context(f"💤 Snoozed until {moment(item.rests)}")]
    return [said, actions(_buttons(reminder, item))] if stands else [said]


def _buttons(reminder: Reminder, item: ReminderItem) -> list[Block]:
    about = f"{reminder.id} {item.task}"
    choices = [option(_in_words(choice), f"{choice} {about}") for choice in reminder.choices]
    return [
        select(Action.REMINDER_SNOOZE, choices, placeholder="Snooze…"),
        button("Dismiss", Action.REMINDER_DISMISS, about),
    ]


def _in_words(choice: str) -> str:
    """``"4h"`` → ``"for 4 hours"``."""
    if choice == TOMORROW:
        return "until tomorrow"
    seconds = int(parse_duration(choice).total_seconds())
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"for {seconds // size} {unit}{'' if seconds == size else 's'}"
