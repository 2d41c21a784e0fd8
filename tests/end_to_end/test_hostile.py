"""Hostile input against the real processes, in short; ``make chaos`` sends ten thousand payloads."""

from __future__ import annotations

import asyncio

import pytest
from chaos.hostile import Outcome, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return asyncio.run(run(400, seed=2))


def test_no_payload_whatever_it_says_is_answered_with_an_error_of_ours(outcome: Outcome) -> None:
    assert outcome.sent >= 400
    assert outcome.server_errors == []
    assert outcome.tracebacks == []
    assert outcome.slowest < 3, "Slack waits three seconds"


def test_nobody_is_notified_by_what_a_payload_says_and_no_secret_is_told(outcome: Outcome) -> None:
    assert outcome.pinged == []
    assert outcome.secrets == []
    assert outcome.dead_letters == 0, "Slack took all that the desk made of it"


def test_claims_of_a_channel_that_the_sender_is_not_in_stay_as_they_were(outcome: Outcome) -> None:
    assert outcome.others_changed == []


def test_forged_old_and_replayed_requests_are_refused(outcome: Outcome) -> None:
    for kind, status in (("forged", 401), ("unsigned", 401), ("old", 401), ("of the future", 401), ("replayed", 403)):
        assert set(outcome.statuses[kind]) == {status}, kind


def test_afterwards_the_desk_works_and_its_log_is_whole(outcome: Outcome) -> None:
    assert outcome.works_afterwards
    assert outcome.audit_valid
