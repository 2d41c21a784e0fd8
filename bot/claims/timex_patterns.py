"""The patterns of time expressions in English news, in the order in which they are tried."""

from __future__ import annotations

import re

from bot.claims import holidays

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.|Apr\.?|Jun\.|Jul\.|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_FULL_MONTH = (
    r"(?:January|February|April|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Apr\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)"
)
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon\.|Tues\.|Wed\.|Thurs\.|Fri\.|Sat\.|Sun\.)"
_NUMBER = (
    r"(?:\d{1,3}|(?i:a|an|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty))"
)
_UNIT = r"(?:day|week|month|year|decade|century|quarter|hour|minute)s?"
_PERIOD = r"(?:day|week|weekend|month|year|decade|century|quarter|spring|summer|fall|autumn|winter)"
YEAR = r"(?:1[5-9]|20)\d\d"
_EDGE = r"(?i:early|late|mid|earlier|later|the middle of|the end of|the beginning of|the start of)[ -]"
_HOLIDAY = "|".join(re.escape(n).replace("'", "['’]").replace("\\ ", " ") for n in holidays.NAMES)
_CLOCK = (
    r"(?:\d{1,2}(?::\d\d)?\s?(?i:a\.?m\b\.?|p\.?m\b\.?)|(?i:noon|midnight|midday))"
    r"(?:,? (?:[ECMP][SD]?T|GMT|UTC|BST|CET)\b)?"
)

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("iso", r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)"),
    ("dotted", r"(?<![\d.])\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?!\d)"),
    ("slashed", r"(?<![\d/])\d{1,2}/\d{1,2}/(?:19|20)\d\d(?![\d/])"),
    (
        "clock",
        rf"(?<![\d.$])\b{_CLOCK}(?:,? (?:on )?(?:{_DAY}(?:, {_MONTH} \d{{1,2}})?|{_MONTH} \d{{1,2}}|(?i:today"
        rf"|yesterday|tomorrow)))?",
    ),
    (
        "calendar",
        rf"\b(?:{_DAY},? )?(?:the )?(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?![\d%:]|,\d|\.\d)(?:,? {YEAR}\b)?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?!\w)(?:,? {YEAR}\b)?)",
    ),
    (
        "quarter",
        rf"\b(?:(?i:the|a) )?(?:(?:fiscal|{YEAR}|year-ago|year-earlier|(?i:this year['’]s|last year['’]s"
        rf"|next year['’]s)) )?(?i:first|second|third|fourth|1st|2nd|3rd|4th|third|latest|previous"
        rf"|current)[ -](?:fiscal )?quarter\b(?: (?:of|in) (?:fiscal )?(?:{YEAR}|(?i:last year|this year"
        rf"|next year)))?|\bQ[1-4](?:[ -]{YEAR})?\b",
    ),
    (
        "half",
        rf"\b(?i:the )?(?i:first|second|last) (?:half|six months) of (?:{YEAR}|(?i:last year|this year"
        rf"|next year|the year))",
    ),
    (
        "yearagoquarter",
        r"\b(?i:(?:the |its )?year-(?:ago|earlier) (?:quarter|period)|the (?:latest )?(?:quarter|period)\b"
        r"|year-earlier|year-ago)",
    ),
    ("monthyear", rf"\b(?:{_EDGE})?{_MONTH},? (?:of )?(?:{YEAR}\b|(?i:last year|this year|next year)\b)"),
    (
        "month",
        rf"\b(?:(?:{_EDGE})?(?i:last|next|this|this past|past|in|since|of|until|by|through|from|during|early"
        rf"|late|mid|before|after)[ -](?:March|May)(?![\w’'-]|,? (?:of )?{YEAR}\b| \d{{1,2}}\b)"
        rf"|(?:{_EDGE})?(?:(?i:last|next|this|this past|this coming|past|coming) )?{_FULL_MONTH}(?!\w))",
    ),
    (
        "seasonyear",
        rf"\b(?i:(?:(?:early|late|mid)[ -])?(?:the )?(?:spring|summer|fall|autumn|winter)) (?:of )?{YEAR}\b",
    ),
    (
        "weekday",
        rf"\b(?:{_EDGE})?(?:(?i:last|next|this|this past|this coming|on) )?{_DAY}(?!\w)(?: (?i:morning"
        rf"|afternoon|evening|night))?",
    ),
    (
        "relative",
        rf"\b(?i:(?:{_EDGE})?(?:in )?(?:last|this|next|past|previous|the last|the past|the previous|the next"
        rf"|this past|this coming|the coming) {_PERIOD})\b(?! (?:and|or) (?:half|\w+ years))",
    ),
    (
        "ago",
        rf"\b(?i:(?:about|nearly|almost|some|more than|over|roughly|around|just|only"
        rf"|the) )?{_NUMBER}[ -](?i:{_UNIT})[ -](?i:ago|earlier|before|later|from now)\b",
    ),
    ("vagueago", r"\b(?i:(?:several|some|a few|many) (?:days|weeks|months|years|decades) ago|long ago)\b"),
    (
        "deictic",
        r"\b(?i:the day before yesterday|the day after tomorrow|yesterday(?: (?:morning|afternoon|evening))?"
        r"|tomorrow(?: (?:morning|afternoon|evening|night))?|today|tonight|this (?:morning|afternoon|evening)"
        r"|last night|overnight)\b",
    ),
    ("holiday", rf"\b(?i:{_HOLIDAY})\b(?:,? {YEAR}\b)?(?! (?i:tree|card|season|shopping))"),
    (
        "decade",
        r"(?i:\b(?:the )?(?:(?:early|late|mid)[ -])?)(?:(?:1[5-9]|20)\d0['’]?s\b|['’‘`]?\b[2-9]0s\b"
        r"|(?i:\b(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b))",
    ),
    (
        "century",
        r"\b(?i:(?:the )?(?:(?:early|late|mid)[ -])?(?:\d\d(?:st|nd|rd|th)|nineteenth|twentieth"
        r"|twenty-first)[ -]century)\b",
    ),
    (
        "sameday",
        r"\b(?i:(?:earlier|later) (?:in|on) (?:the|that) day|(?:the|that) same (?:day|date)"
        r"|that (?:very )?(?:day|date|night|morning|evening|afternoon)|(?:earlier|later) that (?:day|night"
        r"|morning|evening))\b",
    ),
    (
        "sameunit",
        r"\b(?i:(?:earlier|later) (?:in|this) the (?:week|month|year)|(?:that|the same) (?:week|month|year"
        r"|quarter)|the following (?:day|week|month|year))\b",
    ),
    ("weekend", r"\b(?i:(?:over )?the weekend)\b"),
    ("yearend", r"\b(?i:(?:the )?year['’]s end|(?:at )?year-?end|(?:the )?end of the (?:year|month|week))\b"),
    (
        "year",
        rf"(?<![\d$€£#.,/:-])\b(?:(?i:early|late|mid|fiscal|calendar|FY)[ -]?)?{YEAR}\b(?![\d%]|[.,:/]\d"
        rf"|-\d{{3}}|\s(?i:percent|people|jobs|votes|delegates|miles|feet|pounds|dollars|points|words|times"
        rf"|square|acres|troops|yards))",
    ),
    ("present", r"\b(?i:right now|nowadays|these days|at present|at the moment|currently|now)\b(?! that)"),
    (
        "pastref",
        r"\b(?i:(?:in )?recent (?:days|weeks|months|years|decades)(?: and (?:months|years))?"
        r"|(?:the )?past (?:few |several )?(?:days|weeks|months|years|quarters)|recently)\b",
    ),
    (
        "futureref",
        r"\b(?i:(?:in )?the (?:near |foreseeable )?future|soon|coming (?:days|weeks|months|years))\b(?! as)",
    ),
)  # fmt: skip
PATTERN = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _PATTERNS))
