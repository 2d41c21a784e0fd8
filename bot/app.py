"""The composition root: the one place where the rooms are wired together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib.resources import files

from docket import Depends, Docket, Worker
from redis.asyncio import Redis
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_builtins import AsyncIgnoringSelfEvents, AsyncUrlVerification
from slack_sdk.web.async_client import AsyncWebClient

import handlers.actions
import handlers.commands
import handlers.errors
import handlers.events
import handlers.home
import handlers.options
import handlers.reminders
import handlers.shortcuts
import handlers.verdict_form
import handlers.views
import handlers.workspace_events
from bot.desk.messages import Shows
from bot.desk.ratings import Scale, parse_scales
from bot.jobs.steady import Steadiness
from bot.jobs.thread_time import ThreadTime
from bot.reminders.rules import ReminderRules, parse_reminder_rules
from bot.service import Desk, Office
from bot.service.home_page import HomePage
from bot.service.reminder_messages import ReminderMessages
from bot.slack.identity import Identity
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer, Show
from bot.slack.sender import Sender
from bot.slack.workspaces import NONE_TO_SERVE, Workspaces
from bot.store.deliveries import Deliveries
from bot.store.desk_store import DeskStore, teams
from bot.store.house_store import HouseStore
from bot.store.installations import Installations
from bot.store.job_queue import Dockets, JobQueue, open_dockets
from bot.store.keys import Keys
from bot.store.outbox import Outbox
from bot.store.queue_logs import watch_the_queue
from bot.store.redis_client import cancelled, check_fit, connect
from bot.store.reminder_store import ReminderStore
from bot.store.schema import bring_up_to_date
from bot.store.trouble import RedisWatch
from bot.telemetry.job import observed_job
from config.settings import Settings, SettingsError
from handlers.middleware import OnceOnly
from handlers.patient import PatientApp

log = logging.getLogger(__name__)

_HANDLERS = (
    handlers.events,
    handlers.workspace_events,
    handlers.commands,
    handlers.shortcuts,
    handlers.actions,
    handlers.options,
    handlers.verdict_form,
    handlers.views,
    handlers.home,
    handlers.reminders,
    handlers.errors,
)

TURN_MARGIN = 5
"""Seconds beyond a page's longest time after which a dead worker's turn at a web site goes to the next."""


@dataclass
class App:
    """What every process has: Redis, the job queue, and a client of Slack's and a desk for each workspace."""

    settings: Settings
    redis: Redis
    watch: RedisWatch
    dockets: Dockets
    workspaces: Workspaces
    scales: Mapping[str, Scale]
    reminder_rules: ReminderRules
    _desks: dict[str, Desk] = field(default_factory=dict)
    _senders: dict[str, Sender] = field(default_factory=dict)

    def desk(self, team: str) -> Desk:
        """The desk of a workspace."""
        if team not in self._desks:
            office = Office(
                store=DeskStore(self.redis, team),
                houses=HouseStore(self.redis, team),
                outbox=Outbox(self.redis, Keys(team)),
                queue=JobQueue(self.dockets),
                scales=self.scales,
                permalinks=Permalinks(self.workspaces.client(team), self.redis, Keys(team)),
                people=People(self.workspaces.client(team), team),
                admins=self.settings.admins,
            )
            self._desks[team] = Desk(office, ReminderStore(self.redis, team), self.reminder_rules)
        return self._desks[team]

    async def served(self) -> list[str]:
        """The workspaces with records here that the desk works for now."""
        return [team for team in await teams(self.redis) if self.workspaces.serves(team)]

    def sender(self, team: str) -> Sender:
        """The sender of a workspace."""
        if team not in self._senders:
            desk = self.desk(team)
            office = desk.office
            reminding = ReminderMessages(office, desk.reminder_store)
            extra: dict[Shows, Show] = {
                "home": HomePage(office).render,
                "reminder": reminding.reminder,
                "unassigned": reminding.unassigned,
            }
            renderer = Renderer(office.store, office.rules, office.permalinks, extra)
            self._senders[team] = Sender(
                self.workspaces.client(team),
                self.redis,
                office.store.keys,
                renderer,
                post_every=self.settings.slack_post_seconds,
                cannot_post=desk.cannot_post,
                sent=ThreadTime(self.redis, office.store).sent,
            )
        return self._senders[team]


@asynccontextmanager
async def open_app(settings: Settings, redis_url: str) -> AsyncIterator[App]:
    """Connect everything, and let go of it at the end.

    Raises:
        SettingsError: a setting that is needed is missing, or a file of ``config/`` cannot be read.
        UnfitRedis: the server would lose what the desk writes.
        NewerSchema: a newer version wrote its records.
    """
    try:
        scales = parse_scales(files("config").joinpath("ratings.toml").read_text("utf-8"))
        reminder_rules = parse_reminder_rules(files("config").joinpath("reminders.toml").read_text("utf-8"))
    except ValueError as error:
        raise SettingsError(str(error)) from None
    redis = connect(redis_url)
    watch = RedisWatch(redis_url)
    watch_the_queue(watch)
    try:
        await watch.well()
        for warning in await check_fit(redis):
            log.warning(warning)
        for team in await teams(redis):
            await bring_up_to_date(redis, team)
        workspaces = await _workspaces(settings, redis)
        fresh = asyncio.create_task(workspaces.keep_fresh())
        try:
            async with open_dockets(redis_url) as dockets:
                yield App(settings, redis, watch, dockets, workspaces, scales, reminder_rules)
        finally:
            await cancelled(fresh)
    finally:
        await watch.aclose()
        await redis.aclose()


