"""The card of a claim: what is claimed, by whom, about when, why it is worth checking, and where the work stands."""

from __future__ import annotations

from bot.claims.claim import Claim
from bot.desk.commands import Command, Dismiss, HandOver, Object, Propose, PutBack, Reopen, SignOff, Take
from bot.desk.rules import HouseRules
from bot.desk.task import Task, TaskState, Verdict
from bot.desk.transitions import possible
from bot.slack.blocks import Block, actions, button, context, section
from bot.slack.cards.dates import in_words
from bot.slack.cards.verdict_text import verdict_blocks
from bot.slack.ids import Action
from bot.slack.mrkdwn import person, safe

# Order is the order of the buttons; a state shows those that fit it.
_BUTTONS: tuple[tuple[type[Command], Action, str], ...] = (
    (Take, Action.TAKE, "Take"),
    (SignOff, Action.SIGN_OFF, "Sign off"),
    (Object, Action.OBJECT, "Object…"),
    (Propose, Action.VERDICT, "Verdict…"),
    (HandOver, Action.HAND_OVER, "Hand over…"),
    (PutBack, Action.PUT_BACK, "Put back"),
    (Dismiss, Action.DISMISS, "Not a claim…"),
    (Reopen, Action.REOPEN, "Reopen"),
)
_PRIMARY: dict[TaskState, Action] = {
    TaskState.OPEN: Action.TAKE,
    TaskState.ASSIGNED: Action.VERDICT,
    TaskState.IN_REVIEW: Action.SIGN_OFF,
}
_HIDDEN: frozenset[tuple[TaskState, Action]] = frozenset({(TaskState.ASSIGNED, Action.TAKE)})
"""Pressing Take on a taken claim only earns a refusal, so the card does not offer it."""


def claim_card(task: Task, rules: HouseRules) -> list[Block]:
    """The blocks of the card, at most 7."""
    claim = task.claim
    blocks = [
        section(f"*{task.number}.* {safe(claim.standalone or claim.text, 1200)}"),
        section(f">“{safe(claim.text, 1500)}”\n{said_by(claim)}"),
    ]
    if notes := _notes(claim):
        blocks.append(context("\n".join(notes)))
    if task.verdict and task.state in (TaskState.IN_REVIEW, TaskState.PUBLISHED):
        blocks += verdict_blocks(task.verdict, rules.scale)
    blocks.append(context(state_line(task, rules)))
    if buttons := _buttons(task):
        blocks.append(actions(buttons))
    return blocks


def fallback(task: Task) -> str:
    """What a notification shows of the card."""
    return f"Claim {task.number}: {safe(task.claim.standalone or task.claim.text, 1500)}"


def said_by(claim: Claim) -> str:
    """Who says so, and in whose words: the start of "did they say it?"."""
    if claim.speaker is None:
        return "_In the article’s own words._"
    role = f", {safe(claim.speaker.role, 150)}" if claim.speaker.role else ""
    how = "quoted" if claim.voice == "quoted" else "reported, not in their own words"
    return f"Said by *{safe(claim.speaker.name, 150)}*{role} · _{how}_"


def _notes(claim: Claim) -> list[str]:
    notes = []
    dates = [
        f"“{safe(t.text, 80)}” → *{safe(in_words(t.value), 80)}*" if t.value else f"“{safe(t.text, 80)}” → date unknown"
        for t in claim.times[:6]
    ]
    if dates:
        notes.append("📅 " + " · ".join(dates))
    if claim.ambiguous:
        words = ", ".join(f"“{safe(w, 60)}”" for w in claim.ambiguous[:5])
        notes.append(f"❓ The article does not make clear who or what is meant by {words}.")
    if claim.modality != "asserted":
        notes.append(f"⚖️ Put as {claim.modality}, not as a fact.")
    if claim.reasons:
        notes.append("🔎 Worth checking: " + ", ".join(safe(r, 80) for r in claim.reasons[:5]))
    return notes


def state_line(task: Task, rules: HouseRules, reason: int = 500) -> str:
    """Where the work stands, in a symbol and in words; of somebody's reason at most ``reason`` characters."""
    verdict = task.verdict
    if task.state is TaskState.OPEN:
        return "⚪ *Open* · nobody has it yet" + _objection(verdict, reason)
    if task.state is TaskState.ASSIGNED and task.assignee:
        return f"🔵 *Taken* by {person(task.assignee)}" + _objection(verdict, reason)
    if task.state is TaskState.IN_REVIEW and verdict:
        return (
            f"🟣 *Waiting for sign-off* · {len(verdict.approvals)} of {rules.approvals} · "
            f"by anyone but {person(verdict.author)}, who wrote it"
        )
    if task.state is TaskState.PUBLISHED and verdict:
        signed = ", ".join(person(a.by) for a in verdict.approvals)
        return f"✅ *Published* · checked by {person(verdict.author)} · signed off by {signed}"
    if task.dismissal:
        return f"🚫 *Set aside* by {person(task.dismissal.by)}: {safe(task.dismissal.reason, reason)}"
    return f"*{task.state.value}*"


def _objection(verdict: Verdict | None, most: int) -> str:
    """Why the last version was sent back, until there is a new one."""
    if verdict is None or not verdict.objections:
        return ""
    last = verdict.objections[-1]
    return f"\n✋ {person(last.by)} objected to {person(verdict.author)}’s verdict: {safe(last.reason, most)}"


def _buttons(task: Task) -> list[Block]:
    fitting = possible(task.state)
    shown = []
    for command, action, label in _BUTTONS:
        nobody_to_give_it_to = action is Action.HAND_OVER and task.channel.startswith("D")
        if command not in fitting or (task.state, action) in _HIDDEN or nobody_to_give_it_to:
            continue
        value = f"{task.id} {task.verdict.version}" if task.verdict else task.id
        style = "primary" if _PRIMARY.get(task.state) is action else "danger" if action is Action.OBJECT else None
        if task.state is TaskState.IN_REVIEW and action is Action.VERDICT:
            label = "Edit verdict…"
        shown.append(button(label, action, value, style))
    return shown
