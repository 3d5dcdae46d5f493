"""The instalments of a loan before anything happened: those the contract states, else the schedule of its method."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from legalflow.claims.rate_path import RatePath
from legalflow.claims.schedule import check, due_days, due_days_until, instalments
from legalflow.law.finding import Warning
from legalflow.loans.loan import Loan, Repayment
from legalflow.values.money import total


class Planned(NamedTuple):
    """An instalment still to come; fen. `interest` None: by days on the balance as it will be, from `start`."""

    number: int
    due: date
    principal: int
    interest: int | None
    start: date | None


def plan_of(loan: Loan, path: RatePath) -> tuple[tuple[Planned, ...], tuple[Warning, ...]]:
    """The instalments of a loan whose contract rate runs along a path, with remarks on the schedule."""
    if loan.dues:
        return _stated(loan), ()
    paid_out = min(drawdown.on for drawdown in loan.drawdowns)
    months = loan.interest_every_months
    if loan.repayment is Repayment.BULLET:
        return (Planned(1, loan.maturity, loan.disbursed.fen, None, None),), ()
    if loan.repayment is Repayment.INTEREST_FIRST:
        days = due_days_until(loan.start, loan.maturity, first_due=loan.first_due, months=months)
        whole = loan.disbursed.fen
        late = [due for due in days if due > paid_out]
        return tuple(
            Planned(number, due, whole if due == loan.maturity else 0, None, None) for number, due in enumerate(late, 1)
        ), ()
    days = due_days(loan.start, loan.instalments, first_due=loan.first_due, maturity=loan.maturity, months=months)
    check(loan.repayment, loan.disbursed, paid_out, days, months, loan.basis)
    rows = list(
        instalments(
            loan.repayment,
            loan.disbursed.fen,
            path,
            paid_out,
            days,
            months=months,
            basis=loan.basis,
            day_counts=loan.due_day_counts,
        )
    )
    planned = tuple([Planned(number, due, part, interest, None) for number, _, due, part, interest, _, _ in rows])
    return planned, (*_by_days([row[0] for row in rows if row[-1]]), *_repriced(path, paid_out, days))


def _stated(loan: Loan) -> tuple[Planned, ...]:
    return tuple(
        Planned(
            number,
            row.due,
            row.principal.fen,
            None if row.interest is None else row.interest.fen,
            row.interest_from,
        )
        for number, row in enumerate(loan.dues, 1)
    )


def _by_days(numbers: Sequence[int]) -> tuple[Warning, ...]:
    if not numbers:
        return ()
    odd = "、".join(map(str, numbers))
    return (
        Warning(
            "period_by_days",
            f"第{odd}期不是整月或期内利率有调整，利息按实际天数计算",
            f"instalments {odd} are not whole months of one rate: interest by actual days",
        ),
    )


def _repriced(path: RatePath, start: date, days: Sequence[date]) -> tuple[Warning, ...]:
    if path.is_level(start.toordinal(), days[-1].toordinal()):
        return ()
    return (
        Warning(
            "instalment_repriced",
            "利率调整后，自其后开始的一期起按剩余本金和剩余期数重算每期还款额；合同另有约定的请逐期列明",
            "after a change of the rate the instalment is worked out anew for what is left, from the next period on",
        ),
    )


def states_unpaid(loan: Loan) -> bool:
    """Whether the rows state what is still unpaid, rather than the whole plan of what was paid out."""
    return bool(loan.dues) and total(row.principal for row in loan.dues) != loan.disbursed
