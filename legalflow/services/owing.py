"""What is owed after a write-off, each with its last day: whose it is, who took note, what was done and its paper.

Responsibility within two years after a booking (财金〔2017〕90号 第十九条), the special audit and the report once for
all bookings of a year (第二十条), and the yearly look at each claim that is written off and still pursued. The days
come from the law's data; what somebody did is kept here and never changed: it is recorded once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotFound, Problem
from legalflow.law import write_off_ends
from legalflow.law.write_off_ends import Duty
from legalflow.law.write_offs import Case, LoanState
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, MatterRow, WriteOffDutyRow, WriteOffRow
from legalflow.services import repeating, tracking
from legalflow.values import typed
from legalflow.values.money import Money

OF_A_YEAR = ("write_off_audit", "write_off_report")  # owed once for all bookings of a year
ENDED = "C7"  # the claim ended for good: it is looked at no more
SOON = 60  # days before its last day from which a duty is called soon
_RECORDS = (Right.APPLY_WRITE_OFF, Right.CHECK_WRITE_OFF)
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A duty with its last day. `subject` is the write-off's id, or the year; `state` is late, soon, open or done.

    `owner` is who was named for it, else for one loan the matter's owner; `about` is the matter's number.
    """

    rule: str
    zh: str
    subject: str
    about: str
    last_day: date
    days: int
    state: str
    provisional: bool
    owner: str
    owner_id: str
    acknowledged: str
    row: WriteOffDutyRow | None

    @property
    def key(self) -> str:
        """What names the duty in a form."""
        return f"{self.rule}|{self.subject}|{self.last_day.isoformat()}"

    @property
    def is_of_a_year(self) -> bool:
        """Whether it is owed once for all bookings of a year."""
        return self.rule in OF_A_YEAR


def owed(office: Office, actor: Actor, state: str = "") -> list[Owed]:
    """Every duty of the bookings in scope, the nearest day first and what is done last; of one state if given."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        found = _owed(session, office, actor)
    return [each for each in found if not state or each.state == state]


def people(office: Office, actor: Actor) -> list[tuple[str, str]]:
    """Who may be named for a duty: those who record money or its checks, by id and name."""
    actor.require(Right.VIEW_MONEY)
    roles = ("counsel", "reviewer", "finance", "finance_checker", "approver")
    query = select(AccountRow).where(col(AccountRow.role).in_(roles), col(AccountRow.disabled).is_(False))
    with office.database.reading() as session:
        return [(row.id, row.name) for row in session.exec(query.order_by(AccountRow.name, AccountRow.id))]


def assign(office: Office, actor: Actor, key: str, account_id: str) -> None:
    """Name whose a duty is; by the finance checker."""
    actor.require(Right.CHECK_WRITE_OFF)
    if account_id not in {each for each, _ in people(office, actor)}:
        raise Invalid(Problem("duty.person", "请选择责任人", "choose who it is", "account"))
    with office.database.writing() as session:
        row = _row(session, office, actor, key)
        row.owner_id = account_id
        # Whoever it was before took note for themselves only.
        row.acknowledged_by, row.acknowledged_at = None, None
        _keep(session, office, actor, row, "duty.assigned")


def acknowledge(office: Office, actor: Actor, key: str) -> None:
    """Take note of a duty; by whose it is, or by the finance checker for them."""
    tracking.require_any(actor, (*_RECORDS, Right.APPROVE_WRITE_OFF))
    with office.database.writing() as session:
        found = _find(session, office, actor, key)
        if found.owner_id != actor.id and not actor.may(Right.CHECK_WRITE_OFF):
            raise Conflict.one(
                "duty.not_yours",
                "这项职责由他人负责，请责任人确认知悉",
                "this duty is another's; whose it is takes note of it",
                found=found.owner or "未指定",
                mend="或请财务复核人指定您为责任人",
                mend_en="or have the finance checker name you",
            )
        row = _row(session, office, actor, key)
        row.acknowledged_by, row.acknowledged_at = actor.id, office.now()
        _keep(session, office, actor, row, "duty.acknowledged")


def kept(office: Office, actor: Actor, key: str) -> WriteOffDutyRow:
    """What was said of a duty so far."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        found = _find(session, office, actor, key)
        return found.row or WriteOffDutyRow(rule=found.rule, subject=found.subject, last_day=found.last_day)


def put_back(office: Office, actor: Actor, key: str, before: WriteOffDutyRow) -> None:
    """Take back the last thing said of a duty, whose it is or that it was noted: it stands as `before`.

    Where anything else was said since, nothing changes.
    """
    tracking.require_any(actor, (*_RECORDS, Right.APPROVE_WRITE_OFF))
    with office.database.writing() as session:
        row = _row(session, office, actor, key)
        if row.version != before.version + 1 or row.done_on is not None:
            raise repeating.moved_on()
        if row.owner_id != before.owner_id:
            actor.require(Right.CHECK_WRITE_OFF)
        elif row.acknowledged_by != actor.id:
            raise repeating.moved_on()
        row.owner_id, row.acknowledged_by = before.owner_id, before.acknowledged_by
        row.acknowledged_at = before.acknowledged_at
        _keep(session, office, actor, row, "duty.taken_back")


