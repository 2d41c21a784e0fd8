"""The data and their scorer, which lie in a folder beside the project and are no part of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.benchmarks.report import ROOT, Skipped

SHARED = ROOT.parent / "shared"
DATA = SHARED / "data"
SCORER = SHARED / "bench/score.py"

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def scored(task: str, gold: Path, predicted: Iterable[Row]) -> dict[str, str]:
    """What the scorer prints: the name of each figure with the figure."""
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in predicted)
        out.flush()
        command = [sys.executable, str(SCORER), task, str(gold), out.name]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    named = (re.split(r"\s{2,}", line.strip()) for line in printed.splitlines())
    return {name: ", ".join(figures) for name, *figures in named}


def sized(path: Path, things: str) -> str:
    """A file of JSON lines as a section names it: where it is, how many things are in it, how large it is."""
    return f"`{shown(path)}` ({len(rows(path)):,} {things}, {path.stat().st_size / 1e6:.1f} MB)"


def shown(path: Path) -> str:
    """A path beside the project, as it is typed within it."""
    return f"../{path.relative_to(ROOT.parent)}"


def absent(title: str, *needed: Path) -> Skipped | None:
    """Why a section cannot be measured here, if it cannot."""
    missing = [path for path in needed if not path.exists()]
    return Skipped(title, f"needs {', '.join(f'`{shown(path)}`' for path in missing)}") if missing else None
