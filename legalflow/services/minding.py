"""Who looks after a deadline, who has seen it, and what is carried further before it is late.

A deadline's owner is who was named for it, else for its matter, else the matter's counsel; somebody whose account was
closed, or a lawyer whose firm no longer has the matter, is no owner any more. An acknowledgement is of one last day: it
falls where the last day moves. How many days before the end the substitute and the reviewers are called are settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from legalflow.access import ROLE_NAMES, Actor, Right, Role
from legalflow.errors import Conflict, Invalid, NotNow, Problem
from legalflow.matters.deadlines import OPEN
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories, units
from legalflow.persistence.tables import AccountRow, DeadlineCareRow, DeadlineRow, EscalationRow, LoanRow, MatterRow
from legalflow.services import repeating
from legalflow.values.dates import in_chinese

SUBSTITUTE, REVIEWER = "substitute", "reviewer"
PRESSING = OPEN  # ours to act on; `waiting` is for the court or the other side
OVERLOOKED = timedelta(days=7)  # what passed longer ago is in the list, and no alarm any more
CHUNK = 100

OWN: Any = aliased(DeadlineCareRow, name="own_care")
WHOLE: Any = aliased(DeadlineCareRow, name="whole_care")


@dataclass(frozen=True)
class Care:
    """Who looks after a deadline: names by what they are to it, and the choices of who may be named.

    `acknowledged_by` is a name, empty where nobody has seen the last day that now holds; `escalations` are (level, to
    whom, days that were left, when). `may_acknowledge` says whether the actor is one whose word counts here.
    """

    owner_id: str
    owner: str
    substitute_id: str
    substitute: str
    acknowledged_by: str
    acknowledged_at: datetime | None
    seen_before: date | None
    escalations: list[tuple[str, str, int, datetime]]
    choices: dict[str, str]
    may_acknowledge: bool


def with_care(query: Any) -> Any:
    """A query on deadlines and matters, joined with what was said of each deadline and of each matter."""
    return query.join(OWN, OWN.mark == col(DeadlineRow.mark), isouter=True).join(
        WHOLE, WHOLE.mark == col(MatterRow.id), isouter=True
    )


def owner_id() -> Any:
    """The owner of a deadline as it stands now, as an expression over `with_care`."""
    return sa.case(
        (_stands(OWN.owner_id), OWN.owner_id), (_stands(WHOLE.owner_id), WHOLE.owner_id), else_=col(MatterRow.owner_id)
    )


def substitute_id() -> Any:
    """The substitute of a deadline as it stands now, or null."""
    return sa.case(
        (_stands(OWN.substitute_id), OWN.substitute_id),
        (_stands(WHOLE.substitute_id), WHOLE.substitute_id),
        else_=sa.null(),
    )


def acknowledged() -> Any:
    """Whether somebody has seen the last day that now holds, as an expression over `with_care`."""
    return sa.func.coalesce(OWN.acknowledged_day == col(DeadlineRow.last_day), sa.false())


def escalated(level: str) -> Any:
    """Whether a deadline was carried to a level for the last day that now holds."""
    return sa.exists().where(
        col(EscalationRow.mark) == col(DeadlineRow.mark),
        col(EscalationRow.last_day) == col(DeadlineRow.last_day),
        col(EscalationRow.level) == level,
    )


def mine(actor: Actor) -> Any:
    """The deadlines that are the actor's to look after: owner, substitute, or carried to the reviewers.

    A law firm's lawyer looks after all of the firm's matters.
    """
    if actor.role is Role.FIRM_LAWYER:
        return sa.true()
    named = sa.or_(owner_id() == actor.id, sa.func.coalesce(substitute_id() == actor.id, sa.false()))
    return sa.or_(named, escalated(REVIEWER)) if actor.role is Role.REVIEWER else named


def told() -> Any:
    """Whether anything was ever said of a deadline or of its matter, or it was carried: of all others the matter alone
    says whose they are, which is read much quicker."""
    said = sa.union(
        sa.select(col(DeadlineRow.id)).join(DeadlineCareRow, col(DeadlineCareRow.mark) == col(DeadlineRow.mark)),
        sa.select(col(DeadlineRow.id)).join(DeadlineCareRow, col(DeadlineCareRow.mark) == col(DeadlineRow.matter_id)),
        sa.select(col(DeadlineRow.id)).join(EscalationRow, col(EscalationRow.mark) == col(DeadlineRow.mark)),
    )
    return col(DeadlineRow.id).in_(said)


def mine_untold(actor: Actor) -> Any:
    """The same as `mine`, of deadlines of which nothing is `told`."""
    return sa.true() if actor.role is Role.FIRM_LAWYER else col(MatterRow.owner_id) == actor.id


def soonest(session: Session, query: Any, states: Iterable[str], limit: int) -> list[tuple[date, int]]:
    """Last day and id of the deadlines due next in some states; `query` selects both from deadlines and matters.

    Each state is asked alone, so that the index gives it in order and is read no further than the limit.
    """
    order = col(DeadlineRow.last_day), col(DeadlineRow.id)
    found: list[tuple[date, int]] = []
    for state in states:
        asked = query.where(col(DeadlineRow.state) == state).order_by(*order).limit(limit)
        found += [(row[0], row[1]) for row in session.execute(asked)]
    return sorted(found)[:limit]


def calls(actor: Actor) -> Any:
    """The deadlines carried to the actor before they were late."""
    if actor.role is Role.REVIEWER:
        return sa.or_(escalated(REVIEWER), _carried_to(actor))
    return _carried_to(actor)


def care(office: Office, actor: Actor, mark: str) -> Care:
    """Who looks after one deadline in scope, and who may be named."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row, matter = found(session, actor, mark)
        query = with_care(select(owner_id(), substitute_id(), acknowledged()).select_from(DeadlineRow).join(MatterRow))
        owner, substitute, seen = session.execute(query.where(col(DeadlineRow.mark) == mark)).one()
        kept = session.get(DeadlineCareRow, mark)
        carried = session.exec(
            select(EscalationRow)
            .where(EscalationRow.mark == mark, EscalationRow.last_day == row.last_day)
            .order_by(col(EscalationRow.id))
        ).all()
        by = kept.acknowledged_by if kept else None
        people = _names(session, {owner, substitute, by, *(each.to_id for each in carried)})
        return Care(
            owner_id=owner,
            owner=people.get(owner, ""),
            substitute_id=substitute or "",
            substitute=people.get(substitute, ""),
            acknowledged_by=people.get(by, "") if seen else "",
            acknowledged_at=kept.acknowledged_at if kept and seen else None,
            seen_before=kept.acknowledged_day if kept and not seen else None,
            escalations=[(each.level, people.get(each.to_id, ""), each.days, each.at) for each in carried],
            choices=_choices(session, matter) if actor.may(Right.ASSIGN) else {},
            may_acknowledge=actor.may(Right.ACKNOWLEDGE) and _word_counts(actor, owner, substitute),
        )


