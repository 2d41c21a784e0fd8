"""The forms of the settings: of the workspace, and of a channel."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.house import MOST_APPROVALS, MOST_SOURCES, ChannelHouse, House
from bot.desk.pseudonyms import is_pseudonym
from bot.desk.ratings import Scale
from bot.desk.review import QUESTIONS
from bot.desk.roles import Members, Role
from bot.digest.schedule import DEFAULT_TIME, DigestSettings
from bot.slack.blocks import Block, divider, modal, option, section
from bot.slack.forms import GIVEN_ROLES, About
from bot.slack.ids import Action, Callback, Field, groups_field, users_field
from bot.slack.inputs import checkbox, external_selects, field, people_select, select, time_picker

_ROLES: dict[Role, tuple[str, str]] = {
    Role.CHECKER: ("Checkers", "They take claims and write verdicts."),
    Role.EDITOR: ("Editors", "They sign verdicts off or object, and close articles."),
    Role.ADMIN: ("Admins", "They may do everything and change these settings. Slack’s admins and owners are anyway."),
}


def settings_modal(house: House, scales: Mapping[str, Scale], group_names: Mapping[str, str]) -> Block:
    """The house rules and who may do what. ``group_names`` are those of the user groups that have a role, by id."""
    blocks = [*_rules(house, scales), divider(), section(_WHO)]
    for role in GIVEN_ROLES:
        blocks += _members(role, house.roles.get(role, Members()), group_names)
    about = About(workspace=True, version=house.version).dump()
    return modal(Callback.SETTINGS, "Settings", blocks, submit="Save", private_metadata=about)


KEEP = {0: "For ever", 30: "30 days", 90: "90 days", 365: "1 year", 730: "2 years"}
"""Days that texts of articles may be kept, with 0 for ever, and their words."""

KEEP_NAMES = {0: "For ever", 90: "90 days", 365: "1 year", 730: "2 years", 1825: "5 years"}
"""Days that names may be kept. From 90 on, what is remembered of messages to single people has expired before."""

_WHO = (
    "*Who may do what*\nNobody chosen means everybody, but for admins. Everybody can always ask for a check, answer "
    "questions and follow claims."
)


def _rules(house: House, scales: Mapping[str, Scale]) -> list[Block]:
    approvals = [option(f"{n} besides whoever wrote it", str(n)) for n in range(1, MOST_APPROVALS + 1)]
    keep = [option(label, str(days)) for days, label in KEEP.items()]
    names = [option(label, str(days)) for days, label in KEEP_NAMES.items()]
    sources = [option(str(n), str(n)) for n in range(MOST_SOURCES + 1)]
    shown = [option(scale.label, id) for id, scale in scales.items()]
    scale = house.scale if house.scale in scales else next(iter(scales))
    return [
        field(
            Field.APPROVALS, "Signatures that a verdict needs", select(Action.INPUT, approvals, str(house.approvals))
        ),
        field(
            Field.SOURCES,
            "Independent sources that a verdict needs",
            select(Action.INPUT, sources, str(house.sources)),
            hint="Pages of one site, and copies of one article, count once; the site under review does not count.",
        ),
        field(
            Field.ARCHIVED,
            "Archived copies",
            checkbox(Action.INPUT, "Ask for a kept copy of each source, or why there is none", ticked=house.archived),
            optional=True,
        ),
        field(
            Field.QUESTIONS,
            "Reviewer’s questions",
            checkbox(Action.INPUT, "Ask them before a verdict is signed off", ticked=house.questions),
            optional=True,
            hint=" ".join(question.text for question in QUESTIONS),
        ),
        field(
            Field.SCALE,
            "Rating scale",
            select(Action.INPUT, shown, scale),
            hint="For new verdicts; those that were given keep their words.",
        ),
        field(
            Field.KEEP_DAYS,
            "How long the texts of articles are kept",
            select(Action.INPUT, keep, str(house.keep_days if house.keep_days in KEEP else 0)),
            hint="Of articles whose claims are all done with; questions and answers go with them. Claims and verdicts "
            "stay.",
        ),
        field(
            Field.KEEP_NAMES_DAYS,
            "How long the desk knows who worked on an article",
            select(Action.INPUT, names, str(house.keep_names_days if house.keep_names_days in KEEP_NAMES else 0)),
            hint="From the last change of a claim of it, where all are done with. Claims and verdicts stay.",
        ),
    ]


def _members(role: Role, members: Members, group_names: Mapping[str, str]) -> list[Block]:
    label, what = _ROLES[role]
    nobody = "Nobody besides" if role is Role.ADMIN else "Everybody"
    users = [user for user in members.users if not is_pseudonym(user)]
    if members.users and not users and not members.groups:
        what = f"{what} The only one was forgotten, so it is nobody’s now. Choose others before you save."
    groups = [option(group_names.get(id, id), id) for id in members.groups]
    return [
        field(
            users_field(role),
            label,
            people_select(Action.INPUT, users, nobody),
            optional=True,
            hint=what,
        ),
        field(
            groups_field(role),
            f"{label}: user groups",
            external_selects(Action.GROUPS, groups, "Type the name of a group"),
            optional=True,
        ),
    ]


def channel_settings_modal(channel: str, house: ChannelHouse, digest: DigestSettings | None) -> Block:
    """How the desk speaks in a channel; one without a digest gets it with the first article, so the box is ticked."""
    at, zone = (digest.at, digest.tz) if digest else (DEFAULT_TIME, "")
    where = f"In the timezone {zone}." if zone else "In your own timezone."
    blocks = [
        section(f"*Settings of <#{channel}>*"),
        field(
            Field.BROADCAST,
            "Verdicts",
            checkbox(Action.INPUT, "Show them in the channel as well as in the thread", ticked=house.broadcast),
            optional=True,
        ),
        field(
            Field.WATCHED,
            "Links",
            checkbox(Action.INPUT, "Read every link that is posted here", ticked=house.watched),
            optional=True,
            hint="Otherwise the desk reads what it is asked to read.",
        ),
        field(
            Field.DIGEST,
            "Digest",
            checkbox(Action.INPUT, "Post one on weekdays", ticked=digest.on if digest else True),
            optional=True,
        ),
        field(
            Field.DIGEST_AT,
            "Digest at",
            time_picker(Action.INPUT, f"{at:%H:%M}", zone),
            hint=f"{where} /digest at 08:30 Europe/Istanbul names another one.",
        ),
    ]
    return modal(
        Callback.CHANNEL_SETTINGS,
        "Channel settings",
        blocks,
        submit="Save",
        private_metadata=About(channel=channel).dump(),
    )
