"""Both ledgers of every loan held to their identity each night; what was found is kept, and the broken row named.

opening + accrued + disbursed − paid − waived − written off + recovered = closing (see `balancing`). A night is one task
after another, each over a share of the loans: what a share found commits with how far it has come, so that a worker
that dies costs a share, and a share run twice counts once. Another run of the same day is a row of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid
from legalflow.office import CHINA, Office, today
from legalflow.persistence import journal, outbox, repositories
from legalflow.persistence.tables import LedgerCheckRow, LoanRow
from legalflow.services import balancing, tracking
from legalflow.services.balancing import Balanced, Ledger
from legalflow.values import codec

TASK, QUEUE = "check_ledgers", "claims"
SHARE = 2_000  # loans of one task: well within its time
MOST_ROWS = 200  # broken rows kept of a run; all are counted
MOST_SHOWN = 60  # runs on the page
Finish = Callable[[Session], None]
_LOG = logging.getLogger("ledgers")


@dataclass(frozen=True, kw_only=True)
class Night:
    """A run as it is kept: `state` is running, held, broken or failed; `rows` are the broken rows, our ids only.

    Who sees the loans of some units sees the rows of these and no sums (`whole` is False): they are of all units.
    """

    slot: str
    as_of: date
    state: str
    loans: int
    legal: Ledger
    book: Ledger
    broken: int
    rows: tuple[dict[str, str], ...]
    not_computed: int
    other_currency: int
    reason: str
    row: LedgerCheckRow
    whole: bool = True


def ask(office: Office, actor: Actor) -> str:
    """Ask for both ledgers to be held now, also where the night did it already; the run's name."""
    tracking.require_any(actor, (Right.OPERATE, Right.CHECK_WRITE_OFF))
    slot = office.now().astimezone(CHINA).strftime("%Y-%m-%dT%H%M%S")
    with office.database.writing() as session:
        outbox.ask(session, TASK, slot, QUEUE, office.now())
        journal.note(session, at=office.now(), actor=actor.id, action="ledgers.asked", subject=slot)
    return slot


def run(office: Office, slot: str, finish: Finish) -> None:
    """Hold the next share of the loans (a task); the last one ends the run.

    `slot` is a day (`2026-11-24`), or a day and a time of it where somebody asked. A run that was not ended on its day
    is left as it is: its figures would be of two days.
    """
    as_of = _day(slot)
    with office.database.reading() as session:
        begun = session.get(LedgerCheckRow, slot)
        after = begun.after_id if begun else ""
        over = begun is not None and begun.done_at is not None
        query = select(LoanRow.id).where(col(LoanRow.id) > after).order_by(col(LoanRow.id)).limit(SHARE)
        ids = [] if over else list(session.exec(query))
    late = as_of != today(office)
    found = [] if late or not ids else list(balancing.balanced(office, ids))
    with office.database.writing() as session:
        row = session.get(LedgerCheckRow, slot, with_for_update=True)
        row = row or LedgerCheckRow(slot=slot, as_of=as_of, asked_at=office.now())
        if row.done_at is None and row.after_id == after:
            _count(row, found)
            row.after_id = ids[-1] if ids else after
            row.reason = "未在当日完成，见下一日的核对 / not ended on its day" if late else ""
            row.done_at = office.now() if late or len(ids) < SHARE else None
            session.add(row)
        finish(session)
        session.flush()
        if row.done_at is None:
            outbox.ask(session, TASK, slot, QUEUE, office.now())
        elif row.broken:
            _LOG.error("ledgers slot=%s broken=%d first=%s", slot, row.broken, row.rows[0]["place"])


def fail(office: Office, slot: str, reason: str, finish: Finish) -> None:
    """Record that a run was given up, and why."""
    with office.database.writing() as session:
        row = session.get(LedgerCheckRow, slot)
        row = row or LedgerCheckRow(slot=slot, as_of=_day(slot), asked_at=office.now())
        if row.done_at is None:
            row.reason = reason[:500]
            session.add(row)
        finish(session)


