"""The text of a message, wherever Slack keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.links import Link, submission
from bot.slack.message_text import message_text

LINK = "https://news.example.org/ferry"
CLAIM = "The harbour lost a third of its ferries."
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "Look: "}, {"type": "link", "url": LINK, "text": "ferries"}],
        }
    ],
}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": f"  {CLAIM} "}, CLAIM),
        ({"text": CLAIM, "attachments": [{"title_link": LINK, "text": "A preview"}]}, CLAIM),
        ({"text": CLAIM, "blocks": [RICH]}, CLAIM),
        ({"text": "", "attachments": [{"title_link": LINK, "text": CLAIM}]}, f"<{LINK}>\n\n{CLAIM}"),
        ({"attachments": [{"from_url": LINK, "fallback": CLAIM}]}, f"<{LINK}>\n\n{CLAIM}"),
        ({"attachments": [{"original_url": LINK}]}, f"<{LINK}>"),
        ({"attachments": [{"text": CLAIM}, {"text": "And more."}]}, f"{CLAIM}\n\nAnd more."),
        ({"blocks": [RICH]}, f"Look: <{LINK}>"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": CLAIM}}]}, CLAIM),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Ferries"}}, RICH]}, None),
        ({"blocks": [{"type": "divider"}]}, ""),
        ({"text": None, "blocks": None, "attachments": None}, ""),
        ({}, ""),
    ],
)
def test_a_message_is_read_from_its_text_or_else_from_what_hangs_on_it(
    message: dict[str, Any], text: str | None
) -> None:
    assert message_text(message) == (f"Ferries\n\nLook: <{LINK}>" if text is None else text)


def test_a_forwarded_link_is_read_as_a_link() -> None:
    found = submission(message_text({"text": "", "attachments": [{"from_url": LINK, "text": CLAIM}]}))
    assert found == Link(LINK)


@given(st.dictionaries(st.sampled_from(["text", "fallback", "title_link", "from_url"]), st.text() | st.none()))
def test_no_attachment_is_too_odd(attachment: dict[str, Any]) -> None:
    assert isinstance(message_text({"attachments": [attachment]}), str)
