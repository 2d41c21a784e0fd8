"""docs/configuration.md and the settings say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \|([^|]*)\|(.*)\|\s*$", re.MULTILINE)


@dataclass
class Row:
    default: str
    description: str


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    """The table's rows by name; a default stands in backticks, an unset one is empty."""
    found = ROW.findall(DOCUMENT.read_text("utf-8"))
    names = [name for name, _, _ in found]
    assert len(names) == len(set(names)), "a setting is documented twice"
    return {name: Row(default.strip().strip("`"), description.strip()) for name, default, description in found}


def test_every_setting_is_documented_and_nothing_else(rows: dict[str, Row]) -> None:
    assert set(rows) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_documented_default_is_the_default(
    rows: dict[str, Row], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    documented, actual = rows[name.upper()].default, getattr(Settings(), name)
    if documented:
        monkeypatch.setenv(name.upper(), documented)
        assert getattr(Settings(), name) == actual
    else:
        assert not actual


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is_for_in_code_and_document(rows: dict[str, Row], name: str) -> None:
    description: Any = Settings.model_fields[name].description
    assert description
    assert description.endswith(".")
    assert rows[name.upper()].description
