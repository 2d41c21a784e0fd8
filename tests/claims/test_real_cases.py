"""The annotated agency story and public corpora; skipped where they are not at hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.articles.article import Article
from bot.claims.claim import Claim
from bot.claims.extract import Extractor

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
ARTICLES = SHARED / "articles"
pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="the annotated article is not at hand")


def _covers(claim: Claim, start: int, end: int) -> bool:
    shared = min(end, claim.end) - max(start, claim.start)
    return shared >= 0.6 * (end - start) and claim.end - claim.start <= 2.5 * (end - start)


@pytest.mark.parametrize("with_title", [True, False])
def test_the_agency_story_yields_every_claim_that_must_be_found(extractor: Extractor, with_title: bool) -> None:
    gold = json.loads(next(ARTICLES.glob("*.gold.json")).read_text(encoding="utf-8"))
    text = (ARTICLES / gold["article"]).read_text(encoding="utf-8")
    title = gold["title"] if with_title else ""
    claims = extractor.extract(Article(text=text, title=title, published=date.fromisoformat(gold["published"]))).claims
    good = set()
    for wanted in gold["claims"]:
        at = text.index(wanted["anchor"])
        found = next((c for c in claims if _covers(c, at, at + len(wanted["anchor"]))), None)
        if found is None:
            assert wanted["weight"] != "must", f"missed: {wanted['id']}"
            continue
        good.add(found.start)
        name = found.speaker.name.lower() if found.speaker else ""
        assert any(s.lower() in name for s in wanted["speaker"]) if wanted["speaker"] else not name, wanted["id"]
        assert found.polarity == wanted["polarity"], wanted["id"]
        assert set(wanted["times"]) <= {time.value for time in found.times}, wanted["id"]
        assert all(word.lower() in found.standalone.lower() for word in wanted.get("standalone", [])), wanted["id"]
    assert len(good) >= 0.95 * len(claims)
    for furniture in gold["not_claims"]:
        at = text.index(furniture)
        assert not any(
            c.start <= at and at + len(furniture) <= c.end and len(c.text) < 2 * len(furniture) for c in claims
        )
