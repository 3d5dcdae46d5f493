"""One loan taken all the way by its use cases: in, claimed, demanded, sued on, enforced, written off, recovered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow import config
from legalflow.access import Role
from legalflow.claims.claim import Claim
from legalflow.errors import Invalid, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.loans.loan import Loan
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, BundleRow, DocumentRow, LoanRow, MatterRow, WriteOffRow
from legalflow.rendering import inspection
from legalflow.services import (
    bundling,
    checking,
    claiming,
    drafting,
    sampling,
    sharing,
    tracking,
    writing_off,
)
from tests.builders import an_office
from tests.services.installation import (
    TODAY,
    actor,
    answered,
    copied,
    happened,
    matter_of,
    sensitive,
    sequence_of,
    work_off,
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def office(
    request: pytest.FixtureRequest, loaded: Office, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """An installation with the sample data, all its files judged, on either database."""
    folder = tmp_path_factory.mktemp("journey")
    if request.param == "sqlite":
        yield copied(loaded, folder)
        return
    server = config.read().test_postgresql
    if not server:
        pytest.skip("LEGALFLOW_TEST_POSTGRESQL names no PostgreSQL server")
    name = f"legalflow_journey_{secrets.token_hex(6)}"
    run_on(server, f'CREATE DATABASE "{name}"')
    url = sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)
    office = an_office(folder, today=TODAY, database_url=url)
    sampling.load(office, whole=False)
    work_off(office)
    yield office
    office.database.close()
    run_on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def run_on(server: str, statement: str) -> None:
    """Run one statement on the server, outside of any transaction."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def made(office: Office, matter: str, kind: str, approver: str = "reviewer", **more: str) -> str:
    """A document asked for by counsel, made, approved and sealed; its id."""
    counsel = actor(office, "counsel")
    document = drafting.request_document(office, counsel, matter, kind, answered(office, counsel, matter, kind, **more))
    work_off(office)
    with office.database.reading() as session:
        row = session.get(DocumentRow, document)
        assert row is not None and row.state == "ready", row and row.reason
        digest = row.pdf or ""
    with pytest.raises(NotAllowed):
        drafting.approve(office, counsel, document, digest)
    drafting.approve(office, actor(office, approver), document, digest)
    drafting.seal(office, actor(office, "seal"), document)
    return document


def test_a_loan_goes_all_the_way_to_recovered_money(office: Office) -> None:
    counsel, matter = actor(office, "counsel"), matter_of(office)
    happened(office, matter, "MaterialsChecked", "2025-09-10")
    happened(office, matter, "DemandStarted", "2025-09-11")
    with pytest.raises(NotNow):
        happened(
            office, matter, "FilingSubmitted", "2025-09-12", document="x", bundle="y", court="z", defendants="陈示例"
        )
    lawyer = actor(office, "lawyer")
    with pytest.raises(NotFound):
        bundling.request_bundle(office, lawyer, matter)
    tracking.assign(office, counsel, matter, lawyer.firm)

    letter = made(office, matter, "lawyer_letter", approver="lawyer", addressee="陈示例")
    drafting.deliver(office, counsel, letter, "served", {"party": "陈示例", "mode": "post", "tracking": "EMS0001"})
    happened(office, matter, "DemandDelivered", "2026-11-24", party="陈示例", mode="direct")

    happened(office, matter, "SuitDecided", "2026-11-24")
    bundle = bundling.request_bundle(office, counsel, matter)
    work_off(office)
    assert bundling.request_bundle(office, counsel, matter) == bundle
    code = sharing.share(office, counsel, bundle)
    download = sharing.open_link(office, lawyer, code)
    assert download.path.read_bytes().startswith(b"%PDF")
    with pytest.raises(NotFound):
        sharing.open_link(office, actor(office, "lawyer2"), code)

    complaint = made(office, matter, "civil_complaint_financial_loan")
    made(office, matter, "civil_complaint", court="示例市示例区人民法院")
    made(office, matter, "evidence_list")
    filing = {"document": complaint, "bundle": bundle, "court": "示例市示例区人民法院", "defendants": "陈示例\n王示例"}
    happened(office, matter, "FilingSubmitted", "2026-11-24", **filing)
    happened(
        office,
        matter,
        "CaseAccepted",
        "2026-11-24",
        case_number="(2026)京0105民初123号",
        court="示例市示例区人民法院",
        procedure="ordinary",
    )


