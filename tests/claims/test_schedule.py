"""Schedules of the four methods, to the fen, with month-ends and odd periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.schedule import Row, due_days, due_days_until, equal_instalment, schedule, whole_months
from legalflow.errors import Invalid
from legalflow.loans.loan import Repayment
from legalflow.values.money import ZERO, Money, total

START = date(2025, 1, 15)


def rows_of(method: Repayment, principal: str = "120000", rate: str = "0.072", count: int = 12) -> tuple[Row, ...]:
    return schedule(method, Money(principal), Decimal(rate), START, due_days(START, count)).value


def test_equal_instalments_are_those_of_the_worked_example() -> None:
    rows = rows_of(Repayment.EQUAL_INSTALMENT)
    shown = [(str(row.interest), str(row.principal), str(row.balance)) for row in (rows[0], rows[4], rows[11])]
    assert shown == [
        ("720.00", "9674.28", "110325.72"),
        ("485.72", "9908.56", "71044.65"),
        ("61.99", "10332.24", "0.00"),
    ]
    assert {row.total for row in rows[:-1]} == {Money("10394.28")}
    assert rows[-1].total == Money("10394.23")
    assert total(row.interest for row in rows) == Money("4731.31")


def test_equal_principal_is_that_of_the_worked_example() -> None:
    rows = rows_of(Repayment.EQUAL_PRINCIPAL)
    assert {row.principal for row in rows} == {Money("10000")}
    assert [str(row.interest) for row in rows] == [f"{60 * n}.00" for n in range(12, 0, -1)]


def test_interest_first_counts_days_and_repays_at_the_end() -> None:
    days = due_days_until(date(2025, 3, 21), date(2025, 9, 21), months=3)
    rows = schedule(Repayment.INTEREST_FIRST, Money("600000"), Decimal("0.0468"), date(2025, 3, 21), days).value
    assert [(row.days, str(row.interest), str(row.principal)) for row in rows] == [
        (92, "7176.00", "0.00"),
        (92, "7176.00", "600000.00"),
    ]


def test_a_bullet_loan_has_one_row_of_interest_by_days() -> None:
    days = (date(2025, 3, 1),)
    (row,) = schedule(Repayment.BULLET, Money("500000"), Decimal("0.06"), date(2024, 3, 1), days).value
    assert (row.days, row.interest, row.principal) == (365, Money("30416.67"), Money("500000"))


@given(
    st.sampled_from((Repayment.EQUAL_INSTALMENT, Repayment.EQUAL_PRINCIPAL)),
    st.integers(1, 10**12),
    st.decimals(0, 1, places=4),
    st.integers(1, 60),
)
def test_principal_always_adds_up_and_never_goes_back(method: Repayment, fen: int, rate: Decimal, count: int) -> None:
    rows = schedule(method, Money.of_fen(fen), rate, START, due_days(START, count)).value
    assert total(row.principal for row in rows) == Money.of_fen(fen)
    assert rows[-1].balance == ZERO
    assert all(row.principal >= ZERO and row.interest >= ZERO for row in rows)


def test_an_interest_free_loan_is_divided_evenly() -> None:
    assert equal_instalment(Money("100"), Decimal(0), 3) == Money("33.33")


def test_month_ends_stay_month_ends() -> None:
    assert [str(day) for day in due_days(date(2024, 1, 31), 3)] == ["2024-02-29", "2024-03-31", "2024-04-30"]


def test_a_first_due_day_of_its_own_is_followed_and_its_odd_period_counts_days() -> None:
    days = due_days(START, 3, first_due=date(2025, 2, 20))
    assert [str(day) for day in days] == ["2025-02-20", "2025-03-20", "2025-04-20"]
    found = schedule(Repayment.EQUAL_PRINCIPAL, Money("3600"), Decimal("0.1"), START, days)
    assert [row.days for row in found.value] == [36, 0, 0]
    assert found.value[0].interest == Money("36.00")
    assert [warning.code for warning in found.warnings] == ["period_by_days"]


def test_the_last_instalment_is_due_at_maturity() -> None:
    days = due_days(START, 3, maturity=date(2025, 4, 10))
    assert [str(day) for day in days] == ["2025-02-15", "2025-03-15", "2025-04-10"]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-01-15", "2025-02-15", 1),
        ("2025-01-31", "2025-02-28", 1),
        ("2025-02-28", "2025-03-31", 1),
        ("2025-01-15", "2025-04-15", 3),
        ("2025-01-15", "2025-02-16", 0),
        ("2025-01-15", "2025-01-20", 0),
        ("2025-02-15", "2025-01-15", 0),
    ],
)
def test_whole_months_are_told_from_odd_periods(start: str, end: str, months: int) -> None:
    assert whole_months(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_a_term_beyond_all_calendars_is_refused() -> None:
    for start, count, months in ((date(9990, 1, 1), 120, 1), (START, 1201, 1), (START, 1200, 120)):
        with pytest.raises(Invalid) as caught:
            due_days(start, count, months=months)
        assert [problem.code for problem in caught.value.problems] == ["schedule.too_long"]


def test_all_that_is_wrong_with_a_schedule_is_said_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        schedule(Repayment.BULLET, ZERO, Decimal("0.1"), START, (START, START), months=0, basis=366)
    assert {problem.code for problem in caught.value.problems} == {
        "schedule.bullet",
        "schedule.principal",
        "schedule.order",
        "schedule.months",
        "basis.unknown",
    }
    with pytest.raises(Invalid):
        schedule(Repayment.BULLET, Money("1"), Decimal("0.1"), START, ())
