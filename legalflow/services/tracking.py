"""What happens to a matter: opened, recorded, reversed, assigned; the one place where an event enters the journal.

`admit_event` folds the journal, asks whether the event may happen now, appends it, stores the matter it gives,
works its deadlines out anew and asks for the work that follows from it, all in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow, Problem
from legalflow.law.finding import Warning
from legalflow.loans.loan import Loan
from legalflow.matters import asset_rules, deadlines, events, fields
from legalflow.matters.costs import account
from legalflow.matters.events import EVENTS, MatterEvent, MatterOpened
from legalflow.matters.matter import Matter, Recorded, admit, fold, follow
from legalflow.matters.stages import RULES
from legalflow.office import Office, today
from legalflow.persistence import journal, outbox, repositories
from legalflow.persistence.tables import DeadlineRow, DocumentRow, LinkRow, LoanRow, MatterRow, PaymentRow
from legalflow.services import suits
from legalflow.values import codec
from legalflow.values.dates import in_chinese
from legalflow.values.money import Money

# The work that follows from an event: the task, the queue, and the field of the event that holds the subject's id.
REACTIONS: Mapping[str, tuple[str, str, str]] = {
    "DocumentRequested": ("render_document", "documents", "document"),
    "BundleRequested": ("bind_bundle", "bundles", "bundle"),
}

# The steps that the time to apply for enforcement concerns.
_TOWARDS_ENFORCEMENT = frozenset({"EnforcementPrepared", "EnforcementSubmitted", "EnforcementAccepted"})

# Events that other use cases record with what only they know; the generic page does not offer them.
OWN_USE_CASE = frozenset(
    name
    for name, kind in EVENTS.items()
    if any(question.kind == "given" for question in events.questions(kind))
    or name
    in {
        "FirmAssigned",
        "FirmUnassigned",
        "EventReversed",
        "PaymentReceived",
        "WriteOffApplied",
        "RecoveryRecorded",
        "WriteOffEnded",
    }
)


def open_matter(office: Office, actor: Actor, loan_id: str) -> str:
    """Open the matter of an overdue loan; a loan has one. Answers its id, also where it was open before."""
    actor.require(Right.OPEN_MATTER)
    with office.database.writing() as session:
        return opened(session, office, actor, loan_id)


def opened(session: Session, office: Office, actor: Actor, loan_id: str) -> str:
    """The id of the matter of a loan, opened in the caller's transaction where it was not open before."""
    actor.require(Right.OPEN_MATTER)
    loan_row = repositories.loan(session, actor, loan_id)
    earlier = session.exec(select(MatterRow).where(MatterRow.loan_id == loan_id)).first()
    if earlier is not None:
        return earlier.id
    row = MatterRow(
        id=repositories.new_id(),
        number=repositories.next_number(session, MatterRow.number, f"{today(office).year}-", 6),
        loan_id=loan_id,
        stage="",
        write_off="C0",
        owner_id=actor.id,
        state={},
        opened_at=office.now(),
        changed_at=office.now(),
    )
    session.add(row)
    session.flush()
    event = MatterOpened(
        at=office.now(), on=today(office), actor=actor.id, loan=loan_id, number=row.number, source=loan_row.unit
    )
    admit_event(session, office, actor, row, event, due_later=True)
    _carry_payments(session, office, actor, row)
    return row.id


def record(
    office: Office, actor: Actor, matter_id: str, name: str, texts: Mapping[str, str], version: int | None = None
) -> int:
    """Record what happened, from a form's texts; the number of the event. Everything wrong in the form is said at once.

    `version` is the matter's as the page showed it; where the matter has moved on, the answer is a `Conflict`.
    """
    kind = EVENTS.get(name)
    if kind is None or name in OWN_USE_CASE:
        raise NotFound.one("event.unknown", "没有这种事项", "there is no such event", found=name[:60])
    require_any(actor, RULES[name].rights)
    event = fields.read(kind, texts, at=office.now(), actor=actor.id, latest=today(office))
    with office.database.writing() as session:
        row = repositories.matter(session, actor, matter_id)
        if version is not None and version != row.sequence:
            raise Conflict.one(
                "matter.moved_on",
                f"案件在您打开页面之后已有新的事项（第{row.sequence}项）",
                f"the matter has moved on meanwhile (event {row.sequence})",
                mend="刷新页面，核对后再登记",
                mend_en="reload the page, look, and record again",
            )
        not_too_early(session, office, row, event)
        return admit_event(session, office, actor, row, event).sequence


