"""The accounts as the administrator finds them: searched, narrowed, a page at a time, and one by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from legalflow.access import OF_UNITS, Actor, Right, Role
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import AccountRow, AccountUnitRow, FirmRow, UnitRow
from legalflow.services.viewing import Page, count

PAGE = 50
STATES = ("open", "disabled", "never")  # never: open, and nobody has signed in with it
HEAD_OFFICE = "-"  # in place of a unit's code: accounts that could have a unit and have none
_ACCOUNT: Any = AccountRow
_MAKER: Any = aliased(AccountRow, name="maker")


@dataclass(frozen=True)
class Account:
    """An account as the administrator sees it; `others` are logins of the same person."""

    id: str
    login: str
    name: str
    role: Role
    firm_id: str
    firm: str
    units: tuple[str, ...]
    disabled: bool
    personnel_number: str
    second_reason: str
    created_by: str
    created_at: datetime | None
    signed_in_at: datetime | None
    version: int
    others: tuple[str, ...] = ()

    @property
    def of_units(self) -> bool:
        """Whether an account of its role may belong to units."""
        return self.role in OF_UNITS


@dataclass(frozen=True)
class Wanted:
    """What narrows the list: part of a login, name or number; role, firm, unit, state of `STATES`."""

    find: str = ""
    role: str = ""
    firm: str = ""
    unit: str = ""
    state: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows it."""
        return any((self.find, self.role, self.firm, self.unit, self.state))


def listed(office: Office, actor: Actor, wanted: Wanted | None = None, after: str = "") -> Page[Account]:
    """A page of accounts by login, from the one after `after`."""
    actor.require(Right.OPERATE)
    query = select(AccountRow).where(*_conditions(wanted or Wanted()))
    with office.database.reading() as session:
        counted = count(session, query)
        rows = list(session.exec(query.where(_ACCOUNT.login > after).order_by(_ACCOUNT.login).limit(PAGE + 1)))
        return Page(_accounts(session, rows[:PAGE]), rows[PAGE - 1].login if len(rows) > PAGE else "", counted)


def shown(office: Office, actor: Actor, account_id: str) -> Account:
    """One account, with the logins of its person's other accounts."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        others: Sequence[str] = ()
        if row.personnel_number:
            query = select(AccountRow.login).where(AccountRow.personnel_number == row.personnel_number)
            others = session.exec(query.where(AccountRow.id != row.id).order_by(AccountRow.login)).all()
        return _accounts(session, [row], tuple(others))[0]


def choices(office: Office, actor: Actor) -> tuple[dict[str, str], dict[str, str]]:
    """The firms that are not disabled by id, and the units by code, to choose from."""
    actor.require(Right.OPERATE)
    firms = select(FirmRow.id, FirmRow.name).where(col(FirmRow.disabled).is_(False)).order_by(FirmRow.name)
    with office.database.reading() as session:
        every = select(UnitRow.code, UnitRow.name).order_by(UnitRow.code)
        return dict(map(tuple, session.exec(firms))), dict(map(tuple, session.exec(every)))


def _conditions(wanted: Wanted) -> list[Any]:
    found = []
    if wanted.find.strip():
        text = wanted.find.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        columns = (_ACCOUNT.login, _ACCOUNT.name, _ACCOUNT.personnel_number)
        found.append(sa.or_(*(sa.func.lower(each).like(f"%{text}%", escape="\\") for each in columns)))
    if wanted.role:
        found.append(_ACCOUNT.role == wanted.role)
    if wanted.firm:
        found.append(_ACCOUNT.firm_id == wanted.firm)
    bound = sa.exists().where(col(AccountUnitRow.account_id) == _ACCOUNT.id)
    if wanted.unit == HEAD_OFFICE:
        found += [sa.not_(bound), _ACCOUNT.role.in_([each.value for each in OF_UNITS])]
    elif wanted.unit:
        found.append(bound.where(col(AccountUnitRow.unit_code) == wanted.unit))
    if wanted.state:
        found.append(_ACCOUNT.disabled.is_(wanted.state == "disabled"))
    if wanted.state == "never":
        found.append(_ACCOUNT.signed_in_at.is_(None))
    return found


def _accounts(session: Session, rows: Sequence[AccountRow], others: tuple[str, ...] = ()) -> list[Account]:
    ids = [row.id for row in rows]
    firms = dict(map(tuple, session.execute(sa.select(col(FirmRow.id), col(FirmRow.name)))))
    makers = sa.select(_MAKER.id, _MAKER.name).where(_MAKER.id.in_({row.created_by for row in rows}))
    names = {"system": "系统", **dict(map(tuple, session.execute(makers)))}
    of_units: dict[str, list[str]] = {}
    query = select(AccountUnitRow.account_id, UnitRow.name).join(UnitRow)
    query = query.where(col(AccountUnitRow.account_id).in_(ids)).order_by(col(UnitRow.code))
    for account, name in session.exec(query):
        of_units.setdefault(account, []).append(name)
    return [
        Account(
            id=row.id,
            login=row.login,
            name=row.name,
            role=Role(row.role),
            firm_id=row.firm_id or "",
            firm=firms.get(row.firm_id, ""),
            units=tuple(of_units.get(row.id, ())),
            disabled=row.disabled,
            personnel_number=row.personnel_number,
            second_reason=row.second_reason,
            created_by=names.get(row.created_by, ""),
            created_at=row.created_at,
            signed_in_at=row.signed_in_at,
            version=row.version,
            others=others,
        )
        for row in rows
    ]
