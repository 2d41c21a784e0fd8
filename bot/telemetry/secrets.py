"""Takes secrets out of text that goes to a log, whoever put them there: a library, an exception, a URL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

HIDDEN = "***"
SHORTEST = 6
"""Characters of a secret that is looked for by its value: a shorter one would be found in every other word."""

_SHAPES = (
    # Slack's tokens (docs.slack.dev, "Token types"), refresh tokens and short-lived app tokens among them.
    (re.compile(r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w-]+"), HIDDEN),
    # Whoever has a response URL may post with it.
    (re.compile(r"(hooks\.slack(?:-gov)?\.com/)[^\s\"'<>]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{0,200}:)[^\s/@\"']+(?=@)"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)(\bbearer\s+)[^\s\"',]{6,}"), rf"\1{HIDDEN}"),
)


class Redactor:
    """Replaces secrets that are known by value, and whatever is shaped like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= SHORTEST}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text


def _forms(secret: str) -> set[str]:
    """A secret as it may be written: plain, in a URL, in a Python literal, in JSON."""
    plain = {secret, unquote(secret)}
    written = {form for s in plain for form in (quote(s, safe=""), repr(s)[1:-1], json.dumps(s)[1:-1])}
    return plain | written