def done(office: Office, actor: Actor, key: str, on: str, paper: str, note: str = "") -> None:
    """Record that a duty was done, on a day that has come, with the number or place of the paper that shows it."""
    tracking.require_any(actor, _RECORDS)
    problems, day = [], today(office)
    try:
        day = typed.day(on) if on.strip() else day
        if day > today(office):
            problems.append(Problem("duty.later", "办理日期不得晚于今天", "that day has not come", "on", on[:20]))
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("on", on))
    if not paper.strip() or len(paper) > _LONGEST or not paper.strip().isprintable():
        said = f"请写明凭据的文号或档案号，不超过 {_LONGEST} 字"
        problems.append(Problem("duty.paper", said, f"name the paper, in {_LONGEST} characters", "paper"))
    if len(note) > _LONGEST:
        problems.append(Problem("duty.note", f"不超过 {_LONGEST} 字", f"at most {_LONGEST} characters", "note"))
    Invalid.raise_any(problems)
    with office.database.writing() as session:
        row = _row(session, office, actor, key)
        if row.done_on is not None:
            raise Conflict.one("duty.done", "这项职责已登记办理", "it is recorded as done already")
        row.done_on, row.done_by, row.paper, row.note = day, actor.id, paper.strip(), note.strip()
        row.recorded_at = office.now()
        _keep(session, office, actor, row, "duty.done")


# --- parts -----------------------------------------------------------------------------------------------------------


def _owed(session: Session, office: Office, actor: Actor) -> list[Owed]:
    query = (
        select(WriteOffRow, MatterRow)
        .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
        .where(WriteOffRow.state == "booked", repositories.visible_to(actor))
    )
    kept = {(row.rule, row.subject, row.last_day): row for row in session.exec(select(WriteOffDutyRow))}
    names = {row.id: row.name for row in session.exec(select(AccountRow))}
    found: dict[tuple[str, str, date], Owed] = {}
    for write_off, matter in session.execute(query):
        booked_on = write_off.booked_on
        for duty, provisional in _of_booking(office, booked_on, matter.write_off):
            of_year = duty.id in OF_A_YEAR
            subject = str(booked_on.year) if of_year else write_off.id
            assert duty.last_day is not None
            key = (duty.id, subject, duty.last_day)
            if key not in found:
                about = "" if of_year else matter.number
                row, default = kept.get(key), "" if of_year else matter.owner_id
                found[key] = _with(office, duty, subject, about, provisional, row, default, names)
    order = {"late": 0, "soon": 1, "open": 2, "done": 3}
    return sorted(found.values(), key=lambda each: (order[each.state], each.last_day, each.about))


def _of_booking(office: Office, booked_on: date, stage: str) -> Iterable[tuple[Duty, bool]]:
    """The duties of one booking that have a last day; the yearly looks end where the claim ended for good."""
    case = Case(as_of=today(office), loan=LoanState(outstanding=Money(0)), written_off_on=booked_on)
    stated = write_off_ends.duties(office.law, case, stays_open=False)
    yield from ((each, bool(stated.provisional)) for each in stated.value)
    if stage != ENDED:
        yearly = write_off_ends.reviews(office.law, booked_on, today(office))
        yield from ((each, bool(yearly.provisional)) for each in yearly.value)


def _with(
    office: Office,
    duty: Duty,
    subject: str,
    about: str,
    provisional: bool,
    row: WriteOffDutyRow | None,
    default: str,
    names: dict[str, str],
) -> Owed:
    assert duty.last_day is not None
    days = (duty.last_day - today(office)).days
    state = "late" if days < 0 else "soon" if days <= SOON else "open"
    owner = (row.owner_id if row and row.owner_id else default) or ""
    return Owed(
        rule=duty.id,
        zh=duty.zh,
        subject=subject,
        about=about,
        last_day=duty.last_day,
        days=days,
        state="done" if row and row.done_on else state,
        provisional=provisional,
        owner=names.get(owner, ""),
        owner_id=owner,
        acknowledged=names.get(row.acknowledged_by or "", "") if row else "",
        row=row,
    )


def _find(session: Session, office: Office, actor: Actor, key: str) -> Owed:
    if not key.strip():
        raise Invalid(Problem("duty.missing", "请指明是哪一项职责", "say which duty", "duty"))
    found = next((each for each in _owed(session, office, actor) if each.key == key), None)
    if found is None:
        raise NotFound.one(
            "duty.absent", "没有这项职责，或您无权查看", "there is no such duty, or it is not yours to see"
        )
    return found


def _row(session: Session, office: Office, actor: Actor, key: str) -> WriteOffDutyRow:
    """The row of a duty that is owed, made where nobody did anything about it yet."""
    found = _find(session, office, actor, key)
    row = session.get(WriteOffDutyRow, (found.rule, found.subject, found.last_day), with_for_update=True)
    return row or WriteOffDutyRow(rule=found.rule, subject=found.subject, last_day=found.last_day)


def _keep(session: Session, office: Office, actor: Actor, row: WriteOffDutyRow, action: str) -> None:
    row.version += 1
    session.add(row)
    session.flush()
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=action,
        subject=row.subject,
        rule=row.rule,
        last_day=row.last_day.isoformat(),
        owner=row.owner_id or "",
        done_on=row.done_on.isoformat() if row.done_on else "",
        paper=row.paper,
    )
