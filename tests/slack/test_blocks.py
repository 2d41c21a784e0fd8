"""Builders keep Slack's limits by construction."""

from __future__ import annotations

import pytest
from desk.samples import TEXTS
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.validation import message_problems, view_problems
from bot.slack import blocks


@given(st.text(max_size=5000))
def test_no_text_makes_a_block_that_slack_refuses(text: str) -> None:
    message = [
        blocks.header(text),
        blocks.section(text),
        blocks.context(text),
        blocks.divider(),
        blocks.actions([blocks.button(text, "press", "1"), blocks.button(text, "press_too", "2", "danger")]),
    ]
    assert message_problems(message) == []
    element = {"type": "static_select", "action_id": "choose", "options": [blocks.option(text, "1")]}
    view = blocks.modal(text[:100], text, [blocks.field("field", text, element, hint=text)], submit=text or None)
    if text:
        assert view_problems(view, "modal") == []


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_too_long_ends_in_an_ellipsis(name: str) -> None:
    shown = blocks.header(TEXTS[name] * 4)["text"]["text"]
    assert len(shown) <= blocks.HEADER
    assert shown.endswith("…")


def test_a_form_can_be_sent_and_a_sentence_only_closed() -> None:
    form = blocks.modal("id", "Title", [blocks.divider()], submit="Send", private_metadata="m")
    assert (form["submit"]["text"], form["close"]["text"], form["private_metadata"]) == ("Send", "Cancel", "m")
    sentence = blocks.modal("id", "Title", [blocks.divider()], submit=None)
    assert "submit" not in sentence
    assert sentence["close"]["text"] == "Close"


def test_words_in_a_text_are_never_made_links_by_slack() -> None:
    assert blocks.section("example.org")["text"]["verbatim"] is True
    assert blocks.context("example.org")["elements"][0]["verbatim"] is True
