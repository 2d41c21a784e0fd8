"""Asking the Web API for what it refuses, and manifests with few scopes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

JSON = dict[str, Any]


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as error:
        await call
    data: dict[str, Any] = error.value.response.data
    return data


def manifest(*scopes: str, **features: Any) -> dict[str, Any]:
    return {"oauth_config": {"scopes": {"bot": list(scopes)}}, "features": features, "settings": {}}
