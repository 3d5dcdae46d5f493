"""The claim of every open loan, worked out anew each night and kept: lists show amounts without computing them.

A night is asked for as one plan (a task), which cuts the open loans into shares; each share is a task of its own. What
a share finds commits in one transaction with its end: a worker that dies loses its share and nothing else, and a night
run twice writes nothing the second time. In a night every claim is computed; only the writing of what is equal is
spared. Each hour those follow whose loans are new or whose facts have changed since.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session

from legalflow import __version__
from legalflow.access import Actor, Right
from legalflow.claims import grades
from legalflow.claims.claim import Claim, state_claim
from legalflow.errors import Invalid, LawGap, LegalflowError, Problem
from legalflow.law.catalogue import Law
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, outbox, portfolio, repositories
from legalflow.persistence.portfolio import Kept
from legalflow.persistence.tables import ClaimChunkRow
from legalflow.values import codec

PLAN, PLAN_QUEUE = "plan_claims", "schedule"
SHARE, SHARE_QUEUE = "state_claims", "claims"
SIZE = 1_000  # loans in a share: a few seconds of work, which is what a dead worker costs
KIND = "loan"  # what the grades are read for: an instalment of a credit card has another table of days
YUAN = "CNY"
Finish = Callable[[Session], None]
_LOG = logging.getLogger("claims")
_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # never the end of the task's time
_FAULT = Problem("claim.fault", "计算时出现未预见的错误，请管理员查看日志", "an unforeseen error; see the log")


def ask(office: Office, actor: Actor) -> None:
    """Ask for the claims of today to be worked out, also where that was done already."""
    actor.require(Right.OPERATE)
    with office.database.writing() as session:
        outbox.ask(session, PLAN, today(office).isoformat(), PLAN_QUEUE, office.now())
        journal.note(session, at=office.now(), actor=actor.id, action="claims.asked", subject="claims")


def plan(office: Office, slot: str, finish: Finish) -> None:
    """Cut the open loans into shares for a legal day and ask for each (a task).

    `slot` is a day (`2026-03-01`), for all loans, or an hour of it (`2026-03-01T14`), for those alone that have no
    claim of the day from the facts and by the rules as they are now. Where shares of the day are still to be done, they
    are asked for again and nothing else. A day that is over is left to the plan of the next.
    """
    day, _, hour = slot.partition("T")
    as_of = _day(day)
    cut = _cut(office, as_of, changed_only=bool(hour)) if as_of == today(office) else []
    with office.database.writing() as session:
        if as_of == today(office):
            left = [row for row in portfolio.chunks(session) if row.as_of == as_of and row.done_at is None]
            for row in left or _shares(session, cut, as_of, office.now(), changed_only=bool(hour)):
                row.reason = ""
                outbox.ask(session, SHARE, row.id, SHARE_QUEUE, office.now())
        finish(session)


def fail_plan(office: Office, day: str, reason: str, finish: Finish) -> None:
    """A plan that could not be made: the work's own row says why, and the next night makes its own."""
    with office.database.writing() as session:
        finish(session)


def run(office: Office, chunk_id: str, finish: Finish) -> None:
    """Work out and keep the claims of one share (a task); one that is done or overtaken by a later night is left."""
    began = office.now()
    with office.database.reading() as session:
        chunk = session.get(ClaimChunkRow, chunk_id)
        loans, before = _read(session, chunk, office.law)
    claims = _claims(office.law, loans, chunk.as_of, began) if chunk else []
    changed = [each for each in claims if before.get(each["loan_id"]) != portfolio.compared(each)]
    with office.database.writing() as session:
        # A plan made meanwhile for another day takes the shares of this one away: what was computed no longer counts.
        row = session.get(ClaimChunkRow, chunk_id, with_for_update=True)
        if row is not None and row.done_at is None:
            portfolio.put(session, changed)
            row.failed = sum(bool(each["reason"]) for each in claims)
            row.computed, row.changed = len(claims) - row.failed, len(changed)
            row.done_at, row.reason = office.now(), ""
            session.add(row)
        finish(session)


def fail(office: Office, chunk_id: str, reason: str, finish: Finish) -> None:
    """Record that a share could not be done."""
    with office.database.writing() as session:
        row = session.get(ClaimChunkRow, chunk_id)
        if row is not None and row.done_at is None:
            row.reason = reason[:500]
            session.add(row)
        finish(session)


@functools.lru_cache(maxsize=8)
def rules_digest(law: Law) -> str:
    """What names the rules a claim was computed by: each value of the law with its days and source, and the release."""
    values = {
        topic: [(value.since, value.until, value.value, str(value.citation)) for value in law.history(topic)]
        for topic in law.topics()
    }
    return codec.digest(codec.encode({"release": __version__, "law": values}))


