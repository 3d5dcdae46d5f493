"""Who may approve up to which amount is set by two persons, and an approver below it is refused with who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.access import Role
from legalflow.errors import Conflict, Corrupt, Invalid, NotAllowed, NotFound, NotNow
from legalflow.law.catalogue import Added
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import AuditRow, AuthorityLimitRow, LoanRow, WriteOffRow
from legalflow.services import accumulating, empowering, writing_off
from legalflow.values.money import Money
from tests.builders import a_loan, an_account, an_open_matter
from tests.services.test_writing_off import House

GRANT = {"document": "授权书〔2026〕1号"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("limits"))


@pytest.fixture
def house(kept: House) -> House:
    """The same house for every test, with a matter of its own and no limits."""
    with kept.office.database.writing() as session:
        session.execute(sa.delete(AuthorityLimitRow))
    kept.matter = _another(kept)
    return kept


def _set(house: House, **texts: str) -> int:
    """A limit proposed by the administrator and approved by the finance checker."""
    number = empowering.propose(house.office, house[Role.ADMIN], {**GRANT, **texts})
    empowering.approve(house.office, house[Role.FINANCE_CHECKER], number)
    return number


def _ready(house: House) -> str:
    write_off = house.asked()
    house.checked(write_off)
    return write_off


def test_where_none_is_set_any_approver_approves_and_the_table_says_so(house: House) -> None:
    assert not empowering.table(house.office, house[Role.APPROVER]).is_set
    house.approved(_ready(house))


def test_an_approver_below_the_limit_is_refused_with_the_limit_and_who_may(house: House) -> None:
    chief = an_account(house.office, Role.APPROVER, "chief")
    _set(house, up_to="100,000.00")
    _set(house, up_to="", account=chief.id)
    write_off = _ready(house)
    with pytest.raises(NotAllowed) as raised:
        house.approved(write_off)
    [problem] = raised.value.problems
    assert "121500.00" in problem.message and "不超过 100000.00 元" in problem.message
    assert "不限金额" in problem.mend and "可由" in problem.mend
    assert house.row(write_off).state == "checked"
    writing_off.approve(house.office, chief, write_off, house.row(write_off).request_digest, "批1号")
    assert house.row(write_off).approved_by == chief.id


def test_the_most_particular_limit_counts_and_of_two_alike_the_later(house: House) -> None:
    _set(house, up_to="1000000", unit="样例银行股份有限公司示范支行")
    _set(house, up_to="1")
    house.approved(_ready(house))
    _set(house, up_to="5", unit="样例银行股份有限公司示范支行", product="个人经营贷款")
    house.matter = _another(house)
    with pytest.raises(NotAllowed):
        house.approved(_ready(house))
    _set(house, up_to="200000", unit="样例银行股份有限公司示范支行", product="个人经营贷款")
    house.matter = _another(house)
    house.approved(_ready(house))


def test_what_no_limit_covers_is_nobodys_once_there_are_limits(house: House) -> None:
    _set(house, up_to="1000000", unit="另一支行")
    with pytest.raises(NotAllowed) as raised:
        house.approved(_ready(house))
    assert "权限表没有规定" in raised.value.problems[0].message
    assert "没有人可以审批" in raised.value.problems[0].mend


def test_a_limit_counts_from_its_first_day_and_only_while_it_stands(house: House) -> None:
    _set(house, up_to="1", first_day="2026-12-01")
    house.approved(_ready(house))
    number = _set(house, up_to="1")
    house.matter = _another(house)
    write_off = _ready(house)
    with pytest.raises(NotAllowed):
        house.approved(write_off)
    empowering.withdraw(house.office, house[Role.FINANCE_CHECKER], number, "授权书已废止")
    house.approved(write_off)


def test_nobody_decides_on_their_own_proposal_neither_in_code_nor_in_the_database(house: House) -> None:
    admin, checker = house[Role.ADMIN], house[Role.FINANCE_CHECKER]
    number = empowering.propose(house.office, admin, {**GRANT, "up_to": "5"})
    for decide in (
        lambda: empowering.approve(house.office, admin, number),
        lambda: empowering.refuse(house.office, admin, number, "不"),
    ):
        with pytest.raises(Conflict):
            decide()
    with pytest.raises(Conflict), house.office.database.writing() as session:
        session.execute(sa.update(AuthorityLimitRow).values(state="approved", decided_by=admin.id))
    with pytest.raises(NotAllowed):
        empowering.withdraw(house.office, checker, number, "不")
    empowering.approve(house.office, checker, number)
    with pytest.raises(Conflict):
        empowering.withdraw(house.office, admin, number, "放宽")
    with pytest.raises(NotNow):
        empowering.refuse(house.office, checker, number, "迟了")
    with house.office.database.reading() as session:
        actions = set(session.exec(select(AuditRow.action)))
    assert {"authority.proposed", "authority.approved"} <= actions


def test_everything_wrong_with_a_proposal_is_said_at_once(house: House) -> None:
    wrong = {"up_to": "-5", "account": "nobody", "first_day": "soon", "document": " ", "unit": "x" * 101}
    with pytest.raises(Invalid) as raised:
        empowering.propose(house.office, house[Role.ADMIN], wrong)
    assert {each.field for each in raised.value.problems} == {"up_to", "account", "first_day", "document", "unit"}
    with pytest.raises(NotFound):
        empowering.approve(house.office, house[Role.ADMIN], 999)
    with pytest.raises(Invalid):
        empowering.refuse(house.office, house[Role.ADMIN], 1, " ")


@pytest.mark.parametrize("role", [Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.REVIEWER])
def test_who_approves_does_not_set_their_own_limits(house: House, role: Role) -> None:
    with pytest.raises(NotAllowed):
        empowering.propose(house.office, house[role], GRANT)


def _another(house: House) -> str:
    """A matter of another borrower."""
    return _of(house, repositories.new_id())


def _of(house: House, number: str, **facts: str) -> str:
    """A matter of the borrower with a number."""
    lender, borrower = a_loan().parties
    parties = (lender, replace(borrower, number=number))
    loan = a_loan(contract_number=repositories.new_id(), parties=parties, **facts)
    return an_open_matter(house.office, house[Role.COUNSEL], loan)


def test_what_stands_of_one_borrower_is_added_up_whatever_the_loan_and_the_unit(house: House) -> None:
    _set(house, up_to="200,000.00")
    same = repositories.new_id()
    for unit in ("样例银行股份有限公司示范支行", "另一支行"):
        house.matter = _of(house, same, unit=unit)
        write_off = _ready(house)
    counted = empowering.power_over(house.office, house[Role.APPROVER], write_off).counted
    assert counted is not None and counted.others == Money("121500") and not counted.rule.verified
    assert len(counted.contracts) == 1 and not counted.hidden
    with pytest.raises(NotAllowed) as raised:
        house.approved(write_off)
    assert "合计 243000.00 元（其中同一借款人另有 121500.00 元）" in raised.value.problems[0].message
    house.matter = _another(house)
    house.approved(_ready(house))


def test_a_refused_one_no_longer_counts_and_a_booked_one_for_the_months_of_the_rule(house: House) -> None:
    same = repositories.new_id()
    house.matter = _of(house, same)
    first = _ready(house)
    writing_off.refuse(house.office, house[Role.APPROVER], first, "材料不全")
    house.matter = _of(house, same)
    booked = house.booked()
    _set(house, up_to="200000")
    house.matter = _of(house, same)
    write_off = _ready(house)
    with house.office.database.reading() as session:
        kept = session.get_one(WriteOffRow, write_off)
        loan = session.get_one(LoanRow, kept.loan_id)
        recent = accumulating.together(session, house.office, house[Role.APPROVER], [(loan, kept)])
    assert recent.others == Money("121500")
    with house.office.database.writing() as session:
        session.execute(sa.update(WriteOffRow).where(WriteOffRow.id == booked).values(booked_on=date(2025, 11, 24)))
    house.approved(write_off)


def test_a_house_may_hold_each_application_by_itself_and_what_cannot_be_read_is_said(house: House) -> None:
    same = repositories.new_id()
    for _ in range(2):
        house.matter = _of(house, same)
        write_off = house.asked()
    with house.office.database.reading() as session:
        row = session.get_one(WriteOffRow, write_off)
        pair = [(session.get_one(LoanRow, row.loan_id), row)]
        alone = accumulating.together(session, _ruled(house, "逐笔", "12"), house[Role.APPROVER], pair)
        assert alone.amount == Money("121500") and alone.rule.verified
        with pytest.raises(Corrupt):
            accumulating.together(session, _ruled(house, "按心情", "12"), house[Role.APPROVER], pair)


def _ruled(house: House, scope: str, months: str) -> Office:
    """The office under a rule of the house's own."""
    value = {"scope": scope, "months": months}
    added = Added(accumulating.TOPIC, date(2026, 11, 1), value, "授权管理办法", "第三条", True)
    return replace(house.office, law=house.office.law.with_values([added]))


def test_of_a_list_the_whole_counts_or_where_more_what_stands_of_one_of_its_borrowers(house: House) -> None:
    same, asked = repositories.new_id(), []
    for number in (same, same, repositories.new_id()):
        house.matter = _of(house, number)
        asked.append(house.asked())
    with house.office.database.reading() as session:
        rows = [session.get_one(WriteOffRow, each) for each in asked]
        pairs = [(session.get_one(LoanRow, row.loan_id), row) for row in rows]
        whole = accumulating.together(session, house.office, house[Role.APPROVER], pairs)
        part = accumulating.together(session, house.office, house[Role.APPROVER], pairs[1:])
        alone = accumulating.together(session, house.office, house[Role.APPROVER], pairs[2:])
    assert (whole.amount, whole.others) == (Money("364500"), Money("0"))
    assert (part.amount, part.others) == (Money("243000"), Money("0"))
    assert alone.amount == Money("121500") and not alone.contracts
