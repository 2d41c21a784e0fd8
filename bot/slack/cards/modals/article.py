"""The forms on an article as a whole."""

from __future__ import annotations

from bot.desk.task import Submission
from bot.desk.transitions import LONGEST_WORDING
from bot.slack.blocks import Block, modal, section
from bot.slack.forms import About
from bot.slack.ids import Action, Callback, Field
from bot.slack.inputs import external_select, field, text_input
from bot.slack.mrkdwn import safe


def add_claim_modal(submission: Submission, article_title: str) -> Block:
    """Which claim was missed?"""
    sentence = external_select(Action.SENTENCE, "Type words of the sentence", least=1)
    wording = text_input(Action.INPUT, multiline=True, most=LONGEST_WORDING)
    blocks = [
        section(f"*{safe(article_title, 500) or 'An article without a title'}*"),
        field(Field.SENTENCE, "Where the article says it", sentence, optional=True),
        field(
            Field.WORDING,
            "The claim in one sentence",
            wording,
            optional=True,
            hint="So that it can be read without the article. May be left empty where the sentence does.",
        ),
    ]
    return modal(Callback.ADD_CLAIM, "Add a claim", blocks, submit="Add", private_metadata=_about(submission))


def close_article_modal(submission: Submission, unfinished: int) -> Block:
    """Why is nothing more of it checked? ``unfinished`` counts the claims that this sets aside."""
    what = "the 1 claim" if unfinished == 1 else f"the {unfinished} claims"
    blocks = [
        section(f"This sets aside {what} without a verdict. Verdicts stay as they are."),
        field(Field.REASON, "Why?", text_input(Action.INPUT, multiline=True, most=500)),
    ]
    return modal(
        Callback.CLOSE_ARTICLE, "Close article", blocks, submit="Close article", private_metadata=_about(submission)
    )


def _about(submission: Submission) -> str:
    return About(submission=submission.id).dump()
