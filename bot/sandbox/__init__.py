"""A local Slack workspace for tests and the demo.

>>> async with Workspace() as slack:                             # doctest: +SKIP
...     ada = slack.add_user("ada", real_name="Ada Osei")
...     desk = slack.add_channel("desk", members=[ada])
...     slack.request_url = "http://127.0.0.1:3000/slack/events"
...     message = await ada.post(desk, f"<@{slack.bot_user_id}> https://news.example/story")
...     reply = await slack.wait_for(lambda: slack.thread(message))
"""

from bot.sandbox.answers import Answer
from bot.sandbox.errors import InputInvalid, InputMissing, NotPossible
from bot.sandbox.person import Person
from bot.sandbox.records import Call, Change, Channel, Delivery, Message, View
from bot.sandbox.workspace import Workspace

__all__ = [
    "Answer",
    "Call",
    "Change",
    "Channel",
    "Delivery",
    "InputInvalid",
    "InputMissing",
    "Message",
    "NotPossible",
    "Person",
    "View",
    "Workspace",
]
