"""The Home: legal for every text and amount, and for each person what is theirs to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from desk.samples import (
    ANA,
    BEN,
    CARO,
    NOW,
    QUOTED,
    RULES,
    TEXTS,
    claim,
    do,
    in_review,
    propose,
    published,
    submission,
    task,
)

from bot.desk.commands import Ask, Object, Recheck, SignOff, Take
from bot.desk.roles import EVERYBODY, Role, Roles
from bot.desk.rules import HouseRules
from bot.desk.task import Closing, SubmissionState, Task
from bot.sandbox.plain import plain_blocks, texts_in
from bot.sandbox.validation import view_problems
from bot.slack.blocks import Block
from bot.slack.cards.home import FIRST_RUN, PER_PAGE, HomeArticle, HomeData, home_blocks, shown_tasks
from bot.slack.ids import Action

ADMIN = EVERYBODY | {Role.ADMIN}
ASKER: Roles = frozenset({Role.ASKER})
CHECKER: Roles = frozenset({Role.ASKER, Role.CHECKER})
EDITOR: Roles = frozenset({Role.ASKER, Role.EDITOR})
LINK = "https://desk.slack.com/archives/C0DESK/p1"


def data(user: str = ANA, roles: Roles = EVERYBODY, **fields: Any) -> HomeData:
    return HomeData(user, roles, RULES, NOW, **fields)


def home(user: str = ANA, roles: Roles = EVERYBODY, rules: HouseRules = RULES, **fields: Any) -> list[Block]:
    blocks = home_blocks(replace(data(user, roles, **fields), rules=rules))
    assert view_problems({"type": "home", "blocks": blocks}, "home") == []
    return blocks


def elements(blocks: Sequence[Block]) -> list[Block]:
    return [e for b in blocks if b["type"] == "actions" for e in b["elements"]]


def pressable(blocks: Sequence[Block]) -> list[str]:
    """The buttons in their order, by their labels."""
    return [e["text"]["text"] for e in elements(blocks) if e["type"] == "button"]


def taken(number: int = 1, **fields: Any) -> Task:
    return do(task(number, **fields), Take(), ANA).task


def filed(id: str = "s1", tasks: Sequence[Task] = (), title: str = "Fewer ferries", **fields: Any) -> HomeArticle:
    return HomeArticle(submission(id, **{"state": SubmissionState.FILED} | fields), title, tasks, LINK)


def full(text: str = "The harbour lost a third of its ferries.") -> HomeData:
    """Forty of everything."""
    many = [taken(n, claim=claim(text), due=NOW - timedelta(hours=n)) for n in range(1, 41)]
    review = [in_review(task(n, claim=claim(text)), by=BEN, summary=text) for n in range(1, 41)]
    objected = [do(t, Object(1, text), CARO).task for t in review]
    found = [published(task(n, claim=claim(text)), summary=text) for n in range(1, 41)]
    read = [filed(f"s{n}", many, text) for n in range(1, 41)]
    ids = {t.id: f"{LINK}{'x' * 2900}" for t in (*many, *review)}
    pages = {"mine": 2, "review": 3, "articles": 4, "found": 99}
    mine = [*many, *objected]
    return data(
        roles=ADMIN, mine=mine, review=review, articles=read, found=found, words=text[:200], links=ids, pages=pages
    )


@pytest.mark.parametrize("name", TEXTS)
def test_forty_of_everything_fit_whatever_their_text(name: str) -> None:
    blocks = home_blocks(full(TEXTS[name]))
    assert view_problems({"type": "home", "blocks": blocks}, "home") == []
    assert len(blocks) <= 100
    said = "\n".join(text for kind, text in texts_in(blocks) if kind == "mrkdwn")
    assert "<!" not in re.sub(r"<!date\^", "", said)
    assert "<https://evil" not in said


def test_who_sees_the_home_for_the_first_time_reads_what_to_do() -> None:
    blocks = home()
    assert blocks[0]["text"]["text"] == FIRST_RUN
    assert FIRST_RUN.count("\n") == 3
    assert [b["type"] for b in blocks] == ["section", "divider", "input"]
    assert FIRST_RUN not in plain_blocks(home(articles=[filed()]))
    assert FIRST_RUN not in plain_blocks(home(words="ferries"))


# Your claims


def test_what_is_due_first_comes_first_and_what_is_overdue_says_so() -> None:
    late = taken(3, due=NOW - timedelta(hours=1), claim=claim("Late."))
    soon = taken(2, due=NOW + timedelta(hours=1), claim=claim("Soon."))
    fresh = taken(4, claim=claim("Fresh."))
    old = taken(1, claim=claim("Old.")).model_copy(update={"changed": NOW - timedelta(days=2)})
    said = plain_blocks(home(mine=[old, soon, fresh, late]))
    assert [said.index(f"{word}.") for word in ("Late", "Soon", "Fresh", "Old")] == sorted(
        said.index(f"{word}.") for word in ("Late", "Soon", "Fresh", "Old")
    )
    assert "Your claims (4, 1 overdue)" in said
    assert said.count("*overdue* since") == 1


def test_each_claim_says_where_it_stands_and_has_what_fits() -> None:
    links = {"s1-1": LINK}
    blocks = home(mine=[taken()], links=links)
    assert "🔵 *Taken* by <@U0ANA>" in "\n".join(text for _, text in texts_in(blocks))
    assert pressable(blocks) == ["Verdict…", "Put back", "Open card"]
    assert [e["value"] for e in elements(blocks)[:2]] == ["s1-1", "s1-1"]
    assert elements(blocks)[2] == {
        "type": "button",
        "text": {"type": "plain_text", "text": "Open card", "emoji": True},
        "action_id": Action.HOME_OPEN,
        "url": LINK,
    }


def test_the_buttons_of_a_claim_fit_its_state_and_whose_it_is() -> None:
    reviewed = in_review(taken())
    assert pressable(home(mine=[reviewed])) == ["Edit verdict…"]
    assert elements(home(mine=[reviewed]))[0]["value"] == "s1-1 1"
    assert pressable(home(mine=[do(taken(), Ask("Which year?"), ANA).task])) == ["Answer…", "Verdict…", "Put back"]
    rechecked = do(published(task()), Recheck(), ANA).task
    assert pressable(home(found=[rechecked], words="x")) == ["Take", "Verdict…", "Keep verdict"]
    assert pressable(home(found=[published(task())], words="x")) == ["Correct…"]
    assert pressable(home(user=BEN, found=[taken()], words="x")) == []


def test_an_objection_stands_with_the_claim_it_sent_back() -> None:
    sent_back = do(in_review(task()), Object(1, "Too old"), BEN).task
    said = "\n".join(text for _, text in texts_in(home(mine=[sent_back])))
    assert "✋ <@U0BEN> objected to <@U0ANA>’s verdict: Too old" in said


def test_a_link_too_long_for_slack_is_left_out() -> None:
    assert pressable(home(mine=[taken()], links={"s1-1": "https://a.org/" + "x" * 3000})) == ["Verdict…", "Put back"]


# Sign-off


def test_what_waits_for_a_signature_is_shown_to_who_may_give_it() -> None:
    waiting = in_review(task(claim=QUOTED), by=BEN, said="said")
    blocks = home(review=[waiting])
    assert "Waiting for your sign-off (1)" in plain_blocks(blocks)
    assert pressable(blocks) == ["Sign off…", "Object…", "Edit verdict…"]
    assert {e["value"] for e in elements(blocks)} == {"s1-1 1"}


def test_nobody_is_offered_to_sign_what_they_wrote_on_or_signed() -> None:
    rules = HouseRules(RULES.scale, approvals=2)
    edited = do(in_review(task(1), by=BEN), propose(), CARO).task
    signed = do(in_review(task(2), by=BEN), SignOff(1), ANA, rules).task
    review = [in_review(task(3), by=ANA), edited, signed]
    for user, count in ((ANA, 1), (BEN, 1), (CARO, 2)):
        said = plain_blocks(home(user=user, rules=rules, review=review, articles=[filed()]))
        assert f"Waiting for your sign-off ({count})" in said


def test_whoever_signed_is_offered_to_publish_what_has_signatures_enough_by_now() -> None:
    signed = do(in_review(task(), by=BEN), SignOff(1), ANA, HouseRules(RULES.scale, approvals=2)).task
    assert "Sign off…" in pressable(home(review=[signed]))


def test_who_may_not_sign_is_shown_nothing_to_sign() -> None:
    waiting = in_review(task(), by=BEN)
    for roles in (ASKER, CHECKER):
        blocks = home(roles=roles, review=[waiting], articles=[filed()])
        assert "sign-off (" not in plain_blocks(blocks)
        assert "Sign off…" not in pressable(blocks)


def test_a_verdict_of_somebody_else_is_edited_by_editors_only() -> None:
    found = [in_review(task(), by=BEN)]
    assert "Edit verdict…" not in pressable(home(roles=CHECKER, found=found, words="x"))
    assert "Edit verdict…" in pressable(home(found=found, words="x"))


def test_an_asker_is_offered_what_askers_may_do() -> None:
    waiting = do(task(), Ask("Which year?"), ANA).task
    assert pressable(home(roles=ASKER, found=[task(2), waiting, published(task(3))], words="x")) == ["Answer…"]


# Articles


def menu(blocks: Sequence[Block]) -> list[str]:
    return [o["value"] for e in elements(blocks) if e["type"] == "overflow" for o in e["options"]]


def test_an_article_says_how_far_it_is() -> None:
    tasks = [task(1), taken(2), published(task(3))]
    closing = Closing(by=ANA, at=NOW, reason="Satire")
    articles = [
        filed("s1", tasks),
        filed("s2", title=""),
        filed("s3", tasks, closing=closing),
        filed("s4", state=SubmissionState.WAITING),
        filed("s5", state=SubmissionState.FAILED, failure="It was empty."),
    ]
    said = plain_blocks(home(articles=articles))
    assert "*Fewer ferries*\n⚪ 1 open · 🔵 1 taken · ✅ 1 with a verdict" in said
    assert "*Without a title*\nNo checkable claim found" in said
    assert "🚫 *Closed* · ⚪ 1 open" in said
    assert "🔎 Being read" in said
    assert "⚠️ Could not be read" in said


@pytest.mark.parametrize(
    ("roles", "offered"),
    [
        (ASKER, ["again s1"]),
        (CHECKER, ["add_claim s1", "again s1"]),
        (EDITOR, ["close s1", "again s1"]),
        (EVERYBODY, ["add_claim s1", "close s1", "again s1"]),
    ],
)
def test_the_menu_of_an_article_fits_who_sees_it(roles: Roles, offered: list[str]) -> None:
    blocks = home(roles=roles, articles=[filed("s1", [task()])])
    assert menu(blocks) == offered
    assert pressable(blocks) == ["Open thread"]


# Search, pages, settings


def test_a_search_keeps_its_words_and_shows_what_it_found() -> None:
    blocks = home(words="ferries <b>", found=[task()])
    (typed,) = [b["element"] for b in blocks if b["type"] == "input"]
    assert typed["action_id"] == Action.HOME_SEARCH
    assert typed["initial_value"] == "ferries <b>"
    assert typed["dispatch_action_config"] == {"trigger_actions_on": ["on_enter_pressed"]}
    said = plain_blocks(blocks)
    assert "Found for “ferries <b>” (1)" in said
    assert "The harbour lost a third" in said
    assert "No claim has these words." in plain_blocks(home(words="zeppelin"))


def test_long_lists_are_turned_page_by_page() -> None:
    mine = [taken(n) for n in range(1, 3 * PER_PAGE)]

    def turn(page: int) -> list[tuple[str, str]]:
        pages = {"mine": page, "review": 5}
        buttons = elements(home(mine=mine, pages=pages))
        return [(e["action_id"], e["value"]) for e in buttons if e["action_id"].startswith("home_")]

    assert turn(1) == [("home_page", "mine 2")]
    assert turn(2) == [("home_back", "mine 1"), ("home_page", "mine 3")]
    assert turn(3) == turn(99) == [("home_back", "mine 2")]
    assert turn(0) == turn(1)
    seen = [t.id for page in (1, 2, 3) for t in shown_tasks(data(mine=mine, pages={"mine": page}))]
    assert sorted(seen) == sorted(t.id for t in mine)


def test_the_tasks_whose_links_are_needed_are_those_that_are_shown() -> None:
    shown = full()
    said = home_blocks(shown)
    assert len(shown_tasks(shown)) <= 3 * PER_PAGE
    linked = HomeData(
        shown.user,
        shown.roles,
        shown.rules,
        shown.now,
        mine=shown.mine,
        review=shown.review,
        found=shown.found,
        words=shown.words,
        pages=shown.pages,
        links={t.id: f"{LINK}{t.id}" for t in shown_tasks(shown)},
    )
    claims = [b for b in said if b["type"] == "section" and re.match(r"\*\d+\.\*", b["text"]["text"])]
    assert pressable(home_blocks(linked)).count("Open card") == len(claims)


def test_settings_are_shown_to_admins_alone() -> None:
    admins = elements(home(roles=ADMIN))
    assert [e["action_id"] for e in admins] == [Action.HOME_SETTINGS, Action.HOME_CHANNEL]
    assert admins[1]["type"] == "conversations_select"
    assert elements(home()) == []
