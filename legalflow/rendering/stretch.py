"""Chinese lines stretched to their full width, which WeasyPrint does only at spaces.

A line that a date or a code ends early would otherwise leave a hole at the right. A little room is shared among all
letters of the line with PDF's own character spacing; more of it goes to the full-width letters alone, so that figures
stay together, as Word does. Nothing is laid out a second time. A line that would have to be stretched more than `MOST`
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

UNSEEN = 0.04  # of the size of the letters: so little more between two of them is not noticed
MOST = 0.6
_FULL_WIDTH = 900  # a full-width letter is 1,000 units wide; nothing else comes near
_GLYPHS = re.compile(r"<([0-9a-f]+)>")


def install() -> None:
    """Put our stretching in the place of WeasyPrint's, once in a process."""
    from weasyprint import draw  # type: ignore[import-untyped]  # it has no types
    from weasyprint.layout import inline  # type: ignore[import-untyped]

    if inline.justify_line is not _stretch:
        inline.justify_line = _stretch
        draw.draw_text = _drawing(draw.draw_text)


def _stretch(context: object, line: Any, room: float) -> None:
    """Share the room at the end of a line among its letters."""
    size = line.style["font_size"]
    letters = _count(line, len)
    if letters < 2:
        return
    each = room / (letters - 1)
    if each <= UNSEEN * size:
        _move(line, 0.0, each, len, "spaced")
    elif full := _count(line, _full_width) - _ends_full(line):
        each = room / full
        if each <= MOST * size:
            _move(line, 0.0, each, _full_width, "spread")


def _full_width(text: str) -> int:
    """How many letters of a text are full-width: in these faces all from the general punctuation of Chinese on."""
    return sum(letter > "\u2e7f" or letter in "“”‘’…—" for letter in text)


def _ends_full(line: Any) -> int:
    """Whether the last letter of a line is full-width: what is put after it would stand outside."""
    while children := getattr(line, "children", ()):
        line = children[-1]
    return _full_width(getattr(line, "text", "")[-1:])


def _count(box: Any, of: Callable[[str], int]) -> int:
    text = getattr(box, "text", None)
    return of(text) if text is not None else sum(_count(child, of) for child in getattr(box, "children", ()))


def _move(box: Any, along: float, each: float, of: Callable[[str], int], name: str) -> float:
    """Widen a box by its letters' share and move it by the share of those before it; return the sum of both."""
    box.position_x += along
    text = getattr(box, "text", None)
    if text is not None:
        setattr(box, name, each)
        grown = along + each * of(text)
    else:
        grown = along
        for child in getattr(box, "children", ()):
            grown = _move(child, grown, each, of, name)
    box.width += grown - along
    return grown


def _drawing(draw_text: Callable[..., None]) -> Callable[..., None]:
    def drawn(stream: Any, box: Any, *more: Any) -> None:
        if each := getattr(box, "spaced", 0.0):
            stream.stream.append(f"{each:.4f} Tc".encode())
            draw_text(stream, box, *more)
            stream.stream.append(b"0 Tc")
        elif each := getattr(box, "spread", 0.0):
            spread = _Spread(stream, each)
            draw_text(spread, box, *more)
        else:
            draw_text(stream, box, *more)

    return drawn


class _Spread:
    """A page's stream that puts room after each full-width letter; all else it hands on."""

    def __init__(self, stream: Any, each: float) -> None:
        self._stream, self._each = stream, each
        self._fonts: dict[str, Any] = {}
        self._widths: dict[int, int] = {}
        self._room = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def add_font(self, pango_font: Any) -> Any:
        font, size = self._stream.add_font(pango_font)
        self._fonts[font.hash] = font
        return font, size

    def set_font_size(self, font: str, size: float) -> None:
        self._widths = self._fonts[font].widths
        self._room = f">{-self._each / size * 1000:.2f}<"
        self._stream.set_font_size(font, size)

    def show_text(self, text: str) -> None:
        self._stream.show_text(_GLYPHS.sub(self._spread, text))

    def _spread(self, found: re.Match[str]) -> str:
        codes = found[1]
        glyphs = (codes[at : at + 4] for at in range(0, len(codes), 4))
        spread = "".join(
            code + self._room if self._widths.get(int(code, 16), 0) >= _FULL_WIDTH else code for code in glyphs
        )
        return f"<{spread}>"
