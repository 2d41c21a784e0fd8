"""People's Homes: what they look at there. What stands there is rendered when it is sent."""

from __future__ import annotations

from bot.desk.messages import home
from bot.service.office import Office
from bot.store.house_store import HomeState


class Homes:
    """Notes what people look at in their Homes; each change of a claim has those sent anew that are looked at."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def opened(self, user: str) -> None:
        """Somebody opened their Home."""
        await self._look(user, await self._office.houses.home(user))

    async def search(self, user: str, words: str) -> None:
        """Somebody searches in their Home; no words end the search."""
        state = await self._office.houses.home(user)
        pages = {section: page for section, page in state.pages.items() if section != "found"}
        await self._look(user, HomeState(words=" ".join(words.split())[:200], pages=pages))

    async def turn(self, user: str, section: str, page: int) -> None:
        """Somebody turns to another page of a section."""
        state = await self._office.houses.home(user)
        await self._look(user, state.model_copy(update={"pages": {**state.pages, section: max(1, page)}}))

    async def _look(self, user: str, state: HomeState) -> None:
        await self._office.houses.look_at(user, state, self._office.now())
        await self._office.store.want(home(user))
        await self._office.wake()
