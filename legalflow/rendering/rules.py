"""The lines of tables, drawn for a whole page at once.

A style sheet would draw four borders for every cell, a quarter of the time of a long ledger, and joints would show.
Here a line runs as far as the cells beside it do, whether or not a row was broken across pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PIXEL = 0.75  # WeasyPrint measures in CSS pixels


def tables(box: Any) -> Iterator[Any]:
    """Every table on a page of the layout; none stands in another."""
    for child in getattr(box, "children", ()):
        if hasattr(child, "column_groups"):
            yield child
        else:
            yield from tables(child)


def lines(page_box: Any, page_height: float, width: float) -> bytes:
    """The operators that draw the lines of all tables on a page, `width` points wide; nothing where it has none."""
    made: list[str] = []
    for table in tables(page_box):
        made.extend(_of_table(table, page_height, width))
    return f"q {' '.join(made)} f Q".encode() if made else b""


def _of_table(table: Any, page_height: float, width: float) -> Iterator[str]:
    upright: dict[float, tuple[float, float]] = {}  # the lines still growing, by where they stand across
    last = None
    for group in table.children:
        for row in group.children:
            top, bottom = row.position_y, row.position_y + row.height
            edges = [(cell.position_x, cell.position_x + cell.border_width()) for cell in row.children]
            if not edges:
                continue
            if top != last:
                yield _level(edges, top, page_height, width)
            yield _level(edges, bottom, page_height, width)
            yield from _grow(upright, {round(x, 2) for pair in edges for x in pair}, top, bottom, page_height, width)
            last = bottom
    for x, (top, bottom) in upright.items():
        yield _upright(x, top, bottom, page_height, width)


def _grow(
    upright: dict[float, tuple[float, float]], xs: set[float], top: float, bottom: float, height: float, width: float
) -> Iterator[str]:
    """Lengthen the upright lines that go on in this row; draw those that end."""
    for x in [x for x in upright if x not in xs or upright[x][1] != top]:
        yield _upright(x, *upright.pop(x), height, width)
    for x in sorted(xs):
        upright[x] = (upright[x][0] if x in upright else top, bottom)


def _level(edges: list[tuple[float, float]], y: float, height: float, width: float) -> str:
    left, right = min(edges)[0], max(right for _, right in edges)
    return _rectangle(left * PIXEL - width / 2, (height - y) * PIXEL - width / 2, (right - left) * PIXEL + width, width)


def _upright(x: float, top: float, bottom: float, height: float, width: float) -> str:
    return _rectangle(x * PIXEL - width / 2, (height - bottom) * PIXEL, width, (bottom - top) * PIXEL)


def _rectangle(x: float, y: float, wide: float, high: float) -> str:
    return f"{x:.2f} {y:.2f} {wide:.2f} {high:.2f} re"
