"""Arrays handed to the font library, whose type is read once and not anew for each length.

WeasyPrint names an array's type with its length, and each length that was not met before is parsed as a piece of C: a
fiftieth of a second, three times for each document whose letters are others in number.
"""

from __future__ import annotations

import re
from typing import Any

_SIZED = re.compile(r"\[\d+\]$")


def install() -> None:
    """Put our arrays in the place of WeasyPrint's, once in a process."""
    from weasyprint.pdf import fonts  # type: ignore[import-untyped]  # it has no types

    if not isinstance(fonts.ffi, _Open):
        fonts.ffi = _Open(fonts.ffi)


class _Open:
    """The interface to C, with arrays of open length: the values that are put in say how many there are."""

    def __init__(self, ffi: Any) -> None:
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ffi, name)

    def new(self, kind: str, values: Any = None) -> Any:
        """Memory of a kind, filled with values."""
        return self._ffi.new(kind if values is None else _SIZED.sub("[]", kind), values)
