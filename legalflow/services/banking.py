"""On which account a lender is paid: proposed by one person, used only once another has confirmed it.

A changed account for repayment is what a fraud would change; until it is confirmed, and where it is refused, the
account in use stands, and letters and filings print that one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from legalflow.access import SYSTEM, Actor, Right
from legalflow.errors import Conflict, Invalid, NotNow, Problem
from legalflow.loans import lender as lenders
from legalflow.loans.lender import Account
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import AccountRow, LenderAccountRow, LenderRow
from legalflow.services import lending
from legalflow.values import typed

FIELDS = ("purpose", "number", "name", "bank", "why")
_NUMBER = re.compile(r"[0-9A-Z-]{6,40}")


@dataclass(frozen=True)
class Entry:
    """An account that was proposed for a lender and what became of it; `mine`: the actor proposed it."""

    id: str
    account: Account
    state: str
    why: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    mine: bool


def entries(office: Office, actor: Actor, lender_id: str) -> list[Entry]:
    """The accounts of a lender: those that wait first, then the latest."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        lending.row_of(session, lender_id)
        query = select(LenderAccountRow).where(LenderAccountRow.lender_id == lender_id)
        rows = list(session.exec(query.order_by(col(LenderAccountRow.proposed_at).desc(), col(LenderAccountRow.id))))
        names = {each.id: each.name for each in session.exec(select(AccountRow))} | {SYSTEM.id: SYSTEM.name}
    rows.sort(key=lambda each: each.state != "proposed")
    return [
        Entry(
            id=row.id,
            account=mapping.unsealed(Account, row.facts, office.keys),
            state=row.state,
            why=row.why,
            reason=row.reason,
            proposed_by=names.get(row.proposed_by, row.proposed_by),
            proposed_at=row.proposed_at,
            decided_by=names.get(row.decided_by or "", ""),
            decided_at=row.decided_at,
            mine=actor.is_also(row.proposed_by),
        )
        for row in rows
    ]


def waiting(office: Office, actor: Actor) -> int:
    """How many accounts wait for somebody to confirm them."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        return len(session.exec(select(LenderAccountRow.id).where(LenderAccountRow.state == "proposed")).all())


def propose(office: Office, actor: Actor, lender_id: str, texts: Mapping[str, str]) -> str:
    """Propose an account for a purpose, with the reason; the proposal's id. Everything wrong is said at once."""
    actor.require(Right.SET_ACCOUNTS)
    account, why = _read(texts)
    with office.database.writing() as session:
        lender = lending.row_of(session, lender_id)
        if account in lending.profile_of(session, office.keys, lender).accounts:
            raise Invalid.one("account.same", "这正是现在使用的账户", "this is the account in use", field="number")
        row = LenderAccountRow(
            id=repositories.new_id(),
            lender_id=lender_id,
            purpose=account.purpose,
            facts=mapping.sealed(account, office.keys),
            state="proposed",
            why=why,
            proposed_by=actor.id,
            proposed_at=office.now(),
        )
        session.add(row)
        _note(session, office, actor, row)
    return row.id


def confirm(office: Office, actor: Actor, account_id: str) -> str:
    """Confirm another's proposal: from now on the account is used, and the one before it no longer; the lender's id."""
    actor.require(Right.SET_ACCOUNTS)
    with office.database.writing() as session:
        row, lender = _open(session, account_id)
        if actor.is_also(row.proposed_by):
            raise Conflict.one(
                "account.four_eyes",
                "提出的人不得自行确认，请由另一人核对后确认",
                "who proposed an account does not confirm it; ask another person",
            )
        lending.baseline(session, office, lender)
        own = {each.purpose for each in lending.profile_of(session, office.keys, lender).accounts}
        in_use = select(LenderAccountRow).where(
            LenderAccountRow.lender_id == row.lender_id,
            LenderAccountRow.purpose == row.purpose,
            LenderAccountRow.state == "in_force",
        )
        for earlier in session.exec(in_use):
            earlier.state = "replaced"
            session.add(earlier)
        session.flush()
        row.state, row.decided_by, row.decided_at = "in_force", actor.id, office.now()
        session.add(row)
        _note(session, office, actor, row)
        printed = {row.purpose}
        if row.purpose == lenders.REPAYMENT:  # purposes without an account of their own are paid on this one
            printed |= set(lenders.PURPOSES) - own
        lending.record(session, office, actor, lender, [each for each in lenders.PURPOSES if each in printed], row.why)
    return row.lender_id


def refuse(office: Office, actor: Actor, account_id: str, reason: str) -> str:
    """Refuse another's proposal, or withdraw one's own, with the reason; the account in use stands. The lender's id."""
    actor.require(Right.SET_ACCOUNTS)
    reason = reason.strip()
    if not 0 < len(reason) <= lending.MOST_REASON:
        raise Invalid.one(
            "account.reason", "请写明理由（500字以内）", "give the reason, in 500 characters", field="reason"
        )
    with office.database.writing() as session:
        row, _ = _open(session, account_id)
        row.state = "withdrawn" if actor.is_also(row.proposed_by) else "refused"
        row.reason, row.decided_by, row.decided_at = reason, actor.id, office.now()
        session.add(row)
        _note(session, office, actor, row)
    return row.lender_id


def _open(session: Session, account_id: str) -> tuple[LenderAccountRow, LenderRow]:
    query = select(LenderAccountRow).where(LenderAccountRow.id == account_id).with_for_update()
    row = repositories.found(session.exec(query).first(), "account")
    if row.state != "proposed":
        raise NotNow.one("account.decided", "这个账户已经处理过", "this account was decided on already")
    return row, lending.row_of(session, row.lender_id)


def _read(texts: Mapping[str, str]) -> tuple[Account, str]:
    problems: list[Problem] = []
    said: dict[str, str] = {}
    for name in FIELDS:
        text = texts.get(name, "").strip()
        try:
            said[name] = typed.plain_text(text)
        except typed.Unreadable as refusal:
            said[name] = ""
            problems.append(refusal.problem(name, text))
        if len(text) > lending.LONGEST:
            zh, en = f"最多 {lending.LONGEST} 字", f"at most {lending.LONGEST} characters"
            problems.append(Problem("account.long", zh, en, name, text[:60]))
        elif not text:
            problems.append(Problem("account.missing", "请填写此项", "this is needed", name))
    said["number"] = "".join(said["number"].split()).upper()
    if said["purpose"] and said["purpose"] not in lenders.PURPOSES:
        problems.append(
            Problem("account.purpose", "请从列表中选择用途", "choose a purpose of the list", "purpose", said["purpose"])
        )
    if said["number"] and not _NUMBER.fullmatch(said["number"]):
        problems.append(
            Problem(
                "account.number",
                "账号须为 6 至 40 位数字、字母或短横",
                "an account has 6 to 40 figures, letters or hyphens",
                "number",
                said["number"][:60],
            )
        )
    Invalid.raise_any(problems)
    account = Account(purpose=said["purpose"], number=said["number"], name=said["name"], bank=said["bank"])
    return account, said["why"]


def _note(session: Session, office: Office, actor: Actor, row: LenderAccountRow) -> None:
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=f"lender.account.{row.state}",
        subject=row.lender_id,
        account=row.id,
        purpose=row.purpose,
    )
