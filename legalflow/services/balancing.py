"""The nightly identity, per loan and in sum, of the legal ledger and apart of the book ledger; broken rows are named.

opening + accrued + disbursed − paid − waived − written off + recovered = closing. The opening is nothing, or what a
loan was taken over with (`opening`): then only what moved after that day counts, and what was stated has to be the
claim of that day.

The legal ledger is what the debtor owes: a write-off changes nothing in it, and what came back afterwards is a payment.
Its left side comes from the loan's facts and the rows of payments, its closing from the claim, lived through anew; the
claim that is kept each night has to say the same. The book ledger is what stands on the balance sheet: what is written
off leaves it by the rows of `entry`, its closing comes from the matter's journal. Money that came in after the booking
was paid, and is no longer in the book: it stands under paid and, put back, under recovered. Before an application for
a write-off the two ledgers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.claims.claim import Claim, state_claim
from legalflow.errors import LegalflowError
from legalflow.loans.loan import Loan
from legalflow.matters.events import EventReversed, PaymentReceived, RecoveryRecorded, WriteOffApplied, WriteOffBooked
from legalflow.matters.matter import Matter, Recorded, fold
from legalflow.matters.writeoff import Components
from legalflow.office import Office, today
from legalflow.persistence import journal, portfolio, repositories
from legalflow.persistence.tables import (
    ClaimRow,
    EntryRow,
    LoanRow,
    MatterRow,
    OpeningBalanceRow,
    PaymentRow,
    WriteOffRow,
)
from legalflow.services import ledgers, opening, recomputing
from legalflow.services.ledgers import Broken, Ledger
from legalflow.values.money import ZERO, Money, total

AT_ONCE = 200  # loans read in one transaction
MOST_SHOWN = 300  # loans lived through anew while somebody waits for a page; the nightly check takes all


@dataclass(frozen=True, kw_only=True)
class Balanced:
    """A loan's two ledgers on a day, and the rows that break them; `not_computed` says why there are none."""

    loan_id: str
    contract_number: str
    borrower: str
    currency: str = "CNY"
    written_off: bool = False
    legal: Ledger | None = None
    book: Ledger | None = None
    broken: tuple[Broken, ...] = ()
    not_computed: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The identity over loans on a day: the sums in yuan, the loans that break it, those not computed.

    `loans` of the `there` are in it: all, or where there are too many for a page, those written off and some others.
    """

    as_of: date
    loans: int
    there: int
    legal: Ledger
    book: Ledger
    broken: tuple[Balanced, ...]
    not_computed: tuple[Balanced, ...]
    written_off: tuple[Balanced, ...]
    other_currency: int


@dataclass(frozen=True)
class _Rows:
    """What is kept of a loan, all of one instant."""

    loan: LoanRow
    whole: Loan
    payments: list[PaymentRow]
    entries: list[EntryRow]
    write_off: WriteOffRow | None
    matter: MatterRow | None
    events: list[Recorded]
    kept: ClaimRow | None
    kept_is_current: bool
    opening: OpeningBalanceRow | None


def sheet(office: Office, actor: Actor) -> Sheet:
    """The identity as of today for finance and the auditor: over every loan, or as many as a page can wait for."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        ours = repositories.loans_visible_to(actor)
        there = session.exec(select(sa.func.count()).select_from(LoanRow).where(ours)).one()
        booked = select(WriteOffRow.loan_id).where(WriteOffRow.state == "booked")
        off = list(session.exec(booked.where(repositories.in_scope(actor, col(WriteOffRow.loan_id))).limit(MOST_SHOWN)))
        some = list(session.exec(select(LoanRow.id).where(ours).order_by(col(LoanRow.id)).limit(MOST_SHOWN)))
    every = list(balanced(office, list(dict.fromkeys([*off, *some]))[:MOST_SHOWN]))
    good = [each for each in every if each.legal is not None and each.currency == "CNY"]
    return Sheet(
        as_of=today(office),
        loans=len(every),
        there=there,
        legal=ledgers.summed(each.legal for each in good),
        book=ledgers.summed(each.book for each in good),
        broken=tuple(each for each in every if each.broken),
        not_computed=tuple(each for each in every if each.not_computed),
        written_off=tuple(each for each in every if each.written_off and each.book is not None),
        other_currency=sum(each.currency != "CNY" for each in every),
    )


