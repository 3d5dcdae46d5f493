"""Write-off under four eyes, and the money that comes in afterwards.

Asked for by counsel or finance, checked, approved by a third person, booked by component; each step names the digest of
exactly what was asked. The ledger (`entry`) is only ever appended to: a correction is an entry of the opposite sign.
A write-off is bookkeeping and stays inside: the debt goes on (财金〔2017〕90号 第三、四、十三条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.claims import claim
from legalflow.claims.claim import Claim
from legalflow.errors import Conflict, Invalid, NotNow, Problem
from legalflow.law import write_off_ends, write_offs
from legalflow.law.write_offs import Case, Ending, LoanState
from legalflow.matters import events, fields, writeoff
from legalflow.matters.events import MatterEvent
from legalflow.matters.matter import Recorded
from legalflow.matters.writeoff import Components, Shares, WriteOffRequest
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import EntryRow, MatterRow, PaymentRow, WriteOffRow
from legalflow.services import accumulating, empowering, tracking
from legalflow.values import codec
from legalflow.values.money import Money, total

E = TypeVar("E", bound=MatterEvent)

# The ledger's components: what is written off, and what came back on it.
LEDGER = ("principal", "interest", "fees", "accrued")
# The grounds on which a written-off claim ends, as they are recorded, by what the law's data call them (第十六条).
_ENDS = {
    "state_plan": "state_merger",
    "state_council": "state_council",
    "enforcement_ended": "enforcement_ended_settled",
    "not_liable": "not_liable",
    "plan_performed": "plan_performed",
    "bankruptcy_over": "bankruptcy_ended",
    "disposed": "disposed",
    "unenforceable": "dismissed_or_barred",
    "other": "other_legal_end",
}


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A written-off loan by component; `accrued` is what came in beyond the booking."""

    booked: Components
    recovered: Shares
    still_off: Shares


def ask(office: Office, actor: Actor, matter_id: str, texts: Mapping[str, str]) -> str:
    """Apply for the write-off of a matter's loan, from a form's texts; the application's id.

    What the books show may not contradict the claim: the principal is that of the claim on the day, and interest in the
    books is at most the claim's.
    """
    actor.require(Right.APPLY_WRITE_OFF)
    event = _read(office, actor, events.WriteOffApplied, texts)
    with office.database.writing() as session:
        row = repositories.matter(session, actor, matter_id)
        matter = tracking.current(session, row)
        _books_fit(_claim(session, office, actor, row, event.as_of), event)
        _criterion_known(office, event)
        if matter.write_off_stage in {"C0", "C8"}:
            prepared = events.WriteOffPrepared(at=office.now(), on=event.on, actor=actor.id, criterion=event.criterion)
            tracking.admit_event(session, office, actor, row, prepared)
        tracking.admit_event(session, office, actor, row, event)
        request = tracking.current(session, row).write_off.request
        assert request is not None
        kept = _row_of(office, actor, row, request)
        session.add(kept)
        session.flush()
        return kept.id


def check(office: Office, actor: Actor, write_off_id: str, opinion: str) -> None:
    """Pass an application on after checking it; not by its applicant."""
    actor.require(Right.CHECK_WRITE_OFF)
    with office.database.writing() as session:
        row, matter = _both(session, actor, write_off_id)
        event = _read(office, actor, events.WriteOffChecked, {"opinion": opinion}, request=row.request_digest)
        tracking.admit_event(session, office, actor, matter, event)
        _step(session, row, "checked", checked_by=actor.id)


def approve(
    office: Office, actor: Actor, write_off_id: str, digest: str, number: str, whole: Money | None = None
) -> None:
    """Approve exactly what was asked, named by its digest; by a third person whose authority covers the amount.

    `whole` is what has to be covered of the list it is approved with, where it is; else that of the borrower is.
    """
    actor.require(Right.APPROVE_WRITE_OFF)
    with office.database.writing() as session:
        row, matter = _both(session, actor, write_off_id)
        loan = repositories.loan(session, actor, row.loan_id)
        counted = accumulating.together(session, office, actor, [(loan, row)]) if whole is None else None
        amount = counted.amount if counted else whole
        empowering.require(session, actor, (loan,), amount or Money(0), today(office), counted)
        event = _read(office, actor, events.WriteOffApproved, {"number": number}, request=digest)
        tracking.admit_event(session, office, actor, matter, event)
        _step(session, row, "approved", approved_by=actor.id)


