"""Rows of a table into the balances a loan is taken over with, or into problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from legalflow.errors import Problem
from legalflow.intake import rows
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import Refused
from legalflow.values.money import ZERO, Money, total

KIND = "opening_balances"
COMPONENTS = ("principal", "interest", "penalty", "compound", "costs")
LONGEST = 200


@dataclass(frozen=True)
class OpeningLine:
    """What the books of another system showed of a loan at the end of a day, by component in their usual order."""

    contract_number: str
    lender: str
    as_of: date
    amounts: tuple[Money, ...]
    source: str

    @property
    def total(self) -> Money:
        """All components together."""
        return total(self.amounts)


def read(
    sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> tuple[list[tuple[Line, OpeningLine]], list[Refused], tuple[str, ...]]:
    """The balances of a table, the rows refused, and the headings that were not read."""
    return rows.read_rows(sheet, KIND, opening, OpeningLine, chosen)


def opening(row: Mapping[str, str], number: int = 0, epoch: str = "") -> OpeningLine | list[Problem]:
    """The balances of a row from texts by column id, or everything that is wrong with them."""
    values, problems = rows.read_values(row, KIND, number, epoch)
    titles = {column.id: column.zh for column in rows.columns(KIND)}
    amounts = tuple(values.get(name) or ZERO for name in COMPONENTS)

    def wrong(code: str, zh: str, en: str, column: str, found: str) -> None:
        place = f"第{number}行 {titles[column]}" if number else titles[column]
        problems.append(Problem(code, zh, en, place, found[:60]))

    for name, amount in zip(COMPONENTS, amounts, strict=True):
        if amount < ZERO:
            wrong("opening.negative", "余额不得为负", "a balance is not below zero", name, str(amount))
    if len(values.get("source") or "") > LONGEST:
        wrong("opening.source", f"不超过 {LONGEST} 字", f"at most {LONGEST} characters", "source", values["source"])
    if problems:
        return problems
    return OpeningLine(
        contract_number=values["contract_number"],
        lender=values.get("lender") or "",
        as_of=values["as_of"],
        amounts=amounts,
        source=values["source"],
    )
