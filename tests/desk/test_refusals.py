"""Each reason has its sentence, and whoever refuses gives what the sentence needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from bot.desk.refusals import SENTENCES, Reason, Refusal
from desk.samples import ROOT

CODE = sorted(
    path
    for room in ("bot", "handlers")
    for path in (ROOT / room).rglob("*.py")
    if "bot.desk.refusals import" in path.read_text("utf-8")  # reading articles has reasons of its own
)


def reasons_of(node: ast.expr) -> set[str]:
    """The reasons that an expression names: one, or one of several where it decides or looks up."""
    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "Reason"}


def raised() -> Iterator[tuple[str, set[str], str]]:
    """Every ``Refusal(Reason.X, …)`` in the code: the reason, the details given, and where."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                given = {str(keyword.arg) for keyword in node.keywords} - {"field"}
                for name in reasons_of(node.args[0]) or {""}:
                    yield name, given, f"{path.relative_to(ROOT)}:{node.lineno}"


def named(path: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(path.read_text("utf-8"))) for name in reasons_of_node(node)}


def reasons_of_node(node: ast.AST) -> set[str]:
    return reasons_of(node) if isinstance(node, ast.expr) else set()


def placeholders(reason: Reason) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[reason]) if name}


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_sentence_that_ends_as_one(reason: Reason) -> None:
    assert SENTENCES[reason].endswith(".")
    details = dict.fromkeys(placeholders(reason), "{odd} <@U1>")
    assert Refusal(reason, **details).sentence.endswith(".")


def test_no_two_reasons_read_alike_and_none_is_left_without() -> None:
    assert SENTENCES.keys() == set(Reason)
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_whoever_refuses_gives_what_the_sentence_needs() -> None:
    looked_up = {""}  # in the tables of what does not fit a state
    found = list(raised())
    assert len(found) > 40
    for name, given, where in found:
        if name not in looked_up:
            assert given >= placeholders(Reason[name]), where
            assert given <= placeholders(Reason[name]), where


def test_what_the_tables_look_up_needs_no_details() -> None:
    for reason in (
        Reason.NOT_IN_REVIEW,
        Reason.IN_REVIEW,
        Reason.PUBLISHED,
        Reason.DISMISSED,
        Reason.NOT_DISMISSED,
        Reason.NOT_ASKED,
        Reason.NOT_PUBLISHED,
    ):
        assert not placeholders(reason)


def test_no_reason_is_left_over() -> None:
    assert {reason.name for reason in Reason} == set().union(*(named(path) for path in CODE))
