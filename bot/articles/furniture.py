"""Lines that stand in the column of an article without being part of it: pointers, pitches, credits, share buttons.

Each rule asks for the whole line, or for its beginning and a length, so that a sentence about newsletters stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.articles.header_dates import is_date_line

_LONGEST = 320  # characters; longer lines are prose
_POINTER = (
    r"(?:related|read more|read also|also read|see also|see more|more on this|don['’]?t miss|watch|listen|in pics)"
)
_LINE = re.compile(
    "|".join(
        (
            rf"{_POINTER}(?: (?:stories|articles|news|story|article|content|links|coverage))?\s*(?::.*|\W*)",
            r"(?:more|source|sources|via|topics?|tags?|filed under|categories|photos?|image credit|credit)\s*:.{0,120}",
            r"\W*(?:image|photo|picture|video) (?:credit|source|courtesy|by)\b.{0,120}",
            r"(?:you (?:may|might) (?:also )?(?:like|be interested in)|(?:most|more) (?:read|popular|from|in|news)\b"
            r"|recommended|trending|editors?['’]? picks?|something to consider|advertise?ment|sponsored"
            r"|latest (?:news|stories)|around the web).{0,60}",
            r"(?:sign up|subscribe|register)(?: (?:now|today|here|to|for|and|with)\b|[^\w\s]).{0,60}"
            r"\b(?:newsletters?|inbox|alerts?|e-?mails?|updates|channel|today)\b.*",
            r"(?:get|receive|enjoy|want)\b.{0,160}\b(?:newsletters?|in(?:to)? your inbox|delivered)\b.*",
            r"(?:the )?[\w’' .]{0,40}newsletters?",
            r"(?:please )?(?:follow|like|find|join|connect with|listen to|tweet)\b.{0,80}"
            r"\b(?:twitter|facebook|instagram|youtube|tiktok|linkedin|whatsapp|telegram|threads|bluesky|podcasts?|@\w+)\b.*",
            r"(?:share|print|e-?mail|save|tweet)(?: (?:this|on|via|with|the)\b.{0,60})?",
            r"(?:click|tap) here\b.*|tell us what you think\W*"
            r"|have (?:a|your) (?:tip|say)\b.*|join the conversation\W*",
            r"(?:\d+ )?comments?(?: \(\d+\))?|leave a (?:comment|reply)|(?:no )?comments? yet",
            r"(?:copyright|©|\(c\))\W.{0,160}|.{0,60}all rights reserved\W*",
            r"\[(\w+)[^\[\]]*\].{0,200}\[/\1\]",
            r"\W*(?:updated|last updated|published|posted)(?: (?:at|on))?\b[\W\d]{0,20}(?:[ap]\.?m\.?)?\W*",
            r"(?:loading|skip ad|story continues(?: below)?|continue reading|scroll to continue).{0,40}",
            r"if you enjoyed this (?:article|story)\b.*",
        )
    ),
    re.IGNORECASE,
)
_HEADING = re.compile(
    rf"{_POINTER}(?: (?:stories|articles|news|content|links|coverage))?\W*|(?:you (?:may|might) (?:also )?like"
    r"|most (?:read|popular)|more (?:from|in|on)|recommended|trending|latest (?:news|stories))\b.{0,50}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")
_LONGEST_POINTER = 140
_HEADER_LINES = 3


def without_furniture(lines: Sequence[str], title: str) -> list[str]:
    """The lines of an article's body. What repeats the title or is a byline's date at the very top goes, too."""
    kept: list[str] = []
    skipping = False
    for line in lines:
        if len(line) <= _LONGEST and _LINE.fullmatch(line):
            skipping = bool(_HEADING.fullmatch(line))
            continue
        skipping = skipping and len(line) <= _LONGEST_POINTER and not _SENTENCE.search(line)
        if skipping:  # the list under "Related stories"
            continue
        if len(kept) < _HEADER_LINES and (_same(line, title) or (not kept and is_date_line(line))):
            continue
        kept.append(line)
    return kept


def _same(line: str, title: str) -> bool:
    return bool(title) and re.sub(r"\W+", "", line).lower() == re.sub(r"\W+", "", title).lower()
