"""The same article is recognised though it was edited; another article on the same event is another one."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from articles.pages import SENTENCES
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.same_text import SAME, fingerprint, lookup_keys, similarity

NEWS = Path(__file__).parents[2].parent / "shared" / "data" / "attribution" / "train.jsonl"
STORY = "\n\n".join(SENTENCES)
OTHER = (
    "Arden’s bridge is to be shut for twelve months after the council’s vote on Tuesday. Mayor Ann Lee said the town "
    "had “no choice”, as the steel is more than a century old. Cars are to be sent through the tunnel in the north, "
    "and those against the plan want to go to court. The work costs some 12 million euros, mostly paid by the state."
)
BOILERPLATE = "Read more about our work. This material may not be published, broadcast or redistributed."


@pytest.mark.parametrize(
    "copy",
    [
        STORY,
        STORY.upper().replace("\n\n", "\n"),
        STORY.replace("’", "'").replace("“", '"').replace("”", '"'),
        STORY.replace(SENTENCES[3], "Nobody has said yet whether they will appeal."),
        f"{BOILERPLATE}\n\n{STORY}\n\n{BOILERPLATE.replace('our', 'their')}",
        STORY.replace("14,000", "15,000").replace("Tuesday", "Wednesday"),
    ],
)
def test_an_edited_copy_is_the_same_article(copy: str) -> None:
    assert similarity(fingerprint(STORY), fingerprint(copy)) >= SAME
    assert set(lookup_keys(fingerprint(STORY))) & set(lookup_keys(fingerprint(copy)))


def test_another_article_on_the_same_event_is_another_one() -> None:
    assert similarity(fingerprint(STORY), fingerprint(OTHER)) < SAME / 4


def test_a_few_words_are_like_nothing() -> None:
    assert fingerprint("Old bridge closes for a year") == ()
    assert similarity((), fingerprint(STORY)) == 0


@given(st.lists(st.sampled_from(STORY.split()), max_size=800).map(" ".join), st.text(max_size=300))
def test_similarity_is_symmetric_and_whole_for_the_same_text(text: str, tail: str) -> None:
    a, b = fingerprint(text), fingerprint(text + tail)
    assert similarity(a, b) == similarity(b, a)
    assert 0 <= similarity(a, b) <= 1
    assert similarity(a, a) == (1 if a else 0)


def test_long_texts_are_compared_by_a_sample_without_bias() -> None:
    words = [f"w{n}" for n in range(12_000)]
    a, b = fingerprint(" ".join(words[:8_000])), fingerprint(" ".join(words[4_000:]))
    assert abs(similarity(a, b) - 1 / 3) < 0.1


@pytest.mark.slow
@pytest.mark.skipif(not NEWS.exists(), reason="the news texts are not part of the project")
def test_no_two_different_news_stories_are_taken_for_one() -> None:
    texts = [json.loads(line)["text"] for line in NEWS.read_text("utf-8").splitlines()]
    prints = [fingerprint(text) for text in texts]
    sets = [set(one) for one in prints]
    for i, j in combinations(range(len(texts)), 2):
        if sets[i] & sets[j] and similarity(prints[i], prints[j]) >= SAME:
            # Papers print a story again under another headline: most of its sentences are the same.
            a, b = (set(text.split(". ")) for text in (texts[i], texts[j]))
            assert len(a & b) >= 0.3 * min(len(a), len(b))
