"""The card of a claim: what is claimed, by whom, about when, why it is worth checking, and where the work stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.claims.claim import Claim
from bot.desk.rules import HouseRules
from bot.desk.task import Task, TaskState, Verdict
from bot.desk.transitions import Happened, published_as
from bot.slack.blocks import MESSAGE_CHARACTERS, Block, actions, characters, context, section
from bot.slack.cards.card_buttons import buttons
from bot.slack.cards.dates import day_of, in_words
from bot.slack.cards.question_text import question_lines
from bot.slack.cards.state_text import objection_line, people, state_line
from bot.slack.cards.verdict_text import in_short, rating_line, verdict_blocks
from bot.slack.mrkdwn import link, person, safe

_CLAIM = 1000
_QUOTATION = 1200
_LIST = 60
"""Of each word, date or reason in a list."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a card shows beside its task, looked up when it is sent.

    ``original`` is the task that a duplicate repeats, with the link of its card; ``article_urls`` are the page under
    review and its copies, which are no evidence for themselves.
    """

    now: datetime
    original: Task | None = None
    original_link: str = ""
    article_urls: Sequence[str] = ()


def claim_card(task: Task, rules: HouseRules, beside: Beside) -> list[Block]:
    """The blocks of the card, at most 12 with 10,000 characters: explanation and sources get what the rest leaves."""
    above = [section(f"*{task.number}.* {safe(task.text, _CLAIM)}"), context(state_line(task, rules, now=beside.now))]
    if quotation := _quotation(task):
        above.append(section(quotation))
    if notes := _notes(task.claim):
        above.append(context("\n".join(notes)))
    if beside.original is not None:
        above.append(section(_original(beside.original, beside.original_link, rules)))
    below = [context(line) for line in ("\n".join(question_lines(task)), objection_line(task)) if line]
    if elements := buttons(task):
        below.append(actions(elements))
    room = MESSAGE_CHARACTERS - characters(above) - characters(below)
    return [*above, *_verdict(task, rules, beside.article_urls, room), *below]


def fallback(task: Task) -> str:
    """What a notification shows of the card."""
    return f"Claim {task.number}: {safe(task.text, 1500)}"


def said_by(claim: Claim) -> str:
    """Who says so, and in whose words: the start of "did they say it?"."""
    if claim.speaker is None:
        return "_In the article’s own words._"
    role = f", {safe(claim.speaker.role, 120)}" if claim.speaker.role else ""
    how = "quoted" if claim.voice == "quoted" else "reported, not in their own words"
    return f"Said by *{safe(claim.speaker.name, 120)}*{role} · _{how}_"


def _quotation(task: Task) -> str:
    """The words of the article, untouched, with who said them; a claim that a person typed has none."""
    lines = []
    if task.claim.start < task.claim.end:
        lines = [f">“{safe(task.claim.text, _QUOTATION)}”", said_by(task.claim)]
    if task.added_by:
        lines.append(f"Added by {person(task.added_by)}" + ("" if lines else " · not a quotation of the article"))
    return "\n".join(lines)


def _notes(claim: Claim) -> list[str]:
    notes = []
    dates = [
        f"“{safe(t.text, _LIST)}” → *{safe(in_words(t.value), _LIST)}*"
        if t.value
        else f"“{safe(t.text, _LIST)}” → date unknown"
        for t in claim.times[:5]
    ]
    if dates:
        notes.append("📅 " + " · ".join(dates))
    if claim.ambiguous:
        words = ", ".join(f"“{safe(w, _LIST)}”" for w in claim.ambiguous[:4])
        notes.append(f"❓ The article does not make clear who or what is meant by {words}.")
    if claim.modality != "asserted":
        notes.append(f"⚖️ Put as {claim.modality}, not as a fact.")
    if claim.reasons:
        notes.append("🔎 Worth checking: " + ", ".join(safe(r, _LIST) for r in claim.reasons[:5]))
    return notes


def _original(original: Task, permalink: str, rules: HouseRules) -> str:
    """The claim that this one repeats, and the verdict that stands on it, or why there will be none."""
    where = f" ({link(permalink, 'its card')})" if permalink else ""
    if stands := original.standing_verdict:
        verdict = f"✅ {in_short(stands, rules.scale)}"
    elif aside := original.dismissal:
        why = f": {safe(aside.reason, 300)}" if aside.reason else ""
        verdict = f"🚫 It was set aside by {person(aside.by)}{why}\n*Reopen* has this one checked instead."
    else:
        verdict = "It has no verdict yet."
    return f"*The same claim as*{where}:\n>{safe(original.text, 400)}\n{verdict}"


def _verdict(task: Task, rules: HouseRules, article_urls: Sequence[str], room: int) -> Iterator[Block]:
    """The verdict under review, and in any case the one that stands."""
    stands, draft = task.standing_verdict, task.verdict
    if task.state is TaskState.IN_REVIEW and draft:
        below = [section(_meanwhile(stands, draft, rules))] if stands else []
        lead = "🟣 *Proposed, not published yet:*"
        yield from verdict_blocks(draft, rules.scale, lead, room=room - characters(below), article_urls=article_urls)
        yield from below
    elif stands:
        lead = "" if task.state is TaskState.PUBLISHED else "✅ *The verdict that stands:*"
        below = [context(line) for line in [_correction(task, stands, rules)] if line]
        yield from verdict_blocks(stands, rules.scale, lead, room=room - characters(below), article_urls=article_urls)
        yield from below


def _meanwhile(stands: Verdict, draft: Verdict, rules: HouseRules) -> str:
    """What a draft would put in the place of what stands, and why."""
    why = "To be confirmed" if published_as(stands, draft) is Happened.CONFIRMED else "To be corrected"
    return f"✏️ *{why}:* {safe(draft.correction, 400)}\n✅ *The verdict that stands:* {in_short(stands, rules.scale)}"


def _correction(task: Task, verdict: Verdict, rules: HouseRules) -> str:
    """What was changed by a verdict that replaced another, with the reason, and how often that happened before."""
    before = task.replaced_by(verdict)
    if before is None:
        return ""
    signed = verdict.approvals[-1]
    by = f"{safe(verdict.correction, 400)} (approved by {people([a.by for a in verdict.approvals])})"
    earlier = sum(v.replaces is not None for v in task.versions) - 1
    often = "once" if earlier == 1 else f"{earlier} times"
    more = f"\nChanged or confirmed {often} before." if earlier else ""
    if published_as(before, verdict) is Happened.CONFIRMED:
        return f"🔁 *Checked again on {day_of(signed.at)}:* still {rating_line(verdict, rules.scale)} — {by}{more}"
    was, now = rating_line(before, rules.scale), rating_line(verdict, rules.scale)
    if was == now:
        was = in_short(before, rules.scale, 200)
    return f"✏️ *Corrected on {day_of(signed.at)}:* was {was}, now {now} — {by}{more}"