def assign(office: Office, actor: Actor, mark: str, owner: str, substitute: str, whole: bool) -> None:
    """Name the owner and the substitute of a deadline, or with `whole` of all deadlines of its matter.

    An empty `owner` is the matter's counsel again, an empty `substitute` nobody.
    """
    actor.require(Right.ASSIGN)
    with office.database.writing() as session:
        _, matter = found(session, actor, mark)
        choices = _choices(session, matter)
        Invalid.raise_any(_misnamed(choices, owner or matter.owner_id, owner, substitute))
        if whole:
            others = sa.update(DeadlineCareRow).where(col(DeadlineCareRow.matter_id) == matter.id)
            session.execute(
                others.values(owner_id=None, substitute_id=None).execution_options(synchronize_session=False)
            )
        key = matter.id if whole else mark
        row = session.get(DeadlineCareRow, key) or DeadlineCareRow(mark=key, matter_id=matter.id)
        row.owner_id, row.substitute_id = owner or None, substitute or None
        session.add(row)
        _noted(session, office, actor, "deadline.assigned", matter, mark=key, owner=owner, substitute=substitute)


def acknowledge(office: Office, actor: Actor, mark: str, last_day: str) -> None:
    """Say that the last day was seen and is looked after. `last_day` is as the page showed it: a moved one is refused.

    A law firm's lawyer says so only of what was given to them by name.
    """
    with office.database.writing() as session:
        acknowledged_by(session, office, actor, mark, last_day)


