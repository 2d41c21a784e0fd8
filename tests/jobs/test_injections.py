"""What pages and people write to be more than text is text wherever the desk shows it: it notifies nobody, and no link
leads elsewhere than it says."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from chaos.payload_mutations import INJECTIONS
from desk.samples import article, claim, propose, submission
from jobs.house import TUESDAY_TEN, House
from redis.asyncio import Redis

from bot.claims.claim import Extraction, Speaker, TimeExpression
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Object,
    Propose,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
)
from bot.desk.house import House as Settings
from bot.desk.refusals import Refusal
from bot.desk.task import Evidence
from bot.jobs.jobs import tasks_for
from bot.service.lists import Lists
from bot.slack.cards import modals

LINK = re.compile(r"<(?P<url>[^<>|@#!][^<>|]*)\|(?P<label>[^<>]*)>")
MARKUP = re.compile(r"<[^<>]*>")
OURS = re.compile(r"<(@U0(ANA|BEN|CARO)|#C0DESK|https?://[^<>|]+\|[^<>]+|!date\^[0-9]+\^[^<>|]+\|[^<>]+)>")
FITTING = [text for text in INJECTIONS if text.strip() and "\ud800" not in text and "\udfff" not in text]


async def _filed(house: House, number: int, text: str) -> str:
    """An article and its claims that say this everywhere; the id of the first claim."""
    id = f"s{number}"
    root = await house.ana.post(house.channel, f"please {id}", wait=False)
    here = {"channel": house.channel.id, "asker": house.ana.id, "thread_ts": root.ts, "team": house.store.team}
    received = submission(id, **here, title=text)
    said = TimeExpression(start=0, end=1, text=text, value=None)
    claims = [
        claim(
            f"{n} {text}",
            speaker=Speaker(name=text, role=text),
            voice="quoted",
            times=(said,),
            cue=text,
            reasons=(text,),
            ambiguous=(text,),
        )
        for n in range(3)
    ]
    page = article(text=f"0 {text} 1 {text} 2 {text}", title=text, site=text, author=text, publisher=text)
    await house.store.receive(received)
    await house.store.file(id, page, tasks_for(received, Extraction(claims=tuple(claims)), TUESDAY_TEN))
    return f"{id}-1"


def _verdict(text: str, **fields: object) -> Propose:
    sources = (
        Evidence(url="https://a.example/1", note=text, archive=text),
        Evidence(url=f"https://b.example/{text}".split()[0], note=text, archive="https://web.archive.org/web/2024/x"),
        Evidence(url="https://c.example/2", note=text, archive=f"https://archive.example/{text}"),
    )
    return propose(summary=text, explanation=text, evidence=sources, said="said", **fields)


async def _worked_on(house: House, task: str, text: str, caro: str) -> int:
    """Whatever people can type, they type this; how much of it was taken."""
    ana, ben = house.ana.id, house.ben.id
    other, third = (task.replace("-1", f"-{n}") for n in (2, 3))
    steps: list[tuple[str, Command, str]] = [
        (task, Reword(f"reworded {text}"), ana),
        (task, Ask(text), ana),
        (task, Reply(text), ben),
        (task, SetDue(TUESDAY_TEN + timedelta(days=1)), ana),
        (task, _verdict(text), ana),
        (task, Object(1, text), ben),
        (task, _verdict(text, rating="true"), ana),
        (task, SignOff(2, {"literal": text, "reading": text, "proof": text}), ben),
        (task, _verdict(text, correction=text), ana),
        (task, SignOff(3, {}), caro),
        (task, Recheck(), ben),
        (other, Split((f"one {text}", f"two {text}")), ana),
        (third, Dismiss(text), ben),
        (third, Reopen(), ben),
    ]
    done = 0
    for id, command, by in steps:
        with suppress(Refusal):  # of what is too long, or says nothing once it is stripped
            await house.desk.work.act(id, command, by)
            done += 1
    with suppress(Refusal):
        await house.desk.work.add_claim(task.partition("-")[0], None, f"added {text}"[:280], ana)
        await house.desk.work.close_article(task.partition("-")[0], text, ben)
    return done


def _mrkdwn(content: object) -> list[str]:
    """Every text that Slack reads as markup."""
    if isinstance(content, list):
        return [text for item in content for text in _mrkdwn(item)]
    if not isinstance(content, dict):
        return []
    own = [content["text"]] if content.get("type") == "mrkdwn" else []
    return own + [text for value in content.values() for text in _mrkdwn(value)]


def _check(shown: str, where: str) -> None:
    for markup in MARKUP.findall(shown):
        assert OURS.fullmatch(markup), (where, markup)
    for link in LINK.finditer(shown):
        url, label = link["url"].replace("&amp;", "&"), link["label"]
        assert urlsplit(url).scheme in ("http", "https"), (where, url)
        if "." in label and " " not in label:  # a label that looks like a host names the one that it leads to
            assert label.split("/")[0] == urlsplit(url).hostname, (where, url, label)


@pytest.mark.parametrize("start", range(0, len(FITTING), 14))
async def test_text_from_outside_stays_text_in_every_field(house: House, redis: Redis, start: int) -> None:
    caro = house.slack.add_user("caro").id
    victim = house.slack.add_user("victim").id
    some = FITTING[start : start + 14]
    taken = 0
    for number, text in enumerate(some, start=1):
        task = await _filed(house, number, text)
        taken += await _worked_on(house, task, text, caro)
        await house.desk.digests.ask(house.channel.id, "now", by=house.ana.id, origin=text)
        now = await house.store.task(task)
        rules, today = await house.desk.rules(), house.desk.office.today()
        for view in (
            modals.verdict_modal(now, rules, today=today),
            modals.reword_modal(now),
            modals.dismiss_modal(now),
            modals.add_claim_modal(await house.store.submission(now.submission), text),
            modals.settings_modal(Settings(), house.desk.office.scales, {"S1": text}),
        ):
            for shown in _mrkdwn(view["blocks"]):
                _check(shown, f"modal {view['callback_id']}")
        for words in (f"search {text}", "corrections", "overdue", "", text):
            said, blocks = await Lists(house.desk.office).claims(words, user=house.ana.id, channel=house.channel.id)
            for shown in (said, *_mrkdwn(blocks)):
                _check(shown, f"list {words[:20]!r}")
    await house.desk.homes.search(house.ana.id, "reworded")
    await house.work()
    assert taken >= 7 * len(some), "most of what people do was done"
    assert await redis.llen(house.store.keys.dead()) == 0, "Slack took every block"
    state = house.slack._core.state
    messages = [m for there in state.messages.values() for m in there if m.bot_id] + state.ephemerals
    assert len(messages) > 8 * len(some)
    for message in messages:
        for shown in (message.text, *_mrkdwn(message.blocks)):
            _check(shown, str(message.metadata))
        assert f"<@{victim}>" not in message.pings
        assert not [ping for ping in message.pings if ping.startswith("<!")]
        assert not {"\x00", "\x1b", "\x9b", "\u202e", "\u2028"} & set(json.dumps(message.blocks, ensure_ascii=False))
    everything = "\n".join(m.plain() for m in messages)
    for text in some:
        if text.isascii() and text.isprintable() and len(text) < 200:  # as it was written, whatever it says
            assert " ".join(text.split()) in everything, text
