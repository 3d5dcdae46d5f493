"""A small house with three matters, somebody of each role signed in, and browsers that send what a browser sends."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from legalflow.access import Actor, Role
from legalflow.app import create_app
from legalflow.loans.lender import Account
from legalflow.loans.parties import Firm, PartyKind, PartyRole
from legalflow.matters.events import AssetFound, DocumentRendered, DocumentRequested
from legalflow.office import Office, today
from legalflow.persistence import mapping, repositories
from legalflow.persistence.tables import (
    AuthorityLimitRow,
    BatchRow,
    BundleRow,
    DeadlineRow,
    DeliveryRow,
    DigestRow,
    DocumentRow,
    ExhibitRow,
    FirmRow,
    LawValueRow,
    LenderAccountRow,
    LenderRow,
    LenderSealRow,
    LinkRow,
    MatterRow,
    OpeningBalanceRow,
    OutboxRow,
    PaperRow,
    PersonRow,
    ProposalRow,
    ReceiptRow,
    RunLineRow,
    RunRow,
    SessionRow,
    WriteOffLineRow,
    WriteOffListRow,
    WriteOffRow,
)
from legalflow.services import tracking
from legalflow.values import codec
from tests.builders import a_loan, a_party, an_account, an_office, an_open_matter

ORIGIN = {"Origin": "http://localhost"}
NUMBERED = ("work", "value", "limit", "asset", "debtor")  # things whose ids are numbers
PDF = b"%PDF-1.7 of a test"


@dataclass
class Visitor:
    """Somebody signed in before a browser."""

    client: FlaskClient
    csrf: str
    actor: Actor

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form as our own page would: with token, key and origin."""
        sent = {"csrf": self.csrf, "key": secrets.token_hex(16), **(data or {})}
        return self.client.post(path, data=sent, headers=ORIGIN, buffered=True, **more)


@dataclass
class Place:
    """One matter with one of everything that can hang on it, by kind."""

    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """Three matters: of the firm (`own`), of another firm (`other`), of none (`unassigned`); `absent` never was."""

    office: Office
    app: Flask
    actors: dict[Role, Actor]
    places: dict[str, Place]
    visitors: dict[Role, Visitor] = field(default_factory=dict)

    def visitor(self, role: Role) -> Visitor:
        """Somebody of a role, signed in."""
        return signed_in(self.app, self.office, self.actors[role])


