"""Nothing is sued on twice unawares: another matter on the contract is named before we file, arbitrate or apply."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed
from legalflow.matters.matter import fold
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import FirmRow, MatterRow
from legalflow.services import awaiting, checking, deciding, suits, tracking
from tests.builders import a_loan, an_account, an_office, an_open_matter

TODAY = "2026-11-24"
TO_DEMAND = ("MaterialsChecked", "DemandStarted")
ARBITRATION = {"on": TODAY, "body": "某仲裁委员会", "respondents": "甄借款"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today=TODAY)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


def at_demand(office: Office, counsel: Actor, lender: str = "样例银行") -> str:
    matter = an_open_matter(office, counsel, a_loan(lender=lender, contract_number="JK-9"))
    for name in TO_DEMAND:
        tracking.record(office, counsel, matter, name, {"on": TODAY})
    return matter


def stage(office: Office, matter: str) -> str:
    with office.database.reading() as session:
        row = session.get(MatterRow, matter)
        assert row is not None and fold(journal.events(session, matter)).stage == row.stage
        return row.stage


def test_a_second_suit_on_a_contract_is_refused_by_the_number_of_the_first_until_the_note_says_why(
    office: Office, counsel: Actor
) -> None:
    first, second = at_demand(office, counsel), at_demand(office, counsel, "样例银行某某支行")
    assert suits.others(office, counsel, second, "ArbitrationFiled") == ()
    tracking.record(office, counsel, first, "ArbitrationFiled", ARBITRATION)
    (other,) = suits.others(office, counsel, second, "ArbitrationFiled")
    assert (other.id, other.stage) == (first, "A85") and suits.others(office, counsel, second, "DemandStarted") == ()
    for name, texts in (("ArbitrationFiled", ARBITRATION), ("PaymentOrderApplied", {"on": TODAY, "court": "某法院"})):
        with pytest.raises(Invalid) as caught:
            tracking.record(office, counsel, second, name, texts)
        (problem,) = caught.value.problems
        assert (problem.code, problem.field) == ("suit.second", "reason") and other.number in problem.message
    assert stage(office, second) == "A10"
    tracking.record(office, counsel, second, "ArbitrationFiled", {**ARBITRATION, "reason": "合同项下另一笔提款"})
    assert stage(office, second) == "A85"


def test_a_matter_out_of_sight_is_not_named(office: Office, counsel: Actor) -> None:
    first, second = at_demand(office, counsel), at_demand(office, counsel, "样例银行某某支行")
    tracking.record(office, counsel, first, "ArbitrationFiled", ARBITRATION)
    with office.database.writing() as session:
        session.add(FirmRow(id="F1", name="甲律所", facts={}))
    lawyer = an_account(office, Role.FIRM_LAWYER, "lawyer", firm_id="F1")
    tracking.assign(office, counsel, second, "F1")
    (other,) = suits.others(office, lawyer, second, "ArbitrationFiled")
    assert (other.id, other.number) == ("", "") and "无权查看" in other.zh


def test_what_ended_without_ever_being_filed_hinders_nobody(office: Office, counsel: Actor) -> None:
    first, second = at_demand(office, counsel), at_demand(office, counsel, "样例银行某某支行")
    closed = {"on": TODAY, "result": "已清偿", "reason": "还清"}
    tracking.record(office, counsel, first, "MatterClosed", {**closed, "result": "债权已清偿"})
    assert suits.others(office, counsel, second, "ArbitrationFiled") == ()


def test_a_way_is_proposed_decided_on_by_another_and_waits_for_them_alone(office: Office, counsel: Actor) -> None:
    reviewer, approver = an_account(office, Role.REVIEWER), an_account(office, Role.APPROVER)
    matter = at_demand(office, counsel)
    proposal = {"on": TODAY, "way": "起诉", "memo": "有财产"}
    with pytest.raises(NotAllowed):
        tracking.record(office, approver, matter, "StrategyProposed", proposal)
    tracking.record(office, reviewer, matter, "StrategyProposed", proposal)
    waits = {who.id: awaiting.queue(office, who).counts.get("way", 0) for who in (counsel, reviewer, approver)}
    assert waits == {counsel.id: 0, reviewer.id: 0, approver.id: 1}
    (item,) = awaiting.queue(office, approver, "way").items
    assert (item.id, item.title) == (matter, "起诉")
    with pytest.raises(NotAllowed):
        tracking.record(office, reviewer, matter, "StrategyApproved", {"on": TODAY, "way": "起诉"})
    with pytest.raises(NotAllowed):
        tracking.record(office, counsel, matter, "StrategyApproved", {"on": TODAY, "way": "起诉"})
    tracking.record(office, approver, matter, "StrategyApproved", {"on": TODAY, "way": "起诉"})
    assert awaiting.queue(office, approver).counts.get("way", 0) == 0
    tracking.record(office, counsel, matter, "SuitDecided", {"on": TODAY})
    assert stage(office, matter) == "A20"
    assert not list(checking.CHECKS["I5"](office))


def test_a_reversed_proposal_or_approval_is_read_as_if_it_never_was(office: Office, counsel: Actor) -> None:
    reviewer, approver = an_account(office, Role.REVIEWER), an_account(office, Role.APPROVER)
    matter = at_demand(office, counsel)
    tracking.record(office, counsel, matter, "StrategyProposed", {"on": TODAY, "way": "起诉", "memo": "有财产"})
    approved = tracking.record(office, approver, matter, "StrategyApproved", {"on": TODAY, "way": "起诉"})
    with office.database.reading() as session:
        assert deciding.waiting(session, approver) == []
    tracking.reverse(office, reviewer, matter, approved, "误点")
    with office.database.reading() as session:
        assert [each.matter_id for each in deciding.waiting(session, approver)] == [matter]
        assert len(session.exec(select(MatterRow)).all()) == 1
