"""Pages that stand where an article should be: logins, paywalls, consent, robot checks, error pages, lists."""

from __future__ import annotations

import re

from bot.articles.json_ld import Tree, plain
from bot.articles.metadata import Metadata
from bot.articles.unreadable import Reason

SHORT = 600  # characters; below this a text may be the notice on a wall instead of an article
_VERY_SHORT = 200  # below this, what stands elsewhere on the page counts, too
TOO_SHORT = 40
_CUT = 1500  # characters; a paid article that shows more is taken as whole, unless it breaks off
_LOGIN = re.compile(
    r"\b(?:log|sign) ?in (?:to|or|with|below|here)\b|\bplease (?:log|sign) ?in\b|\bforgot(?:ten)? (?:your )?password\b"
    r"|\bcreate (?:an|your free) account\b|\bregister (?:for free |now )?to (?:continue|read)\b",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(
    r"\bsubscribe (?:now|today|to (?:read|continue|unlock|keep)|for)\b"
    r"|\b(?:already|become|for|only) (?:a )?subscribers?\b"
    r"|\bsubscribers? only\b|\bsubscription (?:required|to)\b|\bstart (?:a|your) free trial\b|\bcontinue reading\b"
    r"|\bunlock (?:this|the) (?:article|story)\b|\b(?:reached|used) your (?:monthly )?(?:limit|free articles)\b"
    r"|\bfree articles? (?:left|remaining|this month)\b|\bexclusively for (?:our )?(?:subscribers|members)\b",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(
    r"\b(?:enable|turn on|activate|requires?|without|need) (?:\w+ ){0,2}java ?script\b|javascript (?:is|to be) \w+"
    r"|java ?script (?:and cookies )?(?:enabled|disabled)",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|(?:are you|i['’]?m not|you are not|you['’]?re not) a robot|press (?:&|and) hold|complete the captcha"
    r"|unusual (?:traffic|activity) from your|automated (?:access|requests)|security check to access"
    r"|ddos protection|access to this page has been denied|pardon our interruption|just a moment\W*$",
    re.IGNORECASE,
)
_ROBOT_PART = re.compile(r"g-recaptcha|h-captcha|cf-challenge|cf-turnstile|challenge-form|px-captcha", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:we (?:and|value|use|care about)|our (?:\d+ )?partners|by clicking)\b.{0,200}"
    r"\b(?:cookies?|privacy|consent|personal data|personal information)\b"
    r"|\baccept (?:all|cookies|and continue)\b|\bmanage (?:your )?(?:choices|settings|preferences|cookies)\b"
    r"|\byour privacy choices\b",
    re.IGNORECASE | re.DOTALL,
)
_MISSING = re.compile(
    r"\b(?:page|article|story|content) (?:you(?:['’]re| are)? \w+(?: \w+)? (?:for )?)?"
    r"(?:(?:was |is |does |could |can |has |cannot |can['’]?t )?(?:not |no longer |n['’]t )?"
    r"(?:be found|found|exist|available|been (?:removed|deleted|moved)))\b"
    r"|\b(?:404|410)\b.{0,40}\b(?:not found|error|gone|page)\b|\b(?:error|page) 404\b"
    r"|\bwe (?:can['’]?t|could ?n['’]?t|cannot) find (?:the|that|this) (?:page|article|story)\b|\bpage not found\b"
    r"|^(?:oops|sorry|uh[- ]oh)\b.{0,80}\b(?:not found|find|exist|missing|gone|broken)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\])\s*$")
_NO_END = re.compile(r"[\w,]\s*$")
_GATE = re.compile(
    r"paywall|regwall|piano-inline|tp-modal|subscriber-?only|premium-?(?:wall|gate|content)|meter-", re.I
)
_FEWEST_LINKS = 25
_MOST_LINKED = 0.6  # share of the letters of a page's text lines that are links, above which it is a list


def wall(text: str, shown: str, tree: Tree, metadata: Metadata) -> Reason | None:
    """What stands in place of the article, or None if ``text`` is one; ``shown`` also has what was taken from it.

    A text of some length is always taken for an article, unless the page itself says that it is paid for and it breaks
    off: a story about paywalls is not one.
    """
    if metadata.ld.free is False and _cut_off(text, shown, tree):
        return Reason.PAYWALL
    if len(text) >= SHORT:
        return Reason.INDEX if _is_index(text, tree, metadata) else None
    heading = " ".join(plain(" ".join(h.itertext())) for h in list(tree.iter("h1"))[:3])
    very_short = len(text) < _VERY_SHORT
    # A longer text speaks for itself: a news item may be about robots or about pages that are gone.
    said = f"{metadata.title}\n{heading}\n{shown if very_short else ''}"
    everything = plain_page(tree) if very_short else ""
    password = any((field.get("type") or "").lower() == "password" for field in tree.iter("input"))
    if _ROBOT.search(said) or (very_short and (_ROBOT.search(everything) or _has_class(tree, _ROBOT_PART))):
        return Reason.ROBOT_CHECK
    if _MISSING.search(said):
        return Reason.NOT_FOUND
    if (very_short and password) or _LOGIN.search(shown):
        return Reason.LOGIN
    if metadata.ld.free is False or _SUBSCRIBE.search(shown) or (very_short and _SUBSCRIBE.search(everything)):
        return Reason.PAYWALL
    if _CONSENT.search(shown) or (very_short and _CONSENT.search(everything) and not _SCRIPTS.search(everything)):
        return Reason.CONSENT
    without_scripts = " ".join(" ".join(element.itertext()) for element in tree.iter("noscript"))
    if _SCRIPTS.search(shown) or (
        very_short and (_SCRIPTS.search(without_scripts) or _is_application(tree, everything))
    ):
        return Reason.JAVASCRIPT
    if len(text) < SHORT and _is_index(text, tree, metadata):
        return Reason.INDEX
    return Reason.NO_TEXT if len(text) < TOO_SHORT else None


def plain_page(tree: Tree, longest: int = 3000) -> str:
    """The first characters of everything that a page shows, in one line."""
    parts: list[str] = []
    size = 0
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in (
            "script",
            "style",
            "noscript",
            "head",
            "title",
            "template",
        ):
            text = element.tail
        else:
            text = f"{element.text or ''} {element.tail or ''}" if element.tag not in _IN_HEAD else element.tail
        if text and text.strip():
            parts.append(" ".join(text.split()))
            size += len(parts[-1])
            if size > longest:
                break
    return " ".join(parts)[:longest]


_IN_HEAD = {"meta", "link", "base"}


def _cut_off(text: str, shown: str, tree: Tree) -> bool:
    if len(text) < SHORT or _ELLIPSIS.search(text):
        return True
    stops = _NO_END.search(text) or _SUBSCRIBE.search(shown[-300:])
    return len(text) < _CUT and (bool(stops) or _has_class(tree, _GATE))


def _has_class(tree: Tree, pattern: re.Pattern[str]) -> bool:
    return any(
        pattern.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in tree.iter("div", "section", "form")
    )


def _is_application(tree: Tree, everything: str) -> bool:
    """A page with scripts and next to no words: it builds itself in the browser."""
    return len(everything) < _VERY_SHORT and sum(1 for _ in tree.iter("script")) >= 1


def _is_index(text: str, tree: Tree, metadata: Metadata) -> bool:
    """A section's front page: a list of other articles, none of which is this page's."""
    if metadata.ld.article or metadata.kind.startswith("article"):
        return False
    links = [plain(" ".join(a.itertext())) for a in tree.iter("a")]
    headlines = {link for link in links if len(link.split()) >= 4}
    if len(headlines) < _FEWEST_LINKS and not metadata.ld.is_list:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    in_links = sum(len(line) for line in lines if _in(line, headlines))
    return in_links > _MOST_LINKED * sum(map(len, lines)) or metadata.ld.is_list


def _in(line: str, headlines: set[str]) -> bool:
    line = line.strip("-• ")
    return line in headlines or (len(line) <= 300 and any(len(h) > 0.6 * len(line) and h in line for h in headlines))
