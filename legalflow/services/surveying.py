"""How far a night's claims are, what they add up to, and which loans have none: what a page asks while they are made.

The lender's own staff see the loans; the administrator sees counts and reasons, no debtor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import Actor, Right
from legalflow.office import Office
from legalflow.persistence import portfolio, repositories
from legalflow.persistence.tables import ClaimChunkRow, ClaimRow, LoanRow
from legalflow.services import recomputing, tracking
from legalflow.services.viewing import PAGE
from legalflow.values.money import Money

RIGHTS = (Right.VIEW_MONEY, Right.OPERATE)
WINDOW = timedelta(minutes=5)  # the rate is that of the last minutes, so that a night begun anew tells its own


@dataclass(frozen=True)
class Progress:
    """How far the latest night, or hour of changes, is: loans counted at first, and those whose shares are done.

    `per_minute` and `left` (until the end) are None where nothing was done lately; `stopped` are shares given up, by
    number, with the reason; `ended_at` is set when every share is done.
    """

    as_of: date
    changed_only: bool
    asked_at: datetime
    ended_at: datetime | None
    loans: int
    done: int
    computed: int
    failed: int
    changed: int
    per_minute: int | None
    left: timedelta | None
    stopped: tuple[tuple[int, str], ...]

    @property
    def percent(self) -> int:
        """The share that is done, in whole percents, rounded down."""
        return 100 * self.done // self.loans if self.loans else 100

    @property
    def took(self) -> timedelta | None:
        """How long the night took, from when it was asked for to its last share."""
        return self.ended_at - self.asked_at if self.ended_at else None


@dataclass(frozen=True)
class Total:
    """The claims of one grade in one currency: how many loans, their principal and all that is owed."""

    grade: str
    currency: str
    loans: int
    principal: Money
    total: Money


@dataclass(frozen=True)
class Reason:
    """Why loans have no claim: the codes, an example in words, how many loans."""

    codes: str
    example: str
    loans: int


@dataclass(frozen=True)
class Failure:
    """A loan without a claim, with everything that is wrong."""

    loan_id: str
    borrower: str
    contract_number: str
    disbursed: Money
    problems: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Survey:
    """The claims that are kept, and those that could not be computed; `days` says how many are of which day.

    `by_other_rules` counts those computed before the law's data or the release changed.
    """

    progress: Progress | None
    days: tuple[tuple[date, int], ...]
    by_other_rules: int
    totals: tuple[Total, ...]
    reasons: tuple[Reason, ...]
    failed: int
    failures: tuple[Failure, ...]


def progress(office: Office, actor: Actor) -> Progress | None:
    """How far the latest night is; None where there was none."""
    tracking.require_any(actor, RIGHTS)
    with office.database.reading() as session:
        return _progress(session, office.now())


def survey(office: Office, actor: Actor) -> Survey:
    """The latest night with its sums and the loans it could not compute, the largest first."""
    tracking.require_any(actor, RIGHTS)
    with office.database.reading() as session:
        ours = _ours(actor)
        reasons = _reasons(session, ours)
        return Survey(
            progress=_progress(session, office.now()),
            days=_days(session, ours),
            by_other_rules=_by_other_rules(session, recomputing.rules_digest(office.law), ours),
            totals=_totals(session, ours) if actor.may(Right.VIEW_MONEY) else (),
            reasons=reasons,
            failed=sum(reason.loans for reason in reasons),
            failures=_failures(session, ours) if repositories.sees_loans(actor) else (),
        )


def _progress(session: Session, now: datetime) -> Progress | None:
    rows = portfolio.chunks(session)
    if not rows:
        return None
    loans, done = sum(row.loans for row in rows), [row for row in rows if row.done_at is not None]
    count = sum(row.loans for row in done)
    ended = max((row.done_at for row in done if row.done_at), default=None) if len(done) == len(rows) else None
    per_second = None if ended else _per_second(done, rows[0].asked_at, now)
    return Progress(
        as_of=rows[0].as_of,
        changed_only=rows[0].changed_only,
        asked_at=rows[0].asked_at,
        ended_at=ended,
        loans=loans,
        done=count,
        computed=sum(row.computed for row in done),
        failed=sum(row.failed for row in done),
        changed=sum(row.changed for row in done),
        per_minute=round(60 * per_second) if per_second else None,
        left=timedelta(seconds=round((loans - count) / per_second)) if per_second else None,
        stopped=tuple((row.number, row.reason) for row in rows if row.reason and row.done_at is None),
    )


def _per_second(done: list[ClaimChunkRow], asked_at: datetime, now: datetime) -> float | None:
    """Loans a second in the last minutes; None where no share was done in them."""
    since = max(asked_at, now - WINDOW)
    lately = sum(row.loans for row in done if row.done_at and row.done_at >= since)
    seconds = (now - since).total_seconds()
    return lately / seconds if lately and seconds > 0 else None


def _ours(actor: Actor) -> sa.ColumnElement[bool]:
    """The claims a survey counts: those of the actor's units, all for head office and the administrator."""
    return sa.true() if actor.units is None else repositories.in_scope(actor, col(ClaimRow.loan_id))


