"""Loans and payments come in row by row: good rows once, refused ones named, and nothing half-done."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.loans.loan import Loan
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import (
    AuditRow,
    BatchRow,
    DocumentRow,
    EntryRow,
    JournalRow,
    LoanRow,
    MatterRow,
    PaymentRow,
    PersonRow,
)
from legalflow.services import claiming, importing, outdated, tracking, writing_off
from tests.builders import an_account, an_office

LOAN = {
    "贷款人": "示例银行股份有限公司",
    "贷款人类型": "银行",
    "合同编号": "示〔2025〕1号",
    "合同名称": "个人借款合同",
    "签订日期": "2025-01-10",
    "合同金额": "60,000.00",
    "放款": "2025-01-10:60000.00",
    "起始日": "2025-01-10",
    "到期日": "2026-01-10",
    "年利率": "6%",
    "罚息上浮": "50%",
    "计收复利": "是",
    "还款方式": "到期一次性还本付息",
    "借款人名称": "陈示例",
    "借款人类型": "自然人",
    "借款人证件号码": "990000198504120010",
    "借款人联系电话": "13800000001",
    "借款人住所地": "示例省示例市东风路1号",
}
PAYMENT = {"合同编号": "示〔2025〕1号", "还款日期": "2025-06-01", "还款金额": "500.00", "流水号": "R1"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today="2026-11-24")


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


def _file(rows: Iterable[Mapping[str, str]], codec: str = "utf-8") -> bytes:
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(codec)


def _taken_in(office: Office, counsel: Actor, kind: str, rows: Iterable[Mapping[str, str]]) -> BatchRow:
    batch = importing.receive(office, counsel, kind, f"{kind}.csv", _file(rows))
    importing.run(office, batch, lambda _session: None)
    return _batch(office, batch)


def _batch(office: Office, batch: str) -> BatchRow:
    with office.database.reading() as session:
        row = session.get(BatchRow, batch)
    assert row is not None
    return row


def _numbers(row: BatchRow) -> tuple[int, int, int, int]:
    return row.added, row.changed, row.unchanged, row.refused


def _refusals(office: Office, row: BatchRow) -> str:
    assert row.report is not None
    return office.store.read(row.report).decode("utf-8-sig")


def _loan(office: Office) -> LoanRow:
    with office.database.reading() as session:
        return session.exec(select(LoanRow)).one()


def _count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return len(session.exec(select(table)).all())


def test_the_same_bytes_are_the_same_batch_and_the_same_rows_add_nothing(office: Office, counsel: Actor) -> None:
    first = importing.receive(office, counsel, "loans", "a.csv", _file([LOAN]))
    assert importing.receive(office, counsel, "loans", "b.csv", _file([LOAN])) == first
    importing.run(office, first, lambda _session: None)
    assert _numbers(_batch(office, first)) == (1, 0, 0, 0)
    again = importing.receive(office, counsel, "loans", "c.csv", _file([LOAN], "gb18030"))
    importing.run(office, again, lambda _session: None)
    assert again != first and _numbers(_batch(office, again)) == (0, 0, 1, 0)
    assert _count(office, LoanRow) == 1 and _count(office, PersonRow) == 1


def test_a_task_run_twice_adds_once(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    row = _taken_in(office, counsel, "payments", [PAYMENT])
    importing.run(office, row.id, lambda _session: None)
    assert _numbers(_batch(office, row.id)) == (1, 0, 0, 0) and _count(office, PaymentRow) == 1


def test_refused_rows_are_named_and_a_corrected_file_completes_the_import(office: Office, counsel: Actor) -> None:
    wrong = {**LOAN, "合同编号": "示〔2025〕2号", "借款人证件号码": "990000198504120011", "年利率": "6"}
    row = _taken_in(office, counsel, "loans", [LOAN, wrong])
    assert _numbers(row) == (1, 0, 0, 1)
    said = _refusals(office, row)
    assert "第3行 年利率" in said and "第3行 借款人证件号码" in said and "第2行" not in said
    mended = {**wrong, "借款人证件号码": "990000198504120010", "年利率": "6%"}
    assert _numbers(_taken_in(office, counsel, "loans", [LOAN, mended])) == (1, 0, 1, 0)


def test_a_changed_loan_is_updated_and_in_a_matter_it_is_an_event(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    moved = {**LOAN, "借款人证件号码": "990000199211050033", "借款人住所地": "示例省示例市东风路9号"}
    assert _numbers(_taken_in(office, counsel, "loans", [moved])) == (0, 1, 0, 0)
    kept = _loan(office)
    assert kept.version == 2 and _count(office, PersonRow) == 1
    matter = tracking.open_matter(office, counsel, kept.id)
    document = _a_draft(office, counsel, matter)
    row = _taken_in(office, counsel, "loans", [{**moved, "年利率": "7%", "到期日": "2026-02-10"}])
    assert _numbers(row) == (0, 1, 0, 0) and _loan(office).digest != kept.digest
    with office.database.reading() as session:
        [event] = session.exec(select(JournalRow).where(JournalRow.name == "LoanChanged")).all()
        draft = repositories.found(session.get(DocumentRow, document), "document")
    assert event.body["changed"] == ["到期日", "年利率"] and event.body["documents"] == [document]
    assert (event.body["before"], event.body["after"]) == (kept.digest, _loan(office).digest)
    stale = outdated.shown(office, draft)
    assert stale is not None and stale.changed == ("贷款的到期日", "贷款的年利率")
    with office.database.reading() as session, pytest.raises(NotNow, match="rests on its earlier facts"):
        outdated.refuse(session, draft)
    later = _a_draft(office, counsel, matter, version=2)
    with office.database.reading() as session:
        fresh = repositories.found(session.get(DocumentRow, later), "document")
    assert outdated.shown(office, fresh) is None


def test_a_closed_matter_keeps_its_loan_as_it_is(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    matter = tracking.open_matter(office, counsel, _loan(office).id)
    with office.database.writing() as session:
        row = repositories.found(session.get(MatterRow, matter), "matter")
        row.state = {**row.state, "stage": "A90"}
        session.add(row)
    row_ = _taken_in(office, counsel, "loans", [{**LOAN, "年利率": "7%"}])
    assert _numbers(row_) == (0, 0, 0, 1) and _loan(office).version == 1


def _a_draft(office: Office, counsel: Actor, matter: str, version: int = 1) -> str:
    """A draft that is ready, as a worker left it."""
    with office.database.writing() as session:
        row = DocumentRow(
            id=f"draft{version}",
            matter_id=matter,
            kind="debt_statement",
            version=version,
            title="债务确认书",
            state="ready",
            facts_digest=str(version) * 64,
            requested_by=counsel.id,
            created_at=office.now() + (timedelta(seconds=1) if version > 1 else timedelta(seconds=-1)),
            changed_at=office.now(),
        )
        session.add(row)
        return row.id


def test_payments_find_their_loan_or_say_why_not(office: Office, counsel: Actor) -> None:
    other = {**LOAN, "贷款人": "另一示例银行股份有限公司"}
    _taken_in(office, counsel, "loans", [LOAN, other])
    ambiguous, named, foreign = PAYMENT, {**PAYMENT, "流水号": "R2"}, {**PAYMENT, "合同编号": "无此合同"}
    rows = [
        {**ambiguous, "贷款人": ""},
        {**named, "贷款人": LOAN["贷款人"]},
        {**foreign, "贷款人": ""},
        {**PAYMENT, "流水号": "R3", "还款日期": "2024-12-31", "贷款人": LOAN["贷款人"]},
        {**PAYMENT, "流水号": "R4", "还款日期": "2026-11-25", "贷款人": LOAN["贷款人"]},
    ]
    row = _taken_in(office, counsel, "payments", rows)
    assert _numbers(row) == (1, 0, 0, 4)
    said = _refusals(office, row).splitlines()
    for line, words in zip(said[1:], ("多个贷款人", "没有这个合同编号", "早于首次放款日", "晚于今天"), strict=True):
        assert words in line


def test_a_receipt_counts_once_and_another_amount_under_its_number_is_refused(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    row = _taken_in(office, counsel, "payments", [PAYMENT, PAYMENT, {**PAYMENT, "还款金额": "501.00"}])
    assert _numbers(row) == (1, 0, 1, 1) and "另一笔金额" in _refusals(office, row)


def test_payments_enter_the_journal_of_the_matter_and_interrupt_limitation(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    _taken_in(office, counsel, "payments", [PAYMENT])
    matter = tracking.open_matter(office, counsel, _loan(office).id)
    _taken_in(office, counsel, "payments", [{**PAYMENT, "流水号": "R2"}, {**PAYMENT, "流水号": "R3"}])
    with office.database.reading() as session:
        row = session.get(MatterRow, matter)
        assert row is not None
        told = tracking.current(session, row)
        assert tracking.stored(told) == row.state
        loan = repositories.whole_loan(session, _loan(office), office.keys)
    assert [each.number for each in told.payments] == ["R1", "R2", "R3"]
    assert [each.number for each in loan.payments] == ["R1", "R2", "R3"]


def test_a_reversed_payment_leaves_the_claim_and_no_file_brings_it_back(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    loan_id = _loan(office).id
    untouched = claiming.state_claim(office, counsel, loan_id)[1].value
    matter = tracking.open_matter(office, counsel, loan_id)
    _taken_in(office, counsel, "payments", [PAYMENT])
    assert claiming.state_claim(office, counsel, loan_id)[1].value.total < untouched.total
    reviewer = an_account(office, Role.REVIEWER)
    tracking.reverse(office, reviewer, matter, 2, "对方账户有误")
    assert claiming.state_claim(office, counsel, loan_id)[1].value.total == untouched.total
    row = _taken_in(office, counsel, "payments", [PAYMENT, {**PAYMENT, "流水号": "R9"}])
    assert _numbers(row) == (1, 0, 0, 1) and "已被撤销" in _refusals(office, row)
    texts = {"on": "2025-06-02", "amount": "700.00", "number": "R1"}
    importing.record_payment(office, counsel, loan_id, texts)
    with pytest.raises(Conflict):
        importing.record_payment(office, counsel, loan_id, texts)
    loan, _ = claiming.state_claim(office, counsel, loan_id)
    assert [(each.number, str(each.amount)) for each in loan.payments] == [("R9", "500.00"), ("R1", "700.00")]


def test_payments_of_a_loan_written_off_are_refused_row_by_row(office: Office, counsel: Actor) -> None:
    other = {**LOAN, "合同编号": "示〔2025〕2号"}
    _taken_in(office, counsel, "loans", [LOAN, other])
    with office.database.reading() as session:
        loan_id = session.exec(select(LoanRow.id).where(LoanRow.contract_number == LOAN["合同编号"])).one()
    matter = tracking.open_matter(office, counsel, loan_id)
    _booked(office, counsel, matter)
    before = _count(office, JournalRow), _count(office, EntryRow)
    row = _taken_in(office, counsel, "payments", [PAYMENT, {**PAYMENT, "合同编号": other["合同编号"]}])
    assert _numbers(row) == (1, 0, 0, 1) and "核销后收回" in _refusals(office, row)
    assert (_count(office, JournalRow), _count(office, EntryRow), _count(office, PaymentRow)) == (*before, 1)
    with pytest.raises(NotNow, match=r"need\.not_booked"):
        importing.record_payment(office, counsel, loan_id, {"on": "2025-06-01", "amount": "1", "number": "R1"})
    assert _count(office, PaymentRow) == 1


def _booked(office: Office, counsel: Actor, matter: str) -> None:
    asked = {
        "criterion": "enforcement_failed",
        "as_of": "2026-11-24",
        "principal": "60000",
        "off_balance_interest": "0",
    }
    outstanding = {"outstanding_principal": "60000.00", "outstanding_off_balance_interest": "0"}
    write_off = writing_off.ask(office, counsel, matter, {**asked, **outstanding})
    writing_off.check(office, an_account(office, Role.FINANCE_CHECKER), write_off, "同意")
    with office.database.reading() as session:
        row = repositories.effective_write_off(session, _loan_of(office, matter))
    assert row is not None
    writing_off.approve(office, an_account(office, Role.APPROVER), write_off, row.request_digest, "批1号")
    writing_off.book(office, an_account(office, Role.FINANCE), write_off, "记1号", "2026-11-24")


def _loan_of(office: Office, matter: str) -> str:
    with office.database.reading() as session:
        row = session.get(MatterRow, matter)
    assert row is not None
    return row.loan_id


def test_a_loan_from_a_form_is_kept_once_and_its_faults_are_said_at_once(office: Office, counsel: Actor) -> None:
    from legalflow.intake import rows

    by_heading = {column.zh: column.id for column in rows.columns("loans")}
    texts = {by_heading[heading]: text for heading, text in LOAN.items()}
    loan_id = importing.add_loan(office, counsel, texts)
    assert claiming.state_claim(office, counsel, loan_id)[0].borrower.name == "陈示例"
    with pytest.raises(Conflict):
        importing.add_loan(office, counsel, texts)
    with pytest.raises(Invalid) as raised:
        importing.add_loan(office, counsel, {**texts, "rate": "6", "maturity": "2025-02-30", "stranger": "x"})
    assert {problem.code for problem in raised.value.problems} >= {"cell.rate", "cell.day", "column.unknown"}


def test_only_counsel_imports_and_only_known_kinds(office: Office, counsel: Actor) -> None:
    with pytest.raises(NotAllowed):
        importing.receive(office, an_account(office, Role.FINANCE), "loans", "a.csv", b"x")
    with pytest.raises(Invalid):
        importing.receive(office, counsel, "matters", "a.csv", b"x")
    with pytest.raises(NotFound):
        importing.record_payment(office, counsel, "none", {})


def test_a_file_that_is_no_table_fails_with_its_reason_and_may_be_sent_again(office: Office, counsel: Actor) -> None:
    batch = importing.receive(office, counsel, "loans", "a.csv", b"\x00\x01")
    with pytest.raises(Invalid):
        importing.run(office, batch, lambda _session: None)
    importing.fail(office, batch, "文件不是文本表格", lambda _session: None)
    assert _batch(office, batch).state == "failed"
    assert importing.receive(office, counsel, "loans", "a.csv", b"\x00\x01") == batch
    assert (_batch(office, batch).state, _batch(office, batch).reason) == ("received", "")


def test_the_audit_trail_of_an_import_tells_numbers_and_no_person(office: Office, counsel: Actor) -> None:
    row = _taken_in(office, counsel, "loans", [LOAN])
    with office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.subject == row.id)).all()
        assert not list(journal.audit_broken(session))
    assert [each.action for each in noted] == ["import.loans", "import.loans.done"]
    assert noted[1].detail == {"digest": row.digest, "added": 1, "changed": 0, "unchanged": 0, "refused": 0}


def _staged(office: Office, counsel: Actor, kind: str, content: bytes) -> str:
    batch = importing.stage(office, counsel, kind, f"{kind}.csv", content)
    importing.run(office, batch, lambda _session: None)
    assert _batch(office, batch).state == "previewed"
    return batch


def _seen(office: Office, batch: str) -> importing.Preview:
    return importing.preview(office, _batch(office, batch))


def test_a_preview_counts_what_would_happen_and_writes_nothing(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    changed, wrong = {**LOAN, "年利率": "7%"}, {**LOAN, "合同编号": "示〔2025〕3号", "年利率": "7", "到期日": "x"}
    fresh = {**LOAN, "合同编号": "示〔2025〕2号"}
    batch = _staged(office, counsel, "loans", _file([changed, fresh, wrong]))
    seen = _seen(office, batch)
    assert (seen.added, seen.changed, seen.unchanged, seen.refused) == (1, 1, 0, 1)
    [row] = seen.first
    assert row.number == 4 and len(row.problems) == 2
    assert _count(office, LoanRow) == 1 and _loan(office).version == 1
    importing.go(office, counsel, batch)
    importing.run(office, batch, lambda _session: None)
    assert _numbers(_batch(office, batch)) == (1, 1, 0, 1)


def test_a_preview_of_payments_sees_what_is_there_and_what_stands_twice(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    _taken_in(office, counsel, "payments", [PAYMENT])
    rows = [PAYMENT, {**PAYMENT, "流水号": "R2"}, {**PAYMENT, "流水号": "R2"}, {**PAYMENT, "还款金额": "1"}]
    seen = _seen(office, _staged(office, counsel, "payments", _file(rows)))
    assert (seen.added, seen.unchanged, seen.refused) == (1, 2, 1)
    assert _count(office, PaymentRow) == 1


def test_an_unknown_heading_is_read_as_a_person_chose(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    ours = {"合同号": PAYMENT["合同编号"], "到账日": "2025-06-01", "金额": "500", "流水号": "R1", "备注": "x"}
    batch = _staged(office, counsel, "payments", _file([ours]))
    seen = _seen(office, batch)
    assert not seen.readable and [each.how for each in seen.headings] == ["synonym", "", "synonym", "same", ""]
    with pytest.raises(NotNow):
        importing.go(office, counsel, batch)
    with pytest.raises(Invalid):
        importing.choose(office, counsel, batch, {"到账日": "nothing"})
    importing.choose(office, counsel, batch, {"到账日": "on", "备注": "-"})
    importing.run(office, batch, lambda _session: None)
    assert _seen(office, batch).added == 1
    importing.go(office, counsel, batch)
    importing.run(office, batch, lambda _session: None)
    assert _numbers(_batch(office, batch)) == (1, 0, 0, 0)
    with pytest.raises(NotNow):
        importing.go(office, counsel, batch)


def test_payments_sent_before_their_loan_go_in_with_the_same_file_afterwards(office: Office, counsel: Actor) -> None:
    assert _numbers(_taken_in(office, counsel, "payments", [PAYMENT])) == (0, 0, 0, 1)
    _taken_in(office, counsel, "loans", [LOAN])
    row = _taken_in(office, counsel, "payments", [PAYMENT])
    assert _numbers(row) == (1, 0, 0, 0) and row.report is None and row.workbook is None


def test_a_template_has_every_column_and_its_example_is_never_imported(office: Office, counsel: Actor) -> None:
    for kind in importing.KINDS:
        content = importing.template(counsel, kind)
        seen = _seen(office, _staged(office, counsel, kind, content))
        assert seen.readable and {each.how for each in seen.headings} == {"same"}
        assert (seen.sheet, seen.added, seen.refused) == ("填写", 0, 0)


def test_refused_rows_come_back_as_a_workbook_that_goes_in_once_corrected(office: Office, counsel: Actor) -> None:
    row = _taken_in(office, counsel, "loans", [{**LOAN, "借款人证件号码": "990000198504120011"}])
    assert row.workbook is not None
    returned = office.store.read(row.workbook)
    batch = importing.receive(office, counsel, "loans", "未导入.xlsx", returned)
    importing.run(office, batch, lambda _session: None)
    again = _batch(office, batch)
    assert _numbers(again) == (0, 0, 0, 1) and again.reason == ""
    assert "证件号码" in _refusals(office, again)


KEY = {"合同编号": LOAN["合同编号"]}
GUARANTOR = {
    **KEY,
    "身份": "保证人",
    "名称": "保示例",
    "证件号码": "990000199211050033",
    "保证合同名称": "保证合同",
    "保证签订日期": "2025-01-10",
    "保证方式": "连带",
}
SPOUSE = {**KEY, "身份": "共同借款人", "名称": "周示例", "证件号码": "99000019940401002X"}
HOUSE = {
    **KEY,
    "担保物类型": "抵押",
    "担保物所有人": "陈示例",
    "担保物": "示例市东风路1号房屋",
    "担保合同名称": "抵押合同",
    "担保合同签订日期": "2025-01-10",
}


def _whole(office: Office) -> Loan:
    return mapping.loan_of(_loan(office), (), office.keys)


def test_parties_and_collateral_of_their_own_files_stay_when_the_loans_come_again(
    office: Office, counsel: Actor
) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    assert _numbers(_taken_in(office, counsel, "parties", [{**GUARANTOR, "贷款人": ""}])) == (1, 0, 0, 0)
    people = [GUARANTOR, {**SPOUSE, **dict.fromkeys(("保证合同名称", "保证签订日期", "保证方式"), "")}]
    assert _numbers(_taken_in(office, counsel, "parties", people)) == (1, 0, 1, 0)
    assert _numbers(_taken_in(office, counsel, "collateral", [HOUSE])) == (1, 0, 0, 0)
    assert [each.role.value for each in _whole(office).parties] == ["borrower", "guarantor", "co_borrower"]
    assert _count(office, PersonRow) == 3
    again = importing.receive(office, counsel, "loans", "loans.csv", _file([LOAN], "gb18030"))
    importing.run(office, again, lambda _session: None)
    assert _numbers(_batch(office, again)) == (0, 0, 1, 0)
    assert _numbers(_taken_in(office, counsel, "loans", [{**LOAN, "年利率": "7%"}])) == (0, 1, 0, 0)
    whole = _whole(office)
    assert [each.name for each in whole.parties] == ["陈示例", "保示例", "周示例"]
    assert (len(whole.guarantees), len(whole.collateral), str(whole.rate)) == (1, 1, "0.07")


def test_a_guarantor_without_a_guarantee_and_a_part_without_a_loan_are_refused(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    wrong = [{**GUARANTOR, "保证签订日期": ""}, {**GUARANTOR, "合同编号": "无此合同"}, {**GUARANTOR, "名称": "陈示例"}]
    row = _taken_in(office, counsel, "parties", wrong)
    said = _refusals(office, row)
    assert _numbers(row) == (0, 0, 0, 3)
    assert "保证签订日期" in said and "没有这个合同编号的贷款" in said and "与借款人同名" in said


def test_the_rows_of_a_schedule_stand_and_fall_together(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    dues = [{**KEY, "应还日期": f"2025-{month:02d}-10", "应还本金": "20000", "应还利息": "300"} for month in (4, 7, 10)]
    row = _taken_in(office, counsel, "dues", [*dues[:2], {**dues[2], "应还本金": "-1"}])
    assert _numbers(row) == (0, 0, 0, 3) and not _whole(office).dues
    assert _numbers(_taken_in(office, counsel, "dues", dues)) == (3, 0, 0, 0)
    assert [str(each.principal) for each in _whole(office).dues] == ["20000.00"] * 3
    paid = {**KEY, "放款日期": "2025-01-10", "放款金额": "70000"}
    assert "超过合同金额" in _refusals(office, _taken_in(office, counsel, "drawdowns", [paid]))
    assert _numbers(_taken_in(office, counsel, "drawdowns", [{**paid, "放款金额": "50000"}])) == (0, 1, 0, 0)
    assert str(_whole(office).disbursed) == "50000.00"
