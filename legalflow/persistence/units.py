"""Units of lenders: which loans and accounts belong to them, and which units lie below others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import OF_UNITS, Actor, Role
from legalflow.persistence.tables import AccountRow, AccountUnitRow, LoanRow, UnitRow


def actor_of(session: Session, account: AccountRow) -> Actor:
    """The actor an account acts as: with its firm, or with the units it belongs to and all that lie below them."""
    role = Role(account.role)
    actor = Actor(account.id, account.name, role, account.firm_id or "", others=_others(session, account))
    if role not in OF_UNITS:
        return actor
    own = of_account(session, account.id)
    if not own:
        return actor
    return replace(actor, units=below(session, own), desk=" ".join(own))


def _others(session: Session, account: AccountRow) -> frozenset[str]:
    """The other accounts of the person an account is of, closed ones too: what was done with them was done by them."""
    if not account.personnel_number:
        return frozenset()
    query = select(AccountRow.id).where(AccountRow.personnel_number == account.personnel_number)
    return frozenset(session.exec(query.where(AccountRow.id != account.id)))


def of_account(session: Session, account_id: str) -> tuple[str, ...]:
    """The codes of the units an account belongs to, in order."""
    query = select(AccountUnitRow.unit_code).where(AccountUnitRow.account_id == account_id)
    return tuple(session.exec(query.order_by(col(AccountUnitRow.unit_code))))


def below(session: Session, codes: Iterable[str]) -> frozenset[str]:
    """Some units and every unit below them; a circle among them ends where it began."""
    found, edge = set(codes), set(codes)
    while edge:
        query = select(UnitRow.code).where(col(UnitRow.parent_code).in_(sorted(edge)))
        edge = set(session.exec(query)) - found
        found |= edge
    return frozenset(found)


def by_name(session: Session) -> Mapping[tuple[str, str], str]:
    """The codes of all units by what a loan may say of them: the lender with the unit's name, or with its code."""
    rows = session.exec(select(UnitRow)).all()
    return {(row.lender, row.code): row.code for row in rows} | {(row.lender, row.name): row.code for row in rows}


def bind(session: Session, unit: UnitRow) -> int:
    """Let the loans that name a unit and belong to none yet belong to it; how many."""
    loan: Any = LoanRow
    waits = sa.and_(loan.unit_code.is_(None), loan.lender == unit.lender, loan.unit.in_([unit.name, unit.code]))
    return int(session.execute(sa.update(LoanRow).where(waits).values(unit_code=unit.code)).rowcount)  # type: ignore[attr-defined]
