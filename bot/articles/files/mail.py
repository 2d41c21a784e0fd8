"""E-mail (.eml, RFC 5322 and MIME) → Article: the mail itself, or the one that it forwards."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from datetime import date
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import NamedTuple

import trafilatura

from bot.articles.article import Article, Origin, Origins
from bot.articles.body import body
from bot.articles.charset import decode
from bot.articles.header_dates import header_dates
from bot.articles.unreadable import Reason, UnreadableError
from bot.articles.wrapped import unwrapped

_SUBJECT = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr|rv)\s*:\s*)+", re.IGNORECASE)
_FORWARDED = re.compile(
    r"^[ >]*(?:(?:-{2,}|_{5,})[ ]*)?"
    r"(?:Forwarded message|Original Message|Begin forwarded message:|Weitergeleitete Nachricht)"
    r"[ ]*(?:-{2,}[ ]*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER = re.compile(r"^[ >*]*(From|Date|Sent|Subject|To|Cc|Reply-To)\s*:[* ]*(.*)$", re.IGNORECASE)
_NOTE = 400  # characters; whoever forwards something says little about it
_LONGEST_HEADER = 10_000  # characters
_DEEPEST = 3
_MOST_NAMED = 10


class _Mail(NamedTuple):
    text: str
    subject: str
    sender: str
    sent: date | None


def read_mail(data: bytes) -> Article:
    """The article in a mail. Attachments are not read, and named in the notes.

    Raises:
        UnreadableError: there is no text in it.
    """
    message = email.message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    mail = _innermost(message, _DEEPEST)
    if not any(character.isalnum() for character in mail.text):
        raise UnreadableError(Reason.NO_TEXT)
    title = " ".join(_SUBJECT.sub("", mail.subject).split())[:300]
    return Article(
        text=mail.text,
        title=title,
        authors=(mail.sender,) if mail.sender else (),
        published=mail.sent,
        origins=Origins(
            title=Origin.MAIL if title else None,
            authors=Origin.MAIL if mail.sender else None,
            published=Origin.MAIL if mail.sent else None,
        ),
        notes=tuple(_notes(message)),
    )


def _innermost(message: EmailMessage, depth: int) -> _Mail:
    """The mail that is meant: one that is forwarded with few words goes before those words."""
    outer = _Mail(_text(message), _header(message, "subject"), *_from(message))
    for part in message.walk() if depth else ():
        if part.get_content_type() == "message/rfc822" and len(outer.text) <= _NOTE:
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, EmailMessage):
                return _innermost(inner, depth - 1)
    forwarded = _FORWARDED.search(outer.text[:5000])
    if forwarded is None or forwarded.start() > _NOTE:
        return outer._replace(text=unwrapped(outer.text))
    return _forwarded(outer, outer.text[forwarded.end() :])


def _forwarded(outer: _Mail, text: str) -> _Mail:
    """The mail below the words "Forwarded message", with the header lines that stand there."""
    lines = text.lstrip("\n").split("\n")
    said: dict[str, str] = {}
    taken = 0
    for line in lines:
        if match := _HEADER.match(line):
            said[match[1].lower()] = match[2].strip()
        elif line.strip(" >") or said:
            break
        taken += 1
    sender = parseaddr(said.get("from", ""))[0] or re.sub(r"(?<!\s)\s*[<\[].*$", "", said.get("from", ""))
    day = said.get("date") or said.get("sent")
    rest = unwrapped("\n".join(lines[taken:]))
    return _Mail(rest.strip("\n"), said.get("subject", outer.subject), sender.strip(' "'), _day(day or ""))


def _text(message: EmailMessage) -> str:
    """The part that is meant to be read: plain text if there is any, else the words of the HTML."""
    plain = _part(message, "plain")
    if plain.strip():
        return plain
    html = _part(message, "html")
    tree = trafilatura.load_html(html) if html.strip() else None
    if tree is None:
        return ""
    found = body(tree, "").text
    return found or "\n\n".join(" ".join(line.split()) for line in tree.text_content().split("\n") if line.strip())


def _part(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body(preferencelist=(kind,))
        payload = part.get_payload(decode=True) if part is not None else None
        charset = part.get_content_charset() if part is not None else None
    except Exception:  # the standard library fails in many ways on headers that nobody meant
        return ""
    return decode(payload, charset).replace("\r\n", "\n") if isinstance(payload, bytes) else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        if sum(len(value) for key, value in message.raw_items() if key.lower() == name) > _LONGEST_HEADER:
            return ""  # the standard library takes quadratic time for it
        return str(message.get(name, ""))
    except Exception:  # as above
        return ""


def _from(message: EmailMessage) -> tuple[str, date | None]:
    return parseaddr(_header(message, "from"))[0].strip(), _day(_header(message, "date"))


def _day(value: str) -> date | None:
    try:
        return parsedate_to_datetime(value).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return _written_day(value)


def _written_day(value: str) -> date | None:
    """ "Tue, 5 March 2024 at 08:15", as mail programs write it above a forwarded mail."""
    return header_dates(value[:100]).published


def _notes(message: EmailMessage) -> Iterator[str]:
    names = []
    for part in message.walk():
        if part.get_content_disposition() == "attachment" or (part.get_filename() and not part.is_multipart()):
            name = "".join(c for c in str(part.get_filename() or "without a name") if c.isprintable())
            names.append(name[:80])
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"I did not read what is attached to the mail: {', '.join(names[:_MOST_NAMED])}{more}."
