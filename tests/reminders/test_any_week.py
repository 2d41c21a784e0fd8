"""Whatever happens in whatever order: nobody is disturbed when they should not be, and nothing is forgotten."""

from __future__ import annotations

from datetime import UTC as PLAIN_UTC
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from desk.samples import ANA, BEN
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from reminders.desk_week import RULES, Person, held, reviewed, rules, waiting

from bot.desk.task import Task, TaskState
from bot.reminders.personal import dismissed, snoozed, subject
from bot.reminders.quiet import end_of_rest
from bot.reminders.records import Kind

LOOK = timedelta(minutes=20)
QUIET_BY_DAY = rules(from_quiet='"11:30"', until_quiet='"15:00"', weekend_quiet='["friday"]', gap_person='"30m"')
zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Africa/Cairo", "Asia/Tehran"])
# Around both changes of the clocks in Europe, and in between.
starts = st.sampled_from([datetime(2026, 3, 26), datetime(2026, 5, 11), datetime(2026, 10, 22), datetime(2026, 4, 22)])
numbers = st.integers(1, 3)


def left_alone(moment: datetime, person: Person) -> bool:
    """The rule once more, written down differently: the hours and days at which nobody may be told."""
    local, quiet = moment.astimezone(person.zone), person.rules.quiet
    minutes = local.hour * 60 + local.minute
    since, until = (t.hour * 60 + t.minute for t in (quiet.since, quiet.until))
    night = since <= minutes < until or (since > until and not until <= minutes < since)
    return night or local.weekday() in quiet.weekend


class AnyWeek(RuleBasedStateMachine):
    """Ana with three claims that she has or has not, and three verdicts of Ben's that wait for her or do not."""

    @initialize(zone=zones, start=starts, quiet=st.sampled_from([RULES, QUIET_BY_DAY]))
    def begin(self, zone: str, start: datetime, quiet: object) -> None:
        assert isinstance(quiet, type(RULES))
        self.now = start.replace(tzinfo=PLAIN_UTC)
        self.ana = Person(ANA, ZoneInfo(zone), quiet)
        self.tasks: dict[int, Task] = {}
        self.versions: dict[int, int] = {}
        self.told: dict[tuple[str, Kind, str], datetime] = {}
        self.silenced: set[tuple[str, Kind, str]] = set()
        self.rests: dict[tuple[str, str], datetime] = {}
        self.last: datetime | None = None

    def look(self) -> None:
        mine = [task for task in self.tasks.values() if task.assignee == ANA]
        review = waiting(*(task for task in self.tasks.values() if task.assignee == BEN))
        before = len(self.ana.got)
        self.ana.look(self.now, *mine, review=review)
        if len(self.ana.got) == before:
            return
        reminder, rules = self.ana.got[-1], self.ana.rules
        assert reminder.at == self.now
        assert not left_alone(self.now, self.ana)
        assert self.last is None or self.now - self.last >= rules.person.gap
        assert reminder.items
        assert len({item.task for item in reminder.items}) == len(reminder.items)
        self.last = self.now
        for item in reminder.items:
            task = next(t for t in self.tasks.values() if t.id == item.task)
            what = (item.task, item.kind, item.about)
            rested = self.rests.pop((item.task, item.about), None)
            assert item.about == subject(task)
            assert what not in self.silenced
            assert rested is None or rested <= self.now
            again = self.told.get(what)
            if again and rested is None:
                assert item.kind is not Kind.DUE, "told twice that it will be due"
                assert self.now - again >= timedelta(hours=12), "half of what the rules say"
            self.told[what] = self.now

    def change(self, number: int, task: Task | None) -> None:
        """Put another state of a task in the place of the one that was; a subject that is left is forgotten."""
        old = self.tasks.pop(number, None)
        if task:
            self.tasks[number] = task
        if old and (task is None or subject(old) != subject(task)):
            for kind in Kind:
                self.told.pop((old.id, kind, subject(old)), None)
                self.silenced.discard((old.id, kind, subject(old)))
            self.rests.pop((old.id, subject(old)), None)
        self.look()

    @rule(minutes=st.integers(0, 1500))
    def time_goes_by(self, minutes: int) -> None:
        end = self.now + timedelta(minutes=minutes)
        while self.now < end:
            self.now += LOOK
            self.look()

    @rule(
        number=numbers,
        hours=st.one_of(st.none(), st.integers(-30, 100)),
        state=st.sampled_from(["assigned", "question"]),
    )
    def take_or_set_a_due_time(self, number: int, hours: int | None, state: str) -> None:
        due = None if hours is None else self.now + timedelta(hours=hours)
        self.change(number, held(number).model_copy(update={"state": TaskState(state), "due": due}))

    @rule(number=numbers, hours=st.integers(0, 30))
    def ben_gives_a_verdict(self, number: int, hours: int) -> None:
        given = self.now - timedelta(hours=hours)
        self.versions[number] = version = self.versions.get(number, 0) + 1  # no version comes back
        self.change(number, reviewed(number, by=BEN, given=given, version=version))

    @rule(number=numbers)
    def it_is_nobodys_any_more(self, number: int) -> None:
        self.change(number, None)

    @precondition(lambda self: self.ana.got)
    @rule(back=st.integers(1, 3), index=st.integers(0, 2), choice=st.sampled_from([None, *RULES.snooze.choices]))
    def press(self, back: int, index: int, choice: str | None) -> None:
        which = max(0, len(self.ana.got) - back)
        reminder = self.ana.got[which]
        item = reminder.items[index % len(reminder.items)]
        rules, what, about = self.ana.rules, (item.task, item.kind, item.about), (item.task, item.about)
        valid = any(subject(task) == item.about for task in self.tasks.values() if task.id == item.task)
        if choice is None:
            self.ana.got[which], self.ana.marks = dismissed(reminder, self.ana.marks, item.task)
            if valid:
                self.silenced.add(what)
                self.rests.pop(about, None)
        else:
            until = end_of_rest(choice, self.now, rules.quiet, self.ana.zone)
            self.ana.got[which], self.ana.marks = snoozed(reminder, self.ana.marks, item.task, until)
            if valid:
                self.silenced.discard(what)
                self.rests[about] = until

    def teardown(self) -> None:
        """Two weeks later everything that is late or waits was told again, but for what was dismissed."""
        if not hasattr(self, "now"):
            return
        before = self.now
        self.time_goes_by(14 * 24 * 60)
        for task in self.tasks.values():
            if task.due is None and task.verdict is None:
                continue
            kind = Kind.REVIEW if task.verdict else Kind.OVERDUE
            what = (task.id, kind, subject(task))
            if what not in self.silenced:
                assert what in self.told, "forgotten"
                assert self.told[what] > before + timedelta(days=7), "not told any more"


TestAnyWeek = AnyWeek.TestCase
TestAnyWeek.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
