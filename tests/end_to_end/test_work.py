"""From a claim to its verdict: each button, each refusal, the digest."""

from __future__ import annotations

import asyncio

import pytest
from end_to_end.acts import GOOD, REVIEW, heard, propose, published, set_aside, sign
from end_to_end.conftest import Scene, metadata_id

from bot.sandbox import InputMissing, Message

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_paste_to_published_verdict(scene: Scene) -> None:
    root, cards = await scene.filed()
    one = cards[0]
    await scene.ben.press(one, "task_take")
    await scene.until(one, f"*Taken* by @{scene.ben.id}", "[Put back]")
    await propose(scene.ben, one)
    await scene.until(one, "*Waiting for sign-off* · 0 of 1", "🔴 *False*", "61 million")
    await sign(scene.cleo, one)
    await scene.until(one, "*Published*", f"checked by @{scene.ben.id}", f"signed off by @{scene.cleo.id}")
    assert "[Take]" not in one.plain()

    reply = await scene.slack.wait_for(
        lambda: next((m for m in scene.slack.thread(root) if metadata_id(m).startswith("published:")), None)
    )
    assert "🔴 *False*" in reply.plain()
    dm = await scene.slack.wait_for(lambda: scene.slack.dms(scene.ada))
    assert "A verdict on something you asked about" in dm[-1].plain()
    assert "see the thread" in dm[-1].plain()
    summary = await scene.summary(root)
    await scene.until(summary, "1 with a verdict")


async def test_two_people_who_take_at_once_one_has_it_and_the_other_is_told(scene: Scene) -> None:
    one = await scene.card()
    await asyncio.gather(scene.ben.press(one, "task_take"), scene.cleo.press(one, "task_take"))
    await scene.until(one, "*Taken* by")
    winner, loser = (scene.ben, scene.cleo) if scene.ben.id in one.plain() else (scene.cleo, scene.ben)
    assert f"@{winner.id} has this claim already" in (await heard(scene, loser, "has this claim")).plain()
    assert not scene.slack.ephemerals(winner)


