"""The dashboard and the alert rules ask for what the code measures, in the ways that its type allows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser as promql
import pytest
import yaml
from desk.samples import ROOT
from telemetry.known_metrics import known_metrics, series

SCRAPED = frozenset({"instance", "job"})
"""Labels that Prometheus adds to whatever it scrapes."""
COUNTED = frozenset({"rate", "irate", "increase"})
MEASURED = frozenset({"delta", "deriv", "idelta", "predict_linear"})
DASHBOARD = json.loads((ROOT / "config/grafana-dashboard.json").read_text("utf-8"))
RULES = yaml.safe_load((ROOT / "config/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
DOCUMENT = (ROOT / "docs/observability.md").read_text("utf-8")
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [
    *((f"{panel['title']}: {target['refId']}", target["expr"]) for panel in PANELS for target in panel["targets"]),
    *((rule["alert"], rule["expr"]) for rule in RULES),
]


def parsed(expression: str) -> Any:
    """Grafana puts a time in place of its own variables."""
    return promql.parse(re.sub(r"\$__(rate_)?interval", "5m", expression))


def faults(expression: str) -> list[str]:
    """What is wrong with an expression; nothing if it can be answered."""
    return list(_faults(parsed(expression)))


def _faults(node: Any, function: str = "") -> Iterator[str]:
    match node:
        case promql.VectorSelector():
            yield from _selector(node, function)
        case promql.MatrixSelector():
            yield from _selector(node.vector_selector, function)
        case promql.Call():
            if node.func.name == "histogram_quantile" and not _buckets_by_le(node.args[1]):
                yield "histogram_quantile needs buckets, summed by le"
            for argument in node.args:
                yield from _faults(argument, node.func.name)
        case promql.AggregateExpr():
            if node.modifier is not None:
                yield from _labels(node, node.modifier.labels)
            yield from _faults(node.expr, function)
        case promql.BinaryExpr():
            if node.modifier is not None and node.modifier.matching is not None:
                yield from _labels(node, node.modifier.matching.labels)
            yield from _faults(node.lhs)
            yield from _faults(node.rhs)
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            yield from _faults(node.expr, function)
        case promql.NumberLiteral() | promql.StringLiteral():
            pass
        case _:
            yield f"{type(node).__name__} is not known to this test"


def _selector(selector: Any, function: str) -> Iterator[str]:
    known = series().get(selector.name)
    if known is None:
        yield f"{selector.name} is not in the code"
        return
    for matcher in selector.matchers.matchers:
        if matcher.name not in known.labels | SCRAPED:
            yield f"{selector.name} has no label {matcher.name}"
    grows = known.type == "counter" or (
        known.type == "histogram" and known.name.endswith(("_bucket", "_count", "_sum"))
    )
    if function in COUNTED and not grows:
        yield f"{function} of {selector.name}, which is a {known.type}"
    if function in MEASURED and known.type != "gauge":
        yield f"{function} of {selector.name}, which is a {known.type}"
    if grows and function not in COUNTED:
        yield f"{selector.name} only ever grows, and is neither rate nor increase"


def _labels(node: Any, labels: list[str]) -> Iterator[str]:
    there = SCRAPED | {"le"} | {label for name in _names(node) if name in series() for label in series()[name].labels}
    yield from (f"no metric in {node} has the label {label}" for label in labels if label not in there)


def _names(node: Any) -> set[str]:
    names: set[str] = set()

    def visit(each: Any) -> None:
        if isinstance(each, promql.MatrixSelector):
            names.add(each.vector_selector.name)
        elif isinstance(each, promql.VectorSelector):
            names.add(each.name)

    promql.walk(node, visit)
    return names


def _buckets_by_le(node: Any) -> bool:
    summed = isinstance(node, promql.AggregateExpr) and node.modifier is not None and "le" in node.modifier.labels
    return summed and all(name.endswith("_bucket") for name in _names(node))


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_every_expression_asks_for_what_the_code_measures(where: str, expression: str) -> None:
    assert faults(expression) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "claimdesk_no_such_thing",
        'claimdesk_ready{channel="C1"}',
        "rate(claimdesk_outbox_messages[5m])",
        "delta(claimdesk_slack_calls_total[5m])",
        "claimdesk_slack_calls_total",
        "sum by (user) (rate(claimdesk_slack_calls_total[5m]))",
        "histogram_quantile(0.9, sum by (method) (rate(claimdesk_slack_call_seconds_bucket[5m])))",
        "histogram_quantile(0.9, sum by (le) (rate(claimdesk_slack_call_seconds_count[5m])))",
        "claimdesk_slack_call_seconds",
    ],
)
def test_an_expression_that_cannot_be_answered_is_found(wrong: str) -> None:
    assert faults(wrong)


def test_every_metric_is_on_the_dashboard_or_in_a_rule() -> None:
    asked = {name for _, expression in EXPRESSIONS for name in _names(parsed(expression))}
    seen = {
        name for name in known_metrics() if any(f"{name}{end}" in asked for end in ("", "_bucket", "_count", "_sum"))
    }
    standard = {name for name in known_metrics() if name.startswith("claimdesk_process_")}
    assert known_metrics().keys() - standard == seen - standard


def test_each_alert_says_what_is_wrong_and_its_runbook_exists() -> None:
    headings = {line.lstrip("# ").lower() for line in DOCUMENT.splitlines() if line.startswith("### ")}
    names = [rule["alert"] for rule in RULES]
    assert len(set(names)) == len(names)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"]
        page, _, heading = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/observability.md"
        assert heading in headings
        assert heading == rule["alert"].lower()
        if "for" in rule:
            promql.parse_duration(rule["for"])


def test_summaries_name_only_labels_that_their_expression_has() -> None:
    for rule in RULES:
        named = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        expression = parsed(rule["expr"])
        there = SCRAPED | {label for name in _names(expression) for label in series()[name].labels}
        assert named <= there, rule["alert"]


def test_the_dashboard_can_be_imported_for_any_data_source() -> None:
    assert DASHBOARD["templating"]["list"][0]["type"] == "datasource"
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
    places = [(p["gridPos"], p["title"]) for p in DASHBOARD["panels"]]
    for number, (a, title) in enumerate(places):
        for b, other in places[number + 1 :]:
            beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
            above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
            assert beside or above, (title, other)
