"""The score of worth and its reasons. The figures' own bars are checked where the corpus is at hand."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.claims.worth import worth

DATA = Path(__file__).parents[2].parent / "shared/data/checkworthiness"


@pytest.mark.parametrize(
    "text",
    [
        "Unemployment fell by 12 percent and we created 3 million new jobs in 2019.",
        "My opponent voted against the flood bill twice.",
        "Norway has closed half of its coal plants since 2015.",
    ],
)
def test_a_statement_of_fact_is_above_the_line(text: str) -> None:
    assert worth(text) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Good evening, and thank you all.",
        "I believe we can do better than this.",
        "What would you say to the people of Arden?",
        "Let me finish, please.",
        "We have to work together on this.",
    ],
)
def test_a_greeting_a_wish_or_a_question_is_below_the_line(text: str) -> None:
    assert worth(text) < 0.5


@pytest.mark.parametrize("text", ["", " ", "🙂", "\x00\x07", "؟", "שלום עולם", "a" * 5000, "\ud800"])
def test_any_text_has_a_score(text: str) -> None:
    assert 0 <= worth(text) <= 1


def test_a_sentence_without_end_takes_no_longer_than_a_long_one() -> None:
    worth("Norway closed 12 ports in February.")  # reads the model
    start = time.perf_counter()
    worth("Norway closed 12 ports and " * 10_000)
    assert time.perf_counter() - start < 1


def test_nothing_is_read_before_the_first_sentence() -> None:
    """Who imports the room to find its records must not pay for the model."""
    code = "import sys, bot.claims.worth; sys.exit('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


@pytest.mark.skipif(not DATA.is_dir(), reason="the corpus is not at hand")
@pytest.mark.parametrize(("part", "least"), [("dev", 0.88), ("dev-test", 0.86)])
def test_the_line_at_one_half_parts_check_worthy_sentences_from_others(part: str, least: float) -> None:
    rows = [json.loads(line) for line in (DATA / f"{part}.jsonl").read_text("utf-8").splitlines()]
    said = [worth(row["text"]) >= 0.5 for row in rows]
    truth = [row["checkworthy"] for row in rows]
    both = sum(s and t for s, t in zip(said, truth, strict=True))
    assert 2 * both / (sum(said) + sum(truth)) >= least
