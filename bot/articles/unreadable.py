"""Why something cannot be read, in a code for the program and in a sentence for the person who asked."""

from __future__ import annotations

from enum import StrEnum

from bot.articles.article import Article


class Reason(StrEnum):
    """What stood in the way."""

    BAD_ADDRESS = "bad_address"
    CREDENTIALS = "credentials"
    PRIVATE_ADDRESS = "private_address"
    NO_SUCH_HOST = "no_such_host"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    TOO_SLOW = "too_slow"
    CUT_OFF = "cut_off"
    TOO_BIG = "too_big"
    BOMB = "bomb"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    ROBOTS = "robots"
    ROBOTS_UNKNOWN = "robots_unknown"
    QUEUE = "queue"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    LOGIN = "login"
    PAYWALL = "paywall"
    REFUSED = "refused"
    TOO_OFTEN = "too_often"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    NOT_A_PAGE = "not_a_page"
    BROKEN = "broken"
    JAVASCRIPT = "javascript"
    ROBOT_CHECK = "robot_check"
    CONSENT = "consent"
    INDEX = "index"
    NO_TEXT = "no_text"
    NO_TEXT_IN_FILE = "no_text_in_file"
    TOO_HEAVY = "too_heavy"
    SCAN = "scan"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNKNOWN_FILE = "unknown_file"
    NOTHING = "nothing"
    SEVERAL_LINKS = "several_links"


_PASTE = "Please paste the text of the article here instead."
_SENTENCES = {
    Reason.BAD_ADDRESS: "This is not an address I can open: only http and https links, on the usual ports. "
    "Please check the link.",
    Reason.CREDENTIALS: "This link contains a user name or a password, so I did not open it. Please send it without.",
    Reason.PRIVATE_ADDRESS: "{host} leads to a private or reserved address, so I did not open it. " + _PASTE,
    Reason.NO_SUCH_HOST: "There is no site called {host}. Please check the link for a typing error.",
    Reason.UNREACHABLE: "I could not connect to {host}. Please try again later, or paste the text here.",
    Reason.UNTRUSTED: "The certificate of {host} is not valid, so I cannot be sure whose page it is. " + _PASTE,
    Reason.TOO_SLOW: "{host} took too long to answer. Please try again later, or paste the text here.",
    Reason.CUT_OFF: "The page at {host} broke off in the middle. Please try again later, or paste the text here.",
    Reason.TOO_BIG: "The page at {host} is too big for me to read. " + _PASTE,
    Reason.BOMB: "The page at {host} is packed so that it grows beyond measure, so I did not open it. " + _PASTE,
    Reason.TOO_MANY_REDIRECTS: "The link is passed on again and again and never arrives. "
    "Please open it in a browser and send me the address you end up at.",
    Reason.ROBOTS: "{host} asks programs like me not to read this page (in its robots.txt). " + _PASTE,
    Reason.ROBOTS_UNKNOWN: "{host} does not tell whether programs may read this page (its robots.txt has an error). "
    "Please try again later, or paste the text here.",
    Reason.QUEUE: "I read the pages of {host} one after another, and others are still before this one. "
    "Please try again in a minute, or paste the text here.",
    Reason.NOT_FOUND: "{host} says that this page does not exist. Please check the link, or paste the text here.",
    Reason.FORBIDDEN: "{host} does not let me read this page. " + _PASTE,
    Reason.LOGIN: "{host} wants a login before it shows this page. " + _PASTE,
    Reason.PAYWALL: "{host} shows this article to subscribers only. " + _PASTE,
    Reason.REFUSED: "{host} refused to show this page. " + _PASTE,
    Reason.TOO_OFTEN: "{host} asks me to come back later. Please try again then, or paste the text here.",
    Reason.BUSY: "{host} is busy or down at the moment. Please try again later, or paste the text here.",
    Reason.SERVER_ERROR: "{host} has an error of its own with this page. Please paste the text of the article here.",
    Reason.NOT_A_PAGE: "The link leads to a file of a kind that I cannot read. " + _PASTE,
    Reason.BROKEN: "{host} sent an answer that I cannot make sense of. " + _PASTE,
    Reason.JAVASCRIPT: "The page at {host} shows its text only to a browser that runs JavaScript. " + _PASTE,
    Reason.ROBOT_CHECK: "{host} wants to see that a person opens this page, and I am none. " + _PASTE,
    Reason.CONSENT: "{host} shows this page only to those who agree to its cookies, which I cannot do. " + _PASTE,
    Reason.INDEX: "The page at {host} is a list of articles. Please send me the link of one of them.",
    Reason.NO_TEXT: "I found no article text on the page at {host}. " + _PASTE,
    Reason.NO_TEXT_IN_FILE: "I found no text in this file. " + _PASTE,
    Reason.TOO_HEAVY: "Reading this took more time or memory than one article may cost, so I stopped. " + _PASTE,
    Reason.SCAN: "This file holds pictures of pages and no text, and I cannot read pictures. "
    "Please paste the text, or send a file in which it can be selected.",
    Reason.ENCRYPTED: "This file is protected with a password. Please send it without one, or paste the text.",
    Reason.DAMAGED: "I cannot open this file: it is damaged, or it is not what its name says. " + _PASTE,
    Reason.UNKNOWN_FILE: "I cannot read files of this kind. I read PDF, Word (.docx), OpenDocument (.odt), plain text, "
    "HTML and e-mail (.eml). " + _PASTE,
    Reason.NOTHING: "There is nothing to read. Please send a link or paste the text of an article.",
    Reason.SEVERAL_LINKS: "There are several links. Please send them one at a time.",
}
_TRANSIENT = {
    Reason.UNREACHABLE,
    Reason.TOO_SLOW,
    Reason.CUT_OFF,
    Reason.ROBOTS_UNKNOWN,
    Reason.QUEUE,
    Reason.TOO_OFTEN,
    Reason.BUSY,
}
# Somebody at the site has to do something first.
_RETRYABLE = _TRANSIENT | {
    Reason.NO_SUCH_HOST,
    Reason.UNTRUSTED,
    Reason.NOT_FOUND,
    Reason.FORBIDDEN,
    Reason.REFUSED,
    Reason.SERVER_ERROR,
    Reason.BROKEN,
    Reason.NO_TEXT,
}


