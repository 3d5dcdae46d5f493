"""Law firms: made known, corrected, ended and taken back. What a firm still holds is named, and holds its end up.

A firm is named by number of matter alone here, since whoever keeps the firms sees no debtor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotNow, Problem
from legalflow.loans.parties import Agent, Firm
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import AccountRow, FirmRow, LinkRow, MatterRow
from legalflow.services import employing
from legalflow.values import typed

LONGEST = 200
MOST_LAWYERS = 100
SHOWN = 50
_FIELDS = (
    ("firm_name", "name", "名称"),
    ("code", "code", "函号用字"),
    ("address", "address", "地址"),
    ("phone", "phone", "电话"),
    ("email", "email", "电子邮箱"),
)
_OF_A_LAWYER = (("name", "姓名"), ("phone", "电话"), ("licence", "执业证号"))


@dataclass(frozen=True)
class FirmLine:
    """A firm in the list: how many matters it has and had, accounts that are open, links that are alive."""

    id: str
    name: str
    code: str
    lawyers: int
    open: int
    closed: int
    accounts: int
    links: int
    disabled: bool


@dataclass(frozen=True)
class LiveLink:
    """Something handed to the firm that it can still fetch, by the number of its matter."""

    matter_number: str
    created_at: Any
    expires_at: Any
    left: int


@dataclass(frozen=True)
class FirmSheet:
    """A firm with its facts and what it holds: the numbers of open matters, links, accounts as (id, login, name)."""

    line: FirmLine
    firm: Firm
    version: int
    matters: list[tuple[str, str]]
    links: list[LiveLink]
    accounts: list[tuple[str, str, str, bool]]


def add(office: Office, by: Actor, firm: Firm) -> str:
    """Make a law firm known, so that matters can be assigned to it and its lawyers get accounts; its id."""
    by.require(Right.OPERATE)
    firm = _clean(firm)
    found = _problems(firm)
    with office.database.writing() as session:
        Invalid.raise_any([*found, *_taken(session, office, firm, "")])
        row = FirmRow(id=repositories.new_id(), name=firm.name, facts=mapping.sealed(firm, office.keys))
        session.add(row)
        _note(session, office, by, "firm.added", row)
    return row.id


def change(office: Office, by: Actor, firm_id: str, firm: Firm, version: int) -> None:
    """Correct what is known of a firm; letters made before keep what they say. `version` is as the page showed it."""
    by.require(Right.OPERATE)
    firm = _clean(firm)
    found = _problems(firm)
    with office.database.writing() as session:
        row = _held(session, firm_id)
        if row.version != version:
            zh, en = "该律所的信息已被他人更改，请刷新后再改", "somebody changed this firm meanwhile; reload the page"
            raise Conflict.one("firm.changed", zh, en)
        before = mapping.unsealed(Firm, row.facts, office.keys)
        firm = replace(firm, lawyers=_merged(before.lawyers, firm))
        Invalid.raise_any([*found, *_taken(session, office, firm, row.id)])
        names = ("name", "code", "address", "phone", "email", "lawyers")
        changed = [name for name in names if getattr(before, name) != getattr(firm, name)]
        if not changed:
            return
        row.name, row.facts = firm.name, mapping.sealed(firm, office.keys)
        row.version += 1
        session.add(row)
        _note(session, office, by, "firm.changed", row, changed=" ".join(changed))


def disable(office: Office, by: Actor, firm_id: str, reason: str) -> int:
    """End a firm: it gets no matter any more, and its accounts are shut out, how many.

    `NotNow` while it has open matters or live links: those are taken back where they were given, each by its counsel.
    """
    by.require(Right.OPERATE)
    Invalid.raise_any(employing.reason_problems(reason))
    with office.database.writing() as session:
        row = _held(session, firm_id)
        if row.disabled:
            raise NotNow.one("firm.disabled", "该律所已经停用", "the firm is disabled already")
        NotNow.raise_any(_holds(session, office, row))
        row.disabled = True
        row.version += 1
        session.add(row)
        open_accounts = select(AccountRow).where(AccountRow.firm_id == row.id, col(AccountRow.disabled).is_(False))
        accounts = list(session.exec(open_accounts.order_by(AccountRow.id).with_for_update()))
        _note(session, office, by, "firm.disabled", row, reason=reason.strip(), accounts=len(accounts))
        for account in accounts:
            employing.shut_out(session, office, by, account, reason.strip())
        return len(accounts)


def enable(office: Office, by: Actor, firm_id: str, reason: str) -> None:
    """Take a firm back; its accounts are enabled one by one, each with a new password."""
    by.require(Right.OPERATE)
    Invalid.raise_any(employing.reason_problems(reason))
    with office.database.writing() as session:
        row = _held(session, firm_id)
        if not row.disabled:
            raise NotNow.one("firm.enabled", "该律所没有停用", "the firm is not disabled")
        row.disabled = False
        row.version += 1
        session.add(row)
        _note(session, office, by, "firm.enabled", row, reason=reason.strip())


def firms(office: Office, actor: Actor) -> list[FirmLine]:
    """Every firm with its counts, those disabled last."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        rows = list(session.exec(select(FirmRow).order_by(col(FirmRow.disabled), col(FirmRow.name))))
        return _lines(session, office, rows)


