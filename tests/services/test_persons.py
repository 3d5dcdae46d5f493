"""A person's rights: to know, to have corrected, left alone, deleted; each refused only with its ground."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.loans.parties import Collateral, PartyKind, PartyRole
from legalflow.loans.payments import Payment
from legalflow.office import Office
from legalflow.persistence import mapping, repositories
from legalflow.persistence.tables import AuditRow, LoanRow, MatterRow, PaymentRow, PersonRow, ReceiptRow, WriteOffRow
from legalflow.services import (
    bundling,
    checking,
    claiming,
    correcting,
    deleting,
    drafting,
    importing,
    keeping,
    matching,
    persons,
    restricting,
    revealing,
    tracking,
    viewing,
)
from legalflow.values.money import Money
from tests.builders import a_kept_loan, a_loan, a_party, an_account, an_office, an_open_matter
from tests.services.installation import CONTRACT, actor, answered, drafted, loan_of, matter_of
from tests.services.test_importing import LOAN, _taken_in

TODAY = "2026-11-24"
NUMBER, ANOTHER, WRONG = "990000199001010017", "990000199001010025", "990000199001010018"
GUARANTOR = "990000198504120010"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today=TODAY)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


def _loan_row(office: Office) -> LoanRow:
    with office.database.reading() as session:
        return session.exec(select(LoanRow)).one()


def _party(office: Office, number: str) -> dict[str, object]:
    with office.database.reading() as session:
        for row in session.exec(select(LoanRow)):
            for party in repositories.whole_loan(session, row, office.keys).parties:
                if party.number == number:
                    return vars(party)
    raise AssertionError("nobody has this number")


def _trail(office: Office, action: str) -> list[AuditRow]:
    with office.database.reading() as session:
        return list(session.exec(select(AuditRow).where(AuditRow.action == action)))


def _codes(error: pytest.ExceptionInfo[LegalflowError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


# --- to know ---------------------------------------------------------------------------------------------------------


def test_a_person_is_told_payments_documents_evidence_and_who_looked(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample)
    keeping.add_exhibit(sample, counsel, matter, "身份证.pdf", b"%PDF-1.4", name="身份证", group=1)
    drafted(sample, matter, "civil_complaint_financial_loan")
    parties = revealing.reveal(sample, counsel, loan_of(sample))
    borrower = next(party for party in parties if party.role is PartyRole.BORROWER)
    told = persons.access(sample, counsel, borrower.number)
    held = next(each for each in told["loans"] if each["contract_number"] == CONTRACT)
    assert [fact["name"] for fact in held["facts"]] == [borrower.name]
    assert held["payments"] and held["matter"]["deadlines"] and held["restriction"] is None
    assert [each["title"] for each in held["matter"]["documents"]] and held["matter"]["documents"][0]["files"]
    assert "身份证" in {each["name"] for each in held["matter"]["evidence"]}
    assert held["matter"]["events"][0]["event"] == "案件接收" or held["matter"]["events"][0]["sequence"] == 1
    assert held["looks"][-1]["action"] == "reveal" and "法务经办" in held["looks"][-1]["by"]
    assert len(told["files"]) == 1, "the file the loan came in with"
    again = persons.access(sample, counsel, borrower.number)["loans"]
    assert next(each for each in again if each["contract_number"] == CONTRACT)["looks"][-1]["action"] == "person.access"


def test_the_write_off_is_told_to_nobody_outside(sample: Office) -> None:
    matter = matter_of(sample)
    with sample.database.reading() as session:
        row = session.get(MatterRow, matter)
        assert row is not None
        inside = persons._matter(session, actor(sample, "counsel"), row)
        outside = persons._matter(session, actor(sample, "lawyer"), row)
    assert outside["write_offs"] == []
    assert len(outside["events"]) <= len(inside["events"])


# --- to have corrected -----------------------------------------------------------------------------------------------


def test_a_correction_reaches_every_loan_of_the_person_sealed_and_recorded_without_its_value(
    office: Office, counsel: Actor
) -> None:
    first = an_open_matter(office, counsel)
    a_kept_loan(office, a_loan(contract_number="JK-2025-0002"))
    told = correcting.correct(office, counsel, NUMBER, {"phone": "19900000009", "employer": "样例工厂", "email": ""})
    assert [(each["contract_number"], each["fields"]) for each in told["loans"]] == [
        ("JK-2025-0001", ["employer", "phone"]),
        ("JK-2025-0002", ["employer", "phone"]),
    ]
    assert told["loans"][0]["matter"] and told["loans"][1]["matter"] is None
    with office.database.reading() as session:
        for row in session.exec(select(LoanRow)):
            assert "19900000009" not in str(row.facts) and row.version == 2
            borrower = repositories.whole_loan(session, row, office.keys).borrower
            assert (borrower.phone, borrower.employer) == ("19900000009", "样例工厂")
    trail = _trail(office, "person.corrected")
    assert [each.detail["fields"] for each in trail] == [["employer", "phone"]] * 2
    assert trail[0].detail["before"] != trail[0].detail["after"] == _first(office, first).digest
    assert not any("19900000009" in str(each.detail) or "样例" in str(each.detail) for each in trail)
    assert list(checking.invariants(office)) == []


def _first(office: Office, matter: str) -> LoanRow:
    with office.database.reading() as session:
        return session.exec(select(LoanRow).join(MatterRow).where(MatterRow.id == matter)).one()


def test_the_same_again_changes_nothing_and_is_not_recorded(office: Office, counsel: Actor) -> None:
    a_kept_loan(office)
    told = correcting.correct(office, counsel, NUMBER, {"phone": "19900000001"})
    assert told["loans"][0]["fields"] == [] and _loan_row(office).version == 1
    assert not _trail(office, "person.corrected")


def test_everything_wrong_is_said_at_once_and_nothing_is_changed(office: Office, counsel: Actor) -> None:
    a_kept_loan(office)
    with pytest.raises(Invalid) as unread:
        correcting.correct(
            office, counsel, NUMBER, {"sex": "x", "birth_date": "1990-02-30", "number": "1", "shoe": "9"}
        )
    assert {problem.field for problem in unread.value.problems} == {"sex", "birth_date", "number", "shoe"}
    with pytest.raises(Invalid) as contradicting:
        correcting.correct(office, counsel, NUMBER, {"sex": "女", "birth_date": "1991-01-01"})
    assert _codes(contradicting) == {"person.birth", "person.sex"}
    for texts, code in (({}, "person.nothing"), ({"name": ""}, "person.empty")):
        with pytest.raises(Invalid) as refused:
            correcting.correct(office, counsel, NUMBER, texts)
        assert _codes(refused) == {code}
    assert _loan_row(office).version == 1


def test_a_number_is_corrected_only_to_one_that_passes_its_check_and_the_person_is_found_by_it(
    office: Office, counsel: Actor
) -> None:
    a_kept_loan(office)
    restricting.restrict(office, counsel, NUMBER)
    with pytest.raises(Invalid) as refused:
        correcting.correct(office, counsel, NUMBER, {}, WRONG)
    assert _codes(refused) == {"identity.check"} and WRONG not in str(refused.value)
    correcting.correct(office, counsel, NUMBER, {}, f" {ANOTHER} ")
    with pytest.raises(NotFound):
        correcting.correct(office, counsel, NUMBER, {"phone": "19900000009"})
    party = _party(office, ANOTHER)
    assert (party["sex"], party["birth_date"]) == ("女", date(1990, 1, 1)), "read from the new number"
    assert persons.access(office, counsel, ANOTHER)["loans"][0]["restriction"]["kind"] == "except_claims"


def test_a_number_that_is_another_partys_of_the_loan_is_refused(office: Office, counsel: Actor) -> None:
    parties = (*a_loan().parties, a_party(PartyRole.GUARANTOR, name="甄保证", number=ANOTHER, sex="女"))
    a_kept_loan(office, a_loan(parties=parties))
    with pytest.raises(Conflict):
        correcting.correct(office, counsel, NUMBER, {}, ANOTHER)


def test_a_name_is_corrected_wherever_the_loan_names_the_person_and_events_of_the_old_name_are_named(
    sample: Office,
) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample)
    with sample.database.reading() as session:
        row = session.get(LoanRow, loan_of(sample))
        assert row is not None
        loan = repositories.whole_loan(session, row, sample.keys)
    guarantor = next(party for party in loan.parties if party.role is PartyRole.GUARANTOR)
    tracking.record(
        sample,
        counsel,
        matter,
        "DemandDelivered",
        {"on": "2026-10-10", "party": guarantor.name, "mode": "post"},
    )
    told = correcting.correct(sample, counsel, guarantor.number, {"name": "更名保证"})
    mine = next(each for each in told["loans"] if each["contract_number"] == CONTRACT)
    assert mine["events"], "the demand names the guarantor as it was called"
    with sample.database.reading() as session:
        row = session.get(LoanRow, loan_of(sample))
        assert row is not None
        after = repositories.whole_loan(session, row, sample.keys)
    assert [each.guarantor for each in after.guarantees] == ["更名保证"]
    assert list(checking.invariants(sample)) == []


def test_documents_made_from_the_earlier_facts_are_named_and_others_are_not(sample: Office) -> None:
    matter = matter_of(sample)
    complaint = drafted(sample, matter, "civil_complaint_financial_loan")
    parties = revealing.reveal(sample, actor(sample, "counsel"), loan_of(sample))
    number = next(party.number for party in parties if party.role is PartyRole.BORROWER)
    told = correcting.correct(sample, actor(sample, "counsel"), number, {"phone": "13900000008"})
    stale = next(each["documents"] for each in told["loans"] if each["contract_number"] == CONTRACT)
    assert [each["document"] for each in stale] == [complaint] and "重新生成" in stale[0]["mend"]
    anew = drafted(sample, matter, "civil_complaint_financial_loan")
    told = correcting.correct(sample, actor(sample, "counsel"), number, {"email": "a@example.com"})
    stale = next(each["documents"] for each in told["loans"] if each["contract_number"] == CONTRACT)
    assert anew in [each["document"] for each in stale]
    told = correcting.correct(sample, actor(sample, "counsel"), number, {"employer": ""})
    assert next(each["documents"] for each in told["loans"] if each["contract_number"] == CONTRACT) == []


def test_an_import_of_the_old_file_does_not_undo_a_correction_but_the_corrected_one_goes_in(
    office: Office, counsel: Actor
) -> None:
    _taken_in(office, counsel, "loans", [LOAN])
    number = LOAN["借款人证件号码"]
    correcting.correct(office, counsel, number, {"phone": "13800000009"})
    row = _taken_in(office, counsel, "loans", [LOAN, {**LOAN, "合同编号": "示〔2025〕9号"}])
    assert (row.added, row.changed, row.refused) == (1, 0, 1) and row.report
    assert "已依本人请求更正" in office.store.read(row.report).decode("utf-8-sig")
    assert _party(office, number)["phone"] == "13800000009"
    corrected = {**LOAN, "借款人联系电话": "13800000009"}
    assert _taken_in(office, counsel, "loans", [corrected]).unchanged == 1
    assert _taken_in(office, counsel, "loans", [{**corrected, "年利率": "7%"}]).changed == 1
    assert _taken_in(office, counsel, "loans", [{**LOAN, "年利率": "8%"}]).refused == 1


@pytest.mark.parametrize("role", [Role.FINANCE, Role.FIRM_LAWYER, Role.ADMIN, Role.AUDITOR])
def test_only_the_lenders_lawyers_correct_restrict_and_delete(office: Office, role: Role) -> None:
    a_kept_loan(office)
    other = an_account(office, role)
    for attempt in (
        lambda: correcting.correct(office, other, NUMBER, {"phone": "1"}),
        lambda: restricting.restrict(office, other, NUMBER),
        lambda: restricting.lift(office, other, NUMBER),
        lambda: deleting.delete(office, other, NUMBER),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- to have left alone ----------------------------------------------------------------------------------------------


def test_a_restricted_person_is_not_revealed_and_shown_by_name_alone(office: Office, counsel: Actor) -> None:
    matter = an_open_matter(office, counsel)
    loan = _loan_row(office).id
    assert restricting.restrict(office, counsel, NUMBER) == ["JK-2025-0001"]
    with pytest.raises(NotNow) as refused:
        revealing.reveal(office, counsel, loan)
    assert "个人信息保护法" in str(refused.value.problems[0].message) and TODAY in refused.value.problems[0].message
    assert "起诉、执行所需的文书和证据不受影响" in refused.value.problems[0].message
    assert len(_trail(office, "reveal.refused")) == 1 and not _trail(office, "reveal")
    for parties in (
        viewing.loan(office, counsel, loan).loan.parties,
        viewing.matter(office, counsel, matter).loan.parties,
    ):
        borrower = next(party for party in parties if party.role is PartyRole.BORROWER)
        assert borrower.name == "甄借款" and not (borrower.number or borrower.phone or borrower.domicile)
        lender = next(party for party in parties if party.role is PartyRole.LENDER)
        assert lender.domicile
    restricting.lift(office, counsel, NUMBER)
    assert len(revealing.reveal(office, counsel, loan)) == 2
    assert [each.action for each in _trail(office, "person.restriction_lifted")] == ["person.restriction_lifted"]


def test_a_restriction_holds_in_a_loan_that_came_later(office: Office, counsel: Actor) -> None:
    a_kept_loan(office)
    restricting.restrict(office, counsel, NUMBER)
    later = a_kept_loan(office, a_loan(contract_number="JK-2025-0002"))
    with pytest.raises(NotNow):
        revealing.reveal(office, counsel, later)


def test_courts_stay_open_by_default_and_are_closed_when_asked(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample)
    number = _borrower(sample)
    asked = answered(sample, counsel, matter, "write_off_application")
    complaint = drafted(sample, matter, "civil_complaint_financial_loan")
    restricting.restrict(sample, counsel, number)
    with pytest.raises(NotNow) as refused:
        drafting.request_document(sample, counsel, matter, "write_off_application", asked)
    assert _codes(refused) == {"person.restricted"}
    assert drafting.open_file(sample, counsel, complaint, "pdf").size > 0
    assert drafting.questions(sample, counsel, matter, "civil_complaint_financial_loan")
    claiming.state_claim(sample, counsel, loan_of(sample))
    restricting.restrict(sample, counsel, number, except_claims=False)
    exhibit = viewing.matter(sample, counsel, matter).exhibits[0].id
    for attempt in (
        lambda: drafting.open_file(sample, counsel, complaint, "pdf"),
        lambda: drafting.questions(sample, counsel, matter, "civil_complaint_financial_loan"),
        lambda: drafting.approve(sample, actor(sample, "reviewer"), complaint, "0" * 64),
        lambda: bundling.request_bundle(sample, counsel, matter),
        lambda: keeping.open_original(sample, counsel, exhibit),
    ):
        with pytest.raises(NotNow) as closed:
            attempt()
        assert _codes(closed) == {"person.restricted"} and "包括起诉" in closed.value.problems[0].message


def _borrower(office: Office, contract: str = CONTRACT) -> str:
    with office.database.reading() as session:
        row = session.get(LoanRow, loan_of(office, contract))
        assert row is not None
        return repositories.whole_loan(session, row, office.keys).borrower.number


def test_an_organisation_has_no_personal_data_to_restrict_or_delete(office: Office, counsel: Actor) -> None:
    company = a_party(kind=PartyKind.ORGANISATION)
    a_kept_loan(office, a_loan(parties=(a_loan().parties[0], company)))
    for attempt in (
        lambda: restricting.restrict(office, counsel, company.number),
        lambda: deleting.delete(office, an_account(office, Role.REVIEWER), company.number),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert _codes(refused) == {"person.organisation"}
    with pytest.raises(NotFound):
        restricting.restrict(office, counsel, a_loan().parties[0].number)  # the lender


# --- to have deleted -------------------------------------------------------------------------------------------------


def test_nothing_is_deleted_while_the_claim_lives(office: Office, counsel: Actor) -> None:
    a_kept_loan(office, a_loan(contract_number="JK-2025-0002"))
    an_open_matter(office, counsel)
    reviewer = an_account(office, Role.REVIEWER)
    with pytest.raises(NotNow) as refused:
        deleting.delete(office, reviewer, NUMBER)
    assert _codes(refused) == {"person.claim_lives"} and len(refused.value.problems) == 2
    assert _trail(office, "person.delete_refused")[0].detail["codes"] == ["person.claim_lives"]
    assert _party(office, NUMBER)["name"] == "甄借款"


def test_after_closing_the_period_runs_and_then_the_person_goes_and_what_stays_is_named(
    office: Office, counsel: Actor, tmp_path: Path
) -> None:
    home = Collateral(
        owner="甄借款",
        kind="抵押",
        description="虚拟省样例市示范区甲路1号房屋",
        contract_name="抵押合同",
        signed=date(2025, 1, 15),
        certificate="样例证明第1号",
    )
    guarantor = a_party(PartyRole.GUARANTOR, name="甄保证", number=GUARANTOR, birth_date=date(1985, 4, 12))
    loan = a_loan(parties=(*a_loan().parties, guarantor), collateral=(home,))
    matter = an_open_matter(office, counsel, loan)
    exhibit = keeping.add_exhibit(office, counsel, matter, "身份证.pdf", b"%PDF-1.4 x", name="身份证", group=1)
    tracking.record(office, counsel, matter, "MatterClosed", {"on": TODAY, "reason": "已清偿", "result": "paid"})
    reviewer = an_account(office, Role.REVIEWER)
    with pytest.raises(NotNow) as refused:
        deleting.delete(office, reviewer, NUMBER)
    assert _codes(refused) == {"person.retention_runs"}
    assert "2036-11-24" in refused.value.problems[0].message and "未核验" in refused.value.problems[0].message
    office.database.close()
    day_before = an_office(tmp_path, today="2036-11-23")
    with pytest.raises(NotNow):
        deleting.delete(day_before, reviewer, NUMBER)
    day_before.database.close()
    later = an_office(tmp_path, today="2036-11-24")
    for wrong in (None, 0, 2):
        with pytest.raises(NotNow) as unconfirmed:
            deleting.delete(later, reviewer, NUMBER, wrong)
        assert _codes(unconfirmed) == {"person.confirm"} and "JK-2025-0001" in unconfirmed.value.problems[0].message
        assert _loan_row(later).borrower != mapping.DELETED, "nothing happens before it is confirmed"
    told = deleting.delete(later, reviewer, NUMBER, 1)
    assert told["deleted"] == ["JK-2025-0001"]
    original = next(each for each in told["kept"] if exhibit in each["what"])
    assert later.store.verify(original["place"]) and "无他处引用" in original["ground"]
    assert {"案件日志和期限", "审计记录", "此前的备份（如有）"} <= {each["what"] for each in told["kept"]}
    assert all(each["ground"] for each in told["kept"])
    row = _loan_row(later)
    assert row.borrower == mapping.DELETED and row.facts["parties"][2]["name"] == "甄保证"
    for gone in ("甄借款", "甲路1号", "样例证明"):
        assert gone not in str(row.facts)
    assert _party(later, GUARANTOR)["phone"] == guarantor.phone, "the other person's data stay"
    with later.database.reading() as session:
        assert later.keys.index(NUMBER) not in set(session.exec(select(PersonRow.number_index)))
        borrower = repositories.whole_loan(session, row, later.keys).borrower
    assert vars(borrower) == {**vars(mapping.withheld(borrower)), "name": mapping.DELETED}
    assert persons.access(later, counsel, NUMBER)["loans"] == []
    with pytest.raises(NotNow) as left:
        keeping.open_original(later, counsel, exhibit)
    assert _codes(left) == {"person.deleted"}
    assert [each.invariant for each in checking.invariants(later) if each.invariant != "I2"] == []
    with pytest.raises(NotFound):
        deleting.delete(later, reviewer, NUMBER)


def test_a_loan_paid_off_without_a_matter_may_go_and_no_import_brings_the_person_back(
    office: Office, counsel: Actor, tmp_path: Path
) -> None:
    _taken_in(office, counsel, "loans", [LOAN, {**LOAN, "合同编号": "示〔2025〕2号"}])
    reviewer = an_account(office, Role.REVIEWER)
    with office.database.reading() as session:
        loan_id = session.exec(select(LoanRow).where(LoanRow.contract_number == LOAN["合同编号"])).one().id
    _pay_off(office, loan_id, date(2026, 1, 10))
    number = LOAN["借款人证件号码"]
    line = f"到账日期,到账金额,付款人,附言,流水号\n2026-01-10,1.00,某付款人,{LOAN['合同编号']},S1\n"
    matching.receive(office, an_account(office, Role.FINANCE), line.encode())
    with pytest.raises(NotNow) as refused:
        deleting.delete(office, reviewer, number)
    assert _codes(refused) == {"person.claim_lives", "person.retention_runs"}
    office.database.close()
    later = an_office(tmp_path, today="2036-01-10")
    told = deleting.delete(later, reviewer, number, 1)
    assert told["deleted"] == [LOAN["合同编号"]]
    with later.database.reading() as session:
        receipt = session.exec(select(ReceiptRow)).one()
    assert (receipt.loan_id, receipt.payer, receipt.reference, receipt.fen) == (loan_id, "", "", 100)
    grounds = {each["what"]: each["ground"] for each in told["kept"]}
    assert grounds["贷款"] == "不能删除：债权尚未清偿" and any(what.startswith("导入文件") for what in grounds)
    row = _taken_in(later, counsel, "loans", [{**LOAN, "合同名称": "个人借款合同 "}, LOAN])
    assert row.refused == 2
    assert [each["contract_number"] for each in persons.access(later, counsel, number)["loans"]] == ["示〔2025〕2号"]


def _pay_off(office: Office, loan_id: str, on: date) -> None:
    with office.database.reading() as session:
        row = session.get(LoanRow, loan_id)
        assert row is not None
    owed = claiming.state_claim(office, an_account(office, Role.AUDITOR), loan_id, on)[1].value.total
    payment = Payment(on, Money(str(owed)), "ALL", "", "")
    with office.database.writing() as session:
        session.add(
            PaymentRow(
                loan_id=loan_id,
                paid_on=payment.on,
                fen=payment.amount.fen,
                number=payment.number,
                recorded_by="test",
                at=office.now(),
            )
        )
    assert not claiming.state_claim(office, an_account(office, Role.APPROVER), loan_id)[1].value.total


def test_what_is_written_off_is_pursued_until_it_ended_for_good(office: Office, counsel: Actor) -> None:
    matter = an_open_matter(office, counsel)
    tracking.record(office, counsel, matter, "MatterClosed", {"on": TODAY, "reason": "终结", "result": "ended"})
    reviewer = an_account(office, Role.REVIEWER)
    with pytest.raises(NotNow) as runs:
        deleting.delete(office, reviewer, NUMBER)
    assert _codes(runs) == {"person.retention_runs"}
    with office.database.writing() as session:
        off = WriteOffRow(
            id=repositories.new_id(),
            loan_id=_loan_row(office).id,
            matter_id=matter,
            state="booked",
            principal_fen=1,
            on_interest_fen=0,
            off_interest_fen=0,
            fees_fen=0,
            cut_off=date(2026, 11, 24),
            request_digest="",
            request={},
            applied_by=counsel.id,
            created_at=office.now(),
        )
        session.add(off)
    with pytest.raises(NotNow) as pursued:
        deleting.delete(office, reviewer, NUMBER)
    assert _codes(pursued) == {"person.claim_lives"} and "账销案存" in pursued.value.problems[0].message


def test_files_with_a_number_are_found_whatever_stands_around_it(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "loans", [{**LOAN, "借款人证件号码": "９９００００１９８５０４１２００１０"}])
    importing.receive(office, counsel, "loans", "bad.csv", b"\x00\xff\x00")
    assert len(persons.files_with(office, counsel, GUARANTOR)) == 1
    assert persons.files_with(office, counsel, NUMBER) == []
