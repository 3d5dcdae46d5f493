"""What is in somebody's name, and how it goes to another when they leave: matters, deadlines, duties after a write-off.

Named by number alone, since whoever keeps the accounts sees no debtor. What somebody asked for and another still has to
decide stays theirs, so that no maker becomes its checker: it is counted, and holds a change of role up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Invalid, NotNow, Problem
from legalflow.matters.deadlines import OPEN
from legalflow.office import Office
from legalflow.persistence import journal, repositories, units
from legalflow.persistence.tables import (
    AccountRow,
    AuthorityLimitRow,
    DeadlineCareRow,
    DeadlineRow,
    DocumentRow,
    LawValueRow,
    LoanRow,
    MatterRow,
    ProposalRow,
    RunRow,
    SealRow,
    WriteOffDutyRow,
    WriteOffListRow,
    WriteOffRow,
)

AT_ONCE = 500  # matters that go to another in one transaction
SHOWN = 50
_PURSUE = frozenset({Role.COUNSEL, Role.REVIEWER})  # either looks after matters and their deadlines
_LONGEST_REASON = 200

_DOCUMENT: Any = DocumentRow
_OFF: Any = WriteOffRow
_LIST: Any = WriteOffListRow


@dataclass(frozen=True)
class OwnMatter:
    """A matter in somebody's name, by its number and stage, with how many deadlines of it are open."""

    id: str
    number: str
    stage: str
    deadlines: int


@dataclass(frozen=True)
class Held:
    """What is in an account's name: open matters (the first `SHOWN` of `count`), deadlines it was named for, duties.

    `undecided` is what it asked for and another still has to decide, by what it is in both languages, with its number.
    `choices` are the accounts that may take it over, by id.
    """

    matters: list[OwnMatter]
    count: int
    owner_of: int
    substitute_of: int
    duties: int
    undecided: list[tuple[str, str, int]]
    choices: dict[str, str]

    @property
    def any(self) -> bool:
        """Whether there is anything to hand over."""
        return bool(self.count or self.owner_of or self.substitute_of or self.duties)


