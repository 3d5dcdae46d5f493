"""The mildest risk grade: at each boundary, by kind and day, and what it is no answer to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.grades import PASS, mildest_grade
from legalflow.errors import Invalid, LawGap
from tests.builders import a_law

ON = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("kind", "days", "zh"),
    [
        ("loan", 0, "正常"),
        ("loan", 1, "关注"),
        ("loan", 90, "关注"),
        ("loan", 91, "次级"),
        ("loan", 270, "次级"),
        ("loan", 271, "可疑"),
        ("loan", 360, "可疑"),
        ("loan", 361, "损失"),
        ("credit_card", 0, "正常"),
        ("credit_card", 1, "关注"),
        ("credit_card", 90, "关注"),
        ("credit_card", 91, "次级"),
        ("credit_card", 120, "次级"),
        ("credit_card", 121, "可疑"),
        ("credit_card", 180, "可疑"),
        ("credit_card", 181, "损失"),
    ],
)
def test_a_grade_begins_the_day_after_its_limit(kind: str, days: int, zh: str) -> None:
    found = mildest_grade(a_law(), kind, days, ON)
    assert found.value.zh == zh == found.steps[0].value
    assert found.citations and found.provisional


def test_an_operational_delay_is_excused_for_seven_days_and_no_longer() -> None:
    assert mildest_grade(a_law(), "loan", 7, ON, technical=True).value == PASS
    assert mildest_grade(a_law(), "loan", 8, ON, technical=True).value.zh == "关注"
    with pytest.raises(Invalid, match=r"risk_class\.technical"):
        mildest_grade(a_law(), "credit_card", 3, ON, technical=True)


def test_every_answer_says_that_it_is_only_a_floor_and_the_transition_is_shown_while_it_ran() -> None:
    later = mildest_grade(a_law(), "loan", 91, date(2026, 1, 1))
    assert [warning.code for warning in later.warnings] == ["risk_class.floor"]
    within = mildest_grade(a_law(), "loan", 91, date(2025, 12, 31))
    assert [warning.code for warning in within.warnings] == ["risk_class.floor", "risk_class.existing_assets"]


def test_before_the_rule_there_is_a_gap() -> None:
    with pytest.raises(LawGap):
        mildest_grade(a_law(), "loan", 91, date(2023, 6, 30))


def test_an_unknown_kind_and_negative_days_are_refused() -> None:
    with pytest.raises(Invalid, match=r"risk_class\.kind"):
        mildest_grade(a_law(), "bond", 1, ON)
    with pytest.raises(Invalid, match=r"risk_class\.days"):
        mildest_grade(a_law(), "loan", -1, ON)


@pytest.mark.parametrize(("days", "zh"), [(0, "次级"), (90, "次级"), (91, "次级"), (271, "可疑"), (361, "损失")])
def test_an_impaired_asset_is_at_least_substandard(days: int, zh: str) -> None:
    found = mildest_grade(a_law(), "loan", days, ON, impaired=True)
    assert found.value.zh == zh and "信用减值" in found.steps[0].formula
    assert mildest_grade(a_law(), "loan", 7, ON, technical=True, impaired=True).value.zh == "次级"
    with pytest.raises(Invalid, match=r"risk_class\.impaired"):
        mildest_grade(a_law(), "credit_card", days, ON, impaired=True)


@given(st.integers(0, 2000), st.booleans())
def test_one_more_day_never_makes_a_grade_milder(days: int, impaired: bool) -> None:
    order = ["pass", "special_mention", "substandard", "doubtful", "loss"]
    grades = [mildest_grade(a_law(), "loan", each, ON, impaired=impaired).value.name for each in (days, days + 1)]
    assert order.index(grades[0]) <= order.index(grades[1])
