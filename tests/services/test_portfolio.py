"""The whole sample portfolio: every branch is there on any first day, by the product's own rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.loans.loan import Repayment
from legalflow.matters.stages import RULES
from legalflow.office import Office, today
from legalflow.persistence import journal
from legalflow.persistence.tables import DeadlineRow, LoanRow, MatterRow, ProposalRow, ReceiptRow
from legalflow.services import awaiting, checking, claiming, portfolio, sampling, staging, tracking, watching
from legalflow.services.watching import Filter
from legalflow.values.identity import IdentityKind, identity
from tests.builders import a_law, an_office
from tests.services.installation import TODAY

FIRST_DAYS = (date(2026, 11, 24), date(2026, 12, 31), date(2027, 2, 28), date(2028, 2, 29))
# What the portfolio has to show: the loan, the stage and that of its write-off, and what happened on the way.
BRANCHES = {
    "auction": ("A65", "C0", {"AuctionHeld", "AuctionSet", "AssetTransferred", "PreservationTaken"}),
    "appeal": ("A52", "C0", {"JudgmentGiven", "AppealFiled", "AppealDocketed"}),
    "broken": ("A72", "C0", {"SettlementMade", "SettlementBroken", "EnforcementResumed", "CertificateApplied"}),
    "recovered": ("A70", "C6", {"EnforcementStayed", "WriteOffBooked", "RecoveryRecorded", "PaymentOrderServed"}),
    "bankrupt": ("A80", "C3", {"BankruptcyAccepted", "BankruptcyClaimFiled", "WriteOffChecked"}),
    "arbitration": ("A85", "C0", {"StrategyApproved", "ArbitrationFiled", "ArbitrationAccepted"}),
    "freeze": ("A45", "C0", {"PreservationTaken", "PublicNoticePublished", "HearingSet"}),
    "correction": ("A26", "C0", {"FilingSubmitted", "CorrectionRequired"}),
    "mediation": ("A30", "C0", {"MediationReferred"}),
    "closed": ("A90", "C0", {"RepaymentPlanAgreed", "MatterClosed"}),
    "sold": ("A92", "C0", {"ClaimAssigned", "AssignmentNotified"}),
    "guarantee": ("A10", "C0", {"DemandDelivered", "DocumentRendered"}),
    "limitation": ("A05", "C0", {"MaterialsChecked"}),
    "plan": ("A12", "C0", {"RepaymentPlanAgreed", "PaymentReceived"}),
    "strategy": ("A15", "C0", {"StrategyProposed"}),
    "sealing": ("A22", "C0", {"SealApplied"}),
    "judged": ("A50", "C0", {"PaymentOrderEnded", "JudgmentServed"}),
    "ended": ("A75", "C2", {"EnforcementEnded", "WriteOffApplied"}),
    "household": ("A10", "C4", {"ContactMade", "WriteOffApproved"}),
    "instalments": ("A00", "C0", set()),
    "textile": ("A00", "C0", {"FirmAssigned"}),
    "bullet": ("A00", "C0", set()),
    "principal": ("A00", "C0", set()),
    "revolving": ("A00", "C0", set()),
}
# What falls due soon in it, by the days until then: the loan, the rule's beginning.
SOON = {"guarantee": 25, "limitation": 25, "freeze": 14, "correction": 7, "judged": 10}


@pytest.mark.parametrize("first", FIRST_DAYS, ids=str)
def test_the_portfolio_is_of_every_kind_and_as_old_on_any_first_day(first: date) -> None:
    samples = portfolio.samples(first, a_law())
    loans = [each.loan for each in samples]
    assert len({each.number for each in samples}) == len(samples) == 24
    assert {loan.repayment for loan in loans} == set(Repayment)
    assert any(len(loan.drawdowns) > 1 for loan in loans) and any(loan.accelerated_on for loan in loans)
    assert sum(bool(loan.guarantees) for loan in loans) >= 6 and sum(bool(loan.collateral) for loan in loans) >= 2
    assert all(loan.signed <= min(each.on for each in loan.drawdowns) <= first for loan in loans)
    assert {row["还款日期"] <= first.isoformat() for each in samples for row in each.payments} == {True}
    due = {each.id: each.loan.maturity for each in samples}
    assert 0 < (staging.Days(first)["+0d"] - due["guarantee"]).days < 184


def test_every_number_is_valid_and_of_no_region_and_names_try_the_fonts() -> None:
    parties = [party for each in portfolio.samples(date(2026, 12, 1), a_law()) for party in each.loan.parties]
    numbers = [party.number for party in parties if party.number]
    assert len(numbers) > 25
    for number in numbers:
        kind = IdentityKind.RESIDENT if number.startswith("990000") else IdentityKind.ORGANISATION
        assert number.startswith(("990000", "91990000")) and identity(number, kind).valid, number
    names = {party.name for party in parties}
    assert any("·" in name for name in names) and any(ord(letter) > 0xFFFF for name in names for letter in name)


def test_a_path_moves_with_the_first_day_and_never_passes_it() -> None:
    one, other = (portfolio.paths(portfolio.samples(first, a_law()), first) for first in FIRST_DAYS[:2])
    between = FIRST_DAYS[1] - FIRST_DAYS[0]
    for early, late in zip(one, other, strict=True):
        assert [step.on + between for step in early.steps] == [step.on for step in late.steps]
        assert [step.on for step in early.steps] == sorted(step.on for step in early.steps)
        assert early.steps[0].what == "open" and early.steps[-1].on < FIRST_DAYS[0]
        assert {step.what for step in early.steps} - set(RULES) <= set(staging.WORDS)
    assert {path.sample.id for path in one} | {each.id for each in portfolio.samples(FIRST_DAYS[0], a_law())} == set(
        BRANCHES
    )


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The whole portfolio, loaded once."""
    office = an_office(tmp_path_factory.mktemp("portfolio"), today=TODAY)
    sampling.load(office)
    return office


