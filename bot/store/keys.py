"""The name of every key in Redis. All keys of a workspace share its hash tag, so its transactions stay on one node."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "claimdesk"
TEAMS = f"{PREFIX}:teams"
INSTALLATIONS = f"{PREFIX}:installations"
"""Hash: the bot token of each workspace that was added. Beside the workspaces, so that no export has it."""
DOCKET = PREFIX
"""Name of the queue of jobs that tell; the library puts its own keys below it."""
READING_DOCKET = f"{PREFIX}-reading"
"""Name of the queue of jobs that read."""
PROBE = f"{PREFIX}:probe"
"""Begins the name of what is written to see whether the server takes writes; expires."""


def delivery(id: str) -> str:
    """A delivery from Slack that was seen: an event id or a trigger id."""
    return f"{PREFIX}:delivery:{id}"


def host(name: str) -> str:
    """Lock: who asks a web site now."""
    return f"{PREFIX}:host:{name}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one workspace."""

    team: str

    def _key(self, *parts: str) -> str:
        return ":".join((PREFIX, "{" + self.team + "}", *parts))

    def submission(self, id: str) -> str:
        """JSON of a Submission."""
        return self._key("submission", id)

    def waiting(self) -> str:
        """Sorted set: submissions that wait to be read, by time of receipt."""
        return self._key("submissions", "waiting")

    def parked(self) -> str:
        """Set: submissions that were given up for a reason of the desk's own."""
        return self._key("submissions", "parked")

    def article(self, id: str) -> str:
        """JSON of the Article that a submission was read into."""
        return self._key("article", id)

    def tasks_of(self, submission: str) -> str:
        """List: the task ids of a submission, in the order of their numbers."""
        return self._key("submission", submission, "tasks")

    def task(self, id: str) -> str:
        """JSON of a Task."""
        return self._key("task", id)

    def tasks_in(self, channel: str, state: str) -> str:
        """Sorted set: the tasks of a channel in a state, by time of creation."""
        return self._key("tasks", channel, state)

    def assigned_to(self, user: str) -> str:
        """Sorted set: the tasks a person holds, by time of change."""
        return self._key("assigned", user)

    def channels(self) -> str:
        """Set: channels that have tasks."""
        return self._key("channels")

    def people(self, channel: str) -> str:
        """Set: who works in a channel: people who have had one of its tasks or signed a verdict there."""
        return self._key("people", channel)

    def marks(self, person: str) -> str:
        """JSON of a person's Marks: what reminders told them, and what they said to it."""
        return self._key("reminders", person)

    def reminder(self, id: str) -> str:
        """JSON of a Reminder; expires when nobody will press its buttons any more."""
        return self._key("reminder", id)

    def told_free(self, channel: str) -> str:
        """Sorted set: the tasks a channel was told that nobody took, by when."""
        return self._key("told-free", channel)

    def undigested(self, channel: str) -> str:
        """Sorted set: the tasks of a channel whose verdict no digest has told of, by time of publication."""
        return self._key("undigested", channel)

    def step(self, id: str) -> str:
        """Mark: a step was applied, kept for a minute: its answer may be lost on the way."""
        return self._key("step", id)

    def received(self) -> str:
        """Sorted set: submissions whose text is kept, by time of receipt."""
        return self._key("submissions", "received")

    def naming(self) -> str:
        """Sorted set: submissions that name people, by when something last happened to one of their tasks."""
        return self._key("submissions", "named")

    def source(self, channel: str, ts: str) -> str:
        """Set: the submissions that were read from a message."""
        return self._key("source", channel, ts)

    def log(self) -> str:
        """Stream: the audit log. Never trimmed."""
        return self._key("log")

    def log_head(self) -> str:
        """JSON of the audit log's Head: number and hash of its last entry."""
        return self._key("log-head")

    def message(self, id: str) -> str:
        """Hash: a message the desk wants in Slack, and what is known of it there."""
        return self._key("message", id)

    def outbox(self, queue: str) -> str:
        """List: ids of messages that wait to be posted or edited, oldest first."""
        return self._key("outbox", queue)

    def outboxes(self) -> str:
        """Set: queues with messages waiting."""
        return self._key("outboxes")

    def turns(self) -> str:
        """Hash: how many turns of each queue of the outbox have ended."""
        return self._key("outbox-turns")

    def resting(self, queue: str) -> str:
        """Text: how many messages waited in a queue when its sender found all of them held, until one may be sent."""
        return self._key("outbox-rest", queue)

    def dead(self) -> str:
        """List: messages that Slack will never take, as JSON with the reason."""
        return self._key("outbox-dead")

    def sending(self, queue: str) -> str:
        """Lock: who sends the messages of a queue."""
        return self._key("sending", queue)

    def pace(self, what: str) -> str:
        """Time in seconds before which Slack must not be called again for this method or channel."""
        return self._key("pace", what)

    def digest(self, channel: str) -> str:
        """JSON of a channel's digest settings."""
        return self._key("digest", channel)

    def digests(self) -> str:
        """Set: channels that have digest settings."""
        return self._key("digests")

    def duplicates_of(self, task: str) -> str:
        """Set: the tasks that were set aside as duplicates of a task."""
        return self._key("duplicates", task)

    def corrections(self) -> str:
        """Sorted set: tasks whose published verdict was corrected, by the time of the last correction."""
        return self._key("corrections")

    def rechecks(self) -> str:
        """Sorted set: tasks with a published verdict that is to be checked again, by that day's start in UTC."""
        return self._key("rechecks")

    def due(self) -> str:
        """Sorted set: unfinished tasks that have a due time, by it."""
        return self._key("due")

    def overdue(self) -> str:
        """Set: tasks whose card says that they are overdue."""
        return self._key("overdue")

    def thread(self, channel: str, ts: str) -> str:
        """Set: the submissions whose thread starts with this message."""
        return self._key("thread", channel, ts)

    def newest(self) -> str:
        """Sorted set: filed submissions by time of receipt."""
        return self._key("submissions", "newest")

    def page(self, url: str) -> str:
        """Sorted set: the submissions that an address was read into, by time of receipt."""
        return self._key("page", url)

    def print(self, id: str) -> str:
        """JSON: the fingerprint of the text that a submission was read into."""
        return self._key("print", id)

    def printed(self, hash: int) -> str:
        """Sorted set: the submissions whose fingerprint has this among its smallest hashes, by time of receipt."""
        return self._key("printed", str(hash))

    def cut(self, channel: str, user: str) -> str:
        """Text: the submission of a text that Slack may have cut, for as long as it may go on in another message."""
        return self._key("cut", channel, user)

    def watched(self) -> str:
        """Sorted set: submissions with a published verdict, by when their page is to be read again."""
        return self._key("watched")

    def house(self) -> str:
        """JSON of the workspace's settings."""
        return self._key("house")

    def channel_house(self, channel: str) -> str:
        """JSON of a channel's settings."""
        return self._key("house", channel)

    def draft(self, task: str, user: str) -> str:
        """JSON of what a person has typed into the verdict form of a task; it goes after some weeks."""
        return self._key("draft", task, user)

    def home(self, user: str) -> str:
        """JSON of what a person looks at in their Home."""
        return self._key("home", user)

    def homes(self) -> str:
        """Sorted set: people who opened their Home, by when they last did."""
        return self._key("homes")

    def homes_shown(self) -> str:
        """Sorted set: people who look at their Home, by the change after which it was last wanted."""
        return self._key("homes-shown")

    def changes(self) -> str:
        """Text: how many changes there were that a Home may show."""
        return self._key("homes-changes")

    def tasks_with(self, word: str) -> str:
        """Sorted set: the tasks that are found by a word, by time of creation."""
        return self._key("word", word)

    def words(self) -> str:
        """Sorted set: every word that tasks are found by, as written and as folded, in alphabetical order."""
        return self._key("words")

    def words_of(self) -> str:
        """Hash: the folded words of each task."""
        return self._key("words-of")

    def searchable(self) -> str:
        """Sorted set: every task that can be searched for, by time of creation."""
        return self._key("searchable")
