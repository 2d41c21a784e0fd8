"""Bodies and days of real pages, speed beside bare trafilatura, near-identical texts; see ``__main__.py``."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import trafilatura

from bot.articles.page import from_html
from bot.articles.same_text import SAME, fingerprint, lookup_keys, similarity
from bot.articles.unreadable import UnreadableError
from tests.benchmarks.corpora import DATA, SCORER, Row, absent, rows, scored, shown, sized
from tests.benchmarks.page_days import DAYS
from tests.benchmarks.report import Section, Skipped, table
from tests.benchmarks.turns import median_of, ratios

PAGES = DATA / "pages"
TRUTH = PAGES / "truth.jsonl"
NEWS = DATA / "attribution/train.jsonl"
CLAIMDESK = str(Path(sys.executable).parent / "claimdesk")
SETTINGS: dict[str, dict[str, Any]] = {
    "balanced": {},
    "favor_precision": {"favor_precision": True},
    "favor_recall": {"favor_recall": True},
    "fast": {"fast": True},
    "fast, favor_precision": {"fast": True, "favor_precision": True},
}
BARE = """
import gzip, json, sys, trafilatura
options = json.loads(sys.argv[1])
for name in sys.argv[2:]:
    document = trafilatura.bare_extraction(gzip.open(name).read(), include_comments=False, **options)
    print(json.dumps({"page": name, "text": document.text if document else ""}))
"""
ROUNDS = 3

Page = tuple[str, str, bytes]
"""Its name, its address and its HTML."""


def sections() -> Iterator[Section | Skipped]:
    """The setting of trafilatura that is best here is the one that ours is timed beside."""
    of_bodies, of_days, of_speed = "Bodies of pages", "Days of publication", "Speed beside bare trafilatura"
    if skipped := absent(of_bodies, TRUTH, SCORER):
        yield from (Skipped(title, skipped.why) for title in (of_bodies, of_days, of_speed))
    else:
        pages = [(row["page"], row["url"], gzip.decompress(_file(row["page"]).read_bytes())) for row in rows(TRUTH)]
        ours = _read_by_command([name for name, _, _ in pages])
        theirs = {name: _body_f1(_bare_rows(pages, options)) for name, options in SETTINGS.items()}
        best = max(theirs, key=theirs.__getitem__)
        yield _bodies(of_bodies, ours, theirs)
        yield _days(of_days, ours)
        yield _speed(of_speed, pages, best)
    yield _copies()


def _file(page: str) -> Path:
    return PAGES / f"{page}.html.gz"


def _read_by_command(pages: list[str]) -> list[Row]:
    command = [CLAIMDESK, "article", *(str(_file(page)) for page in pages), "--ndjson"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in printed.splitlines()]


def _bare_rows(pages: list[Page], options: dict[str, Any]) -> list[Row]:
    return [{"page": name, "text": _bare(data, url, options)} for name, url, data in pages]


def _bare(data: bytes, url: str, options: dict[str, Any]) -> str:
    document: Any = trafilatura.bare_extraction(data, url=url, include_comments=False, **options)
    return document.text or "" if document else ""


def _body_f1(read: list[Row]) -> str:
    return scored("pages", TRUTH, read)["body F1"]


def _bodies(title: str, ours: list[Row], theirs: dict[str, str]) -> Section:
    reasons = Counter(row["unreadable"]["reason"] for row in ours if "unreadable" in row)
    named = ", ".join(f"{reason} {count}" for reason, count in reasons.items()) or "none"
    return Section(
        title,
        f"{sized(TRUTH, 'pages')}.\n\n```sh\nclaimdesk article {shown(PAGES)}/*.html.gz --ndjson > pred.ndjson\n"
        f"python {shown(SCORER)} pages {shown(TRUTH)} pred.ndjson\n```",
        table(
            ["", "body F1"],
            [
                ["Claimdesk", _body_f1(ours)],
                *([f"trafilatura {trafilatura.__version__}, {name}", figure] for name, figure in theirs.items()),
            ],
        ),
        f"Pages that Claimdesk says are no whole article, which are scored with what there was of them: {named}.",
    )


def _days(title: str, ours: list[Row]) -> Section:
    right = [row["published"] == DAYS[row["page"][:8]] for row in ours if row["page"][:8] in DAYS]
    return Section(
        title,
        "Of the same pages, as their readers see it: `tests/benchmarks/page_days.py`, read from the pages by hand.",
        table(["pages that show a day", "right"], [[len(right), sum(right)]]),
    )


def _speed(title: str, pages: list[Page], best: str) -> Section:
    """Page by page in one process, and the whole command beside a script."""
    options = SETTINGS[best]
    one = [(partial(_bare, data, url, options), partial(_read, data, url)) for _, url, data in pages]
    files = [str(_file(name)) for name, _, _ in pages] * 3
    script = partial(_run, [sys.executable, "-c", BARE, json.dumps(options), *files])
    command = partial(_run, [CLAIMDESK, "article", *files, "--ndjson"])
    return Section(
        title,
        f"The same pages, as a part of the pages a second of bare trafilatura with the setting that is best above "
        f"({best}), which finds the body alone; ours reads title, authors, dates and walls, too.",
        table(
            ["pages a second, median of the rounds", "× trafilatura's"],
            [
                ["in one process, page by page in turn", median_of(ratios(one, ROUNDS))],
                [
                    f"`claimdesk article` over {len(files)} files with its {os.cpu_count()} processes and their start, "
                    "beside a script in one process",
                    median_of(ratios([(script, command)], ROUNDS)),
                ],
            ],
        ),
    )


def _read(data: bytes, url: str) -> None:
    try:
        from_html(data, url=url)
    except UnreadableError:
        return


def _run(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _copies() -> Section | Skipped:
    """Edited copies that are recognised, and pairs of different stories that are taken for one."""
    title = "The same article again"
    if skipped := absent(title, NEWS):
        return skipped
    chance = random.Random(1)
    texts = [row["text"] for row in rows(NEWS)]
    prints = [fingerprint(text) for text in texts]
    copies = [fingerprint(_edited(text, texts, chance)) for text in texts]
    found = sum(similarity(a, b) >= SAME for a, b in zip(prints, copies, strict=True))
    looked_up = sum(bool(set(lookup_keys(a)) & set(lookup_keys(b))) for a, b in zip(prints, copies, strict=True))
    sets = [set(one) for one in prints]
    pairs = list(combinations(range(len(texts)), 2))
    alike = [similarity(prints[i], prints[j]) for i, j in pairs if sets[i] & sets[j]]
    taken = sum(value >= SAME for value in alike)
    highest = max((value for value in alike if value < SAME), default=0.0)
    return Section(
        title,
        f"{sized(NEWS, 'news stories')}: each beside a copy with another paragraph and boilerplate around it, and all "
        "pairs of different stories.",
        table(
            ["", "of", "recognised", "by a look-up key", "next below the line"],
            [
                ["edited copies", f"{len(texts):,}", found, looked_up, ""],
                ["pairs of stories", f"{len(pairs):,}", taken, "", f"{highest:.2f}"],
            ],
        ),
        f"The line is a similarity of {SAME}.",
    )


def _edited(text: str, texts: list[str], chance: random.Random) -> str:
    paragraphs = [line for line in text.split("\n") if line.strip()]
    paragraphs[chance.randrange(len(paragraphs))] = chance.choice(texts).split("\n", maxsplit=1)[0]
    notice = "This material may not be published, broadcast, rewritten or redistributed. Read more about our work here."
    return "\n".join([notice, *paragraphs, f"Follow us. {notice}"])
