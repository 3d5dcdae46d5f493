"""Ceilings of private lending: which rule each day falls under, and what is said beside the figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from legalflow.claims.caps import Outstanding
from legalflow.claims.private_caps import Contract, private_cap
from legalflow.errors import Invalid, LawGap
from legalflow.law.finding import Finding
from legalflow.values.dates import Period
from legalflow.values.money import Money
from tests.builders import a_law

OLD = date(2019, 6, 1)


def a_cap(contract: Contract, start: str, end: str, claimed: str = "50000") -> Finding:
    lines = [Outstanding(Money("100000"), Period.of(start, end))]
    return private_cap(a_law(), contract, lines, {"interest": Money(claimed)})


def ceilings(contract: Contract, start: str, end: str) -> list[str]:
    return [str(each) for each in a_cap(contract, start, end).value.ceilings]


def test_the_day_of_the_contract_decides_at_the_turn() -> None:
    filed = date(2026, 3, 10)
    assert a_cap(Contract(date(2020, 8, 20), filed), "2020-08-20", "2021-08-20").value.rate == Decimal("0.154")
    older = a_cap(Contract(date(2020, 8, 19), filed), "2020-08-19", "2020-08-21").value
    assert older.rate is None
    assert [str(each) for each in older.ceilings] == ["66.67", "33.33"]  # a day at 24 %, a day at 12 %


def test_a_suit_from_before_the_turn_keeps_the_rule_of_the_time_throughout() -> None:
    found = a_cap(Contract(OLD, date(2020, 8, 19)), "2020-08-01", "2020-10-01").value
    assert found.rate == Decimal("0.24") and found.ceiling == Money("4066.67")


def test_the_rule_of_the_time_is_for_who_asks_for_it() -> None:
    asked = a_cap(Contract(OLD, date(2021, 3, 10)), "2019-06-01", "2020-06-01")
    silent = a_cap(Contract(OLD, date(2021, 3, 10), old_rule=False), "2019-06-01", "2020-06-01")
    assert (asked.value.rate, silent.value.rate) == (Decimal("0.24"), Decimal("0.154"))
    assert "cap.old_rule_on_request" in {each.code for each in asked.warnings} and not silent.warnings
    assert asked.provisional and "第三十一条第二款" in {each.article for each in silent.citations}


def test_what_lies_between_the_lines_of_2015_is_said_with_its_sum() -> None:
    found = a_cap(Contract(OLD, date(2020, 3, 10)), "2019-06-01", "2020-05-26")
    said = next(each for each in found.warnings if each.code == "cap.natural_debt")
    assert "36.00%" in said.message and "36000.00" in said.message


def test_days_before_2015_bear_the_benchmark_in_force_on_them() -> None:
    contract = Contract(date(2012, 1, 1), date(2016, 3, 10), "1y_to_3y")
    # a day at 4 × 6.65 %, 28 at 4 × 6.40 %, a day at 4 × 6.15 %
    assert ceilings(contract, "2012-06-07", "2012-07-07") == ["73.89", "1991.11", "68.33"]
    assert ceilings(contract, "2015-08-31", "2015-09-02") == ["55.56", "66.67"]  # 4 × 5.00 %, then 24 %
    assert "cap.before_old_rule" in {each.code for each in a_cap(contract, "2015-08-31", "2015-09-02").warnings}


def test_the_benchmark_is_asked_for_only_where_it_decides() -> None:
    older = Contract(date(2012, 1, 1), date(2016, 3, 10))
    assert a_cap(older, "2015-09-01", "2016-01-01").value.rate == Decimal("0.24")
    with pytest.raises(Invalid) as caught:
        a_cap(older, "2015-08-31", "2016-01-01")
    assert caught.value.problems[0].field == "benchmark"


def test_what_is_within_the_ceiling_is_left_alone() -> None:
    found = a_cap(Contract(date(2024, 10, 21), date(2026, 1, 5)), "2024-10-21", "2025-10-16", "12400").value
    assert found.excess == Money(0) and not any(cut.cut for cut in found.cuts)


def test_an_lpr_not_loaded_is_a_gap() -> None:
    with pytest.raises(LawGap):
        a_cap(Contract(OLD, date(2026, 10, 20)), "2020-08-20", "2021-08-20")


def test_what_cannot_be_is_refused() -> None:
    for contract in (Contract(OLD, date(2019, 5, 31)), Contract(OLD, date(2021, 3, 10), "6m")):
        with pytest.raises(Invalid):
            a_cap(contract, "2020-08-20", "2021-08-20")
    with pytest.raises(Invalid):
        private_cap(a_law(), Contract(OLD, date(2021, 3, 10)), [], {"gifts": Money("1")})
