"""The result of an import beside the clerk's own rows: each refused row as it stood, with everything wrong in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from legalflow.intake.readers import Sheet
from legalflow.intake.rows import Refused

OURS = ("行号", "需要更正之处")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def refused_rows(sheet: Sheet, refused: Iterable[Refused]) -> bytes:
    """A CSV (UTF-8 with mark) of the refused rows, their line and problems before the clerk's own cells.

    It can be corrected and sent again whole: the two columns of ours are not read.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*OURS, *(safe(heading) for heading in sheet.headings)])
    for each in refused:
        said = "；".join(problem.line("zh") for problem in each.problems)
        writer.writerow([each.line.number, safe(said), *(safe(cell) for cell in each.line.cells)])
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Returned:
    """The refused rows as a table: our two columns before the clerk's own, and the cells that are wrong."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    wrong: frozenset[tuple[int, int]]


def returned(sheet: Sheet, refused: Iterable[Refused], names: Mapping[str, int]) -> Returned:
    """The refused rows for a workbook; `names` says at which place of the clerk's headings each column stands."""
    lines: list[tuple[str | int, ...]] = []
    wrong: set[tuple[int, int]] = set()
    for each in refused:
        said = "\n".join(problem.line("zh") for problem in each.problems)
        for problem in each.problems:
            column = problem.field.partition("行 ")[2]
            if column in names:
                wrong.add((len(lines), names[column] + len(OURS)))
        cells = each.line.cells + ("",) * (len(sheet.headings) - len(each.line.cells))
        lines.append((each.line.number, said, *cells[: len(sheet.headings)]))
    return Returned((*OURS, *sheet.headings), tuple(lines), frozenset(wrong))


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> safe("=1+1")
    "'=1+1"
    """
    stripped = cell.lstrip(" \u00a0\n")
    return f"'{cell}" if stripped.startswith(_FORMULA) else cell
