"""A person's Home: their claims, what waits for their signature, the newest articles, a search, and the settings.

A Home holds 100 blocks; four parts of at most 19 and what stands around them keep below that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.desk.commands import Propose, SignOff
from bot.desk.roles import MAY, Role, Roles
from bot.desk.rules import HouseRules
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.slack import inputs
from bot.slack.blocks import Block, actions, button, context, divider, header, link_button, section
from bot.slack.cards.card_buttons import BUTTONS, buttons
from bot.slack.cards.queue_list import untold_line
from bot.slack.cards.state_text import objection_line, state_line
from bot.slack.cards.summary_card import article_menu, progress
from bot.slack.ids import Action, ArticleMore, Field
from bot.slack.mrkdwn import safe

PER_PAGE = 8
"""Items that a part shows at once, each of two blocks."""
_LONGEST_LINK = 3000

FIRST_RUN = (
    "*Welcome to the desk.* Nothing is here yet. It goes like this:\n"
    "1. Mention me in a channel with a link or a pasted text, and I thread the claims in it that can be checked.\n"
    "2. *Take* a claim on its card, check it, and write the *Verdict…* with its sources.\n"
    "3. Somebody else signs it off. Then it is published in the thread, and whoever asked is told."
)

UNSURE = "Slack does not say just now who you are, so some of this may be missing. Please open your Home once more."


class Part(StrEnum):
    """The parts of a Home that have pages."""

    MINE = "mine"
    REVIEW = "review"
    ARTICLES = "articles"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class HomeArticle:
    """An article with its tasks; ``title`` is ``""`` where it has none, ``link`` leads to its thread."""

    submission: Submission
    title: str
    tasks: Sequence[Task]
    link: str = ""


@dataclass(frozen=True, slots=True)
class HomeData:
    """What a Home is made of.

    ``mine`` are the claims that the person has, ``review`` those that wait for anybody's signature, ``found`` what a
    search for ``words`` found. ``pages`` are the pages looked at by ``Part``, ``untold`` how many items of a part
    Slack does not tell whether the person sees; ``links`` are permalinks of cards by task id.
    ``unsure``: the person may have more roles, for all that Slack says.
    """

    user: str
    roles: Roles
    rules: HouseRules
    now: datetime
    mine: Sequence[Task] = ()
    review: Sequence[Task] = ()
    articles: Sequence[HomeArticle] = ()
    found: Sequence[Task] = ()
    words: str = ""
    pages: Mapping[str, int] = field(default_factory=dict)
    untold: Mapping[str, int] = field(default_factory=dict)
    unsure: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


Item = TypeVar("Item")


def home_blocks(data: HomeData) -> list[Block]:
    """The blocks of the Home."""
    blocks = _mine(data)
    if Role.EDITOR in data.roles:
        blocks += _review(data)
    blocks += _articles(data)
    if not (data.mine or data.articles or _waiting(data) or data.words or any(data.untold.values())):
        blocks = [section(FIRST_RUN)]
    if data.unsure:
        blocks.append(context(UNSURE))
    blocks += [divider(), *_search(data)]
    if Role.ADMIN in data.roles:
        blocks += [divider(), *_settings(data.now)]
    return blocks


def shown_tasks(data: HomeData) -> list[Task]:
    """The tasks that the Home shows on these pages: those whose links it needs."""
    parts = ((Part.MINE, _by_due(data)), (Part.REVIEW, _waiting(data)), (Part.FOUND, data.found))
    return list({task.id: task for part, tasks in parts for task in _page(data, part, tasks)[0]}.values())


def _by_due(data: HomeData) -> list[Task]:
    """What is due first comes first, then what has changed last."""
    latest = sorted(data.mine, key=lambda t: t.changed, reverse=True)
    return sorted(latest, key=lambda t: (t.due is None, t.due or data.now))


def _waiting(data: HomeData) -> list[Task]:
    """Verdicts that this person may sign: none on which they wrote, or that waits for others after they signed."""
    if Role.EDITOR not in data.roles:
        return []
    return [task for task in data.review if _may_sign(task, data)]


def _may_sign(task: Task, data: HomeData) -> bool:
    verdict = task.verdict
    if verdict is None or task.state is not TaskState.IN_REVIEW or data.user in (verdict.author, *verdict.writers):
        return False
    signed = any(a.by == data.user for a in verdict.approvals)
    return not signed or len(verdict.approvals) >= data.rules.approvals


# Parts


def _mine(data: HomeData) -> list[Block]:
    overdue = sum(t.due is not None and t.due <= data.now for t in data.mine)
    title = f"Your claims ({len(data.mine)}{f', {overdue} overdue' if overdue else ''})"
    return [header(title), *_tasks(data, Part.MINE, _by_due(data), "You have no claim. *Take* one on its card.")]


def _review(data: HomeData) -> list[Block]:
    waiting = _waiting(data)
    blocks = _tasks(data, Part.REVIEW, waiting, "No verdict waits for you to sign it off.")
    return [header(f"Waiting for your sign-off ({len(waiting)})"), *blocks]


def _articles(data: HomeData) -> list[Block]:
    shown, turn = _page(data, Part.ARTICLES, data.articles)
    blocks = [header("Newest articles")]
    for article in shown:
        blocks.append(section(f"*{safe(article.title, 200) or 'Without a title'}*\n{_progress(article)}"))
        if pressable := _article_buttons(article, data.roles):
            blocks.append(actions(pressable))
    nothing = [] if shown else [context("None yet. Mention me in a channel with a link or a pasted text.")]
    return [*blocks, *turn, *(_untold(data, Part.ARTICLES) or nothing)]


def _search(data: HomeData) -> list[Block]:
    typed = inputs.text_input(
        Action.HOME_SEARCH,
        most=200,
        initial=data.words,
        placeholder="Words of a claim, then Enter",
        tells="on_enter_pressed",
    )
    blocks = [inputs.field(Field.SEARCH, "Search open and past claims", typed, optional=True, tells=True)]
    if data.words:
        blocks.append(header(f"Found for “{data.words}” ({len(data.found)})"))
        blocks += _tasks(data, Part.FOUND, data.found, "No claim has these words. Try fewer, or other ones.")
    return blocks


def _settings(now: datetime) -> list[Block]:
    """The id is new each time, so that Slack forgets which channel was chosen: it tells of no choice made twice."""
    channel = inputs.channel_select(Action.HOME_CHANNEL, "Settings of a channel…")
    return [
        header("Settings"),
        context("House rules, the rating scale and who may do what; and for each channel how I speak there."),
        {
            **actions([button("Settings…", Action.HOME_SETTINGS, "settings"), channel]),
            "block_id": f"settings {now.timestamp()}",
        },
    ]


# Pages


def _page(data: HomeData, part: Part, items: Sequence[Item]) -> tuple[Sequence[Item], list[Block]]:
    """The items of the page that is looked at, the last one at most, and the buttons that turn it."""
    pages = max(1, -(-len(items) // PER_PAGE))
    number = min(max(1, data.pages.get(part, 1)), pages)
    shown = items[(number - 1) * PER_PAGE : number * PER_PAGE]
    turn = []
    if number > 1:
        turn.append(button("‹ Back", Action.HOME_BACK, f"{part} {number - 1}"))
    if number < pages:
        turn.append(button(f"Page {number + 1} of {pages} ›", Action.HOME_PAGE, f"{part} {number + 1}"))
    return shown, [actions(turn)] if turn else []


# Items


def _tasks(data: HomeData, part: Part, tasks: Sequence[Task], nothing: str) -> list[Block]:
    shown, turn = _page(data, part, tasks)
    blocks: list[Block] = []
    for task in shown:
        state = state_line(task, data.rules, now=data.now, reason=80)
        objection = objection_line(task, 120)
        lines = (f"*{task.number}.* {safe(task.text, 300)}", state, objection)
        blocks.append(section("\n".join(filter(None, lines))))
        if pressable := _task_buttons(task, data):
            blocks.append(actions(pressable))
    untold = _untold(data, part)
    return [*blocks, *turn, *untold] if blocks or untold else [context(nothing)]


def _untold(data: HomeData, part: Part) -> list[Block]:
    """That Slack did not say of some items of a part whether this person sees them."""
    count = data.untold.get(part, 0)
    return [context(untold_line(count, "article" if part is Part.ARTICLES else "claim"))] if count else []


_OFFERED = (Action.TAKE, Action.SIGN_OFF, Action.OBJECT, Action.ANSWER, Action.VERDICT, Action.PUT_BACK, Action.KEEP)
_COMMAND = {action: command for command, action, _ in BUTTONS}


def _task_buttons(task: Task, data: HomeData) -> list[Block]:
    """The buttons of the card that this person may press, and the way to the card."""
    fitting = [b for b in buttons(task) if b["action_id"] in _OFFERED and _may_press(task, b["action_id"], data)]
    link = data.links.get(task.id, "")
    return [*fitting, *_open("Open card", link)]


def _may_press(task: Task, action: str, data: HomeData) -> bool:
    command = _COMMAND[Action(action)]
    if MAY[command] not in data.roles:
        return False
    if action in (Action.SIGN_OFF, Action.OBJECT):
        return _may_sign(task, data)
    mine = task.assignee in (None, data.user)
    if action == Action.VERDICT and task.state is TaskState.IN_REVIEW:
        return mine or MAY[SignOff] in data.roles  # an editor may edit what others wrote
    if action in (Action.PUT_BACK, Action.KEEP) or (command is Propose and task.state is not TaskState.PUBLISHED):
        return mine
    return True


def _progress(article: HomeArticle) -> str:
    """Where the article stands, in words."""
    submission = article.submission
    if submission.state is SubmissionState.WAITING:
        return "🔎 Being read"
    if submission.state is SubmissionState.FAILED:
        return "⚠️ Could not be read"
    counted = progress(article.tasks) or "No checkable claim found"
    return f"🚫 *Closed* · {counted}" if submission.closing else counted


_ARTICLE_NEEDS = {
    ArticleMore.ADD_CLAIM: Role.CHECKER,
    ArticleMore.CLOSE: Role.EDITOR,
    ArticleMore.REOPEN: Role.EDITOR,
    ArticleMore.AGAIN: Role.ASKER,
}


def _article_buttons(article: HomeArticle, roles: Roles) -> list[Block]:
    """The way to its thread, and of its menu what this person may choose."""
    pressable = _open("Open thread", article.link)
    if article.submission.state is SubmissionState.FILED:
        menu = article_menu(article.submission, article.tasks)
        offered = [o for o in menu["options"] if _ARTICLE_NEEDS[ArticleMore(o["value"].split()[0])] in roles]
        if offered:
            pressable.append({**menu, "options": offered})
    return pressable


def _open(label: str, url: str) -> list[Block]:
    return [link_button(label, Action.HOME_OPEN, url)] if url and len(url) <= _LONGEST_LINK else []
