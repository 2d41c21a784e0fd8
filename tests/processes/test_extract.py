"""``claimdesk extract`` as a person and as a script use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
