"""What a workspace and its channels have set: house rules, roles, and how the desk speaks there."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.ratings import Scale
from bot.desk.roles import Members, Role
from bot.desk.rules import HouseRules

MOST_APPROVALS = 3
MOST_SOURCES = 8


class House(BaseModel):
    """The settings of a workspace. ``scale`` is the id of one in ``ratings.toml``; empty is the first there.

    ``keep_days`` is how long the texts of articles are kept whose claims are all done with, ``keep_names_days`` how
    long the names of who worked on them, from the last change on; 0 is for ever. ``version`` counts the changes.
    """

    model_config = ConfigDict(frozen=True)

    approvals: int = Field(default=1, ge=1, le=MOST_APPROVALS)
    sources: int = Field(default=2, ge=0, le=MOST_SOURCES)
    archived: bool = False
    questions: bool = True
    scale: str = ""
    keep_days: int = Field(default=0, ge=0)
    keep_names_days: int = Field(default=0, ge=0)
    roles: dict[Role, Members] = {}
    version: int = 0

    def rules(self, scales: Mapping[str, Scale]) -> HouseRules:
        """The house rules; a scale that is gone from the file gives way to the first there."""
        scale = scales.get(self.scale) or next(iter(scales.values()))
        return HouseRules(scale, self.approvals, self.sources, self.archived, self.questions)


class ChannelHouse(BaseModel):
    """The settings of a channel: ``broadcast`` shows verdicts in the channel as well as in the thread; ``watched``
    has every link that is posted there read."""

    model_config = ConfigDict(frozen=True)

    broadcast: bool = False
    watched: bool = False
