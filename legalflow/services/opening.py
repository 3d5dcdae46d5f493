"""What a loan was taken over with: the balances another system's books showed, from which the nightly identity begins.

A row of a file is proposed by who imported it, and counts once another person has confirmed it. It is never changed: a
wrong one is refused, or once confirmed taken back with its reason, and then another may be stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotNow, Problem
from legalflow.intake.opening_rows import COMPONENTS, OpeningLine
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import AccountRow, LoanRow, OpeningBalanceRow, WriteOffRow
from legalflow.values.money import Money, total

PAGE = 300
STANDING = ("proposed", "in_force")
_LONGEST = 500


@dataclass(frozen=True)
class Opening:
    """A loan's opening balances as they are shown; `mine`: the actor imported them."""

    row: OpeningBalanceRow
    contract_number: str
    borrower: str
    proposed_by: str
    decided_by: str
    reversed_by: str
    mine: bool

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The components in their usual order."""
        return amounts_of(self.row)

    @property
    def total(self) -> Money:
        """All components together."""
        return total(self.amounts)


def amounts_of(row: OpeningBalanceRow) -> tuple[Money, ...]:
    """What was stated, by component in the usual order."""
    return tuple(Money.of_fen(getattr(row, f"{name}_fen")) for name in COMPONENTS)


def in_force(session: Session, loan_id: str) -> OpeningBalanceRow | None:
    """The balances that a loan's ledgers begin from, or None where they begin at the first day."""
    query = select(OpeningBalanceRow).where(OpeningBalanceRow.loan_id == loan_id, OpeningBalanceRow.state == "in_force")
    return session.exec(query).first()


def merge(
    session: Session,
    office: Office,
    actor: Actor,
    loan: LoanRow,
    item: OpeningLine,
    digest: str,
    on: date,
    writes: bool,
) -> str:
    """A row of a file beside what stands of its loan: `added` as a proposal, or `unchanged`.

    Other balances than those that stand are a `Conflict`: they are refused or taken back first.
    """
    _fits(session, loan, item, on)
    query = select(OpeningBalanceRow).where(
        OpeningBalanceRow.loan_id == loan.id, col(OpeningBalanceRow.state).in_(STANDING)
    )
    there = session.exec(query).first()
    if there is not None:
        if (there.as_of, amounts_of(there)) == (item.as_of, item.amounts):
            return "unchanged"
        raise Conflict.one(
            "opening.stands",
            f"已有 {there.as_of} 的期初余额 {total(amounts_of(there))} 元",
            f"opening balances of {there.as_of} stand already",
            field="余额日期",
            found=str(item.as_of),
            mend="先由财务复核退回或冲销原有的期初余额，再导入",
            mend_en="have the finance checker refuse or take back those that stand first",
        )
    if writes:
        principal, interest, penalty, compound, costs = (amount.fen for amount in item.amounts)
        row = OpeningBalanceRow(
            id=repositories.new_id(),
            loan_id=loan.id,
            as_of=item.as_of,
            principal_fen=principal,
            interest_fen=interest,
            penalty_fen=penalty,
            compound_fen=compound,
            costs_fen=costs,
            source=item.source,
            file_digest=digest,
            state="proposed",
            proposed_by=actor.id,
            proposed_at=office.now(),
        )
        session.add(row)
        session.flush()
        _note(session, office, actor, row)
    return "added"


def listed(office: Office, actor: Actor, state: str = "proposed") -> tuple[list[Opening], dict[str, int]]:
    """The balances of one state in scope, and how many there are of each."""
    actor.require(Right.VIEW_MONEY)
    ours = repositories.in_scope(actor, col(OpeningBalanceRow.loan_id))
    with office.database.reading() as session:
        counted = sa.select(col(OpeningBalanceRow.state), sa.func.count()).where(ours)
        counts = dict(map(tuple, session.execute(counted.group_by(col(OpeningBalanceRow.state)))))
        query = (
            select(OpeningBalanceRow, LoanRow.contract_number, LoanRow.borrower)
            .join(LoanRow, col(LoanRow.id) == col(OpeningBalanceRow.loan_id))
            .where(OpeningBalanceRow.state == state, ours)
            .order_by(col(OpeningBalanceRow.proposed_at).desc(), LoanRow.contract_number)
            .limit(PAGE)
        )
        names = {row.id: row.name for row in session.exec(select(AccountRow))}
        found = [
            Opening(
                row=row,
                contract_number=number,
                borrower=borrower,
                proposed_by=names.get(row.proposed_by, ""),
                decided_by=names.get(row.decided_by or "", ""),
                reversed_by=names.get(row.reversed_by or "", ""),
                mine=actor.is_also(row.proposed_by),
            )
            for row, number, borrower in session.execute(query)
        ]
    return found, counts


