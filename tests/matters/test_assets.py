"""The register of assets: folded from the journal, kept in order or refused with the reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import Conflict, Invalid, LegalflowError, NotFound, NotNow
from legalflow.matters import events as e
from legalflow.matters import shares
from legalflow.matters.asset_rules import against_expiry, hindrance, next_rounds
from legalflow.matters.asset_steps import STEPS, Standing, standing
from legalflow.matters.assets import STATES, Asset, asset_of, assets_of, obtained
from legalflow.matters.deadlines import due
from legalflow.matters.fields import read
from legalflow.matters.matter import Matter, Recorded, admit, fold, follow
from legalflow.matters.shares import Share
from legalflow.values.money import ZERO, Money
from tests.builders import a_law, a_loan
from tests.matters import journeys as j

HOUSE, ACCOUNT = "示范路1号101室", "样例银行尾号0001账户"


def found(name: str = HOUSE, on: str = "2026-03-02", **facts: Any) -> e.AssetFound:
    event: e.AssetFound = j.happened(
        e.AssetFound, on, **{"asset": name, "kind": "house", "value": Money("900000"), **facts}
    )
    return event


def taken(on: str = "2026-03-10", asset: str = HOUSE, **facts: Any) -> e.PreservationTaken:
    event: e.PreservationTaken = j.happened(
        e.PreservationTaken, on, **{"asset": asset, "asset_kind": "real_estate", "court": "某法院", **facts}
    )
    return event


def auction(on: str, round_: str, start: str = "700000", asset: str = HOUSE) -> e.AuctionSet:
    event: e.AuctionSet = j.happened(
        e.AuctionSet,
        on,
        asset=asset,
        asset_kind="real_estate",
        round=round_,
        auction_on=date(2026, 12, 1),
        start_price=Money(start),
    )
    return event


def held(on: str, result: str, price: Money = ZERO, asset: str = HOUSE) -> e.AuctionHeld:
    event: e.AuctionHeld = j.happened(e.AuctionHeld, on, asset=asset, result=result, price=price)
    return event


def enforcing() -> Matter:
    """A matter under enforcement with a house found and seized."""
    before = j.journey(*j.effective(), j.happened(e.EnforcementPrepared, "2026-06-08"))
    submitted = [
        *j.sealed("D2", "enforcement_application"),
        j.happened(e.EnforcementSubmitted, "2026-06-10", document="D2", court="某法院"),
        j.happened(e.EnforcementAccepted, "2026-06-15", case_number="（2026）京0105执1号", court="某法院"),
    ]
    return j.journey(*submitted, found(on="2026-06-15"), taken("2026-06-16"), start=before)


def sold(price: str = "800000") -> Matter:
    return j.journey(auction("2026-07-01", "first"), held("2026-08-01", "sold", Money(price)), start=enforcing())


def the(matter: Matter, name: str = HOUSE) -> Asset:
    asset = asset_of(matter, name)
    assert asset is not None
    return asset


def refused(matter: Matter, event: e.MatterEvent, kind: type[LegalflowError]) -> set[str]:
    with pytest.raises(kind) as caught:
        admit(matter, event)
    assert all(problem.message and problem.message_en for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


def on_a_day(matter: Matter, on: date, name: str = HOUSE) -> Standing:
    return standing(the(matter, name), due(matter, a_loan(), a_law(), on), on)


# --- the fold --------------------------------------------------------------------------------------------------------


def test_an_asset_goes_from_the_clue_to_the_plan_and_keeps_its_history() -> None:
    matter = j.journey(found(), start=j.journey(*j.opened()))
    assert the(matter).state == "clue" and the(matter).value == Money("900000")
    matter = j.journey(j.happened(e.PreservationApplied, court="某法院", assets=(HOUSE,)), start=matter)
    assert the(matter).state == "applied" and the(matter).applied_to == "某法院"
    matter = j.journey(taken(number="（2026）京0105执保1号"), start=matter)
    asset = the(matter)
    assert asset.state == "measured" and asset.measure is not None and asset.measure.ruling == "（2026）京0105执保1号"
    assert [type(each.event).__name__ for each in asset.history] == [
        "AssetFound",
        "PreservationApplied",
        "PreservationTaken",
    ]


def test_a_journal_from_before_the_register_gives_its_assets_too() -> None:
    old = {"at": "2026-01-01T00:00:00+00:00", "on": "2026-03-10", "actor": "a", "asset": HOUSE}
    event = e.decode("PreservationTaken", json.dumps({**old, "asset_kind": "real_estate"}))
    held_before = e.decode("AuctionHeld", json.dumps({**old, "on": "2026-09-01", "result": "sold"}))
    plan = e.decode("DistributionPlanReceived", json.dumps({key: old[key] for key in ("at", "on", "actor")}))
    matter = fold(Recorded(number, each) for number, each in enumerate((event, held_before, plan), 1))
    asset = the(matter)
    assert asset.number == 1 and asset.measure is not None and asset.measure.court == "" and asset.plans == ()


def test_two_assets_keep_their_own_histories() -> None:
    start = j.journey(*j.opened())
    both = j.journey(found(), found(ACCOUNT, kind="deposit"), taken(asset=ACCOUNT, asset_kind="deposits"), start=start)
    assert [(each.name, each.state) for each in assets_of(both)] == [(HOUSE, "clue"), (ACCOUNT, "measured")]


def test_a_reversed_event_leaves_the_register() -> None:
    matter = j.journey(found(), taken(), start=j.journey(*j.opened()))
    matter = j.record(matter, j.happened(e.EventReversed, "2026-03-20", sequence=matter.version, reason="误记"))
    assert the(matter).state == "clue" and the(matter).measures == ()


def test_the_money_of_an_asset_is_what_the_books_hold_each_receipt_once() -> None:
    paid = j.happened(e.PaymentReceived, "2026-09-01", number="HS1", amount=Money("500"))
    said = j.happened(e.ReceiptExplained, "2026-09-02", number="HS1", way="auction", asset=HOUSE)
    matter = j.journey(paid, said, said, start=sold())
    assert obtained(matter, the(matter)) == Money("500")
    other = j.happened(e.ReceiptExplained, "2026-09-03", number="HS1", way="transfer", asset=ACCOUNT)
    moved = j.journey(found(ACCOUNT, "2026-09-02", kind="deposit"), other, start=matter)
    assert obtained(moved, the(moved)) == ZERO and obtained(moved, the(moved, ACCOUNT)) == Money("500")


# --- order -----------------------------------------------------------------------------------------------------------


def test_one_name_is_one_asset() -> None:
    matter = j.journey(found(), start=j.journey(*j.opened()))
    assert refused(matter, found(), Conflict) == {"asset.twice"}
    named_by_its_measure = j.journey(taken(asset=ACCOUNT), start=matter)
    assert the(j.journey(found(ACCOUNT, kind="deposit"), start=named_by_its_measure), ACCOUNT).kind == "deposit"


def test_what_is_not_in_the_register_is_not_valued() -> None:
    event = j.happened(e.AssetValued, asset=ACCOUNT, manner="agreed", amount=Money("1"))
    assert refused(j.journey(*j.opened()), event, NotFound) == {"asset.unknown"}


def test_what_was_released_is_not_renewed_nor_released_again() -> None:
    lifted = j.happened(e.PreservationLifted, "2026-04-01", asset=HOUSE, ground="paid")
    matter = j.journey(found(), taken(), lifted, start=j.journey(*j.opened()))
    assert the(matter).state == "released"
    for kind in (e.PreservationRenewalApplied, e.PreservationRenewed, e.PreservationLifted):
        assert refused(matter, j.happened(kind, "2026-04-02", asset=HOUSE), NotNow) == {"measure.lifted"}
    assert the(j.journey(taken("2026-05-01"), start=matter)).state == "measured"


def test_a_waiting_measure_takes_effect_once_and_runs_from_then() -> None:
    matter = j.journey(found(), taken(rank="waiting", place=2), start=j.journey(*j.opened()))
    assert the(matter).state == "waiting" and on_a_day(matter, date(2026, 4, 1)).expiry is None
    effect = j.happened(e.WaitingMeasureTookEffect, "2026-05-06", asset=HOUSE)
    matter = j.journey(effect, start=matter)
    expiry = on_a_day(matter, date(2026, 5, 6)).expiry
    assert expiry is not None and expiry.last_day.value == date(2029, 5, 6)
    assert refused(matter, effect, NotNow) == {"measure.not_waiting"}


def test_rounds_come_in_order_and_a_withdrawn_one_is_set_again() -> None:
    matter = enforcing()
    assert refused(matter, auction("2026-07-01", "second"), NotNow) == {"auction.round"}
    matter = j.journey(auction("2026-07-01", "first"), start=matter)
    assert refused(matter, auction("2026-07-02", "second"), NotNow) == {"auction.round"}
    matter = j.journey(held("2026-08-01", "withdrawn"), start=matter)
    assert next_rounds(the(matter)) == ("first",)
    matter = j.journey(auction("2026-08-02", "first"), held("2026-09-01", "failed"), start=matter)
    matter = j.journey(auction("2026-09-02", "second", "560000"), held("2026-10-01", "failed"), start=matter)
    assert next_rounds(the(matter)) == ("sale", "first") and the(matter).state == "failed"
    assert refused(matter, held("2026-10-02", "failed"), NotNow) == {"auction.not_set"}


def test_a_sale_has_a_price_not_below_the_start_and_what_failed_has_none() -> None:
    matter = j.journey(auction("2026-07-01", "first"), start=enforcing())
    assert refused(matter, held("2026-08-01", "sold"), Invalid) == {"auction.no_price"}
    assert refused(matter, held("2026-08-01", "sold", Money("699999.99")), Invalid) == {"auction.below_start"}
    assert refused(matter, held("2026-08-01", "failed", Money("1")), Invalid) == {"auction.price"}
    assert refused(matter, held("2026-06-30", "failed"), Invalid) == {"auction.before_set"}


def test_an_asset_is_taken_for_the_debt_after_an_auction_failed_or_by_agreement() -> None:
    def take(ground: str) -> e.MatterEvent:
        event: e.MatterEvent = j.happened(
            e.AssetTakenForDebt, "2026-09-01", asset=HOUSE, ground=ground, amount=Money("700000")
        )
        return event

    assert refused(enforcing(), take("failed"), NotNow) == {"asset.not_failed"}
    assert the(j.journey(take("agreed"), start=enforcing())).state == "taken"
    failed = j.journey(auction("2026-07-01", "first"), held("2026-08-01", "failed"), start=enforcing())
    assert the(j.journey(take("failed"), start=failed)).proceeds == Money("700000")


def test_nothing_more_is_done_with_what_was_sold() -> None:
    matter = sold()
    for event in (auction("2026-09-01", "second"), taken("2026-09-01")):
        assert refused(matter, event, NotNow) == {"asset.realised"}


def test_no_more_is_distributed_than_was_brought_in() -> None:
    def plan(total: str, *parts: str) -> e.DistributionPlanReceived:
        event: e.DistributionPlanReceived = j.happened(
            e.DistributionPlanReceived,
            "2026-09-01",
            asset=HOUSE,
            total=Money(total),
            shares=tuple(Share("样例银行", Money(part), ours=True) for part in parts),
        )
        return event

    assert refused(enforcing(), plan("1"), NotNow) == {"asset.not_realised"}
    assert refused(sold(), plan("800000.01"), Invalid) == {"plan.above"}
    assert refused(sold(), plan("790000", "790000", "0.01"), Invalid) == {"plan.above"}
    asset = the(j.journey(plan("790000", "500000", "40000"), start=sold()))
    assert asset.state == "distributed" and asset.share == Money("540000")


def test_an_objection_follows_the_plan_of_its_asset_and_meets_its_clock() -> None:
    objected = j.happened(e.DistributionObjected, "2026-09-10", asset=HOUSE)
    plan = j.happened(e.DistributionPlanReceived, "2026-09-01", asset=HOUSE)
    bare = j.happened(e.DistributionPlanReceived, "2026-09-01")
    assert refused(j.journey(bare, start=sold()), objected, NotNow) == {"plan.none"}
    matter = j.journey(plan, objected, start=sold())
    clock = next(each for each in on_a_day(matter, date(2026, 9, 20)).clocks if each.rule == "distribution_objection")
    assert clock.state == "met" and clock.last_day.value == date(2026, 9, 16)
    opposed = j.happened(e.DistributionOpposed, "2026-09-15", asset=HOUSE)
    assert the(j.journey(opposed, start=matter)).plans[-1].opposed == date(2026, 9, 15)


def test_an_event_of_old_that_is_refused_today_does_not_stand_in_the_way_of_a_reversal() -> None:
    matter = j.journey(*j.opened())
    for event in (taken(), j.happened(e.PreservationLifted, "2026-04-01", asset=HOUSE), found(ACCOUNT, "2026-04-02")):
        matter = j.record(matter, event)
    renewed = j.happened(e.PreservationRenewed, "2026-04-03", asset=HOUSE)  # once admitted, refused today
    matter = follow(matter, Recorded(matter.version + 1, renewed))
    undone = next(each.sequence for each in matter.history if isinstance(each.event, e.AssetFound))
    admit(matter, j.happened(e.EventReversed, "2026-04-04", sequence=undone, reason="误记"))


# --- the law of the length -------------------------------------------------------------------------------------------


def said(matter: Matter, event: e.MatterEvent) -> list[str]:
    return [problem.code for problem in against_expiry(matter, a_loan(), a_law(), event)]


def test_a_measure_is_renewed_until_its_last_day_and_taken_again_only_after_it() -> None:
    matter = j.journey(found(ACCOUNT, kind="deposit"), start=j.journey(*j.opened()))
    matter = j.journey(taken("2026-03-10", ACCOUNT, asset_kind="deposits"), start=matter)

    def renewed(on: str) -> e.MatterEvent:
        event: e.MatterEvent = j.happened(e.PreservationRenewed, on, asset=ACCOUNT)
        return event

    assert said(matter, renewed("2027-03-10")) == []
    assert said(matter, renewed("2027-03-11")) == ["measure.expired"]
    assert said(matter, taken("2027-03-10", ACCOUNT)) == ["measure.runs"]
    assert said(matter, taken("2027-03-11", ACCOUNT)) == []
    stated = j.journey(taken("2026-03-10", HOUSE, expires_on=date(2026, 9, 9)), start=matter)
    assert said(stated, j.happened(e.PreservationRenewalApplied, "2026-09-10", asset=HOUSE)) == ["measure.expired"]


@pytest.mark.parametrize(
    ("kind", "last"), [("deposits", "2027-03-10"), ("movables", "2028-03-10"), ("rights", "2029-03-10")]
)
def test_the_length_follows_the_kind_of_asset(kind: str, last: str) -> None:
    matter = j.journey(taken(asset_kind=kind), start=j.journey(*j.opened()))
    expiry = on_a_day(matter, date(2026, 3, 10)).expiry
    assert expiry is not None and expiry.last_day.value == date.fromisoformat(last) and not expiry.last_day.provisional


def test_the_renewal_is_proposed_before_the_end_and_an_expired_measure_alarms() -> None:
    matter = j.journey(found(), taken(), start=j.journey(*j.opened()))

    def proposed(on: date, at: Matter = matter) -> tuple[str, bool, str]:
        found_there = on_a_day(at, on)
        assert found_there.proposal is not None
        return found_there.proposal.name, found_there.proposal.pressing, found_there.state

    assert proposed(date(2026, 4, 1)) == ("AssetValued", False, "measured")
    assert proposed(date(2029, 2, 1)) == ("PreservationRenewalApplied", True, "measured")
    assert proposed(date(2029, 3, 11)) == ("PreservationApplied", True, "expired")
    asked = j.journey(j.happened(e.PreservationRenewalApplied, "2029-02-20", asset=HOUSE), start=matter)
    assert proposed(date(2029, 3, 1), asked) == ("PreservationRenewed", False, "renewing")
    renewed = j.journey(j.happened(e.PreservationRenewed, "2029-03-02", asset=HOUSE), start=asked)
    assert proposed(date(2029, 3, 11), renewed) == ("AssetValued", False, "measured")


# --- shares ----------------------------------------------------------------------------------------------------------


def test_shares_are_read_row_by_row_and_every_fault_is_said_at_its_cell() -> None:
    rows = [{"creditor": "某银行", "amount": "12.5", "rank": "担保物权等优先债权", "ours": "是"}, {"creditor": ""}]
    assert shares.read(json.dumps(rows)) == (Share("某银行", Money("12.50"), "secured", True),)
    wrong = [{"creditor": "某银行", "amount": "-1"}, {"amount": "x", "other": "1"}]
    with pytest.raises(Invalid) as caught:
        shares.read(json.dumps(wrong))
    assert {problem.field for problem in caught.value.problems} >= {
        "shares.1.creditor",
        "shares.1.amount",
        "shares.1.other",
    }
    with pytest.raises(Invalid):
        shares.read("{}")


def test_a_plan_with_its_shares_survives_the_journal() -> None:
    texts = {
        "on": "2026-09-01",
        "asset": HOUSE,
        "total": "10",
        "shares": json.dumps([{"creditor": "甲", "amount": "10"}]),
    }
    event = read(e.DistributionPlanReceived, texts, at=j.NOW, actor="a", latest=date(2026, 12, 1))
    assert e.decode(e.name_of(event), e.encode(event)) == event


# --- invariants ------------------------------------------------------------------------------------------------------

_SOME = [
    found(on="2026-06-15"),
    taken("2026-06-16"),
    taken("2026-06-16", rank="waiting"),
    j.happened(e.WaitingMeasureTookEffect, "2026-06-17", asset=HOUSE),
    j.happened(e.PreservationRenewalApplied, "2026-06-18", asset=HOUSE),
    j.happened(e.PreservationRenewed, "2026-06-19", asset=HOUSE),
    j.happened(e.PreservationLifted, "2026-06-20", asset=HOUSE),
    j.happened(e.AssetValued, "2026-06-21", asset=HOUSE, manner="appraisal", amount=Money("1000000")),
    auction("2026-07-01", "first"),
    auction("2026-07-01", "second"),
    auction("2026-07-01", "sale"),
    held("2026-08-01", "failed"),
    held("2026-08-01", "withdrawn"),
    held("2026-08-01", "sold", Money("800000")),
    j.happened(e.AssetTakenForDebt, "2026-08-02", asset=HOUSE, ground="failed", amount=Money("600000")),
    j.happened(e.AssetTransferred, "2026-08-02", asset=HOUSE, amount=Money("5")),
    j.happened(
        e.DistributionPlanReceived,
        "2026-09-01",
        asset=HOUSE,
        total=Money("600000"),
        shares=(Share("某银行", Money("600000"), ours=True),),
    ),
    j.happened(e.DistributionObjected, "2026-09-02", asset=HOUSE),
]
_BEGUN = enforcing()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(_SOME), max_size=14))
def test_whatever_is_admitted_keeps_the_register_whole(picked: list[e.MatterEvent]) -> None:
    matter = _BEGUN
    for event in picked:
        try:
            admit(matter, event)
        except LegalflowError:
            continue
        matter = follow(matter, Recorded(matter.version + 1, event))
    again = fold(
        Recorded(each.sequence, e.decode(e.name_of(each.event), e.encode(each.event))) for each in matter.history
    )
    assert assets_of(again) == assets_of(matter)
    asset = the(matter)
    assert asset.state in STATES
    assert sum(each.result == "sold" for each in asset.rounds) + (asset.taken_on is not None) <= 1
    assert asset.share <= asset.proceeds or not asset.plans
    assert all(
        later.taken_on >= earlier.taken_on for earlier, later in zip(asset.measures, asset.measures[1:], strict=False)
    )
    for name in STEPS:
        if name != "ReceiptExplained":
            problem = hindrance(asset, name)
            assert problem is None or (problem.message and problem.mend and problem.message_en)


def test_the_register_does_not_change_what_a_matter_is_stored_as() -> None:
    matter = enforcing()
    assert "assets" not in replace(matter, history=()).__dict__
