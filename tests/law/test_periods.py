"""Working days and periods at their edges."""

from __future__ import annotations

from datetime import date

import pytest

from legalflow.errors import Invalid, LawGap
from legalflow.law.periods import deadline, length, rules
from legalflow.law.workdays import is_working_day, roll
from tests.builders import a_law


@pytest.mark.parametrize(
    ("on", "works"),
    [
        ("2026-09-20", True),  # a Sunday worked
        ("2026-02-28", True),  # a Saturday worked
        ("2026-02-16", False),  # a Monday off
        ("2026-02-24", True),
        ("2026-11-22", False),
        ("2024-06-10", False),
        ("2025-10-08", False),
    ],
)
def test_days_off_follow_the_notice_of_the_year(on: str, works: bool) -> None:
    found = is_working_day(a_law(), date.fromisoformat(on))
    assert found.value is works and not found.provisional


@pytest.mark.parametrize("year", [2023, 2027])
def test_a_year_without_a_notice_is_provisional(year: int) -> None:
    found = is_working_day(a_law(), date(year, 3, 1))
    assert found.value and str(year) in found.provisional[0]


def test_rolling_over_the_end_of_the_known_years_is_provisional() -> None:
    found = roll(a_law(), date(2027, 1, 2))
    assert found.value == date(2027, 1, 4) and found.provisional


def test_the_longest_holiday_rolls_to_its_end() -> None:
    assert roll(a_law(), date(2026, 2, 15)).value == date(2026, 2, 24)


def test_a_month_without_the_day_ends_on_its_last() -> None:
    found = length(a_law(), date(2025, 8, 31), 6, "month", roll=False)
    assert found.value.nominal == date(2026, 2, 28)


def test_a_period_that_does_not_roll_ends_on_a_day_off() -> None:
    assert deadline(a_law(), "freeze_deposits", date(2025, 11, 28)).value.last_day == date(2026, 11, 28)
    assert date(2026, 11, 28).weekday() == 5


def test_setting_an_award_aside_became_shorter_on_the_first_of_march_2026() -> None:
    assert deadline(a_law(), "set_aside_award", date(2026, 2, 27)).value.nominal == date(2026, 8, 27)
    shorter = deadline(a_law(), "set_aside_award", date(2026, 3, 2))
    assert shorter.value.nominal == date(2026, 6, 2) and shorter.provisional


@pytest.mark.parametrize(("due", "last"), [("2015-09-30", "2017-09-30"), ("2015-10-01", "2018-10-01")])
def test_two_years_not_over_on_the_first_of_october_2017_become_three(due: str, last: str) -> None:
    found = deadline(a_law(), "limitation", date.fromisoformat(due))
    assert found.value.nominal == date.fromisoformat(last)


def test_the_guarantee_period_of_old_contracts_has_no_rule_after_2020() -> None:
    assert deadline(a_law(), "guarantee_until_repaid", date(2020, 6, 30)).value.nominal == date(2022, 6, 30)
    with pytest.raises(LawGap):
        deadline(a_law(), "guarantee_until_repaid", date(2021, 1, 1))


@pytest.mark.parametrize(("count", "unit"), [(0, "day"), (-1, "day"), (1, "week"), (10**9, "day")])
def test_a_length_is_a_sensible_number_of_a_known_unit(count: int, unit: str) -> None:
    with pytest.raises(Invalid):
        length(a_law(), date(2026, 1, 1), count, unit)


def test_a_period_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid):
        length(a_law(), date(9999, 6, 1), 1, "year")
    with pytest.raises(Invalid):
        length(a_law(), date(9999, 12, 31), 100, "day", roll=False)


def test_the_rules_others_name_are_there() -> None:
    named = {
        "appeal_judgment", "appeal_ruling", "enforcement_application", "fee_payment", "limitation", "guarantee_default",
        "presuit_suit", "renew_preservation", "answer", "retrial", "payment_order_object",
    }  # fmt: skip
    assert named <= set(rules(a_law()))


def test_a_contract_period_is_counted_by_the_civil_code_to_the_same_day() -> None:
    ordered = length(a_law(), date(2025, 8, 31), 6, "month")
    agreed = length(a_law(), date(2025, 8, 31), 6, "month", counted_by="civil_code")
    assert ordered.value == agreed.value
    assert ordered.citations[0].instrument == "民事诉讼法（2023年修正）" and agreed.citations[0].instrument == "民法典"
