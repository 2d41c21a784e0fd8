"""A whole article, or two with the same claims: whatever is done to their claims, they stay one consistent desk."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.claims.claim import Claim
from bot.desk.articles import ArticleStep, add_claim, close, reopen
from bot.desk.commands import Ask, Command, Dismiss, Keep, Object, PutBack, Recheck, Reopen, Split, Take
from bot.desk.commands import SignOff as Sign
from bot.desk.refusals import Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Submission, Task, TaskState, Verdict
from bot.desk.transitions import Context
from bot.service.work import _apply
from bot.store.task_store import Around
from desk.promises import ROLES, coherent, content, said
from desk.samples import NOW, SCALE, claim, propose, submission, task

actors = st.sampled_from(["U0ANA", "U0BEN", "U0CARO", "U0EVA", "U0FAY"])
picks = st.integers(0, 30)
ARTICLES = ("s1", "s2")


class AnyArticle(RuleBasedStateMachine):
    """Two articles of three claims; ``written`` and ``stood`` are each task's verdicts, ``claims`` what was read."""

    @initialize(approvals=st.integers(1, 2))
    def begin(self, approvals: int) -> None:
        self.house = HouseRules(SCALE, approvals=approvals)
        self.articles: dict[str, Submission] = {id: submission(id) for id in ARTICLES}
        self.tasks: dict[str, Task] = {
            t.id: t
            for id in ARTICLES
            for t in (task(n, submission=id, claim=claim(f"Claim {n} of {id}")) for n in (1, 2, 3))
        }
        self.claims: dict[str, Claim] = {id: t.claim for id, t in self.tasks.items()}
        self.written: dict[str, list[Verdict]] = {id: [] for id in self.tasks}
        self.stood: dict[str, int | None] = dict.fromkeys(self.tasks)

    def of(self, article: str) -> list[Task]:
        return sorted((t for t in self.tasks.values() if t.submission == article), key=lambda t: t.number)

    def pick(self, number: int) -> Task:
        ids = list(self.tasks)
        return self.tasks[ids[number % len(ids)]]

    def context(self, actor: str) -> Context:
        return Context(actor, self.house, NOW, ROLES[actor])

    def keep(self, before: Task | None, now: Task) -> None:
        self.tasks[now.id] = now
        if before is None:
            assert now.id not in self.claims, "a new claim took the place of another"
            self.claims[now.id], self.written[now.id], self.stood[now.id] = now.claim, [], None
        elif now.verdict and now.version != before.version and len(now.versions) > len(before.versions):
            self.written[now.id].append(now.verdict)
        if before is not None and now.standing != before.standing:
            assert now.standing is not None, "a verdict that stood is gone"
            self.stood[now.id] = now.standing

    def do(self, picked: Task, command: Command, actor: str) -> None:
        original = self.tasks[command.of] if isinstance(command, Dismiss) and command.of else None
        around = Around(original, len(self.of(picked.submission)) + 1)
        try:
            step = _apply(picked, command, self.context(actor), around)
        except Refusal as refusal:
            said(refusal)
            return
        self.keep(picked, step.task)
        for added in step.added:
            self.keep(None, added)

    def whole(self, article: str, step: ArticleStep) -> None:
        self.articles[article] = step.submission
        for each in step.steps:
            self.keep(each.before, each.task)
        if step.added:
            self.keep(None, step.added)

    @rule(
        actor=actors, number=picks, command=st.sampled_from([Take(), PutBack(), Reopen(), Recheck(), Keep(), Ask("?")])
    )
    def work(self, actor: str, number: int, command: Command) -> None:
        self.do(self.pick(number), command, actor)

    @rule(actor=actors, number=picks)
    def verdict(self, actor: str, number: int) -> None:
        picked = self.pick(number)
        if picked.state is TaskState.IN_REVIEW and picked.verdict:
            self.do(picked, Sign(picked.verdict.version), actor)
        else:
            self.do(picked, propose(correction="Counted again"), actor)

    @rule(actor=actors, number=picks)
    def object(self, actor: str, number: int) -> None:
        picked = self.pick(number)
        self.do(picked, Object(picked.verdict.version if picked.verdict else 0, "Too old"), actor)

    @rule(actor=actors, number=picks, other=picks)
    def duplicate(self, actor: str, number: int, other: int) -> None:
        self.do(self.pick(number), Dismiss("", DismissalKind.DUPLICATE, self.pick(other).id), actor)

    @rule(actor=actors, number=picks)
    def aside(self, actor: str, number: int) -> None:
        self.do(self.pick(number), Dismiss("an opinion"), actor)

    @rule(actor=actors, number=picks, count=st.integers(1, 3))
    def split(self, actor: str, number: int, count: int) -> None:
        if len(self.tasks) < 20:
            self.do(self.pick(number), Split(tuple(f"Part {n} of {number}" for n in range(count))), actor)

    @rule(
        actor=actors, article=st.sampled_from(ARTICLES), words=st.sampled_from(["", "Claim 1 of s1", "Something else"])
    )
    def add(self, actor: str, article: str, words: str) -> None:
        with suppress(Refusal):
            step = add_claim(self.articles[article], self.of(article), None, words, self.context(actor))
            assert not self.articles[article].closing
            self.whole(article, step)

    @rule(actor=actors, article=st.sampled_from(ARTICLES), reason=st.sampled_from(["", "Withdrawn"]))
    def close(self, actor: str, article: str, reason: str) -> None:
        with suppress(Refusal):
            self.whole(article, close(self.articles[article], self.of(article), reason, self.context(actor)))
            assert all(
                t.state in (TaskState.DISMISSED, TaskState.IN_REVIEW, TaskState.PUBLISHED) or t.standing is not None
                for t in self.of(article)
            )

    @rule(actor=actors, article=st.sampled_from(ARTICLES))
    def reopen(self, actor: str, article: str) -> None:
        with suppress(Refusal):
            self.whole(article, reopen(self.articles[article], self.of(article), self.context(actor)))

    @invariant()
    def every_claim_is_as_it_should_be_and_its_words_are_those_that_were_read(self) -> None:
        for each in self.tasks.values():
            coherent(each)
            assert each.claim == self.claims[each.id]

    @invariant()
    def numbers_follow_each_other_and_no_claim_is_lost(self) -> None:
        assert self.tasks.keys() == self.claims.keys()
        for id in ARTICLES:
            tasks = self.of(id)
            assert [t.number for t in tasks] == list(range(1, len(tasks) + 1))
            assert [t.id for t in tasks] == [f"{id}-{t.number}" for t in tasks]

    @invariant()
    def no_verdict_is_lost_and_the_last_published_one_stands(self) -> None:
        for id, each in self.tasks.items():
            assert [content(v) for v in each.versions] == [content(v) for v in self.written[id]]
            assert each.standing == self.stood[id]

    @invariant()
    def duplicates_never_go_in_a_circle(self) -> None:
        for each in self.tasks.values():
            seen, at = {each.id}, each
            while at.dismissal and at.dismissal.of:
                at = self.tasks[at.dismissal.of]
                assert at.id not in seen
                seen.add(at.id)

    @invariant()
    def what_closing_set_aside_belongs_to_a_closed_article(self) -> None:
        for each in self.tasks.values():
            if each.dismissal and each.dismissal.kind is DismissalKind.ARTICLE_CLOSED:
                assert self.articles[each.submission].closing


TestAnyArticle = AnyArticle.TestCase
TestAnyArticle.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
