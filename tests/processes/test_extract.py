"""``claimdesk extract`` as a person and as a script use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.articles import paste
from bot.claims.claim import Extraction
from bot.processes.explain import in_terminal

STORY = (
    "LOWEN, 3 March 2024 — The Lowen dam was closed in January after a crack was found, the water board said.\n\n"
    '"We have not received a single complaint," water board spokesman Tom Reyes said.\n'
)


def _extract(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "extract", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=100, check=False)


def test_a_file_is_shown_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY, "utf-8")
    shown = _extract(str(file))
    assert shown.returncode == 0
    assert "published 2024-03-03" in shown.stdout
    assert "2024-01" in shown.stdout
    assert "Tom Reyes" in shown.stdout


def test_a_script_gets_a_line_for_each_line_with_exact_offsets() -> None:
    rows = [{"doc": "a", "text": STORY}, {"doc": "b", "text": STORY, "published": "2020-05-01", "title": "Dam"}]
    done = _extract("--ndjson", stdin="\n".join(json.dumps(row) for row in rows))
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["doc"], first["published"]) == ("a", "2024-03-03")
    assert (second["title"], second["published"]) == ("Dam", "2020-05-01")
    for claim in first["claims"]:
        assert STORY[claim["start"] : claim["end"]] == claim["text"]
    assert {t["value"] for t in second["times"]} >= {"2020-01"}
    said = [a for a in first["attributions"] if a["speaker"] and "Reyes" in a["speaker"]]
    (start, end), *_ = said[0]["content"]
    assert "single complaint" in STORY[start:end]


def test_a_line_that_is_no_article_is_named() -> None:
    done = _extract("--ndjson", stdin='{"doc": "a", "text": "x"}\n{"doc": "b"}\n')
    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_named() -> None:
    done = _extract("no-such-file.txt")
    assert done.returncode == 2
    assert "no-such-file.txt" in done.stderr
    assert "Traceback" not in done.stderr
    assert _extract("no-such-file.ndjson", "--ndjson").returncode == 2


def test_an_article_can_be_looked_at_with_everything_marked(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY, "utf-8")
    shown = _extract("--explain", str(file))
    assert shown.returncode == 0, shown.stderr
    assert "[1] " in shown.stdout
    assert "January [2024-01]" in " ".join(shown.stdout.split())
    page = _extract("--html", str(file))
    assert page.returncode == 0, page.stderr
    assert page.stdout.startswith("<!doctype html>")
    assert "<sup>1</sup>" in page.stdout
    assert "January</span><sub>2024-01</sub>" in page.stdout


def test_markup_in_an_article_stays_text_on_the_page(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(f"{STORY} <script>alert(1)</script> The dam holds 3 million litres.", "utf-8")
    assert "<script>" not in _extract("--html", str(file)).stdout


def test_sentences_are_scored_by_how_much_they_are_worth_checking() -> None:
    rows = [
        {"doc": "a", "text": "Unemployment fell by 12 percent and we created 3 million new jobs in 2019."},
        {"doc": "b", "text": "Good evening, and thank you all."},
    ]
    command = [sys.executable, "-m", "bot.cli", "worth", "--ndjson"]
    stdin = "\n".join(json.dumps(row) for row in rows)
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=True)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["doc"], second["doc"]) == ("a", "b")
    assert first["worth"] > 0.5 > second["worth"]


def test_what_acts_on_a_terminal_is_shown_and_does_nothing() -> None:
    text = "The city \x1b[31mof Brannock\x07 spent 48 million euros on \u202ethe bridge\u202c in 2019."
    article = paste.from_text(text)
    shown = in_terminal(article, Extraction(claims=())).plain
    assert len(shown) == len(article.text)
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
