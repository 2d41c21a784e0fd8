"""The attributes that our components set on spaCy's objects: ``doc._.published``, ``doc._.claims`` and so on."""

from __future__ import annotations

from spacy.tokens import Doc


def register() -> None:
    """Make sure that the extension attributes exist. Safe to call often; each factory does."""
    for name, default in _DOC.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)


_DOC: dict[str, object] = {
    "title": "",  # the article's title, if known, so that its repetition in the text is not a claim
    "published": None,  # the day that relative dates are resolved against
    "lines": None,  # layout.Line for each line that is not blank
    "times": None,  # times.Time for each time expression
    "quotes": None,  # quotes.Quote for each quotation
    "attributions": None,  # attributions.Saying for each act of saying
    "claims": None,  # claims.Draft for each claim
}
