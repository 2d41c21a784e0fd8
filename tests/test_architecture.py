"""The page that newcomers read first knows every file of the rooms whose files it lists."""

from __future__ import annotations

import re

import pytest
from desk.samples import ROOT


@pytest.mark.parametrize("room", ["store", "jobs", "slack", "telemetry", "processes"])
def test_the_architecture_names_every_file_of_a_room(room: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    found = re.search(rf"^  {room}/ +(.*(?:\n {{20,}}.*)*)", page, re.MULTILINE)
    assert found is not None
    named = set(re.findall(r"\w+", found[1]))
    files = {path.stem for path in (ROOT / "bot" / room).glob("*.py")} - {"__init__"}
    assert files - named == set()
