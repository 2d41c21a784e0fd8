"""A text that Slack cut into several messages is one again; messages that merely follow each other are not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce

import pytest
from articles.pages import SENTENCES

from bot.articles.continuation import MOST, glued, may_go_on

LONG = " ".join(SENTENCES * 200)


def cut(text: str, most: int) -> list[str]:
    return [text[i : i + most] for i in range(0, len(text), most)]


def at_spaces(text: str, most: int) -> list[str]:
    parts = []
    while len(text) > most:
        at = text.rindex(" ", 0, most)
        parts.append(text[:at])
        text = text[at + 1 :]
    return [*parts, text]


@pytest.mark.parametrize("most", [4_000, 12_000, MOST])
@pytest.mark.parametrize("how", [cut, at_spaces])
def test_a_long_paste_is_whole_again(how: Callable[[str, int], list[str]], most: int) -> None:
    parts = how(LONG, most)
    assert all(may_go_on(part) for part in parts[:-1])
    assert reduce(partial(glued, cut_anywhere=how is cut), parts) == LONG


@pytest.mark.parametrize("length", [10, 3_000, 3_949, 4_001, 11_000, 39_000, 40_001])
def test_a_message_that_is_not_full_does_not_go_on(length: int) -> None:
    assert not may_go_on("x" * length)
