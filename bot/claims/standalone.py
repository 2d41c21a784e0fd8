"""A claim that reads without its article."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Span, Token

from bot.claims.dates_in_words import absolute
from bot.claims.references import Edit
from bot.claims.times import Time

_MARKS = str.maketrans("", "", '“”"„«»')


def standalone(text: str, span: Span, edits: Sequence[Edit], times: Sequence[Time], subject: str | None) -> str:
    """Apply the edits, make the dates absolute, put a shared subject in front, and close it like a sentence."""
    offset = span.start_char
    changes = [*edits]
    for time in times:
        if span.start_char <= time.start and time.end <= span.end_char and not _modifies(span, time):
            end = time.end + 2 if text[time.end : time.end + 2] in {"'s", "’s"} else time.end
            changes.append(Edit(time.start, end, absolute(text[time.start : end], time)))
    pieces: list[str] = []
    at = offset
    for edit in sorted(changes, key=lambda e: (e.start, -e.end)):
        if edit.start < at or edit.end > span.end_char:
            continue
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    pieces.append(text[at : span.end_char])
    body = _tidy("".join(pieces))
    if subject:
        body = f"{subject} {body}"
    body = body[:1].upper() + body[1:]
    return body if body.endswith((".", "!", "?")) else body + "."


def _modifies(span: Span, time: Time) -> bool:
    """ "Christmas gifts", "Monday's paper" as a name: the day only says what kind of thing is meant."""
    if time.kind != "holiday":
        return False
    last = next((t for t in span if t.idx < time.end <= t.idx + len(t.text)), None)
    if last is None:
        return False
    hyphen = last.i + 1 < len(last.doc) and last.nbor(1).text == "-"
    return hyphen or last.dep_ in {"compound", "nmod", "amod"}


def _tidy(text: str) -> str:
    plain = " ".join(text.replace("``", '"').replace("''", '"').split())
    if sum(plain.count(mark) for mark in '“”"') % 2 or plain.count("“") != plain.count("”"):
        plain = plain.translate(_MARKS)
    elif plain[:1] in '“"' and plain[-1:] in '”"':
        plain = plain.strip('“”"')
    return plain.strip(" ,;:")


def subject_words(token: Token) -> str:
    """A subject with its modifiers, for a predicate that shares it."""
    end = token.right_edge.i + 1
    for child in token.children:
        if child.i > token.i and child.dep_ in {"relcl", "appos", "acl", "punct"}:
            end = min(end, child.left_edge.i)
    return " ".join(token.doc[token.left_edge.i : max(end, token.i + 1)].text.strip(" ,").split())
