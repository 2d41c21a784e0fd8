"""What a Slack message submits: one link, several, or the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from bot.articles.slack_text import from_slack, unescape

# <https://…|label>, <https://…>, and what is typed without Slack's help (slash commands leave links as they are).
_LINK = re.compile(r"<(?P<marked>https?://[^<>|\s]+)(?:\|[^<>]*)?>|(?P<bare>https?://[^\s<>|\"“”]+)", re.IGNORECASE)
_TRACKING = re.compile(
    r"""utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|igsh|mc_cid|mc_eid|_hsenc
        |_hsmi|mkt_tok|ref_src|ref_url|cmpid|s_cid|xtor|at_(?:medium|campaign|custom\d|link_\w+|bbc_team|format|ptr_name)
        |ns_(?:mchannel|source|campaign|linkname|fee)|vero_(?:id|conv)|oly_(?:anon|enc)_id|_ga|_gl""",
    re.VERBOSE | re.IGNORECASE,
)
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
    """The http(s) links of a message in order, without tracking parameters, each once."""
    found = (strip_tracking(unescape(match["marked"] or _trim(match["bare"]))) for match in _LINK.finditer(message))
    return list(dict.fromkeys(found))


def strip_tracking(url: str) -> str:
    """The URL without parameters that only follow readers around; everything else stays character by character."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    fragment = parts.fragment.partition(":~:")[0]  # "scroll to this text"
    if len(kept) == parts.query.count("&") + 1 and fragment == parts.fragment:
        return url
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))


def _trim(url: str) -> str:
    """A typed link without the punctuation of the sentence around it; a closing bracket stays if it was opened."""
    while url:
        last = url[-1]
        if last in ".,;:!?'*_~`»’" or (last in _CLOSERS and url.count(last) > url.count(_CLOSERS[last])):
            url = url[:-1]
        else:
            break
    return url