def broken(office: Office) -> Iterator[tuple[str, Broken]]:
    """Every row that breaks the identity of a loan, with the loan's id."""
    for each in balanced(office):
        yield from ((each.loan_id, row) for row in each.broken)


def balanced(office: Office, only: Sequence[str] | None = None) -> Iterator[Balanced]:
    """Every loan, or `only` some, with its two ledgers as of today; read in pieces, each of one instant."""
    after = ""
    while True:
        with office.database.reading() as session:
            query = select(LoanRow).where(col(LoanRow.id) > after).order_by(col(LoanRow.id)).limit(AT_ONCE)
            query = query if only is None else query.where(col(LoanRow.id).in_(only))
            read = [_read(session, office, row) for row in session.exec(query).all()]
        yield from (_balanced(office, each) for each in read)
        if len(read) < AT_ONCE:
            return
        after = read[-1].loan.id


def _read(session: Session, office: Office, row: LoanRow) -> _Rows:
    payments = list(session.exec(select(PaymentRow).where(PaymentRow.loan_id == row.id)))
    booked = select(WriteOffRow).where(WriteOffRow.loan_id == row.id, WriteOffRow.state == "booked")
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    kept = session.get(ClaimRow, row.id)
    current = portfolio.digests(session, [row.id]).get(row.id)
    return _Rows(
        loan=row,
        whole=repositories.whole_loan(session, row, office.keys),
        payments=payments,
        entries=list(session.exec(select(EntryRow).where(EntryRow.loan_id == row.id))),
        write_off=session.exec(booked).first(),
        matter=matter,
        events=journal.events(session, matter.id) if matter else [],
        kept=kept,
        kept_is_current=kept is not None and kept.facts_digest == current,
        opening=opening.in_force(session, row.id),
    )


def _balanced(office: Office, rows: _Rows) -> Balanced:
    named = [*_payments_told(rows), *_entries_told(rows), *_paid_out(rows)]
    base = Balanced(
        loan_id=rows.loan.id,
        contract_number=rows.loan.contract_number,
        borrower=rows.loan.borrower,
        written_off=rows.write_off is not None,
        currency=rows.whole.currency,
    )
    try:
        claim = state_claim(rows.whole, today(office), office.law).value
        named += _kept_told(office, rows)
        then = state_claim(rows.whole, rows.opening.as_of, office.law).value if rows.opening else None
    except LegalflowError as error:  # the loan's own page says how to mend it
        return replace(base, broken=tuple(named), not_computed=error.problems[0].message)
    legal = _legal(rows, claim, today(office))
    if rows.opening is not None and then is not None:
        named += ledgers.opening_told(rows.opening, then)
        legal = ledgers.since(legal, _legal(rows, then, rows.opening.as_of), rows.opening)
    book = _book(rows) or legal
    for ledger, zh, en in ((legal, "法律账", "legal ledger"), (book, "会计账", "book ledger")):
        if not ledger.holds and not named:
            said = f"{zh}不平：应为 {ledger.expected}，实为 {ledger.closing}"
            said_en = f"the {en} does not balance: {ledger.expected} expected, {ledger.closing} found"
            named.append(Broken(f"loan {rows.loan.id}", said, said_en))
    return replace(base, legal=legal, book=book, broken=tuple(named))


