"""Rows of a table into units of lenders, or into problems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from legalflow.errors import Problem
from legalflow.intake import rows
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import Refused

KIND = "units"
LONGEST = 200
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True)
class UnitLine:
    """A unit as a row tells it; empty text: the row says nothing of it."""

    code: str
    name: str
    lender: str
    parent: str = ""
    address: str = ""
    phone: str = ""


def read(
    sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> tuple[list[tuple[Line, UnitLine]], list[Refused], tuple[str, ...]]:
    """The units of a table, the rows refused, and the headings that were not read."""
    return rows.read_rows(sheet, KIND, unit, UnitLine, chosen)


def unit(row: Mapping[str, str], number: int = 0, epoch: str = "") -> UnitLine | list[Problem]:
    """A unit from texts by column id, or everything that is wrong with them."""
    values, problems = rows.read_values(row, KIND, number, epoch)
    for id_, zh in (("code", "机构代码"), ("parent", "上级机构代码")):
        if id_ in values and not _CODE.fullmatch(values[id_]):
            problems.append(
                _problem(
                    "unit.code",
                    "机构代码由字母、数字、点、横线组成，40 位以内",
                    "a code has letters, figures, dots, dashes; at most 40",
                    number,
                    zh,
                    values[id_],
                )
            )
    if values.get("parent") and values.get("parent") == values.get("code"):
        problems.append(
            _problem(
                "unit.own_parent",
                "不能以自己为上级机构",
                "no unit is above itself",
                number,
                "上级机构代码",
                values["parent"],
            )
        )
    titles = {column.id: column.zh for column in rows.columns(KIND)}
    for id_, text in values.items():
        if len(text) > LONGEST:
            problems.append(
                _problem(
                    "unit.length", f"不超过 {LONGEST} 字", f"at most {LONGEST} characters", number, titles[id_], text
                )
            )
    return problems or UnitLine(**values)


def _problem(code: str, zh: str, en: str, number: int, column: str, found: str) -> Problem:
    return Problem(code, zh, en, f"第{number}行 {column}" if number else column, found[:60])