async def _workspaces(settings: Settings, redis: Redis) -> Workspaces:
    """The workspaces there are tokens for. Raises SettingsError if there is none."""
    own = settings.slack_bot_token
    workspaces = Workspaces(
        Installations(redis, settings.token_keys), own.get_secret_value() if own else "", settings.slack_api_url
    )
    await workspaces.start()
    if own is None and not workspaces.identities():
        raise SettingsError(NONE_TO_SERVE)
    return workspaces


def slack_app(app: App, identity: Identity) -> AsyncApp:
    """The Bolt app with every handler: what the web process listens with.

    ``process_before_response``: Slack's acknowledgement goes out after the handler is through, so that what was
    acknowledged is safely in Redis.
    """
    secret = app.settings.slack_signing_secret
    client = app.workspaces.client(identity.team)
    bolt = PatientApp(
        signing_secret=secret.get_secret_value() if secret else "unused in Socket Mode",
        client=client,
        authorize=_authorize(client, identity),
        process_before_response=True,
        logger=_bolt_logger(),
        ssl_check_enabled=False,  # it would answer whoever signs nothing
        url_verification_enabled=False,  # but below, and so is the next, where what is replayed is refused, too
        ignoring_self_events_enabled=False,
    )
    bolt.deliveries = Deliveries(app.redis)
    bolt.watch = app.watch
    bolt.use(OnceOnly(bolt.deliveries))
    bolt.use(_calls_with(client))
    bolt.use(AsyncIgnoringSelfEvents())
    bolt.use(AsyncUrlVerification())
    desk = app.desk(identity.team)
    for kind in _HANDLERS:
        kind.register(bolt, desk)
    leave = partial(app.workspaces.leave, identity.team)
    handlers.workspace_events.register_leaving(bolt, identity.bot_user, leave)
    return bolt


def _calls_with(client: AsyncWebClient) -> Callable[..., Awaitable[None]]:
    """Middleware that gives handlers this client; Bolt makes another one for each payload, which nobody measures."""

    async def give(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:
        context["client"] = client
        await next()

    return give


def _authorize(client: AsyncWebClient, identity: Identity) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Every payload that comes here is for this workspace, whatever team it names: in a shared channel that may be
    another company's. Known from the start, so that Slack need not be asked while somebody waits."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot_id,
            bot_token=client.token,
        )

    return authorize


def _bolt_logger() -> logging.Logger:
    """From ERROR on: at every start Bolt warns that the client it was given has the token already."""
    logger = logging.getLogger("bot.bolt")
    logger.setLevel(logging.ERROR)
    return logger


@asynccontextmanager
async def open_workers(app: App, steadiness: Steadiness) -> AsyncIterator[tuple[Worker, ...]]:
    """What works in a worker process, one for each queue; its extraction processes load the spaCy pipeline first."""
    # Only workers read pages and run spaCy; the other processes never load what that takes.
    from bot.articles.read import read, read_file  # noqa: PLC0415
    from bot.fetch_limits import fetch_limits  # noqa: PLC0415
    from bot.jobs.extraction import ExtractionPool  # noqa: PLC0415
    from bot.jobs.fetching import MeasuredFetcher  # noqa: PLC0415
    from bot.jobs.jobs import AT_ONCE, Jobs, Readers  # noqa: PLC0415
    from bot.jobs.parsing import ParserPool  # noqa: PLC0415
    from bot.slack.shared_files import SharedFiles  # noqa: PLC0415
    from bot.store.turns import SharedTurns  # noqa: PLC0415

    settings = app.settings
    limits = fetch_limits(settings)
    fetcher = MeasuredFetcher(limits, turns=SharedTurns(app.redis, limits.total_seconds + TURN_MARGIN))
    parsers = ParserPool(
        settings.parser_processes, seconds=settings.parser_seconds, memory_mb=settings.parser_memory_mb
    )
    readers = Readers(
        text=partial(read, fetcher=fetcher, parse=parsers.parse, most_pages=settings.article_max_pages),
        file=partial(read_file, parse=parsers.parse),
        files=lambda team: SharedFiles(
            app.workspaces.client(team), most_bytes=settings.fetch_max_bytes, seconds=settings.fetch_total_seconds
        ),
    )
    pool = ExtractionPool(settings.spacy_pipeline, settings.extraction_processes)
    try:
        await asyncio.gather(pool.warm_up(), parsers.warm_up())
        jobs = Jobs(
            app.desk,
            app.sender,
            lambda team: app.desk(team).office.people,
            readers,
            pool.extract,
            app.workspaces.serves,
        )
        jobs.register(app.dockets, steadiness.steady)

        def worker(docket: Docket, concurrency: int) -> Worker:
            return Worker(
                docket,
                concurrency=concurrency,
                redelivery_timeout=timedelta(seconds=settings.redelivery_seconds),
                reconnection_delay=timedelta(seconds=1),
                minimum_check_interval=timedelta(milliseconds=100),
                scheduling_resolution=timedelta(milliseconds=100),
                schedule_automatic_tasks=False,
                dependencies=[Depends(observed_job)],
            )

        async with (
            worker(app.dockets.reading, AT_ONCE) as reading,
            worker(app.dockets.telling, settings.worker_concurrency) as telling,
        ):
            yield reading, telling
    finally:
        await asyncio.gather(asyncio.to_thread(pool.close), asyncio.to_thread(parsers.close))
