"""A real Bolt app against the workspace, over HTTP and over Socket Mode."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.sandbox import Channel, InputMissing, NotPossible, Person, Workspace

BUTTON: dict[str, Any] = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Take"}, "value": "claim-1"}
    ],
}
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "verdict",
    "title": {"type": "plain_text", "text": "Verdict"},
    "submit": {"type": "plain_text", "text": "Save"},
    "private_metadata": "claim-1",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "rating",
            "label": {"type": "plain_text", "text": "Rating"},
            "element": {
                "type": "static_select",
                "action_id": "rating_choice",
                "options": [
                    {"text": {"type": "plain_text", "text": "True"}, "value": "true"},
                    {"text": {"type": "plain_text", "text": "False"}, "value": "false"},
                ],
            },
        },
        {
            "type": "input",
            "block_id": "why",
            "optional": True,
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "why_text", "multiline": True},
        },
    ],
}


async def test_a_mention_gets_a_threaded_reply(slack: Workspace, app: AsyncApp, ada: Person, desk: Channel) -> None:
    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await say(text="Reading", thread_ts=event["ts"])

    message = await ada.post(desk, f"<@{slack.bot_user_id}> https://news.example/a?b=1&c=2 R&D <3")
    assert message.text == f"<@{slack.bot_user_id}> <https://news.example/a?b=1&c=2> R&amp;D &lt;3"
    (reply,) = await slack.wait_for(lambda: slack.thread(message))
    assert reply.text == "Reading"
    assert all(delivery.acked and delivery.seconds < 3 for delivery in slack.deliveries)
    assert message.plain() == f"@{slack.bot_user_id} https://news.example/a?b=1&c=2 R&D <3"


async def test_a_command_is_answered_ephemerally(slack: Workspace, app: AsyncApp, ada: Person, desk: Channel) -> None:
    @app.command("/factcheck")
    async def factcheck(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack(f"Got {command['text']}")
        await respond("For all", response_type="in_channel")

    answer = await ada.command(desk, "/factcheck", f"https://news.example {ada}")
    assert answer.ok
    assert answer.text == "Got https://news.example @ada"
    assert [message.text for message in slack.ephemerals(ada, desk)] == [answer.text]
    await slack.wait_for(lambda: [message.text for message in slack.messages(desk)] == ["For all"])


async def test_a_button_opens_a_form_that_is_submitted(
    slack: Workspace, app: AsyncApp, ada: Person, bram: Person, desk: Channel
) -> None:
    submitted: list[dict[str, Any]] = []

    @app.action("take")
    async def take(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("verdict")
    async def verdict(ack: Any, view: dict[str, Any]) -> None:
        submitted.append(view)
        values = view["state"]["values"]
        if not values["why"]["why_text"]["value"]:
            await ack(response_action="errors", errors={"why": "Say why"})
        else:
            await ack()

    await app.client.chat_postMessage(channel=desk.id, text="Claim", blocks=[BUTTON])
    (card,) = slack.messages(desk)
    assert (await ada.press(card, "take")).ok
    await slack.wait_for(lambda: ada.view)
    with pytest.raises(InputMissing):
        await ada.submit()
    refused = await ada.submit({"rating": "false"})
    assert refused.errors == {"why": "Say why"}
    assert ada.view
    assert (await ada.submit({"why_text": "Because\nof this"})).ok
    assert ada.view is None
    assert bram.view is None
    last = submitted[-1]
    assert last["private_metadata"] == "claim-1"
    assert last["state"]["values"]["rating"]["rating_choice"]["selected_option"]["value"] == "false"
    with pytest.raises(NotPossible):
        await ada.press(card, "sign_off")


async def test_a_message_shortcut_brings_the_message(
    slack: Workspace, app: AsyncApp, ada: Person, desk: Channel
) -> None:
    @app.shortcut("check_message")
    async def check(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.chat_postMessage(
            channel=shortcut["channel"]["id"], thread_ts=shortcut["message"]["ts"], text=shortcut["message"]["text"]
        )

    message = await ada.post(desk, "The mayor said no")
    assert (await ada.shortcut("check_message", message)).ok
    (reply,) = await slack.wait_for(lambda: slack.thread(message))
    assert reply.text == "The mayor said no"


async def test_respond_replaces_the_card(slack: Workspace, app: AsyncApp, ada: Person, desk: Channel) -> None:
    @app.action("take")
    async def take(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Taken", replace_original=True)

    await app.client.chat_postEphemeral(channel=desk.id, user=ada.id, text="Yours?", blocks=[BUTTON])
    (card,) = slack.ephemerals(ada)
    await ada.press(card, "take")
    await slack.wait_for(lambda: card.text == "Taken" and not card.blocks)
