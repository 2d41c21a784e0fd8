"""A delivery is handled once; a retry header alone drops nothing."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.store.deliveries import Receipt
from handlers.middleware import OnceOnly, delivery_id


class Marks:
    """What Redis would know of deliveries."""

    def __init__(self, known: Receipt) -> None:
        self.known = known

    async def begin(self, *ids: str) -> list[Receipt]:
        return [self.known for _ in ids]


async def _through(known: Receipt, **headers: str) -> tuple[BoltResponse | None, bool]:
    went_on: list[bool] = []

    async def go_on() -> None:
        went_on.append(True)

    request = AsyncBoltRequest(
        body='{"event_id": "Ev1", "type": "event_callback"}', headers={"content-type": "application/json", **headers}
    )
    once_only = OnceOnly(Marks(known))  # type: ignore[arg-type]
    return await once_only(request, go_on), bool(went_on)


async def test_a_new_delivery_is_handled_even_if_it_is_a_retry() -> None:
    assert await _through(Receipt.NEW, **{"x-slack-retry-num": "1"}) == (None, True)


async def test_a_handled_delivery_is_acknowledged_and_dropped() -> None:
    response, went_on = await _through(Receipt.HANDLED)
    assert response is not None
    assert (response.status, went_on) == (200, False)


async def test_while_the_first_is_being_handled_slack_is_asked_to_try_again() -> None:
    response, went_on = await _through(Receipt.BEING_HANDLED)
    assert response is not None
    assert (response.status, went_on) == (503, False)


@pytest.mark.parametrize(
    ("body", "id"),
    [
        ({"event_id": "Ev1"}, "event_id:Ev1"),
        ({"trigger_id": "1.2.a"}, "trigger_id:1.2.a"),
        ({"type": "url_verification"}, None),
        ({"event_id": None, "trigger_id": 3}, None),
    ],
)
def test_what_makes_a_delivery_recognisable(body: dict[str, Any], id: str | None) -> None:
    assert delivery_id(body) == id
