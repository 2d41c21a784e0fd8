"""What becomes of records when people in them are forgotten. Pure.

The newsroom's work stays, under a pseudonym: verdicts, signatures, objections, what was asked and answered. What only
the person had of it goes: what they followed, and what was theirs to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.articles.article import Article
from bot.desk.house import House
from bot.desk.pseudonyms import Kind, Names, is_pseudonym
from bot.desk.roles import Members
from bot.desk.task import Question, Submission, Task, TaskState

REMOVED = "[removed]"
"""What stands where people's talk was removed together with the text it was about."""

_DONE = frozenset({TaskState.PUBLISHED, TaskState.DISMISSED})


def in_task(task: Task, names: Names) -> Task:
    """A task without them. Whoever was to answer a question is not any more: now it asks everybody."""

    def gone(user: str | None) -> bool:
        return user is not None and names.of(user) != user

    fields: dict[str, Any] = {
        "followers": tuple(f for f in task.followers if not gone(f)),
        "questions": tuple(q.model_copy(update={"to": None}) if q.waits and gone(q.to) else q for q in task.questions),
    }
    if task.state in _DONE and gone(task.assignee):  # they would get it back if it was opened again
        fields["assignee"] = None
    return Task.model_validate(names.in_json(task.model_copy(update=fields).model_dump(mode="json")))


def in_submission(submission: Submission, names: Names) -> Submission:
    """A submission without them."""
    askers = tuple(a for a in submission.askers if names.of(a) == a)
    kept = submission.model_copy(update={"askers": askers})
    return Submission.model_validate(names.in_json(kept.model_dump(mode="json")))


def in_article(article: Article, names: Names) -> Article:
    """An article in which they are not mentioned; every offset into it stays right."""
    return Article.model_validate(names.in_json(article.model_dump(mode="json")))


def in_house(house: House, names: Names) -> House:
    """Settings that give them no role. A role that was theirs alone must not be everybody's now: it is nobody's."""

    def members(given: Members) -> Members:
        others = tuple(user for user in given.users if names.of(user) == user)
        if others or given.groups:
            return given.model_copy(update={"users": others})
        return given.model_copy(update={"users": tuple(names.of(user) for user in given.users)})

    return house.model_copy(update={"roles": {role: members(given) for role, given in house.roles.items()}})


def people_in(submission: Submission, tasks: Sequence[Task]) -> list[str]:
    """Everybody an article and its tasks name, in order; pseudonyms too that one has in more than one article."""
    found = [submission.asker, *submission.askers, *([submission.closing.by] if submission.closing else [])]
    for task in tasks:
        found += [task.assignee or "", task.added_by or "", *task.followers]
        found += [task.dismissal.by] if task.dismissal else []
        for verdict in task.versions:
            found += [verdict.author, *verdict.writers]
            found += [*(a.by for a in verdict.approvals), *(o.by for o in verdict.objections)]
        for q in task.questions:
            found += [q.by, q.to or "", q.answer.by if q.answer else ""]
    return [user for user in dict.fromkeys(found) if user and not (is_pseudonym(user) and user.startswith(Kind.PAST))]


_PEOPLE = frozenset({"by", "assignee", "author", "to", "writers"})


def people_in_details(details: Any) -> Iterator[str]:
    """Everybody whom the details of an entry of the log name, wherever a person stands there."""
    if isinstance(details, dict):
        for name, value in details.items():
            if name in _PEOPLE:
                yield from (user for user in (value if isinstance(value, list) else [value]) if isinstance(user, str))
            yield from people_in_details(value)
    elif isinstance(details, list):
        for inner in details:
            yield from people_in_details(inner)


_PEOPLE_IN_RECORDS = _PEOPLE | {
    "added_by",
    "asker",
    "askers",
    "followers",
    "person",
    "queue",
    "user",
    "users",
}


def names_person(record: Any, user: str) -> bool:
    """Whether a record, or an entry of the log, has this id as a person's: in their place, or mentioned by Slack.

    The same letters in running text are no person: they may be a word.
    """
    mention = re.compile(rf"<@{re.escape(user)}[|>]", re.IGNORECASE)

    def named(value: Any) -> bool:
        if isinstance(value, str):
            return bool(mention.search(value))
        if isinstance(value, dict):
            return any(
                (name in _PEOPLE_IN_RECORDS and user in (inner if isinstance(inner, list) else [inner])) or named(inner)
                for name, inner in value.items()
            )
        return isinstance(value, list) and any(map(named, value))

    return named(record)


def without_talk(task: Task) -> Task:
    """A task whose questions and answers say no more than who asked and answered, and when."""

    def emptied(question: Question) -> Question:
        answer = question.answer.model_copy(update={"text": REMOVED}) if question.answer else None
        return question.model_copy(update={"text": REMOVED, "answer": answer})

    return task.model_copy(update={"questions": tuple(emptied(q) for q in task.questions)})


def details_without_text(details: Any) -> Any:
    """Details of the log that quote nothing of a removed text: no claim, no wording, no question, no answer."""
    if not isinstance(details, dict):
        return details
    left = {name: REMOVED if name in ("claim", "wording") and value else value for name, value in details.items()}
    if isinstance(question := left.get("question"), dict):
        answer = question.get("answer")
        emptied = answer | {"text": REMOVED} if isinstance(answer, dict) else answer
        left["question"] = question | {"text": REMOVED, "answer": emptied}
    return left
