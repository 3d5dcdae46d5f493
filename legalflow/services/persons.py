"""The rights of a person whose data is held: here, to know what that is (个人信息保护法 第四十五条第一款).

Found by the keyed index of the identity number; each look is an entry in the audit trail, which names the loans and
never the person. `correcting`, `restricting` and `deleting` are the other rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import ROLE_NAMES, Actor, Right, Role
from legalflow.errors import Invalid, LegalflowError
from legalflow.intake import readers, rows
from legalflow.matters import proposals
from legalflow.matters.stages import RULES
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import (
    AccountRow,
    AuditRow,
    BatchRow,
    DeadlineRow,
    EntryRow,
    FirmRow,
    LinkRow,
    LoanRow,
    MatterRow,
    PaperRow,
    PaymentRow,
    PersonRow,
    WriteOffRow,
)
from legalflow.services import addressing, drafting
from legalflow.values import codec, identity

_LOOKS = ("reveal", "person.", "download.", "link.")  # actions of the audit trail that show or send a person's data


def access(office: Office, actor: Actor, number: str) -> dict[str, Any]:
    """All that is held of the person with an identity number, within the actor's scope, as plain values.

    For each loan: the person's own facts, its place in the loan, what restricts their use, the payments, who looked;
    and where there is a matter its events, documents, evidence, bundles, links, deadlines and write-offs. The imported
    files that hold the number are named. Facts of other persons in the same loan are left out, and so is what the
    actor may not see.
    """
    actor.require(Right.REVEAL)
    if not number.strip():
        raise Invalid.one("person.number", "请提供证件号码", "give the identity number", field="number")
    with office.database.writing() as session:
        rows = repositories.loans_of_person(session, actor, office.keys.index(number))
        loans = [_held(session, office, actor, row, number) for row in rows]
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="person.access",
            subject="person",
            loans=[row.id for row in rows],
        )
    files = files_with(office, actor, number) if loans and actor.may(Right.IMPORT) else []
    return {"loans": loans, "files": files}


def files_with(office: Office, actor: Actor, number: str) -> list[dict[str, str]]:
    """The imported files of the actor's desk one of whose cells is a number; what is no table holds none."""
    with office.database.reading() as session:
        named = select(BatchRow).where(BatchRow.kind != "payments", repositories.at_desk(actor, col(BatchRow.desk)))
        batches = session.exec(named.order_by(col(BatchRow.id))).all()
    wanted = identity.normalised(number)
    return [
        {"batch": each.id, "received": codec.plain(each.created_at), "digest": each.digest}
        for each in batches
        if _holds(office, each, wanted)
    ]


def _holds(office: Office, batch: BatchRow, number: str) -> bool:
    try:
        sheet = readers.read(office.store.read(batch.digest), rows.known(batch.kind), office.settings)
    except LegalflowError:
        return False
    return any(identity.normalised(cell) == number for line in sheet.lines for cell in line.cells)


def _held(session: Session, office: Office, actor: Actor, row: LoanRow, number: str) -> dict[str, Any]:
    loan = repositories.whole_loan(session, row, office.keys)
    index = office.keys.index(number)
    mine = [party for party in loan.parties if party.number and office.keys.index(party.number) == index]
    names = {party.name for party in mine}
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    return {
        "contract_number": row.contract_number,
        "lender": row.lender,
        "since": codec.plain(row.created_at),
        "corrected": codec.plain(row.persons_changed_at),
        "restriction": _restriction(session, row.id, index),
        "facts": [codec.plain(party) for party in mine],
        "guarantees": [codec.plain(each) for each in loan.guarantees if each.guarantor in names],
        "collateral": [codec.plain(each) for each in loan.collateral if each.owner in names],
        "contacts": [
            {
                "kind": each.kind,
                "value": each.value,
                "source": each.source,
                "on": codec.plain(each.on),
                "note": each.note,
            }
            for each in addressing.contacts(session, office.keys, [row.id])
            if each.party in names
        ],
        "payments": _payments(session, row),
        "matter": _matter(session, actor, matter) if matter else None,
        "looks": _looks(session, row, matter),
    }


def _restriction(session: Session, loan_id: str, index: str) -> dict[str, Any] | None:
    query = select(PersonRow).where(PersonRow.loan_id == loan_id, PersonRow.number_index == index)
    person = session.exec(query).one()
    return {"kind": person.restriction, "since": codec.plain(person.restricted_at)} if person.restriction else None


def _payments(session: Session, row: LoanRow) -> list[dict[str, Any]]:
    query = select(PaymentRow).where(PaymentRow.loan_id == row.id).order_by(col(PaymentRow.paid_on), col(PaymentRow.id))
    return [
        {**codec.plain(mapping.payment_of(each)), "reversed": each.reversed, "recorded": codec.plain(each.at)}
        for each in session.exec(query)
    ]


