"""Builders keep Slack's limits by construction."""

from __future__ import annotations

import pytest
from desk.samples import TEXTS
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.validation import message_problems, view_problems
from bot.slack import blocks, inputs


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
    options = [blocks.option(text, "1", text), blocks.option("Another", "2")]
    fields = [
        inputs.select("act", options, "1", text),
        inputs.radio("act", options),
        inputs.checkbox("act", text, ticked=True, description=text),
        inputs.text_input("act", initial=text, placeholder=text, tells="on_enter_pressed"),
        inputs.text_input("act", multiline=True, most=10, initial=text),
        inputs.person_select("act", text),
        inputs.people_select("act", ["U1"], text),
        inputs.external_select("act", text),
        inputs.external_selects("act", options, text, least=1),
    ]
    form = [inputs.field(f"field_{n}", text, element, hint=text, tells=True) for n, element in enumerate(fields)]
    menu = blocks.section(text, blocks.overflow("menu", options))
    view = blocks.modal(text[:100], text, [menu, *form], submit=text or None)
    if text:
        assert view_problems(view, "modal") == []


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_too_long_ends_in_an_ellipsis(name: str) -> None:
    shown = blocks.header(TEXTS[name] * 4)["text"]["text"]
    assert len(shown) <= blocks.HEADER
    assert shown.endswith("…")


def test_pickers_start_where_they_are_told_or_empty() -> None:
    fields = [
        inputs.day_picker("act", "2026-05-12"),
        inputs.day_picker("act"),
        inputs.time_picker("act", "08:30", "Europe/Istanbul"),
        inputs.time_picker("act", "08:30"),
        inputs.moment_picker("act", 1778578200),
        inputs.moment_picker("act"),
        inputs.people_select("act"),
        inputs.external_selects("act"),
        inputs.channel_select("act", "Choose"),
    ]
    form = [inputs.field(f"field_{n}", "Field", element) for n, element in enumerate(fields)]
    assert view_problems(blocks.modal("id", "Title", form, submit="Send"), "modal") == []
    assert [key for element in fields for key in element if key.startswith("initial")] == [
        "initial_date",
        "initial_time",
        "initial_time",
        "initial_date_time",
    ]


def test_a_form_can_be_sent_and_a_sentence_only_closed() -> None:
    form = blocks.modal("id", "Title", [blocks.divider()], submit="Send", private_metadata="m")
    assert (form["submit"]["text"], form["close"]["text"], form["private_metadata"]) == ("Send", "Cancel", "m")
    sentence = blocks.modal("id", "Title", [blocks.divider()], submit=None)
    assert "submit" not in sentence
    assert sentence["close"]["text"] == "Close"


def test_words_in_a_text_are_never_made_links_by_slack() -> None:
    assert blocks.section("example.org")["text"]["verbatim"] is True
    assert blocks.context("example.org")["elements"][0]["verbatim"] is True
