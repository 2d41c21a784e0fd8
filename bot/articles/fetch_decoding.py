"""Packed bytes → unpacked ones, a little at a time, so that a bomb is noticed long before it has unfolded."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol

import brotli

from bot.articles.unreadable import Reason, UnreadableError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
"""What the reader tells sites that it can unpack."""
FREE_BYTES = 1_000_000
"""Up to here the ratio does not count: small pages of the same line over and over are packed a thousandfold, too."""

_STEP = 64 * 1024
_MOST_LAYERS = 2
_ZSTD_WINDOW: dict[int, int] = {
    zstd.DecompressionParameter.window_log_max: 23
}  # 8 MB, RFC 9659; a frame may ask for 2 GB


class _Layer(Protocol):
    """One content coding. ``finished`` once its end was seen; what comes after the end is left out, as browsers do."""

    finished: bool

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What comes out of these bytes, in pieces of about ``_STEP``."""


class Unpacker:
    """All content codings of an answer, the outermost first.

    ``most_bytes`` and ``most_ratio`` (unpacked to packed) hold for each coding, as one bomb may hide in another.
    """

    def __init__(self, content_encoding: str, host: str, *, most_bytes: int, most_ratio: float) -> None:
        """``content_encoding`` is the header. Raises ``UnreadableError`` for a coding that was not asked for."""
        named = [coding.strip().lower() for coding in content_encoding.split(",")]
        codings = [coding for coding in reversed(named) if coding not in ("", "identity")]
        if len(codings) > _MOST_LAYERS or not all(coding in _LAYERS for coding in codings):
            raise UnreadableError(Reason.BROKEN, host)
        self._layers: Sequence[_Layer] = [_LAYERS[coding]() for coding in codings]
        self._unpacked = [0] * len(codings)
        self._packed = 0
        self._host, self._most_bytes, self._most_ratio = host, most_bytes, most_ratio

    @property
    def finished(self) -> bool:
        """Whether nothing is missing; an answer without any bytes counts as whole."""
        return not self._packed or all(layer.finished for layer in self._layers)

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What comes out of these bytes. Raises ``UnreadableError``: no such coding, too big, or a bomb."""
        self._packed += len(packed)
        try:
            yield from self._through(0, packed)
        except (zlib.error, brotli.error, zstd.ZstdError):
            raise UnreadableError(Reason.BROKEN, self._host) from None

    def _through(self, depth: int, packed: bytes) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield packed
            return
        for piece in self._layers[depth].feed(packed):
            self._count(depth, len(piece))
            yield from self._through(depth + 1, piece)

    def _count(self, depth: int, more: int) -> None:
        self._unpacked[depth] += more
        unpacked = self._unpacked[depth]
        if unpacked > FREE_BYTES and unpacked > self._most_ratio * self._packed:
            raise UnreadableError(Reason.BOMB, self._host)
        if unpacked > self._most_bytes:
            raise UnreadableError(Reason.TOO_BIG, self._host)


class _Zlib:
    """gzip in one or several members; deflate with its header or, as some servers have it, without."""

    def __init__(self) -> None:
        self.finished = False
        self._inflate: zlib._Decompress | None = None

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._inflate is None:
                if self.finished and packed[0] != 0x1F:  # what stands after the last member
                    return
                self._inflate, self.finished = zlib.decompressobj(_window(packed[0])), False
            piece = self._inflate.decompress(packed, _STEP)
            while piece:
                yield piece
                piece = self._inflate.decompress(self._inflate.unconsumed_tail, _STEP)
            packed = b""
            if self._inflate.eof:
                packed, self._inflate, self.finished = self._inflate.unused_data, None, True


def _window(first: int) -> int:
    """zlib's ``wbits``: a first byte of 0x1F is gzip's, one that ends in 8 is that of a zlib header (RFC 1950)."""
    return zlib.MAX_WBITS | 32 if first == 0x1F or first & 0x0F == 8 else -zlib.MAX_WBITS


class _Brotli:
    def __init__(self) -> None:
        self.finished = False
        self._decoder = brotli.Decompressor()

    def feed(self, packed: bytes) -> Iterator[bytes]:
        if self.finished:
            return
        piece = self._decoder.process(packed, output_buffer_limit=_STEP)
        while piece or not self._decoder.can_accept_more_data():  # more may wait inside although it would take more
            yield piece
            piece = self._decoder.process(b"", output_buffer_limit=_STEP)
        self.finished = self._decoder.is_finished()


class _Zstd:
    """One frame or several."""

    def __init__(self) -> None:
        self.finished = False
        self._frame: zstd.ZstdDecompressor | None = None

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._frame is None:
                self._frame, self.finished = zstd.ZstdDecompressor(options=_ZSTD_WINDOW), False
            yield self._frame.decompress(packed, _STEP)
            while not self._frame.needs_input and not self._frame.eof:
                yield self._frame.decompress(b"", _STEP)
            packed = b""
            if self._frame.eof:
                packed, self._frame, self.finished = self._frame.unused_data, None, True


_LAYERS: dict[str, type[_Layer]] = {
    "gzip": _Zlib,
    "x-gzip": _Zlib,
    "deflate": _Zlib,
    "br": _Brotli,
    "zstd": _Zstd,
}
