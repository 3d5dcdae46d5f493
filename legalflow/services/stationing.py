"""Units of lenders: set up and corrected, and which accounts belong to them.

An account without a unit is of head office and sees every loan; one with units sees their loans and those of the units
below them. Who is above whom decides who sees what, so that only the administrator and head office change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import OF_UNITS, ROLE_NAMES, Actor, Right, Role
from legalflow.errors import Invalid, LegalflowError, NotAllowed, Problem
from legalflow.intake import unit_rows
from legalflow.intake.unit_rows import UnitLine
from legalflow.office import Office
from legalflow.persistence import journal, repositories, units
from legalflow.persistence.tables import AccountRow, AccountUnitRow, LoanRow, UnitRow

_FACTS = ("name", "lender", "address", "phone")


@dataclass(frozen=True)
class Unit:
    """A unit as the administrator sees it, with how many loans and accounts belong to it; `depth` below the topmost."""

    code: str
    name: str
    lender: str
    parent: str
    address: str
    phone: str
    loans: int
    accounts: int
    depth: int = 0


@dataclass(frozen=True)
class Unbound:
    """What loans say of their unit where no unit is so called; they are seen by head office alone."""

    lender: str
    unit: str
    loans: int


@dataclass(frozen=True)
class Placed:
    """An account with the codes of the units it belongs to."""

    id: str
    login: str
    name: str
    role: Role
    units: tuple[str, ...]

    @property
    def bindable(self) -> bool:
        """Whether an account of its role may belong to units."""
        return self.role in OF_UNITS


def listed(office: Office, actor: Actor) -> list[Unit]:
    """Every unit, each after the one above it."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        loans = _counted(session, col(LoanRow.unit_code))
        accounts = _counted(session, col(AccountUnitRow.unit_code))
        rows = list(session.exec(select(UnitRow).order_by(col(UnitRow.lender), col(UnitRow.code))))
    return list(_in_order(rows, loans, accounts))


def unbound(office: Office, actor: Actor) -> list[Unbound]:
    """What loans without a unit call theirs, those with most loans first."""
    actor.require(Right.OPERATE)
    count = sa.func.count()
    with office.database.reading() as session:
        query = sa.select(col(LoanRow.lender), col(LoanRow.unit), count).where(col(LoanRow.unit_code).is_(None))
        query = query.group_by(col(LoanRow.lender), col(LoanRow.unit)).order_by(count.desc(), col(LoanRow.lender))
        return [Unbound(lender, unit, number) for lender, unit, number in session.execute(query.limit(100))]


def add(office: Office, actor: Actor, texts: dict[str, str]) -> None:
    """A unit from a form's texts, by the columns of a file; one of the same code gets what is new of it."""
    actor.require(Right.OPERATE)
    line = unit_rows.unit({name: text for name, text in texts.items() if text.strip()})
    if not isinstance(line, UnitLine):
        raise Invalid.of(line)
    with office.database.writing() as session:
        [outcome] = merge(session, office, actor, [line])
        if isinstance(outcome, LegalflowError):
            raise outcome


def of_account(office: Office, actor: Actor, account_id: str) -> Placed:
    """An account with its units."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        return Placed(row.id, row.login, row.name, Role(row.role), units.of_account(session, row.id))


def names(office: Office, actor: Actor) -> dict[str, list[str]]:
    """The names of the units of every account that has any, by the account's id."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        query = select(AccountUnitRow.account_id, UnitRow.name).join(UnitRow)
        found: dict[str, list[str]] = {}
        for account, name in session.execute(query.order_by(col(UnitRow.code))):
            found.setdefault(account, []).append(name)
    return found


def assign(office: Office, actor: Actor, account_id: str, codes: Iterable[str]) -> None:
    """Let an account belong to these units alone; to none: it is of head office. It holds from its next page on."""
    actor.require(Right.OPERATE)
    wanted = sorted({code.strip() for code in codes} - {""})
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        _refuse_unfit(session, row, wanted)
        before = units.of_account(session, row.id)
        if list(before) == wanted:
            return
        session.execute(sa.delete(AccountUnitRow).where(col(AccountUnitRow.account_id) == row.id))
        session.add_all(AccountUnitRow(account_id=row.id, unit_code=code) for code in wanted)
        row.version += 1
        session.add(row)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="account.units",
            subject=row.id,
            before=" ".join(before),
            units=" ".join(wanted),
        )


def require_may_import(actor: Actor) -> None:
    """Refuse a file of units to all but the administrator and head office: who is above whom decides who sees what."""
    if actor.may(Right.OPERATE):
        return
    actor.require(Right.IMPORT)
    if not repositories.sees_all(actor):
        raise NotAllowed.one(
            "units.head_office",
            "机构由总部或管理员导入",
            "units are imported by head office or the administrator",
        )


