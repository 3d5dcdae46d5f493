"""Lines of a bank's file are proposed, never booked by themselves, never taken twice, and booked once by finance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotNow
from legalflow.intake import readers
from legalflow.office import Office, today
from legalflow.persistence.tables import EntryRow, PaymentRow, ReceiptRow
from legalflow.rendering import workbook
from legalflow.services import balancing, importing, matching, receipts_report
from legalflow.services.matching import ReceiptLine, Taken
from tests.builders import a_loan, a_party, an_open_matter
from tests.services.test_writing_off import House

HEADINGS = "交易日期,贷方发生额,对方户名,卡号后四位,摘要,流水号"
EVERY = ("proposed", "unmatched", "confirming", "confirmed", "set_aside")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def _taken(house: House, *lines: str, headings: str = HEADINGS) -> Taken:
    content = "\n".join((headings, *lines)).encode()
    return matching.receive(house.office, house[Role.FINANCE], content)


def _lines(house: House, *states: str) -> dict[str, ReceiptLine]:
    found, _ = matching.listed(house.office, house[Role.FINANCE], states or EVERY)
    return {line.row.serial: line for line in found}


def _payments(office: Office) -> list[tuple[str, int]]:
    with office.database.reading() as session:
        return [(row.number, row.fen) for row in session.exec(select(PaymentRow))]


def test_a_line_is_proposed_with_how_sure_and_why_and_nothing_is_booked(house: House) -> None:
    taken = _taken(
        house,
        "2026-11-20,1000.00,甄借款,1234,还款 JK-2025-0001,S1",
        "2026-11-20,1000.00,某亲属,1234,代还ＪＫ－２０２５－０００１号,S2",
        "2026-11-20,1000.00,甄借款,1234,还款,S3",
        "2026-11-20,1000.00,陌生人,1234,货款,S4",
        "2026-11-20,900000.00,甄借款,1234,JK-2025-0001,S5",
        "2026-11-20,1000.00,甄借款,1234,JK-2025-00018,S6",
    )
    assert (taken.added, taken.again, taken.proposed, taken.refused) == (6, 0, 5, ())
    found = _lines(house)
    assert {serial: line.row.sure for serial, line in found.items()} == {
        "S1": "certain",
        "S2": "likely",
        "S3": "likely",
        "S4": "",
        "S5": "certain",
        "S6": "possible",
    }
    assert found["S1"].row.reasons == ["附言中有合同编号", "付款人是该贷款的当事人"]
    assert "代为清偿" in found["S2"].row.reasons[1]
    assert found["S4"].row.state == "unmatched" and found["S4"].payer == "陌生人"
    assert _payments(house.office) == []


def test_the_amount_tells_loans_of_one_person_apart_and_more_than_is_owed_makes_a_match_less_sure(house: House) -> None:
    known = matching._Known()
    loans = [
        matching._Loan(f"l{number}", f"JK-{number}", frozenset({f"jk9900{number}"}), frozenset({"甄借款"}), owed)
        for number, owed in enumerate((500, 700))
    ]
    for loan in loans:
        known.by_name.setdefault("甄借款", []).append(loan)
        for each in loan.numbers:
            known.by_number[each] = [loan]
            known.lengths.add(len(each))
    assert matching._propose(known, "甄借款", "", 700) == matching.Proposal(
        "l1", "possible", ("付款人有 2 笔贷款，金额恰为这一笔的债权总额",)
    )
    assert matching._propose(known, "甄借款", "", 600).loan_id is None
    assert matching._propose(known, "甄借款", "jk-99000", 500).sure == "certain"
    above = matching._propose(known, "甄借款", "jk-99000", 501)
    assert above.sure == "likely" and "超过" in above.reasons[-1]
    assert matching._propose(known, "甄借款", "jk-99000 jk-99001", 500).loan_id == "l0"
    neither = ("附言中的编号属于 2 笔贷款，不能分辨是哪一笔",)
    assert matching._propose(known, "", "jk-99000 jk-99001", 600).reasons == neither


def test_the_same_line_comes_in_once_and_another_under_its_serial_number_is_refused(house: House) -> None:
    line = "2026-11-20,1000.00,甄借款,1234,JK-2025-0001,S1"
    assert _taken(house, line, line).again == 1
    assert (_taken(house, line).added, _taken(house, line).again) == (0, 1)
    other = _taken(house, "2026-11-20,1000.01,甄借款,1234,JK-2025-0001,S1")
    assert other.added == 0 and "S1" in other.refused[0]


def test_everything_wrong_in_a_line_is_said_and_the_others_come_in(house: House) -> None:
    taken = _taken(
        house,
        "2026-11-40,abc,甄借款,,x,S1",
        "2026-11-20,0.00,甄借款,,x,S2",
        "2030-01-01,1.00,甄借款,,x,S3",
        "2026-11-20,1.00,甄借款,6222000000000000000,x,S4",
        "2026-11-20,1.00,甄借款,,x,S5",
    )
    assert taken.added == 1 and [each.partition("行")[0] for each in taken.refused] == [
        "第2",
        "第2",
        "第3",
        "第4",
        "第5",
    ]
    with pytest.raises(Invalid):
        _taken(house, "1", headings="别的")


def test_a_workbook_with_english_headings_is_read_as_well(house: House) -> None:
    table = workbook.Table(
        name="到账",
        headings=["date", "amount", "payer", "account", "memo", "serial number"],
        rows=[["2026-11-20", "10.00", "甄借款", "0012", "JK-2025-0001", "00017"]],
    )
    taken = matching.receive(house.office, house[Role.FINANCE], workbook.write([table]))
    assert taken.added == 1 and _lines(house)["00017"].row.account == "0012"


def test_what_finance_confirms_is_a_payment_once_and_its_ledgers_balance(house: House) -> None:
    _taken(house, "2026-11-20,1000.00,甄借款,1234,JK-2025-0001,S1")
    line = _lines(house)["S1"]
    matching.confirm(house.office, house[Role.FINANCE], line.row.id, line.contract_number)
    assert _payments(house.office) == [("S1", 100000)]
    with pytest.raises(Conflict):
        matching.confirm(house.office, house[Role.FINANCE], line.row.id, line.contract_number)
    assert _payments(house.office) == [("S1", 100000)]
    assert _lines(house)["S1"].decided_by == "finance"
    assert list(balancing.broken(house.office)) == []


def test_after_the_booking_a_line_shows_how_it_would_be_allocated_and_becomes_a_recovery(house: House) -> None:
    house.booked()
    _taken(house, "2026-11-24,1600.00,甄借款,1234,JK-2025-0001,S1")
    receipt = _lines(house)["S1"].row.id
    line = matching.shown(house.office, house[Role.FINANCE], receipt)
    assert line.written_off and line.shares is not None
    assert (str(line.shares.interest), str(line.shares.principal)) == ("1500.00", "100.00")
    matching.confirm(house.office, house[Role.FINANCE], receipt, line.contract_number)
    with house.office.database.reading() as session:
        entries = session.exec(select(EntryRow).where(EntryRow.kind == "recovery")).all()
    assert {entry.component: entry.fen for entry in entries} == {"interest": -150000, "principal": -10000}
    assert list(balancing.broken(house.office)) == []


def test_money_of_a_day_before_the_booking_is_neither_payment_nor_recovery_and_says_what_to_do(house: House) -> None:
    house.booked()
    _taken(house, "2026-11-20,1600.00,甄借款,1234,JK-2025-0001,S1")
    receipt = _lines(house)["S1"].row.id
    line = matching.shown(house.office, house[Role.FINANCE], receipt)
    assert line.early and line.shares is None
    with pytest.raises(NotNow) as refused:
        matching.confirm(house.office, house[Role.FINANCE], receipt, "JK-2025-0001")
    assert "冲销" in refused.value.problems[0].mend
    assert _payments(house.office) == [] and _lines(house)["S1"].row.state == "proposed"


def test_a_process_that_died_between_booking_and_end_books_nothing_twice(house: House) -> None:
    _taken(house, "2026-11-20,1000.00,甄借款,1234,JK-2025-0001,S1")
    line = _lines(house)["S1"]
    texts = {"number": "S1", "amount": "1000.00", "on": "2026-11-20"}
    importing.record_payment(house.office, house[Role.FINANCE], str(line.row.loan_id), texts)
    with house.office.database.writing() as session:
        row = session.get(ReceiptRow, line.row.id)
        assert row is not None
        row.state = "confirming"
        session.add(row)
    matching.confirm(house.office, house[Role.FINANCE], line.row.id, line.contract_number)
    assert _payments(house.office) == [("S1", 100000)] and _lines(house)["S1"].row.state == "confirmed"


def test_what_cannot_be_booked_waits_as_before_and_a_person_may_name_another_loan(house: House) -> None:
    _taken(house, "2024-11-20,1000.00,甄借款,1234,JK-2025-0001,S1", "2026-11-20,5.00,陌生人,1234,货款,S2")
    found = _lines(house)
    finance = house[Role.FINANCE]
    with pytest.raises(LegalflowError, match="drawdown"):
        matching.confirm(house.office, finance, found["S1"].row.id, "JK-2025-0001")
    assert _lines(house)["S1"].row.state == "proposed"
    with pytest.raises(Invalid):
        matching.confirm(house.office, finance, found["S2"].row.id, "JK-没有")
    matching.confirm(house.office, finance, found["S2"].row.id, "JK-2025-0001")
    assert _payments(house.office) == [("S2", 500)]


def test_a_payment_recorded_before_is_known_again_in_the_file(house: House) -> None:
    _taken(house, "2026-11-19,1.00,甄借款,1234,JK-2025-0001,S0")
    loan = str(_lines(house)["S0"].row.loan_id)
    texts = {"number": "S1", "amount": "7.00", "on": "2026-11-20"}
    importing.record_payment(house.office, house[Role.FINANCE], loan, texts)
    _taken(house, "2026-11-20,7.00,甄借款,1234,JK-2025-0001,S1")
    assert _lines(house)["S1"].row.state == "confirmed"


def test_a_line_set_aside_says_why_and_comes_back_proposed_anew(house: House) -> None:
    _taken(house, "2026-11-20,5.00,陌生人,1234,HT-77-0001,S1")
    receipt, finance = _lines(house)["S1"].row.id, house[Role.FINANCE]
    with pytest.raises(Invalid):
        matching.set_aside(house.office, finance, receipt, " ")
    matching.set_aside(house.office, finance, receipt, "货款")
    with pytest.raises(Conflict):
        matching.confirm(house.office, finance, receipt, "JK-2025-0001")
    parties = (replace(a_party(), name="另一人", number="990000199001010033"),)
    loan = a_loan(contract_number="HT-77-0001")
    an_open_matter(house.office, house[Role.COUNSEL], replace(loan, parties=(loan.parties[0], *parties)))
    matching.take_back(house.office, finance, receipt)
    assert _lines(house)["S1"].contract_number == "HT-77-0001"


def test_lines_that_fitted_nothing_are_proposed_once_their_loan_is_here(house: House) -> None:
    _taken(house, "2026-11-20,5.00,陌生人,1234,HT-77-0001,S1")
    assert matching.again(house.office, house[Role.FINANCE]) == 0
    an_open_matter(house.office, house[Role.COUNSEL], a_loan(contract_number="HT-77-0001"))
    assert matching.again(house.office, house[Role.FINANCE]) == 1
    assert _lines(house, "proposed")["S1"].contract_number == "HT-77-0001"


def test_names_and_references_are_sealed_where_they_are_kept(house: House) -> None:
    _taken(house, "2026-11-20,5.00,陌生人,1234,货款,S1")
    with house.office.database.reading() as session:
        row = session.exec(select(ReceiptRow)).one()
    assert "陌生人" not in str(row.model_dump()) and "货款" not in str(row.model_dump())


@pytest.mark.parametrize("role", [Role.COUNSEL, Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMIN])
def test_lines_of_a_bank_are_finances_alone(house: House, role: Role) -> None:
    _taken(house, "2026-11-20,5.00,陌生人,1234,货款,S1")
    receipt, actor = _lines(house)["S1"].row.id, house[role]
    for forbidden in (
        lambda: matching.receive(house.office, actor, b""),
        lambda: matching.listed(house.office, actor, EVERY),
        lambda: matching.shown(house.office, actor, receipt),
        lambda: matching.confirm(house.office, actor, receipt, "JK-2025-0001"),
        lambda: matching.set_aside(house.office, actor, receipt, "x"),
        lambda: matching.take_back(house.office, actor, receipt),
        lambda: matching.again(house.office, actor),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_the_result_is_a_table_of_every_line_with_state_age_and_reason_and_counsel_has_none(house: House) -> None:
    _taken(
        house,
        "2026-11-20,1000.00,甄借款,1234,还款 JK-2025-0001,S1",
        "2026-11-20,1000.00,甄借款,1234,JK-2025-0001,S2",
        "2026-11-20,7.50,陌生人,5678,货款,S3",
    )
    matching.confirm(house.office, house[Role.FINANCE], _lines(house)["S1"].row.id, "JK-2025-0001")
    sheet = readers.read(receipts_report.export(house.office, house[Role.FINANCE]), {}, house.office.settings)
    states = {line.cells[5]: (line.cells[0], line.cells[3], line.cells[4]) for line in sheet.lines}
    assert {serial: each[0] for serial, each in states.items()} == {"S1": "已登记", "S2": "待确认", "S3": "未匹配"}
    assert states["S3"][1:] == ("7.50", "5678")
    by_serial = {line.cells[5]: line.cells for line in sheet.lines}
    assert by_serial["S1"][9] and not by_serial["S2"][9] and by_serial["S3"][8]
    assert int(by_serial["S1"][2]) == (today(house.office) - date(2026, 11, 20)).days
    with pytest.raises(NotAllowed):
        receipts_report.export(house.office, house[Role.COUNSEL])