def signed_in(app: Flask, office: Office, actor: Actor) -> Visitor:
    """A browser with a live session of an actor."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session_id = hashlib.sha256(token.encode()).hexdigest()
    with office.database.writing() as session:
        at = office.now()
        session.add(SessionRow(id=session_id, account_id=actor.id, csrf=csrf, created_at=at, seen_at=at))
    client = app.test_client()
    client.set_cookie("legalflow", token)
    return Visitor(client, csrf, actor)


def a_world(folder: Path, **changes: Any) -> World:
    """The small house in a folder."""
    office = an_office(folder, **{"today": "2026-11-24T10:00:00+08:00", **changes})
    firms = [
        FirmRow(id=repositories.new_id(), name=name, facts=mapping.sealed(Firm(name=name), office.keys))
        for name in ("甲律所", "乙律所")
    ]
    with office.database.writing() as session:
        session.add_all(firms)
    actors = {
        role: an_account(office, role, firm_id=firms[0].id if role is Role.FIRM_LAWYER else None) for role in Role
    }
    places = {
        name: a_place(office, actors, f"JK-{number}", firm)
        for number, (name, firm) in enumerate(
            (("own", firms[0].id), ("other", firms[1].id), ("unassigned", None), ("spare", firms[0].id))
        )
    }
    never = {kind: "0" * len(each) for kind, each in places["own"].ids.items()}  # as long as what is there
    places["absent"] = Place(never | dict.fromkeys(NUMBERED, "999999"))
    return World(office, create_app(office), actors, places)


def a_place(office: Office, actors: dict[Role, Actor], number: str, firm: str | None) -> Place:
    """A matter with a draft, an exhibit, a bundle with its link, a write-off, a batch and dead work."""
    counsel = actors[Role.COUNSEL]
    matter = an_open_matter(office, counsel, a_loan(contract_number=number))
    if firm:
        tracking.assign(office, counsel, matter, firm)
    pdf = office.store.put(PDF)
    with office.database.reading() as session:
        loan = repositories.matter(session, counsel, matter).loan_id
    at = office.now()
    asked = {"matter_id": matter, "created_at": at}
    rows: dict[str, Any] = {
        "document": DocumentRow(
            id=repositories.new_id(),
            kind="civil_complaint",
            version=1,
            title="民事起诉状",
            state="ready",
            facts_digest=office.store.put(codec.encode({"contract_number": number})),
            docx=pdf,
            pdf=pdf,
            requested_by=counsel.id,
            changed_at=at,
            **asked,
        ),
        "exhibit": ExhibitRow(
            id=repositories.new_id(),
            state="rejected",
            name="借款合同",
            group_number=2,
            place=1,
            kind="书证",
            file_name="合同.pdf",
            size=len(PDF),
            original=pdf,
            working=pdf,
            added_by=counsel.id,
            **asked,
        ),
        "bundle": BundleRow(
            id=repositories.new_id(),
            version=1,
            state="ready",
            inputs_digest=number,
            pdf=pdf,
            manifest=pdf,
            list_docx=pdf,
            list_pdf=pdf,
            pages=1,
            requested_by=counsel.id,
            **asked,
        ),
        "write_off": WriteOffRow(
            id=repositories.new_id(),
            loan_id=loan,
            state="applied",
            principal_fen=100,
            on_interest_fen=0,
            off_interest_fen=0,
            fees_fen=0,
            cut_off=at.date(),
            request_digest="d" * 64,
            request={},
            applied_by=counsel.id,
            **asked,
        ),
        "batch": BatchRow(
            id=repositories.new_id(),
            kind="loans",
            digest=number,
            file_name="贷款.csv",
            state="done",
            report=pdf,
            received_by=counsel.id,
            created_at=at,
        ),
        "work": OutboxRow(
            task="render_document", subject_id=number, queue="documents", state="dead", due_at=at, created_at=at
        ),
    }
    rows["digest"] = DigestRow(
        id=repositories.new_id(),
        account_id=actors[Role.ADMIN].id,
        day=date.fromordinal(today(office).toordinal() - int(number[-1])),
        asked_at=at,
    )
    rows["lender"] = LenderRow(
        name=f"某银行{number}",
        id=repositories.new_id(),
        facts=mapping.sealed(a_party(PartyRole.LENDER, PartyKind.ORGANISATION), office.keys),
        letterhead={"name": "某银行", "address": "", "logo": pdf},
    )
    rows["lender_account"] = LenderAccountRow(
        id=repositories.new_id(),
        lender_id=rows["lender"].id,
        purpose="refund",
        facts=mapping.sealed(Account(purpose="refund", number=number, name="某行", bank="某行"), office.keys),
        state="proposed",
        proposed_by=counsel.id,
        proposed_at=at,
    )
    rows["lender_seal"] = LenderSealRow(
        id=repositories.new_id(),
        lender_id=rows["lender"].id,
        seal="公章",
        content=office.keys.seal("iVBORw0KGgo="),
        digest=pdf,
        width=1,
        height=1,
        millimetres=40,
        added_by=counsel.id,
        added_at=at,
    )
    rows["value"] = LawValueRow(
        topic="filing/element_forms",
        first_day=date(2030, 1, int(number[-1]) + 1),
        value={"value": "不再要求"},
        instrument="某通知",
        article="第一条",
        verified=False,
        state="refused",
        proposed_by=counsel.id,
        proposed_at=at,
        decided_by=actors[Role.REVIEWER].id,
        decided_at=at,
    )
    rows["link"] = LinkRow(
        id=repositories.new_id(),
        token_hash=number,
        firm_id=firm or _any_firm(office),
        matter_id=matter,
        bundle_id=rows["bundle"].id,
        digest=pdf,
        expires_at=at,
        uses_allowed=5,
        created_by=counsel.id,
        created_at=at,
    )
    rows["delivery"] = DeliveryRow(
        id=repositories.new_id(),
        matter_id=matter,
        firm_id=rows["link"].firm_id,
        bundle_id=rows["bundle"].id,
        digest=pdf,
        taken_by=actors[Role.FIRM_LAWYER].id,
        at=at,
    )
    rows["paper"] = PaperRow(
        id=repositories.new_id(),
        matter_id=matter,
        kind="summons",
        file_name="传票.pdf",
        size=len(PDF),
        original=pdf,
        working=pdf,
        pages=1,
        added_by=actors[Role.FIRM_LAWYER].id,
        created_at=at,
    )
    rows["proposal"] = ProposalRow(
        id=repositories.new_id(),
        matter_id=matter,
        firm_id=rows["link"].firm_id,
        name="RulingServed",
        texts={},
        paper_id=rows["paper"].id,
        sequence=1,
        proposed_by=actors[Role.FIRM_LAWYER].id,
        proposed_at=at,
    )
    rows["limit"] = AuthorityLimitRow(
        first_day=at.date(),
        document="授权书",
        state="refused",
        reason="依据不足",
        proposed_by=actors[Role.ADMIN].id,
        proposed_at=at,
        decided_by=actors[Role.FINANCE_CHECKER].id,
        decided_at=at,
    )
    rows["opening"] = OpeningBalanceRow(
        id=repositories.new_id(),
        loan_id=loan,
        as_of=at.date(),
        principal_fen=1,
        interest_fen=0,
        penalty_fen=0,
        compound_fen=0,
        costs_fen=0,
        source="原核心系统",
        file_digest="o" * 64,
        state="refused",
        reason="与余额表不符",
        proposed_by=counsel.id,
        proposed_at=at,
        decided_by=actors[Role.FINANCE_CHECKER].id,
        decided_at=at,
    )
    rows["list"] = WriteOffListRow(
        id=repositories.new_id(),
        number=f"2026-{number[-1]}",
        criterion="enforcement_failed",
        as_of=at.date(),
        digest="d" * 64,
        state="applied",
        applied_by=counsel.id,
        created_at=at,
    )
    rows["receipt"] = ReceiptRow(
        id=repositories.new_id(),
        serial=number,
        received_on=at.date(),
        fen=100,
        state="proposed",
        sure="certain",
        loan_id=loan,
        file_digest=number,
        line=2,
        received_by=counsel.id,
        created_at=at,
    )
    rows["run"] = RunRow(
        id=repositories.new_id(),
        number=f"P-{number}",
        subject="matters",
        query=office.keys.seal('["", "全部"]'),
        ids_digest=number,
        count=1,
        action="make_documents",
        kind="debt_statement",
        state="done",
        asked_by=counsel.id,
        firm_id=firm,
        created_at=at,
        confirmed_at=at,
        ended_at=at,
    )
    with office.database.writing() as session:
        for row in rows.values():
            session.add(row)
            session.flush()
        session.add(_a_line(rows))
        session.add(RunLineRow(run_id=rows["run"].id, place=1, subject_id=matter, state="failed", problems=[]))
        _in_the_journal(session, office, counsel, repositories.matter(session, counsel, matter), rows["document"])
        asset = _an_asset(session, office, counsel, repositories.matter(session, counsel, matter))
        debtor = session.exec(select(PersonRow.id).where(*_is_the_borrower(office, loan))).first()
    account = an_account(office, Role.AUDITOR, login=f"victim-{number}")
    ids = {kind: str(row.id) for kind, row in rows.items()} | {
        "deadline": _a_deadline(office, matter),
        "asset": asset,
        "debtor": str(debtor),
    }
    return Place({**ids, "matter": matter, "loan": loan, "account": account.id, "firm": rows["link"].firm_id})


def _an_asset(session: Session, office: Office, counsel: Actor, matter: MatterRow) -> str:
    """The number of an asset in the register of the matter."""
    event = AssetFound(at=office.now(), on=today(office), actor=counsel.id, asset="示范路9号", kind="house")
    return str(tracking.admit_event(session, office, counsel, matter, event).sequence)


def _a_line(rows: dict[str, Any]) -> WriteOffLineRow:
    """The list's one line: the write-off."""
    return WriteOffLineRow(write_off_id=rows["write_off"].id, list_id=rows["list"].id, place=1, answer="met")


def _in_the_journal(session: Session, office: Office, counsel: Actor, matter: MatterRow, row: DocumentRow) -> None:
    """Let the matter's journal tell of a document, as it does when one is asked for and made."""
    said: dict[str, Any] = {"at": office.now(), "on": today(office), "actor": counsel.id, "document": row.id}
    asked = DocumentRequested(kind=row.kind, version=1, facts=row.facts_digest, **said)
    made = DocumentRendered(docx=row.docx or "", pdf=row.pdf or "", **said)
    for event in (asked, made):
        tracking.admit_event(session, office, counsel, matter, event)


def _a_deadline(office: Office, matter: str) -> str:
    """The mark of a deadline of the matter."""
    with office.database.reading() as session:
        return session.exec(select(DeadlineRow.mark).where(DeadlineRow.matter_id == matter)).first() or ""


def _is_the_borrower(office: Office, loan: str) -> tuple[Any, ...]:
    """The row of a loan's borrower, as conditions; the lender has one too."""
    return col(PersonRow.loan_id) == loan, col(PersonRow.number_index) == office.keys.index(a_party().number)


def _any_firm(office: Office) -> str:
    with office.database.reading() as session:
        return session.exec(select(FirmRow.id)).first() or ""