async def test_hand_over_tells_the_person_who_gets_it(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_hand_over")
    assert (await scene.ben.submit({"to": scene.cleo})).ok
    await scene.until(one, f"*Taken* by @{scene.cleo.id}")
    dm = await scene.slack.wait_for(lambda: scene.slack.dms(scene.cleo))
    assert "handed to you" in dm[-1].plain()


async def test_hand_over_to_the_desk_itself_is_refused_on_the_field(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_hand_over")
    answer = await scene.ben.submit({"to": scene.slack.bot_user_id})
    assert "cannot check claims" in answer.errors["to"]


async def test_put_back_makes_it_free_for_others(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_take")
    await scene.until(one, "[Put back]")
    await scene.ben.press(one, "task_put_back")
    await scene.until(one, "nobody has it yet")


async def test_not_a_claim_needs_a_reason_and_can_be_undone(scene: Scene) -> None:
    one = await scene.card()
    refused = await set_aside(scene.ben, one, reason="   ")
    assert "reason" in refused.errors["reason"]
    assert (await scene.ben.submit({"reason": "An opinion"})).ok
    await scene.until(one, f"*Set aside* by @{scene.ben.id}: An opinion", "[Reopen]")
    await scene.cleo.press(one, "task_reopen")
    await scene.until(one, "*Open*")


async def test_the_author_cannot_sign_off_or_object(scene: Scene) -> None:
    one = await scene.card()
    await propose(scene.ben, one)
    await scene.until(one, "Waiting for sign-off")
    await scene.ben.press(one, "task_sign_off")
    await heard(scene, scene.ben, "You wrote this verdict")
    await scene.ben.press(one, "task_object")
    assert scene.ben.view is None
    assert "0 of 1" in one.plain()


async def test_an_objection_sends_it_back_with_its_reason(scene: Scene) -> None:
    one = await scene.card()
    await propose(scene.ben, one)
    await scene.until(one, "Waiting for sign-off")
    await scene.cleo.press(one, "task_object")
    assert (await scene.cleo.submit({"reason": "The auditor says 59"})).ok
    await scene.until(one, f"*Taken* by @{scene.ben.id}", "The auditor says 59")
    dm = await scene.slack.wait_for(lambda: scene.slack.dms(scene.ben))
    assert "The auditor says 59" in dm[-1].plain()
    await scene.ben.press(one, "task_verdict")  # the modal starts from the version that was sent back
    assert (await scene.ben.submit({"explanation": "The accounts show 59 million."})).ok
    await scene.until(one, "Waiting for sign-off", "59 million")


async def test_an_approval_holds_only_for_the_version_it_was_given_to(scene: Scene) -> None:
    one = await scene.card()
    await propose(scene.ben, one)
    await scene.until(one, "Waiting for sign-off")
    await scene.cleo.press(one, "task_object")  # the modal is open while the author changes the verdict
    await scene.ben.press(one, "task_verdict")
    assert (await scene.ben.submit({"explanation": "A better explanation."})).ok
    await scene.until(one, "A better explanation")
    answer = await scene.cleo.submit({"reason": "Too short"})
    assert "was changed since" in answer.errors["reason"]
    assert scene.cleo.view is not None  # and what she typed is still there


async def test_what_became_impossible_while_a_form_was_open_is_said_on_the_form(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_dismiss")
    await scene.cleo.press(one, "task_verdict")
    await propose(scene.ada, one)
    await scene.until(one, "Waiting for sign-off")
    refused = await scene.ben.submit({"kind": "not_a_claim", "reason": "An opinion"})
    assert "waits for sign-off" in refused.errors["kind"]
    await scene.ben.close_view()
    await scene.cleo.close_view()
    await scene.ben.press(one, "task_object")
    await sign(scene.cleo, one)
    await scene.until(one, "*Published*")
    refused = await scene.ben.submit({"reason": "Too late"})
    assert "is published" in refused.errors["reason"]


async def test_a_form_for_a_claim_that_was_set_aside_meanwhile_says_so(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_verdict")
    assert (await set_aside(scene.cleo, one)).ok
    refused = await scene.ben.submit(GOOD)
    assert "was set aside" in refused.errors["explanation"]


@pytest.mark.parametrize(
    ("prepare", "action", "sentence"),
    [
        ("", "task_take", "You have this claim already"),
        ("task_take", "task_put_back", "Nobody has this claim"),
        ("dismissed", "task_reopen", "is not set aside"),
    ],
)
async def test_a_second_press_of_the_same_button_is_explained(
    scene: Scene, prepare: str, action: str, sentence: str
) -> None:
    one = await scene.card()
    if prepare == "dismissed":
        await set_aside(scene.ben, one)
        await scene.until(one, "[Reopen]")
    elif prepare:
        await scene.ben.press(one, prepare)
        await scene.until(one, "*Taken*")
    await asyncio.gather(scene.ben.press(one, action), scene.ben.press(one, action))
    await heard(scene, scene.ben, sentence)


async def test_of_an_objection_and_a_signature_at_once_one_stands_and_the_other_is_explained(scene: Scene) -> None:
    one = await scene.card()
    await propose(scene.ben, one)
    await scene.until(one, "Waiting for sign-off")
    await scene.cleo.press(one, "task_object")
    await scene.ada.press(one, "task_sign_off")
    objection, signature = await asyncio.gather(scene.cleo.submit({"reason": "Too old"}), scene.ada.submit(REVIEW))
    if objection.errors:
        assert "is published" in objection.errors["reason"]
        await scene.until(one, "*Published*")
    else:
        assert "no verdict waiting for sign-off" in next(iter(signature.errors.values()))
        await scene.until(one, "Too old", "*Taken*")


async def test_only_the_holder_can_put_a_claim_back(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_take")
    await scene.until(one, "[Put back]")
    await scene.cleo.press(one, "task_put_back")
    await heard(scene, scene.cleo, "only they can put it back")
    assert "*Taken*" in one.plain()


async def test_a_source_that_is_no_address_on_the_web_is_refused_on_its_field(scene: Scene) -> None:
    one = await scene.card()
    answer = await propose(scene.ben, one, url_0="https://a")
    assert "This is not a link" in answer.errors["url_0"]


async def test_a_form_that_slack_is_too_busy_to_open_is_explained(scene: Scene) -> None:
    one = await scene.card()
    scene.slack.faults.add("views.open", "429", retry_after=5)
    assert (await scene.ben.press(one, "task_verdict")).ok
    await heard(scene, scene.ben, "too busy to open the form")
    scene.slack.faults.add("views.open", "late", delay=4)
    answer = await scene.cleo.press(one, "task_verdict")
    assert answer.ok
    assert answer.seconds < 3


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"url_1": "https://accounts.brannock.example/other"}, "url_0", "1 of 2 independent sources"),
        ({"url_1": None, "note_1": None}, "url_1", "1 of 2 independent sources"),
        ({"note_1": None}, "note_1", "what this source shows"),
        ({"summary": "   "}, "summary", "one sentence"),
        ({"rating": "unverifiable", "explanation": "  "}, "explanation", "how you came to it"),
    ],
)
async def test_a_verdict_without_enough_is_refused_on_the_field(
    scene: Scene, changes: dict[str, str | None], field: str, words: str
) -> None:
    one = await scene.card()
    answer = await propose(scene.ben, one, **changes)
    assert words in answer.errors[field]
    assert scene.ben.view is not None  # nothing that was typed is lost


async def test_unverifiable_may_stand_without_sources(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_verdict")
    unknown = {"rating": "unverifiable", "summary": "Nobody can know.", "explanation": "The ledgers burned."}
    assert (await scene.ben.submit(unknown)).ok
    await scene.until(one, "Waiting for sign-off", "Unverifiable")


async def test_a_third_source_can_be_added_and_what_was_typed_stays(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_verdict")
    view = scene.ben.fill(GOOD)
    await scene.ben.press(view, "verdict_add_source")
    more = {"url_2": "https://third.example/", "note_2": "A third"}
    assert (await scene.ben.submit(more)).ok
    await scene.until(one, "Waiting for sign-off", "third.example", "auditor.example")


async def test_did_they_say_it_is_asked_apart_from_is_it_true(scene: Scene) -> None:
    _, cards = await scene.filed()
    said = next(c for c in cards if "Said by" in c.plain())
    with pytest.raises(InputMissing, match="Did mayor Ines Calder say it"):
        await propose(scene.ben, said, said=None)
    assert (await scene.ben.submit({"said": "said"})).ok
    await scene.until(said, "🔴 *False*", "*They said it*")


async def test_somebody_elses_claim_is_theirs_to_judge(scene: Scene) -> None:
    one = await scene.card()
    await scene.ben.press(one, "task_take")
    await scene.until(one, "*Taken*")
    await scene.cleo.press(one, "task_verdict")
    await heard(scene, scene.cleo, "the verdict is theirs to write")
    assert scene.cleo.view is None


async def test_claims_lists_the_queue_with_its_filters(scene: Scene) -> None:
    _, cards = await scene.filed()
    await scene.ben.press(cards[0], "task_take")
    await scene.until(cards[0], "*Taken*")
    await propose(scene.cleo, cards[1])
    await scene.until(cards[1], "Waiting for sign-off")
    everything = await scene.ben.command(scene.desk, "/claims")
    assert "2" in everything.text
    mine = scene.slack.ephemerals(scene.ben, scene.desk)
    await scene.ben.command(scene.desk, "/claims", "mine")
    assert "you have these" in scene.slack.ephemerals(scene.ben, scene.desk)[len(mine)].plain()
    review = await scene.ben.command(scene.desk, "/claims", "review")
    assert "1" in review.text
    none = await scene.ben.command(scene.desk, "/claims", "open")
    assert "none" in none.text
    assert "What I can do" in (await scene.ben.command(scene.desk, "/claims", "help")).text
    assert "Did you mean `/claims review`" in (await scene.ben.command(scene.desk, "/claims", "reveiw")).text


async def test_in_a_thread_a_mention_does_what_the_command_does(scene: Scene) -> None:
    root, cards = await scene.filed()
    await scene.ben.press(cards[0], "task_take")
    await scene.until(cards[0], "*Taken*")
    await scene.ben.post(scene.desk, f"{scene.me} mine", thread_ts=root.ts)
    assert "you have these" in (await heard(scene, scene.ben, "you have these")).plain()


async def test_in_a_thread_a_mention_asks_for_the_queue_and_the_digest(scene: Scene) -> None:
    root, _ = await scene.filed()
    await scene.ben.post(scene.desk, f"{scene.me} claims open", thread_ts=root.ts)
    await heard(scene, scene.ben, "nobody has taken these yet")
    await scene.ben.post(scene.desk, f"{scene.me} digest at 08:15 Europe/Istanbul", thread_ts=root.ts)
    await heard(scene, scene.ben, "08:15 (Europe/Istanbul)")
    await scene.ben.post(scene.desk, f"{scene.me} digest", thread_ts=root.ts)
    await scene.slack.wait_for(
        lambda: [m for m in scene.slack.messages(scene.desk) if metadata_id(m).startswith("digest:")], timeout=15
    )


async def test_the_digest_tells_of_verdicts_and_of_what_waits(scene: Scene) -> None:
    _, cards = await scene.filed()
    await published(scene, cards[0])
    await scene.ada.command(scene.desk, "/digest")

    def digests() -> list[Message]:
        return [m for m in scene.slack.messages(scene.desk) if metadata_id(m).startswith("digest:")]

    (first,) = await scene.slack.wait_for(digests, timeout=15)
    assert "🔴 *False*" in first.plain()
    assert "Open the longest" in first.plain()
    await scene.ada.command(scene.desk, "/digest")
    await scene.slack.wait_for(lambda: len(digests()) == 2, timeout=15)
    assert "none since the last digest" in digests()[1].plain()


async def test_the_time_of_the_digest_can_be_set(scene: Scene) -> None:
    told = await scene.ada.command(scene.desk, "/digest", "at 08:30 Europe/Istanbul")
    assert "08:30 (Europe/Istanbul)" in told.text
    assert "No digest any more" in (await scene.ada.command(scene.desk, "/digest", "off")).text
    assert "don't know the timezone" in (await scene.ada.command(scene.desk, "/digest", "at 9 Mars/Base")).text
    assert "/digest at 08:30" in (await scene.ada.command(scene.desk, "/digest", "sometimes")).text
    assert "08:30 (Europe/Istanbul)" in (await scene.ada.command(scene.desk, "/digest", "on")).text
