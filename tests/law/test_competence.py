"""Competent courts: residence, clauses, levels, special courts by date, and what the data do not reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from legalflow.errors import LawGap
from legalflow.law.competence import courts_for
from legalflow.law.court_levels import level_of
from legalflow.law.courts import Place
from legalflow.law.enforcing_courts import Instrument, enforcing_courts
from legalflow.law.suits import Claim, Clause, Limit, Party
from legalflow.values.money import Money
from tests.builders import a_law

BANK = Party("某银行", "plaintiff", Place("江苏", "南京市"))
DEBTOR = Party("李某", "debtor", Place("四川", "成都市"))
GUARANTOR = Party("王某", "guarantor", Place("安徽", "合肥市"))
CLAIM = Claim(Money("50000"), "financial_loan", date(2026, 3, 2), (BANK, DEBTOR), simple=True)


def warned(claim: Claim) -> set[str]:
    return {each.code for each in courts_for(a_law(), claim).warnings}


@pytest.mark.parametrize(
    ("amount", "province", "places", "level"),
    [
        ("100000000", "江苏", ("江苏", "四川"), "intermediate"),
        ("99999999.99", "江苏", ("江苏", "四川"), "basic"),
        ("499999999.99", "湖北", ("江苏", "四川"), "basic"),
        ("500000000", "湖北", ("江苏", "四川"), "intermediate"),
        ("5000000000", "江苏", ("江苏", "江苏"), "high"),
    ],
)
def test_the_level_follows_the_amount_and_whether_some_party_is_outside(
    amount: str, province: str, places: tuple[str, ...], level: str
) -> None:
    found = level_of(a_law(), date(2026, 3, 2), Money(amount), province, map(Place, places))
    assert found.value == level
    assert bool(found.provisional) == (level == "high")


def test_a_party_abroad_leaves_the_level_open_and_says_so() -> None:
    claim = replace(CLAIM, parties=(BANK, replace(DEBTOR, place=None)))
    courts = courts_for(a_law(), claim).value.courts
    assert [(each.level, each.procedure) for each in courts] == [("not_settled", "not_settled")]
    assert "court.level_abroad" in warned(claim)


def test_no_court_at_all_is_said_and_not_left_empty_in_silence() -> None:
    assert warned(replace(CLAIM, clauses=(Clause("arbitration"),))) == {"court.arbitration", "court.none"}


def test_guarantors_alone_are_each_sued_under_their_own_contract() -> None:
    second = replace(GUARANTOR, name="赵某", place=Place("河南", "郑州市"))
    claim = replace(CLAIM, parties=(BANK, GUARANTOR, second))
    found = {each.against for each in courts_for(a_law(), claim).value.courts}
    assert found == {("王某",), ("赵某",)}


def test_an_arbitrated_guarantee_leaves_only_the_guarantor_out() -> None:
    claim = replace(CLAIM, parties=(BANK, DEBTOR, GUARANTOR), clauses=(Clause("arbitration", guarantor="王某"),))
    found = courts_for(a_law(), claim).value
    assert {each.against for each in found.courts} == {("李某",)}
    assert [each.what for each in found.excluded] == ["对王某的起诉"]


def test_form_clauses_unwritten_arbitration_and_both_ways_are_pointed_out() -> None:
    here = Place("江苏", "南京市")
    form = Clause("court", here, consumer_form=True, pointed_out=False)
    assert "court.form_clause" in warned(replace(CLAIM, clauses=(form,)))
    assert "court.form_clause" not in warned(replace(CLAIM, clauses=(replace(form, pointed_out=True),)))
    assert "court.arbitration_unwritten" in warned(replace(CLAIM, clauses=(Clause("arbitration", written=False),)))
    assert "court.both_clauses" in warned(replace(CLAIM, clauses=(Clause("arbitration"), form)))


def test_an_agreed_place_of_performance_replaces_that_of_the_receiver() -> None:
    courts = courts_for(a_law(), replace(CLAIM, performance=Place("湖北", "武汉市"))).value.courts
    assert [each.place.city for each in courts] == ["成都市", "武汉市"]


def test_a_missing_party_or_a_counterclaim_keeps_small_claims_away() -> None:
    local = (BANK, replace(DEBTOR, place=Place("江苏", "苏州市")))
    for claim, procedure in (
        (replace(CLAIM, parties=local), "small_claims"),
        (replace(CLAIM, parties=(BANK, replace(local[1], missing=True))), "ordinary"),
        (replace(CLAIM, parties=local, excluded=True), "simplified"),
        (replace(CLAIM, parties=local, simple=False), "ordinary"),
    ):
        assert {each.procedure for each in courts_for(a_law(), claim).value.courts} == {procedure}


def test_the_financial_court_of_two_provinces_takes_cases_from_its_first_day_and_leaves_its_edge_to_be_checked() -> (
    None
):
    home = replace(DEBTOR, place=Place("重庆"))
    claim = replace(CLAIM, parties=(BANK, home), amount=Money("200000000"))
    for day, kind in ((date(2022, 12, 31), "ordinary"), (date(2023, 1, 1), "financial")):
        courts = courts_for(a_law(), replace(claim, on=day)).value.courts
        assert [each.kind for each in courts if each.place.province == "重庆"] == [kind]
    sichuan = replace(CLAIM, amount=Money("200000000"))
    assert "court.financial_area" in warned(sichuan)


def test_a_limit_of_an_earlier_year_is_provisional_and_one_not_yet_published_is_not_used() -> None:
    home = replace(BANK, place=Place("浙江", "杭州市"))
    claim = replace(CLAIM, parties=(home, replace(DEBTOR, place=home.place)))
    fresh, stale = (courts_for(a_law(), replace(claim, on=day)) for day in (date(2022, 6, 1), date(2026, 3, 2)))
    assert not any("其后公布" in each for each in fresh.provisional)
    assert any("其后公布" in each for each in stale.provisional)
    jiangsu = (BANK, replace(DEBTOR, place=BANK.place))
    early = courts_for(a_law(), replace(CLAIM, parties=jiangsu, on=date(2026, 1, 3)))
    assert [each.small_claims for each in early.value.courts] == ["not_known"]


def test_a_day_before_the_data_is_a_gap_and_not_todays_law() -> None:
    with pytest.raises(LawGap):
        courts_for(a_law(), replace(CLAIM, on=date(2020, 1, 1)))


def test_each_instrument_has_its_courts_and_level() -> None:
    base = Instrument("award", Money("100000000"), date(2026, 3, 2), Place("江苏"), (Place("四川"),), (Place("海南"),))
    for kind, places, level in (
        ("award", ["四川", "海南"], "intermediate"),
        ("security_right", ["海南"], "basic"),
    ):
        courts = enforcing_courts(a_law(), replace(base, kind=kind)).value.courts
        assert [each.place.province for each in courts] == places and {each.level for each in courts} == {level}
    deed = enforcing_courts(a_law(), replace(base, kind="notarised"))
    assert [each.level for each in deed.value.courts] == ["intermediate", "basic"]
    assert [each.code for each in deed.warnings] == ["court.certificate", "court.choice"]
    first = replace(base, kind="judgment", court=Place("上海"), level="intermediate")
    assert [each.level for each in enforcing_courts(a_law(), first).value.courts] == ["intermediate"] * 2
