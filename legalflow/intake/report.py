"""The result of an import beside the clerk's own rows: each refused row as it stood, with everything wrong in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from legalflow.intake.readers import Sheet
from legalflow.intake.rows import Refused

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def refused_rows(sheet: Sheet, refused: Iterable[Refused]) -> bytes:
    """A CSV (UTF-8 with mark) of the refused rows, their line and problems before the clerk's own cells.

    It can be corrected and sent again whole: the two columns of ours are not read.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["行号", "需要更正之处", *(safe(heading) for heading in sheet.headings)])
    for each in refused:
        said = "；".join(problem.line("zh") for problem in each.problems)
        writer.writerow([each.line.number, safe(said), *(safe(cell) for cell in each.line.cells)])
    return text.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> safe("=1+1")
    "'=1+1"
    """
    stripped = cell.lstrip(" \u00a0\n")
    return f"'{cell}" if stripped.startswith(_FORMULA) else cell
