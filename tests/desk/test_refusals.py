"""Each reason has its sentence, and whoever refuses gives what the sentence needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from bot.desk.refusals import SENTENCES, Reason, Refusal
from desk.samples import ROOT


def raised() -> Iterator[tuple[str, set[str], str]]:
    """Every ``Refusal(Reason.X, …)`` in the code: the reason, the details given, and where."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                reason = node.args[0]
                given = {str(keyword.arg) for keyword in node.keywords} - {"field"}
                name = reason.attr if isinstance(reason, ast.Attribute) else ""
                yield name, given, f"{path.relative_to(ROOT)}:{node.lineno}"


def placeholders(reason: Reason) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[reason]) if name}


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_sentence_that_ends_as_one(reason: Reason) -> None:
    assert SENTENCES[reason].endswith(".")
    details = dict.fromkeys(placeholders(reason), "{odd} <@U1>")
    assert Refusal(reason, **details).sentence.endswith(".")


def test_whoever_refuses_gives_what_the_sentence_needs() -> None:
    table_lookups = {""}  # the table of what does not fit a state: its sentences need nothing
    for name, given, where in raised():
        if name not in table_lookups:
            assert given == placeholders(Reason[name]), where
    for reason in (Reason.NOT_IN_REVIEW, Reason.IN_REVIEW, Reason.PUBLISHED, Reason.DISMISSED):
        assert not placeholders(reason)


def test_no_reason_is_left_over() -> None:
    from_the_table = {"NOT_IN_REVIEW", "IN_REVIEW", "PUBLISHED", "DISMISSED", "NOT_YOURS", "NOT_YOURS_TO_EDIT"}
    assert {reason.name for reason in Reason} == {name for name, _, _ in raised() if name} | from_the_table
