"""A matter's events as its clocks see them: each says what it means, in any legal order, and old journals read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import LegalflowError
from legalflow.loans.parties import Collateral, Guarantee, PartyRole
from legalflow.matters import events as e
from legalflow.matters.awarded import AwardedItem
from legalflow.matters.deadlines import Due, due
from legalflow.matters.happenings import KINDS, of_matter
from legalflow.matters.matter import Matter
from legalflow.values.money import Money
from tests.builders import a_law, a_loan, a_party
from tests.matters import journeys as j

ON = date(2026, 11, 24)
ACCOUNT = "甄借款在样例银行的账户"


def on_matter(*events: e.MatterEvent, on: date = ON, start: Matter | None = None) -> dict[str, Due]:
    """The clocks of a matter after the events, by id."""
    return {each.id: each for each in due(j.journey(*events, start=start), a_loan(), a_law(), on)}


def taken(on: str = "2025-11-28", **changes: object) -> e.MatterEvent:
    facts: dict[str, object] = {"asset": ACCOUNT, "asset_kind": "deposits", **changes}
    event: e.MatterEvent = j.happened(e.PreservationTaken, on, **facts)
    return event


def test_assets_frozen_are_watched_from_the_first_day_to_the_renewal_and_the_lifting() -> None:
    opened = j.opened()
    clocks = on_matter(*opened, taken(), on=date(2026, 11, 21))
    assert (clocks["renew_preservation"].last_day.value, clocks["renew_preservation"].state) == (
        date(2026, 11, 21),
        "open",
    )
    assert clocks["measure_expiry"].last_day.value == date(2026, 11, 28)
    applied = j.happened(e.PreservationRenewalApplied, "2026-11-20", asset=ACCOUNT)
    assert on_matter(*opened, taken(), applied)["renew_preservation"].state == "met"
    renewed = j.happened(e.PreservationRenewed, "2026-11-24", asset=ACCOUNT)
    clocks = on_matter(*opened, taken(), applied, renewed)
    assert clocks["measure_expiry"].last_day.value == date(2027, 11, 24)
    assert clocks["renew_preservation"].state == "open"
    lifted = j.happened(e.PreservationLifted, "2026-11-24", asset=ACCOUNT)
    assert on_matter(*opened, taken(), lifted)["measure_expiry"].state == "superseded"
    assert on_matter(*opened, taken(), on=date(2026, 11, 29))["measure_expiry"].state == "missed"


def test_a_measure_waiting_in_rank_does_not_run_and_one_stated_otherwise_ends_as_stated() -> None:
    assert "measure_expiry" not in on_matter(*j.opened(), taken(rank="waiting"))
    until = date(2026, 9, 1)
    assert on_matter(*j.opened(), taken(expires_on=until))["measure_expiry"].last_day.value == until


def test_only_an_asset_on_record_is_renewed_and_the_known_ones_are_named() -> None:
    matter = j.journey(*j.opened(), taken())
    with pytest.raises(LegalflowError) as caught:
        j.record(matter, j.happened(e.PreservationRenewalApplied, "2026-11-20", asset="别的账户"))
    assert [problem.code for problem in caught.value.problems] == ["measure.unknown"]
    assert ACCOUNT in caught.value.problems[0].mend


def test_pre_suit_preservation_is_followed_by_a_suit_within_thirty_days_and_interrupts_limitation() -> None:
    applied = j.happened(e.PreservationApplied, "2026-03-02", court="某法院", presuit=True, urgent=True)
    frozen = taken("2026-03-04", presuit=True)
    clocks = on_matter(*j.opened(), applied, frozen)
    assert clocks["presuit_suit"].last_day.value == date(2026, 4, 3) and clocks["presuit_suit"].state == "missed"
    assert clocks["preservation_ruling"].last_day.value == date(2026, 3, 4)
    assert clocks["limitation"].last_day.value == date(2029, 3, 2)
    assert on_matter(*j.filed(), applied, frozen)["presuit_suit"].state == "missed"  # the suit came before the measure
    filed = j.filed("2026-04-03")
    assert on_matter(*filed[:-1], applied, frozen, filed[-1])["presuit_suit"].state == "met"


def test_the_trial_is_followed_from_docketing_to_the_hearing() -> None:
    matter = j.journey(
        *j.accepted(),
        j.happened(e.ComplaintServed, "2026-03-16", party=j.BORROWER, mode="post"),
        j.happened(e.PublicNoticePublished, "2026-03-17", party=j.GUARANTOR, what="complaint"),
        j.happened(e.JurisdictionObjected, "2026-03-30", party=j.BORROWER),
        j.happened(e.RulingServed, "2026-04-08", about="jurisdiction", party=j.BORROWER),
        j.happened(e.RulingChallenged, "2026-04-20", about="jurisdiction", party=j.BORROWER),
        j.happened(e.EvidencePeriodSet, "2026-03-16", last_day=date(2026, 4, 16), instance="first"),
        j.happened(e.EvidenceSubmitted, "2026-04-17", reason="当日系统故障"),
        j.happened(e.HearingSet, "2026-05-06", hearing_on=date(2026, 6, 1)),
        j.happened(e.TrialExtended, "2026-09-07", last_day=date(2027, 3, 10)),
    )
    clocks = due(matter, a_loan(), a_law(), date(2026, 9, 8))
    by_notice = next(each for each in clocks if each.id == "answer" and each.party == j.GUARANTOR)
    assert by_notice.triggered_on == date(2026, 4, 16) and "公告期满" in by_notice.trigger
    states = {each.id: each.state for each in clocks if each.party != j.GUARANTOR}
    assert states["answer"] == "elapsed" and states["jurisdiction_objection"] == "met"
    assert states["appeal_ruling"] == "met" and states["evidence"] == "late" and states["hearing"] == "elapsed"
    assert states["trial"] == "superseded" and states["trial_extended"] == "waiting"
    assert states["serve_complaint"] == "late" and states["docketing"] == "late"


def test_a_notice_of_correction_is_met_by_the_correction() -> None:
    asked = j.happened(e.CorrectionRequired, "2026-03-04", last_day=date(2026, 3, 15))
    clocks = on_matter(*j.filed(), asked, on=date(2026, 3, 16))
    assert (clocks["correction"].last_day.value, clocks["correction"].state) == (date(2026, 3, 16), "open")
    made = j.happened(e.CorrectionMade, "2026-03-16")
    assert on_matter(*j.filed(), asked, made)["correction"].state == "met"


def test_a_withdrawn_suit_opens_limitation_again_and_loses_an_ordinary_guarantee() -> None:
    ordinary = Guarantee(guarantor=j.GUARANTOR, contract_name="保证合同", signed=date(2025, 1, 15), mode="ordinary")
    joint = replace(ordinary, mode="joint")
    parties = (*a_loan().parties, a_party(PartyRole.GUARANTOR, name=j.GUARANTOR))
    served = j.happened(e.ComplaintServed, "2026-03-16", party=j.GUARANTOR, mode="post")
    withdrawn = j.happened(e.SuitWithdrawn, "2026-04-20", reason="庭外协商")
    states = {}
    for name, guarantee, events in (
        ("ordinary", ordinary, [served, withdrawn]),
        ("joint", joint, [served, withdrawn]),
        ("joint, not served", joint, [withdrawn]),
    ):
        matter = j.journey(*j.accepted(), *events)
        assert matter.stage == "A20" and matter.filing is None
        loan = a_loan(parties=parties, guarantees=(guarantee,))
        clocks = {each.id: each for each in due(matter, loan, a_law(), ON)}
        states[name] = clocks["guarantee"].state
        assert clocks["limitation"].state == "open" and clocks["limitation"].last_day.value == date(2029, 3, 2)
    assert states == {"ordinary": "missed", "joint": "met", "joint, not served": "missed"}


def test_an_obstacle_in_the_last_months_carries_limitation_six_months_beyond_its_end() -> None:
    loan = a_loan(maturity=date(2023, 12, 1))
    arose = j.happened(e.ObstacleArose, "2026-09-01", kind="force_majeure")
    lasting = next(
        each
        for each in due(j.journey(*j.opened(), arose), loan, a_law(), date(2026, 12, 15))
        if each.id == "limitation"
    )
    assert lasting.state == "open" and lasting.days_left < 0
    assert [warning.code for warning in lasting.last_day.warnings] == ["limitation.suspended"]
    ended = j.happened(e.ObstacleEnded, "2026-11-02")
    clocks = {each.id: each for each in due(j.journey(*j.opened(), arose, ended), loan, a_law(), ON)}
    assert clocks["limitation"].nominal == date(2027, 5, 2)
    assert clocks["restoration"].last_day.value == date(2026, 11, 12)


def test_enforcement_is_followed_to_settlement_distribution_and_auction() -> None:
    clocks = on_matter(
        *j.stayed()[:-1],
        j.happened(e.EnforcementNoticeServed, "2026-06-16", party=j.BORROWER),
        j.happened(e.AssetClueFiled, "2026-06-18", clue="账户", urgent=True),
        j.happened(e.EnforcementObjected, "2026-06-22", about="act", party=j.BORROWER),
        j.happened(e.DistributionPlanReceived, "2026-09-01"),
        j.happened(e.DistributionObjected, "2026-09-16"),
        j.happened(e.DistributionOpposed, "2026-09-21"),
        j.happened(e.AuctionSet, "2026-09-22", asset="房屋", asset_kind="real_estate", round="first",
                   auction_on=date(2026, 11, 10)),
        j.happened(e.AuctionHeld, "2026-11-10", asset="房屋", result="failed"),
        j.happened(e.SettlementMade, "2026-11-12", performance_last_day=date(2027, 1, 31)),
        j.happened(e.BankruptcyAccepted, "2026-11-16", party=j.BORROWER, claims_last_day=date(2027, 2, 16)),
    )  # fmt: skip
    states = {name: clock.state for name, clock in clocks.items()}
    assert states["distribution_objection"] == "met" and states["distribution_suit"] == "elapsed"
    assert states["enforcement_notice"] == "met" and states["clue_check"] == "elapsed"
    assert clocks["clue_check"].last_day.value == date(2026, 6, 21)
    assert clocks["enforcement_objection_decision"].last_day.value == date(2026, 7, 7)
    assert states["auction_notice"] == "superseded" and clocks["reauction"].last_day.value == date(2026, 12, 10)
    assert clocks["resume_settlement"].nominal == date(2029, 1, 31)
    assert (clocks["bankruptcy_claim"].party, states["bankruptcy_claim"]) == (j.BORROWER, "open")


def test_a_payment_order_is_followed_to_its_force() -> None:
    clocks = on_matter(
        *j.opened(),
        j.happened(e.PaymentOrderApplied, "2026-03-02", court="某法院"),
        j.happened(e.PaymentOrderAccepted, "2026-03-06", case_number="（2026）京0105民督1号"),
        j.happened(e.PaymentOrderIssued, "2026-03-16"),
        j.happened(e.PaymentOrderServed, "2026-03-20", party=j.BORROWER),
    )
    assert clocks["payment_order_object"].last_day.value == date(2026, 4, 7)  # 04-04 to 04-06 are a holiday
    assert clocks["enforcement_application"].triggered_on == date(2026, 4, 7)
    assert clocks["limitation"].last_day.value == date(2029, 3, 2)


def test_a_mortgage_ends_with_limitation_and_after_judgment_with_the_time_to_apply_for_enforcement() -> None:
    house = Collateral(
        owner="房主", kind="抵押", description="房屋", contract_name="抵押合同", signed=date(2025, 1, 15)
    )
    loan = a_loan(collateral=(house,))
    for events, other in ((j.opened(), "limitation"), (j.effective(), "enforcement_application")):
        clocks = {each.id: each for each in due(j.journey(*events), loan, a_law(), ON)}
        assert clocks["mortgage"].last_day.value == clocks[other].last_day.value
        assert any("第四十四条" in str(citation) for citation in clocks["mortgage"].last_day.citations)


def test_other_interruptions_count_against_a_debtor_alone() -> None:
    notice = j.happened(e.LimitationInterrupted, "2026-05-06", kind="assignment_notice", party=j.BORROWER)
    assert on_matter(*j.opened(), notice)["limitation"].nominal == date(2029, 5, 6)
    elsewhere = replace(notice, party=j.GUARANTOR)
    assert on_matter(*j.opened(), elsewhere)["limitation"].nominal == date(2029, 1, 15)


def test_every_happening_has_words_and_a_day_and_what_is_later_does_not_count() -> None:
    history = of_matter(j.journey(*j.stayed()), a_loan(), date(2026, 6, 10))
    assert all(each.kind in KINDS and each.on <= date(2026, 6, 10) for each in history.happenings)
    assert not history.all("stayed") and history.all("enforcement_applied")


def test_a_journal_written_before_a_field_was_asked_still_reads() -> None:
    served = j.served()[0]
    plain = json.loads(e.encode(served))
    del plain["abroad"]
    assert e.decode("JudgmentServed", json.dumps(plain)) == served


_FREE: Sequence[e.MatterEvent] = (
    j.happened(e.DemandDelivered, "2026-05-06", party=j.BORROWER, mode="post"),
    j.happened(e.DebtAcknowledged, "2026-06-01", party=j.BORROWER, form="承诺书"),
    j.happened(e.PaymentReceived, "2026-07-01", number="P1", amount=Money("100")),
    j.happened(e.LimitationInterrupted, "2026-08-03", kind="debit", party=j.BORROWER),
    j.happened(e.PreservationApplied, "2026-03-09", court="某法院"),
    j.happened(e.PreservationRuled, "2026-03-12", number="（2026）京0105执保1号"),
    taken("2026-03-16"),
    taken("2026-03-16", asset="房屋", asset_kind="real_estate"),
    j.happened(e.ComplaintServed, "2026-03-16", party=j.BORROWER, mode="post"),
    j.happened(e.EvidencePeriodSet, "2026-03-16", last_day=date(2026, 4, 16), instance="first"),
    j.happened(e.EvidencePeriodSet, "2026-04-16", last_day=date(2026, 5, 15), instance="first"),
    j.happened(e.ObstacleArose, "2026-04-01", kind="other"),
    j.happened(e.ObstacleEnded, "2026-05-11"),
    j.happened(e.BankruptcyAccepted, "2026-09-01", party=j.BORROWER, claims_last_day=date(2026, 11, 2)),
    j.happened(e.BankruptcyClaimFiled, "2026-10-09", party=j.BORROWER),
)


@given(st.permutations(_FREE))
@settings(max_examples=25, deadline=None)
def test_the_same_events_recorded_in_any_legal_order_give_the_same_clocks(order: list[e.MatterEvent]) -> None:
    matter, waiting = j.journey(*j.accepted()), list(order)
    while waiting:  # what is not admitted yet waits for what it needs
        event = waiting.pop(0)
        try:
            matter = j.record(matter, event)
        except LegalflowError:
            waiting.append(event)
    expected = due(j.journey(*j.accepted(), *_FREE), a_loan(), a_law(), ON)
    assert due(matter, a_loan(), a_law(), ON) == expected


def test_items_with_days_of_their_own_are_performed_each_by_itself_and_enforced_from_the_last() -> None:
    items = tuple(
        AwardedItem(kind="principal", id=name, amount=Money("50000"), **own)
        for name, own in (("一", {"performance_last_day": date(2026, 12, 31)}), ("二", {"performance_days": 200}))
    )
    took = j.happened(e.JudgmentTookEffect, "2026-05-26", performance_last_day=date(2026, 6, 5))
    clocks = on_matter(*j.accepted(), j.a_judgment(items=items), *j.served(), took)
    assert clocks["performance_instalment"].last_day.value == date(2026, 12, 14)  # 200 days after the effect, rolled
    assert clocks["performance_instalment-2"].last_day.value == date(2026, 12, 31)
    assert clocks["enforcement_application"].triggered_on == date(2026, 12, 31)
