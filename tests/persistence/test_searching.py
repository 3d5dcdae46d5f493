"""What lists are searched by follows its rows, and finds any part of a name or number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from legalflow.access import Role
from legalflow.loans.parties import PartyKind, PartyRole
from legalflow.office import Office
from legalflow.persistence import mapping, repositories, searching
from legalflow.persistence.tables import LoanRow, MatterRow, SearchTailRow
from legalflow.services import tracking
from tests.builders import a_kept_loan, a_loan, a_party, an_account, an_office

LENDER = a_party(PartyRole.LENDER, PartyKind.ORGANISATION, name="样例银行")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing in it."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


def a_loan_of(office: Office, name: str, number: str = "HT-0001") -> str:
    """A kept loan of a borrower of that name."""
    return a_kept_loan(office, a_loan(contract_number=number, parties=(LENDER, a_party(name=name))))


def found(office: Office, find: str) -> set[str]:
    """The loans that are found."""
    with office.database.reading() as session:
        return set(session.execute(searching.loans_found(find, office.keys)).scalars())


@pytest.mark.parametrize(
    "find",
    ["买买提", "买买提·热合曼", "买买提热合曼", "买买提 热合曼", "曼", "ＨＴ-０００１", "ht0001", "0001", "热合 HT"],
)
def test_a_loan_is_found_by_any_part_however_it_is_written(office: Office, find: str) -> None:
    loan = a_loan_of(office, "买买提·热合曼")
    assert found(office, find) == {loan}


@pytest.mark.parametrize("find", ["买曼", "热合曼 0002", "·", "%", "_", "样例银行", "买" * 50])
def test_what_is_not_there_together_is_not_found(office: Office, find: str) -> None:
    a_loan_of(office, "买买提·热合曼")
    a_loan_of(office, "王某", "HT-0002")
    assert found(office, find) == set()


def test_rare_characters_are_found_like_all_others(office: Office) -> None:
    outside, private = a_loan_of(office, "𠮷䶮", "A-1"), a_loan_of(office, "王\ue001", "A-2")
    assert found(office, "𠮷") == {outside} == found(office, "𠮷䶮")
    assert found(office, "王\ue001") == {private} == found(office, "\ue001")


def test_a_company_with_a_long_name_is_found_by_all_of_it(office: Office) -> None:
    name = "示例省示范市虚拟区" * 6 + "有限公司"
    loan = a_loan_of(office, name)
    assert found(office, name) == {loan} == found(office, name[8:]) and found(office, name + "甲") == set()


def test_another_name_takes_the_place_of_the_one_before(office: Office) -> None:
    loan_id = a_loan_of(office, "张旧名")
    with office.database.writing() as session:
        row = session.get(LoanRow, loan_id)
        assert row is not None
        loan = mapping.loan_of(row, (), office.keys)
        mapping.put_facts(row, mapping.with_party(loan, 1, replace(loan.parties[1], name="李新名")), office.keys)
    assert found(office, "旧名") == set() and found(office, "新名") == {loan_id}


def test_a_matter_is_found_by_its_number_and_by_those_of_courts(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    loan_id = a_loan_of(office, "张某")
    matter_id = tracking.open_matter(office, counsel, loan_id)
    with office.database.reading() as session:
        number = repositories.matter(session, counsel, matter_id).number
    assert found(office, number) == {loan_id}
    with office.database.writing() as session:
        row = session.get(MatterRow, matter_id)
        assert row is not None
        row.state = {**row.state, "acceptance": {"case_number": "（2026）示0101民初7号"}}
    assert found(office, "(2026)示0101民初7号") == {loan_id} == found(office, number)


def test_an_event_that_leaves_the_numbers_alone_writes_no_tails(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    matter_id = tracking.open_matter(office, counsel, a_loan_of(office, "张某"))
    written: list[str] = []
    sa.event.listen(office.database.engine, "before_cursor_execute", lambda *said: written.append(said[2]))
    tracking.record(office, counsel, matter_id, "MaterialsChecked", {"on": "2026-11-24"})
    assert written and not [each for each in written if SearchTailRow.__tablename__ in each]