def cautions(office: Office, actor: Actor, matter_id: str, name: str) -> tuple[Warning, ...]:
    """What to look at before recording an event today; it never stops the event (民事诉讼法解释 第四百八十一条)."""
    if name not in _TOWARDS_ENFORCEMENT:
        return ()
    with office.database.reading() as session:
        row = repositories.matter(session, actor, matter_id)
        loan = repositories.whole_loan(session, repositories.loan(session, actor, row.loan_id), office.keys)
        matter = current(session, row)
    step = events.EnforcementPrepared(at=office.now(), on=today(office), actor=actor.id)
    return deadlines.cautions(matter, step, loan, office.law)


def not_too_early(session: Session, office: Office, row: MatterRow, event: MatterEvent) -> None:
    """No judgment takes effect while a party may still appeal, unless the note says on what ground.

    Nor is a measure renewed after its last day, or taken again before it.
    """
    _within_its_measure(session, office, row, event)
    if not isinstance(event, events.JudgmentTookEffect) or event.reason:
        return
    matter = current(session, row)
    if matter.judgment is None:
        return
    effective = deadlines.effective_date(matter, office.law)
    if event.on < effective.value:
        raise Invalid(
            Problem(
                "effect.early",
                f"按已登记的送达和上诉期计算，裁判于{in_chinese(effective.value)}生效",
                f"by the services on record it takes effect on {effective.value}",
                "on",
                event.on.isoformat(),
                "核对送达日期；法院出具的生效证明另有日期的，在备注中写明",
                "check the services; where the court certifies another day, say so in the note",
            )
        )


def _within_its_measure(session: Session, office: Office, row: MatterRow, event: MatterEvent) -> None:
    """A measure is renewed before its last day and not taken twice, the last day being the law's or the paper's."""
    if not isinstance(event, asset_rules.TIMED):
        return
    loan = repositories.whole_loan(session, repositories.found(session.get(LoanRow, row.loan_id), "loan"), office.keys)
    NotNow.raise_any(asset_rules.against_expiry(current(session, row), loan, office.law, event))


def reverse(office: Office, actor: Actor, matter_id: str, sequence: int, reason: str) -> int:
    """Reverse a wrong event by an event with a reason; the number of the reversal."""
    actor.require(Right.REVERSE)
    _say_why(reason)
    with office.database.writing() as session:
        row = repositories.matter(session, actor, matter_id)
        wrong = next((each.event for each in journal.events(session, row.id) if each.sequence == sequence), None)
        if wrong is not None and RULES[type(wrong).__name__].internal:
            raise NotNow.one(
                "reversal.of_write_off",
                "核销的各步骤不在此撤销：申报可撤回或退回，入账和收回由财务复核更正并冲销分录",
                "the steps of a write-off are not reversed here: an application is withdrawn or refused; a booking and "
                "a recovery are corrected by the finance checker, with their entries",
            )
        if isinstance(wrong, events.PaymentReceived):
            leave_out_payment(session, row, wrong.number)
        return reverse_event(session, office, actor, row, sequence, reason).sequence


def reverse_event(
    session: Session, office: Office, actor: Actor, row: MatterRow, sequence: int, reason: str
) -> Recorded:
    """The reversal of an event, in the caller's transaction."""
    event = events.EventReversed(
        at=office.now(), on=today(office), actor=actor.id, reason=reason.strip(), sequence=sequence
    )
    return admit_event(session, office, actor, row, event)


