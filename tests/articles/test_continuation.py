"""A text that Slack cut into several messages is one again; messages that merely follow each other are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from articles.pages import SENTENCES

from bot.articles.continuation import MOST, continues, joined

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
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
def test_a_long_paste_is_whole_again(how: object, most: int) -> None:
    parts = how(LONG, most)  # type: ignore[operator]
    texts = joined([(NOW + n * SECOND, part) for n, part in enumerate(parts)])
    assert texts == [LONG]


@pytest.mark.parametrize(
    ("before", "after", "seconds"),
    [
        (LONG[:3_000], "and this is about something else.", 1),  # no message is full at 3,000
        (LONG[:MOST], LONG[MOST:], 120),  # too late
        (LONG[:MOST], "   ", 1),
        (LONG[:MOST], LONG[MOST:], -5),
        (LONG[:3_950].rsplit(".", 1)[0].ljust(3_949, "x") + ".", "Another article begins here.", 1),
    ],
)
def test_messages_that_merely_follow_each_other_stay_apart(before: str, after: str, seconds: int) -> None:
    assert not continues(before, after, apart=timedelta(seconds=seconds))
    assert joined([(NOW, before), (NOW + timedelta(seconds=seconds), after)]) == [before, after]
