"""A table from outside into rows of text: encodings and separators found out, nothing interpreted yet.

UTF-8 with or without a mark, UTF-16 and GB18030 give the same rows. Whoever reads a row gets texts as they stood there;
what they mean is decided in `rows.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from legalflow.errors import Invalid

LIMIT_ROWS = 200_000
csv.field_size_limit(1 << 20)


@dataclass(frozen=True)
class Line:
    """One row: the number of its line in the file (the heading is line 1) and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: its headings, and its rows in order."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def read_csv(content: bytes) -> Sheet:
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
    return Sheet(tuple(cell.strip() for cell in lines[0].cells), tuple(lines[1:]))


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
            "这是 XLSX 或 ZIP 文件，请另存为 CSV 后上传",
            "this is an XLSX or ZIP file; save it as CSV",
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
        mend="请用 UTF-8 或 GB18030 编码的 CSV，首行为列名",
        mend_en="send a CSV file in UTF-8 or GB18030 whose first row holds the headings",
    )
