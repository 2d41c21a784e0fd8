"""Delivers the outbox to Slack: in order per thread, at Slack's pace, each message once.

A post is noted before it is made. If its fate stays unknown (we died, the connection broke), the next attempt looks for
the message by the id in its metadata and posts only what is not there. Edits are rendered from the record as it stands,
so repeating one changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.messages import Wanted
from bot.slack.lookup import EVENT_TYPE, find_posted
from bot.slack.patience import MAYBE_DONE, NO_ANSWER, REFUSED_APP, backoff, read_refusal, retry_after
from bot.slack.render import Rendered, Renderer
from bot.store.keys import Keys
from bot.store.outbox import Message, Outbox
from bot.store.pace import THE_APP, Pace
from bot.store.records import Missing
from bot.store.redis_client import end_if_cancelled
from bot.telemetry.context import about
from bot.telemetry.metrics import MESSAGES
from bot.telemetry.tracing import span

log = logging.getLogger(__name__)

LEASE = 9.0
"""Seconds for which a sender holds a queue unless it renews: how long a queue rests after its sender was killed."""
LET_GO = 0.5
"""Seconds to wait for a sender that found the queue empty, just before there was something in it, to let go of it."""
LOOK_AGAIN = 0.1
"""Seconds between looks at a queue that must wait, so that an edit need not wait behind a post."""
STAYS = 3.0
"""Longest time in seconds that a sender stays with a queue in which all messages are held: it takes up one of the few
that there are, and what is held for longer the clock has sent when its time has come."""
LONGEST_REST = 30.0
"""Seconds after which a queue is looked at again in which all were held for longer than that."""
MOST_ATTEMPTS = 12
"""Definite failures of one message (5xx) before it is put aside: with the backoff below, about five minutes."""

OF_A_SUBMISSION = frozenset({"summary", "card", "more"})
"""What is shown of one article; its lines in the log say of which."""
AT_ONCE = frozenset({"ephemeral", "home"})
"""What is shown to one person alone; it waits for no turn in a channel."""
HOME_TS = "home"
"""Stands for the ts of a Home: it has none, and publishing it again replaces it."""

# Slack's word that this message can never be taken: trying again changes nothing.
HOPELESS = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "edit_window_closed",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "is_archived",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "restricted_action",
        "thread_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "users_not_found",
    }
)
NO_MEMBER = frozenset({"channel_not_found", "not_in_channel"})
# Answers to an edit of a message that somebody deleted; one that has replies is still there, as an empty shell.
DELETED = frozenset({"cant_update_message", "message_not_found"})


class NoThread(Missing):
    """The message that was to start the thread was never posted; the argument says why."""


class Sender:
    """Sends the messages of one workspace."""

    def __init__(
        self,
        client: AsyncWebClient,
        redis: Redis,
        keys: Keys,
        renderer: Renderer,
        *,
        post_every: float,
        cannot_post: Callable[[Wanted], Awaitable[None]],
        sent: Callable[[Message], Awaitable[None]] | None = None,
    ) -> None:
        """``post_every``: seconds between two posts in a channel. ``cannot_post`` hears of what met a closed door,
        ``sent`` of what Slack took, as it was known before."""
        self._sent = sent
        self._cannot_post = cannot_post
        self._client = client
        self._redis = redis
        self._keys = keys
        self._render = renderer
        self._outbox = Outbox(redis, keys)
        self._pace = Pace(redis, keys)
        self._post_every = post_every

    async def deliver(self, queue: str) -> None:
        """Send what waits in a queue until nothing does, or all of it must wait for longer than a sender stays; returns
        soon if another process is at it.

        Where Slack refuses the app, or there is no token for the workspace, everything waits and no job waits with it:
        the other workspaces need the workers.
        """
        if not await self._may_speak():
            return
        lock = self._redis.lock(self._keys.sending(queue), timeout=LEASE, sleep=0.02)
        if not await lock.acquire(blocking_timeout=LET_GO):
            return
        renewal = asyncio.create_task(_renew(lock))
        try:
            while not renewal.done() and await self._may_speak() and not await self._outbox.close_if_empty(queue):
                waiting = await self._outbox.waiting(queue)
                held = await self._send_next(queue, waiting)
                if held > max(STAYS, self._post_every):
                    if await self._outbox.rest(queue, waiting, min(held, LONGEST_REST)):
                        return
                elif held:
                    await asyncio.sleep(min(5 * LOOK_AGAIN, max(LOOK_AGAIN, held / 10)))
                end_if_cancelled()
        finally:
            renewal.cancel()
            with suppress(LockError):  # it ran out and somebody else has it: theirs to release
                await lock.release()

    async def _may_speak(self) -> bool:
        return bool(self._client.token) and not await self._held(THE_APP)

    async def _send_next(self, queue: str, waiting: Counter[str]) -> float:
        """Send the message whose turn it is. If all have to wait: for how many seconds at least, else 0.

        Edits and what only one person sees go at once. Of the posts, each thread's first may go: the start of another
        thread and news before the next claim card, so that nobody waits for somebody else's ten cards.
        """
        messages = await self._outbox.messages(waiting)
        at_once = [m for m in messages if m.ts or m.wanted.shows in AT_ONCE]
        next_posts = sorted(_heads(messages), key=lambda m: m.wanted.shows in ("card", "more"))
        holds: list[float] = []
        if next_posts and (posting := await self._pace.wait("chat.postMessage", queue)) > 0:
            next_posts, holds = [], [posting]
        for message in (*at_once, *next_posts):
            held = await self._pace.wait(_method(message) or queue, f"message:{message.wanted.id}")
            if held <= 0:
                await self._send(queue, message, waiting[message.wanted.id])
                return 0.0
            holds.append(held)
        gone = waiting.keys() - {m.wanted.id for m in messages}
        for id in gone:
            await self._outbox.done(queue, id, waiting[id], channel="", ts="")
        return 0.0 if gone else min(holds, default=0.0)

    async def _held(self, *names: str) -> bool:
        return await self._pace.wait(*names) > 0

    async def _send(self, queue: str, message: Message, seen: int) -> None:
        wanted = message.wanted
        submission = wanted.about.partition("-")[0] if wanted.shows in OF_A_SUBMISSION else ""
        with about(submission=submission), span("send", shows=wanted.shows):
            await self._try(queue, message, seen)

    async def _try(self, queue: str, message: Message, seen: int) -> None:
        wanted = message.wanted
        try:
            rendered = await self._render.render(wanted)
            if wanted.shows == "home":
                await self._client.views_publish(user_id=wanted.user, view={"type": "home", "blocks": rendered.blocks})
                place = (wanted.queue, HOME_TS)
            elif message.ts:
                await self._edit(message, rendered)
                place = (message.channel, message.ts)
            else:
                place = await self._post(message, rendered)
            await self._outbox.done(queue, wanted.id, seen, channel=place[0], ts=place[1])
            MESSAGES.labels("edited" if message.ts else "posted").inc()
            if self._sent:
                await self._sent(message)
        except Missing as gone:
            await self._bury(queue, wanted.id, str(gone.args[0]) if isinstance(gone, NoThread) else "record_gone")
        except SlackApiError as error:
            await self._refused(queue, message, error)
        except NO_ANSWER as error:
            # The fate of a post is unknown now: "tried" stays set, and the next attempt looks before it posts.
            seconds = backoff(await self._outbox.count(wanted.id, "waits", type(error).__name__))
            log.warning("Slack gave no answer for %s (%s); again in %.1f s", wanted.id, type(error).__name__, seconds)
            await self._pace.hold(f"message:{wanted.id}", seconds)
        except RedisError:
            raise
        except Exception as error:  # a record that cannot be read, a slip of ours: it must not stop its channel
            log.exception("message %s cannot be rendered", wanted.id)
            await self._failed(queue, message, type(error).__name__)

    async def _edit(self, message: Message, rendered: Rendered) -> None:
        await self._client.chat_update(
            channel=message.channel, ts=message.ts, text=rendered.text, blocks=rendered.blocks
        )

    async def _post(self, message: Message, rendered: Rendered) -> tuple[str, str]:
        wanted = message.wanted
        channel = await self._channel(wanted.queue)
        thread = await self._thread(wanted.thread)
        if wanted.shows == "ephemeral":  # cannot be looked up: said twice is better than never
            await self._client.chat_postEphemeral(
                channel=channel, user=wanted.user, text=rendered.text, blocks=rendered.blocks, thread_ts=thread
            )
            return channel, ""
        if message.tried and (ts := await find_posted(self._client, channel, thread, wanted.id, message.tried)):
            return channel, ts
        await self._outbox.trying(wanted.id, message.tried or time.time())
        await self._pace.hold(wanted.queue, self._post_every)
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=rendered.text,
            blocks=rendered.blocks,
            thread_ts=thread,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"id": wanted.id}},
            unfurl_links=False,
            unfurl_media=False,
            reply_broadcast=True if wanted.broadcast and thread else None,
        )
        return str(answer["channel"]), str(answer["ts"])

    async def _channel(self, queue: str) -> str:
        """The channel to post to: a person's queue is their direct message with the desk."""
        if not queue.startswith(("U", "W")):
            return queue
        known = await self._redis.hget(self._keys.message(f"dm:{queue}"), "channel")
        if known:
            return str(known)
        answer = await self._client.conversations_open(users=queue)
        channel: str = answer["channel"]["id"]
        await self._redis.hset(self._keys.message(f"dm:{queue}"), "channel", channel)
        return channel

    async def _thread(self, thread: str) -> str | None:
        """The ts to reply to. A message that was to start the thread and is gone leaves none to reply to."""
        if not thread.startswith("message:"):
            return thread or None
        starts = await self._outbox.message(thread.removeprefix("message:"))
        if starts is None or not starts.ts:
            raise NoThread(starts.buried if starts and starts.buried else "record_gone")
        return starts.ts

    async def _refused(self, queue: str, message: Message, error: SlackApiError) -> None:
        """Slack answered, and the answer is no."""
        code, status, headers = read_refusal(error)
        id = message.wanted.id
        if status < 500 and code not in MAYBE_DONE and not message.tried:
            await self._outbox.not_posted(id)  # this attempt did nothing, and no earlier one is in doubt
        if status == 429 or code == "ratelimited":
            seconds = retry_after(headers)
            name = _method(message) or queue
            log.info("Slack asks to wait %.0f s (%s)", seconds, name)
            await self._pace.hold(name, seconds)
        elif code in DELETED and message.ts:
            await self._outbox.forget_ts(id)
        elif code in HOPELESS:
            await self._bury(queue, id, code)
            if code in NO_MEMBER:
                await self._cannot_post(message.wanted)
        elif code in REFUSED_APP:
            seconds = backoff(await self._outbox.count(id, "waits", code))
            team = self._keys.team
            log.error("workspace %s: Slack refuses the app (%s); messages wait until this is mended", team, code)
            await self._pace.hold(f"message:{id}" if code == "missing_scope" else THE_APP, seconds)
        else:
            await self._failed(queue, message, code or f"http_{status}")

    async def _failed(self, queue: str, message: Message, why: str) -> None:
        """Count a failure of this message: it is tried again later, and in the end put aside."""
        id = message.wanted.id
        MESSAGES.labels("failed").inc()
        failures = await self._outbox.count(id, "attempts", why)
        if failures >= MOST_ATTEMPTS:
            await self._bury(queue, id, why)
        else:
            await self._pace.hold(f"message:{id}", backoff(failures))

    async def _bury(self, queue: str, id: str, error: str) -> None:
        log.error("message %s cannot be delivered (%s); it is kept in the list of dead letters", id, error)
        MESSAGES.labels("buried").inc()
        await self._outbox.bury(queue, id, error)


def _heads(messages: list[Message]) -> list[Message]:
    """The first post of each thread: later ones must not overtake it."""
    heads: list[Message] = []
    begun: set[str] = set()
    for message in messages:
        wanted = message.wanted
        own = f"message:{wanted.id}"
        if message.ts or wanted.shows in AT_ONCE:
            continue
        if (wanted.thread or own) not in begun:
            heads.append(message)
        begun |= {wanted.thread or own, own}
    return heads


def _method(message: Message) -> str:
    """The method that shows what goes at once; empty for a post, which its channel holds up and not its method."""
    if message.wanted.shows == "home":
        return "views.publish"
    if message.ts:
        return "chat.update"
    return "chat.postEphemeral" if message.wanted.shows == "ephemeral" else ""


async def _renew(lock: Lock) -> None:
    """Keep a lease until cancelled; ends when the lease was lost, and then the sender stops, too."""
    while True:
        await asyncio.sleep(LEASE / 3)
        try:
            await lock.reacquire()
        except (LockError, RedisError) as error:
            log.warning("%s may have gone to another sender (%s)", lock.name, type(error).__name__)
            return