class UnreadableError(Exception):
    """What was sent cannot be read.

    Attributes:
        reason: the kind, for deciding and counting.
        sentence: says what happened and what to do next; plain text, not escaped for Slack. ``str()`` gives it, too.
        transient: the same may work in a while without anybody doing anything; worth another try of the program's own.
        retryable: the same may work later, so a person may be offered to try again.
        retry_after: seconds after which the site wants to be asked again, if it said so.
        partial: what was to be seen of the article in front of a wall, for scripts; never for extracting claims.
    """

    def __init__(
        self,
        reason: Reason,
        host: str = "",
        *,
        transient: bool | None = None,
        retry_after: float | None = None,
        partial: Article | None = None,
    ) -> None:
        """``host`` is named in the sentence; ``transient`` overrides what is usual for the reason."""
        self.reason = reason
        self._host = host
        self.sentence = _SENTENCES[reason].format(host=host or "the site")
        if not host:
            self.sentence = self.sentence[0].upper() + self.sentence[1:]
        self.transient = reason in _TRANSIENT if transient is None else transient
        self.retryable = self.transient or reason in _RETRYABLE
        self.retry_after = retry_after
        self.partial = partial
        super().__init__(self.sentence)

    def __reduce__(self) -> tuple[object, ...]:
        """How it travels from one process to another; an exception's own way would give the sentence as reason."""
        return _again, (self.reason, self._host, self.transient, self.retry_after, self.partial)


def _again(
    reason: Reason, host: str, transient: bool, retry_after: float | None, partial: Article | None
) -> UnreadableError:
    return UnreadableError(reason, host, transient=transient, retry_after=retry_after, partial=partial)
