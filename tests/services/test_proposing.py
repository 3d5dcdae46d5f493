"""A firm proposes, counsel confirms: the event has both persons and the paper, and proposing alone does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from legalflow.access import Actor
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import AuditRow, MatterRow, PaperRow, ProposalRow
from legalflow.services import checking, proposing, tracking
from legalflow.services.proposing import Upload
from legalflow.values import codec
from tests.hostile import makers
from tests.services.installation import SECURED, actor, happened, matter_of

PAPER = makers.pdf_bytes(lambda _: None, pages=2)
BANK = "示例银行股份有限公司"
RULING = {"on": "2026-11-23", "about": "preservation", "party": BANK}


@pytest.fixture
def office(sample: Office) -> Office:
    return sample


@pytest.fixture
def lawyer(office: Office) -> Actor:
    return actor(office, "lawyer")


@pytest.fixture
def matter(office: Office) -> str:
    return matter_of(office, SECURED)


def _row(office: Office, proposal: str) -> ProposalRow:
    with office.database.reading() as session:
        row = session.get(ProposalRow, proposal)
    assert row is not None
    return row


def _proposed(office: Office, matter: str, **texts: str) -> str:
    upload = Upload("ruling", "裁定.pdf", PAPER)
    return proposing.propose(office, actor(office, "lawyer"), matter, "RulingServed", {**RULING, **texts}, upload)


def test_a_confirmed_proposal_is_an_event_with_both_persons_and_the_papers_digest(
    office: Office, matter: str, lawyer: Actor
) -> None:
    counsel = actor(office, "counsel")
    with office.database.reading() as session:
        before = len(journal.events(session, matter))
    proposal = _proposed(office, matter)
    with office.database.reading() as session:
        assert len(journal.events(session, matter)) == before
    row = _row(office, proposal)
    assert (row.state, row.proposed_by, row.obstacle) == ("proposed", lawyer.id, "")
    _, sequence = proposing.confirm(office, counsel, proposal, row.texts)
    with office.database.reading() as session:
        recorded = journal.events(session, matter)[-1]
        stored = session.get(MatterRow, matter)
        assert stored is not None and stored.state == tracking.stored(tracking.current(session, stored))
        paper = session.exec(select(PaperRow)).one()
    event = recorded.event
    assert (event.actor, event.proposed_by) == (counsel.id, lawyer.id) and recorded.sequence == sequence
    assert event.proof == (paper.original,) == (codec.digest(PAPER),) and paper.pages == 2
    row = _row(office, proposal)
    assert (row.state, row.decided_by, row.event_sequence, row.corrected) == ("confirmed", counsel.id, sequence, False)
    assert not list(checking.digests_are_kept(office))


def test_counsel_may_correct_what_was_proposed_and_a_second_decision_is_a_conflict(office: Office, matter: str) -> None:
    proposal, counsel = _proposed(office, matter), actor(office, "counsel")
    proposing.confirm(office, counsel, proposal, {**RULING, "on": "2026-11-20"})
    assert _row(office, proposal).corrected
    with office.database.reading() as session:
        assert journal.events(session, matter)[-1].event.on.isoformat() == "2026-11-20"
    for again in (
        lambda: proposing.confirm(office, counsel, proposal, RULING),
        lambda: proposing.refuse(office, counsel, proposal, "重复"),
        lambda: proposing.withdraw(office, actor(office, "lawyer"), proposal),
    ):
        with pytest.raises(Conflict):
            again()


def test_a_refusal_says_why_and_a_lawyer_takes_back_only_its_own_firms(office: Office, matter: str) -> None:
    refused, taken_back = _proposed(office, matter), _proposed(office, matter)
    counsel = actor(office, "counsel")
    with pytest.raises(Invalid):
        proposing.refuse(office, counsel, refused, " ")
    proposing.refuse(office, counsel, refused, "文书不清，请重新扫描")
    assert _row(office, refused).reason == "文书不清，请重新扫描"
    with pytest.raises(NotFound):
        proposing.withdraw(office, actor(office, "lawyer2"), taken_back)
    proposing.withdraw(office, actor(office, "lawyer"), taken_back)
    assert [each.row.state for each in proposing.of_matter(office, counsel, matter)] in (
        ["refused", "withdrawn"],
        ["withdrawn", "refused"],
    )
    with office.database.reading() as session:
        noted = set(session.exec(select(AuditRow.action).where(AuditRow.subject == matter)))
    assert {"proposal.made", "proposal.refused", "proposal.withdrawn", "paper.received"} <= noted


def test_what_the_stage_forbids_is_said_to_the_lawyer_and_goes_to_counsel_only_when_told_so(
    office: Office, matter: str, lawyer: Actor
) -> None:
    texts = {"on": "2026-11-23"}
    with pytest.raises(NotNow):
        proposing.propose(office, lawyer, matter, "SuspensionEnded", texts)
    assert not proposing.waiting(office, lawyer)
    proposal = proposing.propose(office, lawyer, matter, "SuspensionEnded", texts, anyway=True)
    assert _row(office, proposal).obstacle
    counsel = actor(office, "counsel")
    assert proposing.shown(office, counsel, proposal).against
    with pytest.raises(NotNow):
        proposing.confirm(office, counsel, proposal, texts)
    assert _row(office, proposal).state == "proposed"


def test_everything_wrong_in_the_form_is_said_at_once_and_nothing_is_kept(
    office: Office, matter: str, lawyer: Actor
) -> None:
    with pytest.raises(Invalid) as raised:
        proposing.propose(office, lawyer, matter, "RulingServed", {"on": "2027-01-01", "state": "A90"}, anyway=True)
    assert {problem.field for problem in raised.value.problems} >= {"on", "state", "about"}
    for upload in (
        Upload("ruling", "裁定.pdf", b""),
        Upload("novel", "裁定.pdf", PAPER),
        Upload("ruling", "裁定.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ):
        with pytest.raises(Invalid):
            proposing.propose(office, lawyer, matter, "RulingServed", RULING, upload)
    with office.database.reading() as session:
        assert not session.exec(select(ProposalRow)).all() and not session.exec(select(PaperRow)).all()


@pytest.mark.parametrize(
    "name", ["MatterClosed", "PaymentReceived", "FeePaid", "WriteOffPrepared", "EventReversed", ""]
)
def test_no_money_no_write_off_no_reversal_and_no_end_is_proposed(
    office: Office, matter: str, lawyer: Actor, name: str
) -> None:
    with pytest.raises(NotFound):
        proposing.propose(office, lawyer, matter, name, {"on": "2026-11-23"}, anyway=True)


def test_only_the_matters_firm_proposes_and_only_counsel_decides(office: Office, matter: str, lawyer: Actor) -> None:
    proposal = _proposed(office, matter)
    with pytest.raises(NotFound):
        proposing.propose(office, actor(office, "lawyer2"), matter, "RulingServed", RULING)
    with pytest.raises(NotFound):
        proposing.shown(office, actor(office, "lawyer2"), proposal)
    for login in ("counsel", "finance", "admin"):
        with pytest.raises(NotAllowed):
            proposing.propose(office, actor(office, login), matter, "RulingServed", RULING)
    for login in ("lawyer", "finance", "auditor"):
        with pytest.raises(NotAllowed):
            proposing.confirm(office, actor(office, login), proposal, RULING)
    assert not proposing.waiting(office, actor(office, "finance"))
    assert [each.row.id for each in proposing.waiting(office, actor(office, "counsel"))] == [proposal]


def test_a_proposal_waits_a_working_day_and_is_then_late(office: Office, matter: str) -> None:
    proposal = _proposed(office, matter)
    counsel, start = actor(office, "counsel"), office.now()
    said = []
    for days in range(3):
        later = replace(office, now=lambda after=days: start + timedelta(days=after))
        (line,) = proposing.waiting(later, counsel)
        said.append(line.late)
    assert said == [False, False, True]  # Tuesday, Wednesday, Thursday
    proposing.confirm(office, counsel, proposal, RULING)
    assert not proposing.waiting(later, counsel)


def test_a_matter_that_moved_on_meanwhile_is_said_before_anything_is_recorded(office: Office, matter: str) -> None:
    proposal, counsel = _proposed(office, matter), actor(office, "counsel")
    shown = proposing.shown(office, counsel, proposal)
    happened(office, matter, "RulingServed", "2026-11-22", about="jurisdiction", party=BANK)
    with pytest.raises(Conflict):
        proposing.confirm(office, counsel, proposal, RULING, shown.matter.sequence)
    again = proposing.shown(office, counsel, proposal)
    assert again.since == 1
    proposing.confirm(office, counsel, proposal, RULING, again.matter.sequence)


def test_taken_from_the_firm_its_lawyers_find_nothing_and_counsel_still_decides(
    office: Office, matter: str, lawyer: Actor
) -> None:
    proposal, counsel = _proposed(office, matter), actor(office, "counsel")
    with office.database.reading() as session:
        paper = session.exec(select(PaperRow)).one().id
    assert proposing.open_paper(office, lawyer, paper, original=True).digest == codec.digest(PAPER)
    tracking.unassign(office, counsel, matter, "更换律所")
    for find in (
        lambda: proposing.shown(office, lawyer, proposal),
        lambda: proposing.open_paper(office, lawyer, paper, original=False),
        lambda: proposing.send_paper(office, lawyer, matter, Upload("other", "a.pdf", PAPER)),
    ):
        with pytest.raises(NotFound):
            find()
    proposing.confirm(office, counsel, proposal, RULING)
