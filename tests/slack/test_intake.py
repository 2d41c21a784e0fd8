"""What a person wants who mentions the desk, writes to it or uses a command."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.intake import MOST_LINKS, Claims, Digest, Nothing, Texts, Unusable, Wish, is_remark, understand

ME = "U0DESK"
PASTE = "The harbour lost a third of its ferries."


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Nothing()),
        (f"<@{ME}>", Nothing()),
        (f" <@{ME}> , \n", Nothing()),
        (f"<@{ME}|claimdesk>:", Nothing()),
        (f"<@{ME}> open", Claims("open")),
        (f"<@{ME}>: Mine?", Claims("mine")),
        ("REVIEW!", Claims("review")),
        ("in review", Claims("review")),
        (f"<@{ME}> claims", Claims("")),
        ("claims open 2", Claims("open 2")),
        ("/claims mine", Claims("mine")),
        (f"<@{ME}> overdue", Claims("overdue")),
        ("Corrections?", Claims("corrections")),
        (f"<@{ME}> search harbour master", Claims("search harbour master")),
        ("claims search ferries of the old town", Claims("search ferries of the old town")),
        (f"<@{ME}> article <https://News.example/A>", Claims("article <https://News.example/A>")),
        ("claims article <https://News.example/A>", Claims("article <https://News.example/A>")),
        ("article: <https://news.example/a>", Texts(("https://news.example/a",))),
        ("Search engines paid 3 million in 2024.", Texts(("Search engines paid 3 million in 2024.",))),
        ("digest", Digest("")),
        ("digest at 08:30 Europe/Istanbul", Digest("at 08:30 Europe/Istanbul")),
        ("digest off", Digest("off")),
        (f"help <@{ME}>", Claims("help")),
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
        ("claims in May were 20 per cent higher", Texts(("claims in May were 20 per cent higher",))),
        ("<https://news.example/a> again !", Texts(("https://news.example/a",), again=True)),
        (f"{PASTE} And again.", Texts((f"{PASTE} And again.",))),
        (f"<@{ME}> <@U0ANA> look here", Unusable()),
    ],
)
def test_the_wish_behind_the_words(text: str, wish: Wish) -> None:
    assert understand(text, ME) == wish


def test_somebody_elses_mention_is_part_of_a_paste() -> None:
    said = f"<@{ME}> <@U0ANA> said that the harbour lost ferries"
    assert understand(said, ME) == Texts(("<@U0ANA> said that the harbour lost ferries",))


def test_a_command_has_no_mention_to_leave_out() -> None:
    assert understand("open") == Claims("open")
    assert understand(PASTE) == Texts((PASTE,))


@given(st.text())
def test_whatever_is_typed_is_understood_as_something(text: str) -> None:
    wish = understand(f"<@{ME}> {text}", ME)
    assert isinstance(wish, Claims | Digest | Texts | Nothing | Unusable)
    if isinstance(wish, Texts):
        assert all(one.strip() for one in wish.texts)


def test_a_time_of_the_digest_may_have_a_half_of_the_day_and_a_timezone() -> None:
    assert understand("digest at 7 pm America/New_York") == Digest("at 7 pm America/New_York")


def test_of_many_links_the_first_are_read_and_the_others_counted() -> None:
    links = [f"https://news.example/{n}" for n in range(MOST_LINKS + 3)]
    assert understand(" ".join(links)) == Texts(tuple(links[:MOST_LINKS]), left_out=3)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("can you check this please?", True),
        (f"<@{ME}> is that true", True),
        ("thanks, that looks right to me", True),
        ("The agreement was reached in February", False),
        ("please check: the town paid 3 million", False),
        ("is it true that she said “never”?", False),
        ("please check https://news.example/a", False),
        (f"{PASTE} " * 5 + "true?", False),
    ],
)
def test_a_remark_in_a_thread_is_about_what_stands_above(text: str, remark: bool) -> None:
    assert is_remark(text, ME) is remark


@pytest.mark.parametrize(
    "text",
    [
        "claims https://e.example/" + "a" * 20_000 + " is what we should look at",
        "claims " + ":" * 20_000 + " a b c d",
        "https://" * 5_000 + " again x",
        f"<@{ME}|" * 5_000,
        "digest at" + " " * 20_000 + "\0",
    ],
)
def test_a_long_message_is_understood_at_once(text: str) -> None:
    began = time.process_time()
    understand(text, ME)
    is_remark(text, ME)
    assert time.process_time() - began < 0.5
