"""Ceilings of licensed lenders: the line, the order of cutting, and where the law has a gap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from legalflow.claims.caps import Outstanding, cap, lpr
from legalflow.errors import Invalid, LawGap
from legalflow.law.finding import Finding
from legalflow.loans.loan import LenderKind
from legalflow.values.dates import Period
from legalflow.values.money import Money, total
from tests.builders import a_law

HUNDRED_DAYS = [Outstanding(Money("20000"), Period.of("2025-01-01", "2025-04-11"))]
ALL = {
    "interest": Money("1300"),
    "penalty": Money("600"),
    "compound": Money("50"),
    "fees": Money("30"),
    "liquidated_damages": Money("20"),
}


def a_cap(charges: dict[str, Money], policy: str = "24%", **more: object) -> Finding:
    facts: dict = {"lender": LenderKind.BANK, "formed_on": date(2024, 10, 21), "filed_on": date(2026, 1, 5), **more}
    return cap(a_law(), facts.pop("lender"), policy, HUNDRED_DAYS, charges, **facts)


def test_what_is_within_the_line_is_left_alone() -> None:
    found = a_cap({"interest": Money("1333.33")}).value
    assert found.excess == Money(0) and not any(cut.cut for cut in found.cuts)


def test_damages_and_fees_go_first_and_interest_last() -> None:
    found = a_cap(ALL).value
    assert found.excess == Money("666.67")
    assert [(cut.charge, str(cut.cut)) for cut in found.cuts] == [
        ("liquidated_damages", "20.00"),
        ("fees", "30.00"),
        ("compound", "50.00"),
        ("penalty", "566.67"),
        ("interest", "0.00"),
    ]
    assert total(cut.left for cut in found.cuts) == found.ceiling


def test_no_policy_cuts_nothing_and_says_that_courts_differ() -> None:
    found = a_cap(ALL, "none")
    assert found.value.excess == Money(0) and found.value.ceiling is None
    assert found.warnings[0].code == "cap.on_request"


def test_the_contract_rate_is_a_line_only_where_it_is_given() -> None:
    assert a_cap(ALL, "contract_rate", contract_rate=Decimal("0.18")).value.ceiling == Money("1000")
    with pytest.raises(Invalid):
        a_cap(ALL, "contract_rate")


def test_four_lpr_is_that_of_the_contract_or_of_filing_for_older_contracts() -> None:
    assert a_cap(ALL, "4lpr").value.rate == Decimal("0.124")
    assert a_cap(ALL, "4lpr", formed_on=date(2019, 9, 1)).value.rate == Decimal("0.12")


def test_practice_is_provisional() -> None:
    assert a_cap(ALL).provisional and a_cap(ALL, "4lpr").provisional


def test_private_lenders_unknown_policies_and_unknown_charges_are_refused() -> None:
    for refused in (
        lambda: a_cap(ALL, lender=LenderKind.PRIVATE),
        lambda: a_cap(ALL, "36%"),
        lambda: a_cap({"gifts": Money("1")}),
        lambda: lpr(a_law(), "3y", date(2025, 1, 1)),
    ):
        with pytest.raises(Invalid):
            refused()


def test_lpr_holds_from_its_publication_day_and_ends_with_the_last_one_loaded() -> None:
    assert lpr(a_law(), "1y", date(2024, 10, 20)).value == "0.0335"
    assert lpr(a_law(), "1y", date(2024, 10, 21)).value == "0.031"
    assert lpr(a_law(), "5y", date(2026, 10, 19)).value == "0.035"
    with pytest.raises(LawGap):
        lpr(a_law(), "1y", date(2026, 10, 20))
