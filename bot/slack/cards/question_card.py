"""A question on a claim in its thread, and later its answer."""

from __future__ import annotations

from bot.desk.commands import Reply
from bot.desk.task import Task
from bot.desk.transitions import possible
from bot.slack.blocks import actions, button, section
from bot.slack.cards.notices import Said
from bot.slack.ids import Action
from bot.slack.mrkdwn import person, safe


def question_card(task: Task, index: int) -> Said:
    """The question with this index: whom it asks, with a button while it waits, or what became of it."""
    question = task.questions[index]
    asked = f"❓ *Question on claim {task.number}:* {safe(task.text, 500)}\n"
    words = safe(question.text, 1000)
    if answer := question.answer:
        text = (
            f"{asked}{person(question.by)} asked: {words}\n💬 {person(answer.by)} answered: {safe(answer.text, 1200)}"
        )
        return text, [section(text)]
    if question.dropped:
        text = f"{asked}{person(question.by)} asked: {words}\nThe question was dropped: no answer is needed any more."
        return text, [section(text)]
    if question.to:
        text = f"{asked}{person(question.to)}, {person(question.by)} asks you: {words}"
    else:
        text = f"{asked}Can anybody here say: {words}\n_Asked by {person(question.by)}_"
    blocks = [section(text)]
    if Reply in possible(task.state):
        blocks.append(actions([button("Answer…", Action.ANSWER, f"{task.id} {index + 1}", "primary")]))
    return text, blocks
