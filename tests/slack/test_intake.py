"""What a person wants who mentions the desk, writes to it or uses a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.intake import Nothing, Texts, Unusable, Wish, Word, understand

ME = "U0DESK"
PASTE = "The harbour lost a third of its ferries."


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Nothing()),
        (f"<@{ME}>", Nothing()),
        (f" <@{ME}> , \n", Nothing()),
        (f"<@{ME}|claimdesk>:", Nothing()),
        (f"<@{ME}> open", Word("open")),
        (f"<@{ME}>: Mine?", Word("mine")),
        ("REVIEW!", Word("review")),
        (f"help <@{ME}>", Word("help")),
        (f"<@{ME}> <https://news.example/a>", Texts(("https://news.example/a",))),
        (f"<@{ME}> <https://news.example/a|news.example/a>", Texts(("https://news.example/a",))),
        ("https://news.example/a", Texts(("https://news.example/a",))),
        (f"<@{ME}> is this true? <https://news.example/a> she says so", Texts(("https://news.example/a",))),
        ("<https://news.example/a?b=1&amp;c=2>", Texts(("https://news.example/a?b=1&c=2",))),
        (
            "<https://news.example/a> and <https://other.example/b>",
            Texts(("https://news.example/a", "https://other.example/b")),
        ),
        ("<https://news.example/a> <https://news.example/a>", Texts(("https://news.example/a",))),
        (f"<@{ME}> {PASTE}", Texts((PASTE,))),
        (f"{PASTE} " * 9 + "<https://news.example/a>", Texts((f"{PASTE} " * 9 + "<https://news.example/a>",))),
        ("Prices fell in May", Texts(("Prices fell in May",))),
        (f"<@{ME}> is it true", Unusable()),
        ("thanks!", Unusable()),
        ("👍", Unusable()),
        ("openly", Unusable()),
        (f"<@{ME}> <@U0ANA> look here", Unusable()),
    ],
)
def test_the_wish_behind_the_words(text: str, wish: Wish) -> None:
    assert understand(text, ME) == wish


def test_somebody_elses_mention_is_part_of_a_paste() -> None:
    said = f"<@{ME}> <@U0ANA> said that the harbour lost ferries"
    assert understand(said, ME) == Texts(("<@U0ANA> said that the harbour lost ferries",))


def test_a_command_has_no_mention_to_leave_out() -> None:
    assert understand("open") == Word("open")
    assert understand(PASTE) == Texts((PASTE,))


@given(st.text())
def test_whatever_is_typed_is_understood_as_something(text: str) -> None:
    wish = understand(f"<@{ME}> {text}", ME)
    assert isinstance(wish, Word | Texts | Nothing | Unusable)
    if isinstance(wish, Texts):
        assert all(one.strip() for one in wish.texts)
