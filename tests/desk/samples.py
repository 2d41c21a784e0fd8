"""Records and texts that the tests of all rooms start from; ``from desk.samples import task``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.articles.article import Article
from bot.claims.claim import Claim, Speaker, TimeExpression
from bot.desk.commands import Command, Propose, SignOff
from bot.desk.ratings import parse_scales
from bot.desk.roles import EVERYBODY, Role, Roles
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, Intake, Submission, Task
from bot.desk.transitions import Context, Step, apply

ROOT = Path(__file__).parents[2]
SCALES = parse_scales((ROOT / "config" / "ratings.toml").read_text("utf-8"))
SCALE = next(iter(SCALES.values()))
RULES = HouseRules(SCALE)


async def house_rules() -> HouseRules:
    """The house rules, asked for as the desk asks for them."""
    return RULES


NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)

ANA, BEN, CARO, DAN = "U0ANA", "U0BEN", "U0CARO", "U0DAN"
TEAM, CHANNEL = "T0DESK", "C0DESK"
PAGE = "https://www.harbour-times.com/ferry"

TWO_SOURCES = (
    Evidence(url="https://data.example.org/2025", note="The table counts 41 ferries"),
    Evidence(url="https://registry.example.net/ferries", note="The register lists the same number"),
)


def claim(text: str = "The harbour lost a third of its ferries in 2025.", **fields: Any) -> Claim:
    """A claim in the article's own words unless told otherwise."""
    return Claim(
        **{"start": 0, "end": len(text), "text": text, "sentence": (0, len(text)), "standalone": text} | fields
    )


QUOTED = claim(
    "We lost a third of our ferries last year",
    standalone="The harbour of Linden lost a third of its ferries in 2025",
    speaker=Speaker(name="Mara Oduya", role="harbour master"),
    cue="said",
    voice="quoted",
    times=(TimeExpression(start=32, end=41, text="last year", value="2025"),),
    modality="alleged",
    reasons=("names a number", "names a date"),
    ambiguous=("we",),
    worth=0.8,
)


def task(number: int = 1, **fields: Any) -> Task:
    """An open task on the first claim."""
    submission = fields.get("submission", "s1")
    defaults = {
        "id": f"{submission}-{number}",
        "team": TEAM,
        "channel": CHANNEL,
        "submission": submission,
        "number": number,
        "claim": claim(),
        "created": NOW,
        "changed": NOW,
    }
    return Task(**defaults | fields)


def submission(id: str = "s1", **fields: Any) -> Submission:
    """A link somebody mentioned the desk with, in a thread of theirs."""
    defaults = {
        "id": id,
        "team": TEAM,
        "channel": CHANNEL,
        "asker": DAN,
        "via": Intake.MENTION,
        "text": PAGE,
        "thread_ts": "1778578200.000100",
        "received": NOW,
    }
    return Submission(**defaults | fields)


def article(**fields: Any) -> Article:
    """The article behind the submission."""
    text = "The harbour lost a third of its ferries in 2025. The mayor did not comment."
    return Article(**{"text": text, "title": "Fewer ferries", "url": PAGE, "site": "harbour-times.com"} | fields)


def propose(rating: str = "false", **fields: Any) -> Propose:
    """A verdict that passes the evidence gate."""
    defaults = {
        "summary": "There are 41 ferries, one more than before.",
        "explanation": "The register counts 41 ferries, one more than before.",
        "evidence": TWO_SOURCES,
        "article_urls": (PAGE,),
    }
    return Propose(**{"rating": rating} | defaults | fields)


ADMIN: Roles = EVERYBODY | {Role.ADMIN}


def do(task: Task, command: Command, by: str, rules: HouseRules = RULES, roles: Roles = EVERYBODY) -> Step:
    """Apply a command."""
    return apply(task, command, Context(by, rules, NOW, roles))


def in_review(task: Task, by: str = ANA, **fields: Any) -> Task:
    """The task with a verdict that waits for sign-off."""
    return do(task, propose(**fields), by).task


def published(task: Task, by: str = ANA, signed: str = BEN, **fields: Any) -> Task:
    """The task with a published verdict."""
    reviewed = in_review(task, by, **fields)
    assert reviewed.verdict
    return do(reviewed, SignOff(reviewed.verdict.version), signed).task


LONG = "The minister counted three thousand bridges and two tunnels, & none of them was closed. " * 35
RIGHT_TO_LEFT = "قال الوزير إن الصادرات ارتفعت بنسبة ١٢ في المئة في فبراير، ולא ירדו. "
EMOJI = "👩🏽‍🚒 sagt: 4️⃣ von 5️⃣ Brücken 🇺🇦 sind kaputt 🏴‍☠️! " * 12
HOSTILE = (
    "<!channel> <!here|x> <@U0ANA> <#C0DESK> <https://evil.example|harmless> *bold* _it_ ~no~ `code`\n> quoted\n"
    "```fence``` &lt;!channel&gt; &amp; a|b {who} %s :smile: @channel @here \x00\x07\x1b[31m "
)
"""Everything in it must stay the text that it is."""

TEXTS = {
    "ordinary": "The harbour lost a third of its ferries in 2025.",
    "long": LONG[:3000],
    "right to left": RIGHT_TO_LEFT * 20,
    "emoji": EMOJI,
    "hostile": HOSTILE * 15,
    "all escapes": "<&>" * 1000,
}