def refuse(office: Office, actor: Actor, write_off_id: str, reason: str) -> None:
    """Refuse an application, saying why; the loan may be applied for anew."""
    tracking.require_any(actor, (Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF))
    with office.database.writing() as session:
        row, matter = _both(session, actor, write_off_id)
        event = _read(office, actor, events.WriteOffRefused, {"reason": reason}, request=row.request_digest)
        tracking.admit_event(session, office, actor, matter, event)
        _step(session, row, "refused", reason=reason.strip())


def book(office: Office, actor: Actor, write_off_id: str, voucher: str, on: str) -> None:
    """Book an approved write-off by component: the loan leaves the balance sheet, the debt stands."""
    actor.require(Right.BOOK_WRITE_OFF)
    with office.database.writing() as session:
        row, matter = _both(session, actor, write_off_id)
        texts = {"voucher": voucher, "on": on, **_component_texts(row)}
        event = _read(office, actor, events.WriteOffBooked, texts, request=row.request_digest)
        booked = tracking.admit_event(session, office, actor, matter, event)
        _step(session, row, "booked", booked_by=actor.id, booked_on=event.on, voucher=event.voucher)
        amounts = {"principal": row.principal_fen, "interest": row.on_interest_fen + row.off_interest_fen}
        amounts["fees"] = row.fees_fen
        _enter(session, office, row, "write_off", booked, event.voucher, amounts)


def propose(office: Office, actor: Actor, write_off_id: str, amount: Money) -> Shares:
    """How a receipt would be allocated in the usual order (费用、利息、本金), the rest to what accrued since."""
    actor.require(Right.RECORD_RECOVERY)
    with office.database.reading() as session:
        _, matter = _both(session, actor, write_off_id)
        state = tracking.current(session, matter)
    if state.write_off.booked is None:
        raise _not_booked()
    return writeoff.allocate_recovery(state.write_off.booked, state.write_off.shares, amount)


def recover(office: Office, actor: Actor, write_off_id: str, texts: Mapping[str, str]) -> None:
    """Record money that came in after the booking; shares left empty are allocated in the usual order.

    The debt goes on after a write-off, so that what came back is a payment on the claim like any other.
    """
    actor.require(Right.RECORD_RECOVERY)
    event = _read(office, actor, events.RecoveryRecorded, texts)
    with office.database.writing() as session:
        row, matter = _both(session, actor, write_off_id)
        booked = tracking.current(session, matter).write_off
        if booked.booked is None:
            raise _not_booked()
        if not total((event.fees, event.interest, event.principal, event.accrued)):
            shares = writeoff.allocate_recovery(booked.booked, booked.shares, event.amount)
            event = codec.decode(events.RecoveryRecorded, {**codec.plain(event), **codec.plain(shares)})
        recorded = tracking.admit_event(session, office, actor, matter, event)
        amounts = {name: -getattr(event, name).fen for name in LEDGER}
        _enter(session, office, row, "recovery", recorded, event.number, amounts)
        session.add(_payment(office, actor, row, event))


def correct(office: Office, actor: Actor, write_off_id: str, sequence: int, reason: str) -> None:
    """Take back a booking or a recovery recorded wrongly, with entries of the opposite sign; by the finance checker.

    A booking cannot be taken back while recoveries on it stand.
    """
    actor.require(Right.CHECK_WRITE_OFF)
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "请说明更正理由", "say why it is corrected", "reason"))
    with office.database.writing() as session:
        row, matter = _both(session, actor, write_off_id)
        wrong = next((each.event for each in journal.events(session, matter.id) if each.sequence == sequence), None)
        if not isinstance(wrong, events.WriteOffBooked | events.RecoveryRecorded):
            raise Invalid(
                Problem(
                    "correction.what", "该事项不是入账或收回", "that is neither a booking nor a recovery", "sequence"
                )
            )
        if actor.is_also(wrong.actor):
            raise Conflict.one(
                "correction.own", "不能更正自己登记的事项", "nobody corrects what they recorded themselves"
            )
        undone = tracking.reverse_event(session, office, actor, matter, sequence, reason)
        query = select(EntryRow).where(EntryRow.write_off_id == row.id, EntryRow.sequence == sequence)
        opposite = {entry.component: -entry.fen for entry in session.exec(query).all()}
        if isinstance(wrong, events.WriteOffBooked):
            _enter(session, office, row, "reversal", undone, wrong.voucher, opposite)
            _step(session, row, "approved", voucher="", booked_on=None, booked_by=None)
        else:
            _enter(session, office, row, "reversal", undone, wrong.number, opposite)
            tracking.leave_out_payment(session, matter, wrong.number)


