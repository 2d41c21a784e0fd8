"""Who may do what, and what admins set: for the workspace and for a channel."""

from __future__ import annotations

import pytest
from end_to_end.acts import (
    GOOD,
    channel_settings,
    claim,
    heard,
    home,
    home_shows,
    leaf,
    menu,
    menu_value,
    propose,
    published,
    settings,
    sign,
    told,
)
from end_to_end.conftest import Scene

from bot.sandbox import Message, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

NO_CHECKER, NO_EDITOR, NO_ADMIN = (
    f"Only somebody who is {role} here can do that" for role in ("a checker", "an editor", "an admin")
)


async def test_a_small_team_checks_and_signs_without_any_settings(scene: Scene) -> None:
    card = await scene.card()
    await scene.ben.press(card, "task_take")
    await scene.until(card, "*Taken*")
    assert (await propose(scene.ben, card)).ok
    await scene.until(card, "*Waiting for sign-off*")
    assert (await sign(scene.cleo, card)).ok
    await scene.until(card, "*Published*")


async def test_only_admins_see_the_settings(scene: Scene, boss: Person) -> None:
    assert "[Settings…]" in (await home(scene, boss, "Search open and past claims")).plain()
    assert "[Settings…]" not in (await home(scene, scene.ada, "Search open and past claims")).plain()


async def test_who_was_an_admin_when_the_home_was_shown_is_told_why_nothing_opens(scene: Scene, boss: Person) -> None:
    await home(scene, boss, "[Settings…]")
    boss.user.is_admin = False
    await boss.move("Europe/Paris")  # with which Slack tells who they are now
    await boss.press(boss.home, "home_settings")
    await told(scene, boss, NO_ADMIN)
    await boss.press(boss.home, "home_channel", scene.desk)
    assert boss.view is None


async def test_who_has_no_role_is_told_so_and_does_not_see_the_buttons_in_their_home(
    scene: Scene, boss: Person
) -> None:
    ada, ben, cleo = scene.ada, scene.ben, scene.cleo  # Ada asks, Ben checks, Cleo edits
    assert (await settings(scene, boss, users_checker=[ben], users_editor=[cleo])).ok
    root, cards = await scene.filed()
    card = next(c for c in cards if "opened to traffic" in c.plain())
    for person in (ada, cleo):
        await person.press(card, "task_take")
        await heard(scene, person, NO_CHECKER)
    await menu(ada, card, "reword")
    assert ada.view is None
    await _search_in_home(scene, ada, claim(card))
    assert "[Take]" not in ada.home.plain()
    assert "Waiting for your sign-off" not in ada.home.plain()
    await _search_in_home(scene, ben, claim(card))
    assert "[Take]" in ben.home.plain()

    await ben.press(card, "task_hand_over")
    refused = await ben.submit({"to": ada})
    assert "is no checker here" in refused.errors["to"]
    await ben.close_view()
    assert (await propose(ben, card)).ok
    await scene.until(card, "*Waiting for sign-off*")
    for action in ("task_sign_off", "task_object"):
        await ada.press(card, action)
        await heard(scene, ada, NO_EDITOR)
        assert ada.view is None
    summary = await scene.summary(root)
    await ben.press(summary, "article_menu", menu_value(summary, "close"))
    await heard(scene, ben, NO_EDITOR)
    await home(scene, cleo, "Waiting for your sign-off (")
    assert claim(card) in await leaf(scene, cleo, "review")
    assert (await sign(cleo, card)).ok
    await scene.until(card, "*Published*")
    await menu(ada, card, "follow")  # what everybody may
    await heard(scene, ada, "You follow this claim now")


async def _search_in_home(scene: Scene, who: Person, words: str) -> None:
    await who.press(await home(scene, who, "Search open and past claims"), "home_search", words)
    await home_shows(scene, who, f"Found for “{words}”", words)


async def test_a_role_can_be_given_to_a_user_group(scene: Scene, boss: Person) -> None:
    group = scene.slack.add_usergroup(f"checkers-{scene.desk.name}", [scene.ben])
    await boss.press(await home(scene, boss, "[Settings…]"), "home_settings")
    await boss.suggest("groups", scene.desk.name, block_id="groups_checker")
    assert (await boss.submit({"groups_checker": [group]})).ok
    card = await scene.card()
    await scene.ada.press(card, "task_take")
    await heard(scene, scene.ada, NO_CHECKER)
    await scene.ben.press(card, "task_take")
    await scene.until(card, f"*Taken* by @{scene.ben.id}")
    await boss.press(await home(scene, boss, "[Settings…]"), "home_settings")
    assert f"@checkers-{scene.desk.name}" in str(boss.view.blocks)  # named as people know it
    await boss.close_view()


