"""Units come in from files in any order, loans belong to the one they name, and accounts see their own alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import AuditRow, BatchRow, LoanRow, PaymentRow, UnitRow
from legalflow.services import importing, lists, matching, rostering, saving_views, stationing, viewing
from tests.builders import a_kept_loan, a_loan, a_unit, an_account, an_office, as_signed_in
from tests.services.test_importing import LOAN, PAYMENT, _numbers, _refusals, _taken_in

LENDER = LOAN["贷款人"]
NORTH = {
    "机构代码": "N1",
    "机构名称": "城北支行",
    "贷款人": LENDER,
    "上级机构代码": "B1",
    "机构地址": "示例市城北路1号",
}
BRANCH = {"机构代码": "B1", "机构名称": "示例分行", "贷款人": LENDER, "上级机构代码": "", "机构地址": ""}
RECEIPT = "交易流水号,到账日期,到账金额,付款人,附言\nS1,2026-05-01,100.00,{name},{number}\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today="2026-11-24")


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


@pytest.fixture
def admin(office: Office) -> Actor:
    return an_account(office, Role.ADMIN)


def _of(office: Office, admin: Actor, role: Role, *codes: str) -> Actor:
    """An account of a role that belongs to units, signed in."""
    account = an_account(office, role, f"{role.value}-{'-'.join(codes)}")
    stationing.assign(office, admin, account.id, codes)
    return as_signed_in(office, account)


def _units(office: Office) -> dict[str, tuple[str, str]]:
    with office.database.reading() as session:
        return {row.code: (row.name, row.parent_code or "") for row in session.exec(select(UnitRow))}


def _loan_units(office: Office) -> set[str | None]:
    with office.database.reading() as session:
        return set(session.exec(select(LoanRow.unit_code)))


def test_a_file_names_parents_in_any_order_and_the_same_again_adds_nothing(office: Office, counsel: Actor) -> None:
    assert _numbers(_taken_in(office, counsel, "units", [NORTH, BRANCH])) == (2, 0, 0, 0)
    assert _units(office) == {"N1": ("城北支行", "B1"), "B1": ("示例分行", "")}
    assert _numbers(_taken_in(office, counsel, "units", [BRANCH, NORTH])) == (0, 0, 2, 0)
    corrected = {**NORTH, "机构名称": "城北第一支行", "机构电话": "0990-1234567", "机构地址": "", "上级机构代码": ""}
    assert _numbers(_taken_in(office, counsel, "units", [corrected])) == (0, 1, 0, 0)
    with office.database.reading() as session:
        row = session.get(UnitRow, "N1")
        assert row is not None  # what a row leaves empty stays as it was
        assert (row.name, row.phone, row.address, row.parent_code) == (
            "城北第一支行", "0990-1234567", "示例市城北路1号", "B1",
        )  # fmt: skip


def test_english_headings_and_a_preview_write_nothing(office: Office, counsel: Actor) -> None:
    content = f"unit code,branch,lender,parent\nN1,城北支行,{LENDER},\n".encode()
    batch = importing.stage(office, counsel, "units", "units.csv", content)
    importing.run(office, batch, lambda _session: None)
    seen = importing.preview(office, viewing.batch(office, counsel, batch))
    assert (seen.added, seen.refused, seen.missing) == (1, 0, ()) and not _units(office)
    importing.go(office, counsel, batch)
    importing.run(office, batch, lambda _session: None)
    assert set(_units(office)) == {"N1"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**NORTH}], "没有这个上级机构"),
        ([{**NORTH, "上级机构代码": "N1"}], "不能以自己为上级机构"),
        ([{**NORTH, "机构代码": "城北"}], "机构代码由字母"),
        ([NORTH, {**BRANCH, "上级机构代码": "N1"}], "成环"),
        ([BRANCH, {**BRANCH, "机构名称": "另一分行"}], "已出现过"),
        ([BRANCH, {**BRANCH, "机构代码": "B2"}], "已有同名机构"),
    ],
)
def test_a_unit_that_cannot_stand_there_is_refused_by_name(
    office: Office, counsel: Actor, rows: list[dict[str, str]], said: str
) -> None:
    row = _taken_in(office, counsel, "units", rows)
    assert row.refused and said in _refusals(office, row)
    assert len(_units(office)) == row.added


def test_a_code_is_one_lenders_alone(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "units", [BRANCH])
    row = _taken_in(office, counsel, "units", [{**BRANCH, "贷款人": "另一银行股份有限公司"}])
    assert row.refused == 1 and "另一贷款人" in _refusals(office, row)


def test_loans_belong_to_the_unit_they_name_whichever_came_first(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [{**LOAN, "经办机构": "城北支行"}])
    assert _loan_units(office) == {None}
    _taken_in(office, counsel, "units", [BRANCH, NORTH])
    assert _loan_units(office) == {"N1"}
    _taken_in(office, counsel, "loans", [{**LOAN, "合同编号": "示〔2025〕2号", "经办机构": "B1"}])
    assert _loan_units(office) == {"N1", "B1"}
    renamed = {**NORTH, "机构名称": "城北一支行"}
    _taken_in(office, counsel, "units", [renamed])
    _taken_in(office, counsel, "loans", [{**LOAN, "经办机构": "城北支行", "产品": "经营贷"}])
    assert _loan_units(office) == {"N1", "B1"}  # it still names what it named before


def test_a_loan_of_another_unit_is_a_row_problem_and_so_is_what_belongs_to_it(
    office: Office, counsel: Actor, admin: Actor
) -> None:
    _taken_in(office, counsel, "units", [BRANCH, NORTH, {**BRANCH, "机构代码": "S1", "机构名称": "城南支行"}])
    north = _of(office, admin, Role.COUNSEL, "N1")
    rows = [
        {**LOAN, "经办机构": "城北支行"},
        {**LOAN, "合同编号": "2号", "经办机构": "城南支行"},
        {**LOAN, "合同编号": "3号", "经办机构": ""},
    ]
    row = _taken_in(office, north, "loans", rows)
    assert _numbers(row) == (1, 0, 0, 2)
    said = _refusals(office, row)
    assert said.count("不属于您所在机构的贷款") == 2 and "城北支行" in said
    _taken_in(office, counsel, "loans", [{**LOAN, "合同编号": "2号", "经办机构": "城南支行"}])
    taken = _taken_in(office, north, "loans", [{**LOAN, "合同编号": "2号", "经办机构": "城北支行"}])
    assert taken.refused == 1  # nobody takes another unit's loan over by naming one's own
    paid = _taken_in(office, north, "payments", [PAYMENT, {**PAYMENT, "合同编号": "2号", "流水号": "R2"}])
    assert _numbers(paid) == (1, 0, 0, 1) and "没有这个合同编号的贷款" in _refusals(office, paid)
    with pytest.raises(Invalid) as refused:
        importing.add_loan(office, north, {"lender": LENDER, "unit": "城南支行", **_typed()})
    assert refused.value.problems[0].code == "loan.unit"


def _typed() -> dict[str, str]:
    return {
        "contract_number": "4号", "contract_name": "个人借款合同", "lender_kind": "银行", "signed": "2025-01-10",
        "limit": "60000", "drawdowns": "2025-01-10:60000", "start": "2025-01-10", "maturity": "2026-01-10",
        "rate": "6%", "repayment": "到期一次性还本付息", "borrower.name": "陈示例",
    }  # fmt: skip


def test_the_same_file_of_two_units_is_two_batches_and_neither_sees_the_others(
    office: Office, counsel: Actor, admin: Actor
) -> None:
    for code in ("A", "B"):
        a_unit(office, code)
    ours, theirs = _of(office, admin, Role.COUNSEL, "A"), _of(office, admin, Role.COUNSEL, "B")
    first, second = (importing.receive(office, each, "payments", "a.csv", b"x") for each in (ours, theirs))
    assert first != second
    assert [row.id for row in viewing.batches(office, ours)] == [first]
    with pytest.raises(NotFound):
        viewing.batch(office, ours, second)
    assert {row.id for row in viewing.batches(office, counsel)} == {first, second}
    with office.database.reading() as session:
        assert {row.desk for row in session.exec(select(BatchRow))} == {"A", "B"}


def test_only_head_office_and_the_administrator_set_units_up(office: Office, admin: Actor) -> None:
    a_unit(office, "A")
    bound = _of(office, admin, Role.COUNSEL, "A")
    with pytest.raises(NotAllowed):
        importing.receive(office, bound, "units", "u.csv", b"x")
    with pytest.raises(NotAllowed):
        importing.receive(office, an_account(office, Role.FINANCE), "units", "u.csv", b"x")
    with pytest.raises(NotAllowed):
        stationing.assign(office, bound, bound.id, [])
    importing.receive(office, admin, "units", "u.csv", b"x")


def test_each_assignment_is_in_the_audit_trail_and_holds_at_once(office: Office, admin: Actor) -> None:
    a_unit(office, "A", [a_kept_loan(office)])
    a_unit(office, "B")
    account = an_account(office, Role.FINANCE)
    stationing.assign(office, admin, account.id, ["B", "B", ""])
    stationing.assign(office, admin, account.id, ["B"])
    assert as_signed_in(office, account).units == {"B"}
    assert not lists.loans(office, as_signed_in(office, account)).rows
    stationing.assign(office, admin, account.id, [])
    assert as_signed_in(office, account).units is None
    with office.database.reading() as session:
        told = session.exec(select(AuditRow.detail).where(AuditRow.action == "account.units")).all()
    assert told == [{"before": "", "units": "B"}, {"before": "B", "units": ""}]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR, Role.FIRM_LAWYER])
def test_some_roles_belong_to_no_unit(office: Office, admin: Actor, role: Role) -> None:
    a_unit(office, "A")
    account = an_account(office, role, "somebody")
    with pytest.raises(Invalid) as refused:
        stationing.assign(office, admin, account.id, ["A", "nowhere"])
    assert {each.code for each in refused.value.problems} == {"account.unit_role", "account.unit"}


def test_an_account_whose_units_have_no_loan_sees_none_and_not_all(office: Office, admin: Actor) -> None:
    a_kept_loan(office)
    a_unit(office, "EMPTY")
    actor = _of(office, admin, Role.COUNSEL, "EMPTY")
    assert not repositories.sees_all(actor)
    assert not lists.loans(office, actor).rows


def test_money_that_came_in_is_proposed_within_the_unit_alone(office: Office, admin: Actor) -> None:
    ours, theirs = (a_kept_loan(office, a_loan(contract_number=number)) for number in ("OURS-00001", "THEIRS-0001"))
    a_unit(office, "A", [ours])
    a_unit(office, "B", [theirs])
    finance = _of(office, admin, Role.FINANCE, "A")
    matching.receive(office, finance, RECEIPT.format(name="某人", number="THEIRS-0001").encode())
    [line], counts = matching.listed(office, finance, ("unmatched",))
    assert line.row.loan_id is None and counts == {"unmatched": 1}
    with pytest.raises(Invalid):
        matching.confirm(office, finance, line.row.id, "THEIRS-0001")
    other = _of(office, admin, Role.FINANCE, "B")
    assert matching.listed(office, other, ("unmatched",)) == ([], {})
    with pytest.raises(NotFound):
        matching.shown(office, other, line.row.id)
    head = an_account(office, Role.FINANCE, "head")
    matching.confirm(office, head, line.row.id, "THEIRS-0001")
    assert matching.listed(office, other, ("confirmed",))[1] == {"confirmed": 1}
    assert matching.listed(office, finance, ("confirmed",))[1] == {}
    with office.database.reading() as session:
        assert session.exec(select(PaymentRow.loan_id)).one() == theirs


def test_a_shared_view_stays_within_its_units(office: Office, counsel: Actor, admin: Actor) -> None:
    for code in ("A", "B"):
        a_unit(office, code)
    ours, theirs = _of(office, admin, Role.COUNSEL, "A"), _of(office, admin, Role.COUNSEL, "B")
    kept = saving_views.keep(office, ours, "loans", "张某的贷款", "find=张", shared=True)
    assert [each.id for each in saving_views.views(office, ours, "loans")] == [kept.id]
    assert not saving_views.views(office, theirs, "loans") and not saving_views.views(office, counsel, "loans")


def test_a_unit_is_typed_in_and_completed(office: Office, admin: Actor) -> None:
    stationing.add(
        office, admin, {"code": "B1", "name": "示例分行", "lender": LENDER, "parent": "", "address": "", "phone": ""}
    )
    stationing.add(office, admin, {"code": "N1", "name": "城北支行", "lender": LENDER, "parent": "B1"})
    assert [(each.code, each.depth) for each in stationing.listed(office, admin)] == [("B1", 0), ("N1", 1)]
    with pytest.raises(Invalid):
        stationing.add(office, admin, {"code": "N 1", "name": "", "lender": LENDER})
    with pytest.raises((Invalid, Conflict)):
        stationing.add(office, admin, {"code": "N2", "name": "城北支行", "lender": LENDER})
    a_kept_loan(office)
    assert [each.loans for each in stationing.unbound(office, admin)] == [1]


def test_the_pages_of_accounts_tell_units(office: Office, admin: Actor) -> None:
    a_unit(office, "A")
    account = an_account(office, Role.COUNSEL)
    stationing.assign(office, admin, account.id, ["A"])
    assert stationing.names(office, admin) == {account.id: ["机构A"]}
    assert stationing.of_account(office, admin, account.id).units == ("A",)
    assert any(each.id == account.id for each in rostering.listed(office, admin).rows)