def end(office: Office, actor: Actor, matter_id: str, texts: Mapping[str, str]) -> None:
    """Record that a written-off claim ended for good, where its ground ends the debt (财金〔2017〕90号 第十六条).

    `NotNow` where the conditions of the ground are not met yet, saying from which day they are; `Invalid` where a day
    that the ground needs is not given.
    """
    actor.require(Right.APPROVE_WRITE_OFF)
    event = _read(office, actor, events.WriteOffEnded, texts)
    with office.database.writing() as session:
        row = repositories.matter(session, actor, matter_id)
        _ground_is_met(office, event)
        tracking.admit_event(session, office, actor, row, event)


def _ground_is_met(office: Office, event: events.WriteOffEnded) -> None:
    """The ground ends the debt altogether on the day recorded."""
    happened_on = event.happened_on or event.on
    ending = Ending(kind=_ENDS.get(event.ground, ""), on=happened_on, remedies_since=event.remedies_since)
    case = Case(as_of=event.on, loan=LoanState(outstanding=Money(0)), endings=(ending,))
    named = {"endings[0].on": "happened_on", "endings[0].remedies_since": "remedies_since"}
    Invalid.raise_any(
        replace(each, field=named.get(each.field, each.field)) for each in write_offs.problems(office.law, case)
    )
    [found] = write_off_ends.ended(office.law, case).value
    if found.complete:
        return
    since = f"须至 {found.since} 方具备该情形的条件" if found.since else "须另有终结情形"
    since_en = f"its conditions are met from {found.since} on" if found.since else "another ground is needed"
    raise NotNow.one(
        "write_off.not_ended",
        f"{found.zh}：至 {event.on} 尚不构成完全终结，账销案存，继续追偿",
        f"by {event.on} this ground does not end the claim for good; it is pursued on",
        field="happened_on",
        found=happened_on,
        mend=since,
        mend_en=since_en,
    )


def balance(session: Session, row: WriteOffRow) -> Balance:
    """A booked write-off by component, from the ledger alone."""
    sums: dict[tuple[str, bool], int] = {}
    for entry in session.exec(select(EntryRow).where(EntryRow.write_off_id == row.id)):
        booked = entry.kind == "write_off" or (entry.kind == "reversal" and entry.fen < 0)
        key = (entry.component, booked)
        sums[key] = sums.get(key, 0) + entry.fen
    off = {name: Money.of_fen(sums.get((name, True), 0)) for name in LEDGER}
    back = {name: Money.of_fen(-sums.get((name, False), 0)) for name in LEDGER}
    return Balance(
        booked=Components(principal=off["principal"], on_balance_interest=off["interest"], fees=off["fees"]),
        recovered=Shares(**back),
        still_off=Shares(**{name: off[name] - back[name] for name in LEDGER if name != "accrued"}),
    )


def _read(office: Office, actor: Actor, kind: type[E], texts: Mapping[str, str], **given: Any) -> E:
    """An event from texts; its day is today where none was asked; `given` are the fields nobody types."""
    stated = {"on": today(office).isoformat(), **{name: text for name, text in texts.items() if text.strip()}}
    event = fields.read(kind, stated, at=office.now(), actor=actor.id, latest=today(office), given=given)
    assert isinstance(event, kind)
    return event


def _both(session: Session, actor: Actor, write_off_id: str) -> tuple[WriteOffRow, MatterRow]:
    return repositories.of_matter(session, actor, WriteOffRow, write_off_id)


def _claim(session: Session, office: Office, actor: Actor, row: MatterRow, as_of: date) -> Claim:
    loan_row = repositories.loan(session, actor, row.loan_id)
    loan = repositories.whole_loan(session, loan_row, office.keys)
    return claim.state_claim(loan, as_of, office.law).value


