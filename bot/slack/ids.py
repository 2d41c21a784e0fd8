"""Every id that Slack hands back to us: buttons, fields, modals, commands, shortcuts. Said once, here."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """``action_id`` of buttons and other elements. The value of a task's button is its id, then what it is
    pressed on, if anything: the verdict's version, or the number of the question from 1."""

    TAKE = "task_take"
    PUT_BACK = "task_put_back"
    HAND_OVER = "task_hand_over"
    DISMISS = "task_dismiss"
    REOPEN = "task_reopen"
    VERDICT = "task_verdict"
    SIGN_OFF = "task_sign_off"
    OBJECT = "task_object"
    ANSWER = "task_answer"
    NEVER_MIND = "task_never_mind"
    RECHECK = "task_recheck"
    KEEP = "task_keep"
    MORE = "task_more"
    """The overflow menu of a card; its options are ``More``."""
    SHOW_MORE = "article_show_more"
    ARTICLE = "article_menu"
    """The overflow menu of a summary; its options are ``ArticleMore``."""
    TRY_AGAIN = "article_try_again"
    READ_AGAIN = "article_read_again"
    READ_EDITED = "article_read_edited"
    """Of the offer below a message that was edited: what it says now is to be read, which may be another link."""
    ADD_SOURCE = "verdict_add_source"
    INPUT = "input"
    TYPED = "verdict_typed"
    """Every input of the verdict form: it tells while it is filled in, so that a draft is kept."""
    ORIGINAL = "original"
    """External select over open and past claims."""
    SENTENCE = "sentence"
    """External select over the sentences of an article."""
    GROUPS = "groups"
    """External select over the workspace's user groups."""
    HOME_SEARCH = "home_search"
    HOME_PAGE = "home_page"
    HOME_BACK = "home_back"
    """To the page before: Slack wants two buttons of a row to have two names."""
    HOME_SETTINGS = "home_settings"
    HOME_CHANNEL = "home_channel"
    """Select of the channel whose settings are to be changed."""
    HOME_OPEN = "home_open"
    """A link button: Slack follows it, and tells us all the same."""
    REMINDER_SNOOZE = "reminder_snooze"
    REMINDER_DISMISS = "reminder_dismiss"


class More(StrEnum):
    """What the overflow menu of a card offers; an option's value is this, a blank, and the task's id."""

    ASK = "ask"
    DUE = "due"
    REWORD = "reword"
    SPLIT = "split"
    FOLLOW = "follow"


class ArticleMore(StrEnum):
    """What the overflow menu of a summary offers; an option's value is this, a blank, and the submission's id."""

    ADD_CLAIM = "add_claim"
    CLOSE = "close"
    REOPEN = "reopen"
    AGAIN = "again"


class Callback(StrEnum):
    """``callback_id`` of modals and shortcuts."""

    CHECK_MESSAGE = "check_message"
    HAND_OVER = "hand_over"
    DISMISS = "dismiss"
    DUE = "due"
    ASK = "ask"
    ANSWER = "answer"
    REWORD = "reword"
    SPLIT = "split"
    VERDICT = "verdict"
    SIGN_OFF = "sign_off"
    OBJECT = "object"
    ADD_CLAIM = "add_claim"
    CLOSE_ARTICLE = "close_article"
    SETTINGS = "settings"
    CHANNEL_SETTINGS = "channel_settings"
    HOME = "home"


class Field(StrEnum):
    """``block_id`` of the fields of modals. Numbered ones are made by the functions below."""

    TO = "to"
    KIND = "kind"
    ORIGINAL = "original"
    REASON = "reason"
    DUE = "due"
    NO_DUE = "no_due"
    QUESTION = "question"
    ANSWER = "answer"
    WORDING = "wording"
    SENTENCE = "sentence"
    RATING = "rating"
    SAID = "said"
    SUMMARY = "summary"
    EXPLANATION = "explanation"
    CORRECTION = "correction"
    AS_OF = "as_of"
    RECHECK = "recheck"
    STATUS = "status"
    """The line of the verdict form that says what is missing."""
    SEARCH = "search"
    APPROVALS = "approvals"
    SOURCES = "sources"
    ARCHIVED = "archived"
    QUESTIONS = "questions"
    SCALE = "scale"
    KEEP_DAYS = "keep_days"
    KEEP_NAMES_DAYS = "keep_names_days"
    BROADCAST = "broadcast"
    WATCHED = "watched"
    DIGEST = "digest"
    DIGEST_AT = "digest_at"


def url_field(row: int) -> str:
    """The field with the link of a source."""
    return f"url_{row}"


def note_field(row: int) -> str:
    """The field that says what a source shows."""
    return f"note_{row}"


def stance_field(row: int) -> str:
    """The field that says whether a source supports or refutes the claim."""
    return f"stance_{row}"


def archive_field(row: int) -> str:
    """The field with the archived copy of a source."""
    return f"archive_{row}"


def answer_field(question: str) -> str:
    """The field with the answer to one of the reviewer's questions."""
    return f"review_{question}"


def users_field(role: str) -> str:
    """The field with the people who have a role."""
    return f"users_{role}"


def groups_field(role: str) -> str:
    """The field with the user groups that have a role."""
    return f"groups_{role}"


class Slash(StrEnum):
    """Slash commands."""

    FACTCHECK = "/factcheck"
    CLAIMS = "/claims"
    DIGEST = "/digest"
