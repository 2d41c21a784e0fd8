"""Lines that a mail program broke or quoted become whole; everything else stays as it is, to the character."""

from __future__ import annotations

import textwrap

import pytest
from articles.pages import SENTENCES
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.read import read_text
from bot.articles.wrapped import unwrapped

PARAGRAPHS = [" ".join(SENTENCES[:3]), " ".join(SENTENCES[3:6]), SENTENCES[6]]


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("quote", ["", "> ", ">> ", " > "])
def test_wrapped_paragraphs_are_whole_again(width: int, quote: str) -> None:
    lines = "\n\n".join(textwrap.fill(text, width, break_on_hyphens=False) for text in PARAGRAPHS).split("\n")
    wrapped = "\n".join(f"{quote}{line}".rstrip() for line in lines)
    assert unwrapped(wrapped).split("\n\n") == PARAGRAPHS


def test_what_is_quoted_is_read_with_its_headline_byline_and_date() -> None:
    body = textwrap.fill(" ".join(SENTENCES), 70)
    text = f"Old bridge closes for a year\nBy Ann Lee\n5 March 2024\n\n{body}"
    article = read_text("\n".join(f"> {line}" for line in text.split("\n")))
    assert (article.title, article.authors, str(article.published)) == (
        "Old bridge closes for a year",
        ("Ann Lee",),
        "2024-03-05",
    )
    assert SENTENCES[1] in article.text


def test_turns_of_a_transcript_stay_apart() -> None:
    turns = [f"{name}: {sentence}" for name, sentence in zip(["HOST", "ANN LEE"] * 3, SENTENCES, strict=False)]
    wrapped = "\n".join(textwrap.fill(turn, 60) for turn in turns)
    assert unwrapped(wrapped).split("\n\n") == turns


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(SENTENCES),
        "\n".join(SENTENCES),
        "Old bridge closes\n\nBy Ann Lee\n\n" + SENTENCES[0],
        "Roses are red,\nviolets are blue,\nthe bridge is closed,\nand the tunnel is, too.",
        "- eleven girders\n- two cracks in each\n- one report\n- no money\n- no plan\n- no bridge",
        "> Only this line is quoted.\n" + "\n".join(SENTENCES),
        "a > b\n\nx >= y",
        "",
    ],
)
def test_other_texts_stay_to_the_character(text: str) -> None:
    assert unwrapped(text) == text


@given(st.text(alphabet="ab >.-\n", max_size=400))
def test_no_word_is_lost(text: str) -> None:
    assert unwrapped(text).replace(">", "").split() == text.replace(">", "").split()