def _matter(session: Session, actor: Actor, row: MatterRow) -> dict[str, Any]:
    firm = session.get(FirmRow, row.firm_id) if row.firm_id else None
    seen = [each for each in repositories.documents(session, row.id) if drafting.may_see(actor, each.kind)]
    events = [
        each
        for each in journal.events(session, row.id)
        if actor.may(Right.VIEW_MONEY) or not RULES[type(each.event).__name__].internal
    ]
    return {
        "number": row.number,
        "stage": row.stage,
        "firm": firm.name if firm else "",
        "events": [
            {"sequence": each.sequence, "event": each.event.title[0], "on": codec.plain(each.event.on)}
            for each in events
        ],
        "documents": [
            {
                "title": each.title,
                "version": each.version,
                "addressee": each.addressee,
                "state": each.state,
                "made": codec.plain(each.created_at),
                "files": _given(each.docx, each.pdf, each.sealed),
            }
            for each in seen
        ],
        "evidence": [
            {
                "name": each.name,
                "file": each.file_name,
                "state": each.state,
                "received": codec.plain(each.created_at),
                "files": _given(each.original, each.working),
            }
            for each in repositories.exhibits(session, row.id)
        ],
        "papers": [
            {
                "kind": proposals.paper_name(each.kind),
                "file": each.file_name,
                "received": codec.plain(each.created_at),
                "files": _given(each.original, each.working),
            }
            for each in session.exec(select(PaperRow).where(PaperRow.matter_id == row.id).order_by(PaperRow.id))
        ],
        "bundles": [
            {"version": each.version, "state": each.state, "pages": each.pages, "files": _given(each.pdf)}
            for each in repositories.bundles(session, row.id)
        ],
        "links": _links(session, row),
        "deadlines": _deadlines(session, row),
        "write_offs": _write_offs(session, row) if actor.may(Right.VIEW_MONEY) else [],
    }


def _given(*digests: str | None) -> list[str]:
    return [digest for digest in digests if digest]


def _links(session: Session, row: MatterRow) -> list[dict[str, Any]]:
    query = select(LinkRow, FirmRow.name).join(FirmRow, col(FirmRow.id) == col(LinkRow.firm_id))
    query = query.where(LinkRow.matter_id == row.id).order_by(col(LinkRow.created_at))
    return [
        {"firm": firm, "made": codec.plain(link.created_at), "uses": link.uses} for link, firm in session.exec(query)
    ]


def _deadlines(session: Session, row: MatterRow) -> list[dict[str, Any]]:
    query = select(DeadlineRow).where(DeadlineRow.matter_id == row.id).order_by(col(DeadlineRow.last_day))
    return [
        {"title": each.title, "party": each.party, "last_day": codec.plain(each.last_day), "state": each.state}
        for each in session.exec(query)
    ]


def _write_offs(session: Session, row: MatterRow) -> list[dict[str, Any]]:
    query = select(WriteOffRow).where(WriteOffRow.matter_id == row.id).order_by(col(WriteOffRow.created_at))
    return [
        {"state": each.state, "cut_off": codec.plain(each.cut_off), "entries": _entries(session, each)}
        for each in session.exec(query)
    ]


def _entries(session: Session, row: WriteOffRow) -> int:
    return len(session.exec(select(EntryRow.id).where(EntryRow.write_off_id == row.id)).all())


def _looks(session: Session, row: LoanRow, matter: MatterRow | None) -> list[dict[str, Any]]:
    """Who saw, changed or fetched the person's data, and when, as the audit trail has it."""
    subjects = [row.id, *([matter.id] if matter else []), "person"]
    query = select(AuditRow).where(col(AuditRow.subject).in_(subjects)).order_by(col(AuditRow.id))
    found = [each for each in session.exec(query) if each.action.startswith(_LOOKS) and _is_about(each, row)]
    people = _people(session, [each.actor for each in found])
    return [
        {"at": codec.plain(each.at), "action": each.action, "by": people.get(each.actor, each.actor)} for each in found
    ]


def _is_about(look: AuditRow, row: LoanRow) -> bool:
    return look.subject != "person" or row.id in look.detail.get("loans", [])


def _people(session: Session, ids: Sequence[str]) -> dict[str, str]:
    query = select(AccountRow.id, AccountRow.name, AccountRow.role).where(col(AccountRow.id).in_(sorted(set(ids))))
    return {id_: f"{name}（{ROLE_NAMES[Role(role)]}）" for id_, name, role in session.exec(query)}
