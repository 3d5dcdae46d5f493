"""Preservation: which court at which stage, and how much security a court may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.errors import LawGap
from legalflow.law.courts import Place
from legalflow.law.preservation import Preservation, preserving_courts, security
from legalflow.values.money import Money
from tests.builders import a_law

NANJING, SUZHOU, CHENGDU = Place("江苏", "南京市"), Place("江苏", "苏州市"), Place("四川", "成都市")
ASKED = Preservation(
    "presuit", Money("600000"), date(2026, 3, 2), "bank", assets=(SUZHOU,), respondents=(CHENGDU,), hearing=(NANJING,)
)


def test_before_a_suit_assets_respondent_and_competent_court_are_open_and_the_whole_amount_is_secured() -> None:
    courts = preserving_courts(a_law(), ASKED).value.courts
    assert [(each.place, each.grounds[0]) for each in courts] == [
        (SUZHOU, "被保全财产所在地"), (CHENGDU, "被申请人住所地"), (NANJING, "对案件有管辖权"),
    ]  # fmt: skip
    found = security(a_law(), ASKED)
    assert (found.value.least, found.value.most, found.value.waivable) == (ASKED.amount, ASKED.amount, False)
    assert not found.provisional


@pytest.mark.parametrize(
    ("stage", "applicant", "clear", "waivable"),
    [("suit", "bank", False, True), ("suit", "insurer", False, True), ("suit", "licensed", False, True),
     ("suit", "small_loan", False, False), ("suit", "other", False, False), ("suit", "other", True, True),
     ("after_judgment", "other", False, True), ("arbitration", "bank", False, False)],
)  # fmt: skip
def test_in_a_suit_at_most_thirty_per_cent_is_asked_and_some_applicants_may_be_spared(
    stage: str, applicant: str, clear: bool, waivable: bool
) -> None:
    found = security(a_law(), replace(ASKED, stage=stage, applicant=applicant, clear=clear))
    assert (found.value.most, found.value.waivable) == (Money("180000"), waivable)
    assert [each.code for each in found.warnings] == (["preservation.small_loan"] if applicant == "small_loan" else [])


def test_in_a_suit_the_court_of_the_suit_preserves_and_in_arbitration_basic_courts() -> None:
    suit = preserving_courts(a_law(), replace(ASKED, stage="suit", level="intermediate")).value.courts
    assert [(each.place, each.level) for each in suit] == [(NANJING, "intermediate")]
    arbitration = preserving_courts(a_law(), replace(ASKED, stage="arbitration"))
    assert [(each.place, each.level) for each in arbitration.value.courts] == [(SUZHOU, "basic"), (CHENGDU, "basic")]
    assert arbitration.provisional


@given(st.integers(0, 10**12))
def test_security_never_exceeds_what_is_preserved_beyond_a_rounded_fen(fen: int) -> None:
    for stage in ("presuit", "suit"):
        found = security(a_law(), replace(ASKED, stage=stage, amount=Money.of_fen(fen))).value
        assert found.least <= found.most <= Money.of_fen(fen)


def test_the_rules_begin_on_their_day() -> None:
    assert security(a_law(), replace(ASKED, on=date(2016, 12, 1))).provisional
    with pytest.raises(LawGap):
        security(a_law(), replace(ASKED, on=date(2016, 11, 30)))