def test_after_judgment_it_is_enforced_written_off_and_recovered(office: Office) -> None:
    matter = matter_of(office)
    late = an_office(office.settings.home.parent, today="2027-03-01", database_url=office.settings.database_url)
    happened(
        late,
        matter,
        "JudgmentGiven",
        "2026-12-20",
        number="（2026）京0105民初123号",
        body="示例市示例区人民法院",
        kind="judgment",
        cause="金融借款合同纠纷",
        operative="一、被告陈示例于本判决生效之日起十日内偿还原告借款本金；\n二、驳回其他诉讼请求。",
        principal="88000.00",
        interest="3000.00",
        interest_until="2026-11-24",
        interest_rate="10.8%",
        interest_base="88000.00",
        other_costs="0",
        performance_days="10",
        parties="陈示例\n王示例\n示例银行股份有限公司",
    )
    for party in ("陈示例", "王示例", "示例银行股份有限公司"):
        happened(late, matter, "JudgmentServed", "2026-12-28", party=party, mode="direct")
    with pytest.raises(Invalid, match="takes effect on 2027-01-13"):
        happened(late, matter, "JudgmentTookEffect", "2027-01-05")
    happened(late, matter, "JudgmentTookEffect", "2027-01-13", performance_last_day="2027-01-25")
    assert tracking.cautions(late, actor(late, "counsel"), matter, "EnforcementPrepared") == ()
    too_late = an_office(office.settings.home.parent, today="2029-06-01", database_url=office.settings.database_url)
    [caution] = tracking.cautions(too_late, actor(late, "counsel"), matter, "EnforcementPrepared")
    assert caution.code == "enforcement.late"
    too_late.database.close()
    happened(late, matter, "EnforcementPrepared", "2027-02-01")
    application = made(late, matter, "enforcement_application")
    made(late, matter, "delay_interest_calculation")
    happened(late, matter, "EnforcementSubmitted", "2027-02-02", document=application, court="示例市示例区人民法院")
    happened(
        late,
        matter,
        "EnforcementAccepted",
        "2027-02-05",
        case_number="(2027)京0105执88号",
        court="示例市示例区人民法院",
    )
    happened(late, matter, "EnforcementStayed", "2027-02-20", number="(2027)京0105执88号之一", unpaid="88000.00")

    finance, checker, approver = (actor(late, login) for login in ("finance", "checker", "approver"))
    _loan, finding = _claim(late, matter)
    asked = {
        "criterion": "enforcement_failed",
        "as_of": "2027-02-28",
        "principal": str(finding.principal),
        "on_balance_interest": "1000.00",
        "off_balance_interest": "500.00",
        "outstanding_principal": str(finding.principal),
        "outstanding_on_balance_interest": "1000.00",
        "outstanding_off_balance_interest": "500.00",
    }
    with pytest.raises(LegalflowError):
        writing_off.ask(late, finance, matter, {**asked, "principal": "999999.00"})
    application_id = writing_off.ask(late, finance, matter, asked)
    with pytest.raises(NotAllowed):
        writing_off.check(late, finance, application_id, "同意")
    writing_off.check(late, checker, application_id, "同意上报")
    with late.database.reading() as session:
        digest = session.get(WriteOffRow, application_id).request_digest  # type: ignore[union-attr]
    with pytest.raises(LegalflowError):
        writing_off.approve(late, approver, application_id, "0" * 64, "批〔2027〕1号")
    writing_off.approve(late, approver, application_id, digest, "批〔2027〕1号")
    writing_off.book(late, finance, application_id, "记-2027-001", "2027-03-01")
    writing_off.recover(late, finance, application_id, {"number": "HS1", "amount": "2000.00"})
    with late.database.reading() as session:
        row = session.get(WriteOffRow, application_id)
        assert row is not None
        kept = writing_off.balance(session, row)
    assert str(kept.recovered.interest) == "1500.00" and str(kept.recovered.principal) == "500.00"
    assert kept.still_off.principal.fen == finding.principal.fen - 50000
    with pytest.raises(LegalflowError):
        writing_off.correct(late, checker, application_id, sequence_of(late, matter, "WriteOffBooked"), "误记")
    writing_off.correct(late, checker, application_id, sequence_of(late, matter, "RecoveryRecorded"), "流水号误记")
    with late.database.reading() as session:
        row = session.get(WriteOffRow, application_id)
        assert row is not None
        assert writing_off.balance(session, row).recovered.total.fen == 0
    writing_off.recover(late, finance, application_id, {"number": "HS2", "amount": "2000.00"})
    assert not list(checking.invariants(late))


def test_the_manifest_of_the_bundle_proves_the_file(office: Office, tmp_path: Path) -> None:
    with office.database.reading() as session:
        row = session.exec(select(BundleRow).where(BundleRow.state == "ready")).first()
    assert row is not None and row.pdf and row.manifest
    place = tmp_path / "bundle.pdf"
    place.write_bytes(office.store.read(row.pdf))
    assert inspection.inspect(place, json.loads(office.store.read(row.manifest))) == ()


def test_a_law_firm_finds_nothing_of_another_firms_matter(office: Office) -> None:
    stranger = actor(office, "lawyer2")
    with office.database.reading() as session:
        document = session.exec(select(DocumentRow).where(DocumentRow.matter_id == matter_of(office))).first()
        bundle = session.exec(select(BundleRow)).first()
    assert document is not None and bundle is not None and stranger.role is Role.FIRM_LAWYER
    for asked in (
        lambda: drafting.open_file(office, stranger, document.id, "pdf"),
        lambda: bundling.open_bundle(office, stranger, bundle.id, "pdf"),
        lambda: drafting.questions(office, stranger, matter_of(office), "civil_complaint"),
    ):
        with pytest.raises(NotFound):
            asked()


def _claim(office: Office, matter: str) -> tuple[Loan, Claim]:
    with office.database.reading() as session:
        row = session.get(MatterRow, matter)
        assert row is not None
    loan, finding = claiming.state_claim(office, actor(office, "counsel"), row.loan_id, date(2027, 2, 28))
    return loan, finding.value


def test_after_all_of_it_no_person_is_told_in_database_audit_outbox_or_log(office: Office) -> None:
    office.database.close()
    kept = b"".join(path.read_bytes() for path in sorted(office.settings.home.rglob("*")) if path.is_file())
    told = [text for text in sorted(sensitive()) if text.encode() in kept or text.encode("unicode_escape") in kept]
    assert told == []
    with office.database.reading() as session:
        details = json.dumps([row.detail for row in session.exec(select(AuditRow))], ensure_ascii=False)
        names = set(session.exec(select(LoanRow.borrower)))
    assert len(names) == 6 and [name for name in names if name in details] == []
