"""Interest, penalty and compound: exact inside, rounded once, bands and conventions held."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.interest import (
    CONTRACT_UNTIL_MATURITY,
    Segment,
    UnpaidInterest,
    basis_of,
    by_segments,
    compound,
    exact_interest,
    interest,
    penalty,
    penalty_rate,
    rounded,
)
from legalflow.errors import Invalid, LawGap
from legalflow.values.dates import Period
from legalflow.values.money import Money, round_half_up
from tests.builders import a_law

AMOUNTS = st.integers(0, 10**14).map(Money.of_fen)
RATES = st.decimals(0, 2, places=6)
DAYS = st.integers(0, 4000)


@given(AMOUNTS, RATES, st.sampled_from((360, 365)), DAYS, DAYS)
def test_the_interest_of_two_neighbouring_periods_is_that_of_both(
    principal: Money, rate: Decimal, basis: int, first: int, second: int
) -> None:
    parts = exact_interest(principal, rate, basis, first) + exact_interest(principal, rate, basis, second)
    assert parts == exact_interest(principal, rate, basis, first + second)


@given(st.integers(0, 10**15))
def test_rounding_an_exact_amount_is_the_rounding_of_money(tenths_of_a_fen: int) -> None:
    exact = Decimal(tenths_of_a_fen).scaleb(-3)
    assert rounded(Fraction(exact)).amount == round_half_up(exact)


def test_a_component_of_many_segments_is_rounded_once() -> None:
    start = date(2025, 1, 1)
    days = [Period(start + timedelta(n), start + timedelta(n + 1)) for n in range(3)]
    segments = [Segment(Money("1"), Decimal("1.44"), 360, day) for day in days]
    assert by_segments(segments).value == Money(
        "0.01"
    )  # 0.004 three times is 0.012; rounded singly it would be nothing


def test_the_step_prints_the_multiplication() -> None:
    found = interest(Money("1000000"), Decimal("0.0435"), 360, Period.of("2025-01-10", "2025-04-10"))
    assert found.steps[0].formula == "1000000.00 × 4.35% ÷ 360 × 90天 ＝ 10875.00"


def test_segments_that_do_not_meet_or_overlap_are_remarked() -> None:
    def segment(start: str, end: str) -> Segment:
        return Segment(Money("100"), Decimal("0.1"), 360, Period.of(start, end))

    gap = by_segments([segment("2025-01-01", "2025-02-01"), segment("2025-02-02", "2025-03-01")])
    overlap = by_segments([segment("2025-01-01", "2025-02-02"), segment("2025-02-01", "2025-03-01")])
    meeting = by_segments([segment("2025-01-01", "2025-02-01"), segment("2025-02-01", "2025-03-01")])
    assert [warning.code for warning in gap.warnings] == ["segments_gap"]
    assert [warning.code for warning in overlap.warnings] == ["segments_overlap"]
    assert meeting.warnings == ()


@pytest.mark.parametrize(
    ("uplift", "breach", "codes"),
    [
        ("0.3", "overdue", []),
        ("0.5", "overdue", []),
        ("0.29", "overdue", ["uplift_outside_band"]),
        ("0.51", "overdue", ["uplift_outside_band"]),
        ("0.5", "misuse", []),
        ("1", "misuse", []),
        ("0.4", "misuse", ["uplift_outside_band"]),
    ],
)
def test_an_uplift_outside_its_band_is_remarked_and_not_cut(uplift: str, breach: str, codes: list[str]) -> None:
    found = penalty_rate(Decimal("0.06"), Decimal(uplift), date(2024, 3, 1), a_law(), breach=breach)
    assert found.value == Decimal("0.06") * (1 + Decimal(uplift))
    assert [warning.code for warning in found.warnings] == codes
    assert found.citations[0].instrument == "银发〔2003〕251号"


@pytest.mark.parametrize(("granted", "said"), [("2003-12-31", "0.00021"), ("1990-01-01", "未收录")])
def test_a_loan_granted_before_the_band_keeps_its_own_rule(granted: str, said: str) -> None:
    found = penalty_rate(Decimal("0.06"), Decimal("0.5"), date.fromisoformat(granted), a_law())
    assert [warning.code for warning in found.warnings] == ["granted_before_2004"]
    assert said in found.warnings[0].message
    assert found.citations == ()


def test_an_unknown_breach_is_refused() -> None:
    with pytest.raises(Invalid):
        penalty_rate(Decimal("0.06"), Decimal("0.5"), date(2024, 3, 1), a_law(), breach="late")


def test_the_penalty_of_the_published_sample() -> None:
    segments = [
        Segment(Money("600000.00"), Decimal("0.09"), 360, Period.of("2022-07-16", "2022-11-22")),
        Segment(Money("591666.36"), Decimal("0.09"), 360, Period.of("2022-11-22", "2023-02-10")),
    ]
    assert [segment.period.days for segment in segments] == [129, 80]
    assert penalty(segments).value == Money("31183.33")


def test_compound_is_rounded_for_each_item() -> None:
    items = [
        UnpaidInterest(Money("426.27"), Period.of("2025-06-15", "2025-08-01")),
        UnpaidInterest(Money("366.46"), Period.of("2025-07-15", "2025-08-01")),
    ]
    found = compound(items, Decimal("0.072"), Decimal("0.108"), 360, a_law())
    assert [step.value for step in found.steps] == ["6.01", "1.87"]
    assert found.value == Money("7.88")
    assert found.provisional  # that only in-term interest bears compound is the majority view, not read in the text


def test_compound_at_the_contract_rate_turns_at_maturity() -> None:
    item = UnpaidInterest(Money("36000"), Period.of("2025-01-01", "2025-01-21"), date(2025, 1, 11))
    found = compound([item], Decimal("0.1"), Decimal("0.15"), 360, a_law(), mode=CONTRACT_UNTIL_MATURITY)
    assert found.value == Money("250.00")  # 36000 × 10 % ÷ 360 × 10 + 36000 × 15 % ÷ 360 × 10
    before = UnpaidInterest(item.amount, item.period)
    assert compound(
        [before], Decimal("0.1"), Decimal("0.15"), 360, a_law(), mode=CONTRACT_UNTIL_MATURITY
    ).value == Money("200.00")


def test_an_unknown_mode_of_compound_is_refused() -> None:
    with pytest.raises(Invalid):
        compound(
            [UnpaidInterest(Money("1"), Period.of("2025-01-01", "2025-01-02"))],
            Decimal("0.1"),
            Decimal("0.1"),
            360,
            a_law(),
            mode="daily",
        )


def test_the_agreed_basis_stands_and_the_usual_one_is_provisional() -> None:
    assert basis_of(365, a_law(), date(2025, 1, 1)).value == 365
    usual = basis_of(None, a_law(), date(2025, 1, 1))
    assert usual.value == 360
    assert usual.provisional
    with pytest.raises(LawGap):
        basis_of(None, a_law(), date(1999, 1, 1))
