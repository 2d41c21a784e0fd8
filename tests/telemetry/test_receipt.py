"""What is counted of a delivery, whoever sent it."""

from __future__ import annotations

import pytest

from bot.telemetry.context import about_now
from bot.telemetry.metrics import PAYLOADS
from bot.telemetry.receipt import receipt


def count(kind: str, outcome: str) -> float:
    return PAYLOADS.labels(kind, outcome)._value.get()


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"type": "event_callback", "event_id": "Ev1"}, "event_callback"),
        ({"type": "block_actions", "trigger_id": "1.2"}, "block_actions"),
        ({"command": "/claims", "trigger_id": "1.3"}, "command"),
        ({"type": "U123 of my own making"}, "other"),
        ({"type": ["event_callback"], "event_id": {"a": 1}}, "other"),
        ([1, 2], "other"),
        ("text", "other"),
        (None, "other"),
    ],
)
@pytest.mark.parametrize(("status", "outcome"), [(200, "taken"), (503, "later"), (401, "refused"), (500, "failed")])
def test_a_delivery_is_counted_by_a_kind_we_know(payload: object, kind: str, status: int, outcome: str) -> None:
    before = count(kind, outcome)
    with receipt(payload) as answer:
        answer.status = status
    assert count(kind, outcome) == before + 1


def test_one_that_breaks_is_counted_as_failed() -> None:
    before = count("other", "failed")
    with pytest.raises(ValueError, match="slip"), receipt({}):
        raise ValueError("a slip")
    assert count("other", "failed") == before + 1


def test_each_try_of_slacks_is_the_same_request_and_nobody_learns_its_id() -> None:
    seen = []
    for _ in range(2):
        with receipt({"type": "event_callback", "event_id": "Ev0CANARY"}):
            seen.append(about_now()["request"])
    assert seen[0] == seen[1]
    assert "CANARY" not in seen[0]
    with receipt({"type": "event_callback"}):
        assert about_now()["request"] not in seen
    assert "request" not in about_now()
