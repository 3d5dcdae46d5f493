"""What is due, with the day it ends and why: worked examples of the law, and what moves or meets each clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from legalflow.errors import Missing
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Guarantee, PartyRole
from legalflow.loans.payments import Payment
from legalflow.matters import events as e
from legalflow.matters.deadlines import Due, cautions, due, effective_date, performance_last_day
from legalflow.matters.matter import Matter
from legalflow.values.money import Money
from tests.builders import a_law, a_loan, a_party
from tests.matters import journeys as j

ON = date(2026, 11, 24)


def one(matter: Matter, loan: Loan, name: str, on: date = ON, party: str = "") -> Due:
    return next(
        each for each in due(matter, loan, a_law(), on) if each.id == name and (not party or each.party == party)
    )


def a_guarantee(**changes: Any) -> Guarantee:
    facts: dict[str, Any] = {"guarantor": j.GUARANTOR, "contract_name": "保证合同", "signed": date(2025, 1, 15)}
    return Guarantee(**{**facts, **changes})


def guaranteed(due_on: date, **changes: Any) -> Loan:
    guarantor = a_party(PartyRole.GUARANTOR, name=j.GUARANTOR)
    return a_loan(
        parties=(*a_loan().parties, guarantor),
        signed=min(date(2019, 1, 1), due_on),
        start=min(date(2019, 1, 1), due_on),
        maturity=due_on,
        guarantees=(a_guarantee(**changes),),
    )


# --- limitation ------------------------------------------------------------------------------------------------------


def test_limitation_ends_three_years_after_the_last_instalment() -> None:
    clock = one(j.journey(*j.opened()), a_loan(maturity=date(2023, 5, 20)), "limitation", on=date(2026, 5, 20))
    assert (clock.last_day.value, clock.state, clock.days_left) == (date(2026, 5, 20), "open", 0)
    assert any("第一百八十八条" in str(citation) for citation in clock.last_day.citations)


def test_a_demand_that_arrived_begins_limitation_anew_and_the_roll_of_an_unpublished_year_is_provisional() -> None:
    demand = j.happened(e.DemandDelivered, "2024-08-15", party=j.BORROWER, mode="post")
    clock = one(j.journey(*j.opened(), demand), a_loan(maturity=date(2023, 5, 20)), "limitation")
    assert clock.last_day.value >= date(2027, 8, 15) and clock.last_day.provisional
    assert any(step.what == "中断" for step in clock.last_day.steps)


def test_a_demand_on_the_guarantor_does_not_move_limitation_against_the_borrower() -> None:
    demand = j.happened(e.DemandDelivered, "2024-08-15", party=j.GUARANTOR, mode="post")
    clock = one(j.journey(*j.opened(), demand), a_loan(maturity=date(2023, 5, 20)), "limitation")
    assert (clock.last_day.value, clock.state) == (date(2026, 5, 20), "missed")


def test_a_payment_moves_limitation_but_never_after_it_has_ended() -> None:
    loan = a_loan(maturity=date(2023, 5, 22), payments=(Payment(date(2024, 3, 1), Money("10")),))
    assert one(j.journey(*j.opened()), loan, "limitation").last_day.value == date(2027, 3, 1)
    late = replace(loan, maturity=date(2020, 5, 20))
    clock = one(j.journey(*j.opened()), late, "limitation")
    assert clock.last_day.value.year == 2023 and clock.state == "missed"
    assert [warning.code for warning in clock.last_day.warnings].count("limitation.after_end") == 1


def test_limitation_runs_from_the_acceleration() -> None:
    declared = j.happened(e.AccelerationDeclared, "2025-08-01", ground="第十条")
    clock = one(j.journey(*j.opened(), declared), a_loan(), "limitation")
    assert clock.last_day.value == date(2028, 8, 1) and "提前到期" in clock.trigger


def test_a_suit_in_time_meets_limitation_and_a_returned_one_only_interrupts_it() -> None:
    matter = j.journey(*j.filed())
    assert one(matter, a_loan(), "limitation").state == "met"
    returned = j.journey(j.happened(e.FilingReturned, "2026-03-09", reason="补正"), start=matter)
    clock = one(returned, a_loan(), "limitation")
    assert clock.state == "open" and clock.last_day.value == date(2029, 3, 2)


# --- guarantee period ------------------------------------------------------------------------------------------------


def test_a_joint_guarantee_without_a_period_lasts_six_months() -> None:
    clock = one(j.journey(*j.opened()), guaranteed(date(2025, 8, 31), mode="joint"), "guarantee")
    assert (clock.last_day.value, clock.state, clock.party) == (date(2026, 2, 28), "missed", j.GUARANTOR)
    assert clock.if_missed == "保证人不再承担保证责任"


def test_a_mode_not_stated_is_joint_before_the_civil_code_and_ordinary_since() -> None:
    for signed, words in ((date(2020, 11, 1), "连带责任保证"), (date(2021, 2, 1), "一般保证")):
        assert words in one(j.journey(*j.opened()), guaranteed(date(2025, 8, 31), signed=signed), "guarantee").zh


def test_a_demand_on_the_guarantor_in_time_keeps_a_joint_guarantee_and_moves_no_day() -> None:
    loan = guaranteed(date(2025, 8, 31), mode="joint")
    demand = j.happened(e.DemandDelivered, "2026-02-27", party=j.GUARANTOR, mode="post")
    late = replace(demand, on=date(2026, 3, 1))
    kept = one(j.journey(*j.opened(), demand), loan, "guarantee")
    assert (kept.state, kept.last_day.value) == ("met", date(2026, 2, 28))
    assert one(j.journey(*j.opened(), late), loan, "guarantee").state == "missed"


def test_an_ordinary_guarantee_is_kept_by_suit_against_the_debtor_alone() -> None:
    loan = guaranteed(date(2025, 9, 30), mode="ordinary")
    demand = j.happened(e.DemandDelivered, "2026-02-27", party=j.GUARANTOR, mode="post")
    assert one(j.journey(*j.opened(), demand), loan, "guarantee").state == "missed"
    assert one(j.journey(*j.filed("2026-03-02")), loan, "guarantee").state == "met"


def test_an_agreed_period_is_counted_as_agreed() -> None:
    loan = guaranteed(date(2025, 8, 31), mode="joint", period_months=36)
    assert one(j.journey(*j.opened()), loan, "guarantee").last_day.value.year == 2028


def test_until_repaid_is_two_years_by_the_old_law_and_six_months_with_a_warning_by_the_new() -> None:
    words = "直至借款本息还清为止"
    old = guaranteed(date(2020, 6, 30), mode="joint", signed=date(2019, 6, 1), period_wording=words)
    assert one(j.journey(*j.opened()), old, "guarantee").last_day.value == date(2022, 6, 30)
    new = guaranteed(date(2025, 8, 31), mode="joint", period_wording=words)
    clock = one(j.journey(*j.opened()), new, "guarantee")
    assert clock.last_day.value == date(2026, 2, 28)
    assert [warning.code for warning in clock.last_day.warnings] == ["guarantee.unclear"]


# --- court clocks ----------------------------------------------------------------------------------------------------


def test_the_fee_is_due_seven_days_after_the_notice_and_met_when_paid() -> None:
    notice = j.happened(e.FeeNoticeReceived, "2026-09-28", fee="acceptance", amount=Money("1050"))
    matter = j.journey(*j.filed(), notice)
    clock = one(matter, a_loan(), "fee_payment", on=date(2026, 9, 30))
    assert (clock.last_day.value, clock.state) == (date(2026, 10, 8), "open")
    paid = j.happened(e.FeePaid, "2026-10-01", fee="acceptance", amount=Money("1050"))
    assert one(j.journey(paid, start=matter), a_loan(), "fee_payment").state == "met"


def test_each_party_has_its_own_fifteen_days_to_appeal() -> None:
    early = j.a_judgment("2026-01-20")
    journal = [replace(event, on=date(2025, 12, 1)) for event in j.accepted()]
    matter = j.journey(*journal, early, *j.served("2026-02-02", "2026-02-05"))
    on = date(2026, 2, 24)
    assert one(matter, a_loan(), "appeal", on, j.BORROWER).last_day.value == date(2026, 2, 24)
    appeal = j.happened(e.AppealFiled, "2026-02-24", party=j.GUARANTOR)
    assert one(j.journey(appeal, start=matter), a_loan(), "appeal", on, j.GUARANTOR).state == "met"


def test_a_judgment_takes_effect_the_day_after_the_last_appeal_period() -> None:
    matter = j.journey(*j.accepted(), j.a_judgment(), *j.served("2026-05-06", "2026-05-08"))
    found = effective_date(matter, a_law())
    assert found.value == date(2026, 5, 26)  # 05-23 is a Saturday, rolled to Monday 05-25
    assert found.provisional and any("第一百七十一条" in str(citation) for citation in found.citations)
    last = performance_last_day(matter, found.value, a_law())
    assert last is not None and last.value == date(2026, 6, 5)


def test_no_effect_is_computed_while_somebody_is_not_served_and_all_of_them_are_named() -> None:
    with pytest.raises(Missing) as caught:
        effective_date(j.journey(*j.accepted(), j.a_judgment()), a_law())
    assert {problem.found for problem in caught.value.problems} == {j.BORROWER, j.GUARANTOR}


def test_small_claims_second_instance_and_mediation_take_effect_at_once() -> None:
    small = j.journey(*j.accepted("small_claims"), j.a_judgment(), *j.served("2026-05-06", "2026-05-08"))
    assert effective_date(small, a_law()).value == date(2026, 5, 8)
    assert not [each for each in due(small, a_loan(), a_law(), ON) if each.id == "appeal"]
    mediated = j.journey(*j.accepted(), j.a_judgment(kind="mediation"))
    assert effective_date(mediated, a_law()).value == date(2026, 4, 20)
    second = j.journey(
        *j.accepted(),
        j.a_judgment(),
        *j.served(),
        j.happened(e.AppealFiled, "2026-05-09", party=j.BORROWER),
        j.happened(e.AppealDecided, "2026-08-03", result="upheld", number="（2026）京03民终1号", body="中院"),
        *(replace(each, on=date(2026, 8, 10), instance="second") for each in j.served()),
    )
    assert effective_date(second, a_law()).value == date(2026, 8, 10)


def test_performance_that_was_recorded_otherwise_than_counted_is_pointed_out() -> None:
    took = j.happened(e.JudgmentTookEffect, "2026-05-26", performance_last_day=date(2026, 6, 9))
    clock = one(j.journey(*j.accepted(), j.a_judgment(), *j.served(), took), a_loan(), "performance")
    assert clock.last_day.value == date(2026, 6, 9) and clock.state == "missed"
    assert [warning.code for warning in clock.last_day.warnings] == ["performance.differs"]


def test_enforcement_is_applied_for_within_two_years_of_the_last_day_to_perform() -> None:
    matter = replace(j.journey(*j.effective()), effective_date=date(2024, 3, 5), performance_last_day=date(2024, 3, 15))
    clock = one(matter, a_loan(), "enforcement_application", on=date(2026, 3, 16))
    assert (clock.last_day.value, clock.state) == (date(2026, 3, 16), "open")
    assert one(j.journey(*j.stayed()), a_loan(), "enforcement_application").state == "met"


def test_a_late_application_is_a_warning_and_no_bar() -> None:
    matter = j.journey(*j.effective())
    late = j.happened(e.EnforcementPrepared, "2028-07-03")
    assert [warning.code for warning in cautions(matter, late, a_loan(), a_law())] == ["enforcement.late"]
    assert j.record(matter, late).stage == "A60"
    assert cautions(matter, replace(late, on=date(2026, 6, 8)), a_loan(), a_law()) == ()


def test_open_clocks_come_first_and_each_is_named_once() -> None:
    for matter in (j.journey(*j.opened()), j.journey(*j.accepted(), j.a_judgment(), *j.served()), j.written_off()):
        clocks = due(matter, guaranteed(date(2025, 8, 31), mode="joint"), a_law(), ON)
        assert len({(clock.id, clock.party) for clock in clocks}) == len(clocks)
        assert [clock.state == "open" for clock in clocks] == sorted((c.state == "open" for c in clocks), reverse=True)
