"""The table of an XLSX, read inside the limited process: every cell as the text that stands in it, nothing interpreted.

The parts are read as XML by ourselves, for what a clerk must be told (hidden rows, merged cells, formulas without a
value, lost digits) is not told by readers that give values. Declared dimensions are not believed, links never followed.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from legalflow.intake import containers, headings
from legalflow.intake.kinds import kind_of
from legalflow.intake.verdicts import Refused

LIMIT_ROWS = 200_000
LIMIT_COLUMNS = 256
NO_VALUE = "#公式无结果"
MERGED = "#合并单元格"
_EXACT = 10**15  # from here on a spreadsheet's number has lost digits of an identity number
_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # number formats that are dates
_LAST_DAY = 2_958_465  # 9999-12-31
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')

Cells = tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    name: str
    path: str
    hidden: bool


@dataclass(frozen=True)
class _Book:
    archive: zipfile.ZipFile
    sheets: tuple[_Part, ...]
    words: Sequence[str]
    dates: Sequence[bool]  # by style: whether its number format is a date
    from_1904: bool


def read(path: Path, out: Path, known: frozenset[str]) -> dict[str, Any]:
    """Write the rows of the sheet that has the headings to `out`, as JSON; raises `Refused`.

    `known` are the headings that would be recognised, folded. The answer says which sheet it was and what is hidden.
    """
    with path.open("rb") as file:
        kind = kind_of(file.read(8192))
    if kind == "ole":
        encrypted = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
        raise Refused("office_encrypted" if encrypted else "office_legacy")
    if kind != "zip" or containers.look_into(path).kind != "xlsx":
        raise Refused("table_kind")
    try:
        with zipfile.ZipFile(path) as archive:
            book = _open(archive)
            part, place = _chosen(book, known)
            lines, hidden = _lines(book, part)
    except (ElementTree.ParseError, KeyError, IndexError, ValueError, UnicodeError) as error:
        raise Refused("office_damaged") from error
    out.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return {
        "kind": "xlsx",
        "sheet": part.name,
        "heading": place,
        "hidden_rows": hidden,
        "hidden_sheets": sum(each.hidden for each in book.sheets),
        "sheets": len(book.sheets),
        "epoch": "1904" if book.from_1904 else "1900",
    }


def _open(archive: zipfile.ZipFile) -> _Book:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {
        each.get("Id", ""): each.get("Target", "")
        for each in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        if each.get("TargetMode") != "External"
    }
    sheets, from_1904 = [], False
    for each in book.iter():
        if _local(each.tag) == "workbookPr":
            from_1904 = each.get("date1904", "0") in {"1", "true"}
        elif _local(each.tag) == "sheet":
            link = next((value for name, value in each.attrib.items() if _local(name) == "id"), "")
            target = targets.get(link, "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in archive.NameToInfo:
                sheets.append(_Part(each.get("name", ""), path, each.get("state", "visible") != "visible"))
    if not sheets:
        raise Refused("table_kind")
    return _Book(archive, tuple(sheets), _words(archive), _dates(archive), from_1904)


def _words(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.NameToInfo:
        return []
    words: list[str] = []
    with archive.open("xl/sharedStrings.xml") as part:
        for _event, each in ElementTree.iterparse(part):
            if _local(each.tag) == "si":
                words.append(_written(each))
                each.clear()
    return words


def _written(holder: ElementTree.Element) -> str:
    """The characters of a text, in runs or whole; how it is pronounced (rPh) is no part of it."""
    said = []
    for part in holder:
        name = _local(part.tag)
        if name == "t":
            said.append(part.text or "")
        elif name == "r":
            said += [each.text or "" for each in part if _local(each.tag) == "t"]
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), "".join(said))


def _dates(archive: zipfile.ZipFile) -> list[bool]:
    if "xl/styles.xml" not in archive.NameToInfo:
        return []
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    own = {
        int(each.get("numFmtId", "0")): each.get("formatCode", "")
        for each in root.iter()
        if _local(each.tag) == "numFmt"
    }
    formats = next((each for each in root if _local(each.tag) == "cellXfs"), ())
    numbers = [int(each.get("numFmtId", "0")) for each in formats]
    return [_is_date(own[number]) if number in own else number in _DAYS for number in numbers]


def _is_date(code: str) -> bool:
    first = _LITERAL.sub("", code.split(";")[0]).lower()
    return "general" not in first and bool(re.search(r"[ymdhs]", first))


def _chosen(book: _Book, known: frozenset[str]) -> tuple[_Part, int]:
    """The first sheet with most of the headings and the number of their row; hidden sheets only where all are."""
    shown = [part for part in book.sheets if not part.hidden] or list(book.sheets)
    best: tuple[int, _Part, int] | None = None
    for part in shown:
        top = []
        for number, cells, _hidden in _rows(book, part):
            top.append((number, cells))
            if len(top) == headings.WITHIN:
                break
        if not top:
            continue
        place, score = headings.place([cells for _number, cells in top], known)
        if best is None or score > best[0]:
            best = score, part, top[place][0]
    if best is None:
        raise Refused("table_empty")
    return best[1], best[2]


def _lines(book: _Book, part: _Part) -> tuple[list[tuple[int, Cells]], int]:
    """Every row with something in it, and how many of those are hidden. Under a merged cell stands a mark."""
    lines: dict[int, Cells] = {}
    hidden = 0
    merges: list[str] = []
    for number, cells, is_hidden in _rows(book, part, merges):
        if len(lines) >= LIMIT_ROWS:
            raise Refused("table_long", limit=LIMIT_ROWS)
        lines[number] = cells
        hidden += is_hidden
    for ref in merges:
        _mark(lines, ref)
    return sorted(lines.items()), hidden


def _mark(lines: dict[int, Cells], ref: str) -> None:
    """Below the first row of a merged range nothing stands of its own; a row that holds something says so."""
    ends = [_PLACE.fullmatch(end) for end in ref.split(":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return
    (left, top), (right, bottom) = ((_column(end[1]), int(end[2])) for end in ends if end is not None)
    covered = range(top + 1, min(bottom, max(lines, default=0)) + 1)
    for number in covered:
        if number in lines:
            cells = list(lines[number])
            cells += [""] * (min(right + 1, LIMIT_COLUMNS) - len(cells))
            for place in range(left, min(right + 1, LIMIT_COLUMNS)):
                cells[place] = MERGED
            lines[number] = tuple(cells)


def _rows(book: _Book, part: _Part, merges: list[str] | None = None) -> Iterator[tuple[int, Cells, bool]]:
    """Number, cells and whether it is hidden, of every row that is not blank; merged ranges are added to `merges`."""
    number = 0
    holder: ElementTree.Element | None = None
    with book.archive.open(part.path) as source:
        for event, each in ElementTree.iterparse(source, events=("start", "end")):
            if event == "start":
                holder = each if holder is None and _local(each.tag) == "sheetData" else holder
                continue
            name = _local(each.tag)
            if name == "row":
                number = int(each.get("r") or number + 1)
                cells = _cells(book, each)
                if any(cells):
                    yield number, cells, each.get("hidden", "0") in {"1", "true"}
                if holder is not None:
                    holder.clear()
            elif name == "mergeCell" and merges is not None:
                merges.append(each.get("ref", ""))


def _cells(book: _Book, row: ElementTree.Element) -> Cells:
    cells: list[str] = []
    for cell in row:
        at = _PLACE.match(cell.get("r") or "")
        place = _column(at[1]) if at else len(cells)
        if place >= LIMIT_COLUMNS:
            break
        if len(cells) <= place:
            cells += [""] * (place + 1 - len(cells))
        cells[place] = _text(book, cell).strip()
    return tuple(cells)


def _text(book: _Book, cell: ElementTree.Element) -> str:
    kind, value, formula = cell.get("t", "n"), None, False
    for part in cell:
        name = _local(part.tag)
        if name == "v":
            value = part.text or ""
        elif name == "f":
            formula = True
        elif name == "is":
            value = _written(part)
    if value is None or (value == "" and kind == "n"):
        return NO_VALUE if formula else ""
    if kind == "s":
        return book.words[int(value)]
    if kind == "str":
        return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), value)
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return _number(book, value, int(cell.get("s", "0"))) if kind == "n" else value


def _number(book: _Book, written: str, style: int) -> str:
    """A number as its shortest decimal text, which is what the clerk typed; a date as `2026-02-24`.

    The file writes 590065.94 as 590065.93999999994, the nearest binary number in seventeen digits; the shortest text
    that means the same binary number is 590065.94. What has more digits than that was computed, and stays so.
    """
    try:
        shortest = Decimal(repr(float(written)))
    except (ValueError, OverflowError):
        return written
    if not shortest.is_finite():
        return written
    if 0 <= style < len(book.dates) and book.dates[style] and 0 <= shortest < _LAST_DAY + 1:
        return _moment(shortest, book.from_1904)
    if abs(shortest) >= _EXACT:
        return f"{shortest.normalize():E}"
    return format(shortest.normalize(), "f")


def _moment(serial: Decimal, from_1904: bool) -> str:
    whole = int(serial)
    seconds = int(((serial - whole) * 86400).quantize(Decimal(1)))
    if whole == 60 and not from_1904:
        return "1900-02-29"  # a day the spreadsheet believes in and the calendar does not
    try:
        day = day_of(whole, from_1904)
    except OverflowError:
        return str(serial)
    if not seconds:
        return day.isoformat()
    return f"{day.isoformat()} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def day_of(serial: int, from_1904: bool) -> date:
    """The day of a spreadsheet's serial number.

    >>> day_of(45296, False), day_of(43834, True)
    (datetime.date(2024, 1, 5), datetime.date(2024, 1, 5))
    """
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=serial)
    return date(1899, 12, 30 if serial > 60 else 31) + timedelta(days=serial)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
