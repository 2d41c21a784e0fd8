"""No text that somebody sends or publishes holds a process up: each regular expression takes long ones in no time."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]  # what a pattern is made of; nothing public tells it

import pytest

import bot
import handlers

LENGTH = 20_000
"""Characters of a text; Slack's longest messages have twice as many."""
MOST_SECONDS = 0.3
"""Of the processor, for one text. What is linear takes a hundredth of it, what is quadratic more of it at this length,
and what is worse would never end."""

_NOT_HERE = ("bot.sandbox", "bot.demo", "bot.claims.training")  # nobody's text but the project's own
_SHORT = {"bot.claims.layout._BYLINE_WORDS": 160, "bot.articles.furniture._LINE": 320}
"""Patterns that are asked about lines of at most so many characters."""
_FULL = {"bot.articles.links._PASSED_ON"}
"""Patterns in a table, which the whole of a text has to match."""

_REPEATED = ("a", "1", " ", "\n", ".", ":", "(", "[", "<", '"', "-", "A ", ", ")
_TAILS = ("\0", " b c d e f\0")


@dataclass(frozen=True)
class Pattern:
    """A regular expression of ours, where it stands, and the ways it is asked."""

    place: str
    compiled: re.Pattern[str] | re.Pattern[bytes]
    ways: frozenset[str]


def patterns() -> Iterator[Pattern]:
    for package in (bot, handlers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(_NOT_HERE):
                yield from _of_module(found.name)


def _of_module(name: str) -> Iterator[Pattern]:
    module = importlib.import_module(name)
    source = Path(str(module.__file__)).read_text("utf-8")
    for variable, value in vars(module).items():
        if f"\n{variable}" in source or f"\ndef {variable}(" in source:  # and not imported
            ways = re.findall(rf"\b{variable}\.(match|search|fullmatch|sub|split|findall|finditer)\(", source)
            place = f"{name}.{variable}"
            known = {"fullmatch"} if place in _FULL else {_way(way) for way in ways} or {"search", "match", "fullmatch"}
            if hasattr(value, "cache_info") and "Pattern" in str(inspect.signature(value).return_annotation):
                value, known = value(), {"match"}  # made of a word list; long lines are only matched
            for compiled in _compiled(value):
                yield Pattern(place, compiled, frozenset(known))
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("re"), attr=way), args=[ast.Constant(str(written)), *_]):
                if way not in ("compile", "escape"):
                    yield Pattern(f"{name}:{node.lineno}", re.compile(written), frozenset({_way(way)}))


def _way(called: str) -> str:
    return called if called in ("match", "fullmatch") else "search"


def _compiled(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _compiled([*value.keys(), *value.values()])
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _compiled(each)


def _words(parsed: object) -> Iterator[str]:
    """The runs of characters that a pattern names."""
    run = ""
    for operation, argument in parsed if isinstance(parsed, _parser.SubPattern) else ():
        if operation is _constants.LITERAL:
            run += chr(argument)
            continue
        if run:
            yield run
        run = ""
        waiting = [argument]
        while waiting:
            part = waiting.pop(0)
            if isinstance(part, _parser.SubPattern):
                yield from _words(part)
            elif isinstance(part, tuple | list):
                waiting = [*part, *waiting]
    if run:
        yield run


def texts(compiled: re.Pattern[str] | re.Pattern[bytes], length: int) -> Iterator[str]:
    """Long ones that nearly match: words of the pattern, what it may repeat, and an end that it does not take."""
    own = list(dict.fromkeys(_words(_parser.parse(compiled.pattern, compiled.flags))))[:6]
    repeated = [*_REPEATED, *own, *(a + b for a, b in pairwise(own))]
    for head in ("", *(f"{word} " for word in own[:1])):
        for each in repeated:
            for tail in _TAILS:
                yield head + each * ((length - len(head)) // len(each)) + tail


class Slow(Exception):
    """It takes too long."""


def slow(pattern: Pattern) -> list[str]:
    """Each way in which one of the texts takes the pattern too long, with the text's beginning."""

    def give_up(*_: object) -> None:
        raise Slow

    found = []
    before = signal.signal(signal.SIGVTALRM, give_up)
    try:
        for way in sorted(pattern.ways):
            for text in texts(pattern.compiled, _SHORT.get(pattern.place, LENGTH)):
                asked = text if isinstance(pattern.compiled.pattern, str) else text.encode()
                signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
                try:
                    if way == "search":
                        list(pattern.compiled.finditer(asked))  # type: ignore[arg-type]
                    else:
                        getattr(pattern.compiled, way)(asked)
                except Slow:
                    found.append(f"{pattern.place}: {way} {text[:20]!r}…")
                    break
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return found


def test_no_message_and_no_page_holds_a_process_up_in_a_pattern() -> None:
    known = {(each.compiled.pattern, each.compiled.flags, each.ways): each for each in patterns()}
    assert len(known) > 150
    assert [said for each in known.values() for said in slow(each)] == []


@pytest.mark.parametrize(
    "written",
    [
        r"claims\b[\s:]*(?:\S+\s*){0,3}",  # cubic: it stopped the web process
        r"\s*(?:<!--.*?-->\s*)*<html",  # exponential
        r"\s+on Monday$",  # quadratic in blanks
        r"(?:up|on)[\w-]*block\b",  # quadratic in its own word
    ],
)
def test_a_pattern_that_would_hold_a_process_up_is_found(written: str) -> None:
    assert slow(Pattern("here", re.compile(written, re.IGNORECASE | re.DOTALL), frozenset({"search", "fullmatch"})))
