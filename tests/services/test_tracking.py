"""A matter moves by its events alone: in order, by who may, with all that is wrong said at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.matters.events import EVENTS
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import AuditRow, DeadlineRow, FirmRow, MatterRow
from legalflow.services import claiming, tracking
from tests.builders import a_kept_loan, a_loan, an_account, an_office, an_open_matter

TODAY = "2026-11-24"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today=TODAY)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


@pytest.fixture
def matter(office: Office, counsel: Actor) -> str:
    return an_open_matter(office, counsel)


def _row(office: Office, matter: str) -> MatterRow:
    with office.database.reading() as session:
        row = session.get(MatterRow, matter)
    assert row is not None
    return row


def _firm(office: Office, name: str) -> Actor:
    with office.database.writing() as session:
        session.add(FirmRow(id=name, name=name, facts={}))
    return an_account(office, Role.FIRM_LAWYER, f"lawyer-{name}", firm_id=name)


def test_a_loan_has_one_matter_and_matters_are_numbered_by_the_year(office: Office, counsel: Actor) -> None:
    loan = a_kept_loan(office)
    first = tracking.open_matter(office, counsel, loan)
    assert tracking.open_matter(office, counsel, loan) == first
    second = an_open_matter(office, counsel, a_loan(contract_number="JK-2"))
    assert [_row(office, each).number for each in (first, second)] == ["2026-000001", "2026-000002"]


def test_an_event_moves_the_matter_and_is_in_journal_audit_and_deadlines(
    office: Office, counsel: Actor, matter: str
) -> None:
    sequence = tracking.record(office, counsel, matter, "MaterialsChecked", {"on": TODAY, "lacking": ""})
    row = _row(office, matter)
    assert (sequence, row.sequence, row.stage) == (2, 2, "A05")
    with office.database.reading() as session:
        told = tracking.current(session, row)
        noted = session.exec(select(AuditRow).where(AuditRow.subject == matter)).all()
        assert session.exec(select(DeadlineRow).where(DeadlineRow.matter_id == matter)).all()
        assert not list(journal.broken(session)) and not list(journal.audit_broken(session))
    assert tracking.stored(told) == row.state
    assert [each.action for each in noted] == ["event.MatterOpened", "event.MaterialsChecked"]
    assert set(noted[1].detail) == {"sequence", "digest"}


def test_an_event_out_of_order_is_refused_with_what_would_be_needed(
    office: Office, counsel: Actor, matter: str
) -> None:
    with pytest.raises(NotNow) as raised:
        tracking.record(office, counsel, matter, "DemandStarted", {"on": TODAY})
    assert "A05 材料核验" in raised.value.problems[0].mend
    assert _row(office, matter).sequence == 1


def test_everything_wrong_in_a_form_is_said_at_once(office: Office, counsel: Actor, matter: str) -> None:
    texts = {"on": "2026-11-25", "party": "", "mode": "pigeon", "stage": "A90", "actor": "somebody"}
    with pytest.raises(Invalid) as raised:
        tracking.record(office, counsel, matter, "DemandDelivered", texts)
    assert {each.field for each in raised.value.problems} == set(texts)


def test_a_page_that_is_out_of_date_is_a_conflict(office: Office, counsel: Actor, matter: str) -> None:
    seen = _row(office, matter).sequence
    tracking.record(office, counsel, matter, "MaterialsChecked", {"on": TODAY}, seen)
    with pytest.raises(Conflict):
        tracking.record(office, counsel, matter, "SuitDecided", {"on": TODAY}, seen)


def test_events_that_only_our_tasks_or_other_pages_record_cannot_be_typed_in(
    office: Office, counsel: Actor, matter: str
) -> None:
    ours = {"DocumentRendered", "DocumentApproved", "DocumentSealed", "ExhibitAdded", "BundleMade", "MatterOpened"}
    money = {"PaymentReceived", "WriteOffApplied", "WriteOffApproved", "WriteOffBooked", "RecoveryRecorded"}
    assert ours | money <= tracking.OWN_USE_CASE
    for name in [*tracking.OWN_USE_CASE, "Nothing", "__class__"]:
        with pytest.raises(NotFound):
            tracking.record(office, counsel, matter, name, {"on": TODAY})


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.COUNSEL, Role.REVIEWER}])
def test_only_counsel_and_reviewer_record_procedural_facts(office: Office, matter: str, role: Role) -> None:
    who = Actor("somebody", "somebody", role, "firm")
    for name in ("MaterialsChecked", "JudgmentGiven", "MatterClosed"):
        assert name in EVENTS
        with pytest.raises(NotAllowed):
            tracking.record(office, who, matter, name, {"on": TODAY})


def test_a_wrong_event_is_reversed_with_a_reason_and_a_later_one_that_rests_on_it_first(
    office: Office, counsel: Actor, matter: str
) -> None:
    reviewer = an_account(office, Role.REVIEWER)
    checked = tracking.record(office, counsel, matter, "MaterialsChecked", {"on": TODAY})
    decided = tracking.record(office, counsel, matter, "SuitDecided", {"on": TODAY})
    with pytest.raises(NotAllowed):
        tracking.reverse(office, counsel, matter, decided, "误记")
    with pytest.raises(Invalid):
        tracking.reverse(office, reviewer, matter, decided, " ")
    with pytest.raises(NotNow):
        tracking.reverse(office, reviewer, matter, checked, "误记")
    tracking.reverse(office, reviewer, matter, decided, "误记")
    assert _row(office, matter).stage == "A05"
    with pytest.raises(NotFound):
        tracking.reverse(office, reviewer, matter, decided, "再次")


def test_a_debt_called_due_is_claimed_as_due_and_no_longer_once_that_is_reversed(
    office: Office, counsel: Actor
) -> None:
    from dataclasses import replace
    from datetime import date

    long = replace(a_loan(), maturity=date(2028, 1, 15), instalments=36)
    matter = an_open_matter(office, counsel, long)
    loan = _row(office, matter).loan_id
    before = claiming.state_claim(office, counsel, loan)[1].value
    called = {"on": "2026-11-01", "ground": "第十条：连续三期未还"}
    sequence = tracking.record(office, counsel, matter, "AccelerationDeclared", called)
    after = claiming.state_claim(office, counsel, loan)[1].value
    assert before.running.undue_principal and not after.running.undue_principal
    assert after.accelerated_on == date(2026, 11, 1)
    tracking.reverse(office, an_account(office, Role.REVIEWER), matter, sequence, "尚未送达")
    assert claiming.state_claim(office, counsel, loan)[1].value.total == before.total


def test_a_firm_sees_a_matter_while_it_is_assigned_and_nothing_before_and_after(
    office: Office, counsel: Actor, matter: str
) -> None:
    ours, other = _firm(office, "甲"), _firm(office, "乙")
    loan = _row(office, matter).loan_id

    def sees(who: Actor) -> bool:
        try:
            claiming.state_claim(office, who, loan)
        except NotFound:
            return False
        return True

    assert not sees(ours)
    tracking.assign(office, counsel, matter, ours.firm)
    assert sees(ours) and not sees(other) and not sees(Actor("x", "x", Role.FIRM_LAWYER))
    with pytest.raises(NotNow):
        tracking.assign(office, counsel, matter, other.firm)
    with pytest.raises(Invalid):
        tracking.unassign(office, counsel, matter, "")
    tracking.unassign(office, counsel, matter, "更换")
    assert not sees(ours)
    with pytest.raises(NotFound):
        tracking.assign(office, counsel, matter, "none")


def test_an_administrator_sees_no_debtor(office: Office, counsel: Actor, matter: str) -> None:
    admin = Actor("admin", "admin", Role.ADMIN)
    with pytest.raises(NotAllowed):
        claiming.state_claim(office, admin, _row(office, matter).loan_id)
    with pytest.raises(NotAllowed):
        tracking.record(office, admin, matter, "MaterialsChecked", {"on": TODAY})
    with pytest.raises(NotAllowed):
        tracking.open_matter(office, admin, _row(office, matter).loan_id)
