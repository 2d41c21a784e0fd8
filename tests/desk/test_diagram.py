"""What docs/desk.md shows of the workflow is what the code does."""

from __future__ import annotations

import re

import pytest

from bot.desk.commands import PutBack, Take
from bot.desk.diagram import STATES, WORDS, diagram, refusals_table, roles_table, steps
from bot.desk.roles import MAY
from bot.desk.task import TaskState
from bot.desk.transitions import TABLE
from bot.slack.cards.card_buttons import BUTTONS, MENU
from bot.slack.cards.help_text import WORDS as LISTS
from desk.samples import ROOT

DOCUMENT = (ROOT / "docs" / "desk.md").read_text("utf-8")


@pytest.mark.parametrize("part", [diagram, roles_table, refusals_table])
def test_the_document_shows_what_the_code_does(part: object) -> None:
    assert callable(part)
    assert part() in DOCUMENT, "python -m bot.desk.diagram prints what docs/desk.md should show"


def test_every_way_of_the_table_is_gone_and_no_state_is_left_out() -> None:
    gone = {(step.before.state, kind) for kind, step in steps()}
    only_refused = {(TaskState.OPEN, PutBack), (TaskState.ASSIGNED, Take)}
    assert gone == TABLE.keys() - only_refused
    assert {step.task.state for _, step in steps()} == set(TaskState) == set(STATES)


def test_the_diagram_says_what_leads_where() -> None:
    lines = [line.strip() for line in diagram().splitlines()]
    assert "[*] --> open" in lines
    assert "open --> assigned: Take, Hand over" in lines
    assert "in_review --> published: Sign off, Keep verdict" in lines
    assert not [line for line in lines if line.startswith("dismissed --> published")]


def test_the_words_are_those_that_people_press() -> None:
    assert {kind: label.rstrip("…") for kind, _, label in (*BUTTONS, *MENU)} == WORDS
    assert WORDS.keys() == MAY.keys()


def test_the_document_names_every_list_and_each_state() -> None:
    assert set(re.findall(r"^\| `/claims (\w+)", DOCUMENT, re.MULTILINE)) == set(LISTS)
    assert all(f'"{name}"' in DOCUMENT for name in STATES.values())
