"""A matter is the fold of its events, and only what the table admits gets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.access import Right
from legalflow.errors import Conflict, Corrupt, Invalid, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.matters import events as e
from legalflow.matters.matter import DocumentState, Matter, Recorded, admit, fold, follow, next_steps
from legalflow.matters.procedure_events import StrategyProposed
from legalflow.matters.stages import RULES, STAGES
from legalflow.values import codec
from legalflow.values.money import Money
from tests.matters import journeys as j


def refused(matter: Matter, event: e.MatterEvent, kind: type[LegalflowError]) -> set[str]:
    with pytest.raises(kind) as caught:
        admit(matter, event)
    assert type(caught.value) is kind
    for problem in caught.value.problems:
        assert problem.message and problem.message_en
    return {problem.code for problem in caught.value.problems}


def test_every_event_has_its_row_and_every_row_its_words() -> None:
    assert set(RULES) == set(e.EVENTS)
    for kind in e.EVENTS.values():
        assert all(kind.title)
        assert all(question.zh and question.en for question in e.questions(kind))


def test_everything_of_the_write_off_is_internal_and_nothing_else() -> None:
    internal = {name for name, rule in RULES.items() if rule.internal}
    assert internal == {name for name in e.EVENTS if name.startswith("WriteOff")} | {"RecoveryRecorded"}


def test_a_matter_can_be_stored_as_plain_values() -> None:
    matter = replace(j.written_off(), history=())
    assert codec.encode(matter) == codec.encode(matter)
    assert codec.plain(matter)["write_off"]["booked"]["principal"] == "100000.00"


def test_the_table_leads_only_to_stages_there_are() -> None:
    for rule in RULES.values():
        assert set(rule.moves) <= {"", *STAGES} and set(rule.moves.values()) <= set(STAGES)
    reached = {to for rule in RULES.values() for to in rule.moves.values()}
    assert reached == set(STAGES)


def test_only_our_own_tasks_record_what_nobody_has_a_right_to() -> None:
    assert {name for name, rule in RULES.items() if not rule.rights} == {
        "DocumentRendered",
        "DocumentFailed",
        "BundleMade",
        "BundleFailed",
    }
    assert RULES["WriteOffApproved"].rights == (Right.APPROVE_WRITE_OFF,)


def test_the_whole_way_from_loan_to_recovered_money() -> None:
    matter = j.written_off()
    assert (matter.stage, matter.write_off_stage) == ("A70", "C5")
    matter = j.journey(
        j.happened(e.EnforcementResumed, "2026-11-10", case_number="（2026）京0105执恢1号", clue="新发现存款"),
        j.happened(e.RecoveryRecorded, "2026-11-20", actor="finance", number="R1", amount=Money("700"),
                   interest=Money("500"), principal=Money("200")),
        start=matter,
    )  # fmt: skip
    assert (matter.stage, matter.write_off_stage) == ("A72", "C6")
    assert matter.write_off.still_off.principal == Money("99800")
    assert ("执恢案号", "（2026）京0105执恢1号") in matter.case_numbers


def test_nothing_is_filed_without_a_sealed_complaint_and_a_bundle() -> None:
    matter = j.journey(*j.opened(), *j.made("D1", "civil_complaint_financial_loan"))
    event = j.happened(e.FilingSubmitted, document="D1", bundle="B1", court="某法院", defendants=(j.BORROWER,))
    codes = refused(matter, event, NotNow)
    assert {"need.sealed_complaint", "need.made_bundle", "document.state"} <= codes


def test_judgment_before_docketing_is_refused_and_says_where_it_belongs() -> None:
    matter = j.journey(*j.filed())
    with pytest.raises(NotNow) as caught:
        admit(matter, j.a_judgment())
    assert "A40 已立案" in caught.value.problems[0].mend


def test_enforcement_needs_the_effect_of_the_judgment() -> None:
    matter = j.journey(*j.accepted(), j.a_judgment())
    assert "stage.wrong" in refused(matter, j.happened(e.EnforcementPrepared, "2026-06-08"), NotNow)


def test_a_judgment_does_not_take_effect_while_a_party_is_not_served_or_an_appeal_is_open() -> None:
    matter = j.journey(*j.accepted(), j.a_judgment(), j.served()[0])
    effect = j.happened(e.JudgmentTookEffect, "2026-05-26", performance_last_day=date(2026, 6, 5))
    assert refused(matter, effect, NotNow) == {"need.judgment_served"}
    matter = j.journey(j.served()[1], j.happened(e.AppealFiled, "2026-05-09", party=j.BORROWER), start=matter)
    assert matter.stage == "A52"
    assert refused(matter, effect, NotNow) == {"need.appeal_over"}
    decided = j.happened(e.AppealDecided, "2026-08-03", result="upheld", number="（2026）京03民终1号", body="中院")
    assert j.journey(decided, replace(effect, on=date(2026, 8, 10), performance_last_day=date(2026, 8, 20)),
                     start=matter).stage == "A55"  # fmt: skip


def test_a_changed_judgment_must_be_recorded_before_it_takes_effect() -> None:
    appeal = j.happened(e.AppealFiled, "2026-05-09", party=j.BORROWER)
    changed = j.happened(e.AppealDecided, "2026-08-03", result="changed", number="（2026）京03民终1号", body="中院")
    matter = j.journey(*j.accepted(), j.a_judgment(), *j.served(), appeal, changed)
    effect = j.happened(e.JudgmentTookEffect, "2026-08-10", performance_last_day=date(2026, 8, 20))
    assert refused(matter, effect, NotNow) == {"need.appeal_over"}
    second = j.a_judgment("2026-08-03", instance="second", principal=Money("90000"))
    after = j.journey(second, effect, start=matter)
    assert after.judgment is not None and after.judgment.principal == Money("90000")


def test_a_remanded_case_is_tried_again_without_its_judgment() -> None:
    appeal = j.happened(e.AppealFiled, "2026-05-09", party=j.BORROWER)
    matter = j.journey(*j.accepted(), j.a_judgment(), *j.served(), appeal,
                       j.happened(e.CaseRemanded, "2026-08-03", number="（2026）京03民终1号"))  # fmt: skip
    assert matter.stage == "A40" and matter.judgment is None and not matter.services


def test_maker_reviewer_and_seal_keeper_are_three_persons() -> None:
    matter = j.journey(*j.opened(), *j.made("D1", "lawyer_letter"))
    approve = j.happened(e.DocumentApproved, document="D1", docx="dD1", pdf="pD1")
    assert refused(matter, approve, NotAllowed) == {"persons.requester"}
    matter = j.record(matter, replace(approve, actor="reviewer"))
    for person in ("counsel", "reviewer"):
        seal = j.happened(e.DocumentSealed, actor=person, document="D1", approved="pD1", sealed="s")
        refused(matter, seal, NotAllowed)
    assert j.record(matter, replace(seal, actor="keeper")).documents["D1"].state is DocumentState.SEALED


def test_an_approval_binds_the_bytes_that_were_made() -> None:
    matter = j.journey(*j.opened(), *j.made("D1", "lawyer_letter"))
    other = j.happened(e.DocumentApproved, actor="reviewer", document="D1", docx="dD1", pdf="another")
    assert refused(matter, other, Conflict) == {"document.digest"}


def test_a_newer_version_makes_the_older_void_but_never_one_that_went_out() -> None:
    matter = j.journey(*j.opened(), *j.made("D1", "lawyer_letter"), *j.made("D2", "lawyer_letter", replaces="D1"))
    assert matter.documents["D1"].state is DocumentState.VOID
    sent = j.journey(*j.opened(), *j.sealed("D1", "lawyer_letter"),
                     j.happened(e.DocumentServed, document="D1", party=j.BORROWER, mode="post"))  # fmt: skip
    newer = j.happened(e.DocumentRequested, document="D3", kind="lawyer_letter", facts="f", replaces="D1")
    assert refused(sent, newer, NotNow) == {"document.issued"}
    assert sent.documents["D1"].sent_to == (j.BORROWER,)


def test_a_write_off_paper_never_goes_out() -> None:
    matter = j.journey(*j.opened(), *j.sealed("D1", "write_off_application"))
    served = j.happened(e.DocumentServed, document="D1", party=j.BORROWER, mode="post")
    assert refused(matter, served, NotAllowed) == {"document.internal"}
    submitted = j.happened(e.DocumentSubmitted, document="D1", body="某法院")
    assert refused(matter, submitted, NotAllowed) == {"document.internal"}


def test_an_unknown_document_is_not_found() -> None:
    matter = j.journey(*j.opened())
    assert refused(matter, j.happened(e.DocumentVoided, document="D9", reason="误"), NotNow)
    matter = j.journey(*j.made("D1", "lawyer_letter"), start=matter)
    assert refused(matter, j.happened(e.DocumentVoided, document="D9", reason="误"), NotFound) == {"document.unknown"}


def test_everything_wrong_in_an_event_is_said_at_once() -> None:
    matter = j.journey(*j.opened())
    event = j.happened(e.PaymentReceived, "2031-01-01", number="", amount=Money("-5"))
    assert {"event.future", "event.required", "event.negative", "payment.amount"} <= refused(matter, event, Invalid)


def test_a_payment_is_recorded_once_and_after_write_off_as_a_recovery() -> None:
    paid = j.happened(e.PaymentReceived, number="P1", amount=Money("10"))
    matter = j.journey(*j.opened(), paid)
    assert refused(matter, paid, Conflict) == {"payment.twice"}
    assert refused(j.written_off(), replace(paid, number="P2"), NotNow) == {"need.not_booked"}


def test_a_write_off_never_exceeds_what_is_outstanding() -> None:
    matter = j.journey(*j.stayed(), j.asked()[0])
    event = j.asked(principal=Money("100000.01"))[1]
    assert refused(matter, event, Invalid) == {"write_off.above_outstanding"}


def test_applicant_checker_and_approver_are_three_persons() -> None:
    matter = j.journey(*j.stayed(), *j.asked())
    check, approve, book = j.booked(matter)
    refused(matter, replace(check, actor="finance"), NotAllowed)
    matter = j.record(matter, check)
    for person in ("finance", "checker"):
        refused(matter, replace(approve, actor=person), NotAllowed)
    matter = j.record(matter, approve)
    refused(matter, replace(book, actor="approver"), NotAllowed)


def test_an_approval_of_another_request_is_a_conflict_and_booking_needs_approval() -> None:
    matter = j.journey(*j.stayed(), *j.asked())
    check, approve, book = j.booked(matter)
    assert refused(matter, book, NotNow) == {"write_off.stage"}
    matter = j.record(matter, check)
    refused(matter, replace(approve, request="0" * 64), Conflict)


def test_what_is_booked_is_what_was_approved() -> None:
    matter = j.journey(*j.stayed(), *j.asked())
    check, approve, book = j.booked(matter)
    matter = j.journey(check, approve, start=matter)
    refused(matter, replace(book, principal=Money("99999.99")), Invalid)


def test_money_that_comes_in_after_the_request_makes_it_void() -> None:
    matter = j.journey(*j.stayed(), *j.asked())
    matter = j.record(matter, j.happened(e.PaymentReceived, "2026-11-03", number="P1", amount=Money("1")))
    assert refused(matter, j.booked(matter)[0], NotNow) == {"need.fits_the_books"}


def test_a_refused_write_off_may_be_applied_for_anew_and_a_booked_one_never() -> None:
    matter = j.journey(*j.stayed(), *j.asked())
    refusal = j.happened(e.WriteOffRefused, "2026-11-03", actor="checker", request=matter.write_off.digest,
                         reason="证据不足")  # fmt: skip
    matter = j.record(matter, refusal)
    assert matter.write_off_stage == "C8" and matter.write_off.refusal == "证据不足"
    assert j.journey(*j.asked(), start=matter).write_off_stage == "C2"
    assert refused(j.written_off(), j.asked()[0], NotNow) == {"write_off.stage"}


def test_a_recovery_adds_up_and_takes_no_more_than_was_written_off() -> None:
    event = j.happened(e.RecoveryRecorded, "2026-11-20", actor="finance", number="R1", amount=Money("900"),
                       interest=Money("600"), principal=Money("200"))  # fmt: skip
    assert refused(j.written_off(), event, Invalid) == {"recovery.sum", "recovery.above_written_off"}


def test_a_matter_is_not_closed_while_a_written_off_claim_is_pursued() -> None:
    close = j.happened(e.MatterClosed, "2026-12-01", result="ended", reason="终结")
    assert refused(j.written_off(), close, NotNow) == {"need.written_off_claim_over"}
    ended = j.happened(e.WriteOffEnded, "2026-12-01", actor="approver", ground="other")
    assert j.journey(ended, close, start=j.written_off()).is_closed


# --- reversal --------------------------------------------------------------------------------------------------------


def undo(matter: Matter, kind: type[e.MatterEvent]) -> e.EventReversed:
    sequence = next(each.sequence for each in matter.standing if isinstance(each.event, kind))
    event: e.EventReversed = j.happened(
        e.EventReversed, "2026-12-01", actor="reviewer", sequence=sequence, reason="误记"
    )
    return event


def test_a_reversed_event_is_left_out_but_stays_in_the_journal() -> None:
    before = j.journey(*j.accepted())
    after = j.record(before, undo(before, e.CaseAccepted))
    assert after.stage == "A25" and after.acceptance is None
    assert len(after.history) == len(before.history) + 1 and after.version == before.version + 1
    assert refused(after, undo(before, e.CaseAccepted), NotFound) == {"reversal.unknown"}


def test_what_later_events_rest_on_is_not_reversed() -> None:
    matter = j.journey(*j.accepted(), j.a_judgment())
    with pytest.raises(NotNow) as caught:
        admit(matter, undo(matter, e.CaseAccepted))
    assert "先撤销第" in caught.value.problems[0].mend


def test_a_sealed_document_and_a_booking_with_recoveries_are_not_reversed() -> None:
    matter = j.written_off()
    assert refused(matter, undo(matter, e.DocumentSealed), NotNow) == {"reversal.fixed"}
    recovery = j.happened(e.RecoveryRecorded, "2026-11-20", actor="finance", number="R1", amount=Money("5"),
                          principal=Money("5"))  # fmt: skip
    with_money = j.record(matter, recovery)
    assert refused(with_money, undo(with_money, e.WriteOffBooked), NotNow) == {"reversal.recoveries"}
    without = j.record(with_money, undo(with_money, e.RecoveryRecorded))
    assert j.record(without, undo(without, e.WriteOffBooked)).write_off_stage == "C4"


def test_a_reversal_asks_a_reason() -> None:
    matter = j.journey(*j.accepted())
    assert refused(matter, replace(undo(matter, e.CaseAccepted), reason=""), Invalid) == {"event.reason"}


# --- next steps ------------------------------------------------------------------------------------------------------


def test_next_steps_put_what_advances_first_and_say_what_is_lacking() -> None:
    steps = next_steps(j.journey(*j.opened()))
    assert steps[0].possible and steps[0].advances
    by_name = {step.name: step for step in steps}
    assert not by_name["FilingSubmitted"].possible
    assert any("起诉状" in words for words in by_name["FilingSubmitted"].lacks)
    assert "MatterOpened" not in by_name and "DocumentRendered" not in by_name
    assert by_name["DemandDelivered"].generic and not by_name["DocumentApproved"].generic


def test_a_possible_step_is_never_refused_for_its_stage() -> None:
    for matter in (Matter(), j.journey(*j.opened()), j.journey(*j.effective()), j.written_off()):
        for step in next_steps(matter):
            rule = RULES[step.name]
            assert not step.possible or matter.stage in rule.moves


# --- properties ------------------------------------------------------------------------------------------------------


def the_whole_journal() -> list[e.MatterEvent]:
    return [each.event for each in j.written_off().history]


EVENTS = [
    *the_whole_journal(),
    *j.made("D3", "lawyer_letter"),
    j.happened(e.PaymentReceived, "2026-09-01", number="P1", amount=Money("10")),
    j.happened(e.PaymentReceived, "2026-09-02", number="P2", amount=Money("20")),
    j.happened(e.DemandDelivered, party=j.BORROWER, mode="post"),
    j.happened(e.FilingReturned, "2026-03-05", reason="补正"),
    j.happened(e.AppealFiled, "2026-05-09", party=j.BORROWER),
    j.happened(e.FirmAssigned, firm="F1"),
    j.happened(e.FirmUnassigned, reason="结束"),
    j.happened(e.EnforcementResumed, "2026-11-10", case_number="（2026）京0105执恢1号", clue="存款"),
    j.happened(e.RecoveryRecorded, "2026-11-20", number="R1", amount=Money("5"), principal=Money("5")),
    j.happened(e.MatterClosed, "2026-12-01", result="paid", reason="还清"),
    *(j.happened(e.EventReversed, "2026-12-01", sequence=n, reason="误记") for n in range(1, 40, 3)),
    j.happened(e.StrategyProposed, way="sue", memo="有财产"),
    j.happened(e.StrategyApproved, actor="approver", way="sue"),
    j.happened(e.StrategyReturned, actor="approver", reason="补充材料"),
    j.happened(e.FeeNoticeReceived, "2026-03-04", fee="acceptance", amount=Money("2300")),
    j.happened(e.FeePaid, "2026-03-05", fee="acceptance", amount=Money("2300")),
    j.happened(e.RulingServed, "2026-03-09", about="refused_docketing", party=j.BORROWER),
    j.happened(e.ComplaintServed, "2026-03-13", party=j.BORROWER, mode="post"),
    j.happened(e.HearingSet, "2026-03-16", hearing_on=date(2026, 4, 10)),
    j.happened(e.HearingHeld, "2026-04-10", minutes=True),
    j.happened(e.ArbitrationFiled, body="某仲裁委员会", respondents=(j.BORROWER,)),
    j.happened(e.OtherWayEnded, "2026-04-01", reason="未达成裁决"),
    j.happened(e.EnforcementEnded, "2026-09-01", number="（2026）京0105执1号之一", ground="withdrawn"),
    j.happened(e.ClaimAssigned, "2026-10-20", assignee="某资产管理公司", contract="ZR-1"),
    j.happened(e.CreditorReplaced, "2026-11-10", body="某法院"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(range(len(EVENTS))), max_size=25), st.integers(0, len(the_whole_journal())))
def test_replay_equals_state_and_a_refused_event_changes_nothing(picked: list[int], begun: int) -> None:
    matter = j.journey(*the_whole_journal()[:begun])
    for index in picked:
        try:
            admit(matter, EVENTS[index])
        except LegalflowError as error:
            assert all(problem.message and problem.message_en for problem in error.problems)
            continue
        matter = follow(matter, Recorded(matter.version + 1, EVENTS[index]))
    again = [Recorded(each.sequence, e.decode(e.name_of(each.event), e.encode(each.event))) for each in matter.history]
    assert fold(again) == matter


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(range(2, len(the_whole_journal()))), st.data())
def test_an_advancing_event_out_of_order_is_refused_with_what_is_needed(begun: int, data: st.DataObject) -> None:
    journal = the_whole_journal()
    matter = j.journey(*journal[:begun])
    later = [event for event in journal[begun + 1 :] if "" not in RULES[e.name_of(event)].moves]
    stages = [event for event in later if matter.stage not in RULES[e.name_of(event)].moves]
    if not stages:
        return
    event = data.draw(st.sampled_from(stages))
    with pytest.raises(NotNow) as caught:
        admit(matter, event)
    assert caught.value.problems[0].mend


def test_a_journal_whose_numbers_do_not_rise_is_corrupt() -> None:
    event = j.opened()[0]
    with pytest.raises(Corrupt):
        fold([Recorded(2, event), Recorded(2, event)])


@pytest.mark.parametrize("name", ["Nothing", "MatterOpened"])
def test_what_we_never_wrote_is_corrupt(name: str) -> None:
    with pytest.raises(Corrupt):
        e.decode(name, b'{"loan":"L1"}')


# A stage that was added later, with the stages it may stand in for when an older journal is read.
_STANDS_FOR = {
    "A26": {"A25"},
    "A27": {"A25", "A26", "A35"},
    "A35": {"A25", "A26"},
    "A42": {"A40"},
    "A45": {"A40", "A42"},
    "A47": {"A40", "A42", "A45"},
    "A67": {"A65", "A70", "A72"},
    "A80": {"A00", "A05", "A10", "A55", "A60", "A62", "A65", "A70", "A72"},
}


def test_older_journals_lead_where_they_led_before_stages_were_added() -> None:
    added = {"A12", "A30", "A32", "A68", *_STANDS_FOR}
    broken = []
    of_then = {name: rule for name, rule in RULES.items() if rule.event.__module__ != StrategyProposed.__module__}
    for name, rule in of_then.items():
        for new, stood in _STANDS_FOR.items():
            for before in stood & set(rule.moves):
                led = rule.moves[before]
                same = {led} | {each for each, old in _STANDS_FOR.items() if led in old} | _STANDS_FOR.get(led, set())
                if rule.moves.get(new) not in same | added:
                    broken.append((name, before, new))
    assert not broken


def test_a_filing_is_corrected_mediated_and_docketed() -> None:
    filed = j.journey(*j.filed())
    asked = j.record(filed, j.happened(e.CorrectionRequired, "2026-03-04", last_day=date(2026, 3, 15)))
    assert asked.stage == "A26"
    assert j.record(asked, j.happened(e.CorrectionMade, "2026-03-06")).stage == "A25"
    referred = j.record(asked, j.happened(e.MediationReferred, "2026-03-06", case_number="（2026）京0105民诉前调1号"))
    assert referred.stage == "A30"
    agreed = j.record(referred, j.happened(e.MediationAgreed, "2026-03-20", body="调解委员会"))
    assert agreed.stage == "A32"
    docketed = j.happened(e.CaseAccepted, "2026-03-20", case_number="（2026）京0105民初1号", court="法院")
    assert j.record(referred, docketed).stage == "A40"


def test_a_plan_of_repayment_is_no_end_and_leads_back_to_demand_or_on_to_the_suit() -> None:
    plan = j.happened(e.RepaymentPlanAgreed, party=j.BORROWER, performance_last_day=date(2026, 9, 2))
    agreed = j.record(j.journey(*j.opened()[:3]), plan)
    assert agreed.stage == "A12"
    assert j.record(agreed, j.happened(e.DemandStarted)).stage == "A10"
    assert j.record(agreed, j.happened(e.SuitDecided)).stage == "A20"


def test_a_bankruptcy_found_in_court_leaves_the_suit_where_it_is() -> None:
    facts = {"party": j.BORROWER, "claims_last_day": date(2026, 6, 1)}
    early = j.record(j.journey(*j.opened()[:3]), j.happened(e.BankruptcyAccepted, **facts))
    assert early.stage == "A80"
    assert j.record(early, j.happened(e.SuitDecided)).stage == "A20"
    assert refused(early, j.happened(e.EnforcementPrepared), NotNow) == {"need.effective"}
    in_court = j.journey(*j.filed())
    assert j.record(in_court, j.happened(e.BankruptcyAccepted, **facts)).stage == "A25"
    later = j.happened(e.BankruptcyAccepted, **facts, accepted_on=date(2026, 3, 3))
    assert refused(in_court, later, Invalid) == {"bankruptcy.accepted_later"}
