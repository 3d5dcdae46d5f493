"""What is added up before a write-off is held against an authority: all that stands of one borrower with one lender.

Whether it is added up, and for how long a booked one still counts, is the house's own rule
(`law/data/write_off/authority_sum`): 财金〔2017〕90号 第十八条 does not say. Loans of other units count too, so that a
borrower is not split among branches; only those in scope are named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import Corrupt
from legalflow.office import Office, today
from legalflow.persistence import mapping, repositories
from legalflow.persistence.tables import LoanRow, PersonRow, WriteOffRow
from legalflow.values.dates import add_months
from legalflow.values.money import ZERO, Money, total

TOPIC = "write_off/authority_sum"
SCOPES = ("同一借款人合计", "逐笔")
STANDING = ("applied", "checked", "approved")


@dataclass(frozen=True)
class Rule:
    """How far the house adds up: over the borrower or not, booked ones for `months`; `verified` as its source is."""

    over_borrower: bool
    months: int
    verified: bool


@dataclass(frozen=True, kw_only=True)
class Together:
    """What an approval has to cover: `own` is what is asked now, `others` what else counts of the same borrower.

    `contracts` are the numbers of the others' loans in scope; `hidden` others are of loans out of scope.
    """

    own: Money
    others: Money
    contracts: tuple[str, ...]
    hidden: int
    rule: Rule

    @property
    def amount(self) -> Money:
        """Both together."""
        return self.own + self.others


def asked(row: WriteOffRow) -> Money:
    """What an application asks to be written off, all components together."""
    return Money.of_fen(row.principal_fen + row.on_interest_fen + row.off_interest_fen + row.fees_fen)


def rule(office: Office, on: date) -> Rule:
    """The house's rule in force on a day; `Corrupt` where what was set cannot be read as one."""
    value = office.law.at(TOPIC, on)
    scope, months = value.value["scope"], value.value["months"]
    if scope not in SCOPES or not (months.isascii() and months.isdigit() and int(months) <= 120):
        raise Corrupt.one(
            "authority.sum",
            f"合计口径须为“{SCOPES[0]}”或“{SCOPES[1]}”，月数须为 0 至 120",
            "the rule is over the borrower or each by itself, and 0 to 120 months",
            found=f"{scope}，{months}",
            mend="请在法律页面更正“核销审批权限的合计口径”",
            mend_en="mend write_off/authority_sum under Law",
        )
    return Rule(scope == SCOPES[0], int(months), value.citation.verified)


def together(session: Session, office: Office, actor: Actor, chosen: Sequence[tuple[LoanRow, WriteOffRow]]) -> Together:
    """What an approval of some write-offs at once has to cover.

    Of a list it is all of the list, or, where that is more, the most that stands of one of its borrowers.
    """
    found, on = rule(office, today(office)), today(office)
    own = total(asked(row) for _, row in chosen)
    nothing = Together(own=own, others=ZERO, contracts=(), hidden=0, rule=found)
    if not found.over_borrower:
        return nothing
    most = nothing
    for loans in _by_borrower(session, office, [loan for loan, _ in chosen]):
        mine = {loan.id for loan in loans}
        inside = total(asked(row) for loan, row in chosen if loan.id in mine)
        rows = _standing(session, loans, found, on, {row.id for _, row in chosen})
        beside = inside + total(asked(row) for row in rows)
        if beside > most.amount:
            seen = _named(session, actor, [row.loan_id for row in rows])
            most = Together(
                own=own, others=beside - own, contracts=tuple(seen), hidden=len(rows) - len(seen), rule=found
            )
    return most


def _by_borrower(session: Session, office: Office, loans: Iterable[LoanRow]) -> list[list[LoanRow]]:
    """For each borrower of some loans, every loan of that borrower with the same lender."""
    done: set[str] = set()
    groups = []
    for loan in loans:
        if loan.id not in done:
            group = _of_borrower(session, office, loan)
            done |= {each.id for each in group}
            groups.append(group)
    return groups


def _of_borrower(session: Session, office: Office, loan: LoanRow) -> list[LoanRow]:
    number = mapping.loan_of(loan, (), office.keys).borrower.number
    if not number:  # a borrower without a number is known by the name alone
        query = select(LoanRow).where(LoanRow.lender == loan.lender, LoanRow.borrower == loan.borrower)
        return list(session.exec(query))
    index = office.keys.index(number)
    query = (
        select(LoanRow)
        .join(PersonRow, col(PersonRow.loan_id) == col(LoanRow.id))
        .where(PersonRow.number_index == index, LoanRow.lender == loan.lender)
    )
    found = [loan]
    for each in session.exec(query):
        theirs = mapping.loan_of(each, (), office.keys).borrower.number if each.id != loan.id else ""
        if theirs and office.keys.index(theirs) == index:
            found.append(each)
    return found


def _standing(
    session: Session, loans: Iterable[LoanRow], found: Rule, on: date, but: Collection[str]
) -> list[WriteOffRow]:
    """The write-offs of some loans that count beside those asked for now."""
    counts: sa.ColumnElement[bool] = col(WriteOffRow.state).in_(STANDING)
    if found.months:
        recent = col(WriteOffRow.booked_on) > add_months(on, -found.months)
        counts = sa.or_(counts, sa.and_(col(WriteOffRow.state) == "booked", recent))
    query = select(WriteOffRow).where(col(WriteOffRow.loan_id).in_([each.id for each in loans]), counts)
    return [row for row in session.exec(query.order_by(col(WriteOffRow.created_at))) if row.id not in but]


def _named(session: Session, actor: Actor, loan_ids: Collection[str]) -> list[str]:
    query = select(LoanRow.contract_number).where(col(LoanRow.id).in_(loan_ids), repositories.loans_visible_to(actor))
    return list(session.exec(query.order_by(LoanRow.contract_number)))
