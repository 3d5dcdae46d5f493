"""The pages of money: a bank's file to a confirmed line, both ledgers, vouchers with their accounts, the register."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlmodel import select

from legalflow.access import Role
from legalflow.app import create_app
from legalflow.persistence.tables import AuditRow, PaymentRow, ReceiptRow
from legalflow.services import writing_off
from tests.services.test_writing_off import TODAY, House
from tests.web.world import Visitor, signed_in

PERIOD = f"first=2026-11-01&last={TODAY}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house.office)


def _as(house: House, app: Flask, role: Role) -> Visitor:
    return signed_in(app, house.office, house[role])


def _file(line: str) -> dict[str, object]:
    content = f"到账日期,到账金额,付款人,附言,流水号\n{line}\n".encode()
    return {"file": (io.BytesIO(content), "流水.csv")}


def test_a_line_of_a_file_is_shown_with_its_reasons_and_confirmed_by_hand(house: House, app: Flask) -> None:
    finance = _as(house, app, Role.FINANCE)
    page = finance.post("/receipts", _file("2026-11-20,1000.00,甄借款,JK-2025-0001,S1"))
    assert page.status_code == 200 and "新增 1 笔，其中 1 笔已有匹配建议" in page.text
    assert "确定" in page.text and "付款人是该贷款的当事人" in page.text
    with house.office.database.reading() as session:
        assert session.exec(select(PaymentRow)).all() == []
        receipt = session.exec(select(ReceiptRow.id)).one()
    assert "匹配建议" in finance.get(f"/receipts/{receipt}").text
    wrong = finance.post(f"/receipts/{receipt}/confirm", {"contract_number": "没有"})
    assert wrong.status_code == 422 and "没有这个合同编号的贷款" in wrong.text
    done = finance.post(f"/receipts/{receipt}/confirm", {"contract_number": "JK-2025-0001"})
    assert done.status_code == 303
    with house.office.database.reading() as session:
        assert session.exec(select(PaymentRow.fen)).all() == [100000]
    assert "S1" in finance.get(f"/receipts/{receipt}").text
    assert finance.post(f"/receipts/{receipt}/set-aside", {"reason": "x"}).status_code == 409


def test_a_file_with_a_wrong_line_says_so_and_what_fits_nothing_waits(house: House, app: Flask) -> None:
    finance = _as(house, app, Role.FINANCE)
    assert "第2行" in finance.post("/receipts", _file("2026-11-20,abc,甄借款,x,S1")).text
    finance.post("/receipts", _file("2026-11-20,5.00,陌生人,货款,S2"))
    assert "陌生人" in finance.get("/receipts?state=unmatched").text
    with house.office.database.reading() as session:
        receipt = session.exec(select(ReceiptRow.id)).one()
    assert finance.post(f"/receipts/{receipt}/set-aside", {"reason": "货款"}).status_code == 303
    assert "货款" in finance.get("/receipts?state=set_aside").text
    assert finance.post(f"/receipts/{receipt}/take-back").status_code == 303
    assert finance.post("/receipts/again").status_code == 303
    assert finance.post("/receipts").status_code == 422


def test_the_ledgers_balance_on_their_page_and_a_row_that_breaks_them_is_named(house: House, app: Flask) -> None:
    house.recovered(house.booked(), "R1", "2000.00")
    auditor = _as(house, app, Role.AUDITOR)
    page = auditor.get("/ledger").text
    assert "每笔贷款的两本账都平" in page and "121,500.00" in page
    with house.office.database.writing() as session:
        row = session.exec(select(PaymentRow)).one()
        row.fen += 1
        session.add(row)
    page = auditor.get("/ledger").text
    assert "1 笔贷款的账不平" in page and "payment 1" in page


def test_vouchers_show_our_accounts_as_not_verified_until_finance_sets_them(house: House, app: Flask) -> None:
    write_off = house.booked("=1+1")
    house.recovered(write_off, "R1", "2000.00")
    writing_off.correct(house.office, house[Role.FINANCE_CHECKER], write_off, house.last("RecoveryRecorded"), "误记")
    checker, auditor = _as(house, app, Role.FINANCE_CHECKER), _as(house, app, Role.AUDITOR)
    page = auditor.get(f"/vouchers?{PERIOD}").text
    assert "贷款损失准备" in page and "未核验" in page and "-500.00" in page
    given = {"kind": "write_off", "component": "principal", "debit": "1304 贷款损失准备", "credit": "1303 贷款"}
    assert checker.post("/vouchers/accounts", given).status_code == 303
    assert checker.post("/vouchers/accounts", {**given, "credit": given["debit"]}).status_code == 422
    assert auditor.post("/vouchers/accounts", given).status_code == 403
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(auditor.get(f"/vouchers/export?{PERIOD}").data)
    ).get_sheet_by_index(0)
    cells = sheet.to_python()
    amounts = [row[6] for row in cells[1:]]
    assert amounts[:4] == ["120000.00", "1500.00", "500.00", "1500.00"]
    assert sorted(amounts[4:]) == ["-1500.00", "-500.00"]
    assert cells[1][1] == "=1+1" and cells[1][4] == "1304 贷款损失准备" and cells[1][11] == "已设定"
    assert cells[2][11] == "未核验" and cells[6][2] == "冲销"
    text = auditor.get(f"/vouchers/export?{PERIOD}&as=csv").data.decode("utf-8-sig")
    assert "'=1+1" in text and ",-500.00," in text
    for query in ("first=abc", "first=2026-11-02&last=2026-11-01", f"{PERIOD}&as=exe"):
        assert auditor.get(f"/vouchers/export?{query}").status_code == 422
    assert auditor.get("/vouchers?first=2026-11-02&last=2026-11-01").status_code == 422
    with house.office.database.reading() as session:
        actions = session.exec(select(AuditRow.action)).all()
    assert actions.count("vouchers.exported") == 2


def test_the_register_tells_what_left_came_back_is_still_claimed_and_is_due_next(house: House, app: Flask) -> None:
    auditor = _as(house, app, Role.AUDITOR)
    assert "没有已核销入账的贷款" in auditor.get("/register").text
    house.recovered(house.booked(), "R1", "2000.00")
    page = auditor.get("/register").text
    assert "120,000.00" in page and "119,500.00" in page and "2,000.00" in page
    assert "2027年5月31日" in page and "counsel" in page
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(auditor.get("/register/export").data)).get_sheet_by_index(0)
    row = sheet.to_python()[1]
    assert row[5:13] == ["120000.00", "1500.00", "0.00", "500.00", "1500.00", "0.00", "0.00", "119500.00"]
    assert "账销案存" in auditor.get("/register/export?as=csv").data.decode("utf-8-sig")
