"""What pages show: lists and single things within the actor's scope, read in one state of the data.

Nothing here changes anything or computes a figure. Every query passes through the one scope of
`persistence/repositories`; lists go by keyset, so that the two-hundredth page costs what the first does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.loans.loan import Loan
from legalflow.matters.deadlines import OPEN as OPEN_DEADLINES
from legalflow.matters.matter import Recorded
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import (
    AccountRow,
    BatchRow,
    BundleRow,
    DeadlineRow,
    DocumentRow,
    EntryRow,
    ExhibitRow,
    FirmRow,
    LinkRow,
    LoanRow,
    MatterRow,
    WriteOffRow,
)
from legalflow.services import drafting, minding, restricting

PAGE = 30
COUNTED = 1000  # a list is counted up to here

_LOAN: Any = LoanRow

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `after` is the key of the next page, empty at the end; `count` stops at `COUNTED`."""

    rows: list[T]
    after: str
    count: int

    @property
    def counted(self) -> str:
        """The count as shown: `1000+` where there are more."""
        return f"{self.count - 1}+" if self.count > COUNTED else str(self.count)


@dataclass(frozen=True)
class LoanSheet:
    """A loan with its persons masked unless revealed, and the matter made of it, if any.

    `restricted` says why the persons' data may not be used, empty where they may.
    """

    id: str
    loan: Loan
    restricted: str
    matter_id: str
    matter_number: str


@dataclass(frozen=True)
class DeadlineLine:
    """Something that falls due; `days` until then, negative where it is past."""

    matter_id: str
    number: str
    borrower: str
    rule: str
    title: str
    party: str
    last_day: date
    days: int
    state: str
    provisional: bool
    if_missed: str
    reasons: list[Any]
    mark: str = ""  # by which its own page knows it


@dataclass(frozen=True)
class MatterSheet:
    """All a matter's page shows. `events` are in order; `people` gives the names of the actors by id."""

    row: MatterRow
    loan: Loan
    events: list[Recorded]
    people: dict[str, str]
    firm: str
    deadlines: list[DeadlineLine]
    documents: list[DocumentRow]
    exhibits: list[ExhibitRow]
    bundles: list[BundleRow]
    links: list[LinkRow]
    write_offs: list[WriteOffRow]
    firm_names: dict[str, str]
    open_firms: dict[str, str]  # those a matter may be given to


@dataclass(frozen=True)
class WriteOffSheet:
    """A write-off with its matter, the ledger's entries and the names of who acted."""

    row: WriteOffRow
    matter_id: str
    matter_number: str
    entries: list[EntryRow]
    people: dict[str, str]


def loan(office: Office, actor: Actor, loan_id: str) -> LoanSheet:
    """A loan, its persons' numbers masked."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row = repositories.loan(session, actor, loan_id)
        whole = repositories.whole_loan(session, row, office.keys)
        query = select(MatterRow).where(MatterRow.loan_id == row.id, repositories.visible_to(actor))
        matter_row = session.exec(query).first()
        parties = restricting.shown(session, office, row.id, whole.parties)
        refusal = restricting.refusal(session, office, row.id)
    return LoanSheet(
        id=row.id,
        loan=replace(whole, parties=parties),
        restricted=refusal.problems[0].message if refusal else "",
        matter_id=matter_row.id if matter_row else "",
        matter_number=matter_row.number if matter_row else "",
    )


def matter(office: Office, actor: Actor, matter_id: str) -> MatterSheet:
    """A matter with everything that hangs on it; its write-offs only for those who may see that money."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row = repositories.matter(session, actor, matter_id)
        loan_row = repositories.loan(session, actor, row.loan_id)
        whole = repositories.whole_loan(session, loan_row, office.keys)
        events = journal.events(session, row.id)
        links = select(LinkRow).where(LinkRow.matter_id == row.id).order_by(col(LinkRow.created_at).desc())
        asked = select(WriteOffRow).where(WriteOffRow.matter_id == row.id).order_by(col(WriteOffRow.created_at).desc())
        all_firms = list(session.exec(select(FirmRow).order_by(col(FirmRow.name))))
        firms = {firm.id: firm.name for firm in all_firms}
        documents = [each for each in repositories.documents(session, row.id) if drafting.may_see(actor, each.kind)]
        exhibits = repositories.exhibits(session, row.id)
        return MatterSheet(
            row=row,
            loan=replace(whole, parties=restricting.shown(session, office, row.loan_id, whole.parties)),
            events=events,
            people=_people(
                session, {who for each in events for who in (each.event.actor, each.event.proposed_by)} | {row.owner_id}
            ),
            firm=firms.get(row.firm_id or "", ""),
            deadlines=deadlines(session, actor, today(office), matter_id=row.id),
            documents=documents,
            exhibits=exhibits,
            bundles=repositories.bundles(session, row.id),
            links=list(session.exec(links)),
            write_offs=list(session.exec(asked)) if actor.may(Right.VIEW_MONEY) else [],
            firm_names=firms,
            open_firms={firm.id: firm.name for firm in all_firms if not firm.disabled},
        )


