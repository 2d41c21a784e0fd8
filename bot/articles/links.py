"""What a Slack message submits: one link, several, or the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit, urlunsplit

from bot.articles.slack_text import from_slack, unescape

# <https://…|label>, <https://…>, and what is typed without Slack's help (slash commands leave links as they are).
_LINK = re.compile(r"<(?P<marked>https?://[^<>|\s]+)(?:\|[^<>]*)?>|(?P<bare>https?://[^\s<>|\"“”]+)", re.IGNORECASE)
# Pages that only pass on: their host, and the parameter that holds the link.
_PASSED_ON = (
    (re.compile(r"(?:www\.)?google\.(?:\w{2,3}|com?\.\w\w)/url"), ("q", "url")),
    (re.compile(r"lm?\.facebook\.com/l\.php"), ("u",)),
    (re.compile(r"l\.(?:instagram|threads)\.com/?"), ("u",)),
    (re.compile(r"[\w-]+\.safelinks\.protection\.outlook\.com/.*"), ("url",)),
    (re.compile(r"slack-redir\.net/link"), ("url",)),
    (re.compile(r"out\.reddit\.com/.*"), ("url",)),
    (re.compile(r"(?:www\.)?youtube\.com/redirect"), ("q",)),
)
# An AMP cache's copy: the host and path of the page it is a copy of stand in the path, after "s" where that is https.
_AMP_COPY = re.compile(
    r"(?:(?:www\.)?google\.(?:\w{2,3}|com?\.\w\w)/amp|[\w-]+\.(?:cdn\.ampproject\.org|bing-amp\.com)/[a-z])"
    r"/(?P<safe>s/)?(?P<page>[\w-]+\.[^/]+/.*)",
    re.DOTALL,
)
_MOST_WRAPPINGS = 3
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_WORDS_AROUND_A_LINK = 40  # "is this right? she says … <link>"; above that the text is what was sent


@dataclass(frozen=True)
class Link:
    """One page to read."""

    url: str


@dataclass(frozen=True)
class Links:
    """Several pages, each to be read for itself, in the order of the message."""

    urls: tuple[str, ...]


@dataclass(frozen=True)
class Paste:
    """The text itself, free of Slack's markup; empty if the message had none."""

    text: str


def submission(message: str) -> Link | Links | Paste:
    """What a message with Slack's markup asks to check: a link with few words around it, or else its text."""
    urls = links(message)
    around = re.sub(r"<[@#!][^<>]*>", " ", _LINK.sub(" ", message))
    if not urls or len(around.split()) > _WORDS_AROUND_A_LINK:
        return Paste(from_slack(message))
    return Link(urls[0]) if len(urls) == 1 else Links(tuple(urls))


def links(message: str) -> list[str]:
    """The http(s) links of a message in order, unwrapped, without tracking parameters, each once."""
    found = (
        strip_tracking(unwrap(unescape(match["marked"] or _trim(match["bare"])))) for match in _LINK.finditer(message)
    )
    return list(dict.fromkeys(found))


def strip_tracking(url: str) -> str:
    """The URL without parameters that only follow readers around; everything else stays character by character.

    They are listed in ``config/tracking_parameters.txt``.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [pair for pair in parts.query.split("&") if not _tracking().fullmatch(pair.partition("=")[0])]
    fragment = parts.fragment.partition(":~:")[0]  # "scroll to this text"
    if len(kept) == parts.query.count("&") + 1 and fragment == parts.fragment:
        return url
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))


def unwrap(url: str) -> str:
    """The page that a link leads to in the end, as far as the link itself says it.

    Takes off AMP caches and the pages with which mail programs, search engines and social networks pass readers on.
    """
    for _ in range(_MOST_WRAPPINGS):
        inner = _inside(url)
        if inner is None:
            break
        url = inner
    return url


def _inside(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    place = parts.netloc.lower() + parts.path
    if copy := _AMP_COPY.fullmatch(place):
        page = f"{'https' if copy['safe'] else 'http'}://{copy['page']}"
        return f"{page}?{parts.query}" if parts.query else page
    names = next((names for where, names in _PASSED_ON if where.fullmatch(place)), ())
    values = parse_qs(parts.query)
    return next((link for name in names for link in values.get(name, ()) if re.match(r"https?://.", link)), None)


@cache
def _tracking() -> re.Pattern[str]:
    lines = files("config").joinpath("tracking_parameters.txt").read_text("utf-8").splitlines()
    names = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return re.compile("|".join(re.escape(name).replace(r"\*", r"\w*") for name in names), re.IGNORECASE)


def _trim(url: str) -> str:
    """A typed link without the punctuation of the sentence around it; a closing bracket stays if it was opened."""
    while url:
        last = url[-1]
        if last in ".,;:!?'*_~`»’" or (last in _CLOSERS and url.count(last) > url.count(_CLOSERS[last])):
            url = url[:-1]
        else:
            break
    return url
