"""The replay against a second, naive one that lives through every single day with exact fractions."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.claims.claim import state_claim
from legalflow.claims.plan import plan_of, states_unpaid
from legalflow.claims.rate_path import RatePath
from legalflow.loans.loan import Drawdown, Due, Loan, Repayment
from legalflow.loans.payments import Payment
from legalflow.values.dates import add_months
from legalflow.values.money import Money
from tests.builders import a_law, a_loan

START = date(2025, 1, 31)
ORDER = ("compound", "penalty", "interest", "principal")


def half_up(exact: Fraction) -> int:
    return math.floor(exact + Fraction(1, 2))


class Item:
    """A due item of the naive replay; fen."""

    def __init__(self, due: date, principal: int, interest: int) -> None:
        self.due, self.principal, self.interest = due, principal, interest
        self.borne = {"penalty": Fraction(0), "compound": Fraction(0)}
        self.paid = {"penalty": 0, "compound": 0}

    def owed(self, name: str) -> int:
        if name in self.borne:
            return half_up(self.borne[name]) - self.paid[name]
        return int(getattr(self, name))

    def pay(self, name: str, fen: int) -> None:
        if name in self.borne:
            self.paid[name] += fen
        else:
            setattr(self, name, getattr(self, name) - fen)


def lived_through(loan: Loan, end: date) -> dict[str, int]:
    """What is owed by component at the end of the day before `end`, one day after another."""
    contract = Fraction(loan.rate) / loan.basis
    late = contract * (1 + Fraction(loan.penalty_uplift or 0))
    plan, _ = plan_of(loan, RatePath.level(loan.rate, loan.basis))
    rows, items = list(plan), list[Item]()
    undue, accrued, credit = 0, Fraction(0), 0

    def lay() -> None:
        nonlocal credit
        for name in ORDER:
            for item in items:
                part = min(credit, item.owed(name))
                item.pay(name, part)
                credit -= part

    day = START
    while day <= end:
        called = loan.accelerated_on == day
        while rows and rows[0].due == day:
            row = rows.pop(0)
            interest = half_up(accrued) if row.interest is None else row.interest
            principal = min(row.principal, undue)
            items.append(Item(day, principal, interest))
            undue, accrued = undue - principal, Fraction(0)
            lay()
        if called and rows:
            items.append(Item(day, undue, half_up(accrued)))
            rows, undue, accrued = [], 0, Fraction(0)
            lay()
        if day == end:
            break
        undue += sum(drawdown.amount.fen for drawdown in loan.drawdowns if drawdown.on == day)
        for payment in loan.payments:
            if payment.on == day:
                credit += payment.amount.fen
                lay()
        for item in items:
            item.borne["penalty"] += item.principal * late
            item.borne["compound"] += item.interest * late
        accrued += undue * contract
        day += timedelta(1)
    found = {name: sum(item.owed(name) for item in items) for name in ORDER}
    return {**found, "principal": found["principal"] + undue, "interest": found["interest"] + half_up(accrued)}


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(tuple(Repayment)),
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 3_000_000)), max_size=8),
    st.none() | st.integers(45, 300),
    st.integers(1, 40),
    st.integers(1, 560),
)
def test_the_replay_gives_what_living_through_every_day_gives(
    method: Repayment, payments: list[tuple[int, int]], called: int | None, second: int, days: int
) -> None:
    drawdowns = (Drawdown(START, Money("60000")),)
    if method in {Repayment.INTEREST_FIRST, Repayment.BULLET}:
        drawdowns += (Drawdown(START + timedelta(second), Money("12345.67")),)
    loan = a_loan(
        start=START,
        signed=START,
        maturity=add_months(START, 12),
        repayment=method,
        drawdowns=drawdowns,
        payments=tuple(Payment(START + timedelta(on), Money.of_fen(fen)) for on, fen in payments),
        accelerated_on=None if called is None else START + timedelta(called),
    )
    end = START + timedelta(days)
    claim = state_claim(loan, end - timedelta(1), a_law()).value
    assert {name: getattr(claim, name).fen for name in ORDER} == lived_through(loan, end)


def test_a_rate_a_day_is_rounded_half_up_once() -> None:
    path = RatePath.level(Decimal("0.36"), 360)
    assert path.fen(500 * path.weight(0, 1)) == 1  # half a fen
    assert path.fen(499 * path.weight(0, 1)) == 0


def test_rows_that_leave_out_principal_state_what_is_unpaid() -> None:
    whole = a_loan(dues=(Due(due=date(2026, 1, 15), principal=Money("120000")),))
    part = a_loan(dues=(Due(due=date(2026, 1, 15), principal=Money("1000")),))
    assert (states_unpaid(whole), states_unpaid(part)) == (False, True)
