"""Streams of a PDF file packed quickly, and once.

The library packs every stream at the highest level, and a second time to work out the file's identity: together a third
of the time of a letter. The lowest level makes files a twentieth larger.
"""

from __future__ import annotations

import types
import zlib

LEVEL = 1


def install() -> None:
    """Put our packing in the place of the library's, once in a process."""
    from weasyprint import pdf  # type: ignore[import-untyped]  # it has no types

    pdf.pydyf.zlib = types.SimpleNamespace(compressobj=_Packer, compress=zlib.compress)


def forget() -> None:
    """Let go of what was packed; called when a file is done."""
    _packed.clear()


_packed: dict[bytes, bytes] = {}


class _Packer:
    """What `zlib.compressobj` returns, for one stream handed over whole."""

    def __init__(self, level: int) -> None:
        self._packed = b""

    def compress(self, content: bytes) -> bytes:
        packed = _packed.get(content)
        if packed is None:
            packed = _packed[content] = zlib.compress(content, LEVEL)
        self._packed = packed
        return b""

    def flush(self) -> bytes:
        return self._packed
