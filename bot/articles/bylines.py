"""Who wrote an article: names from data and from bylines ("By Ann Lee and Bo Ek, Political Editor")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NO_NAMES = frozenset(
    {"admin", "administrator", "editor", "editors", "editorial", "author", "staff", "guest", "none", "null", "unknown",
     "default", "user", "root", "webmaster"}
)  # fmt: skip
_BYLINE = re.compile(
    r"(?:(?:story|words|written|reported|posted|published|article) )?(?:by|from|von|par|por)\b:?\s+"
    r"(?P<names>\S.{1,120})",
    re.IGNORECASE | re.DOTALL,
)
_PART = r"(?:[A-Z][\w.'’-]*|de|da|del|van|von|der|den|al|bin|el|la|le|ben)"
_NAME = re.compile(rf"[A-Z][\w.'’-]*(?: {_PART}){{1,4}}")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE_BEHIND = re.compile(rf"\s+(?:{_MONTHS}|(?:{_MONTHS})\b.*)$")
_ROLE = re.compile(
    r"\s+(?:Staff|Senior|Chief|Political|Business|Science|Special|Associate|Deputy)?\s*"
    r"(?:Writer|Editor|Reporter|Correspondent|Columnist|Contributor)s?$"
)
_SEPARATORS = re.compile(r"\s*(?:;|\s\band\b\s|\s\bund\b\s|&|•|·|\bPublished\b|\bUpdated\b)\s*")
_MOST = 20


def names(values: Iterable[str], site: str = "") -> tuple[str, ...]:
    """The people in texts that name authors, each once; ``site`` is no author's surname ("Ann Lee. Example News")."""
    found: dict[str, str] = {}
    for value in values:
        for name in _people(value, site):
            found.setdefault(name.lower(), name)
    return tuple(found.values())[:_MOST]


def byline(line: str) -> tuple[str, ...]:
    """The names of a line that is a byline; empty if it is none, or anything in it is no name."""
    match = _BYLINE.match(line)
    if match is None or len(line) > 160 or re.search(r"[.…][\"'”’)]*$", line):
        return ()
    people = re.split(r"\s*(?:\||;|/|•|\s[-–—]\s)\s*", match["names"])[0]
    # "A, B and C, Agency": what follows the last comma behind the last name is a title or an agency.
    before, joined, last = people.rpartition(" and ")
    listed = [*before.split(","), last.partition(",")[0]] if joined else [people.partition(",")[0]]
    found = tuple(part.strip() for part in listed if part.strip())
    return found if found and all(_NAME.fullmatch(name) for name in found) else ()


def listed(line: str) -> tuple[str, ...]:
    """The names of a byline that holds nothing else: "By A B, C D, E F" names three people."""
    match = _BYLINE.match(line)
    parts = re.split(r"\s*(?:,|\s\band\b\s|&)\s*", match["names"]) if match else []
    people = tuple(part.strip() for part in parts if part.strip())
    return people if people and all(_NAME.fullmatch(name) and not _ROLE.search(name) for name in people) else ()


def _people(value: str, site: str) -> Iterator[str]:
    value = re.sub(r"^\s*(?:by|von|par|por)\b:?\s+", "", value, flags=re.IGNORECASE)
    if site:
        value = re.sub(rf"[.,|–-]\s*{re.escape(site)}.*$", "", value)
    value = value.partition("|")[0]  # "Ann Lee | Agency"
    if agency := re.match(r"(\S+ .*?\w{3})\.\s+[A-Z]", value):  # "Ann Lee. Agency"
        value = agency[1]
    for part in _SEPARATORS.split(value):
        person = part.partition(",")[0].strip(" .-–—")  # "A. Name, Political Editor"
        if person.count(" ") > 1:
            person = _ROLE.sub("", _DATE_BEHIND.sub("", person))
        if person.isupper() and " " in person:
            person = person.title()
        if 2 < len(person) <= 60 and "@" not in person and "/" not in person and person.lower() not in _NO_NAMES:
            yield person
