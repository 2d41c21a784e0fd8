"""Whatever people press in whatever order, whoever they are and whatever is set: the promises of the desk hold."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.desk import messages
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    Propose,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
    Take,
)
from bot.desk.messages import Place
from bot.desk.refusals import Refusal
from bot.desk.roles import MAY, Role
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Evidence, Task, TaskState, Verdict
from bot.desk.transitions import TABLE, TOLD, Context, Happened, Step, apply, check, possible
from desk.promises import ROLES, coherent, content, said
from desk.samples import NOW, QUOTED, SCALES, TWO_SOURCES, claim, propose, submission, task

KEPT_SOURCES = tuple(
    Evidence(url=f"https://{site}/1", note="The table counts 41", archive="none: a printed book")
    for site in ("a.example", "b.example.net", "c.example.org")
)
actors = st.sampled_from(sorted(ROLES))
reasons = st.sampled_from(["", "  ", "an opinion", "{who} <!channel>"])
urls = st.sampled_from(["", "nonsense", "https://x.org/1", "https://www.x.org/2", "https://y.net", "https://page.org"])
sources = st.one_of(
    st.just(TWO_SOURCES),
    st.lists(st.builds(Evidence, url=urls, note=st.sampled_from(["", "a note"])), max_size=3).map(tuple),
)
days = st.none() | st.dates(NOW.date() - timedelta(days=2), NOW.date() + timedelta(days=9))
proposals = st.builds(
    Propose,
    rating=st.sampled_from(["true", "false", "missing_context", "unverifiable", "supported", "gone", "said", ""]),
    explanation=reasons,
    evidence=sources,
    said=st.sampled_from([None, "said", "not_said", "gone"]),
    summary=reasons,
    as_of=days,
    recheck=days,
    correction=reasons,
    article_urls=st.sampled_from([(), ("https://page.org/a",)]),
)
kinds = st.sampled_from([DismissalKind.NOT_A_CLAIM, DismissalKind.OUT_OF_SCOPE, DismissalKind.DUPLICATE])
people = st.none() | actors
commands: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([Take(), PutBack(), Follow(), NeverMind(), Reopen(), Recheck(), Keep(), SetDue(None)]),
    st.builds(HandOver, actors),
    st.builds(Ask, reasons, people),
    st.builds(Reply, reasons),
    st.builds(Dismiss, reasons, kinds, st.sampled_from([None, "s0-1", "s1-1"])),
    st.builds(Reword, reasons),
    st.builds(Split, st.lists(st.sampled_from(["", "One.", "Two."]), max_size=8).map(tuple), st.just(2)),
    proposals,
    st.builds(SignOff, st.integers(0, 5)),
    st.builds(Object, st.integers(0, 5), reasons),
)
"""Whatever a person could send, sense or nonsense."""


class AnySequence(RuleBasedStateMachine):
    """One task, seven people in five sets of roles, and settings that change while they work.

    ``written`` is every verdict that was ever accepted, ``drafters`` who wrote since the last one was published, and
    ``stood`` the versions that were published, oldest first.
    """

    @initialize(attributed=st.booleans())
    def begin(self, attributed: bool) -> None:
        self.house = HouseRules(SCALES["six_steps"])
        self.now: datetime = NOW
        self.task: Task = task(claim=QUOTED if attributed else claim())
        self.written: list[Verdict] = []
        self.drafters: set[str] = set()
        self.stood: list[int] = []

    def do(self, command: Command, actor: str) -> None:
        before, context = self.task, Context(actor, self.house, self.now, ROLES[actor])
        try:
            step = apply(before, command, context)
        except Refusal as refusal:
            said(refusal)
            return
        check(before, type(command), context)  # what can be done may be begun: its form opens
        assert MAY[type(command)] in ROLES[actor]
        assert (before.state, type(command)) in TABLE
        assert step.task.version == before.version + 1
        assert step.task.claim == before.claim
        assert (step.task.id, step.task.number, step.task.created) == (before.id, before.number, before.created)
        self.task = step.task
        self._verdicts(command, actor, step)
        self._messages(actor, step)

    def _verdicts(self, command: Command, actor: str, step: Step) -> None:
        before, now = step.before, step.task
        if isinstance(command, Propose):
            assert now.verdict is not None
            self.written.append(now.verdict)
            self.drafters.add(actor)
        if isinstance(command, SignOff | Object):
            assert before.verdict is not None
            assert before.verdict.version == command.version
            assert actor not in self.drafters
        assert (step.happened in TOLD) == (now.standing != before.standing)
        if step.happened in TOLD:
            self._published(step)
        if step.happened is Happened.KEPT:
            self.drafters.clear()

    def _published(self, step: Step) -> None:
        verdict = step.task.verdict
        assert verdict is not None
        signers = {approval.by for approval in verdict.approvals}
        assert len(signers) == len(verdict.approvals) >= self.house.approvals
        assert all(Role.EDITOR in ROLES[signer] for signer in signers)
        assert not signers & self.drafters
        assert step.task.published == self.now
        assert verdict.replaces == step.before.standing
        self.stood.append(verdict.version)
        self.drafters.clear()

    def _messages(self, actor: str, step: Step) -> None:
        asked = submission(askers=("U0ANA", "U0FAY"))
        for wanted in messages.after(Place(asked, step.before), step):
            assert wanted.queue != actor, "told of what they did themselves"

    def _may(self, kind: type[Command]) -> list[str]:
        """Who would not be refused before a form opens."""
        found = []
        for actor, roles in ROLES.items():
            with suppress(Refusal):
                check(self.task, kind, Context(actor, self.house, self.now, roles))
                found.append(actor)
        return found

    def _filled(self, kind: type[Command]) -> Command:
        """A command as it would be filled in with care."""
        version = self.task.verdict.version if self.task.verdict else 0
        rating = self.house.scale.ratings[version % 2].id
        filled: dict[type[Command], Command] = {
            HandOver: HandOver("U0BEN" if self.task.assignee != "U0BEN" else "U0CARO"),
            SetDue: SetDue(self.now + timedelta(hours=5)),
            Ask: Ask("Since when?"),
            Reply: Reply("Since 2024"),
            Dismiss: Dismiss("an opinion"),
            Reword: Reword(f"{self.task.text[-40:]}!"),
            Split: Split(("One.", "Two."), 2),
            Propose: propose(rating, said="said", correction="Counted again", evidence=KEPT_SOURCES),
            SignOff: SignOff(version, {"literal": "yes"}),
            Object: Object(version, "Too old"),
        }
        return filled.get(kind) or kind()

    # Settings and time

    @rule(approvals=st.integers(1, 3), sources=st.integers(0, 3), archived=st.booleans())
    def change_settings(self, approvals: int, sources: int, archived: bool) -> None:
        self.house = HouseRules(self.house.scale, approvals, sources, archived)

    @rule(scale=st.sampled_from(sorted(SCALES)))
    def change_scale(self, scale: str) -> None:
        self.house = HouseRules(SCALES[scale], self.house.approvals, self.house.sources)

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # What people do

    @rule(data=st.data())
    def what_fits(self, data: st.DataObject) -> None:
        """Of what somebody may do now, somebody does something."""
        fitting = sorted(possible(self.task.state), key=lambda kind: kind.__name__)
        self._somebody(data, data.draw(st.sampled_from(fitting)))

    @rule(data=st.data())
    def what_leads_to_a_verdict(self, data: st.DataObject) -> None:
        """The verdict is written, or signed."""
        self._somebody(data, SignOff if self.task.state is TaskState.IN_REVIEW else Propose)

    @rule(data=st.data())
    def what_follows_a_verdict(self, data: st.DataObject) -> None:
        """Once a verdict stands it is looked at again, or kept."""
        if self.task.standing is not None:
            self._somebody(data, Recheck if self.task.state is TaskState.PUBLISHED else Keep)

    def _somebody(self, data: st.DataObject, kind: type[Command]) -> None:
        if able := self._may(kind):
            self.do(self._filled(kind), data.draw(st.sampled_from(able)))

    @rule(actor=actors, command=commands, hours=st.none() | st.integers(-5, 50))
    def anything(self, actor: str, command: Command, hours: int | None) -> None:
        """Somebody tries something."""
        if isinstance(command, SetDue):
            command = SetDue(None if hours is None else self.now + timedelta(hours=hours))
        self.do(command, actor)

    # What holds

    @invariant()
    def a_state_has_what_belongs_to_it(self) -> None:
        coherent(self.task)

    @invariant()
    def no_version_of_a_verdict_is_lost(self) -> None:
        assert [content(v) for v in self.task.versions] == [content(v) for v in self.written]

    @invariant()
    def the_verdict_that_was_published_last_stands(self) -> None:
        assert self.task.standing == (self.stood[-1] if self.stood else None)
        assert (self.task.standing_verdict is not None) == bool(self.stood)

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        """No state is a dead end: what is open to everybody together is more than following."""
        assert {kind for kind in possible(self.task.state) if self._may(kind)} - {Follow}


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
