"""``docs/benchmarks.md``: what was measured stands between markers; everything outside of them is written by hand."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/benchmarks.md"
END = "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that was measured. All texts are Markdown."""

    title: str
    what: str
    """What was measured, on which data, and the commands that give the same by hand."""
    table: str
    remarks: str = ""
    """How the figures came about and what falls short of them; said with every run."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A section that could not be measured here, and why."""

    title: str
    why: str


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def side_by_side(figures: Mapping[str, Mapping[str, str]]) -> str:
    """A table with a column for each system and a row for each of the figures, which all systems share."""
    names = list(next(iter(figures.values())))
    return table(["", *figures], [[name, *(system[name] for system in figures.values())] for name in names])


def stamp() -> str:
    """When, at which commit and on what machine figures are measured; to be taken before anything is."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--", ".", f":!{DOCUMENT.relative_to(ROOT)}")
    return ", ".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}",
            f"commit {git('rev-parse', '--short', 'HEAD')}{' with changes' if changed else ''}",
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start",
            f"{platform.system()} {platform.machine()}",
            f"Python {platform.python_version()}",
        ]
    )


def placed(document: str, module: str, part: Section | Skipped, stamp: str) -> str:
    """The document with this section in the place of the same one measured before, or else after its module's others.

    What could be measured once and not this time keeps its figures, which have their own date.
    """
    begin = f"<!-- measured: {module}, {part.title} -->"
    measured = re.compile(rf"{re.escape(begin)}\n.*?{re.escape(END)}\n", re.DOTALL)
    if isinstance(part, Skipped):
        if measured.search(document):
            return document
        body = f"Not measured: {part.why}."
    else:
        body = "\n\n".join(text for text in (part.what, part.table, part.remarks, f"*{stamp}*") if text)
    written = f"{begin}\n### {part.title}\n\n{body}\n\n{END}\n"
    if measured.search(document):
        return measured.sub(lambda _: written, document)
    others = re.compile(rf"<!-- measured: {re.escape(module)}, .*?{re.escape(END)}\n", re.DOTALL)
    at = max((match.end() for match in others.finditer(document)), default=len(document))
    return f"{document[:at]}\n{written}{document[at:]}"


def without_others(document: str, module: str, titles: Collection[str]) -> str:
    """The document without sections of a module that are none of its sections any more."""
    measured = re.compile(rf"<!-- measured: {re.escape(module)}, (.*?) -->\n.*?{re.escape(END)}\n", re.DOTALL)
    return measured.sub(lambda match: match[0] if match[1] in titles else "", document)