def assign(office: Office, actor: Actor, matter_id: str, firm_id: str) -> int:
    """Give the matter to a law firm, which sees it from now on."""
    with office.database.writing() as session:
        return assigned(session, office, actor, matter_id, firm_id).sequence


def assigned(session: Session, office: Office, actor: Actor, matter_id: str, firm_id: str) -> Recorded:
    """The same in the caller's transaction."""
    actor.require(Right.ASSIGN)
    row = repositories.matter(session, actor, matter_id)
    repositories.open_firm(session, firm_id)
    event = events.FirmAssigned(at=office.now(), on=today(office), actor=actor.id, firm=firm_id)
    return admit_event(session, office, actor, row, event)


def unassign(office: Office, actor: Actor, matter_id: str, reason: str) -> int:
    """Take the matter from its law firm, which from now on sees nothing of it; its links end."""
    actor.require(Right.ASSIGN)
    _say_why(reason)
    with office.database.writing() as session:
        row = repositories.matter(session, actor, matter_id)
        event = events.FirmUnassigned(at=office.now(), on=today(office), actor=actor.id, reason=reason.strip())
        _end_links(session, office, row)
        return admit_event(session, office, actor, row, event).sequence


def admit_event(
    session: Session, office: Office, actor: Actor, row: MatterRow, event: MatterEvent, *, due_later: bool = False
) -> Recorded:
    """Append an event to a matter where it may happen now, with all that follows, in the caller's transaction.

    With `due_later` the caller works the deadlines out, once after several events.
    """
    before = current(session, row)
    suits.refuse_a_second(session, actor, row, event)
    admit(before, event)
    if actor.is_also(event.proposed_by):
        raise NotAllowed.one(
            "persons.proposer", "您是本项的提报人，须由另一人确认", "you proposed this; another person confirms it"
        )
    for other in sorted(actor.others):  # what a person did with one account counts against the person's others
        admit(before, replace(event, actor=other))
    recorded = journal.append(session, row.id, event, before.version)
    matter = follow(before, recorded)
    keep(row, matter)
    row.changed_at = office.now()
    row.version += 1
    session.add(row)
    _follow_documents(session, office, matter)
    if isinstance(event, events.WriteOffWithdrawn):
        _end_application(session, row, event)
    if isinstance(event, events.MatterClosed):
        _end_links(session, office, row)
    if not due_later:
        refresh_deadlines(session, office, row, matter)
    follows = REACTIONS.get(type(event).__name__)
    if follows:
        task, queue, subject = follows
        outbox.ask(session, task, getattr(event, subject), queue, office.now())
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=f"event.{type(event).__name__}",
        subject=row.id,
        sequence=recorded.sequence,
        digest=codec.digest(codec.encode(event)),
    )
    session.flush()
    return recorded


def keep(row: MatterRow, matter: Matter) -> None:
    """Store on its row what a matter is; the row's columns are for lists."""
    row.stage = matter.stage
    row.write_off = matter.write_off_stage
    row.firm_id = matter.firm or None
    row.filed_on = matter.filing.on if matter.filing else None
    row.fees_fen = account(matter).net.fen
    row.sequence = matter.version
    row.state = stored(matter)


def stored(matter: Matter) -> dict[str, Any]:
    """A matter as its row keeps it: all but the history, which is the journal."""
    return dict(codec.plain(replace(matter, history=())))


def current(session: Session, row: MatterRow) -> Matter:
    """The matter as its journal tells it."""
    return fold(journal.events(session, row.id))


def require_any(actor: Actor, rights: Sequence[Right]) -> None:
    """Refuse, naming who could, unless the actor's role holds one of the rights; no right at all is nobody's."""
    if not any(actor.may(right) for right in rights):
        actor.require(rights[0] if rights else Right.OPERATE)


