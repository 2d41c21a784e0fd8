"""Whatever is pasted: no crash, exact offsets, the same answer twice, and no hang."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.articles.article import Article
from bot.claims.chunks import chunks, readable
from bot.claims.extract import Extractor
from bot.claims.layout import lines
from bot.claims.quotes import find
from claims.readers import Read

SCRAPS = (
    "The mayor said on Friday that the city spent $4 million. |\"We did not,|,\" she added. |“|”|''|``|[|]|—|...|?|,|:"
    "|U.S. |Capt. |May 5| last week|2016|😀|שלום |مرحبا |if |that |he |according to |Dr. Li |<b>|&amp;|By Ann Lee\n"
)
SPACES = ["\n", "\n\n", "\r\n", "\t", " ", "\u200f", "\x00", "\x85", "\u2028"]
PIECES = st.sampled_from([*SCRAPS.split("|"), *SPACES])
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_offsets_are_exact_and_two_readings_agree(extractor: Extractor, text: str) -> None:
    article = Article(text=text, published=date(2019, 9, 18))
    found = extractor.extract(article)
    for claim in found.claims:
        assert text[claim.start : claim.end] == claim.text
        assert claim.text.strip() == claim.text != ""
        assert 0 <= claim.sentence[0] < claim.sentence[1] <= len(text)
        assert 0 <= claim.worth <= 1
        assert all(text[start:end].strip() for start, end in claim.appearances)
    for expression in found.times:
        assert text[expression.start : expression.end] == expression.text
    for said in found.attributions:
        spans = [span for span in (said.source, said.cue, *said.content) if span is not None]
        assert all(0 <= start < end <= len(text) for start, end in spans)
    assert extractor.extract(article) == found


@given(text=st.text(max_size=500), longest=st.integers(min_value=1, max_value=50))
def test_chunks_cover_the_text_without_a_gap(text: str, longest: int) -> None:
    spans = list(chunks(text, longest))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end - start <= longest for start, end in spans)


@given(text=TEXTS)
def test_what_the_pipeline_reads_has_the_same_length(text: str) -> None:
    assert len(readable(text)) == len(text)


@given(text=TEXTS)
def test_quotations_lie_inside_their_lines_and_do_not_overlap(text: str) -> None:
    quotes = find(text, lines(text))
    assert all(a.end <= b.start for a, b in pairwise(quotes))
    assert all(q.start < q.end <= len(text) for q in quotes)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "Hello", "😀", "?", "\x00\x01"])
def test_next_to_nothing_yields_nothing(read: Read, text: str) -> None:
    assert read(text).claims == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Minister sagte am Freitag, dass die Regierung nicht mit der Partei sprechen werde und so. "),
        ("fr", "Le ministre a dit que le gouvernement ne parle pas avec les partis et que ce sont des choses. "),
        ("tr", "Bakan bugün bu konuda daha çok çalışma yapılacağını ve bir komisyon olarak ancak için. "),
        ("ru", "Министр сказал в пятницу, что правительство не будет говорить с партией. "),
        ("ar", "قال الوزير يوم الجمعة إن الحكومة لن تتحدث مع الحزب. "),
    ],
)
def test_another_language_is_named_and_nothing_is_claimed(read: Read, language: str, text: str) -> None:
    found = read(text * 3)
    assert found.unsupported_language == language
    assert found.claims == ()


def test_english_is_not_taken_for_another_language(read: Read) -> None:
    assert read("The minister said on Friday that she would not talk to the press.").unsupported_language is None


@pytest.mark.parametrize("junk", ["(", '"', "a", "😀", "<p>", "- ", "said that ", "“"])
def test_a_long_run_of_one_thing_does_not_hang(read: Read, junk: str) -> None:
    began = time.monotonic()
    read(junk * 5000)
    assert time.monotonic() - began < 30


def test_a_long_text_is_read_to_its_end(read: Read) -> None:
    filler = "The committee of Oslo met again on Monday to talk about the roads of the city.\n\n" * 300
    text = filler + "The port of Bergen lost 40 million euros in 2018."
    assert any("Bergen" in claim.text and claim.end == len(text) - 1 for claim in read(text).claims)
