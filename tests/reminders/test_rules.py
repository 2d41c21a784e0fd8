"""``reminders.toml``: what is shipped makes sense, and what makes none is named in a line."""

from __future__ import annotations

import tomllib
from datetime import time, timedelta
from importlib.resources import files

import pytest
from reminders.desk_week import RULES, TEXT, rules

from bot.reminders.rules import ReminderRules, parse_reminder_rules


def test_the_shipped_rules_say_what_the_file_says() -> None:
    assert (RULES.quiet.since, RULES.quiet.until, RULES.quiet.weekend) == (time(19), time(8), {5, 6})
    assert RULES.person.gap == timedelta(hours=3)
    assert (RULES.due.before, RULES.due.overdue_every) == (timedelta(hours=4), timedelta(days=1))
    assert (RULES.review.after, RULES.review.every) == (timedelta(hours=4), timedelta(days=1))
    assert (RULES.unassigned.after, RULES.unassigned.gap) == (timedelta(days=1), timedelta(days=1))
    assert RULES.snooze.choices == ("1h", "4h", "tomorrow", "7d")


def test_the_rules_are_a_file_of_the_package_with_a_word_on_every_table() -> None:
    text = files("config").joinpath("reminders.toml").read_text("utf-8")
    assert set(tomllib.loads(text)) == set(ReminderRules.model_fields)
    assert all(f"[{table}]\n# " in text for table in ReminderRules.model_fields)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"from_quiet": '"7 pm"'}, "reminders.toml: quiet.from: '7 pm' is no time of day such as \"08:00\""),
        ({"until_quiet": '"24:00"'}, "reminders.toml: quiet.until: '24:00' is no time of day"),
        ({"until_quiet": "8"}, "reminders.toml: quiet.until: 8 is no time of day"),
        ({"weekend_quiet": '["caturday"]'}, "reminders.toml: quiet.weekend: ['caturday'] is no list of days such as"),
        ({"weekend_quiet": '"sunday"'}, "reminders.toml: quiet.weekend: 'sunday' is no list of days"),
        (
            {"weekend_quiet": ('["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]')},
            "reminders.toml: quiet.weekend: leaves no day",
        ),
        ({"gap_person": '"3 hours"'}, "reminders.toml: person.gap: '3 hours' is no length of time such as"),
        ({"gap_person": '"0h"'}, "reminders.toml: person.gap: '0h' is no length of time"),
        ({"before_due": "4"}, "reminders.toml: due.before: 4 is no length of time"),
        ({"after_review": '"400d"'}, "reminders.toml: review.after: '400d' is no length of time"),
        ({"choices_snooze": "[]"}, "reminders.toml: snooze.choices: needs a list of one to 5"),
        ({"choices_snooze": '["1h", "1h"]'}, "reminders.toml: snooze.choices: needs a list of one to 5 different"),
        ({"choices_snooze": '["soon"]'}, "reminders.toml: snooze.choices: 'soon' is no length of time"),
        ({"choices_snooze": "[[]]"}, "reminders.toml: snooze.choices: [] is no length of time"),
    ],
)
def test_what_makes_no_sense_is_named_in_one_line(change: dict[str, str], line: str) -> None:
    with pytest.raises(ValueError) as error:
        rules(**change)
    assert str(error.value).startswith(line)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[quiet", "reminders.toml: Expected"),
        ("", "reminders.toml: quiet: Field required"),
        (TEXT.replace('gap = "3h"', ""), "reminders.toml: person.gap: Field required"),
        (TEXT.replace('gap = "3h"', 'gap = "3h"\nsometimes = 1'), "reminders.toml: person.sometimes: Extra inputs"),
        (TEXT + "\n[other]\nx = 1\n", "reminders.toml: other: Extra inputs"),
    ],
)
def test_a_missing_or_an_unknown_key_is_named(text: str, line: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_reminder_rules(text)
    assert str(error.value).startswith(line)
