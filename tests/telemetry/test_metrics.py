"""Names and labels of the metrics, and the document that lists them."""

from __future__ import annotations

import re

import pytest
from desk.samples import ROOT
from telemetry.known_metrics import known_metrics

ROWS = re.findall(
    r"^\| `(claimdesk_\w+)` \| (\w+) \|([^|]*)\| ([^|]+) \| ([^|]+) \|$",
    (ROOT / "docs/observability.md").read_text("utf-8"),
    re.MULTILINE,
)
UNITS = ("_seconds", "_bytes", "_fds")
LOW = {"event", "job", "kind", "method", "outcome", "part", "pool", "process", "python", "queue", "round", "state"}
LOW |= {"step", "version"}


def test_the_document_lists_every_metric_with_its_type_and_labels_and_no_other() -> None:
    written = {name: (type, frozenset(re.findall(r"`(\w+)`", labels))) for name, type, labels, _, _ in ROWS}
    assert written == {known.name: (known.type, known.labels) for known in known_metrics().values()}


@pytest.mark.parametrize("name", known_metrics())
def test_a_name_follows_prometheus_conventions(name: str) -> None:
    known = known_metrics()[name]
    assert re.fullmatch(r"claimdesk_[a-z]+(_[a-z]+)*", name)
    assert name.endswith("_total") == (known.type == "counter")
    if known.type == "histogram":
        assert name.endswith(UNITS)
    assert not name.endswith(("_ms", "_milliseconds", "_mb", "_count", "_sum", "_bucket"))


@pytest.mark.parametrize("name", known_metrics())
def test_no_label_can_name_a_person_a_channel_or_an_article(name: str) -> None:
    assert known_metrics()[name].labels <= LOW
