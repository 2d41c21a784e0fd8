"""Which links a message submits, and when the text itself is what was sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.links import Link, Links, Paste, links, strip_tracking, submission
from bot.articles.slack_text import from_slack

SLACK_LIKE = st.lists(
    st.sampled_from(["<", ">", "|", "@", "#", "!", "&", "amp;", "lt;", "https://", "a.example/", "U1", "?utm_a=", " "])
    | st.text(max_size=5)
).map("".join)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("<https://a.example/x>", ["https://a.example/x"]),
        ("<https://a.example/x|the story>", ["https://a.example/x"]),
        ("see https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/wiki/X_(film))", ["https://a.example/wiki/X_(film)"]),
        ("<https://a.example/?a=1&amp;b=2>", ["https://a.example/?a=1&b=2"]),
        (
            "<https://b.example> then <https://a.example> and <https://b.example>",
            ["https://b.example", "https://a.example"],
        ),
        ("<https://a.example/x?utm_source=slack> <https://a.example/x>", ["https://a.example/x"]),
        ("<mailto:a@b.example|a@b.example> <@U123> <#C1|news> <!here>", []),
        ("HTTPS://A.example/x", ["HTTPS://A.example/x"]),
    ],
)
def test_links_of_a_message(message: str, expected: list[str]) -> None:
    assert links(message) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/?utm_source=x&id=7&fbclid=abc", "https://a.example/?id=7"),
        ("https://a.example/?id=7", "https://a.example/?id=7"),
        ("https://a.example/?gclid=1", "https://a.example/"),
        ("https://a.example/?q=a%20b&UTM_Medium=m&r=%2F", "https://a.example/?q=a%20b&r=%2F"),
        ("https://a.example/x#:~:text=hello", "https://a.example/x"),
        ("https://a.example/x#part", "https://a.example/x#part"),
        ("https://a.example/?", "https://a.example/?"),
        ("https://[bad", "https://[bad"),
    ],
)
def test_only_tracking_is_taken_off_a_url(url: str, expected: str) -> None:
    assert strip_tracking(url) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("<@U1> <https://a.example/x>", Link("https://a.example/x")),
        ("<@U1> is this true? <https://a.example/x|a.example>", Link("https://a.example/x")),
        ("https://a.example/x", Link("https://a.example/x")),
        ("<https://a.example> <https://b.example>", Links(("https://a.example", "https://b.example"))),
        ("<@U1> The mayor said &lt;no&gt;.", Paste("The mayor said <no>.")),
        ("<@U1>", Paste("")),
        ("", Paste("")),
    ],
)
def test_what_a_message_submits(message: str, expected: Link | Links | Paste) -> None:
    assert submission(message) == expected


def test_a_long_text_with_a_link_in_it_is_a_paste() -> None:
    text = "The council voted on Tuesday to close the bridge. " * 10
    assert submission(f"<@U1> {text}<https://a.example/x|More>") == Paste(text + "More")


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("Smith &amp; Sons, 5 &lt; 6 &gt; 2", "Smith & Sons, 5 < 6 > 2"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("the <https://a.example/?a=1&amp;b=2|report &amp; annex> says", "the report & annex says"),
        ("see <https://a.example/?a=1&amp;b=2>", "see https://a.example/?a=1&b=2"),
        ("said <@U123|ann> to <@U456>", "said @ann to @U456"),
        ("<@U123>, <@W9>: check this", "check this"),
        ("in <#C1|news> <!here> <!subteam^S1|@desk>", "in #news @here @desk"),
        ("on <!date^1463788800^{date}|21 May 2016>", "on 21 May 2016"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("a <b> c < d", "a <b> c < d"),
    ],
)
def test_slack_markup_becomes_what_a_person_saw(marked: str, plain: str) -> None:
    assert from_slack(marked) == plain


@given(SLACK_LIKE | st.text())
def test_no_message_breaks_reading_it(message: str) -> None:
    from_slack(message)
    for url in links(message):
        assert strip_tracking(url) == url
    submission(message)


@given(st.text(alphabet=st.characters(exclude_characters="<")))
def test_text_that_slack_escaped_comes_back_exactly(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert from_slack(escaped) == text