def _legal(rows: _Rows, claim: Claim, on: date) -> Ledger:
    """What the debtor owes since the first day: all that accrued by the claim's own components.

    What accrued is what is owed beside principal, what was paid on it, and what was waived of it.
    """
    beside = claim.total - claim.principal
    laid = total(
        part
        for each in claim.received
        for part in (each.to_costs, each.to_interest, each.to_penalty, each.to_compound, each.to_liquidated_damages)
    )
    waived = total(each.amount for each in rows.whole.waivers if each.on <= on)
    waived_principal = total(
        each.amount for each in rows.whole.waivers if each.on <= on and each.component == "principal"
    )
    return Ledger(
        accrued=beside + laid + (waived - waived_principal) + claim.cut,
        disbursed=total(each.amount for each in rows.whole.drawdowns if each.on <= on),
        paid=_of(each for each in rows.payments if not each.reversed and each.paid_on <= on),
        waived=waived + claim.cut,
        closing=claim.total - claim.unallocated,
    )


def _book(rows: _Rows) -> Ledger | None:
    """What stands on the balance sheet since the application for a booked write-off; None where there is none."""
    if rows.write_off is None:
        return None
    matter = fold(rows.events)
    asked = _last(matter, WriteOffApplied)
    booked = _last(matter, WriteOffBooked)
    if asked is None or booked is None or not isinstance(asked.event, WriteOffApplied):
        return None
    request, event = asked.event, booked.event
    assert isinstance(event, WriteOffBooked)
    opened = total(
        (
            request.outstanding_principal,
            request.outstanding_on_balance_interest,
            request.outstanding_off_balance_interest,
            request.outstanding_fees,
        )
    )
    counting = [each for each in rows.payments if not each.reversed]
    later = [
        each.event
        for each in matter.standing
        if isinstance(each.event, PaymentReceived | RecoveryRecorded) and each.sequence > asked.sequence
    ]
    numbers = {each.number for each in later}
    before = _of(each for each in counting if each.number not in numbers)
    since = total(each.amount for each in later if isinstance(each, PaymentReceived))
    disbursed = Money.of_fen(rows.loan.disbursed_fen)
    signed = [(each.kind, each.fen, _of_booking(rows, each)) for each in rows.entries]
    begun = rows.opening
    stated = total(opening.amounts_of(begun)) if begun else ZERO
    if begun:  # what moved up to that day stands in what was stated
        earlier = _of(each for each in counting if each.paid_on <= begun.as_of)
        before, counting = before - earlier, [each for each in counting if each.paid_on > begun.as_of]
        disbursed = total(each.amount for each in rows.whole.drawdowns if each.on > begun.as_of)
    return Ledger(
        opening=stated,
        accrued=opened + before - disbursed - stated,
        disbursed=disbursed,
        paid=_of(counting),
        written_off=Money.of_fen(sum(fen for _, fen, booking in signed if booking)),
        recovered=Money.of_fen(-sum(fen for _, fen, booking in signed if not booking)),
        closing=opened - _booked(event).total - since,
    )


def _payments_told(rows: _Rows) -> Iterator[Broken]:
    """Payments against the journal of the loan's matter: each event has its row, each row since then its event."""
    if rows.matter is None:
        return
    told = {}
    for each in fold(rows.events).standing:
        if isinstance(each.event, PaymentReceived | RecoveryRecorded):
            told[each.event.number] = each
    for row in rows.payments:
        event = told.pop(row.number, None) if not row.reversed else None
        if event is not None and isinstance(event.event, PaymentReceived | RecoveryRecorded):
            if (event.event.on, event.event.amount.fen) != (row.paid_on, row.fen):
                zh = f"还款金额或日期与日志第 {event.sequence} 项（{event.event.amount} 元）不同"
                en = f"amount or day is not that of event {event.sequence} of the journal"
                yield Broken(f"payment {row.id}", zh, en)
        elif not row.reversed and row.at > rows.matter.opened_at:
            yield Broken(f"payment {row.id}", "日志中没有这笔还款", "the journal does not tell of this payment")
    for each in told.values():
        zh, en = f"日志第 {each.sequence} 项的收款没有还款记录", f"event {each.sequence} has no payment"
        yield Broken(f"matter {rows.matter.id}", zh, en)


