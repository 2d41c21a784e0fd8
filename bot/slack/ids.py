"""Every id that Slack hands back to us: buttons, fields, modals, commands, shortcuts. Said once, here."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """``action_id`` of buttons and other elements. The value of a task's button is its id."""

    TAKE = "task_take"
    PUT_BACK = "task_put_back"
    HAND_OVER = "task_hand_over"
    DISMISS = "task_dismiss"
    REOPEN = "task_reopen"
    VERDICT = "task_verdict"
    SIGN_OFF = "task_sign_off"
    OBJECT = "task_object"
    SHOW_MORE = "article_show_more"
    ADD_SOURCE = "verdict_add_source"
    INPUT = "input"


class Callback(StrEnum):
    """``callback_id`` of modals and shortcuts."""

    CHECK_MESSAGE = "check_message"
    HAND_OVER = "hand_over"
    DISMISS = "dismiss"
    VERDICT = "verdict"
    OBJECT = "object"


class Field(StrEnum):
    """``block_id`` of the fields of modals. Sources are numbered rows: see ``url_field`` and ``note_field``."""

    TO = "to"
    REASON = "reason"
    RATING = "rating"
    SAID = "said"
    EXPLANATION = "explanation"


def url_field(row: int) -> str:
    """The field with the link of a source."""
    return f"url_{row}"


def note_field(row: int) -> str:
    """The field that says what a source shows."""
    return f"note_{row}"


class Slash(StrEnum):
    """Slash commands."""

    FACTCHECK = "/factcheck"
    CLAIMS = "/claims"
    DIGEST = "/digest"
