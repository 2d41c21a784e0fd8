"""Settings: what admins change for the workspace and its channels."""

from __future__ import annotations

from bot.desk.house import ChannelHouse, House
from bot.desk.roles import Role
from bot.digest.schedule import DigestSettings
from bot.service.access import check_channel
from bot.service.digests import Digests
from bot.service.office import Office


class Housekeeping:
    """Reads and changes settings; both take an admin."""

    def __init__(self, office: Office, digests: Digests) -> None:
        self._office = office
        self._digests = digests

    async def check_admin(self, user: str) -> None:
        """Raises Refusal unless this person is an admin."""
        (await self._office.context(user, ask_admin=True)).needs(Role.ADMIN)

    async def house(self) -> House:
        """The workspace's settings."""
        return await self._office.houses.house()

    async def change_house(self, house: House, by: str, *, since: int | None = None) -> None:
        """Set the workspace's settings; ``since`` is the version that somebody saw who changes them.

        Raises:
            Refusal: no admin, or somebody else changed them since.
        """
        await self.check_admin(by)
        await self._office.houses.change_house(house, by=by, since=since)

    async def channel_for(self, channel: str, user: str) -> tuple[ChannelHouse, DigestSettings | None]:
        """A channel's settings, and when its digest comes. Raises Refusal if this person does not see the channel."""
        await check_channel(self._office, user, channel)
        return await self._office.houses.channel(channel), await self._office.store.digest(channel)

    async def is_watched(self, channel: str) -> bool:
        """Whether links that people post in a channel are read without being asked."""
        return (await self._office.houses.channel(channel)).watched

    async def group_names(self) -> dict[str, str]:
        """The workspace's user groups by id, as far as Slack tells them in time."""
        groups = await self._office.in_time(self._office.people.groups(anew=True), [])
        return {group.id: f"@{group.handle}" for group in groups}

    async def change_channel(self, channel: str, house: ChannelHouse, digest: str, by: str) -> None:
        """Set a channel's settings; ``digest`` is what would follow ``/digest``, empty for no change.

        Raises:
            Refusal: no admin, or the channel is not theirs to see.
            NotUnderstood: the digest's time makes no sense.
        """
        await self.check_admin(by)
        await check_channel(self._office, by, channel)
        if digest:
            await self._digests.plan(channel, digest, by=by)
        await self._office.houses.change_channel(channel, house, by=by)
