"""The zip archives that office documents are: unpacked within limits, by name and in memory, never onto a disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from bot.articles.unreadable import Reason, UnreadableError

Element = Any  # lxml's, which comes without types

_MOST_PARTS = 5_000
_MOST_BYTES = 50_000_000  # of one part, unpacked
_MOST_RATIO = 200  # unpacked to packed; the text of real documents shrinks to a tenth or so
_SMALL = 1_000_000  # bytes, up to which the ratio does not matter


class Archive:
    """An archive whose parts are read one by one."""

    def __init__(self, data: bytes) -> None:
        """Open it. Raises ``UnreadableError`` if it is damaged, encrypted, or a bomb."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise UnreadableError(Reason.DAMAGED) from None
        if len(self._zip.infolist()) > _MOST_PARTS:
            raise UnreadableError(Reason.BOMB)

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """A part, unpacked. Raises ``UnreadableError`` if it is damaged, encrypted or too big."""
        info = self._zip.getinfo(name)
        # zipfile gives no more than the declared size, so what is declared is what can be checked.
        big = info.file_size > _MOST_BYTES
        if big or (info.file_size > _SMALL and info.file_size > _MOST_RATIO * max(info.compress_size, 1)):
            raise UnreadableError(Reason.BOMB)
        if info.flag_bits & 1:
            raise UnreadableError(Reason.ENCRYPTED)
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, RuntimeError, ValueError):
            raise UnreadableError(Reason.DAMAGED) from None

    def xml(self, name: str) -> Element:
        """A part as XML, in which nothing is expanded or loaded. Raises ``UnreadableError``, also for a DOCTYPE."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self.read(name), parser)
        except (etree.XMLSyntaxError, ValueError):
            raise UnreadableError(Reason.DAMAGED) from None
        if root.getroottree().docinfo.doctype:  # no office program writes one; entities are declared there
            raise UnreadableError(Reason.BOMB)
        return root
