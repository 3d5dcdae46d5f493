"""A workbook gives the rows its clerk sees: exact amounts, real days, and aloud what is hidden, merged or lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from legalflow.config import Settings
from legalflow.errors import Invalid
from legalflow.intake import readers, rows
from legalflow.intake.readers import Sheet
from legalflow.intake.rows import PaymentLine, Refused

HEADINGS = ("合同编号", "还款日期", "还款金额", "流水号")
SETTINGS = Settings()
_SHEET = "xl/worksheets/sheet1.xml"


def a_sheet(*lines: str, after: str = "", styles: str = "", from_1904: bool = False) -> bytes:
    """A workbook of one sheet whose rows are given as XML, the headings before them."""
    heads = "".join(f'<c r="{chr(65 + place)}1" t="inlineStr"><is><t>{text}</t></is></c>' for place, text in _heads())
    xml = f'<sheetData><row r="1">{heads}</row>{"".join(lines)}</sheetData>{after}'
    return a_book({"xl/worksheets/sheet1.xml": _xml("worksheet", xml)}, styles, from_1904)


def a_book(parts: Mapping[str, str], styles: str = "", from_1904: bool = False) -> bytes:
    """A workbook of the given parts."""
    links = "".join(
        f'<Relationship Id="r{number}" Target="{path.removeprefix("xl/")}"/>' for number, path in enumerate(parts, 1)
    )
    listed = f'<workbookPr date1904="{int(from_1904)}"/><sheets><sheet name="还款" r:id="r1"/></sheets>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", _xml("workbook", listed))
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr("xl/styles.xml", _xml("styleSheet", styles or "<cellXfs><xf numFmtId='0'/></cellXfs>"))
        for path, text in parts.items():
            archive.writestr(path, text)
    return content.getvalue()


def _xml(root: str, inside: str) -> str:
    names = (
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {names}>{inside}</{root}>'


def _heads() -> list[tuple[int, str]]:
    return list(enumerate(HEADINGS))


def a_line(number: int, *cells: str, **more: str) -> str:
    """A row of cells given as XML without their place."""
    hidden = ' hidden="1"' if more.get("hidden") else ""
    placed = (cell.replace("<c", f'<c r="{chr(65 + place)}{number}"', 1) for place, cell in enumerate(cells))
    return f'<row r="{number}"{hidden}>{"".join(placed)}</row>'


def text(words: str) -> str:
    return f'<c t="inlineStr"><is><t>{words}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def taken(content: bytes) -> tuple[Sheet, list[PaymentLine], list[Refused]]:
    sheet = readers.read(content, rows.known("payments"), SETTINGS)
    good, refused, _unknown = rows.payments(sheet)
    return sheet, [item for _line, item in good], refused


def codes(refused: list[Refused]) -> set[str]:
    return {problem.code for each in refused for problem in each.problems}


DATES = "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='31'/></cellXfs>"


def test_amounts_are_what_was_typed_and_days_are_days_however_they_are_kept() -> None:
    content = a_sheet(
        a_line(2, text("A"), number("45296", 1), number("590065.93999999994"), number("1001")),
        a_line(3, text("A"), number("45296"), number("1200"), text("R2")),
        a_line(4, text("A"), text("2024年1月5日"), text("￥1,200.50"), text("R3")),
        a_line(5, text("A"), number("45296.5625", 2), number("0.1"), text("R4")),
        styles=DATES,
    )
    _sheet, good, refused = taken(content)
    assert not refused
    assert [str(each.payment.on) for each in good] == ["2024-01-05"] * 4
    assert [str(each.payment.amount) for each in good] == ["590065.94", "1200.00", "1200.50", "0.10"]
    assert good[0].payment.number == "1001"


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    content = a_sheet(
        a_line(2, text("A"), number("43834", 1), number("1"), text("1")),
        a_line(3, text("A"), number("43834"), number("1"), text("2")),
        styles=DATES,
        from_1904=True,
    )
    _sheet, good, _refused = taken(content)
    assert [str(each.payment.on) for each in good] == ["2024-01-05", "2024-01-05"]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("<c><v>0.30000000000000004</v></c>", "cell.money"),
        ("<c><v>-5</v></c>", "cell.money"),
        ('<c t="e"><v>#DIV/0!</v></c>', "cell.error"),
        ("<c><f>SUM(A1:A2)</f></c>", "cell.formula"),
        ('<c t="b"><v>1</v></c>', "cell.money"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(amount: str, code: str) -> None:
    content = a_sheet(a_line(2, text("A"), text("2024-01-05"), amount, text("R1")))
    _sheet, good, refused = taken(content)
    assert not good and code in codes(refused)


def test_a_formula_counts_as_its_stored_result() -> None:
    cell = "<c><f>100+23.45</f><v>123.45</v></c>"
    _sheet, [line], _refused = taken(a_sheet(a_line(2, text("A"), text("2024-01-05"), cell, text("R"))))
    assert str(line.payment.amount) == "123.45"


def test_a_number_that_lost_its_last_digits_is_refused() -> None:
    content = a_sheet(a_line(2, text("A"), text("2024-01-05"), number("5"), number("6217000012345678901")))
    _sheet, good, refused = taken(content)
    assert not good and codes(refused) == {"cell.number_lost"}


def test_a_day_the_calendar_does_not_have_is_refused() -> None:
    content = a_sheet(a_line(2, text("A"), number("60", 1), number("5"), text("R")), styles=DATES)
    assert "cell.day" in codes(taken(content)[2])


def test_hidden_rows_are_read_and_counted_and_blank_ones_left_out() -> None:
    line = (text("A"), text("2024-01-05"), number("5"))
    content = a_sheet(
        a_line(2, *line, text("1"), hidden="1"), '<row r="3"><c r="A3"/></row>', a_line(9, *line, text("2"))
    )
    sheet, good, _refused = taken(content)
    assert [each.number for each in sheet.lines] == [2, 9] and len(good) == 2
    assert any("1 个隐藏行" in note for note in sheet.notes)


def test_a_merged_cell_is_never_spread_over_rows() -> None:
    content = a_sheet(
        a_line(2, text("A"), text("2024-01-05"), number("5"), text("1")),
        a_line(3, text(""), text("2024-01-06"), text(""), text("2")),
        after='<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="C2:C3"/></mergeCells>',
    )
    _sheet, good, [refused] = taken(content)
    assert len(good) == 1 and refused.line.number == 3
    assert [problem.code for problem in refused.problems] == ["cell.merged", "cell.merged"]


def test_the_first_sheet_with_the_headings_is_read_and_a_title_above_them_is_not() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    cover, table, hidden = (book.add_worksheet(name) for name in ("封面", "明细", "底稿"))
    cover.write(0, 0, "还款情况说明")
    table.merge_range("A1:D1", "2024年还款明细表")
    for place, heading in enumerate(("合同号", "Paid On", "金额", "凭证号")):
        table.write(2, place, heading)
    for place, cell in enumerate(("A", "2024-01-05", 1200, "R1")):
        table.write(3, place, cell)
    hidden.write(0, 0, "合同编号")
    hidden.hide()
    book.close()
    sheet, good, refused = taken(content.getvalue())
    assert (sheet.name, sheet.heading, len(good), refused) == ("明细", 3, 1, [])
    assert len(sheet.notes) == 3


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"PK\x03\x04rest", "table.office_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "table.office_legacy"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "table.office_encrypted"),
        (a_book({_SHEET: '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}), "table.office_doctype"),
        (a_book({_SHEET: _xml("worksheet", "<sheetData><row><c><v>")}), "table.office_damaged"),
        (a_book({_SHEET: _xml("worksheet", "<sheetData/>")}), "table.table_empty"),
        (a_book({_SHEET: _xml("worksheet", "<sheetData/>" + " " * (12 << 20))}), "table.container_bomb"),
    ],
    ids=["cut", "xls", "password", "doctype", "xml", "empty", "bomb"],
)
def test_what_is_no_workbook_is_refused_in_words(broken: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        readers.read(broken, rows.known("payments"), SETTINGS)
    [problem] = refused.value.problems
    assert problem.code == code and problem.message and problem.mend
