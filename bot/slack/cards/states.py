"""The states of a task in words."""

from __future__ import annotations

from bot.desk.task import TaskState

IN_WORDS: dict[TaskState, str] = {
    TaskState.OPEN: "open",
    TaskState.ASSIGNED: "being checked",
    TaskState.QUESTION: "waits for an answer",
    TaskState.IN_REVIEW: "waits for sign-off",
    TaskState.PUBLISHED: "published",
    TaskState.DISMISSED: "set aside",
}
"""As they follow a number: "2 open", "1 published"."""