def held(office: Office, actor: Actor, account_id: str) -> Held:
    """What is in an account's name."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        due = (
            sa.select(sa.func.count())
            .where(col(DeadlineRow.matter_id) == col(MatterRow.id), col(DeadlineRow.state).in_(OPEN))
            .scalar_subquery()
        )
        query = sa.select(col(MatterRow.id), col(MatterRow.number), col(MatterRow.stage), due).where(*_own(row.id))
        rows = session.execute(query.order_by(col(MatterRow.number)).limit(SHOWN))
        return Held(
            matters=[OwnMatter(*each) for each in rows],
            count=_count(session, MatterRow, *_own(row.id)),
            owner_of=_count(session, DeadlineCareRow, _named(DeadlineCareRow.owner_id, row.id)),
            substitute_of=_count(session, DeadlineCareRow, _named(DeadlineCareRow.substitute_id, row.id)),
            duties=_count(session, WriteOffDutyRow, *_owed(row.id)),
            undecided=_undecided(session, row.id),
            choices={each.id: each.name for each in _choices(session, row)},
        )


def hand_over(office: Office, actor: Actor, account_id: str, to_id: str, reason: str) -> int:
    """Hand what is in an account's name to another; how many matters went, `AT_ONCE` at most in one go.

    The other looks after matters as the first did and sees the loans of each; where they were the substitute, nobody
    is any more. The trail of each matter says so.
    """
    actor.require(Right.OPERATE)
    reason = reason.strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        zh, en = f"请写明理由，{_LONGEST_REASON} 字以内", f"give the reason, in at most {_LONGEST_REASON} characters"
        raise Invalid(Problem("account.reason", zh, en, "reason"))
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        to = next((each for each in _choices(session, row) if each.id == to_id), None)
        if to is None:
            raise Invalid(Problem("handing.to", "请从列表中选择接手人", "choose who takes it over from the list", "to"))
        matters = _taken(session, row, to)
        for matter in matters:
            matter.owner_id = to.id
            matter.version += 1
            session.add(matter)
            _note(session, office, actor, "matter.handed_over", matter.id, to, reason, before=row.id)
        cares = _cares(session, row, to, [each.id for each in matters])
        duties = session.execute(
            sa.update(WriteOffDutyRow)
            .where(*_owed(row.id))
            .values(owner_id=to.id, version=1 + col(WriteOffDutyRow.version))
        )
        moved: Any = duties
        _note(
            session,
            office,
            actor,
            "account.handed_over",
            row.id,
            to,
            reason,
            matters=len(matters),
            deadlines=cares,
            duties=int(moved.rowcount),
        )
        return len(matters)


def refuse_open(session: Session, row: AccountRow) -> None:
    """Refuse to give an account another role while something is in its name, naming all of it."""
    said = [
        Problem(
            "account.undecided",
            f"{zh} {number} 项，由此账户提出，尚待他人决定",
            f"{number} {en}: asked for by this account, and another still has to decide",
            mend="先由他人办结，或撤回",
            mend_en="have them decided, or withdraw them, first",
        )
        for zh, en, number in _undecided(session, row.id)
    ]
    for zh, en, number in (
        ("经办的未结案件", "open matters", _count(session, MatterRow, *_own(row.id))),
        ("指定给此账户的期限", "deadlines", _count(session, DeadlineCareRow, _is_cared_for(row.id))),
        ("核销后的职责", "duties after write-offs", _count(session, WriteOffDutyRow, *_owed(row.id))),
    ):
        if number:
            said.append(
                Problem(
                    "account.holds",
                    f"{zh} {number} 项",
                    f"{number} {en} are in its name",
                    mend="先在本页移交他人",
                    mend_en="hand them over on this page first",
                )
            )
    NotNow.raise_any(said)


def _own(account_id: str) -> tuple[Any, ...]:
    return col(MatterRow.owner_id) == account_id, col(MatterRow.stage) != repositories.CLOSED


def _named(column: Any, account_id: str) -> Any:
    """Deadlines, or whole matters, that were given to an account by name and are not over."""
    still = sa.select(col(MatterRow.id)).where(col(MatterRow.stage) != repositories.CLOSED)
    return sa.and_(col(column) == account_id, col(DeadlineCareRow.matter_id).in_(still))


def _is_cared_for(account_id: str) -> Any:
    return sa.or_(_named(DeadlineCareRow.owner_id, account_id), _named(DeadlineCareRow.substitute_id, account_id))


def _owed(account_id: str) -> tuple[Any, ...]:
    return col(WriteOffDutyRow.owner_id) == account_id, col(WriteOffDutyRow.done_on).is_(None)


def _undecided(session: Session, account_id: str) -> list[tuple[str, str, int]]:
    found = [(zh, en, _count(session, table, *conditions)) for zh, en, table, conditions in _made_by(account_id)]
    return [each for each in found if each[2]]


def _made_by(who: str) -> Iterator[tuple[str, str, Any, tuple[Any, ...]]]:
    """What an account made that waits for another: its name in both languages, its table, the conditions."""
    yield (
        "待复核文书",
        "documents",
        DocumentRow,
        (_DOCUMENT.requested_by == who, _DOCUMENT.state.in_(("requested", "ready"))),
    )
    yield "用印申请", "applications for a seal", SealRow, (col(SealRow.applied_by) == who, SealRow.state == "applied")
    for table, zh, en in ((_OFF, "核销申请", "write-offs"), (_LIST, "核销清单", "lists of write-offs")):
        steps = (("applied_by", ("applied", "checked")), ("checked_by", ("checked",)), ("approved_by", ("approved",)))
        part = [sa.and_(getattr(table, column) == who, table.state.in_(states)) for column, states in steps]
        yield zh, en, table, (sa.or_(*part),)
    yield (
        "法律数据增补",
        "values of the law",
        LawValueRow,
        (LawValueRow.proposed_by == who, LawValueRow.state == "proposed"),
    )
    yield (
        "审批权限",
        "limits of authority",
        AuthorityLimitRow,
        (AuthorityLimitRow.proposed_by == who, AuthorityLimitRow.state == "proposed"),
    )
    yield "律所提报事项", "proposals", ProposalRow, (ProposalRow.proposed_by == who, ProposalRow.state == "proposed")
    yield (
        "批量文书待放行",
        "batches to be released",
        RunRow,
        (RunRow.asked_by == who, col(RunRow.pack_state).in_(("asked", "ready")), col(RunRow.released_pack).is_(None)),
    )


def _count(session: Session, table: Any, *conditions: Any) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one())


def _choices(session: Session, row: AccountRow) -> list[AccountRow]:
    """Who may take over: open accounts of the same role and firm; counsel and reviewers take over from each other."""
    role = Role(row.role)
    roles = [each.value for each in (_PURSUE if role in _PURSUE else {role})]
    query = select(AccountRow).where(
        col(AccountRow.disabled).is_(False), col(AccountRow.role).in_(roles), AccountRow.id != row.id
    )
    if row.firm_id:
        query = query.where(AccountRow.firm_id == row.firm_id)
    return list(session.exec(query.order_by(AccountRow.name, AccountRow.id)))


def _taken(session: Session, row: AccountRow, to: AccountRow) -> list[MatterRow]:
    """The matters to be handed over, held; refused where the other does not see the loan of one."""
    query = select(MatterRow).where(*_own(row.id)).order_by(MatterRow.number).limit(AT_ONCE).with_for_update()
    matters = list(session.exec(query))
    seen = units.actor_of(session, to)
    if seen.units is not None and matters:
        loans = [each.loan_id for each in matters]
        within = select(LoanRow.id).where(col(LoanRow.id).in_(loans), col(LoanRow.unit_code).in_(sorted(seen.units)))
        known = set(session.exec(within))
        outside = [each.number for each in matters if each.loan_id not in known]
        if outside:
            raise Invalid(
                Problem(
                    "handing.unit",
                    f"接手人的机构看不到其中 {len(outside)} 件案件",
                    f"{len(outside)} of the matters are not of the units of who is to take them",
                    "to",
                    "、".join(outside[:5]),
                    mend="选择总部或同机构的接手人，或先调整其机构",
                    mend_en="choose somebody of head office or of the same unit, or change their units first",
                )
            )
    return matters


def _cares(session: Session, row: AccountRow, to: AccountRow, matters: list[str]) -> int:
    """Put another in the place of who was named for deadlines; how many. Nobody is their own substitute."""
    found = list(session.exec(select(DeadlineCareRow).where(_is_cared_for(row.id)).with_for_update()))
    for care in found:
        owner = to.id if care.owner_id == row.id else care.owner_id
        substitute = to.id if care.substitute_id == row.id else care.substitute_id
        care.owner_id, care.substitute_id = owner, None if substitute == owner else substitute
        session.add(care)
    session.flush()
    theirs = sa.update(DeadlineCareRow).where(
        col(DeadlineCareRow.matter_id).in_(matters),
        col(DeadlineCareRow.owner_id).is_(None),
        col(DeadlineCareRow.substitute_id) == to.id,
    )
    session.execute(theirs.values(substitute_id=None).execution_options(synchronize_session=False))
    return len(found)


def _note(
    session: Session, office: Office, actor: Actor, action: str, subject: str, to: AccountRow, reason: str, **more: Any
) -> None:
    journal.note(
        session, at=office.now(), actor=actor.id, action=action, subject=subject, to=to.id, reason=reason, **more
    )
