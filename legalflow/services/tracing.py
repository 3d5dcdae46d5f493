"""The audit trail as people read it: who did what to which thing, found, narrowed, verified and taken out.

A page goes by key from the newest entry back. What an entry is about is named as far as whoever reads it may know:
a matter by its number for everybody, a debtor's loan by its contract for those who see loans.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, NotNow, Problem
from legalflow.office import CHINA, Office
from legalflow.persistence import journal
from legalflow.persistence.tables import (
    AccountRow,
    AuditRow,
    FirmRow,
    LoanRow,
    MatterRow,
    PersonRow,
    ProposalRow,
    WriteOffRow,
)
from legalflow.services import actions, auditing, telling, vouching
from legalflow.services.telling import Entry
from legalflow.services.viewing import Page, count
from legalflow.values import codec

PAGE = 50
MOST_EXPORTED = 20_000
MOST_VERIFIED = 100_000  # entries a page verifies while somebody waits; more go through the command line
OF_A_THING = 15
_AT_ONCE = 500
_NAMED = 20  # broken places that are named
_ROW: Any = AuditRow
VERIFIED = "audit.verified"


@dataclass(frozen=True)
class Wanted:
    """What narrows the trail: who did it (login, name or id), what it is about, a group, days, how it ended.

    `about` is the number of a matter, a contract number, a login, the name of a firm, `debtor-` with the number of a
    debtor's page, or an id of ours; `outcome` is `done` or `refused`; the days are of China, both counted.
    """

    who: str = ""
    about: str = ""
    group: str = ""
    since: date | None = None
    until: date | None = None
    outcome: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows it."""
        return any((self.who, self.about, self.group, self.since, self.until, self.outcome))


@dataclass(frozen=True)
class Standing:
    """What is known of the chain: the last verification, what broke, entries since, the last checkpoint."""

    verified_at: datetime | None
    verified_by: str
    verified: int
    broken: list[str]
    since: int
    checkpoint_at: datetime | None
    checkpoint: int


def listed(office: Office, actor: Actor, wanted: Wanted | None = None, after: str = "") -> Page[Entry]:
    """A page of the trail, the newest first."""
    actor.require(Right.READ_AUDIT)
    with office.database.reading() as session:
        query = select(AuditRow).where(*_conditions(session, wanted or Wanted()))
        counted = count(session, query)
        if after.isascii() and after.isdigit() and len(after) <= 15:
            query = query.where(_ROW.id < int(after))
        rows = list(session.exec(query.order_by(_ROW.id.desc()).limit(PAGE + 1)))
        entries = telling.entries(session, actor, rows[:PAGE])
    return Page(entries, str(rows[PAGE - 1].id) if len(rows) > PAGE else "", counted)


def of_subject(office: Office, actor: Actor, subject: str, group: str) -> list[Entry]:
    """The newest entries of a group of actions about one thing of ours by its id."""
    actor.require(Right.READ_AUDIT)
    with office.database.reading() as session:
        query = select(AuditRow).where(AuditRow.subject == subject, _ROW.action.in_(actions.of_group(group)))
        return telling.entries(session, actor, list(session.exec(query.order_by(_ROW.id.desc()).limit(OF_A_THING))))


def export(office: Office, actor: Actor, wanted: Wanted, form: str) -> bytes:
    """What is found as a workbook or CSV, the newest first, `MOST_EXPORTED` at most; the trail keeps who took it."""
    actor.require(Right.READ_AUDIT)
    vouching.require_form(form)
    cells: list[tuple[str | int, ...]] = []
    with office.database.reading() as session:
        query = select(AuditRow).where(*_conditions(session, wanted)).order_by(_ROW.id.desc())
        if count_of(session, query) > MOST_EXPORTED:
            raise NotNow.one(
                "audit.too_many",
                f"符合条件的记录超过 {MOST_EXPORTED} 条，不能一次导出",
                f"more than {MOST_EXPORTED} entries fit: too many for one file",
                mend="缩小日期范围后分次导出",
                mend_en="narrow the days and take them out in parts",
            )
        rows = list(session.exec(query))
        for at in range(0, len(rows), _AT_ONCE):
            cells += [_cells(each) for each in telling.entries(session, actor, rows[at : at + _AT_ONCE])]
    content = vouching.table("审计记录", _HEADINGS, cells, form)
    with office.database.writing() as session:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="audit.exported",
            subject="audit",
            form=form,
            rows=len(cells),
            filters=" ".join(name for name, value in vars(wanted).items() if value),
            digest=codec.digest(content),
        )
    return content


def verify(office: Office, actor: Actor) -> list[str]:
    """Hold the whole trail against its chain and its checkpoints; what does not fit, by its place. The trail keeps it.

    `NotNow` where it is too long for somebody to wait for.
    """
    actor.require(Right.READ_AUDIT)
    entries, _ = auditing.head(office)
    if entries > MOST_VERIFIED:
        raise NotNow.one(
            "audit.long",
            f"审计记录有 {entries} 条，请由管理员在服务器上运行 legalflow audit verify",
            f"the trail has {entries} entries: run legalflow audit verify on the server",
        )
    broken = list(auditing.broken(office))
    with office.database.writing() as session:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action=VERIFIED,
            subject="audit",
            entries=entries,
            broken=broken[:_NAMED],
        )
    return broken


