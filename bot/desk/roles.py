"""Who may do what. Pure: which roles a person has is worked out from the settings and Slack's user groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    Propose,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
    Take,
)


class Role(StrEnum):
    """What a person is at the desk; somebody may be several things."""

    ASKER = "asker"
    CHECKER = "checker"
    EDITOR = "editor"
    ADMIN = "admin"


A_PERSON: dict[Role, str] = {
    Role.ASKER: "an asker",
    Role.CHECKER: "a checker",
    Role.EDITOR: "an editor",
    Role.ADMIN: "an admin",
}

Roles = frozenset[Role]

EVERYBODY: Roles = frozenset({Role.ASKER, Role.CHECKER, Role.EDITOR})
"""What everyone is at a desk that gave no roles out, so that a small team needs no set-up."""

MAY: dict[type[Command], Role] = {
    Follow: Role.ASKER,
    Reply: Role.ASKER,
    Take: Role.CHECKER,
    PutBack: Role.CHECKER,
    HandOver: Role.CHECKER,
    SetDue: Role.CHECKER,
    Ask: Role.CHECKER,
    NeverMind: Role.CHECKER,
    Dismiss: Role.CHECKER,
    Reopen: Role.CHECKER,
    Reword: Role.CHECKER,
    Split: Role.CHECKER,
    Propose: Role.CHECKER,
    Recheck: Role.CHECKER,
    Keep: Role.CHECKER,
    SignOff: Role.EDITOR,
    Object: Role.EDITOR,
}
"""The role that each command asks for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The roles that are certainly a person's; ``unsure`` where Slack did not say whether they have others as well."""

    roles: Roles
    unsure: bool = False


class Members(BaseModel):
    """People and user groups, by Slack's ids, who have a role."""

    model_config = ConfigDict(frozen=True)

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.users or self.groups)


def roles_of(
    user: str, given: Mapping[Role, Members], groups: Collection[str], *, admin: bool, outside: bool = False
) -> Roles:
    """The roles of a person who is in these user groups; ``admin`` says that Slack or the operator makes them one.

    A role that was given to nobody is everybody's, but for the admin's, and but for guests and people of other
    companies (``outside``). Admins may do everything.
    """
    if admin or _has(user, given.get(Role.ADMIN, Members()), groups):
        return EVERYBODY | {Role.ADMIN}
    return frozenset(
        role
        for role in EVERYBODY
        if role is Role.ASKER or (not given.get(role) and not outside) or _has(user, given.get(role, Members()), groups)
    )


def _has(user: str, members: Members, groups: Collection[str]) -> bool:
    return user in members.users or bool(set(members.groups) & set(groups))
