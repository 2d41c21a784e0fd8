"""``claimdesk article`` as a person and as a script use it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

from articles.files.pdfs import pdf
from articles.pages import HEADLINE, SENTENCES, json_ld, page

HEAD = json_ld(headline=HEADLINE, datePublished="2024-03-05T10:00:00Z", author={"name": "Ann Lee"})


def _article(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "article", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_a_script_gets_a_line_for_each_file_in_their_order(tmp_path: Path) -> None:
    packed, wall, paper = tmp_path / "abc.html.gz", tmp_path / "wall.html", tmp_path / "paper.pdf"
    packed.write_bytes(gzip.compress(page(HEAD).encode()))
    wall.write_text("<html><h1>Page not found</h1></html>", "utf-8")
    paper.write_bytes(pdf(SENTENCES))
    done = _article(str(packed), str(wall), str(paper), "--ndjson")
    assert done.returncode == 0, done.stderr
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert first["page"] == "abc"
    assert SENTENCES[2] in first["text"]
    assert {k: first[k] for k in ("title", "published", "authors", "updated", "language", "dispute")} == {
        "title": HEADLINE,
        "published": "2024-03-05",
        "authors": ["Ann Lee"],
        "updated": None,
        "language": "en",
        "dispute": None,
    }
    assert first["origins"]["published"] == "json_ld"
    assert (second["page"], second["text"], second["unreadable"]["reason"]) == ("wall", "", "not_found")
    assert third["page"] == "paper.pdf"
    assert third["text"].startswith(SENTENCES[0])


def test_a_person_sees_what_was_read_and_from_where(tmp_path: Path) -> None:
    file = tmp_path / "story.html"
    file.write_text(page(HEAD + "<meta name=pubdate content=2016-05-21>"), "utf-8")
    done = _article(str(file))
    shown = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "published 2024-03-05 (from the page's data for search engines)" in shown
    assert "two dates of publication" in shown
    assert SENTENCES[0] in shown


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = _article(str(tmp_path / "no-such-file.html"), "--ndjson")
    assert done.returncode == 2
    assert "no-such-file.html" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_packed_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.html.gz"
    bomb.write_bytes(gzip.compress(b"\0" * 60_000_000))
    row = json.loads(_article(str(bomb), "--ndjson").stdout)
    assert row["unreadable"]["reason"] == "bomb"
