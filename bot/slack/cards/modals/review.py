"""The forms in which a verdict is signed off or objected to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.review import QUESTIONS, ReviewQuestion
from bot.desk.rules import HouseRules
from bot.desk.task import Task, Verdict
from bot.slack.blocks import Block, context, divider, modal, option, section
from bot.slack.cards.modals.claim_head import claim_head
from bot.slack.cards.verdict_text import rating_line, verdict_blocks
from bot.slack.forms import About
from bot.slack.ids import Action, Callback, Field, answer_field
from bot.slack.inputs import field, select, text_input
from bot.slack.mrkdwn import link, person, safe

MOST_SIMILAR = 3
_LAST_OBJECTIONS = 3


def sign_off_modal(task: Task, version: int, rules: HouseRules, similar: Sequence[tuple[Task, str]]) -> Block:
    """The verdict, and the reviewer's questions if the house asks them.

    ``similar`` are claims with a published verdict and the links of their cards (``""`` where there is none).
    """
    blocks = claim_head(task)
    verdict = next((v for v in task.versions if v.version == version), task.verdict)
    if verdict:
        blocks += verdict_blocks(verdict, rules.scale)
    if dissent := _dissent(task):
        blocks.append(context(dissent))
    if rules.questions:
        blocks.append(divider())
        for question in QUESTIONS:
            if question.id == "similar":
                blocks.append(section(_similar(similar, rules)))
            blocks.append(_question(question, task))
    about = About(task.id, version=version).dump()
    return modal(Callback.SIGN_OFF, "Sign off", blocks, submit="Sign off", private_metadata=about)


def _question(question: ReviewQuestion, task: Task) -> Block:
    id = answer_field(question.id)
    if not question.choices:
        return field(id, question.text, text_input(Action.INPUT, multiline=True, most=1000), optional=True)
    nobody_speaks = "none" if task.claim.speaker is None else ""
    options = [option(label, choice) for choice, label in question.choices]
    return field(id, question.text, select(Action.INPUT, options, nobody_speaks))


def _similar(similar: Sequence[tuple[Task, str]], rules: HouseRules) -> str:
    lines = [_rated(task, url, task.standing_verdict, rules) for task, url in similar[:MOST_SIMILAR]]
    return "*Similar claims*\n" + ("\n".join(lines) or "No similar claim has a published verdict here.")


def _rated(task: Task, url: str, verdict: Verdict | None, rules: HouseRules) -> str:
    rating = rating_line(verdict, rules.scale) if verdict else "no verdict"
    where = link(url, "card") if url else ""
    where = f" · {where}" if where and len(where) <= 500 else ""
    return f"• {rating} · {safe(task.text, 250)}{where}"


def _dissent(task: Task) -> str:
    """Objections to earlier versions stay in sight."""
    said = [(v.version, o) for v in task.versions for o in v.objections]
    return "\n".join(
        f"✋ {person(o.by)} objected to version {version}: {safe(o.reason, 400)}"
        for version, o in said[-_LAST_OBJECTIONS:]
    )


def object_modal(task: Task, version: int) -> Block:
    """Why can the verdict not stand?"""
    text = text_input(Action.INPUT, multiline=True, most=1000)
    hint = "It goes back to whoever wrote it, and your reason stays on record."
    blocks = [*claim_head(task), field(Field.REASON, "What is wrong with the verdict?", text, hint=hint)]
    about = About(task.id, version=version).dump()
    return modal(Callback.OBJECT, "Object", blocks, submit="Object", private_metadata=about)
