"""Competent courts: residence, clauses, levels, special courts by date, and what the data do not reach."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.errors import LawGap
from legalflow.law.catalogue import DATA, Law
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


NANJING, SUZHOU, CHENGDU = Place("江苏", "南京市"), Place("江苏", "苏州市"), Place("四川", "成都市")


def excluded(claim: Claim) -> dict[str, str]:
    return {each.what: each.why for each in courts_for(a_law(), claim).value.excluded}


@pytest.mark.parametrize(
    ("since", "city"),
    [(date(2025, 3, 2), "苏州市"), (date(2025, 3, 3), "成都市"), (date(2024, 2, 29), "苏州市")],
)
def test_a_habitual_residence_counts_from_the_day_the_year_is_full(since: date, city: str) -> None:
    moved = replace(DEBTOR, resided=SUZHOU, resided_since=since)
    claim = replace(CLAIM, parties=(BANK, moved))
    found = courts_for(a_law(), claim).value
    assert found.courts[0].place.city == city
    assert any(("苏州市" if city == "成都市" else "成都市") in each.what and each.citations for each in found.excluded)


def test_a_residence_since_a_leap_day_is_full_on_the_last_of_february() -> None:
    moved = replace(DEBTOR, resided=SUZHOU, resided_since=date(2024, 2, 29))
    assert not moved.settled(a_law(), date(2025, 2, 27))
    assert moved.settled(a_law(), date(2025, 2, 28))


def test_a_mortgage_does_not_bring_the_suit_to_the_land_and_says_why() -> None:
    found = excluded(replace(CLAIM, mortgaged=(Place("海南", "三亚市"),)))
    assert "专属管辖" in found["海南三亚市的法院（抵押不动产所在地）"]


def test_a_clause_that_names_a_court_of_the_wrong_level_is_left_out() -> None:
    clause = Clause("court", NANJING, level="intermediate")
    assert "违反级别管辖" in excluded(replace(CLAIM, clauses=(clause,)))["约定的江苏南京市的中级人民法院"]
    assert "court.level_agreed" in warned(replace(CLAIM, clauses=(clause,)))
    right = courts_for(a_law(), replace(CLAIM, clauses=(replace(clause, level="basic"),)))
    assert [each.term for each in right.value.courts] == ["江苏南京市的基层人民法院"]


def test_a_guarantee_clause_yields_while_the_debtor_is_sued_too() -> None:
    clause = Clause("court", Place("安徽", "合肥市"), guarantor="王某")
    claim = replace(CLAIM, parties=(BANK, DEBTOR, GUARANTOR), clauses=(clause,))
    assert excluded(claim)["王某的担保合同约定的安徽合肥市的法院"] == "主合同与担保合同一并起诉，按主合同确定管辖"


def test_an_arbitration_clause_says_what_then_and_one_without_a_commission_does_not_count() -> None:
    arbitrated = replace(CLAIM, clauses=(Clause("arbitration"),))
    said = [each.message for each in courts_for(a_law(), arbitrated).warnings if each.code == "court.arbitration"]
    assert "中级人民法院执行" in said[0]
    unclear = courts_for(a_law(), replace(CLAIM, clauses=(Clause("arbitration", clear=False),)))
    assert unclear.value.courts and unclear.provisional
    assert {each.code for each in unclear.warnings} >= {"court.arbitration_unclear"}


def test_an_agreed_place_of_performance_does_not_count_where_nothing_was_paid_out_and_nobody_lives_there() -> None:
    far = replace(CLAIM, performance=Place("湖北", "武汉市"), performed=False)
    assert [each.place for each in courts_for(a_law(), far).value.courts] == [CHENGDU]
    assert "没有实际履行" in excluded(far)["湖北武汉市的法院（约定的合同履行地）"]
    near = courts_for(a_law(), replace(far, performance=NANJING)).value
    assert [each.place for each in near.courts] == [CHENGDU, NANJING]


def test_a_party_abroad_is_outside_the_amounts_and_outside_small_claims_with_the_reason() -> None:
    found = excluded(replace(CLAIM, parties=(BANK, replace(DEBTOR, place=None))))
    assert found["级别管辖的一般标准"] == "涉外、涉港澳台案件不适用"


@pytest.mark.parametrize(
    ("province", "cause", "first_day"),
    [("上海", "financial_loan", date(2018, 8, 10)), ("北京", "bank_card", date(2021, 3, 16)),
     ("重庆", "factoring", date(2023, 1, 1))],
)  # fmt: skip
def test_a_financial_court_takes_intermediate_cases_and_appeals_from_its_first_day(
    province: str, cause: str, first_day: date
) -> None:
    parties = (replace(BANK, place=Place(province)), replace(DEBTOR, place=Place(province)))
    base = replace(CLAIM, parties=parties, cause=cause)
    for day, kind in ((first_day - timedelta(days=1), "ordinary"), (first_day, "financial")):
        large = courts_for(a_law(), replace(base, on=day, stated_level="intermediate")).value.courts
        assert [each.kind for each in large] == [kind]
        small = courts_for(a_law(), replace(base, on=day, stated_level="basic")).value.courts
        assert [(each.kind, "金融法院" in each.appeal) for each in small] == [("ordinary", kind == "financial")]


@pytest.mark.parametrize(
    ("day", "kind"),
    [(date(2018, 9, 6), "ordinary"), (date(2018, 9, 7), "internet"), (date(2025, 10, 31), "internet"),
     (date(2025, 11, 1), "ordinary")],
)  # fmt: skip
@pytest.mark.parametrize("place", [Place("北京"), Place("浙江", "杭州市"), Place("广东", "广州市")])
def test_internet_courts_take_online_loans_only_between_their_days(day: date, kind: str, place: Place) -> None:
    parties = (replace(BANK, place=place), replace(DEBTOR, place=place))
    claim = replace(CLAIM, parties=parties, online=True, on=day, stated_level="basic")
    assert [each.kind for each in courts_for(a_law(), claim).value.courts] == [kind]


def test_a_level_that_is_stated_is_marked_as_unchecked_and_none_is_guessed_before_the_data() -> None:
    day = date(2021, 9, 30)
    assert "court.level_stated" in warned(replace(CLAIM, on=day, stated_level="basic"))
    with pytest.raises(LawGap):
        courts_for(a_law(), replace(CLAIM, on=day))
    assert courts_for(a_law(), replace(CLAIM, on=date(2021, 10, 1))).provisional


def test_small_claims_have_no_appeal_and_others_go_to_the_intermediate_court() -> None:
    parties = (BANK, replace(DEBTOR, place=SUZHOU))
    small, simplified = (
        courts_for(a_law(), replace(CLAIM, parties=parties, amount=Money(amount))).value.courts
        for amount in ("64610", "64610.01")
    )
    assert {(each.procedure, each.appeal) for each in small} == {("small_claims", "")}
    assert {each.appeal for each in simplified} == {"江苏苏州市的中级人民法院", "江苏南京市的中级人民法院"}


def test_an_unknown_province_says_which_limit_to_load_and_takes_one_that_is_stated() -> None:
    home = Place("湖南", "长沙市")
    claim = replace(CLAIM, parties=(replace(BANK, place=home), replace(DEBTOR, place=home)))
    assert "court.small_claims_limit" in warned(claim)
    stated = Limit(Money("50000"), Money("200000"), "湖南省高级人民法院 2026-01-05")
    found = courts_for(a_law(), replace(claim, limit=stated))
    assert [each.procedure for each in found.value.courts] == ["small_claims"] and found.provisional
    above = courts_for(a_law(), replace(claim, limit=stated, amount=Money("50000.01")))
    assert [each.small_claims for each in above.value.courts] == ["by_agreement"]


def test_a_mortgage_in_a_small_claim_is_pointed_out() -> None:
    claim = replace(CLAIM, parties=(BANK, replace(DEBTOR, place=SUZHOU)), mortgaged=(SUZHOU,))
    assert "court.small_claims_mortgage" in warned(claim)


def test_orders_and_rulings_are_enforced_by_who_made_them_or_where_assets_are() -> None:
    base = Instrument("payment_order", Money("1"), date(2026, 3, 2), NANJING, (SUZHOU,), (CHENGDU,), court=SUZHOU)
    for kind, ground in (("payment_order", "作出支付令的人民法院"), ("security_ruling", "作出裁定的人民法院")):
        courts = enforcing_courts(a_law(), replace(base, kind=kind)).value.courts
        assert [(each.place, each.level) for each in courts] == [(SUZHOU, "basic"), (CHENGDU, "basic")]
        assert courts[0].grounds == (ground,)


def test_a_notarised_deed_without_its_certificate_finds_no_court_and_says_why() -> None:
    deed = Instrument("notarised", Money("1"), date(2026, 3, 2), NANJING, (SUZHOU,), certificate=False)
    found = enforcing_courts(a_law(), deed)
    assert not found.value.courts and "执行证书" in found.value.excluded[0].why
    held = enforcing_courts(a_law(), replace(deed, certificate=True))
    assert held.value.courts and not held.warnings


def test_one_changed_line_of_data_changes_the_court(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    place = tmp_path / "data" / "courts" / "level.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace('"100000000"', '"50000"'), encoding="utf-8")
    before, after = (courts_for(law, CLAIM).value.courts for law in (a_law(), Law.load(tmp_path / "data")))
    assert {each.level for each in before} == {"basic"} and {each.level for each in after} == {"intermediate"}
    moved = tmp_path / "data" / "courts" / "internet.yaml"
    moved.write_text(moved.read_text(encoding="utf-8").replace("2025-11-01:", "2026-11-01:"), encoding="utf-8")
    home = Place("浙江", "杭州市")
    online = replace(
        CLAIM, parties=(replace(BANK, place=home), replace(DEBTOR, place=home)), online=True, stated_level="basic"
    )
    kinds = [courts_for(law, online).value.courts[0].kind for law in (a_law(), Law.load(tmp_path / "data"))]
    assert kinds == ["ordinary", "internet"]


PLACES = [Place("江苏", "南京市"), Place("上海"), Place("重庆"), Place("四川", "成都市"), Place("浙江", "杭州市"), None]


@given(
    st.lists(st.sampled_from(PLACES), min_size=3, max_size=3),
    st.integers(1, 10**12),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["financial_loan", "private_loan", "bank_card"]),
    st.dates(date(2022, 1, 1), date(2026, 11, 24)),
)
def test_whatever_the_facts_every_court_has_grounds_and_nothing_is_left_out_without_a_rule(
    places: list[Place | None], fen: int, online: bool, simple: bool, cause: str, on: date
) -> None:
    bank, debtor, guarantor = (
        replace(each, place=place) for each, place in zip((BANK, DEBTOR, GUARANTOR), places, strict=True)
    )
    claim = Claim(Money.of_fen(fen), cause, on, (bank, debtor, guarantor), online=online, simple=simple)
    try:
        found = courts_for(a_law(), claim).value
    except LawGap:  # an interpretation of the time that is not in the data
        return
    assert all(each.grounds and each.citations for each in found.courts)
    assert all(each.why and each.citations for each in found.excluded)
    turned = courts_for(a_law(), replace(claim, parties=(guarantor, debtor, bank))).value
    assert {(each.place, each.level, each.kind) for each in turned.courts} == {
        (each.place, each.level, each.kind) for each in found.courts
    }


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("江苏省南京市鼓楼区某路1号", Place("江苏", "南京市", "鼓楼区")),
        ("浙江省杭州市余杭区", Place("浙江", "杭州市", "余杭区")),
        ("上海市浦东新区世纪大道", Place("上海", "", "浦东新区")),
        ("新疆维吾尔自治区 乌鲁木齐市天山区", Place("新疆", "乌鲁木齐市", "天山区")),
        ("湖南省湘西土家族苗族自治州吉首市", Place("湖南", "湘西土家族苗族自治州", "吉首市")),
        ("海南省琼海市嘉积镇", Place("海南", "琼海市")),
        ("江苏", Place("江苏")),
        ("香港特别行政区中环", None),
        ("某路1号", None),
        ("", None),
    ],
)
def test_a_place_is_read_from_an_address_or_not_at_all(address: str, place: Place | None) -> None:
    assert Place.named_in(address) == place
