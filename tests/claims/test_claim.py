"""The claim: worked examples to the fen, and what must hold whatever was paid and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.claims.claim import Claim, state_claim
from legalflow.claims.interest import CONTRACT_UNTIL_MATURITY
from legalflow.claims.replay import Cost
from legalflow.errors import Invalid
from legalflow.loans.loan import Drawdown, Due, Loan, Repayment
from legalflow.loans.payments import Payment, Waiver
from legalflow.values import codec
from legalflow.values.dates import add_months
from legalflow.values.money import ZERO, Money, total
from tests.builders import a_law, a_loan
from tests.claims.lived_loans import bullet_loan, codes, instalment_loan, paid, sample_loan, stated


def test_a_matured_bullet_loan_is_that_of_the_worked_example() -> None:
    claim = stated(bullet_loan(), "2025-08-01", cutoff_counts=False).value
    figures = (claim.principal, claim.interest, claim.penalty, claim.compound, claim.total)
    assert [str(figure) for figure in figures] == ["500000.00", "30416.67", "19125.00", "1163.44", "550705.11"]
    assert claim.matured
    assert claim.overdue_since == date(2025, 3, 2)


def test_two_unpaid_instalments_and_acceleration_are_those_of_the_worked_example() -> None:
    claim = stated(instalment_loan(accelerated_on=date(2025, 8, 1)), "2025-08-01", cutoff_counts=False).value
    figures = (claim.principal, claim.interest, claim.penalty, claim.compound, claim.total)
    assert [str(figure) for figure in figures] == ["71044.65", "966.30", "191.69", "7.88", "72210.52"]
    sixth, seventh, rest = claim.rows[5:]
    assert [(row.overdue_days, str(row.penalty), str(row.compound)) for row in (sixth, seventh, rest)] == [
        (47, "140.55", "6.01"),
        (17, "51.14", "1.87"),
        (0, "0.00", "0.00"),
    ]
    assert (rest.principal_due, rest.interest_due) == (Money("51048.82"), Money("173.57"))
    assert claim.running.overdue_principal == claim.principal
    assert claim.running.unpaid_interest == Money("966.30")
    assert claim.repaid_principal == Money("48955.35")
    assert claim.paid_to == date(2025, 5, 14)


def test_before_acceleration_penalty_is_only_on_what_fell_due() -> None:
    claim = stated(instalment_loan(), "2025-07-31").value
    assert claim.running.overdue_principal == Money("19995.83")
    assert claim.running.undue_principal == Money("51048.82")
    assert claim.undue_interest == Money("173.57")
    assert claim.total == Money("72210.52")  # the same day's end, reached without acceleration


def test_scheduled_interest_after_acceleration_is_not_claimed() -> None:
    claim = stated(instalment_loan(accelerated_on=date(2025, 8, 1)), "2026-06-30").value
    assert claim.interest == Money("966.30")
    assert max(row.due for row in claim.rows) == date(2025, 8, 1)


def test_the_penalty_of_the_published_sample_is_recomputed_from_its_dates() -> None:
    finding = stated(sample_loan(), "2023-02-10", cutoff_counts=False)
    claim = finding.value
    assert (claim.principal, claim.penalty) == (Money("591666.36"), Money("31183.33"))
    assert (claim.overdue_since, claim.matured) == (date(2021, 9, 21), True)
    step = next(step for step in finding.steps if step.what.endswith("罚息"))
    assert step.formula == "（600000.00 × 129天 ＋ 591666.36 × 80天） × 9.00% ÷ 360 ＝ 31183.33"


def test_the_published_sample_is_reached_with_its_interest_paid_to_the_day_its_figure_implies() -> None:
    """14,400.00 is 600,000.00 at 6 % for the 144 days from 2022-02-22 to maturity, its last day counted."""
    dues = (Due(due=date(2022, 7, 15), principal=Money("600000"), interest_from=date(2022, 2, 22)),)
    claim = stated(sample_loan(dues=dues), "2023-02-10", cutoff_counts=False).value
    assert (claim.principal, claim.interest, claim.penalty) == (
        Money("591666.36"),
        Money("14400.00"),
        Money("31183.33"),
    )
    assert (claim.overdue_since, claim.overdue_days) == (date(2022, 7, 16), 209)


def test_an_overdue_rate_may_be_stated_itself() -> None:
    loan = bullet_loan(penalty_uplift=None, overdue_rate=Decimal("0.09"))
    assert stated(loan, "2025-08-01").value == stated(bullet_loan(), "2025-08-01").value
    assert "uplift_outside_band" in codes(stated(replace(loan, overdue_rate=Decimal("0.1825")), "2025-08-01"))


def test_the_overdue_days_of_the_published_sample_count_from_its_maturity() -> None:
    interest = tuple(
        paid(f"{row.due}", str(row.interest_due), f"i{row.number}")
        for row in stated(sample_loan(), "2022-07-14").value.rows
    )
    loan = sample_loan(payments=(*interest, paid("2022-11-22", "8333.64", "1", "principal")))
    claim = stated(loan, "2023-02-10", cutoff_counts=False).value
    assert (claim.overdue_since, claim.overdue_days) == (date(2022, 7, 16), 209)


def test_interest_deducted_in_advance_is_no_principal() -> None:
    loan = bullet_loan(
        drawdowns=(Drawdown(date(2025, 1, 1), Money("95000"), Money("5000")),),
        start=date(2025, 1, 1),
        maturity=date(2025, 7, 1),
        rate=Decimal("0.12"),
    )
    finding = stated(loan, "2025-07-01", cutoff_counts=False)
    assert (finding.value.principal, finding.value.interest) == (Money("95000"), Money("5731.67"))
    assert "interest_deducted_in_advance" in codes(finding)
    assert finding.steps[1].formula == "100000.00 － 5000.00 ＝ 95000.00"


def test_the_running_clause_starts_where_the_claim_ends() -> None:
    counted = stated(bullet_loan(), "2025-07-31").value
    uncounted = stated(bullet_loan(), "2025-08-01", cutoff_counts=False).value
    assert counted.running.start == uncounted.running.start == date(2025, 8, 1)
    assert counted.total == uncounted.total


def test_a_payment_goes_to_costs_interest_and_principal_in_the_order_of_the_law() -> None:
    loan = bullet_loan(payments=(paid("2025-08-01", "60000", "1"),))
    costs = (Cost(date(2025, 7, 1), Money("5000")),)
    claim = stated(loan, "2025-08-01", cutoff_counts=False, dated_costs=costs).value
    (received,) = claim.received
    assert [
        str(getattr(received, f"to_{name}")) for name in ("costs", "compound", "penalty", "interest", "principal")
    ] == [
        "5000.00",
        "1163.44",
        "19125.00",
        "30416.67",
        "4294.89",
    ]
    assert claim.total == claim.principal == Money("495705.11")
    assert claim.rows[0].to_costs == Money("5000")


def test_the_order_of_the_contract_comes_before_that_of_the_law() -> None:
    loan = bullet_loan(payments=(paid("2025-08-01", "60000", "1"),), allocation=("principal",))
    claim = stated(loan, "2025-08-01", cutoff_counts=False).value
    assert claim.principal == Money("440000")
    assert claim.penalty == Money("19125.00")


def test_instalment_by_instalment_the_oldest_is_settled_first() -> None:
    payments = (*instalment_loan().payments, paid("2025-07-20", "10520", "6"))
    by_component = stated(instalment_loan(payments=payments), "2025-07-20", cutoff_counts=False).value
    by_instalment = stated(
        instalment_loan(payments=payments, allocate_by_instalment=True), "2025-07-20", cutoff_counts=False
    ).value
    assert by_component.rows[6].overdue_interest == ZERO
    assert by_component.rows[5].overdue_principal > ZERO
    assert by_instalment.rows[5].overdue_principal == by_instalment.rows[5].penalty == ZERO
    assert by_instalment.rows[6].overdue_principal == Money("10027.82")


def test_costs_at_the_cutoff_are_added_once() -> None:
    claim = stated(bullet_loan(), "2025-07-31", costs=Money("3000")).value
    assert claim.costs == Money("3000")
    assert claim.total == Money("553705.11")


def test_money_paid_early_waits_for_the_next_due_day() -> None:
    loan = instalment_loan(payments=(paid("2025-01-10", "10394.28", "1"),))
    waiting = stated(loan, "2025-01-12")
    assert waiting.value.unallocated == Money("10394.28")
    assert "payment_waiting" in codes(waiting)
    settled = stated(loan, "2025-01-20").value
    assert (settled.unallocated, settled.penalty, settled.rows[0].paid_on) == (ZERO, ZERO, date(2025, 1, 15))


def test_principal_repaid_early_by_designation_bears_no_more_interest() -> None:
    loan = bullet_loan(payments=(paid("2024-09-01", "200000", "1", "principal"),))
    finding = stated(loan, "2025-03-01", cutoff_counts=False)
    # 500000 × 6 % ÷ 360 × 184 + 300000 × 6 % ÷ 360 × 181
    assert finding.value.interest == Money("24383.33")
    assert finding.value.principal == Money("300000")
    assert "prepayment" in codes(finding)


def test_an_instalment_loan_repaid_early_bears_interest_on_the_balance_left() -> None:
    loan = instalment_loan(
        payments=(paid("2025-01-15", "10394.28", "1"), paid("2025-01-15", "60000", "2", "principal"))
    )
    claim = stated(loan, "2025-02-15", cutoff_counts=False).value
    assert claim.rows[1].interest_due == Money("301.95")  # 50,325.72 × 7.2 % ÷ 12
    later = stated(loan, "2026-06-30").value
    assert total(row.principal_due for row in later.rows) == Money("60000")


def test_what_was_waived_is_not_claimed() -> None:
    loan = bullet_loan(waivers=(Waiver(date(2025, 8, 1), "penalty", Money("9125")),))
    claim = stated(loan, "2025-08-01", cutoff_counts=False).value
    assert claim.penalty == Money("10000.00")
    too_much = bullet_loan(waivers=(Waiver(date(2025, 8, 1), "compound", Money("9125")),))
    assert "waiver_exceeds" in codes(stated(too_much, "2025-08-01"))


def test_compound_before_maturity_at_the_contract_rate_where_the_contract_says_so() -> None:
    loan = instalment_loan()
    usual = stated(loan, "2025-08-01", cutoff_counts=False).value
    other = stated(loan, "2025-08-01", cutoff_counts=False, compound_mode=CONTRACT_UNTIL_MATURITY)
    assert usual.compound == Money("7.88")
    assert other.value.compound == Money("5.26")  # 4.01 + 1.25
    assert other.value.running.compound_rate == Decimal("0.072")
    assert "compound_rate_turns" in codes(other)


def test_no_compound_without_a_clause() -> None:
    claim = stated(bullet_loan(compound=False), "2025-08-01").value
    assert (claim.compound, claim.compound_rate, claim.running.compound_rate) == (ZERO, None, None)


def test_without_a_penalty_clause_the_contract_rate_runs_on_provisionally() -> None:
    finding = stated(bullet_loan(penalty_uplift=None), "2025-08-01", cutoff_counts=False)
    assert finding.value.penalty == Money("12750.00")
    assert "penalty_not_agreed" in codes(finding)
    assert finding.provisional


def test_dues_stated_as_unpaid_need_no_history() -> None:
    dues = (
        Due(due=date(2025, 6, 15), principal=Money("9968.01"), interest=Money("426.27")),
        Due(due=date(2025, 7, 15), principal=Money("10027.82"), interest=Money("366.46")),
        Due(due=date(2025, 12, 15), principal=Money("51048.82")),
    )
    loan = instalment_loan(dues=dues, payments=(), accelerated_on=date(2025, 8, 1))
    claim = stated(loan, "2025-08-01", cutoff_counts=False).value
    assert claim.total == Money("72210.52")


def test_rows_of_ones_own_with_interest_by_days() -> None:
    dues = (
        Due(due=date(2024, 9, 10), principal=Money("100000")),
        Due(due=date(2025, 3, 1), principal=Money("400000"), interest=Money("11466.67")),
    )
    claim = stated(bullet_loan(dues=dues), "2025-03-01", cutoff_counts=False).value
    assert claim.rows[0].interest_due == Money("16083.33")  # 500000 × 6 % ÷ 360 × 193
    assert claim.rows[1].interest_due == Money("11466.67")
    assert claim.penalty == Money("4300.00")  # 100000 × 9 % ÷ 360 × 172


def test_interest_counts_from_the_day_a_row_states_before_and_after_it_falls_due() -> None:
    dues = (Due(due=date(2025, 3, 1), principal=Money("500000"), interest_from=date(2025, 1, 1)),)
    before = stated(bullet_loan(dues=dues), "2025-02-01", cutoff_counts=False).value
    assert before.undue_interest == before.interest == Money("2583.33")  # 31 days
    assert stated(bullet_loan(dues=dues), "2025-03-01", cutoff_counts=False).value.interest == Money("4916.67")
    called = bullet_loan(dues=dues, accelerated_on=date(2025, 2, 1))
    assert stated(called, "2025-03-01", cutoff_counts=False).value.interest == Money("2583.33")


def test_several_drawdowns_bear_interest_each_from_its_day() -> None:
    claim = stated(sample_loan(payments=()), "2021-11-20").value
    assert claim.rows[2].interest_due == Money("1633.33")  # 200000 × 22 days + 600000 × 9 days


def test_a_payment_after_the_cutoff_changes_nothing() -> None:
    without = stated(bullet_loan(), "2025-08-01").value
    assert stated(bullet_loan(payments=(paid("2025-08-02", "1000"),)), "2025-08-01").value == without


def test_all_contradictions_are_said_at_once() -> None:
    loan = bullet_loan(basis=366, maturity=date(2024, 1, 1), payments=(paid("2025-04-01", "0"),), allocation=("tips",))
    with pytest.raises(Invalid) as caught:
        stated(loan, "2024-02-01", compound_mode="daily", cap_policy="36%")
    assert {problem.code for problem in caught.value.problems} >= {
        "basis.unknown",
        "loan.maturity",
        "payment.amount",
        "component.unknown",
        "claim.before_drawdown",
        "compound.mode_unknown",
        "cap.policy_unknown",
    }


def test_a_claim_is_the_same_after_it_was_stored() -> None:
    claim = stated(instalment_loan(accelerated_on=date(2025, 8, 1)), "2025-08-01").value
    assert codec.decode(Claim, codec.encode(claim)) == claim


METHODS = st.sampled_from(tuple(Repayment))
PAYMENTS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 4_000_000), st.sampled_from(("", "", "", "principal", "penalty"))),
    max_size=12,
)


def random_loan(
    method: Repayment, given_payments: list[tuple[int, int, str]], accelerated: int | None, called_whole: bool
) -> Loan:
    start = date(2025, 1, 31)
    payments = tuple(
        Payment(start + timedelta(days), Money.of_fen(fen), str(number), designation=designation)
        for number, (days, fen, designation) in enumerate(given_payments)
    )
    return a_loan(
        start=start,
        signed=start,
        drawdowns=(Drawdown(start, Money("60000")),),
        maturity=add_months(start, 12),
        repayment=method,
        payments=payments,
        accelerated_on=None if accelerated is None else start + timedelta(accelerated),
        allocate_by_instalment=called_whole,
    )


@settings(deadline=None)
@given(METHODS, PAYMENTS, st.none() | st.integers(1, 300), st.booleans(), st.integers(0, 600))
def test_a_replay_loses_no_fen(
    method: Repayment, payments: list[tuple[int, int, str]], accelerated: int | None, whole: bool, days: int
) -> None:
    loan = random_loan(method, payments, accelerated, whole)
    as_of = loan.start + timedelta(days)
    claim = state_claim(loan, as_of, a_law()).value
    counted = total(payment.amount for payment in loan.payments if payment.on <= as_of)
    parts = ("to_costs", "to_interest", "to_penalty", "to_compound", "to_principal", "early_principal", "unallocated")
    assert total(getattr(received, part) for received in claim.received for part in parts) == counted
    assert claim.repaid_principal + claim.repaid_interest + claim.unallocated == counted
    assert claim.principal + claim.repaid_principal == Money("60000")
    assert total(row.paid for row in claim.rows) == total(
        getattr(received, part) for received in claim.received for part in parts[:5]
    )
    assert total(row.penalty for row in claim.rows) == claim.penalty
    assert total(row.compound for row in claim.rows) == claim.compound
    assert total(row.overdue_interest for row in claim.rows) + claim.undue_interest == claim.interest
    assert total(row.overdue_principal for row in claim.rows) == claim.running.overdue_principal
    assert claim.running.overdue_principal + claim.running.undue_principal == claim.principal
    assert claim.total == total((claim.principal, claim.interest, claim.penalty, claim.compound, claim.costs))
    assert min(claim.principal, claim.interest, claim.penalty, claim.compound) >= ZERO


@settings(deadline=None)
@given(METHODS, PAYMENTS, st.none() | st.integers(1, 300), st.integers(0, 600))
def test_one_day_more_is_what_the_running_clause_says(
    method: Repayment, payments: list[tuple[int, int, str]], accelerated: int | None, days: int
) -> None:
    loan = random_loan(method, payments, accelerated, False)
    as_of = loan.start + timedelta(days)
    today, tomorrow = (state_claim(loan, on, a_law()).value for on in (as_of, as_of + timedelta(1)))
    something_happens = (
        any(payment.on == tomorrow.as_of for payment in loan.payments)
        or len(today.rows) != len(tomorrow.rows)
        or today.running.undue_principal != tomorrow.running.undue_principal
    )
    if something_happens:
        return
    roundings = 2 * len(today.rows) + 1
    growth = (tomorrow.total - today.total).amount
    assert abs(growth - today.running.per_day) <= Decimal("0.01") * roundings
    if roundings == 1:
        assert abs(growth - today.running.per_day) < Decimal("0.01")
