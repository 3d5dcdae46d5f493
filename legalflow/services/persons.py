"""The rights of a person whose data is held: here, to know what that is (个人信息保护法 第四十五条第一款).

Found by the keyed index of the identity number; each look is an entry in the audit trail, which names the loans and
never the person.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import DocumentRow, ExhibitRow, LoanRow, MatterRow, PersonRow
from legalflow.values import codec


def access(office: Office, actor: Actor, number: str) -> dict[str, Any]:
    """All that is held of the person with an identity number, within the actor's scope, as plain values.

    For each loan: the person's own facts, its place in the loan, and where there is a matter its documents and evidence
    by name. Facts of other persons in the same loan are left out.
    """
    actor.require(Right.REVEAL)
    if not number.strip():
        raise Invalid.one("person.number", "请提供证件号码", "give the identity number", field="number")
    with office.database.writing() as session:
        query = select(LoanRow).join(PersonRow, col(PersonRow.loan_id) == col(LoanRow.id))
        query = query.where(PersonRow.number_index == office.keys.index(number))
        if not repositories.sees_loans(actor):
            query = query.join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id))
            query = query.where(repositories.visible_to(actor))
        rows = session.exec(query.order_by(col(LoanRow.contract_number))).all()
        loans = [_held(session, office, row, number) for row in rows]
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="person.access",
            subject="person",
            loans=[row.id for row in rows],
        )
    return {"loans": loans}


def _held(session: Session, office: Office, row: LoanRow, number: str) -> dict[str, Any]:
    loan = repositories.whole_loan(session, row, office.keys)
    index = office.keys.index(number)
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    return {
        "contract_number": row.contract_number,
        "lender": row.lender,
        "since": codec.plain(row.created_at),
        "facts": [
            codec.plain(party) for party in loan.parties if party.number and office.keys.index(party.number) == index
        ],
        "matter": _matter(session, matter) if matter else None,
    }


def _matter(session: Session, row: MatterRow) -> dict[str, Any]:
    documents = session.exec(select(DocumentRow).where(DocumentRow.matter_id == row.id)).all()
    exhibits = session.exec(select(ExhibitRow).where(ExhibitRow.matter_id == row.id)).all()
    return {
        "number": row.number,
        "stage": row.stage,
        "documents": [
            {"title": each.title, "state": each.state, "made": codec.plain(each.created_at)} for each in documents
        ],
        "evidence": [
            {"name": each.name, "state": each.state, "received": codec.plain(each.created_at)} for each in exhibits
        ],
    }