def line(kept: Kept, as_of: date, law: Law, grade: Callable[[int], str], at: datetime) -> dict[str, Any]:
    """One loan's claim as it is kept; where it cannot be computed, every reason and no figure.

    A fault of ours is kept with its loan and told to the log, so that the others of the share have their figures.
    """
    values: dict[str, Any] = {
        "loan_id": kept.loan_id,
        "as_of": as_of,
        "facts_digest": kept.digest,
        "rules_digest": rules_digest(law),
        "computed_at": at,
    }
    try:
        loan = mapping.terms_of(kept.facts, kept.payments, kept.called_due)
        return values | _figures(state_claim(loan, as_of, law, explained=False).value, grade)
    except LegalflowError as error:
        return values | _without(error.problems)
    except _FAULTS as error:
        _LOG.error("loan=%s has no claim", kept.loan_id, exc_info=error)
        return values | _without((_FAULT,))


def _read(session: Session, chunk: ClaimChunkRow | None, law: Law) -> tuple[list[Kept], dict[str, tuple[Any, ...]]]:
    """The loans of a share that is still to be done, and the claims kept of them so far."""
    if chunk is None or chunk.done_at is not None:
        return [], {}
    only = None
    if chunk.changed_only:
        only = portfolio.changed(session, chunk.after_id, chunk.last_id, chunk.as_of, rules_digest(law))
    loans = list(portfolio.loans(session, chunk.after_id, chunk.last_id, only))
    return loans, portfolio.stored(session, chunk.after_id, chunk.last_id)


def _claims(law: Law, loans: list[Kept], as_of: date, at: datetime) -> list[dict[str, Any]]:
    @functools.cache
    def grade(days: int) -> str:
        try:
            return grades.mildest_grade(law, KIND, days, as_of).value.name
        except LawGap:  # before the rule: no grade is suggested
            return ""

    return [line(each, as_of, law, grade, at) for each in loans]


def _figures(claim: Claim, grade: Callable[[int], str]) -> dict[str, Any]:
    return {
        "currency": claim.currency,
        "principal_fen": claim.principal.fen,
        "interest_fen": claim.interest.fen,
        "penalty_fen": claim.penalty.fen,
        "compound_fen": claim.compound.fen,
        "liquidated_damages_fen": claim.liquidated_damages.fen,
        "costs_fen": claim.costs.fen,
        "total_fen": claim.total.fen,
        "overdue_since": claim.overdue_since,
        "overdue_days": claim.overdue_days,
        "per_day": f"{claim.running.per_day:f}",
        "grade": grade(claim.days_past_due),
        "reason": "",
        "problems": [],
    }


_FIGURES = (
    "principal_fen",
    "interest_fen",
    "penalty_fen",
    "compound_fen",
    "liquidated_damages_fen",
    "costs_fen",
    "total_fen",
)


def _without(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """No figure, and why. What stood there (`found`) is not kept: it may be what a person typed."""
    return {
        "currency": YUAN,
        **dict.fromkeys(_FIGURES),
        "overdue_since": None,
        "overdue_days": 0,
        "per_day": "",
        "grade": "",
        "reason": ",".join(sorted({problem.code for problem in problems})),
        "problems": [
            {"code": problem.code, "field": problem.field, "zh": problem.message, "mend": problem.mend}
            for problem in problems
        ],
    }


def _cut(office: Office, as_of: date, *, changed_only: bool) -> list[tuple[str, str, int]]:
    """The ranges of ids in which there is something to do, each with how many loans."""
    with office.database.reading() as session:
        ranges = list(portfolio.ranges(session, SIZE))
        if not changed_only:
            return ranges
        rules = rules_digest(office.law)
        counted = [
            (after, last, len(portfolio.changed(session, after, last, as_of, rules))) for after, last, _ in ranges
        ]
    return [each for each in counted if each[2]]


def _shares(
    session: Session, cut: list[tuple[str, str, int]], as_of: date, at: datetime, *, changed_only: bool
) -> list[ClaimChunkRow]:
    """The shares of a day in the place of all earlier ones; where there is nothing to do, those stay."""
    portfolio.drop_closed(session)
    if not cut:
        return []
    session.execute(delete(ClaimChunkRow))
    rows = [
        ClaimChunkRow(
            id=repositories.new_id(),
            as_of=as_of,
            number=number,
            after_id=after,
            last_id=last,
            changed_only=changed_only,
            loans=count,
            asked_at=at,
        )
        for number, (after, last, count) in enumerate(cut, 1)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid.one("claims.day", "不是日期", "not a day", found=text[:40]) from None
