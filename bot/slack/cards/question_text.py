"""The questions of a claim and their answers, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.desk.task import Question, Task
from bot.slack.mrkdwn import person, safe

_ANSWERS = 2
"""Answered questions that a card shows; the rest is counted."""


def question_lines(task: Task) -> Iterator[str]:
    """The question that waits and the last answers, a line each."""
    answered = [q for q in task.questions if q.answer]
    for question in (*answered[-_ANSWERS:], *(q for q in task.questions if q.waits)):
        yield answer_line(question) if question.answer else asks(question)
    if len(answered) > _ANSWERS:
        yield f"and {len(answered) - _ANSWERS} earlier answers"


def asks(question: Question, most: int = 300) -> str:
    """Who asks whom, and what: at most ``most`` characters of it."""
    whom = f"asks {person(question.to)}" if question.to else "asks everybody here"
    return f"❓ {person(question.by)} {whom}: {safe(question.text, most)}"


def answer_line(question: Question, asked: int = 150, answered: int = 250) -> str:
    """A question with its answer, of each at most so many characters."""
    assert question.answer is not None
    answer = question.answer
    return f"❓ {safe(question.text, asked)} — 💬 {safe(answer.text, answered)} · answer by {person(answer.by)}"
