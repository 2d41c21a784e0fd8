"""Who may do what, as an admin set it."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.desk.commands import Command
from bot.desk.roles import A_PERSON, EVERYBODY, MAY, Members, Role, Roles, roles_of
from desk.samples import ADMIN, ANA, BEN, CARO, DAN

CHECKERS, EDITORS = "S0CHECKERS", "S0EDITORS"
ALL = frozenset(EVERYBODY)
ASKER, CHECKER, EDITOR = (frozenset({role}) for role in (Role.ASKER, Role.CHECKER, Role.EDITOR))


def test_every_command_asks_for_a_role() -> None:
    assert set(MAY) == set(get_args(Command))


def test_every_role_can_be_named_in_a_sentence() -> None:
    assert set(A_PERSON) == set(Role)


@pytest.mark.parametrize(
    ("given", "user", "groups", "roles"),
    [
        ({}, ANA, (), ALL),
        ({Role.CHECKER: Members()}, ANA, (), ALL),
        ({Role.CHECKER: Members(users=(ANA,))}, ANA, (), ALL),
        ({Role.CHECKER: Members(users=(ANA,))}, BEN, (), ASKER | EDITOR),
        ({Role.EDITOR: Members(users=(ANA,))}, BEN, (), ASKER | CHECKER),
        ({Role.CHECKER: Members(users=(ANA,)), Role.EDITOR: Members(users=(BEN,))}, BEN, (), ASKER | EDITOR),
        ({Role.CHECKER: Members(users=(ANA,)), Role.EDITOR: Members(users=(BEN,))}, CARO, (), ASKER),
        ({Role.CHECKER: Members(groups=(CHECKERS,))}, BEN, (CHECKERS,), ALL),
        ({Role.CHECKER: Members(groups=(CHECKERS,))}, BEN, (EDITORS,), ASKER | EDITOR),
        ({Role.CHECKER: Members(users=(ANA,), groups=(CHECKERS,))}, DAN, (CHECKERS, EDITORS), ALL),
        ({Role.ADMIN: Members(users=(ANA,))}, ANA, (), ADMIN),
        ({Role.ADMIN: Members(users=(ANA,))}, BEN, (), ALL),
        ({Role.ADMIN: Members(groups=(EDITORS,)), Role.CHECKER: Members(users=(BEN,))}, ANA, (EDITORS,), ADMIN),
    ],
)
def test_a_role_given_to_nobody_is_everybodys_and_else_belongs_to_those_it_was_given_to(
    given: dict[Role, Members], user: str, groups: tuple[str, ...], roles: Roles
) -> None:
    assert roles_of(user, given, groups, admin=False) == roles


def test_an_admin_of_the_workspace_may_do_everything_whatever_was_given() -> None:
    given = {role: Members(users=(BEN,)) for role in Role}
    assert roles_of(ANA, given, (), admin=True) == ADMIN
    assert roles_of(CARO, given, (), admin=False) == ASKER