def acknowledged_by(session: Session, office: Office, actor: Actor, mark: str, last_day: str) -> None:
    """The same in the caller's transaction."""
    actor.require(Right.ACKNOWLEDGE)
    row, matter = found(session, actor, mark)
    query = with_care(select(owner_id(), substitute_id()).select_from(DeadlineRow).join(MatterRow))
    owner, substitute = session.execute(query.where(col(DeadlineRow.mark) == mark)).one()
    if not _word_counts(actor, owner, substitute):
        raise NotNow.one(
            "deadline.not_yours",
            "该期限由他人负责，您不能代为确认",
            "somebody else looks after this deadline",
            mend="请案件经办人把您设为负责人或替补",
            mend_en="ask the counsel of the matter to name you",
        )
    if last_day != row.last_day.isoformat():
        raise Conflict.one(
            "deadline.moved",
            f"最后一日已变为{in_chinese(row.last_day)}",
            f"the last day is now {row.last_day}",
            mend="核对后再确认",
            mend_en="look again, then acknowledge",
        )
    kept = session.get(DeadlineCareRow, mark) or DeadlineCareRow(mark=mark, matter_id=matter.id)
    kept.acknowledged_by, kept.acknowledged_day, kept.acknowledged_at = actor.id, row.last_day, office.now()
    session.add(kept)
    _noted(session, office, actor, "deadline.acknowledged", matter, mark=mark, last_day=row.last_day)


def kept(office: Office, actor: Actor, mark: str, whole: bool = False) -> DeadlineCareRow:
    """What was said of a deadline in scope, or of its whole matter; empty where nothing was."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        _, matter = found(session, actor, mark)
        key = matter.id if whole else mark
        return session.get(DeadlineCareRow, key) or DeadlineCareRow(mark=key, matter_id=matter.id)


def take_back_word(office: Office, actor: Actor, mark: str, last_day: date, before: DeadlineCareRow) -> None:
    """Take back the actor's own acknowledgement of a last day: what was acknowledged `before` stands again."""
    actor.require(Right.ACKNOWLEDGE)
    with office.database.writing() as session:
        _, matter = found(session, actor, mark)
        row = session.get(DeadlineCareRow, mark)
        if row is None or row.acknowledged_by != actor.id or row.acknowledged_day != last_day:
            raise repeating.moved_on()
        row.acknowledged_by, row.acknowledged_day = before.acknowledged_by, before.acknowledged_day
        row.acknowledged_at = before.acknowledged_at
        session.add(row)
        _noted(session, office, actor, "deadline.word_taken_back", matter, mark=mark, last_day=last_day)


def escalate(office: Office) -> int:
    """Carry what is near its end to the next person, each level once a last day; how many were carried.

    To the substitute what nobody has acknowledged, to the reviewers whatever is still not done. Done twice, it is done
    once.
    """
    on, settings = today(office), office.settings
    return _carry(office, SUBSTITUTE, on, settings.escalate_substitute) + _carry(
        office, REVIEWER, on, settings.escalate_reviewer
    )


def found(session: Session, actor: Actor, mark: str) -> tuple[DeadlineRow, MatterRow]:
    """A deadline by its mark with its matter, within scope, or `NotFound`."""
    query = select(DeadlineRow).join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
    query = query.where(DeadlineRow.mark == mark, sa.literal(bool(mark)), repositories.visible_to(actor))
    row = repositories.found(session.exec(query).first(), "deadline")
    return row, repositories.matter(session, actor, row.matter_id)


