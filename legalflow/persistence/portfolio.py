"""Loans read in bulk by ranges of their ids, and their stored claims kept in bulk.

Columns, not objects, because a night reads millions of payments. No person is opened on the way: a claim needs none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from legalflow.loans.payments import Payment
from legalflow.persistence.tables import ClaimChunkRow, ClaimRow, LoanRow, MatterRow, PaymentRow
from legalflow.values import codec
from legalflow.values.money import Money

CLOSED = "A90"
LEAST_READ = 5_000  # rows fetched at once while ids are counted off
_CLAIM: Any = ClaimRow
_TABLE: sa.Table = _CLAIM.__table__
_COMPARED = tuple(column.name for column in _TABLE.columns if column.name != "computed_at")
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a loan that its claim rests on: its facts as in its row, the payments that count, its digest.

    `called_due` is the ISO day on which its matter records that the whole debt was called due.
    """

    loan_id: str
    facts: Mapping[str, Any]
    payments: tuple[Payment, ...]
    called_due: str | None
    digest: str


def ranges(session: Session, size: int) -> Iterator[tuple[str, str, int]]:
    """The open loans in ranges of `size`: the id before the first, the last id, how many."""
    after, last, count = "", "", 0
    for last in (
        session.execute(_open(sa.select(col(LoanRow.id))).order_by(col(LoanRow.id))).yield_per(LEAST_READ).scalars()
    ):
        count += 1
        if count == size:
            yield after, last, count
            after, count = last, 0
    if count:
        yield after, last, count


def loans(session: Session, after: str, last: str, only: Collection[str] | None = None) -> Iterator[Kept]:
    """The open loans of a range, or `only` some of them, with what their claims rest on."""

    def within(column: Any) -> sa.ColumnElement[bool]:
        return _between(column, after, last) if only is None else column.in_(only)

    query = _open(sa.select(col(LoanRow.id), col(LoanRow.facts), col(LoanRow.digest), _called_due()))
    query = query.where(within(col(LoanRow.id)))
    payments = _payments(session, within(col(PaymentRow.loan_id)))
    for loan_id, facts, digest, called in session.execute(query):
        numbered = payments.get(loan_id, ())
        named = _digest(digest, len(numbered), sum(number for number, _ in numbered), called)
        yield Kept(loan_id, facts, tuple(payment for _, payment in numbered), called, named)


def changed(session: Session, after: str, last: str, as_of: date, rules: str) -> set[str]:
    """The open loans of a range without a claim of the day by these rules from their facts as they are now.

    Of the others the claim would be the same again: it follows from facts, rules and day alone.
    """
    query = _digested(lambda column: _between(column, after, last)).where(_is_open())
    kept = sa.select(_TABLE.c.loan_id, _TABLE.c.facts_digest).where(
        _between(_TABLE.c.loan_id, after, last), _TABLE.c.as_of == as_of, _TABLE.c.rules_digest == rules
    )
    before: dict[str, str] = dict(map(tuple, session.execute(kept)))
    return {loan_id for loan_id, digest in _named(session.execute(query)).items() if before.get(loan_id) != digest}


def digests(session: Session, loan_ids: Sequence[str]) -> dict[str, str]:
    """The digests of the facts of some loans as they are now, without reading their payments one by one."""
    return _named(session.execute(_digested_by_id(), {"ids": list(loan_ids)}))


def stored(session: Session, after: str, last: str) -> dict[str, tuple[Any, ...]]:
    """The claims kept of a range, to be compared with `compared`."""
    columns = [_TABLE.c[name] for name in _COMPARED]
    query = sa.select(*columns).where(_TABLE.c.loan_id > after, _TABLE.c.loan_id <= last)
    return {row[0]: tuple(row) for row in session.execute(query)}


