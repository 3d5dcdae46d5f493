"""The identity of both ledgers holds over every loan of the sample, and names the row that breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.access import Role
from legalflow.errors import NotAllowed
from legalflow.office import Office
from legalflow.persistence import append_only
from legalflow.persistence.tables import EntryRow, LoanRow, PaymentRow
from legalflow.services import balancing, checking, importing, recomputing, writing_off
from legalflow.services.balancing import Balanced
from legalflow.services.ledgers import Ledger
from legalflow.values.money import Money
from tests.builders import a_loan, an_account, an_open_matter
from tests.services.installation import work_off
from tests.services.test_writing_off import TODAY, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def _only(office: Office) -> Balanced:
    [found] = balancing.balanced(office)
    return found


def _places(office: Office) -> list[str]:
    return [row.place for _, row in balancing.broken(office)]


def _by_hand(office: Office, statement: str) -> None:
    """Change a row behind the back of the house."""
    with office.database.engine.begin() as connection:
        for undo in append_only.undo("sqlite"):
            connection.execute(sa.text(undo))
        connection.execute(sa.text(statement))


def _paid(house: House, number: str, amount: str, on: str = "2026-11-20") -> None:
    with house.office.database.reading() as session:
        loan = session.exec(select(LoanRow.id)).one()
    texts = {"number": number, "amount": amount, "on": on}
    importing.record_payment(house.office, house[Role.FINANCE], loan, texts)


def test_every_loan_of_the_sample_balances_in_both_ledgers_and_in_sum(loaded: Office) -> None:
    sheet = balancing.sheet(loaded, an_account(loaded, Role.AUDITOR, "auditor-of-ledgers"))
    assert sheet.loans > 3 and not sheet.broken
    assert sheet.legal.holds and sheet.book.holds and sheet.legal.paid > Money("0")


def test_a_ledger_holds_where_its_movements_lead_to_its_closing_to_the_fen() -> None:
    moved = Ledger(opening=Money("5"), accrued=Money("2"), disbursed=Money("100"), paid=Money("30"), waived=Money("1"))
    assert moved.expected == Money("76") and not moved.holds
    whole = Ledger(written_off=Money("76"), recovered=Money("10"), closing=Money("10")) + moved
    assert whole.expected == Money("10") and whole.holds


def test_a_write_off_leaves_the_book_and_stays_in_law_and_what_comes_back_is_paid_in_law(house: House) -> None:
    before = _only(house.office)
    assert before.book == before.legal
    write_off = house.booked()
    booked = _only(house.office)
    assert booked.book is not None and booked.legal == before.legal
    assert booked.book.written_off == Money("121500.00") and booked.book.closing == Money("0")
    house.recovered(write_off, "R1", "2000.00")
    after = _only(house.office)
    assert after.legal is not None and after.book is not None
    assert after.legal.paid == Money("2000.00") and after.book.recovered == Money("2000.00")
    assert after.book.closing == Money("0") and not after.broken
    assert after.legal.holds and after.book.holds


def test_money_before_the_application_and_reversals_after_the_booking_leave_both_ledgers_balanced(house: House) -> None:
    _paid(house, "P0", "100.00")
    write_off = house.asked(off_balance_interest="0.00")
    house.checked(write_off)
    house.approved(write_off)
    balancing_ = _only(house.office)
    assert not balancing_.broken and balancing_.book == balancing_.legal
    writing_off.book(house.office, house[Role.FINANCE], write_off, "记1号", TODAY)
    house.recovered(write_off, "R1", "2000.00")
    assert _places(house.office) == []
    checker = house[Role.FINANCE_CHECKER]
    writing_off.correct(house.office, checker, write_off, house.last("RecoveryRecorded"), "误记")
    assert _places(house.office) == []
    house.recovered(write_off, "R1", "300.00")
    assert _places(house.office) == []
    found = _only(house.office)
    assert found.book is not None and found.book.holds and found.book.recovered == Money("300.00")


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("update entry set fen = fen + 1 where component = 'interest' and kind = 'recovery'", "entry"),
        ("update entry set fen = fen - 1 where component = 'principal' and kind = 'write_off'", "entry"),
        ("delete from entry where kind = 'recovery' and component = 'interest'", "write_off"),
        ("update payment set fen = fen + 1", "payment"),
        ("update payment set reversed = 1", "matter"),
        ("update loan set disbursed_fen = disbursed_fen + 1", "loan"),
    ],
)
def test_the_row_that_breaks_the_identity_is_named(house: House, statement: str, place: str) -> None:
    write_off = house.booked()
    house.recovered(write_off, "R1", "2000.00")
    assert _places(house.office) == []
    _by_hand(house.office, statement)
    with house.office.database.reading() as session:
        recovered = session.exec(select(EntryRow.id).where(EntryRow.kind == "recovery")).all()
        booked = session.exec(select(EntryRow.id).where(EntryRow.component == "principal")).all()
        payment = session.exec(select(PaymentRow.id)).one()
        loan = session.exec(select(LoanRow.id)).one()
    ids = {
        "entry": recovered if "recovery" in statement else booked,
        "write_off": [write_off],
        "payment": [payment],
        "matter": [house.matter],
        "loan": [loan],
    }
    named = _places(house.office)
    assert len(named) == 1 and named[0] in {f"{place} {each}" for each in ids[place]}
    assert [each.place for each in checking.ledgers_balance(house.office)] == named


def test_a_claim_kept_of_a_night_that_is_not_what_the_rows_give_is_named(house: House) -> None:
    recomputing.ask(house.office, house[Role.ADMIN])
    work_off(house.office)
    assert _places(house.office) == []
    _by_hand(house.office, "update claim set total_fen = total_fen + 1, principal_fen = principal_fen + 1")
    assert _places(house.office) == [f"claim {_only(house.office).loan_id}"]


def test_a_page_over_more_loans_than_it_can_wait_for_takes_those_written_off_first_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.booked()
    for number in ("A-1", "A-2"):
        an_open_matter(house.office, house[Role.COUNSEL], a_loan(contract_number=number))
    monkeypatch.setattr(balancing, "MOST_SHOWN", 1)
    sheet = balancing.sheet(house.office, house[Role.AUDITOR])
    assert (sheet.loans, sheet.there) == (1, 3)
    assert [each.contract_number for each in sheet.written_off] == ["JK-2025-0001"]


def test_only_who_may_see_that_money_sees_the_ledgers(house: House) -> None:
    for role in (Role.SEAL_KEEPER, Role.ADMIN):
        with pytest.raises(NotAllowed):
            balancing.sheet(house.office, house[role])
