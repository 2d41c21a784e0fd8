"""The work on claims: what people do with a task, a draft or a whole article."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from bot.articles.article import Article
from bot.articles.sentences import sentence_spans
from bot.desk import articles
from bot.desk.articles import ArticleStep
from bot.desk.commands import Command, Dismiss, HandOver, NeverMind, Object, Propose, PutBack, Reopen, Split
from bot.desk.evidence_gate import problems
from bot.desk.pseudonyms import is_pseudonym
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import Role
from bot.desk.task import Submission, Task, TaskState
from bot.desk.transitions import Context, Step, apply, check
from bot.service.access import check_submission, check_task
from bot.service.office import Office
from bot.store.house_store import Draft
from bot.store.records import THE_DESK, Missing
from bot.store.task_store import Around

Change = Callable[[Submission, Sequence[Task]], ArticleStep]
"""What is done to an article."""

_ADMINS_TOO = (PutBack, NeverMind)
"""What only the holder may do, and an admin for them."""
SIMILAR = 3
"""Claims shown to a reviewer as similar."""


class Work:
    """What can be done with claims."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store

    async def task(self, id: str) -> Task:
        """The task with this id.

        Raises:
            Refusal: there is none.
        """
        try:
            return await self._store.task(id)
        except Missing:
            raise Refusal(Reason.GONE) from None

    async def task_for(self, id: str, user: str) -> Task:
        """The task with this id, for a person who sees its channel. Raises Refusal."""
        task = await self.task(id)
        await check_task(self._office, user, task)
        return task

    async def submission_for(self, id: str, user: str) -> Submission:
        """The submission with this id, for a person who sees its channel. Raises Refusal."""
        submission = await self.submission(id)
        await check_submission(self._office, user, submission)
        return submission

    async def submission(self, id: str) -> Submission:
        """The submission with this id.

        Raises:
            Refusal: there is none.
        """
        try:
            return await self._store.submission(id)
        except Missing:
            raise Refusal(Reason.GONE) from None

    async def article(self, submission: str) -> Article | None:
        """What a submission was read into; None before that, or if it was removed since."""
        try:
            return await self._store.article(submission)
        except Missing:
            return None

    async def act(self, id: str, command: Command, actor: str) -> Step:
        """Do what a person asks of a task.

        Raises:
            Refusal: it cannot be done; nothing was changed.
        """
        task = await self.task_for(id, actor)
        context = await self._office.context(actor, ask_admin=isinstance(command, _ADMINS_TOO))
        if isinstance(command, Propose):
            command = await self._with_article(command, task)
        elif isinstance(command, HandOver):
            await self._check_person(command.to)
        original = command.of if isinstance(command, Dismiss) else None
        if original is not None:
            await self._check_original(task, await self.task(original))
        step = await self._store.change_task(
            id, lambda current, around: _apply(current, command, context, around), by=actor, original=original
        )
        if isinstance(command, Propose):
            await self._office.houses.drop_draft(id, actor)
        elif isinstance(command, Reopen | Object):
            await self._put_back_if_gone(step.task)
        await self._office.wake()
        return step

    async def _check_original(self, task: Task, original: Task) -> None:
        """Raises Refusal unless everybody who sees a claim may see this one as well."""
        open_to_all = await self._is_open_to_all(task, original.channel)
        if not open_to_all:
            reason = Reason.SLACK_IS_SILENT if open_to_all is None else Reason.ORIGINAL_PRIVATE
            raise Refusal(reason, field="of")

    async def _put_back_if_gone(self, task: Task) -> None:
        """A claim that goes back to whoever had it goes on the queue instead if they have left since."""
        if task.assignee is None:
            return
        gone = is_pseudonym(task.assignee)
        if not gone:
            member = await self._office.in_time(self._office.people.member(task.assignee), None)
            gone = bool(member and member.gone)
        if gone:
            context = await self._office.context(THE_DESK)
            with suppress(Refusal):  # somebody was faster
                await self._store.change_task(task.id, lambda now, _: apply(now, PutBack(), context), by=THE_DESK)

    async def check(self, task: Task, kind: type[Command], actor: str) -> None:
        """Raises the Refusal that is certain before a form is filled in."""
        await check_task(self._office, actor, task)
        check(task, kind, await self._office.context(actor, ask_admin=kind in _ADMINS_TOO))

    async def missing(self, task: Task, command: Propose) -> list[Refusal]:
        """All that keeps a verdict from sign-off, as it is filled in."""
        rules = await self._office.rules()
        return list(problems(task, await self._with_article(command, task), rules, self._office.today()))

    async def _with_article(self, command: Propose, task: Task) -> Propose:
        article = await self.article(task.submission)
        return replace(command, article_urls=article.addresses if article else ())

    async def _check_person(self, user: str) -> None:
        """A claim goes to a person who may check it. Raises Refusal."""
        member = await self._office.in_time(self._office.people.member(user), None)
        if member and (member.bot or member.gone):
            raise Refusal(Reason.NOT_A_PERSON, field="to", who=f"<@{user}>")
        standing = await self._office.standing(user, ask_admin=True)
        if Role.CHECKER not in standing.roles:
            if standing.unsure:
                raise Refusal(Reason.SLACK_IS_SILENT, field="to")
            raise Refusal(Reason.NOT_A_CHECKER, field="to", who=f"<@{user}>")

    async def similar(self, task: Task, user: str) -> list[Task]:
        """Claims with a published verdict that are most like this one, of those that a person may see."""
        found = await self._store.similar(task, 3 * SIMILAR, (TaskState.PUBLISHED,))
        return (await self._office.visible(user, [other for other, _ in found])).tasks[:SIMILAR]

    # What can be chosen

    async def originals(self, id: str, words: str, user: str, most: int) -> list[Task]:
        """Claims that a claim could be a duplicate of: those that words find, or the most similar ones.

        Raises:
            Refusal: the claim is not theirs to see.
        """
        task = await self.task_for(id, user)
        if words.strip():
            found = await self._store.search(words, most)
        else:
            found = [other for other, _ in await self._store.similar(task, most, tuple(TaskState))]
        others = [t for t in found if t.id != id and t.state is not TaskState.DISMISSED]
        visible = (await self._office.visible(user, others)).tasks
        channels = list({t.channel for t in visible})
        answers = await asyncio.gather(*(self._is_open_to_all(task, channel) for channel in channels))
        open_to_all = {channel for channel, is_open in zip(channels, answers, strict=True) if is_open}
        return [t for t in visible if t.channel in open_to_all]

    async def _is_open_to_all(self, task: Task, channel: str) -> bool | None:
        """Whether everybody who sees a claim's card may see an original there, which it would show from then on.

        None where Slack does not tell in time.
        """
        return channel == task.channel or await self._office.in_time(self._office.people.is_public(channel), None)

    async def sentences(self, submission: str, words: str, user: str, most: int) -> list[tuple[int, int, str]]:
        """Sentences of an article in which all words stand, with their spans.

        Raises:
            Refusal: the article is not theirs to see.
        """
        await self.submission_for(submission, user)
        article = await self.article(submission)
        if article is None:
            return []
        wanted = words.casefold().split()
        found = ((start, end, article.text[start:end]) for start, end in sentence_spans(article.text))
        return list(islice(((s, e, t) for s, e, t in found if all(w in t.casefold() for w in wanted)), most))

    async def extensible(self, submission: str, actor: str) -> Submission:
        """An article that a claim could be added to. Raises Refusal."""
        known = await self.submission_for(submission, actor)
        articles.check_addition(known, await self._office.context(actor))
        return known

    async def closable(self, submission: str, actor: str) -> tuple[Submission, int]:
        """An article that could be closed, and how many claims that would set aside. Raises Refusal."""
        known, tasks = await self.submission_for(submission, actor), await self._store.tasks_of(submission)
        step = articles.close(known, tasks, "to see whether it can be", await self._office.context(actor))
        return known, len(step.steps)

    # Drafts

    async def draft(self, task: Task, user: str) -> dict[str, str] | None:
        """What a person has typed into the verdict form and not sent.

        One that was begun on another version is dropped: sent, it would take back what others wrote since.
        """
        draft = await self._office.houses.draft(task.id, user)
        if draft is None:
            return None
        if draft.version != _version(task):
            await self._office.houses.drop_draft(task.id, user)
            return None
        return draft.values

    async def keep_draft(self, task: Task, user: str, draft: Draft) -> None:
        """Keep what a person has typed so far, unless the version they typed it on was replaced: by what they sent."""
        if draft.version == _version(task):
            await self._office.houses.keep_draft(task.id, user, draft)

    # Articles

    async def show_more(self, submission: str, shown: int, user: str) -> None:
        """Bring the next claim cards of an article. Raises Refusal."""
        await self.submission_for(submission, user)
        try:
            await self._store.show_more(submission, shown=shown)
        except Missing:
            raise Refusal(Reason.GONE) from None
        await self._office.wake()

    async def close_article(self, id: str, reason: str, actor: str) -> ArticleStep:
        """Set every claim of an article aside that has no verdict. Raises Refusal."""
        context = await self._office.context(actor)
        return await self._change_article(
            id, lambda submission, tasks: articles.close(submission, tasks, reason, context), actor, "closed"
        )

    async def reopen_article(self, id: str, actor: str) -> ArticleStep:
        """Take the closing of an article back. Raises Refusal."""
        context = await self._office.context(actor)
        reopened = await self._change_article(
            id, lambda submission, tasks: articles.reopen(submission, tasks, context), actor, "reopened_article"
        )
        for step in reopened.steps:
            await self._put_back_if_gone(step.task)
        await self._office.wake()
        return reopened

    async def add_claim(self, id: str, place: tuple[int, int] | None, wording: str, actor: str) -> ArticleStep:
        """Add a claim that the desk missed; ``place`` is a span of the article's text. Raises Refusal."""
        context = await self._office.context(actor)
        article = await self.article(id) if place else None
        if article and place not in set(sentence_spans(article.text)):
            raise Refusal(Reason.NOT_UNDERSTOOD, field="sentence")
        quotation = (*place, article.text[slice(*place)]) if article and place else None
        return await self._change_article(
            id,
            lambda submission, tasks: articles.add_claim(submission, tasks, quotation, wording, context),
            actor,
            "claim_added",
        )

    async def _change_article(self, id: str, change: Change, actor: str, what: str) -> ArticleStep:
        await self.submission_for(id, actor)
        try:
            step = await self._store.change_article(id, change, by=actor, what=what)
        except Missing:
            raise Refusal(Reason.GONE) from None
        await self._office.wake()
        return step


def _version(task: Task) -> int:
    """The version of its verdict, 0 where there is none."""
    return task.verdict.version if task.verdict else 0


def _apply(task: Task, command: Command, context: Context, around: Around) -> Step:
    if isinstance(command, Dismiss) and around.original and around.original.state is TaskState.DISMISSED:
        raise Refusal(Reason.ORIGINAL_DISMISSED, field="of")
    if isinstance(command, Split):
        command = replace(command, next_number=around.next_number)
    return apply(task, command, context)
