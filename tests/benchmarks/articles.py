"""Bodies of real pages, speed beside bare trafilatura, near-identical texts. Prints Markdown; run with ``make bench``.

The pages and texts lie in a folder beside the project (``../shared``) and are no part of it; without it nothing is
measured.
"""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import trafilatura

from bot.articles.article import Article
from bot.articles.page import from_html
from bot.articles.same_text import SAME, fingerprint, lookup_keys, similarity
from bot.articles.unreadable import UnreadableError
from tests.benchmarks.page_days import DAYS

SHARED = Path(__file__).parents[2].parent / "shared"
PAGES = SHARED / "data" / "pages"
NEWS = SHARED / "data" / "attribution" / "train.jsonl"
SETTINGS: dict[str, dict[str, bool]] = {
    "balanced": {},
    "favor_precision": {"favor_precision": True},
    "favor_recall": {"favor_recall": True},
    "fast": {"fast": True},
    "fast, favor_precision": {"fast": True, "favor_precision": True},
}
BARE = """
import gzip, json, sys, trafilatura
for name in sys.argv[1:]:
    document = trafilatura.bare_extraction(gzip.open(name).read(), favor_precision=True, include_comments=False)
    print(json.dumps({"page": name, "text": document.text if document else ""}))
"""


def main() -> None:
    """Measure and print."""
    if PAGES.is_dir():
        pages = _pages()
        _accuracy(pages)
        _speed(pages)
        _command()
    if NEWS.exists():
        _copies()


def _pages() -> list[tuple[str, str, bytes]]:
    rows = [json.loads(line) for line in (PAGES / "truth.jsonl").read_text("utf-8").splitlines()]
    return [(row["page"], row["url"], gzip.decompress((PAGES / f"{row['page']}.html.gz").read_bytes())) for row in rows]


def _accuracy(pages: list[tuple[str, str, bytes]]) -> None:
    print("| extractor | figure |\n|---|---|")
    for name, options in SETTINGS.items():
        texts = {page: _bare(data, url, **options) for page, url, data in pages}
        print(f"| trafilatura {trafilatura.__version__}, {name} | {_score(texts)} |", flush=True)
    refused = []
    right = 0
    ours = {}
    for page, url, data in pages:
        try:
            article = from_html(data, url=url)
        except UnreadableError as error:
            refused.append(error.reason.value)
            article = error.partial or Article(text="")
        ours[page] = article.text
        right += page[:8] in DAYS and str(article.published) == DAYS[page[:8]]
    print(f"| Claimdesk | {_score(ours)}; refused: {', '.join(refused) or 'none'} |")
    print(f"\nDays of publication that are right: {right} of {len(DAYS)}.")


def _bare(data: bytes, url: str, **options: bool) -> str:
    document: Any = trafilatura.bare_extraction(data, url=url, include_comments=False, **options)
    return document.text or "" if document else ""


def _score(texts: dict[str, str]) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as out:
        out.writelines(json.dumps({"page": page, "text": text}) + "\n" for page, text in texts.items())
        out.flush()
        command = [sys.executable, str(SHARED / "bench/score.py"), "pages", str(PAGES / "truth.jsonl"), out.name]
        return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def _speed(pages: list[tuple[str, str, bytes]]) -> None:
    """Both in this process and in turn, page by page, so that whatever else the machine does meets both alike."""
    ratios = []
    for _ in range(3):
        ours = bare = 0.0
        for _, url, data in pages:
            bare += _seconds(lambda url=url, data=data: _bare(data, url, favor_precision=True))
            ours += _seconds(lambda url=url, data=data: _read(data, url))
        ratios.append(bare / ours)
    turns = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(
        "\nPages a second, with metadata, dates and walls, as a part of bare trafilatura's (its best setting, the body"
    )
    print(f"alone): {sorted(ratios)[1]:.2f} (three turns in one run: {turns}).")


def _read(data: bytes, url: str) -> None:
    try:
        from_html(data, url=url)
    except UnreadableError:
        return


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _command() -> None:
    """``claimdesk article`` with its processes beside a bare script in one, both with their start."""
    files = [str(file) for file in sorted(PAGES.glob("*.html.gz"))]
    claimdesk = str(Path(sys.executable).parent / "claimdesk")
    ratios = []
    for _ in range(3):
        bare = _seconds(lambda: _run([sys.executable, "-c", BARE, *files * 3]))
        ours = _seconds(lambda: _run([claimdesk, "article", *files * 3, "--ndjson"]))
        ratios.append(bare / ours)
    turns = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"\n`claimdesk article` over {3 * len(files)} files, start included, as a part of a bare script's pages a")
    print(f"second: {sorted(ratios)[1]:.2f} (three turns in one run: {turns}).")


def _run(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _copies() -> None:
    """Edited copies that are recognised, and pairs of different stories that are taken for one."""
    chance = random.Random(1)
    texts = [json.loads(line)["text"] for line in NEWS.read_text("utf-8").splitlines()]
    prints = [fingerprint(text) for text in texts]
    copies = [fingerprint(_edited(text, texts, chance)) for text in texts]
    found = sum(similarity(a, b) >= SAME for a, b in zip(prints, copies, strict=True))
    looked_up = sum(bool(set(lookup_keys(a)) & set(lookup_keys(b))) for a, b in zip(prints, copies, strict=True))
    sets = [set(one) for one in prints]
    pairs = list(combinations(range(len(texts)), 2))
    alike = [similarity(prints[i], prints[j]) for i, j in pairs if sets[i] & sets[j]]
    taken = sum(value >= SAME for value in alike)
    highest = max((value for value in alike if value < SAME), default=0.0)
    print(f"\nOf {len(texts)} news stories with a paragraph changed and boilerplate around them {found} are recognised")
    print(
        f"({looked_up} by the look-up keys). Of {len(pairs):,} pairs of stories {taken} count as one article; the next"
    )
    print(f"pair has a similarity of {highest:.2f} (the line is {SAME}).")


def _edited(text: str, texts: list[str], chance: random.Random) -> str:
    paragraphs = [line for line in text.split("\n") if line.strip()]
    paragraphs[chance.randrange(len(paragraphs))] = chance.choice(texts).split("\n", maxsplit=1)[0]
    notice = "This material may not be published, broadcast, rewritten or redistributed. Read more about our work here."
    return "\n".join([notice, *paragraphs, f"Follow us. {notice}"])


if __name__ == "__main__":
    main()