def merge(
    session: Session, office: Office, actor: Actor, lines: Sequence[UnitLine], writes: bool = True
) -> list[str | LegalflowError]:
    """Units put in, in any order of parents; of each line `added`, `changed`, `unchanged`, or why it is refused.

    What a line leaves empty stays as it was. Loans that name a unit so called belong to it from now on.
    """
    there = {row.code: row for row in session.exec(select(UnitRow))}
    refused = _refused(lines, there)
    outcomes: list[str | LegalflowError] = []
    touched: list[tuple[UnitRow, UnitLine]] = []
    for place, line in enumerate(lines):
        if place in refused:
            outcomes.append(refused[place])
            continue
        row = there.get(line.code)
        outcomes.append("added" if row is None else "changed" if _tells_more(row, line) else "unchanged")
        if writes and outcomes[-1] != "unchanged":
            row = row or UnitRow(code=line.code, name=line.name, lender=line.lender)
            for name in _FACTS:
                setattr(row, name, getattr(line, name) or getattr(row, name))
            row.version += outcomes[-1] == "changed"
            session.add(row)
            touched.append((row, line))
            journal.note(
                session,
                at=office.now(),
                actor=actor.id,
                action=f"unit.{outcomes[-1]}",
                subject=line.code,
                above=line.parent,
            )
    session.flush()  # every parent is there before it is named
    for row, line in touched:
        row.parent_code = line.parent or row.parent_code
        session.add(row)
        units.bind(session, row)
    return outcomes


def _refused(lines: Sequence[UnitLine], there: dict[str, UnitRow]) -> dict[int, LegalflowError]:
    """The lines that cannot go in, by place: each by itself first, then those whose parent is not there."""
    refused: dict[int, LegalflowError] = {}
    named = {(row.lender, row.name): code for code, row in there.items()}
    above = {code: row.parent_code or "" for code, row in there.items()}
    told: set[str] = set()
    for place, line in enumerate(lines):
        if problems := _problems(line, there, named, told):
            refused[place] = Invalid.of(problems)
            continue
        told.add(line.code)
        named[line.lender, line.name] = line.code
        above[line.code] = line.parent or above.get(line.code, "")
    while misplaced := [
        (place, problem)
        for place, line in enumerate(lines)
        if place not in refused and (problem := _misplaced(line, above))
    ]:  # whose parent is refused is refused itself
        for place, problem in misplaced:
            refused[place] = Invalid(problem)
            row = there.get(lines[place].code)
            if row is None:
                above.pop(lines[place].code)
            else:
                above[row.code] = row.parent_code or ""
    return refused


def _problems(
    line: UnitLine, there: dict[str, UnitRow], named: dict[tuple[str, str], str], told: set[str]
) -> list[Problem]:
    problems = []
    row = there.get(line.code)
    if line.code in told:
        problems.append(
            Problem("unit.twice", "文件中该代码已出现过", "the file has this code before", "机构代码", line.code)
        )
    if row is not None and row.lender != line.lender:
        problems.append(
            Problem(
                "unit.other_lender",
                "该代码是另一贷款人的机构，代码在全系统唯一",
                "this code is a unit of another lender",
                "机构代码",
                line.code,
                mend="在代码前加本贷款人的前缀",
                mend_en="put a prefix of the lender before it",
            )
        )
    if named.get((line.lender, line.name), line.code) != line.code:
        problems.append(
            Problem("unit.name", "该贷款人已有同名机构", "the lender has a unit of this name", "机构名称", line.name)
        )
    return problems


def _misplaced(line: UnitLine, above: dict[str, str]) -> Problem | None:
    """Why a unit cannot stand where a line puts it: its parent is not there, or stands below it."""
    if line.parent and line.parent not in above:
        return Problem(
            "unit.parent",
            "没有这个上级机构",
            "there is no such parent",
            "上级机构代码",
            line.parent,
            mend="先导入上级机构，或放在同一文件中",
            mend_en="import the parent first, or in the same file",
        )
    seen, code = {line.code}, line.parent
    while code:
        if code in seen:
            return Problem(
                "unit.circle",
                "上下级关系成环",
                "the units are above each other in a circle",
                "上级机构代码",
                line.parent,
            )
        seen.add(code)
        code = above.get(code, "")
    return None


def _tells_more(row: UnitRow, line: UnitLine) -> bool:
    same = all(getattr(line, name) in {"", getattr(row, name)} for name in _FACTS)
    return not same or line.parent not in {"", row.parent_code}


def _refuse_unfit(session: Session, row: AccountRow, wanted: Sequence[str]) -> None:
    problems = []
    if wanted and Role(row.role) not in OF_UNITS:
        said = f"{ROLE_NAMES[Role(row.role)]}账户不按机构划分"
        problems.append(Problem("account.unit_role", said, "accounts of this role belong to no unit", "units"))
    known = set(session.exec(select(UnitRow.code).where(col(UnitRow.code).in_(wanted))))
    problems += [
        Problem("account.unit", "没有这个机构", "there is no such unit", "units", code)
        for code in wanted
        if code not in known
    ]
    Invalid.raise_any(problems)


def _counted(session: Session, code: Any) -> dict[str, int]:
    query = sa.select(code, sa.func.count()).where(code.is_not(None)).group_by(code)
    return dict(map(tuple, session.execute(query)))


def _in_order(rows: Sequence[UnitRow], loans: dict[str, int], accounts: dict[str, int]) -> Iterable[Unit]:
    below: dict[str, list[UnitRow]] = {}
    for row in rows:
        below.setdefault(row.parent_code or "", []).append(row)
    waiting = [(row, 0) for row in reversed(below.get("", []))]
    while waiting:
        row, depth = waiting.pop()
        waiting += [(each, depth + 1) for each in reversed(below.get(row.code, []))]
        yield Unit(
            code=row.code,
            name=row.name,
            lender=row.lender,
            parent=row.parent_code or "",
            address=row.address,
            phone=row.phone,
            loans=loans.get(row.code, 0),
            accounts=accounts.get(row.code, 0),
            depth=depth,
        )
