"""Whatever people press in whatever order: the promises of the desk hold."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.desk.commands import Command, Dismiss, HandOver, Object, Propose, PutBack, Reopen, SignOff, Take
from bot.desk.refusals import Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, Task, TaskState, Verdict
from bot.desk.transitions import Context, Happened, apply
from desk.samples import NOW, SCALE, TWO_SOURCES, task

PEOPLE = ("U0ANA", "U0BEN", "U0CARO", "U0DAN")
actors = st.sampled_from(PEOPLE)
reasons = st.sampled_from(["", "  ", "an opinion", "{who} <!channel>"])
urls = st.sampled_from(["", "nonsense", "https://x.org/1", "https://www.x.org/2", "https://y.net", "https://page.org"])
sources = st.one_of(
    st.just(TWO_SOURCES),
    st.lists(st.builds(Evidence, url=urls, note=st.sampled_from(["", "a note"])), max_size=3).map(tuple),
)
ratings = st.sampled_from(["true", "false", "missing_context", "unverifiable", "gone", "said", ""])
proposals = st.builds(
    Propose,
    rating=ratings,
    explanation=reasons,
    evidence=sources,
    said=st.sampled_from([None, "said", "not_said", "gone"]),
    article_url=st.sampled_from([None, "https://page.org/a"]),
)
good = st.just(Propose("false", "The register says otherwise.", TWO_SOURCES, None, "https://page.org/a"))
versions = st.integers(0, 4)


class AnySequence(RuleBasedStateMachine):
    """One task, four people, three possible quorums; ``written`` is every verdict that was ever accepted."""

    @initialize(approvals=st.integers(1, 3), sources=st.integers(0, 3))
    def begin(self, approvals: int, sources: int) -> None:
        self.rules = HouseRules(SCALE, approvals=approvals, sources=sources)
        self.task: Task = task()
        self.written: list[Verdict] = []

    def do(self, command: Command, actor: str) -> None:
        before = self.task
        try:
            step = apply(before, command, Context(actor, self.rules, NOW))
        except Refusal as refusal:
            said = refusal.sentence  # would be a KeyError if a placeholder had nothing to stand for
            assert said.endswith(".")
            return
        self.task = step.task
        assert step.task.version == before.version + 1
        if isinstance(command, Propose):
            assert step.task.verdict is not None
            assert step.task.verdict.author == actor
            self.written.append(step.task.verdict)
        if isinstance(command, SignOff):
            assert before.verdict is not None
            assert before.verdict.version == command.version
            assert before.verdict.author != actor
        assert (step.happened is Happened.PUBLISHED) == (step.task.published is not None)
        assert before.state is not TaskState.PUBLISHED

    @rule(actor=actors)
    def take(self, actor: str) -> None:
        self.do(Take(), actor)

    @rule(actor=actors)
    def put_back(self, actor: str) -> None:
        self.do(PutBack(), actor)

    @rule(actor=actors, to=actors)
    def hand_over(self, actor: str, to: str) -> None:
        self.do(HandOver(to), actor)

    @rule(actor=actors, reason=reasons)
    def dismiss(self, actor: str, reason: str) -> None:
        self.do(Dismiss(reason), actor)

    @rule(actor=actors)
    def reopen(self, actor: str) -> None:
        self.do(Reopen(), actor)

    @rule(actor=actors, proposal=st.one_of(proposals, good))
    def propose(self, actor: str, proposal: Propose) -> None:
        self.do(proposal, actor)

    @rule(actor=actors, version=versions)
    def sign_off(self, actor: str, version: int) -> None:
        self.do(SignOff(version), actor)

    @rule(actor=actors, version=versions, reason=reasons)
    def object(self, actor: str, version: int, reason: str) -> None:
        self.do(Object(version, reason), actor)

    @rule(actor=actors)
    def sign_what_stands_there(self, actor: str) -> None:
        if self.task.verdict:
            self.do(SignOff(self.task.verdict.version), actor)

    @rule(actor=actors)
    def object_to_what_stands_there(self, actor: str) -> None:
        if self.task.verdict:
            self.do(Object(self.task.verdict.version, "Too old"), actor)

    @rule()
    def propose_as_whoever_may(self) -> None:
        self.do(Propose("false", "See the register.", TWO_SOURCES), self.task.assignee or "U0ANA")

    @invariant()
    def nothing_is_published_without_its_quorum_of_other_people(self) -> None:
        verdict = self.task.verdict
        signers = [approval.by for approval in verdict.approvals] if verdict else []
        assert len(signers) == len(set(signers))
        assert verdict is None or verdict.author not in signers
        if self.task.state is TaskState.PUBLISHED:
            assert verdict is not None
            assert len(signers) == self.rules.approvals
            assert self.task.published == NOW
        else:
            assert self.task.published is None
            assert len(signers) < self.rules.approvals

    @invariant()
    def no_version_of_a_verdict_is_lost(self) -> None:
        kept = [*self.task.earlier, *([self.task.verdict] if self.task.verdict else [])]
        assert [v.version for v in kept] == list(range(1, len(self.written) + 1))
        for verdict, as_written in zip(kept, self.written, strict=True):
            assert verdict.model_copy(update={"approvals": (), "objections": ()}) == as_written

    @invariant()
    def a_state_has_what_belongs_to_it(self) -> None:
        state, holder = self.task.state, self.task.assignee
        assert (state is TaskState.DISMISSED) == (self.task.dismissal is not None)
        if state in (TaskState.ASSIGNED, TaskState.IN_REVIEW):
            assert holder in PEOPLE
        if state is TaskState.OPEN:
            assert holder is None
        if state is TaskState.IN_REVIEW:
            assert self.task.verdict is not None
            assert self.task.verdict.author == holder
            assert not self.task.verdict.objections


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
