"""A table inside a form: the cells of its rows are named `items.0.kind`, and are handed on as one JSON text.

The page shows some empty rows; a script may add more. Rows keep their order, and an empty one is left out at the end
of the table only, so that a problem at `items.2.rate` stands beside the cell that was typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Protocol

_MOST_ROWS = 200
SHOWN = 6


class Table(Protocol):
    """What is read of a field: its name, and the fields of a row by name."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...


class Column(Protocol):
    """A field of a row."""

    @property
    def name(self) -> str: ...


def belongs(name: str, table: Table) -> bool:
    """Whether a name sent by a form is a cell of the table."""
    place = _place(name, table)
    return place is not None and place[0] < _MOST_ROWS


def gathered(sent: Mapping[str, str], table: Table) -> str:
    """The rows as JSON text, each cell under its column; nothing where no cell was filled."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in sent.items():
        place = _place(name, table)
        if place is not None and text.strip():
            rows.setdefault(place[0], {})[place[1]] = text
    if not rows:
        return ""
    return json.dumps([rows.get(index, {}) for index in range(max(rows) + 1)], ensure_ascii=False)


def count(sent: Mapping[str, str] | None, table: Table) -> int:
    """How many rows the page shows: those typed and one more, at least `SHOWN`."""
    places = [_place(name, table) for name, text in (sent or {}).items() if text.strip()]
    return min(_MOST_ROWS, max(SHOWN, 2 + max((place[0] for place in places if place), default=-1)))


def kept(text: str) -> list[dict[str, str]]:
    """The rows that a JSON text of `gathered` holds; none where it is no such text."""
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return []
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _place(name: str, table: Table) -> tuple[int, str] | None:
    found = re.fullmatch(rf"{re.escape(table.name)}\.(\d{{1,3}})\.(\w+)", name) if table.columns else None
    if found is None or found[2] not in {column.name for column in table.columns}:
        return None
    return int(found[1]), found[2]
