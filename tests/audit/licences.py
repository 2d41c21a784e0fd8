"""The licences and hashes of everything that is installed with the desk, from requirements.txt and the metadata."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PINS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
DOCUMENT = ROOT / "docs" / "licences.md"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned requirement."""

    name: str
    version: str


@cache
def known() -> dict[str, Any]:
    """What ``licences.toml`` says."""
    return tomllib.loads((Path(__file__).parent / "licences.toml").read_text("utf-8"))


def _lines(text: str) -> list[str]:
    """The requirements in a file, each with its hashes in one line."""
    lines = (line.strip() for line in text.replace("\\\n", " ").splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def pins(text: str) -> list[Pin]:
    """The requirements in a file; a package that is pinned twice, for two systems, comes once."""
    found = {m["name"]: Pin(m["name"], m["version"]) for line in _lines(text) if (m := _PIN.match(line))}
    return sorted(found.values(), key=lambda pin: pin.name)


def unpinned(text: str) -> list[str]:
    """What could be fetched in another version, or with another content, than was tried."""
    return [line.split()[0] for line in _lines(text) if not _PIN.match(line) or "--hash=sha256:" not in line]


def licence(name: str) -> str:
    """The licence of a package as an SPDX expression, ``""`` where nothing says it."""
    if name in known()["stated"]:
        return str(known()["stated"][name])
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or [] if c.startswith("License :: ")]
    worded = said.get("License-Expression") or " AND ".join(
        str(known()["words"].get(c, c)) for c in classifiers if c != "OSI Approved"
    )
    worded = worded or (said.get("License") or "").strip().partition("\n")[0]
    return str(known()["words"].get(worded, worded))


def allowed(expression: str) -> bool:
    """Whether an SPDX expression comes down to licences that are allowed: of ``A OR B`` one is enough."""
    groups = [part.strip(" ()") for part in expression.split(" AND ")]
    return bool(expression) and all(
        any(one.strip(" ()").partition(" WITH ")[0] in known()["allowed"] for one in group.split(" OR "))
        for group in groups
    )


def table() -> str:
    """docs/licences.md."""
    rows = [f"| {pin.name} | {licence(pin.name)} |" for pin in pins((ROOT / PINS[0]).read_text("utf-8"))]
    weights = [f"| {what} | {whose} |" for what, whose in known()["weights"].items()]
    return "\n".join(
        [
            "# Licences",
            "",
            "Of everything that is installed with the desk, from the packages' own metadata. `make audit` writes this",
            "page anew and fails on a licence that `tests/audit/licences.toml` does not allow.",
            "",
            "| package | licence |",
            "|---|---|",
            *rows,
            "",
            "## Weights",
            "",
            "| weights | licence |",
            "|---|---|",
            *weights,
            "",
        ]
    )
