"""The keys of a workspace that only its upkeep uses (upgrade, export, import), and what kinds of keys there are."""

from __future__ import annotations

from bot.store.keys import Keys

RECORDS = frozenset(
    {
        "article",
        "assigned",
        "channels",
        "corrections",
        "digest",
        "digests",
        "draft",
        "due",
        "duplicates",
        "forgetting",
        "home",
        "homes",
        "house",
        "log",
        "log-head",
        "message",
        "outbox",
        "outbox-dead",
        "outboxes",
        "overdue",
        "page",
        "people",
        "print",
        "printed",
        "rechecks",
        "redactions",
        "reminder",
        "reminders",
        "searchable",
        "source",
        "submission",
        "submissions",
        "task",
        "tasks",
        "thread",
        "told-free",
        "undigested",
        "watched",
        "word",
        "words",
        "words-of",
    }
)
"""Kinds of keys that are the desk's memory: the first word of each, behind the workspace."""

PASSING = frozenset(
    {
        "cut",
        "homes-changes",
        "homes-shown",
        "import",
        "importer",
        "outbox-rest",
        "outbox-turns",
        "pace",
        "schema",
        "sending",
        "step",
        "upgrading",
        "log-aside",
        "redacting",
    }
)
"""Kinds that are worth nothing elsewhere: locks, waits, work under way; the version is what an export begins with."""


class UpkeepKeys(Keys):
    """The keys of one workspace, with those of its upkeep."""

    __slots__ = ()

    def schema(self) -> str:
        """Version of the records."""
        return self._key("schema")

    def upgrading(self) -> str:
        """Lock: who brings the records up to date."""
        return self._key("upgrading")

    def importer(self) -> str:
        """Who imports into the workspace."""
        return self._key("importer")

    def forgetting(self) -> str:
        """Hash: people who are being forgotten, with the pseudonym of each; a person is in it until all is done."""
        return self._key("forgetting")

    def redactions(self) -> str:
        """Hash: JSON of what is still to be taken out of the log's entries about a submission and its tasks."""
        return self._key("redactions")

    def redacting(self) -> str:
        """Who takes something out of the log now; it expires."""
        return self._key("redacting")

    def log_aside(self, id: str) -> str:
        """Stream: the log as it is written anew; it expires if nobody goes on with that."""
        return self._key("log-aside", id)

    def staged(self, key: str) -> str:
        """Where a key waits while an import is under way; ``key`` is what stands behind the workspace."""
        return self._key("import", key)

    def named(self, key: str) -> str:
        """The key with this behind the workspace."""
        return self._key(key)

    def short(self, key: str) -> str:
        """What stands behind the workspace in a key of it."""
        return key.removeprefix(self._key(""))
