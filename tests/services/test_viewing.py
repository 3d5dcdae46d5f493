"""What pages show: found by what a clerk types, page by page, masked, and within one's scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from legalflow.access import Actor, Role
from legalflow.errors import NotAllowed, NotFound
from legalflow.loans.parties import PartyKind, PartyRole
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import FirmRow
from legalflow.services import lists, revealing, tracing, tracking, viewing
from legalflow.services.listing import Wanted
from tests.builders import a_kept_loan, a_loan, a_party, an_account, an_office

LENDER = a_party(PartyRole.LENDER, PartyKind.ORGANISATION, name="样例银行")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing in it."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """A counsel of the lender."""
    return an_account(office, Role.COUNSEL)


def at_stage(stage: str) -> Wanted:
    """A list of one stage of matters, or of write-offs."""
    return Wanted(chosen={"write_off" if stage.startswith("C") else "stage": (stage,)})


def keep(office: Office, place: int, **changes: str) -> str:
    """A loan with its own borrower and maturity."""
    borrower = a_party(**{"name": f"借款人{place:03d}", **changes})
    maturity = date(2026, 1, 1 + place % 28)
    loan = a_loan(contract_number=f"JK_{place:03d}", maturity=maturity, parties=(LENDER, borrower))
    return a_kept_loan(office, loan)


def test_pages_follow_each_other_without_gap_or_repetition(office: Office, counsel: Actor) -> None:
    ids = {keep(office, number) for number in range(viewing.PAGE * 2 + 5)}
    seen, after, days = [], "", []
    for _ in range(3):
        page = lists.loans(office, counsel, after=after)
        seen += [line.id for line in page.rows]
        days += [line.maturity for line in page.rows]
        after = page.after
    assert after == "" and len(seen) == len(ids) and set(seen) == ids and days == sorted(days)
    assert page.count == len(ids)


@pytest.mark.parametrize(
    ("find", "count"),
    [("借款人00", 3), ("JK_001", 1), ("001", 1), ("%", 0), ("借·款 人", 3), ("借_人", 0), ("", 3), ("不存在", 0)],
)
def test_loans_are_found_by_part_of_a_name_or_number(office: Office, counsel: Actor, find: str, count: int) -> None:
    for number in range(3):
        keep(office, number)
    page = lists.loans(office, counsel, Wanted(find))
    assert (len(page.rows), page.count) == (count, count)


def test_a_person_is_found_by_the_whole_identity_number_only(office: Office, counsel: Actor) -> None:
    found = keep(office, 1, number="990000199001010017")
    keep(office, 2, number="990000199001010025")
    assert [line.id for line in lists.loans(office, counsel, Wanted(" 990000199001010017 ")).rows] == [found]
    assert lists.loans(office, counsel, Wanted("99000019900101")).rows == []


def test_a_key_that_was_tampered_with_is_the_first_page(office: Office, counsel: Actor) -> None:
    keep(office, 1)
    for after in ("x", "2026-13-01_a", "_", "'; drop table loan"):
        assert len(lists.loans(office, counsel, after=after).rows) == 1


def test_loans_without_a_matter_can_be_listed_alone(office: Office, counsel: Actor) -> None:
    with_matter, without = keep(office, 1), keep(office, 2)
    tracking.open_matter(office, counsel, with_matter)
    assert [line.id for line in lists.loans(office, counsel, at_stage("none")).rows] == [without]
    assert [line.id for line in lists.loans(office, counsel, at_stage("A00")).rows] == [with_matter]


def test_numbers_are_masked_until_they_are_revealed(office: Office, counsel: Actor) -> None:
    loan_id = keep(office, 1)
    masked = viewing.loan(office, counsel, loan_id).loan.borrower
    assert masked.number == "9900**********0017" and masked.phone == "199****0001"
    full = revealing.reveal(office, counsel, loan_id)
    assert full[1].number == "990000199001010017"
    [entry] = tracing.listed(office, an_account(office, Role.AUDITOR), tracing.Wanted(group="reveal")).rows
    assert (entry.thing.id if entry.thing else "", entry.who_id) == (loan_id, counsel.id)
    for _ in range(3):
        revealing.reveal(office, counsel, loan_id)
    assert tracing.listed(office, an_account(office, Role.AUDITOR, "auditor3")).count == 4
    with pytest.raises(NotAllowed):
        revealing.reveal(office, an_account(office, Role.AUDITOR, "auditor2"), loan_id)


def test_a_firm_sees_its_matter_and_no_write_off(office: Office, counsel: Actor) -> None:
    firm = FirmRow(id=repositories.new_id(), name="甲律所", facts={"name": "甲律所"})
    with office.database.writing() as session:
        session.add(firm)
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id=firm.id)
    mine, other = (tracking.open_matter(office, counsel, keep(office, number)) for number in (1, 2))
    tracking.assign(office, counsel, mine, firm.id)
    assert [line.id for line in lists.matters(office, lawyer).rows] == [mine]
    assert viewing.matter(office, lawyer, mine).write_offs == []
    with pytest.raises(NotFound):
        viewing.matter(office, lawyer, other)
    with pytest.raises(NotAllowed):
        viewing.write_offs(office, lawyer)
    tracking.unassign(office, counsel, mine, "改派")
    with pytest.raises(NotFound):
        viewing.matter(office, lawyer, mine)


def test_a_firm_cannot_ask_which_of_its_matters_are_being_written_off(office: Office, counsel: Actor) -> None:
    firm = FirmRow(id=repositories.new_id(), name="甲律所", facts={"name": "甲律所"})
    with office.database.writing() as session:
        session.add(firm)
    matter = tracking.open_matter(office, counsel, keep(office, 1))
    tracking.assign(office, counsel, matter, firm.id)
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id=firm.id)
    assert [line.id for line in lists.matters(office, counsel, at_stage("C0")).rows] == [matter]
    shown = lists.matters(office, lawyer, at_stage("C5"))
    assert [line.id for line in shown.rows] == [matter] and "write_off" not in shown.facets  # as if not asked
    assert [line.id for line in lists.matters(office, lawyer, at_stage("A00")).rows] == [matter]