def waiting(actor: Actor) -> Any:
    """The query of what waits for the actor's confirmation: what somebody else imported."""
    return select(OpeningBalanceRow).where(
        OpeningBalanceRow.state == "proposed",
        col(OpeningBalanceRow.proposed_by).not_in(actor.accounts),
        repositories.in_scope(actor, col(OpeningBalanceRow.loan_id)),
    )


def confirm(office: Office, actor: Actor, ids: Sequence[str]) -> None:
    """Confirm balances that another person imported: from now on their loans' ledgers begin from them. All or none."""
    actor.require(Right.CHECK_WRITE_OFF)
    chosen = list(dict.fromkeys(ids))
    if not 0 < len(chosen) <= PAGE:
        raise Invalid(
            Problem("opening.none", f"请选择 1 至 {PAGE} 笔", f"choose 1 to {PAGE}", "opening", str(len(chosen)))
        )
    with office.database.writing() as session:
        for each in chosen:
            row = _row(session, actor, each)
            if row.state != "proposed":
                raise _not_now()
            if actor.is_also(row.proposed_by):
                raise Conflict.one(
                    "opening.four_eyes",
                    "导入的人不得自行确认，请由另一人办理",
                    "who imported balances does not confirm them; ask another person",
                )
            _decide(session, office, actor, row, "in_force")


def refuse(office: Office, actor: Actor, opening_id: str, reason: str) -> None:
    """Refuse proposed balances, with the reason."""
    actor.require(Right.CHECK_WRITE_OFF)
    _say(reason)
    with office.database.writing() as session:
        row = _row(session, actor, opening_id)
        if row.state != "proposed":
            raise _not_now()
        _decide(session, office, actor, row, "refused", reason.strip())


def take_back(office: Office, actor: Actor, opening_id: str, reason: str) -> None:
    """Take back confirmed balances, with the reason: the ledgers begin at the first day again until others stand."""
    actor.require(Right.CHECK_WRITE_OFF)
    _say(reason)
    with office.database.writing() as session:
        row = _row(session, actor, opening_id)
        if row.state != "in_force":
            raise _not_now()
        row.state, row.reason = "reversed", reason.strip()
        row.reversed_by, row.reversed_at = actor.id, office.now()
        session.add(row)
        _note(session, office, actor, row)


def _fits(session: Session, loan: LoanRow, item: OpeningLine, on: date) -> None:
    """Refuse balances of a day before the loan or to come, and of a loan that is written off here."""
    problems = []
    if item.as_of > on:
        problems.append(Problem("opening.future", "余额日期晚于今天", "a day to come", "余额日期", str(item.as_of)))
    if item.as_of < mapping.first_drawdown(loan):
        zh, en = "余额日期早于首次放款日", "before the first drawdown"
        problems.append(Problem("opening.early", zh, en, "余额日期", str(item.as_of)))
    Invalid.raise_any(problems)
    booked = select(WriteOffRow.id).where(WriteOffRow.loan_id == loan.id, WriteOffRow.state == "booked")
    if session.exec(booked).first() is not None:
        raise NotNow.one(
            "opening.written_off",
            "该贷款已在本系统核销入账，不能再设期初余额",
            "the loan was written off here; its books no longer begin anew",
            field="合同编号",
            found=loan.contract_number,
        )


def _row(session: Session, actor: Actor, opening_id: str) -> OpeningBalanceRow:
    query = select(OpeningBalanceRow).where(
        OpeningBalanceRow.id == opening_id, repositories.in_scope(actor, col(OpeningBalanceRow.loan_id))
    )
    return repositories.found(session.exec(query.with_for_update()).first(), "opening_balance")


def _decide(
    session: Session, office: Office, actor: Actor, row: OpeningBalanceRow, state: str, reason: str = ""
) -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, actor.id, office.now()
    session.add(row)
    session.flush()
    _note(session, office, actor, row)


def _say(reason: str) -> None:
    if not 0 < len(reason.strip()) <= _LONGEST:
        raise Invalid(Problem("reason.missing", "请写明理由（500字以内）", "say why, in 500 characters", "reason"))


def _not_now() -> NotNow:
    return NotNow.one("opening.decided", "该期初余额已处理，请刷新", "these balances were decided on; reload")


def _note(session: Session, office: Office, actor: Actor, row: OpeningBalanceRow) -> None:
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=f"opening.{row.state}",
        subject=row.loan_id,
        opening=row.id,
        as_of=row.as_of.isoformat(),
        fen=total(amounts_of(row)).fen,
        file=row.file_digest,
    )
