"""Rows that tell one part of a loan that is here already: a party, collateral, a due day, a drawdown.

A part is put into its loan by pure functions here; what is kept of it is decided by who calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from legalflow.errors import Problem
from legalflow.intake import rows
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import Refused
from legalflow.loans import checks
from legalflow.loans.loan import Drawdown, Due, Loan
from legalflow.loans.parties import Collateral, Guarantee, Party, PartyRole
from legalflow.values.money import ZERO

T = TypeVar("T")
WHOLE = frozenset({"dues", "drawdowns"})  # kinds whose rows of a contract stand and fall together
KINDS = ("parties", "collateral", "dues", "drawdowns")


@dataclass(frozen=True)
class Part:
    """One part of a loan and the contract it belongs to; `guarantee` where the party is a guarantor."""

    contract_number: str
    lender: str
    kind: str
    value: Party | Collateral | Due | Drawdown
    guarantee: Guarantee | None = None


def read(
    kind: str, sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> tuple[list[tuple[Line, Part]], list[Refused], tuple[str, ...]]:
    """The parts of a table, the rows refused, and the headings that were not read.

    Of a schedule or of drawdowns all rows of a contract are refused where one of them is.
    """
    good, refused, unknown = rows.read_rows(
        sheet, kind, lambda row, number, epoch: part(kind, row, number, epoch), Part, chosen
    )
    if kind not in WHOLE or not refused:
        return good, refused, unknown
    places, _ = rows.matched(sheet, kind, chosen)
    at = next(place for place, column in places.items() if column.id == "contract_number")
    wrong = {line.cells[at].strip(): line.number for line in (each.line for each in refused) if at < len(line.cells)}
    kept = []
    for line, item in good:
        if item.contract_number in wrong:
            number = wrong[item.contract_number]
            zh = f"同一合同的第{number}行有误，该合同各行须一并更正后导入"
            en = f"row {number} of the same contract is wrong; its rows go in together"
            refused.append(
                Refused(line, (Problem("part.whole", zh, en, f"第{line.number}行 合同编号", item.contract_number),))
            )
        else:
            kept.append((line, item))
    return kept, refused, unknown


def part(kind: str, row: Mapping[str, str], number: int = 0, epoch: str = "") -> Part | list[Problem]:
    """A part from texts by column id, or everything that is wrong with them."""
    values, problems = rows.read_values(row, kind, number, epoch)
    if kind == "parties":
        problems += rows.person_problems(values, "party", number)
        if values.get("role") == "guarantor":
            problems += _lacking(values, number)
    if kind == "drawdowns" and "amount" in values and not values["amount"]:
        place = f"第{number}行 放款金额"
        problems.append(Problem("loan.drawdown", "放款金额须大于零", "a drawdown is more than nothing", place, "0"))
    if problems:
        return problems
    guarantee = rows.guarantee_of(values, "party") if values.get("role") == "guarantor" else None
    return Part(values["contract_number"], values.get("lender") or "", kind, _made(kind, values), guarantee)


def put(loan: Loan, kind: str, parts: Sequence[Part]) -> Loan:
    """The loan with these parts in it: parties and collateral beside the others, schedule and drawdowns instead."""
    if kind == "dues":
        dues = sorted((each.value for each in parts if isinstance(each.value, Due)), key=lambda due: due.due)
        return replace(loan, dues=tuple(dues))
    if kind == "drawdowns":
        paid = sorted((each.value for each in parts if isinstance(each.value, Drawdown)), key=lambda each: each.on)
        return replace(loan, drawdowns=tuple(paid))
    for each in parts:
        loan = _with(loan, each)
    return loan


def wrong_with(before: Loan, after: Loan, kind: str) -> tuple[Problem, ...]:
    """What contradicts itself in a loan since its parts were put in."""
    there = {(each.code, each.field) for each in checks.problems(before)}
    problems = [each for each in checks.problems(after) if (each.code, each.field) not in there]
    paid_out = sum((each.amount for each in after.drawdowns), start=ZERO)
    if kind == "drawdowns" and paid_out > after.limit:
        problems.append(
            Problem("loan.drawn", "放款合计超过合同金额", "more was paid out than agreed", "放款金额", str(paid_out))
        )
    names = {each.name for each in after.parties if each.role is PartyRole.BORROWER}
    if kind == "parties" and len(names & {each.name for each in after.parties if each.role.value in _FURTHER}):
        problems.append(Problem("party.borrower", "与借款人同名", "this is the borrower's name", "名称"))
    return tuple(problems)


_FURTHER = frozenset({"co_borrower", "guarantor"})


def _with(loan: Loan, each: Part) -> Loan:
    if isinstance(each.value, Party):
        party = each.value
        parties = _placed(loan.parties, party, lambda one: (one.role is PartyRole.BORROWER, one.name))
        given = (
            _placed(loan.guarantees, each.guarantee, lambda one: one.guarantor) if each.guarantee else loan.guarantees
        )
        return replace(loan, parties=parties, guarantees=given)
    assert isinstance(each.value, Collateral)
    return replace(loan, collateral=_placed(loan.collateral, each.value, lambda one: (one.owner, one.description)))


def _placed(there: tuple[T, ...], new: T, known_by: Callable[[T], object]) -> tuple[T, ...]:
    """`new` in the place of the one that is known by the same, else at the end."""
    if any(known_by(one) == known_by(new) for one in there):
        return tuple(new if known_by(one) == known_by(new) else one for one in there)
    return (*there, new)


def _made(kind: str, values: Mapping[str, Any]) -> Party | Collateral | Due | Drawdown:
    if kind == "parties":
        return replace(rows.party_of(values, "party"), role=PartyRole(values["role"]))
    if kind == "collateral":
        return rows.collateral_of(values)[0]
    if kind == "dues":
        return Due(
            due=values["due"],
            principal=values["principal"],
            interest=values.get("interest"),
            interest_from=values.get("interest_from"),
        )
    return Drawdown(values["on"], values["amount"], values.get("deducted") or ZERO)


def _lacking(values: Mapping[str, Any], number: int) -> list[Problem]:
    wanted = {"contract_name": "保证合同名称", "signed": "保证签订日期"}
    return [
        Problem("guarantee.missing", f"缺少“{zh}”", "the guarantee's name or day is missing", f"第{number}行 {zh}")
        for id_, zh in wanted.items()
        if f"party.guarantee.{id_}" not in values
    ]
