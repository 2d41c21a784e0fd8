"""Whatever comes as a payload is either taken as it is or refused: nothing breaks on it."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress
from typing import Any

import pytest
from chaos.payload_mutations import INJECTIONS, Mutator
from desk.samples import ROOT
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.forms import About, read_form
from handlers.payloads import EVENTS, Misshapen, check_shape, read_json, shown_in

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(INJECTIONS)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
VIEW = {
    "id": "V1",
    "type": "modal",
    "callback_id": "verdict",
    "hash": "99999999999.a",
    "private_metadata": About("s1-1", opened_in="C1").dump(),
    "blocks": [{"type": "input", "block_id": "rating"}],
    "state": {"values": {"rating": {"input": {"type": "static_select", "selected_option": {"value": "false"}}}}},
}
BY = {"user": {"id": "U0ANA"}, "team": {"id": "T1"}, "trigger_id": "1.2.a"}
PRESSED = [{"action_id": "task_take", "block_id": "b", "action_ts": "5.0", "value": "s1-1"}]
PAYLOADS: list[dict[str, Any]] = [
    {**BY, "type": "block_actions", "actions": PRESSED, "channel": {"id": "C1"}, "message": {"ts": "4.0"}},
    {**BY, "type": "block_actions", "actions": PRESSED, "view": VIEW},
    {**BY, "type": "view_submission", "view": VIEW},
    {**BY, "type": "block_suggestion", "action_id": "original", "block_id": "b", "value": "x", "view": VIEW},
    {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "message", "channel": "C1", "user": "U1", "ts": "1.0"},
    },
    {"command": "/claims", "text": "mine", "user_id": "U1", "channel_id": "C1", "trigger_id": "1"},
]


def taken(body: Any) -> bool:
    try:
        check_shape(body)
    except Misshapen:
        return False
    shown_in(body)
    if body.get("view") and body.get("type") in ("view_submission", "view_closed", "block_actions"):
        read_form(body["view"])
    return True


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_of_slacks_are_taken(payload: dict[str, Any]) -> None:
    assert taken(copy.deepcopy(payload))


def test_every_event_that_is_listened_to_has_a_shape() -> None:
    manifest = json.loads((ROOT / "config/slack-manifest.json").read_text("utf-8"))
    listened = {event.partition(".")[0] for event in manifest["settings"]["event_subscriptions"]["bot_events"]}
    assert {name.partition(".")[0] for name in EVENTS} == listened


@given(ANY_JSON)
def test_anything_else_is_refused_or_harmless(body: Any) -> None:
    taken(body)


@given(st.integers(), st.sampled_from(PAYLOADS), st.integers(1, 4))
def test_a_payload_that_was_changed_is_refused_or_harmless(seed: int, payload: dict[str, Any], times: int) -> None:
    mutator = Mutator(random.Random(seed), ["s9-9", "C0FOREIGN"], PAYLOADS)
    for _ in range(times):
        payload = mutator.mutated(payload, mutator.chance.choice(list(mutator.kinds)))
    taken(payload)


def test_a_payload_of_two_kinds_is_refused() -> None:
    assert not taken({**PAYLOADS[0], "command": "/claims"})
    assert not taken({**PAYLOADS[0], "event": {}})
    assert not taken({**PAYLOADS[-1], "event": "x"})


@given(st.binary(max_size=60) | ANY_JSON.map(lambda body: json.dumps(body).encode()))
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with suppress(Misshapen):
        read_json(body)


def test_a_form_vouches_for_the_channel_it_was_opened_in_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"type": "view_submission", "view": VIEW}
    monkeypatch.setattr("time.time", lambda: 99999999999.0 + 3500)
    assert shown_in(body) == "C1"
    monkeypatch.setattr("time.time", lambda: 99999999999.0 + 3700)
    assert shown_in(body) == ""
    assert shown_in({**body, "view": {**VIEW, "private_metadata": "{}"}}) == ""
    assert shown_in({**body, "view": {**VIEW, "type": "home"}}) == ""
