"""Guarantees: their mode and period by the law of their time, and what keeps them."""

from __future__ import annotations

from datetime import date

import pytest

from legalflow.law.guarantees import (
    Act,
    defence_lost,
    effect,
    is_until_repaid,
    keeping,
    maximum_start,
    mode_of,
    period_of,
    period_until,
)
from tests.builders import a_law

DUE, LAST = date(2025, 8, 31), date(2026, 2, 28)
WORDS = "直至主债务本息还清时为止"


@pytest.mark.parametrize(
    ("signed", "written", "mode"),
    [
        (date(2020, 12, 31), "", "joint"),
        (date(2021, 1, 1), "", "ordinary"),
        (date(2020, 12, 31), "ordinary", "ordinary"),
        (date(2021, 1, 1), "joint", "joint"),
    ],
)
def test_the_mode_is_as_written_else_as_the_law_of_the_day_of_signing(signed: date, written: str, mode: str) -> None:
    assert mode_of(a_law(), signed, written).value == mode


def test_a_period_not_agreed_is_six_months_and_an_agreed_one_as_agreed() -> None:
    assert period_of(a_law(), DUE, date(2024, 8, 31), None, "").value.nominal == LAST
    assert period_of(a_law(), DUE, date(2024, 8, 31), 36, WORDS).value.nominal == date(2028, 8, 31)


def test_until_repaid_is_two_years_only_where_contract_and_debt_are_of_the_old_time() -> None:
    due = date(2020, 6, 30)
    assert period_of(a_law(), due, date(2019, 6, 1), None, WORDS).value.nominal == date(2022, 6, 30)
    for found in (
        period_of(a_law(), date(2021, 6, 30), date(2019, 6, 1), None, WORDS),
        period_of(a_law(), due, date(2021, 6, 1), None, WORDS),
    ):
        assert found.value.rule == "guarantee_default"
        assert "guarantee.unclear" in {warning.code for warning in found.warnings}


def test_until_repaid_is_told_from_an_agreed_length() -> None:
    assert is_until_repaid(WORDS) and not is_until_repaid("自主债务履行期届满之日起三年")


@pytest.mark.parametrize(
    ("mode", "act", "expected"),
    [
        ("joint", Act("demand", LAST, guarantor=True), "keeps"),
        ("joint", Act("demand", DUE, guarantor=True), "keeps"),
        ("joint", Act("demand", date(2026, 3, 1), guarantor=True), "late"),
        ("joint", Act("demand", date(2025, 8, 30), guarantor=True), "early"),
        ("joint", Act("demand", LAST, debtor=True), "other"),
        ("joint", Act("suit", LAST, debtor=True), "other"),
        ("joint", Act("suit", LAST, guarantor=True, withdrawn=True), "withdrawn"),
        ("joint", Act("suit", LAST, guarantor=True, withdrawn=True, served=True), "keeps"),
        ("ordinary", Act("demand", LAST, debtor=True, guarantor=True), "other"),
        ("ordinary", Act("suit", LAST, guarantor=True), "other"),
        ("ordinary", Act("arbitration", LAST, debtor=True), "keeps"),
        ("ordinary", Act("suit", LAST, debtor=True, withdrawn=True, served=True), "withdrawn"),
        ("ordinary", Act("suit", date(2026, 3, 1), debtor=True), "late"),
    ],
)
def test_what_an_act_does_for_a_guarantee(mode: str, act: Act, expected: str) -> None:
    assert effect(mode, act, DUE, LAST) == expected


def test_the_first_act_that_keeps_it_is_the_one_that_counts() -> None:
    withdrawn = Act("suit", date(2025, 10, 9), debtor=True, withdrawn=True)
    again, later = Act("suit", date(2025, 12, 1), debtor=True), Act("suit", date(2026, 1, 5), debtor=True)
    assert keeping("ordinary", [later, withdrawn, again], DUE, LAST) == again
    assert keeping("ordinary", [withdrawn], DUE, LAST) is None


# --- maximum amounts, agreed ends, the guarantor's own limitation ----------------------------------------------------


@pytest.mark.parametrize(("fixed", "last_due"), [(DUE, date(2025, 3, 31)), (date(2025, 2, 28), DUE), (DUE, DUE)])
def test_a_maximum_amount_runs_from_the_later_of_fixing_and_last_due_day(fixed: date, last_due: date) -> None:
    found = maximum_start(a_law(), fixed, last_due)
    assert found.value == DUE and not found.provisional
    assert [citation.article for citation in found.citations] == ["第三十条"]


@pytest.mark.parametrize(
    ("until", "last"), [(date(2025, 8, 30), LAST), (DUE, LAST), (date(2025, 9, 1), date(2025, 9, 1))]
)
def test_a_period_agreed_to_end_before_or_with_the_debt_counts_as_not_agreed(until: date, last: date) -> None:
    found = period_until(a_law(), DUE, date(2024, 8, 31), until)
    assert found.value.nominal == last
    assert bool(found.warnings) == bool(found.provisional) == (until <= DUE)


@pytest.mark.parametrize(
    ("ruling", "on", "starts"),
    [
        (None, date(2026, 3, 3), None),  # the year ends on this day
        (None, date(2026, 3, 4), date(2026, 3, 3)),
        (date(2025, 9, 1), date(2025, 8, 31), None),  # not served yet
        (date(2025, 9, 1), date(2025, 9, 1), date(2025, 9, 1)),
        (date(2026, 3, 3), date(2026, 5, 6), date(2026, 3, 3)),
        (date(2026, 4, 1), date(2026, 5, 6), date(2026, 3, 3)),  # it came after the year
    ],
)
def test_an_ordinary_guarantor_loses_his_defence_by_the_ruling_or_after_a_year(
    ruling: date | None, on: date, starts: date | None
) -> None:
    found = defence_lost(a_law(), date(2025, 3, 3), ruling, on)
    assert found.value == starts
    assert all(citation.verified for citation in found.citations)
