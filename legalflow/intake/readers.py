"""A table from outside into rows of text: encodings and separators found out, nothing interpreted yet.

UTF-8 with or without a mark, UTF-16 and GB18030 give the same rows, and an XLSX gives those of its sheet with the
headings. Whoever reads a row gets texts as they stood there; what they mean is decided in `rows.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from legalflow.config import Settings
from legalflow.errors import Invalid
from legalflow.intake import files, headings
from legalflow.intake.verdicts import REASONS
from legalflow.intake.workbooks import LIMIT_ROWS

csv.field_size_limit(1 << 20)

# Where what is said of evidence does not fit a table.
_TABLE_REASONS = {
    "office_legacy": ("旧版 Excel 文件（.xls）不能读取", "an old Excel file (.xls) cannot be read"),
    "table_kind": ("这个文件不是 Excel 工作簿", "this file is no Excel workbook"),
    "table_empty": ("工作簿中没有内容", "the workbook is empty"),
    "table_long": ("工作表超过 {limit} 行", "the sheet has more than {limit} rows"),
    "office_doctype": ("工作簿的 {part} 含有 DOCTYPE 声明，不接收", "{part} of the workbook holds a DOCTYPE"),
}


@dataclass(frozen=True)
class Line:
    """One row: the number of its line in the file (the heading is line 1) and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: its headings, and its rows in order.

    `heading` is the line they stand in, `name` the sheet's name, `epoch` from which year its serial days count (empty
    for a text file), `notes` what a person should know of how it was read.
    """

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    heading: int = 1
    name: str = ""
    epoch: str = ""
    notes: tuple[str, ...] = ()


def read(content: bytes, known: frozenset[str], settings: Settings) -> Sheet:
    """The rows of a CSV, a tab-separated file or an XLSX, below the row with most of the `known` headings (folded)."""
    if not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_csv(content, known)
    answer, rows = files.table(content, known, settings)
    if answer["code"] != "ok":
        zh, en, *_ = (text.format(**answer.get("words", {})) for text in _said(answer["code"]))
        raise _refused(f"table.{answer['code']}", zh, en)
    lines = [Line(number, tuple(cells)) for number, cells in rows if number >= answer["heading"]]
    return Sheet(
        tuple(cell.strip() for cell in lines[0].cells),
        tuple(lines[1:]),
        answer["heading"],
        answer["sheet"],
        answer["epoch"],
        tuple(_notes(answer)),
    )


def _said(code: str) -> tuple[str, ...]:
    return _TABLE_REASONS.get(code) or REASONS[code]


def _notes(answer: dict[str, Any]) -> Iterator[str]:
    if answer["sheets"] > 1:
        yield f"读取的是工作表“{answer['sheet']}”，文件共有 {answer['sheets']} 个工作表"
    if answer["hidden_sheets"]:
        yield f"有 {answer['hidden_sheets']} 个隐藏的工作表，未读取"
    if answer["hidden_rows"]:
        yield f"有 {answer['hidden_rows']} 个隐藏行，已一并读取"
    if answer["heading"] > 1:
        yield f"列名在第 {answer['heading']} 行，其上的内容未读取"


def read_csv(content: bytes, known: frozenset[str] = frozenset()) -> Sheet:
    """The rows of a CSV or tab-separated file; empty rows are left out. A file that is none of these is refused."""
    text = _text(content)
    if "\x00" in text:
        raise _refused("table.binary", "文件不是文本表格", "the file is not a table of text")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        lines = list(_lines(rows))
    except csv.Error as error:
        raise _refused(
            "table.broken", "表格无法读取（引号或单元格不完整）", "the table cannot be read", str(error)
        ) from None
    if not lines:
        raise _refused("table.empty", "文件没有内容", "the file is empty")
    if len(lines) > LIMIT_ROWS:
        raise _refused("table.long", f"文件超过 {LIMIT_ROWS} 行", f"the file has more than {LIMIT_ROWS} rows")
    place, _score = headings.place([line.cells for line in lines[: headings.WITHIN]], known)
    notes = (f"列名在第 {lines[place].number} 行，其上的内容未读取",) if place else ()
    named = tuple(cell.strip() for cell in lines[place].cells)
    return Sheet(named, tuple(lines[place + 1 :]), lines[place].number, notes=notes)


def _lines(rows: Iterator[list[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        if any(cell.strip() for cell in row):
            yield Line(number, tuple(row))


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs = ["utf-16"]
    elif content.startswith(b"PK\x03\x04"):
        raise _refused(
            "table.container",
            "这是 XLSX 或 ZIP 文件，不是文本表格",
            "this is an XLSX or ZIP file, no table of text",
        )
    else:
        codecs = ["utf-8-sig", "gb18030"]
    for codec in codecs:
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    raise _refused("table.encoding", "文字编码无法识别", "the text encoding is not known")


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max((",", "\t", ";"), key=head.count)


def _refused(code: str, zh: str, en: str, found: str = "") -> Invalid:
    return Invalid.one(
        code,
        zh,
        en,
        found=found,
        mend="请另存为 XLSX，或 UTF-8、GB18030 编码的 CSV，首行为列名",
        mend_en="save it as XLSX, or as CSV in UTF-8 or GB18030, whose first row holds the headings",
    )
