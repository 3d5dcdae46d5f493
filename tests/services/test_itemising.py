"""A list of write-offs: rows held against the standard, one check and approval for its digest, booked loan by loan."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from legalflow.access import Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.persistence import repositories
from legalflow.persistence.tables import AuthorityLimitRow, EntryRow, ExhibitRow, MatterRow
from legalflow.services import (
    checking,
    empowering,
    importing,
    itemised,
    itemising,
    qualifying,
    reporting,
    tracking,
    writing_off,
)
from legalflow.values.money import Money
from tests.builders import a_loan, an_account, an_open_matter
from tests.services.test_writing_off import TODAY, House

STANDARD = "small_personal"  # its thresholds are not loaded: a person judges
PAPERS = ("追索记录", "财产追偿证明", "法律意见书")


class Lists(House):
    """A house with three matters that may go on a list."""

    matters: list[str]

    def opened(self) -> None:
        """Three more matters, with the papers the standard asks for."""
        loans = [a_loan(contract_number=repositories.new_id()) for _ in range(3)]
        self.matters = [an_open_matter(self.office, self[Role.COUNSEL], loan) for loan in loans]
        self.matter = self.matters[0]
        with self.office.database.writing() as session:
            session.add_all(self._paper(matter, name) for matter in self.matters for name in PAPERS)

    def _paper(self, matter: str, name: str) -> ExhibitRow:
        return ExhibitRow(
            id=repositories.new_id(),
            matter_id=matter,
            state="ready",
            name=name,
            group_number=1,
            place=1,
            kind="书证",
            file_name=f"{name}.pdf",
            size=1,
            original=self.office.store.put(b"%PDF-1.7"),
            added_by=self[Role.COUNSEL].id,
            created_at=self.office.now(),
        )

    def listed(self, *matters: str) -> str:
        """A list of matters, all of them unless named."""
        return itemising.ask(
            self.office, self[Role.FINANCE], STANDARD, matters or self.matters, "均逾期一年以上，金额小"
        )

    def sheet(self, list_id: str) -> itemised.Sheet:
        """The list as it stands."""
        return itemised.sheet(self.office, self[Role.APPROVER], list_id)

    def passed(self, list_id: str) -> None:
        """Checked as it stands."""
        itemising.check(self.office, self[Role.FINANCE_CHECKER], list_id, self.sheet(list_id).row.digest, "同意上报")

    def granted(self, list_id: str) -> None:
        """Approved as it stands."""
        itemising.approve(self.office, self[Role.APPROVER], list_id, self.sheet(list_id).row.digest, "批〔2026〕9号")

    def paid(self, matter: str, number: str = "P1") -> None:
        """Money comes in on a matter's loan: what was applied for no longer fits."""
        with self.office.database.reading() as session:
            loan = session.exec(select(MatterRow.loan_id).where(MatterRow.id == matter)).one()
        texts = {"number": number, "amount": "100.00", "on": "2026-11-20"}
        importing.record_payment(self.office, self[Role.FINANCE], loan, texts)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    return Lists(tmp_path_factory.mktemp("lists"))


@pytest.fixture
def lists(kept: Lists) -> Lists:
    """The same house for every test, with three matters of its own and no limits of authority."""
    with kept.office.database.writing() as session:
        session.execute(sa.delete(AuthorityLimitRow))
    kept.opened()
    return kept


def test_a_list_is_checked_approved_and_booked_as_one_and_each_loan_by_component(lists: Lists) -> None:
    made = lists.listed()
    lists.passed(made)
    lists.granted(made)
    itemising.book(lists.office, lists[Role.FINANCE], made, "记9号", TODAY)
    sheet = lists.sheet(made)
    assert (sheet.row.state, sheet.row.voucher, str(sheet.row.booked_on)) == ("booked", "记9号", TODAY)
    assert [each.write_off.state for each in sheet.lines] == ["booked"] * 3
    with lists.office.database.reading() as session:
        ours = [each.write_off.id for each in sheet.lines]
        entries = session.exec(select(EntryRow).where(col(EntryRow.write_off_id).in_(ours))).all()
    assert sum(each.fen for each in entries) == sheet.total.fen
    assert {each.component for each in entries} == {"principal", "interest"}
    assert {each.voucher for each in entries} == {"记9号"}
    assert not list(checking.money_adds_up(lists.office)) and not list(checking.ledgers_balance(lists.office))


