"""The card of an article: that it is being read, what came of it, or why it could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.articles.article import Article
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.slack.blocks import Block, actions, button, context, header, section
from bot.slack.cards.dates import day
from bot.slack.ids import Action
from bot.slack.mrkdwn import link, person, safe

NO_CLAIM = (
    "I read it and found no checkable claim: nothing in it that someone could find true or false. Opinions, questions "
    "and predictions are left out. If I missed one, mention me with the sentence itself."
)


def reading_card(submission: Submission) -> list[Block]:
    """What stands in the thread while the article is read, or after it could not be."""
    if submission.state is SubmissionState.FAILED:
        return [section(f"⚠️ {submission.failure}")]  # our own sentence, escaped where it repeats a link
    return [section(f"🔎 Reading this for {person(submission.asker)}. The claims to check follow here.")]


def summary_card(submission: Submission, article: Article, tasks: Sequence[Task]) -> list[Block]:
    """Title, source, author, dates, how many claims and how far they are, who asked."""
    blocks = [header(article.title)] if article.title else []
    facts = [safe(article.site, 100)] if article.site else []
    if article.authors:
        facts.append("by " + safe(", ".join(article.authors), 200))
    if article.published:
        facts.append(f"published {day(article.published)}")
    if article.updated and article.updated != article.published:
        facts.append(f"updated {day(article.updated)}")
    if article.url:
        shown = link(article.url, "read it")
        facts.append(shown if len(shown) <= 1500 else "link too long to show")
    if facts:
        blocks.append(context(" · ".join(facts)))
    blocks.append(section(_count(tasks) if tasks else NO_CLAIM))
    last = f"Asked by {person(submission.asker)}"
    if submission.channel.startswith("D"):
        last += " · Nobody else sees these cards: mention me in a channel, so that somebody can sign a verdict off."
    if tasks and article.published is None:
        last += " · I found no date of publication, so dates such as “last week” stay open."
    blocks.append(context(last))
    return blocks


def _count(tasks: Sequence[Task]) -> str:
    counts = {state: sum(t.state is state for t in tasks) for state in TaskState}
    line = f"*{len(tasks)} {'claim' if len(tasks) == 1 else 'claims'} to check*, most worth checking first"
    done = []
    if counts[TaskState.PUBLISHED]:
        done.append(f"{counts[TaskState.PUBLISHED]} with a verdict")
    if counts[TaskState.DISMISSED]:
        done.append(f"{counts[TaskState.DISMISSED]} set aside")
    return f"{line} · {', '.join(done)}" if done else line


def summary_fallback(submission: Submission, article: Article | None, tasks: Sequence[Task]) -> str:
    """What a notification shows."""
    if article is None:
        return submission.failure or "Reading this. The claims to check follow here."
    if not tasks:
        return NO_CLAIM
    return f"{_count(tasks).replace('*', '')}: {safe(article.title or article.text, 150)}"


def more_card(submission: Submission, above: int, total: int) -> list[Block]:
    """The line below the first ``above`` cards: how many more there are, and until it was pressed the button."""
    if submission.cards > above:
        return [context(f"{above} of {total} claims stand above, more follow below.")]
    value = f"{submission.id} {above}"
    return [
        context(f"{above} of {total} claims shown."),
        actions([button(f"Show more ({total - above} left)", Action.SHOW_MORE, value)]),
    ]