async def test_an_admin_of_the_desk_may_do_what_the_workspaces_own_may(scene: Scene, boss: Person) -> None:
    assert (await settings(scene, boss, users_admin=[scene.cleo], users_checker=[scene.ben])).ok
    card = await scene.card()
    await scene.ben.press(card, "task_take")
    await scene.until(card, "*Taken*")
    await scene.cleo.press(card, "task_put_back")  # for its holder
    await scene.until(card, "*Open*")
    assert (await settings(scene, scene.cleo, users_admin=[], users_checker=[])).ok
    await scene.ada.press(card, "task_take")
    await scene.until(card, f"*Taken* by @{scene.ada.id}")


async def test_house_rules_hold_from_the_moment_they_are_saved(scene: Scene, boss: Person) -> None:
    card = await scene.card()
    refused = await propose(scene.ben, card, url_1=None, note_1=None)
    assert "1 of 2 independent sources" in refused.errors["url_1"]
    assert (await settings(scene, boss, sources="1", approvals="2", questions=[])).ok
    assert (await scene.ben.submit()).ok  # the very same form
    await scene.until(card, "*Waiting for sign-off* · 0 of 2")
    assert (await scene.cleo.press(card, "task_sign_off")).ok  # nothing is asked any more
    await scene.until(card, "1 of 2")
    assert (await settings(scene, boss, approvals="1")).ok
    await scene.ada.press(card, "task_sign_off")
    await scene.until(card, "*Published*")


async def test_another_scale_is_for_new_verdicts_and_the_old_ones_keep_their_words(scene: Scene, boss: Person) -> None:
    old, new = await scene.card(), await scene.card()
    await published(scene, old, rating="mostly_false")
    assert (await settings(scene, boss, scale="evidence")).ok
    await scene.ben.press(new, "task_verdict")
    assert "🔴 Refuted" in scene.ben.view.plain()
    assert "Mostly false" not in scene.ben.view.plain()
    assert (await scene.ben.submit({**GOOD, "rating": "refuted"})).ok
    await scene.until(new, "🔴 *Refuted*")
    await scene.ben.press(old, "task_recheck")
    await scene.until(old, "*Open*", "🟠 *Mostly false*")


# A channel


async def test_in_a_watched_channel_every_link_is_read(scene: Scene, boss: Person) -> None:
    before = await scene.ada.post(scene.desk, f"have you seen {scene.site}/opinion ?")
    assert (await channel_settings(scene, boss, scene.desk, watched=["yes"])).ok
    root = await scene.ada.post(scene.desk, f"have you seen {scene.site}/opinion ?")
    await scene.summary(root)
    await scene.ada.post(scene.desk, "no link in here, so nothing to read", thread_ts=before.ts)
    assert [m.user for m in scene.slack.thread(before)] == [scene.ada.id]


async def test_the_settings_of_a_channel_say_when_its_digest_comes(scene: Scene, boss: Person) -> None:
    await boss.press(await home(scene, boss, "[Settings…]"), "home_channel", scene.desk)
    assert (await boss.submit({"digest": ["yes"], "digest_at": "07:45"})).ok
    assert "07:45 (Europe/London)" in (await scene.ada.command(scene.desk, "/digest", "on")).text
    assert (await channel_settings(scene, boss, scene.desk, digest=[])).ok
    await boss.press(await home(scene, boss, "[Settings…]"), "home_channel", scene.desk)
    assert not boss.view.state["digest"]["input"]["selected_options"]
    await boss.close_view()


async def test_a_verdict_is_shown_in_the_channel_only_where_that_was_set(scene: Scene, boss: Person) -> None:
    def in_channel(word: str) -> list[Message]:
        return [m for m in scene.slack.messages(scene.desk) if m.reply_broadcast and word in m.plain()]

    _, cards = await scene.filed()
    await published(scene, cards[0])
    await told(scene, scene.ada, claim(cards[0]))
    assert not in_channel(claim(cards[0]))
    assert (await channel_settings(scene, boss, scene.desk, broadcast=["yes"])).ok
    await published(scene, cards[1])
    await scene.slack.wait_for(lambda: in_channel(claim(cards[1])))
