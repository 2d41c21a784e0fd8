"""What is installed with the desk: pinned with hashes, under licences that are allowed, and listed."""

from __future__ import annotations

import pytest

from tests.audit.__main__ import vulnerabilities
from tests.audit.licences import DOCUMENT, PINS, ROOT, allowed, licence, pins, table, unpinned

REQUIREMENTS = (ROOT / PINS[0]).read_text("utf-8")


@pytest.mark.parametrize("name", PINS)
def test_everything_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert len(pins(text)) > 50
    assert unpinned(text) == []


def test_what_is_not_pinned_or_has_no_hash_is_found() -> None:
    text = "a==1 \\\n    --hash=sha256:00\nb>=2 \\\n    --hash=sha256:00\nc==3 ; python_version < '4'\n# d\n"
    assert unpinned(text) == ["b>=2", "c==3"]
    assert [pin.name for pin in pins(text)] == ["a", "c"]


def test_every_package_has_a_licence_that_is_allowed() -> None:
    assert [pin.name for pin in pins(REQUIREMENTS) if not allowed(licence(pin.name))] == []


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("Apache-2.0 AND GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("AGPL-3.0-or-later", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_that_asks_for_more_is_not_allowed(expression: str, fine: bool) -> None:
    assert allowed(expression) is fine


def test_the_list_of_licences_is_what_is_installed() -> None:
    assert DOCUMENT.read_text("utf-8") == table(), "make audit writes it"


def test_a_known_vulnerability_is_named_and_no_network_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    found = '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "GHSA-1", "fix_versions": ["2"]}]}]}'
    assert vulnerabilities(found, "") == ["a 1: GHSA-1, mended in 2"]
    assert vulnerabilities("", "Traceback\nConnectionError: no route") == []
    assert "ConnectionError: no route" in capsys.readouterr().out
