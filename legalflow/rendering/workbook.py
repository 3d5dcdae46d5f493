"""Tables into an XLSX: texts typed as texts, whatever they begin with; the same tables give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from legalflow.values.money import Money

_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the file says nothing of when it was made
_LONGEST = 32_767  # characters a cell may hold
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


Cell = str | int | Money | date  # what a cell may hold, each by its own type


@dataclass(frozen=True, kw_only=True)
class Table:
    """One sheet: its name, its headings (those in `strong` are emphasised), rows of texts, numbers, amounts or days.

    `marked` are the cells to be tinted, as (row, column) counted from the first row below the headings; `wide` the
    columns that hold sentences, `widths` of the others follow their headings.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    strong: frozenset[int] = frozenset()
    wide: frozenset[int] = frozenset()
    marked: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def write(tables: Sequence[Table]) -> bytes:
    """The workbook of these tables, in their order."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _AS_TEXT)
    book.set_properties({"created": _MADE})
    looks = {
        "heading": book.add_format({"bold": False, "bg_color": "#E8EEF4", "border": 1, "border_color": "#B8C4D0"}),
        "strong": book.add_format({"bold": True, "bg_color": "#D3E1EE", "border": 1, "border_color": "#B8C4D0"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "wide": book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
        "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        "marked": book.add_format({"num_format": "@", "valign": "top", "bg_color": "#FBE3E0", "font_color": "#8C1D18"}),
    }
    for table in tables:
        _put(book.add_worksheet(table.name), table, looks)
    book.close()
    return content.getvalue()


def _put(sheet: Any, table: Table, looks: dict[str, object]) -> None:
    for place, heading in enumerate(table.headings):
        sheet.write_string(0, place, heading, looks["strong" if place in table.strong else "heading"])
        wide = place in table.wide
        width = 48 if wide else min(30, max(12, 2 * len(heading) + 4))
        sheet.set_column(place, place, width, looks["wide" if wide else "text"])  # new rows are texts as well
    for number, row in enumerate(table.rows):
        for place, cell in enumerate(row):
            marked = (number, place) in table.marked
            look = looks["marked" if marked else "wide" if place in table.wide else "text"]
            if isinstance(cell, int):
                sheet.write_number(number + 1, place, cell, look)
            elif isinstance(cell, Money):
                sheet.write_number(number + 1, place, cell.amount, looks["money"])
            elif isinstance(cell, date):
                sheet.write_datetime(number + 1, place, cell, looks["day"])
            else:
                sheet.write_string(number + 1, place, cell[:_LONGEST], look)
    sheet.freeze_panes(1, 0)
