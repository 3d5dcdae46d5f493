"""The claim: every component of what is owed on a day, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.values.money import Money


@dataclass(frozen=True, kw_only=True)
class Running:
    """What grows from `start` (the day after the cut-off) until payment.

    `overdue_principal` bears the penalty at `penalty_rate`, `undue_principal` (not yet due, not accelerated) the contract
    rate, `unpaid_interest` the compound at `compound_rate` (None where the contract grants none). Rates are fractions a
    year; `per_day` is the exact growth of one day, in yuan.
    """

    start: date
    overdue_principal: Money
    penalty_rate: Decimal | None
    undue_principal: Money
    contract_rate: Decimal
    unpaid_interest: Money
    compound_rate: Decimal | None
    basis: int
    per_day: Decimal


@dataclass(frozen=True, kw_only=True)
class StatementRow:
    """A line of the statement of debt (欠款明细): one instalment, what was paid on it and what it bears.

    `paid_on` is the last day money went to it; `to_costs` … `to_principal` how payments were allocated; `overdue_days`,
    `penalty` and `compound` what had accrued at the cut-off; `balance` the loan's principal after the line.
    """

    number: int
    due: date
    principal_due: Money
    interest_due: Money
    paid_on: date | None
    paid: Money
    to_costs: Money
    to_interest: Money
    to_penalty: Money
    to_compound: Money
    to_principal: Money
    overdue_principal: Money
    overdue_interest: Money
    overdue_days: int
    penalty: Money
    compound: Money
    balance: Money


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is owed at a cut-off (债权金额). `interest_total` = interest + penalty + compound, the form's 欠利息; `total` adds
    principal and costs. `as_of` is the cut-off day; it counts where `cutoff_counts`, and then `end_exclusive` is the day after.
    `paid_to` is the last day to which interest is paid in full. `overdue_days` is as_of − overdue_since, the display count
    of the element form.
    """

    as_of: date
    cutoff_counts: bool
    end_exclusive: date
    principal: Money
    interest: Money
    penalty: Money
    compound: Money
    costs: Money
    interest_total: Money
    total: Money
    overdue_since: date | None
    overdue_days: int
    matured: bool
    accelerated_on: date | None
    contract_rate: Decimal
    penalty_rate: Decimal | None
    compound_rate: Decimal | None
    basis: int
    repaid_principal: Money
    repaid_interest: Money
    paid_to: date | None
    running: Running
    rows: tuple[StatementRow, ...]
    cap_policy: str = "24%"
    cut: Money = Money(0)  # what the cap took off, already left out of the components
