"""The sample loans on the day they are loaded: rows of the house's own files, with every day moved to that day.

What the loans are stands in `sample/loans.yaml`; receipts for dues paid in full are worked out from each loan's plan.
"""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from legalflow.claims.claim import StatementRow, state_claim
from legalflow.errors import Corrupt
from legalflow.intake import rows
from legalflow.law.catalogue import Law
from legalflow.loans.loan import Loan
from legalflow.values.dates import add_months
from legalflow.values.money import Money

FOLDER = Path(__file__).parent / "sample"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DRAWN = date(2026, 11, 1)  # the month in which the loans with days of their own were written down
_COUNTED = re.compile(r"(?:(?P<months>[+-]\d+)m)?(?:(?P<days>[+-]\d+)d)?")


class Days(Mapping[str, date]):
    """The days that texts name in braces: counted from the day of loading, or fixed and moved by whole months."""

    def __init__(self, first: date) -> None:
        """Count from `first`, the day of loading."""
        self.first = first

    def __getitem__(self, name: str) -> date:
        """The day of `-36m`, `-20d`, `+1m-3d` or `2024-06-10`.

        >>> str(Days(date(2026, 12, 31))["-1m+2d"]), str(Days(date(2027, 1, 5))["2024-06-10"])
        ('2026-12-02', '2024-08-10')
        """
        counted = _COUNTED.fullmatch(name)
        if counted is None:
            moved = (self.first.year - _DRAWN.year) * 12 + self.first.month - _DRAWN.month
            return add_months(date.fromisoformat(name), moved)
        months, days = int(counted["months"] or 0), int(counted["days"] or 0)
        return add_months(self.first, months) + timedelta(days=days)

    def __iter__(self) -> Iterator[str]:
        """Nothing: every name in the right form is there."""
        return iter(())

    def __len__(self) -> int:
        """Nothing is listed."""
        return 0


@dataclass(frozen=True)
class Sample:
    """One sample loan: its name in the sample, the cells of its row, its receipts as rows, whether a firm has it."""

    id: str
    cells: Mapping[str, str]
    payments: tuple[Mapping[str, str], ...]
    assigned: bool = False

    @property
    def number(self) -> str:
        """Its contract number."""
        return self.cells["合同编号"]

    @property
    def loan(self) -> Loan:
        """The loan as its row tells it, without payments."""
        return _read(self.cells)


@dataclass(frozen=True)
class Step:
    """One step: the day, what is done, with which texts, and by the account of which login (empty: the counsel's)."""

    on: date
    what: str
    texts: Mapping[str, str]
    by: str


@dataclass(frozen=True)
class Path:
    """How far a sample loan has come: the login of its counsel, and the steps in order."""

    sample: Sample
    counsel: str
    days: Days
    steps: tuple[Step, ...]


def paths(loans: Sequence[Sample], first: date) -> tuple[Path, ...]:
    """The paths of the loans that are on their way, as of the day of loading."""
    days, known = Days(first), {each.id: each for each in loans}
    return tuple(
        Path(known[each["loan"]], each["counsel"], days, tuple(_steps(each["steps"], days)))
        for each in _file("paths")["paths"]
    )


def samples(first: date, law: Law) -> tuple[Sample, ...]:
    """All sample loans as of the day of loading."""
    return tuple(_sample(each, Days(first), law) for each in _file("loans")["loans"])


def table(lines: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a CSV file with the headings of all of them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(heading for line in lines for heading in line)), restval="")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


@functools.cache
def _file(name: str) -> Any:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=_LOADER)


def _sample(each: Mapping[str, Any], days: Days, law: Law) -> Sample:
    cells = {heading: str(text).format_map(days) for heading, text in each["facts"].items()}
    paid = tuple(_payments(each, cells, days, law)) if "paid" in each else ()
    return Sample(each["id"], cells, paid, each.get("assigned", False))


def _steps(told: Sequence[Sequence[Any]], days: Days) -> Iterator[Step]:
    """The steps as they are written, with some papers on the day after the opening where none are named."""
    named = any(what == "cited" for _, what, *_ in told)
    for on, what, *more in told:
        texts, by = (*more, "", "")[:2] if more else ({}, "")
        yield Step(days[on], what, texts or {}, by)
        if what == "open" and not named:
            yield Step(days[on] + timedelta(days=1), "evidence", {"most": "2"}, "")


def _read(cells: Mapping[str, str]) -> Loan:
    found = rows.loan(_by_id(cells))
    if not isinstance(found, Loan):
        raise Corrupt(*found)
    return found


def _by_id(cells: Mapping[str, str]) -> dict[str, str]:
    ids = {column.zh: column.id for column in rows.columns("loans")}
    return {ids[heading]: text for heading, text in cells.items()}


def _payments(each: Mapping[str, Any], cells: Mapping[str, str], days: Days, law: Law) -> Iterator[dict[str, str]]:
    """The rows of a loan's receipts: dues paid in full on their days, and single receipts."""
    loan = _read(cells)
    plan = state_claim(loan, loan.maturity, law).value.rows
    number, paid = 0, 0
    for first, *rest in each["paid"]:
        if isinstance(first, int):
            receipts = [(str(row.due), row.principal_due + row.interest_due) for row in plan[paid : paid + first]]
            paid, how, component = paid + first, rest[0], ""
        else:
            amount, how, component = (*rest, "")[:3]
            receipts = [(first.format_map(days), _amount(amount, plan[paid] if paid < len(plan) else None))]
        for on, amount in receipts:
            number += 1
            yield {
                "合同编号": loan.contract_number,
                "还款日期": on,
                "还款金额": str(amount),
                "流水号": f"{each['receipts']}{number:04d}",
                "还款渠道": how,
                "指定清偿": component,
            }


def _amount(text: str, due: StatementRow | None) -> Money:
    """An amount in yuan, or `0.5 due`: that part of the next due."""
    part, _, of_due = text.partition(" ")
    if not of_due or due is None:
        return Money(text)
    return Money.of_fen(int(Decimal(part) * (due.principal_due + due.interest_due).fen))