def compared(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What of a claim makes it differ from another: everything but the instant."""
    return tuple(values[name] for name in _COMPARED)


def put(session: Session, claims: Sequence[Mapping[str, Any]]) -> None:
    """Keep claims in the place of those before."""
    if not claims:
        return
    insert = _INSERT[session.get_bind().dialect.name](_TABLE)
    changed = {column.name: insert.excluded[column.name] for column in _TABLE.columns if not column.primary_key}
    session.execute(insert.on_conflict_do_update(index_elements=["loan_id"], set_=changed), claims)


def drop_closed(session: Session) -> None:
    """Let go of the claims of loans whose matters were closed."""
    closed = sa.select(col(MatterRow.loan_id)).where(col(MatterRow.stage) == CLOSED)
    session.execute(sa.delete(_TABLE).where(_TABLE.c.loan_id.in_(closed)))


def chunks(session: Session) -> list[ClaimChunkRow]:
    """The shares of the latest night, in order."""
    return list(session.execute(sa.select(ClaimChunkRow).order_by(col(ClaimChunkRow.number))).scalars())


def claims_of(session: Session, loan_ids: Sequence[str]) -> dict[str, ClaimRow]:
    """The claims kept of some loans, by the loan."""
    query = sa.select(ClaimRow).where(col(ClaimRow.loan_id).in_(loan_ids))
    return {row.loan_id: row for row in session.execute(query).scalars()}


@functools.cache
def _digested_by_id() -> sa.Select[Any]:
    """What the digests of the loans `ids` are made of; built once, for every page of a list asks it."""
    return _digested(lambda column: column.in_(sa.bindparam("ids", expanding=True)))


def _digested(within: Callable[[Any], sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """What the digests of the facts of some loans are made of; `within` says which, as a condition on their id."""
    counting = (
        sa.select(
            col(PaymentRow.loan_id).label("loan_id"),
            sa.func.count().label("count"),
            sa.func.sum(col(PaymentRow.id)).label("ids"),
        )
        .where(within(col(PaymentRow.loan_id)), col(PaymentRow.reversed).is_(False))
        .group_by(col(PaymentRow.loan_id))
        .subquery()
    )
    return (
        sa.select(col(LoanRow.id), col(LoanRow.digest), counting.c.count, counting.c.ids, _called_due())
        .join(counting, counting.c.loan_id == col(LoanRow.id), isouter=True)
        .join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=True)
        .where(within(col(LoanRow.id)))
    )


def _named(rows: Iterable[Any]) -> dict[str, str]:
    return {loan_id: _digest(digest, count or 0, int(ids or 0), called) for loan_id, digest, count, ids, called in rows}


def _open(query: sa.Select[Any]) -> sa.Select[Any]:
    """Only loans that are no matter yet, or whose matter is not closed."""
    return query.join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=True).where(_is_open())


def _is_open() -> sa.ColumnElement[bool]:
    return sa.or_(col(MatterRow.id).is_(None), col(MatterRow.stage) != CLOSED)


def _between(column: Any, after: str, last: str) -> sa.ColumnElement[bool]:
    return sa.and_(column > after, column <= last)


def _called_due() -> sa.ColumnElement[str]:
    state: Any = col(MatterRow.state)
    found: sa.ColumnElement[str] = state["accelerated_on"].as_string()
    return found


def _payments(session: Session, within: sa.ColumnElement[bool]) -> dict[str, list[tuple[int, Payment]]]:
    """The payments that count of some loans, each with its row's number, by loan."""
    names = ("loan_id", "id", "paid_on", "fen", "number", "channel", "designation")
    query = (
        sa.select(*(getattr(PaymentRow, name) for name in names))
        .where(within, col(PaymentRow.reversed).is_(False))
        .order_by(col(PaymentRow.loan_id))
    )
    of_fen = Money.of_fen
    return {
        loan_id: [(row[1], Payment(row[2], of_fen(row[3]), row[4], row[5], row[6])) for row in rows]
        for loan_id, rows in groupby(session.execute(query), key=itemgetter(0))
    }


def _digest(loan_digest: str, count: int, ids: int, called_due: str | None) -> str:
    """What names the facts behind a claim.

    A payment's row never changes but to be reversed, and a later one has a higher number; so the count and the sum of
    the numbers of those that count differ wherever the payments do.
    """
    return codec.digest(f"{loan_digest} {count} {ids} {called_due or ''}".encode())
