"""Working days and periods at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import Invalid, LawGap
from legalflow.law.periods import deadline, length, named_day, rules, stated
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


# --- edges of the rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "on", "nominal"),
    [
        ("public_notice_service", "2021-12-31", "2022-03-01"),  # sixty days until then
        ("public_notice_service", "2022-01-01", "2022-01-31"),
        ("public_notice_service_abroad", "2024-01-01", "2024-03-01"),  # over a 29 February
        ("freeze_deposits", "2015-02-03", "2015-08-03"),
        ("freeze_deposits", "2015-02-04", "2016-02-04"),
        ("seize_movables", "2015-02-03", "2016-02-03"),
        ("seize_movables", "2015-02-04", "2017-02-04"),
        ("seize_real_estate", "2015-02-03", "2017-02-03"),
        ("seize_real_estate", "2015-02-04", "2018-02-04"),
        ("set_aside_award", "2026-02-28", "2026-08-28"),
        ("set_aside_award", "2026-03-01", "2026-06-01"),
        ("limitation", "2024-02-29", "2027-02-28"),  # no 29 February then
        ("limitation", "2021-02-28", "2024-02-28"),  # not the 29th
        ("enforcement_application", "2024-02-29", "2026-02-28"),
        ("retrial", "2025-08-31", "2026-02-28"),
        ("guarantee_default", "2025-08-29", "2026-02-28"),
        ("guarantee_default", "2025-08-28", "2026-02-28"),
        ("guarantee_default", "2025-08-27", "2026-02-27"),
        ("trial_small_claim", "2025-12-31", "2026-02-28"),
        ("bankruptcy_claim_most", "2025-11-30", "2026-02-28"),
        ("stay_earliest", "2025-11-30", "2026-02-28"),
        ("reauction_notice_movables", "2026-03-05", "2026-02-26"),
        ("limitation_last_months", "2026-08-31", "2026-02-28"),
    ],
)
def test_a_period_ends_on_the_day_the_rule_of_its_day_gives(rule: str, on: str, nominal: str) -> None:
    assert deadline(a_law(), rule, date.fromisoformat(on)).value.nominal == date.fromisoformat(nominal)


@pytest.mark.parametrize(
    ("rule", "on", "article"),
    [
        ("enforcement_application", "2012-12-31", "第二百一十五条"),
        ("enforcement_application", "2013-01-01", "第二百三十九条"),
        ("enforcement_application", "2021-12-31", "第二百三十九条"),
        ("enforcement_application", "2022-01-01", "第二百四十六条"),
        ("enforcement_application", "2023-12-31", "第二百四十六条"),
        ("enforcement_application", "2024-01-01", "第二百五十条"),
    ],
)
def test_a_period_cites_the_article_of_its_day(rule: str, on: str, article: str) -> None:
    assert deadline(a_law(), rule, date.fromisoformat(on)).citations[0].article == article


def test_each_instalment_of_a_judgment_had_its_own_two_years_until_2021() -> None:
    found = deadline(a_law(), "enforcement_application_instalments", date(2021, 12, 31))
    assert found.value.nominal == date(2023, 12, 31) and found.provisional
    with pytest.raises(LawGap):
        deadline(a_law(), "enforcement_application_instalments", date(2022, 1, 1))


@pytest.mark.parametrize(
    ("rule", "last", "warned"),
    [
        ("evidence_first", date(2026, 4, 15), False),  # the fifteenth day
        ("evidence_first", date(2026, 4, 14), True),
        ("evidence_second", date(2026, 4, 10), False),
        ("evidence_second", date(2026, 4, 9), True),
        ("evidence_small_claim", date(2026, 4, 7), False),
        ("evidence_small_claim", date(2026, 4, 8), True),
        ("bankruptcy_claim_least", date(2026, 4, 30), False),
        ("bankruptcy_claim_least", date(2026, 4, 29), True),
        ("bankruptcy_claim_most", date(2026, 7, 1), False),
        ("bankruptcy_claim_most", date(2026, 7, 2), True),
    ],
)
def test_a_day_a_court_states_is_held_against_the_shortest_or_longest(rule: str, last: date, warned: bool) -> None:
    found = stated(
        a_law(), rule, date(2026, 3, 31) if rule != "bankruptcy_claim_most" else date(2026, 4, 1), last, "至"
    )
    assert found.value.nominal == last
    assert [warning.code for warning in found.warnings] == ["period.out_of_bounds"] * warned


def test_a_day_named_without_a_rule_rolls() -> None:
    found = named_day(a_law(), "补正", date(2026, 4, 20), date(2026, 5, 1))
    assert found.value.last_day == date(2026, 5, 6) and found.value.rolled and found.citations


_ROLLING = [rule for rule in rules(a_law()) if a_law().history(f"deadlines/{rule}")[-1].value["roll"]]
_FIXED = [rule for rule in rules(a_law()) if rule not in _ROLLING]


@given(st.sampled_from(_ROLLING), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_a_deadline_that_rolls_never_falls_on_a_day_off(rule: str, on: date) -> None:
    try:
        found = deadline(a_law(), rule, on)
    except LawGap:  # some rules had not begun, or had ended
        return
    value = found.value
    assert is_working_day(a_law(), value.last_day).value and value.last_day >= value.nominal
    between = [value.nominal + timedelta(days=n) for n in range((value.last_day - value.nominal).days)]
    assert not any(is_working_day(a_law(), day).value for day in between)
    known = (value.last_day.year, value.nominal.year)
    assert any("尚未载入" in doubt for doubt in found.provisional) == (max(known) > 2026 or min(known) < 2024)


@given(st.sampled_from(_FIXED), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_a_deadline_that_does_not_roll_stays_where_it_was_counted(rule: str, on: date) -> None:
    try:
        value = deadline(a_law(), rule, on).value
    except LawGap:
        return
    assert value.last_day == value.nominal and not value.rolled
