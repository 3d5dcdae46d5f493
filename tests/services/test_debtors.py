"""One person over all loans in scope: roles, sums, matters, contacts; masked, and every look recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import col, select

from legalflow.access import Actor, Role
from legalflow.errors import NotAllowed, NotFound, NotNow
from legalflow.loans.parties import Collateral, Guarantee, PartyRole
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, ClaimRow, FirmRow, PersonRow
from legalflow.services import debtors, importing, restricting, tracking
from legalflow.values.money import Money
from tests.builders import a_kept_loan, a_loan, a_party, a_unit, an_account, an_office, as_signed_in

NUMBER = "990000199001010017"
OTHER = "990000198504120010"
LENDER = a_loan().parties[0]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today="2026-11-24")


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


@pytest.fixture
def loans(office: Office) -> tuple[str, str]:
    """A loan the person owes, with a claim of the night, and one it guarantees and gave a flat for."""
    own = a_kept_loan(office, a_loan(contract_number="OWN"))
    signed = a_loan().signed
    friend = a_party(name="甄友人", number=OTHER)
    secured = a_loan(
        contract_number="SECURED",
        parties=(LENDER, friend, a_party(PartyRole.GUARANTOR)),
        guarantees=(Guarantee(guarantor="甄借款", contract_name="保证合同", signed=signed),),
        collateral=(
            Collateral(owner="甄借款", kind="抵押", description="样例路1号", contract_name="抵押合同", signed=signed),
        ),
    )
    return _claimed(office, own), _claimed(office, a_kept_loan(office, secured))


def _claimed(office: Office, loan: str) -> str:
    """Keep a claim of 1000.00 of a loan, as a night would."""
    parts = dict.fromkeys(("interest_fen", "penalty_fen", "compound_fen", "liquidated_damages_fen", "costs_fen"), 0)
    with office.database.writing() as session:
        session.add(
            ClaimRow(
                loan_id=loan,
                as_of=office.now().date(),
                principal_fen=100_000,
                total_fen=100_000,
                overdue_days=40,
                facts_digest="f",
                rules_digest="r",
                computed_at=office.now(),
                **parts,
            )
        )
    return loan


def _person(office: Office, loan: str) -> str:
    with office.database.reading() as session:
        index = office.keys.index(NUMBER)
        return str(
            session.exec(select(PersonRow.id).where(PersonRow.loan_id == loan, PersonRow.number_index == index)).one()
        )


def _told(office: Office) -> list[tuple[str, str]]:
    with office.database.reading() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
    return [(row.action, row.subject) for row in rows if row.action.startswith(("person.", "reveal"))]


def test_a_person_is_shown_with_every_role_and_the_claims_added_up(
    office: Office, counsel: Actor, loans: tuple[str, str]
) -> None:
    found = debtors.debtor(office, counsel, _person(office, loans[1]))
    roles = {each.contract_number: each.roles for each in found.loans}
    assert roles == {"OWN": ("borrower",), "SECURED": ("guarantor", "collateral_owner")}
    [total] = found.sums
    assert (total.owed, total.secured) == (Money("1000"), Money("1000")) and not found.unknown
    assert [each.description for _, each in found.collateral] == ["样例路1号"]
    assert found.party.number == "9900**********0017" and not found.revealed
    assert _told(office) == [("person.viewed", "person")]


def test_a_matter_stands_with_its_stage_and_what_falls_due_next(
    office: Office, counsel: Actor, loans: tuple[str, str]
) -> None:
    matter = tracking.open_matter(office, counsel, loans[0])
    [own] = [each for each in debtors.debtor(office, counsel, _person(office, loans[0])).loans if each.matter_id]
    assert (own.matter_id, own.stage) == (matter, "A00")
    assert own.next_due is None or own.next_due.state in {"open", "missed"}


def test_contacts_are_starred_until_they_are_revealed_and_each_look_is_recorded(
    office: Office, counsel: Actor, loans: tuple[str, str]
) -> None:
    file = f"合同编号,证件号码,电话,来源,取得日期\nOWN,{NUMBER},13900000009,催收记录,2026-05-06\n".encode()
    importing.run(office, importing.receive(office, counsel, "contacts", "c.csv", file), lambda _session: None)
    person = _person(office, loans[0])
    assert [each.value for each in debtors.debtor(office, counsel, person).contacts] == ["139****0009"]
    full = debtors.reveal(office, counsel, person)
    assert [each.value for each in full.contacts] == ["13900000009"] and full.party.number == NUMBER
    assert {each for each in _told(office) if each[0] == "reveal"} == {("reveal", loan) for loan in loans}
    with pytest.raises(NotAllowed):
        debtors.reveal(office, an_account(office, Role.FINANCE), person)


def test_a_restricted_person_is_named_alone_and_not_revealed(
    office: Office, counsel: Actor, loans: tuple[str, str]
) -> None:
    restricting.restrict(office, counsel, NUMBER)
    person = _person(office, loans[0])
    found = debtors.debtor(office, counsel, person)
    assert found.restricted and not found.party.phone and not found.contacts and not found.collateral
    with pytest.raises(NotNow):
        debtors.reveal(office, counsel, person)
    assert ("reveal.refused", loans[0]) in _told(office)


def test_only_loans_in_scope_are_told_and_a_person_of_none_is_not_there(
    office: Office, counsel: Actor, loans: tuple[str, str]
) -> None:
    account = an_account(office, Role.COUNSEL, "of-a-unit")
    a_unit(office, "A", [loans[0]], [account])
    bound = as_signed_in(office, account)
    assert [each.contract_number for each in debtors.debtor(office, bound, _person(office, loans[0])).loans] == ["OWN"]
    for person in (_person(office, loans[1]), "999999", "x", ""):
        with pytest.raises(NotFound):
            debtors.debtor(office, bound, person)
    with office.database.writing() as session:
        session.add(FirmRow(id="firm", name="甲律所", facts={}))
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id="firm")
    with pytest.raises(NotFound):
        debtors.debtor(office, lawyer, _person(office, loans[0]))
    tracking.assign(office, counsel, tracking.open_matter(office, counsel, loans[0]), "firm")
    assert [each.loan_id for each in debtors.debtor(office, lawyer, _person(office, loans[0])).loans] == [loans[0]]


def test_a_loan_leads_to_its_persons(office: Office, counsel: Actor, loans: tuple[str, str]) -> None:
    assert debtors.ids(office, counsel, loans[1])["甄借款"] == _person(office, loans[1])
    assert set(debtors.ids(office, counsel, loans[1])) == {"甄借款", "甄友人"}