def _books_fit(stated: Claim, event: events.WriteOffApplied) -> None:
    interest = event.outstanding_on_balance_interest + event.outstanding_off_balance_interest
    problems = []
    if event.outstanding_principal != stated.principal:
        problems.append(
            Problem(
                "write_off.principal",
                f"账面本金余额与截至{event.as_of}的债权本金 {stated.principal} 元不一致",
                f"the principal in the books is not that of the claim on {event.as_of}, {stated.principal}",
                "outstanding_principal",
                str(event.outstanding_principal),
                "核对还款记录与账面余额",
                "compare the payments with the books",
            )
        )
    if interest > stated.interest_total:
        problems.append(
            Problem(
                "write_off.interest",
                f"账面利息合计 {interest} 元超过债权利息 {stated.interest_total} 元",
                f"the interest in the books is above that of the claim, {stated.interest_total}",
                "outstanding_off_balance_interest",
                str(interest),
            )
        )
    Invalid.raise_any(problems)


def _criterion_known(office: Office, event: events.WriteOffApplied) -> None:
    known = {each.id: each.zh for each in write_offs.criteria(office.law, event.as_of)}
    if event.criterion not in known:
        raise Invalid(
            Problem(
                "write_off.criterion",
                "没有这条认定标准",
                "there is no such criterion",
                "criterion",
                event.criterion[:40],
                f"可选：{'、'.join(known)}",
                f"one of: {', '.join(known)}",
            )
        )


def _row_of(office: Office, actor: Actor, matter: MatterRow, request: WriteOffRequest) -> WriteOffRow:
    return WriteOffRow(
        id=repositories.new_id(),
        loan_id=matter.loan_id,
        matter_id=matter.id,
        state="applied",
        principal_fen=request.asked.principal.fen,
        on_interest_fen=request.asked.on_balance_interest.fen,
        off_interest_fen=request.asked.off_balance_interest.fen,
        fees_fen=request.asked.fees.fen,
        cut_off=request.as_of,
        request_digest=writeoff.request_digest(request),
        request=codec.plain(request),
        applied_by=actor.id,
        created_at=office.now(),
    )


def _component_texts(row: WriteOffRow) -> dict[str, str]:
    """The amounts exactly as approved: a booking differs in nothing."""
    fen = {
        "principal": row.principal_fen,
        "on_balance_interest": row.on_interest_fen,
        "off_balance_interest": row.off_interest_fen,
        "fees": row.fees_fen,
    }
    return {name: str(Money.of_fen(amount)) for name, amount in fen.items()}


def _step(session: Session, row: WriteOffRow, state: str, **changes: Any) -> None:
    """The row one step on, by compare-and-set on its version: of two racing, one is a `Conflict`."""
    changed = session.execute(
        sa.update(WriteOffRow)
        .where(col(WriteOffRow.id) == row.id, col(WriteOffRow.version) == row.version)
        .values(state=state, version=row.version + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict.one(
            "write_off.moved_on", "该申请已被他人处理，请刷新", "somebody dealt with this meanwhile; reload"
        )
    session.expire(row)


def _enter(
    session: Session,
    office: Office,
    row: WriteOffRow,
    kind: str,
    recorded: Recorded,
    voucher: str,
    amounts: Mapping[str, int],
) -> None:
    """Append to the ledger what an event of the journal books, by component; nothing of nothing."""
    for component, fen in amounts.items():
        if fen:
            session.add(
                EntryRow(
                    loan_id=row.loan_id,
                    write_off_id=row.id,
                    kind=kind,
                    component=component,
                    fen=fen,
                    happened_on=recorded.event.on,
                    at=office.now(),
                    actor=recorded.event.actor,
                    voucher=voucher,
                    sequence=recorded.sequence,
                )
            )
    session.flush()


def _payment(office: Office, actor: Actor, row: WriteOffRow, event: events.RecoveryRecorded) -> PaymentRow:
    return PaymentRow(
        loan_id=row.loan_id,
        paid_on=event.on,
        fen=event.amount.fen,
        number=event.number,
        channel=event.channel,
        recorded_by=actor.id,
        at=office.now(),
    )


def _not_booked() -> NotNow:
    return NotNow.one(
        "recovery.not_booked",
        "该笔贷款尚未核销入账，收款请登记为还款",
        "the loan is not written off yet; record the money as a payment",
    )
