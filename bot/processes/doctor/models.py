"""The models that find claims: whether they are there and work."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bot.articles.article import Article
from bot.processes.doctor.finding import Finding, fail, ok

_SAMPLE = "The city bought 41 ferries in 2025, the mayor said. Unemployment fell to 4.2 per cent last year."


def check_models(pipeline: str) -> Iterator[Finding]:
    """Load the spaCy pipeline and the encoder, and read two sentences with them; takes some seconds."""
    # Only here is spaCy needed, and it is slow to load.
    from bot.claims.extract import Extractor  # noqa: PLC0415
    from bot.claims.worth import worth  # noqa: PLC0415

    began = time.monotonic()
    try:
        extractor = Extractor(pipeline)
    except Exception as error:
        yield fail("spaCy pipeline", f"SPACY_PIPELINE {pipeline} cannot be loaded ({type(error).__name__}); install it")
        return
    try:
        found = len(extractor.extract(Article(text=_SAMPLE)).claims)
    except Exception as error:
        yield fail("spaCy pipeline", f"{pipeline} cannot read ({type(error).__name__}); install Claimdesk anew")
        return
    seconds = time.monotonic() - began
    if not found:
        yield fail("spaCy pipeline", f"{pipeline} finds no claims; SPACY_PIPELINE needs one that parses English")
    else:
        yield ok("spaCy pipeline", f"{pipeline} works, loaded in {seconds:.1f} s")
    try:
        if not 0 <= worth(_SAMPLE) <= 1:
            raise ValueError("no probability")
    except Exception as error:
        yield fail("encoder", f"cannot be loaded ({type(error).__name__}); install Claimdesk anew")
        return
    yield ok("encoder", "works")
