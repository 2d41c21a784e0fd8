"""``claimdesk audit``: whether the log is whole, and what happened to a claim, for people and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from rich.console import Console
from rich.text import Text

from bot.processes.on_redis import workspaces
from bot.store.audit import REDACTED, Entry, read, verify
from bot.store.desk_store import DeskStore
from bot.store.keys import Keys
from bot.store.records import Missing
from bot.store.redis_client import strings
from bot.telemetry.one_line import visible
from config.settings import SettingsError


async def verify_logs(redis: Redis, team: str | None) -> bool:
    """Print a line for each workspace, or the one that is named; False if something was found.

    Raises:
        SettingsError: there is no such workspace.
    """
    whole = True
    for each in await workspaces(redis, team):
        result = await verify(redis, Keys(each))
        whole = whole and result.finding is None
        if result.finding:
            said = str(result.finding)
        else:
            said = f"{result.last.seq} {'entry' if result.last.seq == 1 else 'entries'}, unbroken"
            said += f", after {result.before} from before the chain" if result.before else ""
            said += f"; {result.redacted} redacted and vouched for" if result.redacted else ""
            said += f"; the last has the hash {result.last.hash}" if result.last.seq else ""
        print(f"{visible(each)}: {visible(said)}")
    return whole


async def show_claim(redis: Redis, claim: str, team: str | None, *, ndjson: bool) -> None:
    """Print all that the log has on a claim, or on a submission with its claims.

    Raises:
        SettingsError: it has nothing, or there is no such workspace.
    """
    found = False
    for each in await workspaces(redis, team):
        store = DeskStore(redis, each)
        about = (claim, *strings(await redis.lrange(store.keys.tasks_of(claim), 0, -1)))
        rows = [entry async for entry in read(redis, store.keys) if entry.fields.get("about") in about]
        if not rows:
            continue
        found = True
        if ndjson:
            for row in rows:
                sys.stdout.write(json.dumps(as_row(each, row), ensure_ascii=False) + "\n")
        else:
            console = Console(highlight=False, soft_wrap=True)
            console.print(Text(f"{visible(claim)} in {visible(each)}{await _title(store, claim)}", style="bold"))
            for line in drawn(rows, claim):
                console.print(line)
    if not found:
        raise SettingsError(f"{visible(claim)}: the log has nothing on a claim or a submission of this id")


async def _title(store: DeskStore, id: str) -> str:
    try:
        return f": {visible((await store.task(id)).text)}"
    except Missing:
        return ""


def as_row(team: str, entry: Entry) -> dict[str, Any]:
    """The line of JSON that stands for an entry: its fields with ``details`` as an object, its id in the stream."""
    fields = entry.fields | {"seq": entry.seq or None}
    return {"team": team, "id": entry.id, **fields, "details": _details(entry)}


@dataclass(frozen=True, slots=True)
class Change:
    """That a value was another one before; None is that there was none."""

    what: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.what}: {self.after}"
        return f"{self.what}: {self.before} → {'nothing' if self.after is None else self.after}"


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """What an entry's details say that those of the record's last entry did not, by their path in dots."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    for path in [*new, *(gone for gone in old if gone not in new)]:
        if old.get(path) != new.get(path):
            yield Change(path, old.get(path), new.get(path))


def drawn(entries: Sequence[Entry], asked: str) -> Iterator[Text]:
    """A readable history: when, who, what, and below it what changed. Nothing in it can act on a terminal."""
    last: dict[str, dict[str, Any]] = {}
    for entry in entries:
        about = entry.fields["about"]
        line = Text(f"{_moment(entry.fields.get('at', ''))}  {visible(entry.fields.get('by', ''))}  ", style="")
        line.append(visible(entry.fields.get("what", "")), style="bold")
        line.append(f"  {visible(about)}" if about != asked else "")
        line.append(f"  #{entry.seq}" if entry.seq else "", style="dim")
        why = entry.fields.get(REDACTED, "")
        line.append(f"  redacted ({visible(why)})" if why else "", style="dim")
        yield line
        details = _details(entry)
        for change in changes(last.get(about, {}), details):
            yield Text(f"    {visible(str(change))}")
        last[about] = details


def _details(entry: Entry) -> dict[str, Any]:
    try:
        details = json.loads(entry.fields.get("details", "{}"))
    except ValueError:
        details = None
    # What somebody else wrote into the log is shown as it is; that it does not belong there is for verify to say.
    return details if isinstance(details, dict) else {"details": entry.fields["details"]}


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value below, with its path; nothing stands for what is empty."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}.{number}")
    elif value is not None and value != "":
        yield path, value if isinstance(value, str) else json.dumps(value)


def _moment(at: str) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return visible(at)