def _matters(office: Office) -> dict[str, MatterRow]:
    """The matters by the names of their loans in the sample."""
    names = {each.number: each.id for each in portfolio.samples(today(office), office.law)}
    with office.database.reading() as session:
        found = session.execute(select(LoanRow.contract_number, MatterRow).where(LoanRow.id == MatterRow.loan_id))
        return {names[number]: row for number, row in found}


def test_every_branch_is_found_in_the_store(carried: Office) -> None:
    matters = _matters(carried)
    assert set(matters) == set(BRANCHES)
    for name, (stage, write_off, wanted) in BRANCHES.items():
        row = matters[name]
        with carried.database.reading() as session:
            happened = {type(each.event).__name__ for each in journal.events(session, row.id)}
        assert (row.stage, row.write_off) == (stage, write_off) and wanted <= happened, name


def test_what_falls_due_soon_in_it_does_and_nothing_happened_in_the_future(carried: Office) -> None:
    on = today(carried)
    with carried.database.reading() as session:
        for name, within in SOON.items():
            row = session.get(MatterRow, _matters(carried)[name].id)
            assert row is not None and row.next_due is not None
            assert 0 <= (row.next_due - on).days <= within, (name, row.next_due)
        events = [each.event for row in _matters(carried).values() for each in journal.events(session, row.id)]
        states = {each.state for each in session.exec(select(DeadlineRow))}
    assert {"open", "met", "missed", "superseded"} <= states and max(event.on for event in events) <= on


def test_replay_gives_every_matter_and_no_invariant_is_broken(carried: Office) -> None:
    assert list(checking.invariants(carried)) == []
    with carried.database.reading() as session:
        for row in _matters(carried).values():
            assert tracking.stored(tracking.current(session, row)) == row.state


@pytest.mark.parametrize("days", [0, 97])
def test_every_figure_is_worked_out_on_two_days(carried: Office, days: int) -> None:
    auditor = staging.actor(carried, "auditor")
    for name, row in _matters(carried).items():
        on = today(carried) + timedelta(days=days)
        _loan, finding = claiming.state_claim(carried, auditor, row.loan_id, on)
        assert finding.value.total.fen > 0 or name == "closed", name


WAITING = {
    Role.REVIEWER: "reviewer",
    Role.SEAL_KEEPER: "seal",
    Role.FINANCE: "finance",
    Role.FINANCE_CHECKER: "checker",
    Role.APPROVER: "approver",
    Role.COUNSEL: "counsel",
    Role.FIRM_LAWYER: "lawyer",
}


@pytest.mark.parametrize("login", WAITING.values())
def test_something_waits_for_each_role(carried: Office, login: str) -> None:
    assert awaiting.count(carried, staging.actor(carried, login)) > 0


@pytest.mark.parametrize("login", ["counsel", "main", "east", "west", "online", "lawyer", "lawyer2", "auditor"])
def test_deadlines_run_for_everybody_who_sees_matters_and_a_branch_sees_its_own(carried: Office, login: str) -> None:
    who = staging.actor(carried, login)
    watch = watching.listed(carried, who, Filter())
    assert watch.total > 0
    with carried.database.reading() as session:
        unit = {row.id: row.unit_code for row in session.exec(select(LoanRow))}
        assert len(session.exec(select(ProposalRow)).all()) == len(session.exec(select(ReceiptRow)).all()) == 2
    seen = {row.loan_id for row in _matters(carried).values() if who.units is None or unit[row.loan_id] in who.units}
    assert who.units is None or len(seen) < 24
