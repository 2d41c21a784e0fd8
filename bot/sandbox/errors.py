"""How the workspace says no: to the app over the API, and to a test that asks for what no person could do."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer with ``ok: false``. ``messages`` become ``response_metadata.messages``."""

    def __init__(self, error: str, *messages: str, **extra: Any) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = list(messages)
        self.extra = extra

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class NotPossible(AssertionError):
    """No person could do this on their screen: the button is not there, the modal is closed, the channel is unseen."""


class InputMissing(NotPossible):
    """A required input was left empty; Slack's client would not send the form."""


class InputInvalid(NotPossible):
    """An input holds what Slack's client would not let through: too long, not a number, not an option."""
