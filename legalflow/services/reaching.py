"""What somebody reaches by a few letters: matters and loans of their own scope, by any number or name, also spelled."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from legalflow.access import Actor, Right
from legalflow.office import Office
from legalflow.persistence import searching
from legalflow.persistence.tables import LoanRow, MatterRow
from legalflow.services import listing
from legalflow.services.listing import LOANS, MATTERS, Wanted

MOST = 8  # of each kind


@dataclass(frozen=True)
class Reached:
    """A matter or a loan: its id, its own number (empty for a loan without a matter), and what tells it apart."""

    id: str
    number: str
    borrower: str
    contract_number: str


def matters(office: Office, actor: Actor, find: str) -> list[Reached]:
    """The matters that fit, the newest first; none where nothing is looked for or the actor sees none."""
    if not _enough(find) or not actor.may(Right.VIEW):
        return []
    with office.database.reading() as session:
        keys, _ = listing.page(session, office, actor, MATTERS, Wanted(find), limit=MOST)
        query = (
            sa.select(col(MatterRow.id), col(MatterRow.number), col(LoanRow.borrower), col(LoanRow.contract_number))
            .join(LoanRow, col(MatterRow.loan_id) == col(LoanRow.id))
            .where(col(MatterRow.id).in_(keys))
        )
        rows = {row.id: Reached(*row) for row in session.execute(query)}
    return [rows[key] for key in keys if key in rows]


def loans(office: Office, actor: Actor, find: str) -> list[Reached]:
    """The loans that fit and are no matter yet; the others are reached as matters."""
    if not _enough(find) or not actor.may(Right.VIEW):
        return []
    with office.database.reading() as session:
        keys, _ = listing.page(session, office, actor, LOANS, Wanted(find), limit=2 * MOST)
        query = (
            sa.select(col(LoanRow.id), col(LoanRow.borrower), col(LoanRow.contract_number))
            .join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=True)
            .where(col(LoanRow.id).in_(keys), col(MatterRow.id).is_(None))
        )
        rows = {row.id: Reached(row.id, "", row.borrower, row.contract_number) for row in session.execute(query)}
    return [rows[key] for key in keys if key in rows][:MOST]


def _enough(find: str) -> bool:
    """One Chinese character, or two letters: a single letter would find everybody."""
    text = searching.plain(find)
    return len(text) > 1 or (bool(text) and not text.isascii())