def document(office: Office, actor: Actor, document_id: str) -> tuple[DocumentRow, MatterRow, dict[str, str]]:
    """A document with its matter and the names of who asked, approved and sealed."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row, matter_row = repositories.of_matter(session, actor, DocumentRow, document_id)
        repositories.found(row if drafting.may_see(actor, row.kind) else None, "document")
        people = _people(session, {row.requested_by, row.approved_by or "", row.sealed_by or ""})
    return row, matter_row, people


def bundle(office: Office, actor: Actor, bundle_id: str) -> tuple[BundleRow, MatterRow, list[LinkRow], str]:
    """A bundle with its matter, the links to it and the name of the matter's firm."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row, matter_row = repositories.of_matter(session, actor, BundleRow, bundle_id)
        query = select(LinkRow).where(LinkRow.bundle_id == row.id).order_by(col(LinkRow.created_at).desc())
        links = list(session.exec(query)) if actor.may(Right.SHARE) else []
        firm = session.get(FirmRow, matter_row.firm_id) if matter_row.firm_id else None
    return row, matter_row, links, firm.name if firm else ""


def exhibit(office: Office, actor: Actor, exhibit_id: str) -> tuple[ExhibitRow, MatterRow]:
    """An exhibit with its matter."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        return repositories.of_matter(session, actor, ExhibitRow, exhibit_id)


def write_offs(office: Office, actor: Actor, state: str = "") -> list[tuple[WriteOffRow, str]]:
    """Write-offs with the numbers of their matters, newest first; of one state if given."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        return write_offs_in(session, actor, (state,) if state else ())


def write_off(office: Office, actor: Actor, write_off_id: str) -> WriteOffSheet:
    """A write-off with its ledger entries."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        row, matter_row = repositories.of_matter(session, actor, WriteOffRow, write_off_id)
        query = select(EntryRow).where(EntryRow.write_off_id == row.id).order_by(col(EntryRow.id))
        entries = list(session.exec(query))
        ids = {row.applied_by, row.checked_by or "", row.approved_by or "", row.booked_by or ""}
        people = _people(session, ids | {entry.actor for entry in entries})
    return WriteOffSheet(row, matter_row.id, matter_row.number, entries, people)


def batches(office: Office, actor: Actor) -> list[BatchRow]:
    """The files imported, newest first."""
    actor.require(Right.IMPORT)
    with office.database.reading() as session:
        query = select(BatchRow).where(repositories.at_desk(actor, col(BatchRow.desk)))
        return list(session.exec(query.order_by(col(BatchRow.created_at).desc()).limit(PAGE)))


def batch(office: Office, actor: Actor, batch_id: str) -> BatchRow:
    """One imported file with its counts."""
    actor.require(Right.IMPORT)
    with office.database.reading() as session:
        return repositories.batch(session, actor, batch_id)


# --- parts -----------------------------------------------------------------------------------------------------------


def loans_query(actor: Actor) -> Any:
    """The loans in scope, each with its matter and stage if it has one."""
    query = select(LoanRow, MatterRow.id, MatterRow.stage)
    if repositories.sees_loans(actor):
        query = query.join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=True)
        return query.where(repositories.loans_visible_to(actor))
    return query.join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id)).where(repositories.visible_to(actor))


def count(session: Session, query: Any) -> int:
    """How many rows a query has, counted up to `COUNTED` and one more."""
    capped = query.with_only_columns(sa.literal(1), maintain_column_froms=True).limit(COUNTED + 1).subquery()
    return int(session.execute(select(sa.func.count()).select_from(capped)).scalar_one())


def deadlines(
    session: Session, actor: Actor, on: date, matter_id: str = "", mine: bool = False, limit: int = 100
) -> list[DeadlineLine]:
    """What falls due in scope: of one matter all, else what is open, the nearest day first."""
    query = (
        select(DeadlineRow, MatterRow.number, LoanRow.borrower)
        .join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
        .join(LoanRow, col(MatterRow.loan_id) == col(LoanRow.id))
        .where(repositories.visible_to(actor))
    )
    if matter_id:
        query = query.where(DeadlineRow.matter_id == matter_id)
    else:
        columns = col(DeadlineRow.last_day), col(DeadlineRow.id)
        asked = sa.select(*columns).join(MatterRow).where(repositories.visible_to(actor))
        asked = asked.where(col(MatterRow.owner_id) == actor.id) if mine else asked
        next_due = minding.soonest(session, asked, OPEN_DEADLINES, limit)
        query = query.where(col(DeadlineRow.id).in_([number for _, number in next_due]))
    rows = session.execute(query.order_by(col(DeadlineRow.last_day), col(DeadlineRow.id)).limit(limit))
    return [
        DeadlineLine(
            matter_id=row.matter_id,
            number=number,
            borrower=borrower,
            rule=row.rule,
            title=row.title,
            party=row.party,
            last_day=row.last_day,
            days=(row.last_day - on).days,
            state=row.state,
            provisional=row.provisional,
            if_missed=row.if_missed,
            reasons=row.reasons,
            mark=row.mark,
        )
        for row, number, borrower in rows
    ]


def write_offs_in(session: Session, actor: Actor, states: tuple[str, ...]) -> list[tuple[WriteOffRow, str]]:
    """Write-offs in scope in some states (all where none are named) with the numbers of their matters."""
    query = (
        select(WriteOffRow, MatterRow.number)
        .join(MatterRow, col(WriteOffRow.matter_id) == col(MatterRow.id))
        .where(repositories.visible_to(actor))
    )
    if states:
        query = query.where(col(WriteOffRow.state).in_(states))
    rows = session.execute(query.order_by(col(WriteOffRow.created_at).desc()).limit(100))
    return [(row, number) for row, number in rows]


def _people(session: Session, ids: set[str]) -> dict[str, str]:
    query = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(ids - {""}))
    return {"system": "系统", **dict(tuple(row) for row in session.execute(query))}
