"""The ways of a matter beside and within the suit: each stage is reached, refused and left as the table says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotNow
from legalflow.matters import events as e
from legalflow.matters.deadlines import Due, due
from legalflow.matters.matter import Matter, Recorded, admit, fold, next_steps
from legalflow.matters.procedure_guards import approved_way, is_assigned, open_strategy
from legalflow.matters.stages import ON_THE_SIDE, RULES, STAGES, rank
from legalflow.values.money import Money
from tests.builders import a_law, a_loan
from tests.matters import journeys as j

ON = date(2026, 11, 24)


def refused(matter: Matter, event: e.MatterEvent, kind: type[LegalflowError]) -> set[str]:
    with pytest.raises(kind) as caught:
        admit(matter, event)
    assert type(caught.value) is kind
    assert all(problem.message and problem.message_en for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


def clocks(matter: Matter, on: date = ON) -> dict[str, Due]:
    return {each.id: each for each in due(matter, a_loan(), a_law(), on)}


def stages_of(events: Sequence[e.MatterEvent], start: Matter | None = None) -> list[str]:
    """The stages one after another, each said once while it lasts."""
    matter, passed = start or Matter(), []
    for event in events:
        matter = j.record(matter, event)
        if not passed or passed[-1] != matter.stage:
            passed.append(matter.stage)
    return passed


def demanded() -> Matter:
    return j.journey(*j.opened()[:3])


def proposed(way: str, **changes: Any) -> e.MatterEvent:
    event: e.MatterEvent = j.happened(e.StrategyProposed, way=way, memo="债务人有房产，时效未届满", **changes)
    return event


def approved(way: str, **changes: Any) -> e.MatterEvent:
    event: e.MatterEvent = j.happened(e.StrategyApproved, actor="approver", way=way, **changes)
    return event


# --- deciding on the way (A15) ---------------------------------------------------------------------------------------


def test_a_way_is_proposed_by_one_and_approved_by_another_before_it_is_taken() -> None:
    matter = j.record(demanded(), proposed("sue"))
    assert matter.stage == "A15" and open_strategy(matter) is not None
    assert refused(matter, j.happened(e.SuitDecided), NotNow) == {"need.way_sue_payment_order"}
    own = replace(approved("sue"), actor="counsel")
    assert refused(matter, own, NotAllowed) == {"persons.proposer"}
    assert refused(matter, approved("assign"), Conflict) == {"strategy.another"}
    decided = j.record(matter, approved("sue"))
    assert (decided.stage, approved_way(decided)) == ("A15", "sue")
    assert refused(decided, approved("sue"), NotNow) == {"need.strategy_open"}
    assert j.record(decided, j.happened(e.SuitDecided)).stage == "A20"


def test_what_a_firm_proposed_is_not_decided_by_its_lawyer() -> None:
    matter = j.record(demanded(), proposed("sue", proposed_by="lawyer"))
    assert refused(matter, replace(approved("sue"), actor="lawyer"), NotAllowed) == {"persons.proposer"}


def test_only_the_way_that_was_approved_is_taken_and_another_is_proposed_anew() -> None:
    matter = j.journey(proposed("arbitrate"), approved("arbitrate"), start=demanded())
    for event in (j.happened(e.SuitDecided), j.happened(e.PaymentOrderApplied, court="法院")):
        assert len(refused(matter, event, NotNow)) == 1
    assert j.record(matter, arbitration()).stage == "A85"
    anew = j.record(matter, proposed("sue"))
    assert approved_way(anew) == "" and refused(anew, arbitration(), NotNow)


def test_a_way_that_is_sent_back_leads_back_to_demand_and_says_why() -> None:
    matter = j.record(demanded(), proposed("write_off"))
    back = j.happened(e.StrategyReturned, actor="approver")
    assert refused(matter, back, Invalid) == {"event.reason"}
    assert j.record(matter, replace(back, reason="先催告保证人")).stage == "A10"


def test_a_suit_that_was_decided_on_without_a_proposal_goes_on_as_before() -> None:
    assert j.journey(*j.opened()).stage == "A20"


# --- sealing, filing (A22, A27, A35) ---------------------------------------------------------------------------------


def seal_applied(document: str) -> e.MatterEvent:
    event: e.MatterEvent = j.happened(
        e.SealApplied, document=document, approved="p" + document, seal="公章", copies=3, reason="立案"
    )
    return event


def test_the_set_stands_at_its_sealing_until_the_complaint_is_sent_back() -> None:
    complaint, letter = j.sealed("D1", "civil_complaint_financial_loan"), j.sealed("D9", "lawyer_letter")
    matter = j.journey(*j.opened(), *complaint[:3], *letter[:3])
    assert j.record(matter, seal_applied("D9")).stage == "A20"
    sealing = j.record(matter, seal_applied("D1"))
    assert sealing.stage == "A22"
    back = j.happened(e.DocumentReturned, actor="reviewer", document="D1", reason="被告漏列")
    assert j.record(sealing, back).stage == "A20"
    newer = j.happened(e.DocumentRequested, document="D2", kind="civil_complaint", facts="f")
    assert j.record(sealing, newer).stage == "A20"
    submitted = j.filed()[-1]
    assert stages_of([complaint[3], *j.bundled(), submitted], sealing) == ["A22", "A25"]
    assert {"need.sealed_complaint"} <= refused(sealing, submitted, NotNow)


def a_ruling(about: str = "refused_docketing", on: str = "2026-03-09") -> e.MatterEvent:
    event: e.MatterEvent = j.happened(e.RulingServed, on, about=about, party="样例银行", ground="不属于本院管辖")
    return event


def test_a_ruling_that_refuses_docketing_starts_ten_days_to_appeal_and_leads_where_the_appeal_does() -> None:
    matter = j.record(j.journey(*j.filed()), a_ruling())
    assert matter.stage == "A27"
    clock = clocks(matter, date(2026, 3, 10))["appeal_ruling"]
    assert (clock.last_day.value, clock.state) == (date(2026, 3, 19), "open")
    appealed = j.happened(e.RulingChallenged, "2026-03-12", about="refused_docketing", party="样例银行")
    assert clocks(j.record(matter, appealed))["appeal_ruling"].state == "met"
    docketed = j.happened(e.CaseAccepted, "2026-04-20", case_number="（2026）京0105民初1号", court="某法院")
    assert j.journey(appealed, docketed, start=matter).stage == "A40"
    assert j.record(matter, j.happened(e.FilingReturned, "2026-03-20", reason="另择法院")).stage == "A20"
    assert j.record(matter, proposed("arbitrate")).stage == "A15"


def test_a_ruling_on_something_else_moves_nothing() -> None:
    assert j.record(j.journey(*j.filed()), a_ruling("preservation")).stage == "A25"


def test_a_notice_of_the_acceptance_fee_waits_for_its_payment_and_one_of_another_fee_does_not() -> None:
    filed = j.journey(*j.filed())
    notice = j.happened(e.FeeNoticeReceived, "2026-03-04", fee="acceptance", amount=Money("2300"))
    matter = j.record(filed, notice)
    assert matter.stage == "A35"
    clock = clocks(matter, date(2026, 3, 5))["fee_payment"]
    assert (clock.last_day.value, clock.state) == (date(2026, 3, 11), "open") and clock.last_day.steps[-1].citations
    paid = j.happened(e.FeePaid, "2026-03-10", fee="acceptance", amount=Money("2300"), receipt="P1")
    after = j.record(matter, paid)
    assert after.stage == "A25" and clocks(after)["fee_payment"].state == "met"
    other = replace(notice, fee="preservation")
    assert j.record(filed, other).stage == "A25"
    assert j.journey(other, replace(paid, fee="preservation"), start=matter).stage == "A35"


def test_mediation_that_fails_goes_back_to_the_court_and_its_period_is_watched() -> None:
    referred = j.happened(
        e.MediationReferred, "2026-03-04", case_number="（2026）京0105民诉前调1号", last_day=date(2026, 4, 3)
    )
    matter = j.journey(*j.filed(), referred)
    assert clocks(matter, date(2026, 3, 5))["mediation_period"].last_day.value == date(2026, 4, 3)
    failed = j.record(matter, j.happened(e.MediationFailed, "2026-04-01"))
    assert failed.stage == "A25" and clocks(failed)["mediation_period"].state == "met"


# --- service, hearings (A42, A45, A47) -------------------------------------------------------------------------------


def test_service_a_hearing_set_and_held_lead_to_judgment() -> None:
    served = j.happened(e.ComplaintServed, "2026-03-13", party=j.BORROWER, mode="post")
    notice = j.happened(e.PublicNoticePublished, "2026-03-16", party=j.GUARANTOR, what="complaint")
    hearing = j.happened(e.HearingSet, "2026-05-06", hearing_on=date(2026, 6, 1), time="09:30", mode="online")
    held = j.happened(e.HearingHeld, "2026-06-01", minutes=True, next_hearing_on=date(2026, 6, 22))
    events = [*j.accepted(), served, notice, hearing, held, j.a_judgment("2026-07-06")]
    assert stages_of(events)[-5:] == ["A40", "A42", "A45", "A47", "A50"]
    heard = j.journey(*events[:-1])
    assert clocks(heard, date(2026, 6, 2))["hearing"].last_day.value == date(2026, 6, 22)
    assert j.record(heard, replace(hearing, on=date(2026, 6, 1), hearing_on=date(2026, 6, 22))).stage == "A45"
    assert clocks(heard, date(2026, 4, 1))["public_notice_service"].party == j.GUARANTOR


def test_a_time_of_day_is_written_as_one() -> None:
    wrong = j.happened(e.HearingSet, "2026-05-06", hearing_on=date(2026, 6, 1), time="上午九点")
    assert refused(j.journey(*j.accepted()), wrong, Invalid) == {"event.time"}


def test_evidence_after_its_period_needs_a_reason() -> None:
    period = j.happened(e.EvidencePeriodSet, "2026-03-16", last_day=date(2026, 4, 16), instance="first")
    matter = j.journey(*j.accepted(), period)
    late = j.happened(e.EvidenceSubmitted, "2026-04-17")
    assert refused(matter, late, Invalid) == {"evidence.late"}
    assert j.record(matter, replace(late, reason="对方答辩后方知需要")).stage == "A40"
    assert j.record(matter, replace(late, on=date(2026, 4, 16))).stage == "A40"
    longer = j.happened(e.EvidencePeriodSet, "2026-04-15", last_day=date(2026, 5, 15), instance="first")
    assert j.journey(longer, late, start=matter)


def test_a_later_guard_does_not_keep_what_an_older_journal_holds_from_being_corrected() -> None:
    period = j.happened(e.EvidencePeriodSet, "2026-03-16", last_day=date(2026, 4, 16), instance="first")
    before = j.journey(*j.accepted(), period, j.happened(e.FirmAssigned, firm="F1"))
    late = Recorded(before.version + 1, j.happened(e.EvidenceSubmitted, "2026-04-17"))
    old = fold([*before.history, late])
    assigned = next(each.sequence for each in old.standing if isinstance(each.event, e.FirmAssigned))
    undo = j.happened(e.EventReversed, "2026-12-01", actor="reviewer", sequence=assigned, reason="误记")
    assert not j.record(old, undo).firm
    period_at = next(each.sequence for each in old.standing if isinstance(each.event, e.EvidencePeriodSet))
    j.record(old, replace(undo, sequence=period_at))


def test_a_suit_withdrawn_goes_back_to_its_preparation_with_the_fee_it_cost() -> None:
    hearing = j.happened(e.HearingSet, "2026-05-06", hearing_on=date(2026, 6, 1))
    withdrawn = j.happened(
        e.SuitWithdrawn, "2026-05-20", number="（2026）京0105民初1号之一", fee=Money("1150"), reason="已和解"
    )
    matter = j.journey(*j.accepted(), hearing, withdrawn)
    assert matter.stage == "A20" and matter.filing is None and matter.acceptance is None
    closed = j.happened(e.MatterClosed, "2026-05-21", result="withdrawn", reason="不再主张")
    assert j.record(matter, closed).is_closed


# --- arbitration, notarised deeds, payment orders (A85) --------------------------------------------------------------


def arbitration(on: str = "2026-03-02") -> e.MatterEvent:
    event: e.MatterEvent = j.happened(
        e.ArbitrationFiled, on, body="某仲裁委员会", respondents=(j.BORROWER, j.GUARANTOR)
    )
    return event


def instrument(kind: str, on: str = "2026-06-08", **changes: Any) -> e.MatterEvent:
    facts: dict[str, Any] = {
        "number": "（2026）某仲裁字第1号",
        "body": "某仲裁委员会",
        "given_on": date.fromisoformat(on),
        "cause": "金融借款合同纠纷",
        "operative": "被申请人偿还本金100000元。",
        "principal": Money("100000"),
        "performance_last_day": date(2026, 6, 18),
        "parties": (j.BORROWER,),
        **changes,
    }
    event: e.MatterEvent = j.happened(e.InstrumentObtained, on, kind=kind, **facts)
    return event


def test_an_award_is_enforced_as_a_judgment_is() -> None:
    taken = j.happened(e.ArbitrationAccepted, "2026-03-09", number="（2026）某仲案字第1号")
    matter = j.journey(*j.opened(), arbitration(), taken)
    assert matter.stage == "A85"
    running = clocks(matter)["limitation"]
    assert "申请仲裁" in " ".join(step.formula + step.what for step in running.last_day.steps)
    award = j.record(matter, instrument("award"))
    assert (award.stage, award.effective_date) == ("A55", date(2026, 6, 8))
    assert award.judgment is not None and award.judgment.kind == "award"
    assert award.judgment.principal == Money("100000")
    found = clocks(award)
    assert found["enforcement_application"].last_day.value == date(2028, 6, 19)  # the 18th is a Sunday
    assert "set_aside_award" in found and "retrial" not in found
    assert j.record(award, j.happened(e.EnforcementPrepared, "2026-06-22")).stage == "A60"


def test_an_instrument_comes_by_the_way_that_was_taken_and_not_before_its_day() -> None:
    matter = j.journey(*j.opened(), arbitration())
    assert refused(matter, instrument("notarised"), Invalid) == {"instrument.way"}
    assert refused(matter, instrument("award", given_on=date(2026, 6, 9)), Invalid) == {"instrument.given_later"}
    assert refused(j.journey(*j.opened()), instrument("award"), NotNow) == {"need.other_way"}
    running = instrument("award", interest_rate=Decimal("0.06"))
    assert refused(matter, running, Invalid) == {"judgment.interest"}
    ended = j.record(matter, j.happened(e.OtherWayEnded, "2026-04-01", reason="仲裁协议无效"))
    assert ended.stage == "A20" and refused(ended, instrument("award"), NotNow)
    assert clocks(matter)["limitation"].last_day.value < clocks(ended)["limitation"].last_day.value


def test_a_notarised_deed_is_enforced_by_its_certificate() -> None:
    applied = j.happened(e.CertificateApplied, body="某公证处", deed="（2024）某证字第1号")
    matter = j.journey(*j.opened(), applied)
    assert matter.stage == "A85"
    assert refused(matter, j.happened(e.ArbitrationAccepted, number="1"), NotNow) == {"need.arbitration"}
    assert j.record(matter, instrument("notarised")).stage == "A55"


def payment_order() -> list[e.MatterEvent]:
    return [
        j.happened(e.PaymentOrderApplied, court="某法院"),
        j.happened(e.PaymentOrderAccepted, "2026-03-06", case_number="（2026）京0105民督1号"),
        j.happened(e.PaymentOrderIssued, "2026-03-16"),
        j.happened(e.PaymentOrderServed, "2026-03-20", party=j.BORROWER),
    ]


def test_a_payment_order_nobody_objected_to_is_enforced_and_one_that_failed_goes_on_as_a_suit() -> None:
    served = j.journey(*j.opened(), *payment_order())
    order = instrument("payment_order", "2026-04-08", given_on=date(2026, 3, 16))
    assert j.record(served, order).stage == "A55"
    objected = j.record(served, j.happened(e.PaymentOrderObjected, "2026-03-30", party=j.BORROWER))
    assert refused(objected, order, NotNow) == {"need.other_way"}
    docketed = j.happened(e.CaseAccepted, "2026-04-20", case_number="（2026）京0105民初1号", court="某法院")
    assert refused(objected, docketed, NotNow) == {"need.filed"}
    ended = j.record(objected, j.happened(e.PaymentOrderEnded, "2026-04-08"))
    assert j.record(ended, docketed).stage == "A40"
    refusal = j.record(ended, j.happened(e.PaymentOrderSuitRefused, "2026-04-10"))
    assert refused(refusal, docketed, NotNow) == {"need.filed"}


# --- the end of enforcement (A75) ------------------------------------------------------------------------------------


def ended(ground: str) -> e.MatterEvent:
    event: e.MatterEvent = j.happened(e.EnforcementEnded, "2026-09-01", number="（2026）京0105执1号之一", ground=ground)
    return event


def test_enforcement_ended_for_good_is_applied_for_anew_only_after_a_withdrawal() -> None:
    enforced = j.journey(*j.stayed()[:-1])
    again = j.happened(e.EnforcementPrepared, "2026-10-01")
    withdrawn = j.record(enforced, ended("withdrawn"))
    assert withdrawn.stage == "A75" and j.record(withdrawn, again).stage == "A60"
    dead = j.record(enforced, ended("dead"))
    assert refused(dead, again, NotNow) == {"need.withdrawn_only"}
    assert clocks(dead)["enforcement_idle"].state == "superseded"
    assert j.record(dead, j.happened(e.MatterClosed, "2026-10-01", result="ended", reason="终结执行")).stage == "A90"
    assert "stage.wrong" in refused(j.journey(*j.accepted()), ended("other"), NotNow)


# --- assignment (A92) ------------------------------------------------------------------------------------------------


def assigned(on: str = "2026-03-02") -> e.MatterEvent:
    event: e.MatterEvent = j.happened(e.ClaimAssigned, on, assignee="某资产管理公司", contract="ZR-1")
    return event


def test_an_assigned_claim_is_not_filed_any_more_in_our_name() -> None:
    ready = j.journey(*j.filed()[:-1], assigned())
    assert ready.stage == "A92" and is_assigned(ready)
    for event in (j.filed()[-1], arbitration(), j.happened(e.PaymentOrderApplied, court="法院")):
        assert "need.still_ours" in refused(ready, event, NotNow)
    assert refused(ready, assigned(), NotNow) >= {"need.still_ours"}
    notified = j.happened(e.AssignmentNotified, "2026-03-10", party=j.BORROWER, mode="post")
    told = clocks(j.record(ready, notified))["limitation"].last_day
    assert any("债权转让通知" in step.what + step.formula for step in told.steps)
    closed = j.happened(e.MatterClosed, "2026-03-20", result="assigned", reason="已转让")
    assert j.record(ready, closed).is_closed


@pytest.mark.parametrize(("events", "stage"), [(j.accepted(), "A40"), (j.stayed(), "A70")])
def test_a_proceeding_under_way_changes_hands_by_decision_of_the_court(events: list[Any], stage: str) -> None:
    matter = j.record(j.journey(*events), assigned("2026-10-20"))
    assert matter.stage == stage
    replaced = j.happened(e.CreditorReplaced, "2026-11-10", body="某法院", number="（2026）京0105执异1号")
    assert j.record(matter, replaced).stage == "A92"
    assert refused(j.journey(*events), replaced, NotNow) == {"need.assigned"}


def test_a_notice_of_assignment_needs_the_assignment() -> None:
    notice = j.happened(e.AssignmentNotified, party=j.BORROWER, mode="post")
    assert refused(j.journey(*j.opened()), notice, NotNow) == {"need.assigned"}


def test_a_claim_is_not_assigned_while_its_write_off_is_decided_on() -> None:
    matter = j.journey(*j.stayed(), *j.asked())
    assert refused(matter, assigned("2026-11-20"), NotNow) == {"need.no_write_off_asked"}


# --- the whole -------------------------------------------------------------------------------------------------------


def test_one_matter_from_deciding_on_the_way_to_its_assignment_and_its_journal_gives_it_again() -> None:
    complaint = j.sealed("D1", "civil_complaint_financial_loan")
    fee = {"fee": "acceptance", "amount": Money("2300")}
    later = j.stayed()[len(j.accepted()) :]
    events: list[e.MatterEvent] = [
        *j.opened()[:3],
        proposed("sue"),
        approved("sue"),
        j.happened(e.SuitDecided),
        *complaint[:3],
        seal_applied("D1"),
        complaint[3],
        *j.bundled(),
        j.filed()[-1],
        j.happened(e.CorrectionRequired, "2026-03-04", last_day=date(2026, 3, 15)),
        j.happened(e.CorrectionMade, "2026-03-05"),
        j.happened(e.FeeNoticeReceived, "2026-03-06", **fee),
        j.happened(e.FeePaid, "2026-03-09", **fee),
        j.accepted()[-1],
        j.happened(e.ComplaintServed, "2026-03-13", party=j.BORROWER, mode="post"),
        j.happened(e.HearingSet, "2026-03-20", hearing_on=date(2026, 4, 10)),
        j.happened(e.HearingHeld, "2026-04-10", minutes=True),
        *later,
        assigned("2026-10-20"),
        j.happened(e.CreditorReplaced, "2026-11-10", body="某法院"),
    ]
    passed = "A00 A05 A10 A15 A20 A22 A25 A26 A25 A35 A25 A40 A42 A45 A47 A50 A55 A60 A62 A65 A70 A92"
    assert " ".join(stages_of(events)) == passed
    matter = j.journey(*events)
    again = [Recorded(each.sequence, e.decode(e.name_of(each.event), e.encode(each.event))) for each in matter.history]
    assert fold(again) == matter


def test_a_journal_of_before_the_stages_of_trial_leads_to_the_judgment_as_it_did() -> None:
    """What was recorded while a matter stood at A40 leads through the new stages to the same end."""
    older = [
        *j.accepted(),
        j.happened(e.ComplaintServed, "2026-03-13", party=j.BORROWER, mode="post"),
        j.happened(e.EvidencePeriodSet, "2026-03-16", last_day=date(2026, 4, 16), instance="first"),
        j.happened(e.HearingSet, "2026-03-20", hearing_on=date(2026, 4, 10)),
        j.happened(e.JurisdictionObjected, "2026-03-23", party=j.BORROWER),
        j.happened(e.FeeNoticeReceived, "2026-03-24", fee="preservation", amount=Money("500")),
        j.happened(e.TrialExtended, "2026-04-01", last_day=date(2026, 10, 10)),
        j.a_judgment(),
        *j.served(),
    ]
    told = fold(Recorded(number, event) for number, event in enumerate(older, 1))
    assert told.stage == "A50" and told == j.journey(*older)
    withdrawn = j.happened(e.SuitWithdrawn, "2026-04-02", reason="和解")
    assert fold(Recorded(n, each) for n, each in enumerate([*older[:-3], withdrawn], 1)).stage == "A20"


def test_every_stage_says_what_may_come_next() -> None:
    for code in STAGES:
        offered = [step for step in next_steps(replace(Matter(), stage=code)) if step.possible]
        assert offered or code == "A90", code


def test_every_stage_but_the_last_can_be_left_and_those_on_the_side_are_stages() -> None:
    assert set(ON_THE_SIDE) < set(STAGES)
    left = {before for rule in RULES.values() for before, after in rule.moves.items() if after not in {"", before}}
    assert set(STAGES) - left == {"A90"}
    assert rank("A92") < rank("A90") and rank("A25") < rank("A85") < rank("A40")