def test_a_row_that_does_not_qualify_is_left_out_and_kept_with_its_reasons(lists: Lists) -> None:
    lists.asked()
    bare = an_open_matter(lists.office, lists[Role.COUNSEL], a_loan(contract_number=repositories.new_id()))
    found = {each.matter_id: each for each in qualifying.judge(lists.office, lists[Role.FINANCE], STANDARD, [bare])}
    assert found[bare].reasons and "尚缺" in found[bare].reasons[0]
    made = lists.listed()
    sheet = lists.sheet(made)
    assert len(sheet.lines) == 2 and {each.row.answer for each in sheet.lines} == {"cannot_be_told"}
    [excluded] = sheet.row.excluded
    assert excluded["matter_id"] == lists.matter and excluded["reasons"] == ["核销已在办理或已入账"]
    with pytest.raises(Invalid) as raised:
        lists.listed(lists.matter)
    assert "核销已在办理" in raised.value.problems[0].message


def test_one_line_that_refuses_falls_with_its_reason_and_the_others_go_on(lists: Lists) -> None:
    made = lists.listed()
    before = lists.sheet(made)
    lists.paid(lists.matters[1])
    lists.passed(made)
    sheet = lists.sheet(made)
    assert [bool(each.row.fell) for each in sheet.lines] == [False, True, False]
    assert "撤回后重新申报" in sheet.lines[1].row.fell
    assert sheet.total == before.total - before.lines[1].total
    with pytest.raises(Conflict):  # the digest of all three names another list
        itemising.approve(lists.office, lists[Role.APPROVER], made, before.row.digest, "批1号")
    lists.granted(made)
    lists.paid(lists.matters[0])
    itemising.book(lists.office, lists[Role.FINANCE], made, "记9号", TODAY)
    assert [bool(each.row.fell) for each in lists.sheet(made).lines] == [True, True, False]
    assert lists.sheet(made).row.state == "booked" and not list(checking.money_adds_up(lists.office))


def test_a_list_whose_every_line_fell_is_over(lists: Lists) -> None:
    made = lists.listed(lists.matter)
    lists.paid(lists.matter)
    lists.passed(made)
    assert lists.sheet(made).row.state == "refused" and "退出清单" in lists.sheet(made).row.reason


def test_a_step_cut_off_half_way_is_taken_up_where_it_stopped(lists: Lists) -> None:
    made = lists.listed()
    first = lists.sheet(made).lines[0].write_off.id
    writing_off.check(lists.office, lists[Role.FINANCE_CHECKER], first, "同意上报")
    lists.passed(made)
    assert [each.write_off.state for each in lists.sheet(made).lines] == ["checked"] * 3
    assert not any(each.row.fell for each in lists.sheet(made).lines)


def test_three_persons_deal_with_a_list_and_the_sum_of_it_needs_the_authority(lists: Lists) -> None:
    made = lists.listed()
    maker, checker = lists[Role.FINANCE], lists[Role.FINANCE_CHECKER]
    own = type(maker)(maker.id, maker.name, Role.FINANCE_CHECKER)
    with pytest.raises(Conflict):
        itemising.check(lists.office, own, made, lists.sheet(made).row.digest, "同意")
    lists.passed(made)
    one = lists.sheet(made).lines[0].total
    grant = {"document": "授权书", "up_to": str(one + Money("1"))}
    empowering.approve(lists.office, checker, empowering.propose(lists.office, lists[Role.ADMIN], grant))
    with pytest.raises(NotAllowed) as raised:  # each line is below the limit, the list is not
        lists.granted(made)
    assert "没有人可以审批" in raised.value.problems[0].mend
    assert lists.sheet(made).row.state == "checked" and not lists.sheet(made).may_approve
    chief = an_account(lists.office, Role.APPROVER, "chief")
    more = {"document": "授权书", "up_to": "", "account": chief.id}
    empowering.approve(lists.office, checker, empowering.propose(lists.office, lists[Role.ADMIN], more))
    itemising.approve(lists.office, chief, made, lists.sheet(made).row.digest, "批1号")
    assert lists.sheet(made).row.approved_by == chief.id


