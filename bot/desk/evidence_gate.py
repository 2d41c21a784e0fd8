"""The evidence gate: what is missing before a verdict may go to sign-off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import unquote, urlsplit

from bot.desk.commands import Propose
from bot.desk.copies import original
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules, is_link, registrable_domain
from bot.desk.task import Evidence, Task

_SLUG_WORDS = 4
"""Words that the last part of an address needs to be a headline: fewer ("annual-report") are many pages' name."""


def check_verdict(task: Task, command: Propose, rules: HouseRules, today: date) -> None:
    """Raises the first Refusal of ``problems``, if there is one."""
    for problem in problems(task, command, rules, today):
        raise problem


def problems(task: Task, command: Propose, rules: HouseRules, today: date) -> Iterator[Refusal]:
    """All that keeps a verdict from sign-off, each with the field that would mend it."""
    for index, source in enumerate(command.evidence):
        yield from _of_source(index, source, rules)
    rating = next((r for r in rules.scale.ratings if r.id == command.rating), None)
    if rating is None:
        yield Refusal(Reason.UNKNOWN_RATING if command.rating else Reason.NO_RATING, field="rating")
    if command.said and command.said not in {r.id for r in rules.scale.said}:
        yield Refusal(Reason.UNKNOWN_RATING, field="said")
    if task.claim.speaker and not command.said:
        yield Refusal(Reason.NO_SAID, field="said")
    if not command.summary.strip():
        yield Refusal(Reason.NO_SUMMARY, field="summary")
    if rating and not rating.sources and not command.explanation.strip():
        yield Refusal(Reason.NO_EXPLANATION, field="explanation", rating=rating.label)
    have = independent_sources(command.evidence, command.article_urls)
    if rating and rating.sources and have < rules.sources:
        without = " or ".join(f"“{r.label}”" for r in rules.scale.ratings if not r.sources) or "no rating"
        field = f"url_{len(command.evidence)}" if len(command.evidence) < rules.sources else "url_0"
        yield Refusal(Reason.TOO_FEW_SOURCES, field=field, have=have, need=rules.sources, without=without)
    if command.as_of and command.as_of > today:
        yield Refusal(Reason.AS_OF_IS_AHEAD, field="as_of")
    if command.recheck and command.recheck <= today:
        yield Refusal(Reason.RECHECK_IS_PAST, field="recheck")


def _of_source(index: int, source: Evidence, rules: HouseRules) -> Iterator[Refusal]:
    if not is_link(source.url):
        yield Refusal(Reason.BAD_LINK, field=f"url_{index}")
    if not source.note.strip():
        yield Refusal(Reason.NO_NOTE, field=f"note_{index}")
    archive = source.archive.strip()
    if archive.startswith(("http://", "https://")) and not is_link(archive):
        yield Refusal(Reason.BAD_LINK, field=f"archive_{index}")
    if rules.archived and not archive:
        yield Refusal(Reason.NO_ARCHIVE, field=f"archive_{index}")


def independent_sources(evidence: Sequence[Evidence], article_urls: Sequence[str]) -> int:
    """Sources counted by origin; the page under review, its site and its copies are no evidence for themselves.

    Pages have one origin if they are of one registrable domain, or if their addresses end in the same headline: that
    is what a syndicated article looks like on the sites that took it over. A kept, cached or translated copy is of the
    origin of its page, and of none where nobody can tell which that is.
    """
    origins: list[set[str]] = []
    for marks in filter(None, (_marks(e.url) for e in evidence if is_link(e.url))):
        same = [o for o in origins if o & marks]
        origins = [o for o in origins if not o & marks] + [marks.union(*same)]
    its_own = {mark for url in article_urls if is_link(url) for mark in _marks(url)}
    return sum(not origin & its_own for origin in origins)


def _marks(url: str) -> set[str]:
    """What tells where a page comes from: its registrable domain, and the headline in its address; nothing may."""
    page = original(url)
    if page is None:
        return set()
    marks = {registrable_domain(page)}
    last = unquote(urlsplit(page).path).rstrip("/").rpartition("/")[2].lower()
    words = re.findall(r"[^\W\d_]{2,}", last.rsplit(".", 1)[0] if re.search(r"\.\w{2,5}$", last) else last)
    if len(words) >= _SLUG_WORDS:
        marks.add(" ".join(words))
    return marks
