"""What people type meets what an article says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.words import LONGEST, Query, Word, fold, parse_query, plain, search_words


def folded(text: str) -> list[str]:
    return [word.folded for word in search_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The harbour lost a third of its ferries in 2025.", ["harbour", "lost", "third", "ferry", "2025"]),
        ("It has 1,200 beds, 3.5 per cent more", ["1200", "bed", "3.5", "per", "cent"]),
        ("on 12.05.2026, lists 1,2,3", ["12", "05", "2026", "list", "1", "2", "3"]),
        (
            "Øresund, Łódź, İzmir, ISPARTA, Isparta'lı and straße",
            ["oresund", "lodz", "izmir", "isparta", "ispartali", "strasse"],
        ),
        ("The mayor's office doesn’t say O'Neill's name", ["mayor", "office", "doesnt", "oneill", "name"]),
        ("co\u00adoperation ﬁnances Ⅻ ２０２５", ["cooperation", "finance", "xii", "2025"]),
        ("قال الوزير ١٢٫٥", ["قال", "الوزير", "12", "5"]),
        ("बिजली की कमी", ["बजल", "क", "कम"]),
        ("snake_case and <@U0ANA> *bold*", ["snake", "case", "u0ana", "bold"]),
        ("the of and", []),
        ("", []),
    ],
)
def test_a_text_becomes_the_words_it_is_found_by(text: str, words: list[str]) -> None:
    assert folded(text) == words


@pytest.mark.parametrize(
    ("word", "singular"),
    [
        ("ferries", "ferry"),
        ("houses", "house"),
        ("cats", "cat"),
        ("bus", "bus"),
        ("virus", "virus"),
        ("glass", "glass"),
        ("shoes", "shoes"),
        ("2020s", "2020"),
        ("gas", "gas"),
    ],
)
def test_a_plural_is_found_by_its_singular(word: str, singular: str) -> None:
    assert fold(word) == singular


def test_the_last_word_of_a_query_may_go_on() -> None:
    assert parse_query("lost ferries Harb") == Query(("lost", "ferry"), Word("harb", "harb"))
    assert parse_query("Ferries") == Query((), Word("ferries", "ferry"))
    assert parse_query("the") == Query((), Word("the", "the"))  # theatre
    assert parse_query("ferries of the") == Query(("ferry",), None)
    assert parse_query(" … ") == Query((), None)


texts = st.text() | st.text("aeiosyz'’.,-1230 ÄÖßİıłØé\u0301\u00ad", max_size=30)


@given(texts)
def test_case_and_accents_never_decide(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert search_words(plain(text)) == search_words(text)


@given(texts)
def test_whatever_the_text_its_words_are_found_by_typing_them(text: str) -> None:
    for word in search_words(text):
        assert 0 < len(word.written) <= LONGEST
        assert not any(c.isspace() for c in word.written)
        assert parse_query(f"{word.written} x").whole in ((word.folded,), ())
        begun = parse_query(word.written).begun
        assert begun is not None
        assert word.written.startswith(begun.written) or begun == word


@given(texts, texts)
def test_two_texts_have_the_words_of_both(one: str, other: str) -> None:
    assert set(search_words(f"{one} | {other}")) == {*search_words(one), *search_words(other)}