def standing(office: Office, actor: Actor) -> Standing:
    """What the last verification and the last checkpoint said."""
    actor.require(Right.READ_AUDIT)
    kept = auditing.last_checkpoint(office)
    with office.database.reading() as session:
        query = select(AuditRow).where(AuditRow.action == VERIFIED).order_by(_ROW.id.desc()).limit(1)
        row = session.exec(query).first()
        since = select(sa.func.count()).select_from(AuditRow).where(_ROW.id > (row.id if row else 0))
        return Standing(
            verified_at=row.at if row else None,
            verified_by=telling.people(session, {row.actor}).get(row.actor, "") if row else "",
            verified=row.detail["entries"] if row else 0,
            broken=list(row.detail["broken"]) if row else [],
            since=session.exec(since).one(),
            checkpoint_at=datetime.fromisoformat(kept.at) if kept else None,
            checkpoint=kept.count if kept else 0,
        )


def count_of(session: Session, query: Any) -> int:
    """How many rows a query has, all of them."""
    return int(session.execute(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())).scalar_one())


# --- what is looked for ----------------------------------------------------------------------------------------------


def _conditions(session: Session, wanted: Wanted) -> list[Any]:
    problems = []
    if wanted.since and wanted.until and wanted.until < wanted.since:
        zh, en = "结束日期早于开始日期", "the last day is before the first"
        problems.append(Problem("audit.days", zh, en, "until", str(wanted.until)))
    if wanted.group and wanted.group not in actions.GROUPS:
        problems.append(Problem("audit.group", "没有这一类记录", "there is no such group", "group", wanted.group[:60]))
    if wanted.outcome not in {"", "done", "refused"}:
        problems.append(Problem("audit.outcome", "结果为完成或被拒绝", "done or refused", "outcome"))
    Invalid.raise_any(problems)
    found: list[Any] = []
    if wanted.who:
        found.append(_ROW.actor.in_(_who(session, wanted.who.strip())))
    if wanted.about:
        found.append(_ROW.subject.in_(_about(session, wanted.about.strip())))
    if wanted.group:
        found.append(_ROW.action.in_(actions.of_group(wanted.group)))
    if wanted.outcome:
        refused = _ROW.action.in_(actions.REFUSALS)
        found.append(refused if wanted.outcome == "refused" else sa.not_(refused))
    if wanted.since:
        found.append(_ROW.at >= _midnight(wanted.since))
    if wanted.until:
        found.append(_ROW.at < _midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _who(session: Session, text: str) -> list[str]:
    """The accounts that a text means: a login, a name, or an id; `系统` is the house itself."""
    query = select(AccountRow.id).where(
        sa.or_(col(AccountRow.login) == text, col(AccountRow.name) == text, col(AccountRow.id) == text)
    )
    return [*session.exec(query), *(["system"] if text in {"系统", "system"} else [])]


def _about(session: Session, text: str) -> set[str]:
    """The subjects that a text means: a matter with all that hangs on it, an account, a firm, or itself."""
    found = {text}
    matters = sa.select(col(MatterRow.id), col(MatterRow.loan_id)).join(LoanRow, col(LoanRow.id) == MatterRow.loan_id)
    means = (MatterRow.id, MatterRow.number, LoanRow.id, LoanRow.contract_number)
    of_debtor = _loans_of_debtor(session, text)
    found |= of_debtor
    meant = sa.or_(*(col(each) == text for each in means), col(LoanRow.id).in_(of_debtor))
    for matter, loan in session.execute(matters.where(meant)):
        found |= {matter, loan}
        for table in (WriteOffRow, ProposalRow):
            found |= set(session.exec(select(table.id).where(col(table.matter_id) == matter)))
    found |= set(session.exec(select(LoanRow.id).where(col(LoanRow.contract_number) == text)))
    found |= set(session.exec(select(AccountRow.id).where(col(AccountRow.login) == text)))
    found |= set(session.exec(select(FirmRow.id).where(col(FirmRow.name) == text)))
    return found


def _loans_of_debtor(session: Session, text: str) -> set[str]:
    """Every loan of the person whose page `debtor-12` means; none where the text means no such page."""
    before, _, number = text.partition("debtor-")
    if before or not (number.isascii() and number.isdigit() and len(number) <= 15):
        return set()
    person = session.get(PersonRow, int(number))
    if person is None:
        return set()
    return set(session.exec(select(PersonRow.loan_id).where(PersonRow.number_index == person.number_index)))


# --- how it reads ----------------------------------------------------------------------------------------------------

_HEADINGS = ("序号", "时间", "谁", "来自", "做了什么", "关于", "结果", "细节", "校验值")


def _cells(each: Entry) -> tuple[str | int, ...]:
    return (
        each.id,
        each.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        each.who,
        each.origin,
        each.did,
        f"{each.thing.kind} {each.thing.name}".strip() if each.thing else "",
        "被拒绝" if each.refused else "完成",
        "；".join(f"{name}：{value}" for name, value in each.details),
        each.digest,
    )
