"""Chinese lines stretched to their full width, which WeasyPrint does only at spaces.

A line that a date or a code ends early would otherwise leave a hole at the right. The room is shared among all letters
of the line, as a printer would, with PDF's own character spacing: nothing is laid out a second time. A line that would
have to be stretched more than `MOST` stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST = 0.25  # of the size of the letters


def install() -> None:
    """Put our stretching in the place of WeasyPrint's, once in a process."""
    from weasyprint import draw  # type: ignore[import-untyped]  # it has no types
    from weasyprint.layout import inline  # type: ignore[import-untyped]

    if inline.justify_line is not _stretch:
        inline.justify_line = _stretch
        draw.draw_text = _drawing(draw.draw_text)


def _stretch(context: object, line: Any, room: float) -> None:
    """Share the room at the end of a line among its letters."""
    letters = _letters(line)
    if letters < 2:
        return
    each = room / (letters - 1)
    if each <= MOST * line.style["font_size"]:
        _move(line, 0.0, each)


def _letters(box: Any) -> int:
    text = getattr(box, "text", None)
    if text is not None:
        return len(text)
    return sum(map(_letters, getattr(box, "children", ())))


def _move(box: Any, along: float, each: float) -> float:
    """Widen a box by its letters' share and move it by the share of those before it; return the sum of both."""
    box.position_x += along
    text = getattr(box, "text", None)
    if text is not None:
        box.stretched = each
        grown = along + each * len(text)
    else:
        grown = along
        for child in getattr(box, "children", ()):
            grown = _move(child, grown, each)
    box.width += grown - along
    return grown


def _drawing(draw_text: Callable[..., None]) -> Callable[..., None]:
    def drawn(stream: Any, box: Any, *more: Any) -> None:
        each = getattr(box, "stretched", 0.0)
        if each:
            stream.stream.append(f"{each:.4f} Tc".encode())
        draw_text(stream, box, *more)
        if each:
            stream.stream.append(b"0 Tc")

    return drawn
