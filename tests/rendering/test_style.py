"""The measures of the sheets, and what follows from them for rows and signing blocks."""

from __future__ import annotations

import pytest

from legalflow.documents.blocks import Document, Table
from legalflow.rendering import style
from tests.rendering.sample_documents import a_schedule, line, row


def test_a_wide_internal_table_turns_the_page() -> None:
    wide = Document("表", (Table((), (row(*"123456789"),)),), profile="internal")
    narrow = Document("表", (Table((), (row(*"12345678"),)),), profile="internal")
    assert style.sheet_of(wide).width_mm == 297
    assert style.sheet_of(narrow).width_mm == 210


def test_columns_share_the_width_by_their_ratios() -> None:
    table = Table((), (row("甲", "乙"),), ratios=(1, 3))
    assert style.column_widths(table, 400) == (100, 300)
    assert style.column_widths(Table((), (row("甲", "乙"),)), 400) == (200, 200)


@pytest.mark.parametrize(("text", "width"), [("甲乙", 2.0), ("ab", 1.12), ("甲a", 1.56), ("“”", 2.0)])
def test_a_width_is_counted_in_characters(text: str, width: float) -> None:
    assert style.em_width(text) == pytest.approx(width)


def test_lines_are_counted_with_forced_ends() -> None:
    assert style.line_count(line("甲" * 25), 10 * 10 + 7, 10) == 3
    assert style.line_count(line("甲\n乙"), 100, 10) == 2
    assert style.line_count((), 100, 10) == 1


def test_short_and_very_long_tables_are_told_apart() -> None:
    assert style.is_short(Table((), (row("甲"),)))
    assert not style.is_short(a_schedule(30))
    assert style.is_ledger(a_schedule(200)) and not style.is_ledger(a_schedule(30))


def test_a_long_signer_still_fits_the_line() -> None:
    sheet = style.SHEETS["letter"]
    left, right = style.signature_margins((line("某" * 60),), sheet)
    assert left == 0 and right == 4 * sheet.signature.points
