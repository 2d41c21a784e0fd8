"""Pasted text → Article. The text stays exactly as it is; the header only tells about it."""

from __future__ import annotations

import re

from bot.articles.article import Article, Origin, Origins
from bot.articles.bylines import byline, names
from bot.articles.header_dates import HeaderDates, header_dates, is_date_line

_HEADER_LINES = 8
_LONGEST_TITLE = 200
_MAIL_LINE = re.compile(r"[*> ]*(From|Date|Sent|Subject|To|Cc)[* ]*:[* ]*(.*)", re.IGNORECASE)
_FEWEST_MAIL_LINES = 2
_SENTENCE_END = re.compile(r"[.…][\"'”’)]*$")


def from_text(text: str, *, url: str | None = None) -> Article:
    """The article in a pasted text, from which Slack's markup has been removed before.

    Title, authors and dates are those of the first lines where they stand there; what is not there stays empty, and
    a date is never guessed from today's. A pasted mail's header tells the same.
    """
    lines = [line.strip() for line in text[:20_000].split("\n") if line.strip()][: _HEADER_LINES + 1]
    mail = _mail_header(lines)
    dates = header_dates(text)
    if mail:
        sent = header_dates(mail.get("date") or mail.get("sent") or "").published
        dates = HeaderDates(sent or dates.published, dates.updated)
        lines = [line for line in lines if not _MAIL_LINE.match(line)]
    title = re.sub(r"^(?:(?:re|fwd?|aw|wg)\s*:\s*)+", "", mail.get("subject", ""), flags=re.IGNORECASE) or _title(lines)
    authors = names([re.sub(r"(?<!\s)\s*[<\[(].*$", "", mail.get("from", ""))]) or _authors(lines)
    return Article(
        text=text,
        title=title[:_LONGEST_TITLE],
        url=url or _link(text),
        authors=authors,
        published=dates.published,
        updated=dates.updated,
        origins=Origins(
            title=Origin.TEXT if title else None,
            authors=Origin.TEXT if authors else None,
            published=Origin.TEXT if dates.published else None,
            updated=Origin.TEXT if dates.updated else None,
        ),
    )


def _title(lines: list[str]) -> str:
    """The first header line that looks like a headline; one that the header repeats is the headline for certain."""
    candidates = []
    for line in lines[:-1]:  # a headline has something below it
        if _is_body(line):
            break
        if _looks_like_headline(line):
            candidates.append(line)
    for line in candidates:
        if lines.count(line) > 1:
            return line
    return next((line for line in candidates if not _is_section(line)), "")


def _is_body(line: str) -> bool:
    return len(line) > _LONGEST_TITLE or bool(
        re.search(r"[.!?][\"'”’)]* +[\"'“‘(]?[A-Z]", line) and line[-1] in '.!?"”'
    )


def _looks_like_headline(line: str) -> bool:
    words = line.split()
    return (
        len(words) >= 2
        and any(character.isalpha() for character in line)
        and not _SENTENCE_END.search(line)
        and not re.match(r"https?://|[>*•-] ", line)
        and not is_date_line(line)
        and byline(line) == ()
    )


def _is_section(line: str) -> bool:
    """ "World, Politics" or "Home > News > Europe": short names in a row, not a sentence about something."""
    parts = [part.strip() for part in re.split(r"[,|>/»·•]", line)]
    named = all(0 < len(part.split()) <= 2 and part[0].isupper() for part in parts if part)
    return named and (len(parts) > 2 or (len(parts) > 1 and len(line.split()) <= 3) or len(line.split()) <= 2)


def _authors(lines: list[str]) -> tuple[str, ...]:
    return next((names for line in lines if (names := byline(line))), ())


def _link(text: str) -> str | None:
    """The address of the article, if the paste begins or ends with a line that is one and nothing else."""
    lines = [line.strip() for line in [*text[:4000].split("\n"), *text[-4000:].split("\n")] if line.strip()]
    edges = [*lines[:3], *lines[-2:]]
    return next((line for line in edges if len(line) <= 2000 and re.fullmatch(r"https?://[^\s<>]+", line)), None)


def _mail_header(lines: list[str]) -> dict[str, str]:
    """The header of a pasted mail ("From: …", "Subject: …"); empty if the text does not begin with one."""
    found: dict[str, str] = {}
    for line in lines:
        if match := _MAIL_LINE.match(line):
            found.setdefault(match[1].lower(), match[2].strip())
        elif found:
            break
    return found if len(found) >= _FEWEST_MAIL_LINES else {}