def sheet(office: Office, actor: Actor, firm_id: str) -> FirmSheet:
    """A firm with its facts and what it holds."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        row = repositories.found(session.get(FirmRow, firm_id), "firm")
        matters = sa.select(col(MatterRow.number), col(MatterRow.stage)).where(*_open(row.id))
        links = (
            sa.select(LinkRow, col(MatterRow.number))
            .join(MatterRow, col(MatterRow.id) == col(LinkRow.matter_id))
            .where(*_alive(office, row.id))
        )
        accounts = sa.select(col(AccountRow.id), col(AccountRow.login), col(AccountRow.name), col(AccountRow.disabled))
        accounts = accounts.where(col(AccountRow.firm_id) == row.id)
        return FirmSheet(
            line=_lines(session, office, [row])[0],
            firm=mapping.unsealed(Firm, row.facts, office.keys),
            version=row.version,
            matters=[(each[0], each[1]) for each in session.execute(matters.order_by(MatterRow.number).limit(SHOWN))],
            links=[
                LiveLink(number, link.created_at, link.expires_at, link.uses_allowed - link.uses)
                for link, number in session.execute(links.order_by(LinkRow.expires_at).limit(SHOWN))
            ],
            accounts=[
                (each[0], each[1], each[2], each[3])
                for each in session.execute(accounts.order_by(AccountRow.disabled, AccountRow.login))
            ],
        )


# --- parts -----------------------------------------------------------------------------------------------------------


def _lines(session: Session, office: Office, rows: Sequence[FirmRow]) -> list[FirmLine]:
    is_closed = col(MatterRow.stage) == repositories.CLOSED
    open_, closed = (_counts(session, MatterRow, each) for each in (sa.not_(is_closed), is_closed))
    accounts = _counts(session, AccountRow, col(AccountRow.disabled).is_(False))
    links = _counts(session, LinkRow, *_alive(office))
    found = []
    for row in rows:
        firm = mapping.unsealed(Firm, row.facts, office.keys)
        counts = [each.get(row.id, 0) for each in (open_, closed, accounts, links)]
        found.append(FirmLine(row.id, row.name, firm.code, len(firm.lawyers), *counts, disabled=row.disabled))
    return found


def _counts(session: Session, table: Any, *conditions: Any) -> dict[str, int]:
    query = sa.select(table.firm_id, sa.func.count()).where(table.firm_id.is_not(None), *conditions)
    return dict(map(tuple, session.execute(query.group_by(table.firm_id))))


def _open(firm_id: str) -> tuple[Any, ...]:
    return col(MatterRow.firm_id) == firm_id, col(MatterRow.stage) != repositories.CLOSED


def _alive(office: Office, firm_id: str = "") -> tuple[Any, ...]:
    """The links that can still be used, of one firm or of all."""
    alive = (
        col(LinkRow.revoked_at).is_(None),
        col(LinkRow.expires_at) > office.now(),
        col(LinkRow.uses) < col(LinkRow.uses_allowed),
    )
    return (*alive, col(LinkRow.firm_id) == firm_id) if firm_id else alive


def _holds(session: Session, office: Office, row: FirmRow) -> Iterable[Problem]:
    matters = list(session.exec(select(MatterRow.number).where(*_open(row.id)).order_by(MatterRow.number)))
    links = select(MatterRow.number).join(LinkRow, col(LinkRow.matter_id) == col(MatterRow.id))
    numbers = list(session.exec(links.where(*_alive(office, row.id)).order_by(MatterRow.number)))
    if matters:
        yield Problem(
            "firm.matters",
            f"该律所仍有 {len(matters)} 件未结案件",
            f"the firm still has {len(matters)} open matters",
            found="、".join(matters[:5]) + ("……" if len(matters) > 5 else ""),
            mend="先由经办人在各案件页收回委派，或改派其他律所",
            mend_en="have their counsel take them back on the page of each, or give them to another firm",
        )
    if numbers:
        yield Problem(
            "firm.links",
            f"该律所仍有 {len(numbers)} 个有效的文件链接",
            f"the firm still has {len(numbers)} live links",
            found="、".join(sorted(set(numbers))[:5]),
            mend="先由经办人在“律所协作”中逐一撤销",
            mend_en="have them revoked, each on its matter's page of the firm",
        )


def _held(session: Session, firm_id: str) -> FirmRow:
    query = select(FirmRow).where(FirmRow.id == firm_id).with_for_update()
    return repositories.found(session.exec(query).first(), "firm")


def _taken(session: Session, office: Office, firm: Firm, but: str) -> list[Problem]:
    """Another firm of the same name, or with the same word of letter numbers."""
    found = []
    for row in session.exec(select(FirmRow).where(FirmRow.id != but)):
        if row.name == firm.name:
            found.append(Problem("firm.taken", "该律所已存在", "this firm exists already", "firm_name"))
        if firm.code and mapping.unsealed(Firm, row.facts, office.keys).code == firm.code:
            zh, en = (
                f"{row.name}已用此函号用字，函号会重复",
                f"{row.name} has this word: numbers of letters would repeat",
            )
            found.append(Problem("firm.code_taken", zh, en, "code", firm.code))
    return found


def _merged(before: tuple[Agent, ...], firm: Firm) -> tuple[Agent, ...]:
    """The lawyers as the form gives them, each with what is kept of the one of the same name besides."""
    known = {each.name: each for each in before}
    return tuple(
        replace(known[each.name], phone=each.phone, licence=each.licence) if each.name in known else each
        for each in firm.lawyers
    )


def _clean(firm: Firm) -> Firm:
    texts = {name: str(getattr(firm, name)).strip() for _, name, _ in _FIELDS}
    return replace(firm, **texts)  # type: ignore[arg-type]


def _problems(firm: Firm) -> list[Problem]:
    found = []
    if not firm.name:
        found.append(Problem("firm.name", "请填写律所名称", "the firm needs a name", "firm_name"))
    for field, name, zh in _FIELDS:
        found += _text_problems(getattr(firm, name), field, zh)
    if len(firm.lawyers) > MOST_LAWYERS:
        zh, en = f"律师不超过 {MOST_LAWYERS} 名", f"at most {MOST_LAWYERS} lawyers"
        found.append(Problem("firm.lawyers", zh, en, "lawyer_name"))
    names = [each.name for each in firm.lawyers]
    for number, each in enumerate(firm.lawyers, start=1):
        if not each.name:
            zh, en = f"第 {number} 名律师缺少姓名", f"lawyer {number} has no name"
            found.append(Problem("firm.lawyer_name", zh, en, "lawyer_name"))
        elif names.index(each.name) < number - 1:
            zh, en = f"律师{each.name}填写了两次", f"the lawyer {each.name} stands twice"
            found.append(Problem("firm.lawyer_twice", zh, en, "lawyer_name"))
        for name, zh in _OF_A_LAWYER:
            found += _text_problems(getattr(each, name), f"lawyer_{name}", f"第 {number} 名律师的{zh}")
    return found


def _text_problems(text: str, field: str, zh: str) -> list[Problem]:
    try:
        plain = typed.plain_text(text) if text else ""
    except typed.Unreadable as refusal:
        return [refusal.problem(field, "")]
    if len(plain) > LONGEST:
        return [Problem("firm.length", f"{zh}不超过 {LONGEST} 字", f"{field}: at most {LONGEST} characters", field)]
    return []


def _note(session: Session, office: Office, by: Actor, action: str, row: FirmRow, **detail: Any) -> None:
    journal.note(session, at=office.now(), actor=by.id, action=action, subject=row.id, **detail)