def history(office: Office, actor: Actor) -> list[Night]:
    """The runs that are kept, newest first; for who sees that money, and for the administrator, who sees no debtor."""
    tracking.require_any(actor, (Right.VIEW_MONEY, Right.OPERATE))
    with office.database.reading() as session:
        query = select(LedgerCheckRow).order_by(col(LedgerCheckRow.asked_at).desc(), col(LedgerCheckRow.slot).desc())
        return [_seen(session, actor, _night(row)) for row in session.exec(query.limit(MOST_SHOWN))]


def alarm(office: Office, actor: Actor) -> Night | None:
    """The last run, where it found a broken row or was given up; None where all held, or nobody may be told."""
    if not (actor.may(Right.VIEW_MONEY) or actor.may(Right.OPERATE)):
        return None
    with office.database.reading() as session:
        night = last(session)
        night = _seen(session, actor, night) if night is not None else None
    return night if night is not None and night.state in {"broken", "failed"} else None


def last(session: Session) -> Night | None:
    """The newest run that ended or was given up, or None."""
    query = select(LedgerCheckRow).where((col(LedgerCheckRow.done_at).is_not(None)) | (LedgerCheckRow.reason != ""))
    newest = query.order_by(col(LedgerCheckRow.asked_at).desc(), col(LedgerCheckRow.slot).desc())
    row = session.exec(newest.limit(1)).first()
    return _night(row) if row else None


def _seen(session: Session, actor: Actor, night: Night) -> Night:
    """A run as somebody may see it: of some units only the rows of their loans, and no sums."""
    if actor.units is None:
        return night
    wanted = {row["loan"] for row in night.rows}
    ours = set(
        session.exec(select(LoanRow.id).where(col(LoanRow.id).in_(wanted), repositories.loans_visible_to(actor)))
    )
    rows = tuple(row for row in night.rows if row["loan"] in ours)
    state = "held" if night.state == "broken" and not rows else night.state
    return replace(night, rows=rows, broken=len(rows), state=state, legal=Ledger(), book=Ledger(), whole=False)


def _count(row: LedgerCheckRow, found: Iterable[Balanced]) -> None:
    """Add a share to what a run found so far."""
    legal, book = _ledger(row.legal), _ledger(row.book)
    rows = list(row.rows)
    for each in found:
        row.loans += 1
        row.broken += len(each.broken)
        row.not_computed += bool(each.not_computed)
        row.other_currency += each.currency != "CNY"
        rows += [{"loan": each.loan_id, "place": one.place, "zh": one.zh, "en": one.en} for one in each.broken]
        if each.currency == "CNY" and each.legal is not None and each.book is not None:
            legal, book = legal + each.legal, book + each.book
    row.legal, row.book, row.rows = dict(codec.plain(legal)), dict(codec.plain(book)), rows[:MOST_ROWS]


def _night(row: LedgerCheckRow) -> Night:
    if row.reason:
        state = "failed"
    elif row.done_at is None:
        state = "running"
    else:
        state = "broken" if row.broken else "held"
    return Night(
        slot=row.slot,
        as_of=row.as_of,
        state=state,
        loans=row.loans,
        legal=_ledger(row.legal),
        book=_ledger(row.book),
        broken=row.broken,
        rows=tuple(row.rows),
        not_computed=row.not_computed,
        other_currency=row.other_currency,
        reason=row.reason,
        row=row,
    )


def _ledger(plain: dict[str, str]) -> Ledger:
    return codec.decode(Ledger, plain) if plain else Ledger()


def _day(slot: str) -> date:
    try:
        return date.fromisoformat(slot.partition("T")[0])
    except ValueError:
        raise Invalid.one("ledgers.day", "不是日期", "not a day", found=slot[:40]) from None