def _carry(office: Office, level: str, on: date, days: int) -> int:
    due = (
        with_care(select(DeadlineRow, substitute_id()).join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id)))
        .where(
            col(DeadlineRow.state).in_(PRESSING),
            col(DeadlineRow.mark) != "",
            col(DeadlineRow.last_day) <= on + timedelta(days=days),
            col(DeadlineRow.last_day) >= on - OVERLOOKED,
            col(MatterRow.stage) != "A90",
            sa.not_(escalated(level)),
        )
        .order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))
        .limit(CHUNK)
    )
    if level == SUBSTITUTE:
        due = due.where(substitute_id().is_not(None), sa.not_(acknowledged()))
    carried = 0
    while True:
        with office.database.writing() as session:
            rows = list(session.execute(due))
            for row, substitute in rows:
                to = substitute if level == SUBSTITUTE else None
                _record(session, office, row, level, to, (row.last_day - on).days)
        carried += len(rows)
        if len(rows) < CHUNK:
            return carried


def _record(session: Session, office: Office, row: DeadlineRow, level: str, to: str | None, days: int) -> None:
    session.add(
        EscalationRow(
            mark=row.mark,
            matter_id=row.matter_id,
            last_day=row.last_day,
            level=level,
            to_id=to,
            days=days,
            at=office.now(),
        )
    )
    journal.note(
        session,
        at=office.now(),
        actor="system",
        action="deadline.escalated",
        subject=row.matter_id,
        mark=row.mark,
        level=level,
        last_day=row.last_day,
    )


def _stands(account: Any) -> Any:
    """Whether an account is open and, where it is a firm's, the firm still has the matter."""
    firm = sa.or_(col(AccountRow.firm_id).is_(None), col(AccountRow.firm_id) == col(MatterRow.firm_id))
    return (
        sa.exists()
        .where(col(AccountRow.id) == account, col(AccountRow.disabled).is_(False), firm)
        .correlate(OWN, WHOLE, MatterRow)
    )


def _carried_to(actor: Actor) -> Any:
    return sa.exists().where(
        col(EscalationRow.mark) == col(DeadlineRow.mark),
        col(EscalationRow.last_day) == col(DeadlineRow.last_day),
        col(EscalationRow.to_id) == actor.id,
    )


def _choices(session: Session, matter: MatterRow) -> dict[str, str]:
    """Who may be named: open accounts of counsel and reviewers who see the matter, and the lawyers of its firm."""
    house = col(AccountRow.role).in_((Role.COUNSEL.value, Role.REVIEWER.value))
    firm = sa.and_(
        col(AccountRow.role) == Role.FIRM_LAWYER.value, col(AccountRow.firm_id) == sa.literal(matter.firm_id or "")
    )
    query = select(AccountRow).where(col(AccountRow.disabled).is_(False), sa.or_(house, firm))
    rows = session.exec(query.order_by(col(AccountRow.role), col(AccountRow.name), col(AccountRow.id)))
    unit = session.execute(select(LoanRow.unit_code).where(LoanRow.id == matter.loan_id)).scalar_one()
    return {row.id: f"{row.name}（{ROLE_NAMES[Role(row.role)]}）" for row in rows if _reaches(session, row, unit)}


def _reaches(session: Session, account: AccountRow, unit: str | None) -> bool:
    """Whether an account sees the loans of a unit, None being head office's own."""
    bound = units.actor_of(session, account).units
    return bound is None or unit in bound


def _misnamed(choices: dict[str, str], by_default: str, owner: str, substitute: str) -> list[Problem]:
    wrong = [
        Problem("deadline.person", "请从列表中选择", "choose one of the list", field)
        for field, named in (("owner", owner), ("substitute", substitute))
        if named and named not in choices
    ]
    if substitute and substitute == by_default:
        wrong.append(
            Problem(
                "deadline.same_person", "替补不能与负责人是同一人", "the substitute is another person", "substitute"
            )
        )
    return wrong


def _word_counts(actor: Actor, owner: str, substitute: str | None) -> bool:
    return actor.role is not Role.FIRM_LAWYER or actor.id in {owner, substitute}


def _names(session: Session, ids: set[str | None]) -> dict[str | None, str]:
    query = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_([each for each in ids if each]))
    return dict(tuple(row) for row in session.execute(query))


def _noted(session: Session, office: Office, actor: Actor, action: str, matter: MatterRow, **detail: Any) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=matter.id, **detail)