def test_a_refused_list_frees_its_loans_and_a_step_out_of_turn_is_refused(lists: Lists) -> None:
    made = lists.listed()
    with pytest.raises(NotNow):
        itemising.book(lists.office, lists[Role.FINANCE], made, "记9号", TODAY)
    itemising.refuse(lists.office, lists[Role.FINANCE_CHECKER], made, "材料不全")
    assert {each.write_off.state for each in lists.sheet(made).lines} == {"refused"}
    assert lists.sheet(lists.listed()).row.state == "applied"
    with pytest.raises(NotNow):
        itemising.check(lists.office, lists[Role.FINANCE_CHECKER], made, lists.sheet(made).row.digest, "同意")
    with pytest.raises(NotFound):
        itemised.sheet(lists.office, lists[Role.AUDITOR], "0" * 20)


def test_a_line_withdrawn_by_itself_leaves_the_list(lists: Lists) -> None:
    made = lists.listed()
    texts = {"on": TODAY, "reason": "金额有误"}
    tracking.record(lists.office, lists[Role.COUNSEL], lists.matters[2], "WriteOffWithdrawn", texts)
    lists.passed(made)
    assert [each.row.fell for each in lists.sheet(made).lines] == ["", "", "已单独退回或撤回"]


def test_what_is_asked_wrongly_is_said_at_once(lists: Lists) -> None:
    with pytest.raises(Invalid) as raised:
        itemising.ask(lists.office, lists[Role.FINANCE], "because", [], "")
    assert {each.code for each in raised.value.problems} == {"write_off.criterion", "list.empty"}
    with pytest.raises(Invalid) as raised:
        itemising.ask(lists.office, lists[Role.FINANCE], STANDARD, lists.matters, " ")
    assert [each.code for each in raised.value.problems] == ["list.judged"]
    with pytest.raises(NotAllowed):
        qualifying.judge(lists.office, lists[Role.REVIEWER], STANDARD, lists.matters)


def test_the_list_and_the_register_go_out_with_the_columns_of_supervisory_reports(lists: Lists) -> None:
    made = lists.listed(*lists.matters[:2])
    lists.passed(made)
    lists.granted(made)
    itemising.book(lists.office, lists[Role.FINANCE], made, "记9号", TODAY)
    first = lists.sheet(made).lines[0].write_off.id
    lists.recovered(first, "HS1", "2000.00")
    rows = _cells(reporting.of_list(lists.office, lists[Role.AUDITOR], made, "xlsx"))
    assert rows[0][:6] == ["清单号", "序号", "认定标准", "标准核对", "说明", "状态"] and len(rows) == 3
    report = _cells(reporting.register(lists.office, lists[Role.AUDITOR], "xlsx"))
    ours = [each.loan.contract_number for each in lists.sheet(made).lines]
    by_name, other = (
        next(dict(zip(report[0], row, strict=True)) for row in report if row[0] == number) for number in ours
    )
    assert by_name["客户名称"] == "甄**" and by_name["核销日期"] == TODAY and by_name["核销状态"] == "账销案存"
    assert (by_name["收回标志"], by_name["收回日期"], by_name["收回员工号"]) == ("是", TODAY, "finance")
    assert Money(by_name["收回本金"]) + Money(by_name["收回利息"]) == Money("2000.00")
    assert (other["收回标志"], other["收回日期"], other["收回本金"]) == ("否", "", "0.00")
    with pytest.raises(Invalid):
        reporting.register(lists.office, lists[Role.AUDITOR], "exe")


def _cells(content: bytes) -> list[list[str]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