def _follow_documents(session: Session, office: Office, matter: Matter) -> None:
    """The rows of documents stand where the matter says they stand."""
    for document in matter.documents.values():
        row = session.get(DocumentRow, document.id)
        if row is not None and row.state != document.state.value:
            row.state, row.reason, row.changed_at = document.state.value, document.reason, office.now()
            session.add(row)


def _end_application(session: Session, row: MatterRow, event: events.WriteOffWithdrawn) -> None:
    """An application that was withdrawn stands no longer in the way of a new one."""
    applied = repositories.effective_write_off(session, row.loan_id)
    if applied is not None:
        applied.state, applied.reason, applied.version = "refused", event.reason, applied.version + 1
        session.add(applied)


def _end_links(session: Session, office: Office, row: MatterRow) -> None:
    """The links of a matter end with its firm's assignment, and with the matter."""
    session.execute(
        sa.update(LinkRow)
        .where(col(LinkRow.matter_id) == row.id, col(LinkRow.revoked_at).is_(None))
        .values(revoked_at=office.now())
        .execution_options(synchronize_session=False)
    )


def leave_out_payment(session: Session, row: MatterRow, number: str) -> None:
    """Money recorded wrongly under a receipt's number no longer counts in the claim; its row stays."""
    query = select(PaymentRow).where(
        PaymentRow.loan_id == row.loan_id, PaymentRow.number == number, col(PaymentRow.reversed).is_(False)
    )
    for payment in session.exec(query):
        payment.reversed = True
        session.add(payment)


def refresh_deadlines(session: Session, office: Office, row: MatterRow, matter: Matter) -> None:
    """Work out anew what falls due for a matter."""
    loan_row = repositories.found(session.get(LoanRow, row.loan_id), "loan")
    loan: Loan = repositories.whole_loan(session, loan_row, office.keys)
    session.execute(sa.delete(DeadlineRow).where(col(DeadlineRow.matter_id) == row.id))
    session.add_all(deadline_rows(office, row, matter, loan))
    session.add(row)


def deadline_rows(office: Office, row: MatterRow, matter: Matter, loan: Loan) -> list[DeadlineRow]:
    """What falls due for a matter, as rows; the next of the days goes to the matter's own row, for lists."""
    found = deadlines.due(matter, loan, office.law, today(office))
    row.next_due = min((due.last_day.value for due in found if due.state in deadlines.OPEN), default=None)
    return [
        DeadlineRow(
            matter_id=row.id,
            rule=due.id,
            party=due.party,
            mark=mark_of(office, row.id, due.id, due.party),
            title=due.zh,
            last_day=due.last_day.value,
            state=due.state,
            provisional=bool(due.last_day.provisional),
            if_missed=due.if_missed,
            reasons=[codec.plain(step) for step in due.last_day.steps],
        )
        for due in found
    ]


def mark_of(office: Office, matter_id: str, rule: str, party: str) -> str:
    """What names a deadline while its row is written anew, without naming anybody: a keyed digest."""
    return office.keys.index(f"deadline {matter_id} {rule} {party}")[:32]


def _carry_payments(session: Session, office: Office, actor: Actor, row: MatterRow) -> None:
    """Payments known before the matter was opened enter its journal, since they interrupt limitation."""
    query = (
        select(PaymentRow)
        .where(PaymentRow.loan_id == row.loan_id, col(PaymentRow.reversed).is_(False))
        .order_by(col(PaymentRow.paid_on))
    )
    for payment in session.exec(query):
        admit_event(session, office, actor, row, payment_event(office, actor, payment), due_later=True)
    refresh_deadlines(session, office, row, current(session, row))


def payment_event(office: Office, actor: Actor, payment: PaymentRow) -> events.PaymentReceived:
    """A payment's row as the event of its matter."""
    return events.PaymentReceived(
        at=office.now(),
        on=payment.paid_on,
        actor=actor.id,
        number=payment.number,
        amount=Money.of_fen(payment.fen),
        channel=payment.channel,
        designation=payment.designation,
    )


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "请说明理由", "say why", "reason"))
