"""The card of an article: that it is being read, what came of it, or why it could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.articles.article import Article
from bot.desk.ratings import Scale
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.slack.blocks import Block, actions, button, context, header, option, overflow, section
from bot.slack.cards.dates import day, day_of
from bot.slack.cards.verdict_text import step
from bot.slack.ids import Action, ArticleMore
from bot.slack.mrkdwn import link, person, safe

NO_CLAIM = (
    "I read it and found no checkable claim: nothing in it that someone could find true or false. Opinions, questions "
    "and predictions are left out. If I missed one, choose *Add a claim…* in the menu beside this."
)
_UNFINISHED = {
    TaskState.OPEN: "⚪ {} open",
    TaskState.ASSIGNED: "🔵 {} taken",
    TaskState.QUESTION: "❓ {} waiting for an answer",
    TaskState.IN_REVIEW: "🟣 {} waiting for sign-off",
}
_CLOSES = frozenset({TaskState.OPEN, TaskState.ASSIGNED, TaskState.QUESTION})


def reading_card(submission: Submission) -> list[Block]:
    """What stands in the thread while the article is read, or after it could not be."""
    if submission.state is not SubmissionState.FAILED:
        whom = f"this for {person(submission.asker)}" if submission.asked else "this link"
        return [section(f"🔎 Reading {whom}. The claims to check follow here.")]
    blocks = [section(f"⚠️ {submission.failure}")]  # our own sentence, escaped where it repeats a link
    if submission.retryable:
        blocks.append(actions([button("Try again", Action.TRY_AGAIN, submission.id)]))
    return blocks


def summary_card(submission: Submission, article: Article, tasks: Sequence[Task], scale: Scale) -> list[Block]:
    """Title, source, author, dates, how many claims and how far they are, who asked, and what was doubtful."""
    blocks = [header(article.title)] if article.title else []
    if facts := list(_facts(article)):
        blocks.append(context(" · ".join(facts)))
    counted = "\n".join(filter(None, (_count(tasks), progress(tasks), _tally(tasks, scale)))) if tasks else NO_CLAIM
    blocks.append(section(counted, article_menu(submission, tasks)))
    if closing := submission.closing:
        why = safe(closing.reason, 500)
        blocks.append(context(f"🚫 *Article closed* by {person(closing.by)} on {day_of(closing.at)}: {why}"))
    if doubts := list(_doubts(article, tasks)):
        blocks.append(context("\n".join(doubts)))
    last = f"Asked by {person(submission.asker)}" if submission.asked else "Read because every link is that comes here"
    if submission.channel.startswith("D"):
        last += " · Nobody else sees these cards: mention me in a channel, so that somebody can sign a verdict off."
    blocks.append(context(last))
    return blocks


def _facts(article: Article) -> Iterator[str]:
    if article.site:
        yield safe(article.site, 100)
    if article.authors:
        yield "by " + safe(", ".join(article.authors), 200)
    if article.published:
        yield f"published {day(article.published)}"
    if article.updated and article.updated != article.published:
        yield f"updated {day(article.updated)}"
    if article.url:
        shown = link(article.url, "read it")
        yield shown if len(shown) <= 1200 else "link too long to show"
    if article.visit and len(article.visit.hosts) > 1:
        yield "reached by " + " → ".join(safe(host, 60) for host in article.visit.hosts[:4])


def _doubts(article: Article, tasks: Sequence[Task]) -> Iterator[str]:
    """What a checker has to know of how the article was read."""
    if article.dispute:
        yield f"📅 {safe(article.dispute.sentence, 400)}"
    if tasks and article.published is None:
        yield "📅 I found no date of publication, so dates such as “last week” stay open."
    for note in article.notes[:4]:
        yield f"📎 {safe(note, 300)}"


def article_menu(submission: Submission, tasks: Sequence[Task]) -> Block:
    """What can be done with the article as a whole."""
    offered = []
    if submission.closing:
        offered.append((ArticleMore.REOPEN, "Reopen article"))
    else:
        offered.append((ArticleMore.ADD_CLAIM, "Add a claim…"))
        if any(t.state in _CLOSES and t.standing is None for t in tasks):
            offered.append((ArticleMore.CLOSE, "Close article…"))
    offered.append((ArticleMore.AGAIN, "Read again"))
    return overflow(Action.ARTICLE, [option(label, f"{more} {submission.id}") for more, label in offered])


def _count(tasks: Sequence[Task]) -> str:
    return f"*{len(tasks)} {'claim' if len(tasks) == 1 else 'claims'} to check*, most worth checking first"


def progress(tasks: Sequence[Task]) -> str:
    """How many claims stand where, in the order of the work."""
    counts = Counter(t.state for t in tasks)
    parts = [words.format(counts[state]) for state, words in _UNFINISHED.items() if counts[state]]
    if with_verdict := sum(t.standing is not None for t in tasks):
        again = with_verdict - counts[TaskState.PUBLISHED]
        parts.append(f"✅ {with_verdict} with a verdict" + (f", {again} of them being checked again" if again else ""))
    if counts[TaskState.DISMISSED]:
        parts.append(f"🚫 {counts[TaskState.DISMISSED]} set aside")
    return " · ".join(parts)


def _tally(tasks: Sequence[Task], scale: Scale) -> str:
    """How often each rating was given, in the order of the scale; ratings of other scales follow."""
    given = Counter(stands.rating for t in tasks if (stands := t.standing_verdict))
    order = [rating.id for rating in scale.ratings]
    ids = sorted(given, key=lambda id: (order.index(id) if id in order else len(order), id))
    return "Verdicts: " + " · ".join(f"{given[id]} {step(id, scale)}" for id in ids[:12]) if ids else ""


def summary_fallback(submission: Submission, article: Article | None, tasks: Sequence[Task]) -> str:
    """What a notification shows."""
    if article is None:
        return submission.failure or "Reading this. The claims to check follow here."
    if not tasks:
        return NO_CLAIM
    done = f" · {stands}" if (stands := progress(tasks)) else ""
    return f"{_count(tasks).replace('*', '')}{done}: {safe(article.title or article.text, 150)}"


def more_card(submission: Submission, above: int, total: int) -> list[Block]:
    """The line below the first ``above`` cards: how many more there are, and until it was pressed the button."""
    if submission.cards > above:
        return [context(f"{above} of {total} claims stand above, more follow below.")]
    value = f"{submission.id} {above}"
    return [
        context(f"{above} of {total} claims shown."),
        actions([button(f"Show more ({total - above} left)", Action.SHOW_MORE, value)]),
    ]
