"""The conditions of a payment order: all are answered, each with the article of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from legalflow.errors import LawGap
from legalflow.law.payment_orders import Application, conditions
from tests.builders import a_law

GOOD = Application(
    on=date(2026, 11, 24),
    due=date(2026, 5, 20),
    movable=True,
    determined=True,
    counter_obligation=False,
    in_china=True,
    missing=False,
    reachable=True,
    preserved=False,
    domicile=True,
    basic=True,
    unagreed=False,
    guarantor_sued=False,
    guarantor_respondent=False,
)


def test_every_condition_is_answered_and_each_cites_law() -> None:
    found = conditions(a_law(), GOOD)
    assert len(found.value) == 14 and all(each.met and each.step.citations for each in found.value)
    assert not found.provisional and not found.warnings


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("movable", False, "object"),
        ("determined", False, "determined"),
        ("counter_obligation", True, "no_counter_obligation"),
        ("in_china", False, "in_china"),
        ("missing", True, "not_missing"),
        ("reachable", False, "reachable"),
        ("preserved", True, "not_preserved"),
        ("domicile", False, "court"),
        ("basic", False, "court"),
        ("unagreed", True, "agreed"),
        ("grounded", False, "grounded"),
        ("standing", False, "standing"),
        ("unlawful", True, "lawful"),
        ("guarantor_sued", True, "no_suit"),
    ],
)
def test_a_single_fact_fails_its_own_condition_and_no_other(fact: str, value: bool, code: str) -> None:
    found = conditions(a_law(), replace(GOOD, **{fact: value})).value
    assert [each.code for each in found if not each.met] == [code]


def test_articles_are_those_of_the_day_and_days_before_the_data_are_a_gap() -> None:
    then = conditions(a_law(), replace(GOOD, on=date(2023, 6, 1), due=date(2023, 5, 31)))
    assert any("2021年修正" in each.instrument for each in then.citations)
    with pytest.raises(LawGap):
        conditions(a_law(), replace(GOOD, on=date(2020, 6, 1)))
