"""The forms in which people tell the desk more than a button can. ``bot/slack/forms.py`` reads what comes back."""

from bot.slack.cards.modals.article import add_claim_modal, close_article_modal
from bot.slack.cards.modals.review import object_modal, sign_off_modal
from bot.slack.cards.modals.settings import channel_settings_modal, settings_modal
from bot.slack.cards.modals.task import (
    answer_modal,
    ask_modal,
    dismiss_modal,
    due_modal,
    hand_over_modal,
    reword_modal,
    split_modal,
)
from bot.slack.cards.modals.verdict import status_text, verdict_modal
from bot.slack.forms import About, Form

__all__ = [
    "About",
    "Form",
    "add_claim_modal",
    "answer_modal",
    "ask_modal",
    "channel_settings_modal",
    "close_article_modal",
    "dismiss_modal",
    "due_modal",
    "hand_over_modal",
    "object_modal",
    "reword_modal",
    "settings_modal",
    "sign_off_modal",
    "split_modal",
    "status_text",
    "verdict_modal",
]
