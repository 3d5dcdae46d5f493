"""Workbooks we write hold texts as texts and are the same for the same tables."""

from __future__ import annotations

import io
import zipfile

from legalflow.rendering.workbook import Table, write

TABLE = Table(
    name="填写", headings=["合同编号", "年利率"], rows=[["=1+1", "+86"], ["007", 3]], marked=frozenset({(0, 1)})
)


def test_the_same_tables_give_the_same_bytes() -> None:
    assert write([TABLE]) == write([TABLE])


def test_what_begins_like_a_formula_is_a_text() -> None:
    with zipfile.ZipFile(io.BytesIO(write([TABLE]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        words = archive.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet and "=1+1" in words and "+86" in words and "007" in words