def _entries_told(rows: _Rows) -> Iterator[Broken]:
    """The entries of the ledger against the journal: each books exactly what its event says, by component."""
    expected = _expected_entries(rows.events)
    for entry in rows.entries:
        wanted = expected.pop((entry.sequence, entry.component), None)
        if wanted != entry.fen:
            said = "没有对应的入账事项" if wanted is None else f"日志所载为 {Money.of_fen(wanted)} 元"
            zh = f"分录金额 {Money.of_fen(entry.fen)} 元与日志不同：{said}"
            yield Broken(f"entry {entry.id}", zh, "the entry is not what the journal books")
    for (sequence, component), _ in expected.items():
        place = f"write_off {rows.write_off.id}" if rows.write_off else f"loan {rows.loan.id}"
        zh, en = f"日志第 {sequence} 项的{component}没有分录", f"{component} of event {sequence} has no entry"
        yield Broken(place, zh, en)


def _expected_entries(events: Iterable[Recorded]) -> dict[tuple[int, str], int]:
    """What the journal books, by the event's number and component; a reversal books the opposite of what it undoes."""
    found: dict[tuple[int, str], int] = {}
    for recorded in events:
        event = recorded.event
        if isinstance(event, WriteOffBooked):
            parts = _booked(event)
            amounts = {"principal": parts.principal.fen, "interest": parts.interest.fen, "fees": parts.fees.fen}
        elif isinstance(event, RecoveryRecorded):
            amounts = {name: -getattr(event, name).fen for name in ("principal", "interest", "fees", "accrued")}
        elif isinstance(event, EventReversed):
            undone = {name: fen for (sequence, name), fen in found.items() if sequence == event.sequence}
            amounts = {name: -fen for name, fen in undone.items()}
        else:
            continue
        found |= {(recorded.sequence, name): fen for name, fen in amounts.items() if fen}
    return found


def _paid_out(rows: _Rows) -> Iterator[Broken]:
    """The sum paid out, as lists show it, is that of the loan's drawdowns."""
    if total(each.amount for each in rows.whole.drawdowns).fen != rows.loan.disbursed_fen:
        zh, en = "放款合计与合同的放款明细不同", "the sum paid out is not that of the drawdowns"
        yield Broken(f"loan {rows.loan.id}", zh, en)


def _kept_told(office: Office, rows: _Rows) -> Iterator[Broken]:
    """The claim kept of a night is what the loan and its payments give, where both facts and rules are the same."""
    kept = rows.kept
    if kept is None or not rows.kept_is_current or kept.reason:
        return
    if kept.rules_digest != recomputing.rules_digest(office.law):
        return
    claim = state_claim(rows.whole, kept.as_of, office.law).value
    if (kept.principal_fen, kept.total_fen) != (claim.principal.fen, claim.total.fen):
        zh = f"每日债权 {Money.of_fen(kept.total_fen or 0)} 元与由放款、还款算得的 {claim.total} 元不同"
        yield Broken(f"claim {kept.loan_id}", zh, f"the claim kept is not the {claim.total} that the rows give")


def _of_booking(rows: _Rows, entry: EntryRow) -> bool:
    """Whether an entry books a write-off or takes such a booking back; else it is about money that came in."""
    if entry.kind != "reversal":
        return entry.kind == "write_off"
    by_number: Mapping[int, Recorded] = {each.sequence: each for each in rows.events}
    undoing = by_number.get(entry.sequence)
    undone = by_number.get(undoing.event.sequence) if undoing and isinstance(undoing.event, EventReversed) else undoing
    return undone is not None and isinstance(undone.event, WriteOffBooked)


def _last(matter: Matter, kind: type) -> Recorded | None:
    return next((each for each in reversed(matter.standing) if isinstance(each.event, kind)), None)


def _booked(event: WriteOffBooked) -> Components:
    return Components(
        principal=event.principal,
        on_balance_interest=event.on_balance_interest,
        off_balance_interest=event.off_balance_interest,
        fees=event.fees,
    )


def _of(payments: Iterable[PaymentRow]) -> Money:
    return Money.of_fen(sum(each.fen for each in payments))
