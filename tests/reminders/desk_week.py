"""What the tests of reminders start from: the shipped rules, tasks with due times and verdicts, a week in May."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.samples import ANA, NOW, ROOT, task

from bot.desk.task import Task, TaskState, Verdict
from bot.reminders.personal import Waiting, remind
from bot.reminders.records import Kind, Marks, Reminder
from bot.reminders.rules import ReminderRules, parse_reminder_rules

TEXT = (ROOT / "config" / "reminders.toml").read_text("utf-8")
UTC = ZoneInfo("UTC")
ISTANBUL = ZoneInfo("Europe/Istanbul")
BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def rules(**changes: str) -> ReminderRules:
    """The shipped rules with some lines written anew: ``rules(gap_person="1h")`` is ``[person] gap = "1h"``."""
    lines, table = [], ""
    for line in TEXT.splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        key = line.partition(" = ")[0]
        new = changes.pop(f"{key}_{table}", None)
        lines.append(f"{key} = {new}" if new else line)
    assert not changes, f"no such lines: {changes}"
    return parse_reminder_rules("\n".join(lines))


RULES = rules()


def at(text: str, zone: ZoneInfo = UTC) -> datetime:
    """A moment; Monday is 11 May 2026: ``at("2026-05-11 09:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def held(number: int = 1, due: str | None = None, zone: ZoneInfo = UTC, **fields: Any) -> Task:
    """A task that Ana has."""
    defaults: dict[str, Any] = {"state": TaskState.ASSIGNED, "assignee": ANA, "due": at(due, zone) if due else None}
    return task(number, **defaults | fields)


def reviewed(number: int = 1, by: str = ANA, given: datetime = NOW, **fields: Any) -> Task:
    """A task with a verdict that waits for sign-off."""
    version = fields.pop("version", 1)
    verdict = Verdict(version=version, rating="false", explanation="See.", evidence=(), author=by, at=given, **fields)
    return task(number, state=TaskState.IN_REVIEW, assignee=by, verdict=verdict)


def waiting(*tasks: Task, signers: tuple[str, ...] = ("U0ANA", "U0BEN", "U0CARO")) -> list[Waiting]:
    """These verdicts wait for anybody of these."""
    return [Waiting(t, frozenset(signers)) for t in tasks]


class Person:
    """Somebody whose marks go from one look to the next."""

    def __init__(self, id: str = ANA, zone: ZoneInfo = UTC, rules: ReminderRules = RULES) -> None:
        self.id, self.zone, self.rules = id, zone, rules
        self.marks = Marks()
        self.got: list[Reminder] = []

    def look(self, now: str | datetime, *tasks: Task, review: list[Waiting] | None = None) -> list[tuple[str, Kind]]:
        """What they are told at this moment, on their clock if it is a text: (task id, kind) in order."""
        moment = at(now, self.zone) if isinstance(now, str) else now
        self.marks, reminder = remind(self.id, tasks, review or [], self.marks, self.rules, moment, self.zone)
        if reminder is None:
            return []
        self.got.append(reminder)
        return [(item.task, item.kind) for item in reminder.items]
