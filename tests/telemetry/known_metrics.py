"""What metrics the code has, for tests that read dashboards, rules and documents."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from bot.telemetry import metrics


@dataclass(frozen=True)
class Known:
    """A metric: ``name`` as it is scraped (a histogram's without its suffix)."""

    name: str
    type: str
    labels: frozenset[str]


def known_metrics() -> dict[str, Known]:
    """All metrics of all processes by name."""
    defined = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    labels = {family.name: frozenset(metric._labelnames) for metric in defined for family in metric.describe()}
    families: dict[str, Metric] = {f.name: f for m in defined for f in m.describe()}
    families |= {f.name: f for f in metrics.REGISTRY.collect()}
    found = (Known(_scraped(f), f.type, labels.get(f.name, frozenset())) for f in families.values())
    return {known.name: known for known in found}


def series() -> dict[str, Known]:
    """Every name that can stand in an expression; a histogram has three."""
    found = {}
    for known in known_metrics().values():
        for suffix in ("_bucket", "_count", "_sum") if known.type == "histogram" else ("",):
            labels = known.labels | {"le"} if suffix == "_bucket" else known.labels
            found[known.name + suffix] = Known(known.name + suffix, known.type, labels)
    return found


def _scraped(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name
