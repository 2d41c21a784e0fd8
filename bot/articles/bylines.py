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
_DATE_BEHIND = re.compile(rf"(?<!\s)\s+(?:{_MONTHS}|(?:{_MONTHS})\b.*)$")
_ROLE = re.compile(
    r"(?<!\s)\s+(?:(?:Staff|Senior|Chief|Political|Business|Science|Special|Associate|Deputy)\s*)?"
    r"(?:Writer|Editor|Reporter|Correspondent|Columnist|Contributor)s?$"
)
_SEPARATORS = re.compile(r"(?<!\s)\s*(?:;|\s\band\b\s|\s\bund\b\s|&|•|·|\bPublished\b|\bUpdated\b)\s*")
_WHEN = re.compile(r"(?<!\s)\s+on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b.*$", re.IGNORECASE | re.DOTALL)
_AGENCY = re.compile(
    r"(?<!\s)\s+(?:The )?(?:Associated Press|Reuters|AFP|AP|Bloomberg|Agence France-Presse|Press Association)$"
)
_NO_PERSON = re.compile(r"(?:follow|more|email|view|about|read|see|contact|share|get)\b", re.IGNORECASE)
_MOST = 20
_LONGEST = 160  # characters of a byline


def names(values: Iterable[str], site: str = "") -> tuple[str, ...]:
    """The people in texts that name authors, each once; ``site`` is no author's surname ("Ann Lee. Example News")."""
    found: dict[str, str] = {}
    for value in values:
        for name in _people(value, site):
            found.setdefault(name.lower(), name)
    return tuple(found.values())[:_MOST]


def byline(line: str) -> tuple[str, ...]:
    """The names of a line that is a byline; empty if it is none, or anything in it is no name."""
    line = _WHEN.sub("", line)
    match = _BYLINE.match(line)
    if match is None or len(line) > _LONGEST or re.search(r"[.…][\"'”’)]*$", line):
        return ()
    people = re.split(r"(?<!\s)\s*(?:\||;|/|•|\s[-–—]\s)\s*", match["names"])[0]
    # "A, B and C, Agency": what follows the last comma behind the last name is a title or an agency.
    before, joined, last = people.rpartition(" and ")
    listed = [*before.split(","), last.partition(",")[0]] if joined else [people.partition(",")[0]]
    return _all_names(listed)


def listed(line: str) -> tuple[str, ...]:
    """The names of a byline that holds nothing else: "By A B, C D, E F" names three people; empty for fewer than two.

    Of two names the second may be an agency, which only somebody who knows one of the people can tell.
    """
    match = _BYLINE.match(line)
    if match and re.search(r"\band\b[^,]*,", match["names"]):  # "A B and C D, Agency"
        return ()
    parts = re.split(r"(?<!\s)\s*(?:,|\s\band\b\s|&)\s*", _WHEN.sub("", match["names"])) if match else []
    return _all_names(parts) if len(parts) > 1 else ()


def is_name(text: str) -> bool:
    """Whether a text is a name of several words and nothing else."""
    return bool(_NAME.fullmatch(text)) and not _ROLE.search(text) and not _NO_PERSON.match(text)


def _all_names(parts: Iterable[str]) -> tuple[str, ...]:
    people = [_AGENCY.sub("", part.strip()) for part in parts if part.strip()]
    found = tuple(person.title() if person.isupper() else person for person in people)
    return found if found and all(is_name(name) for name in found) else ()


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