def _days(session: Session, ours: sa.ColumnElement[bool]) -> tuple[tuple[date, int], ...]:
    day = col(ClaimRow.as_of)
    query = sa.select(day, sa.func.count()).where(ours).group_by(day).order_by(day.desc()).limit(5)
    return tuple((on, count) for on, count in session.execute(query))


def _by_other_rules(session: Session, rules: str, ours: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(ClaimRow).where(col(ClaimRow.rules_digest) != rules, ours)
    return int(session.execute(query).scalar_one())


def _totals(session: Session, ours: sa.ColumnElement[bool]) -> tuple[Total, ...]:
    group: tuple[Any, ...] = (col(ClaimRow.grade), col(ClaimRow.currency))
    sums = (sa.func.count(), sa.func.sum(col(ClaimRow.principal_fen)), sa.func.sum(col(ClaimRow.total_fen)))
    query = sa.select(*group, *sums).where(col(ClaimRow.reason) == "", ours).group_by(*group)
    return tuple(
        Total(grade, currency, loans, Money.of_fen(int(principal)), Money.of_fen(int(total)))
        for grade, currency, loans, principal, total in session.execute(query)
    )


def _reasons(session: Session, ours: sa.ColumnElement[bool]) -> tuple[Reason, ...]:
    reason: Any = col(ClaimRow.reason)
    count, example = sa.func.count(), sa.func.min(col(ClaimRow.loan_id))
    query = sa.select(reason, count, example).where(reason != "", ours)
    query = query.group_by(reason).order_by(count.desc(), reason)
    rows = session.execute(query).all()
    examples = portfolio.claims_of(session, [loan_id for _, _, loan_id in rows[:PAGE]])
    return tuple(
        Reason(codes, _said(examples[loan_id]) if loan_id in examples else "", loans) for codes, loans, loan_id in rows
    )


def _said(row: ClaimRow) -> str:
    return "；".join(dict.fromkeys(problem["zh"] for problem in row.problems))


def _failures(session: Session, ours: sa.ColumnElement[bool]) -> tuple[Failure, ...]:
    query = (
        sa.select(col(LoanRow.id), col(LoanRow.borrower), col(LoanRow.contract_number), col(LoanRow.disbursed_fen))
        .add_columns(col(ClaimRow.problems))
        .join(ClaimRow, col(ClaimRow.loan_id) == col(LoanRow.id))
        .where(col(ClaimRow.reason) != "", ours)
        .order_by(col(LoanRow.disbursed_fen).desc(), col(LoanRow.id))
        .limit(PAGE)
    )
    return tuple(
        Failure(loan_id, borrower, number, Money.of_fen(fen), tuple(problems))
        for loan_id, borrower, number, fen, problems in session.execute(query)
    )
