"""The forms in which people tell the desk more about a claim than a button can."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.pseudonyms import is_pseudonym
from bot.desk.task import DismissalKind, Task
from bot.desk.transitions import LONGEST_WORDING, MOST_WORDINGS
from bot.slack.blocks import Block, modal, mrkdwn, option, section
from bot.slack.cards.modals.claim_head import claim_head
from bot.slack.forms import TO_THE_CHANNEL, About
from bot.slack.ids import Action, Callback, Field
from bot.slack.inputs import (
    checkbox,
    external_select,
    field,
    moment_picker,
    person_select,
    radio,
    text_input,
)
from bot.slack.mrkdwn import person, safe

_DISMISSALS: dict[DismissalKind, tuple[str, str]] = {
    DismissalKind.NOT_A_CLAIM: ("Not a claim", "An opinion, a prediction, a slip of the reader"),
    DismissalKind.OUT_OF_SCOPE: ("Out of scope", "A claim, but not one for this desk"),
    DismissalKind.DUPLICATE: ("Duplicate of another claim", "It shows the verdict of that claim"),
}


def _modal(
    task: Task, callback: Callback, title: str, submit: str, fields: Sequence[Block], about: About | None = None
) -> Block:
    blocks = [*claim_head(task), *fields]
    return modal(callback, title, blocks, submit=submit, private_metadata=(about or About(task.id)).dump())


def hand_over_modal(task: Task) -> Block:
    """Who shall have the claim?"""
    to = field(Field.TO, "Hand over to", person_select(Action.INPUT), hint="They get a direct message.")
    return _modal(task, Callback.HAND_OVER, "Hand over", "Hand over", [to])


def dismiss_modal(task: Task) -> Block:
    """Why is it not to be checked?"""
    kinds = [option(label, kind.value, note) for kind, (label, note) in _DISMISSALS.items()]
    original = external_select(Action.ORIGINAL, "Search open and past claims")
    fields = [
        field(Field.KIND, "Why should this not be checked?", radio(Action.INPUT, kinds)),
        field(Field.ORIGINAL, "Duplicate of", original, optional=True, hint="Only for a duplicate."),
        field(
            Field.REASON,
            "Reason",
            text_input(Action.INPUT, multiline=True, most=500),
            optional=True,
            hint="A duplicate needs none.",
        ),
    ]
    return _modal(task, Callback.DISMISS, "Set aside", "Set aside", fields)


def due_modal(task: Task) -> Block:
    """By when should it be checked?"""
    due = int(task.due.timestamp()) if task.due else None
    hint = "In your own timezone. Reminders come before it and after."
    fields = [field(Field.DUE, "Due", moment_picker(Action.INPUT, due), optional=True, hint=hint)]
    if task.due:
        box = checkbox(Action.INPUT, "No due time any more", ticked=False)
        fields.append(field(Field.NO_DUE, "Or", box, optional=True))
    return _modal(task, Callback.DUE, "Due time", "Save", fields)


def ask_modal(task: Task, asker: str) -> Block:
    """What needs to be known first, and of whom? ``asker`` is who brought the article."""
    choices = [
        {"text": mrkdwn("Everybody in the channel", 75), "value": TO_THE_CHANNEL},
    ]
    if not is_pseudonym(asker):
        brought = mrkdwn(f"Whoever brought the article: {person(asker)}", 75)
        choices.append({"text": brought, "value": asker})
    fields = [
        field(Field.QUESTION, "What do you need to know?", text_input(Action.INPUT, multiline=True, most=1000)),
        field(
            Field.KIND,
            "Whom do you ask?",
            radio(Action.INPUT, choices, TO_THE_CHANNEL),
            hint="The question stands in the thread; an answer there lands on the card.",
        ),
        field(Field.TO, "Or one other person", person_select(Action.INPUT, "Nobody in particular"), optional=True),
    ]
    return _modal(task, Callback.ASK, "Ask", "Ask", fields)


def answer_modal(task: Task, index: int) -> Block:
    """The answer to the question with this index."""
    question = task.questions[index]
    shown = section(f"❓ {person(question.by)} asks: {safe(question.text, 1500)}")
    answer = field(Field.ANSWER, "Your answer", text_input(Action.INPUT, multiline=True, most=2000))
    return _modal(task, Callback.ANSWER, "Answer", "Answer", [shown, answer], About(task.id, question=index))


def reword_modal(task: Task) -> Block:
    """How should the card put the claim?"""
    wording = text_input(Action.INPUT, multiline=True, most=LONGEST_WORDING, initial=" ".join(task.text.split()))
    hint = "So that it can be read without the article: who, what, when. The quotation stays what it is."
    fields = [field(Field.WORDING, "The claim in one sentence", wording, hint=hint)]
    return _modal(task, Callback.REWORD, "Edit claim", "Save", fields, About(task.id, worded=task.worded))


def split_modal(task: Task) -> Block:
    """Which claims are in it?"""
    wordings = text_input(Action.INPUT, multiline=True, initial=" ".join(task.text.split()))
    hint = f"Two to {MOST_WORDINGS}. The first stays on this card, each other gets a card of its own."
    fields = [field(Field.WORDING, "One claim a line", wordings, hint=hint)]
    return _modal(task, Callback.SPLIT, "Split", "Split", fields, About(task.id, worded=task.worded))
