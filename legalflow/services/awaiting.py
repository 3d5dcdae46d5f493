"""The one queue of a person: all that waits for them by their role, counted by kind, the longest waiting first.

Nothing waits for who made it: a draft for its author, a write-off for its applicant, a proposal for its proposer. What
is out of scope is neither listed nor counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import NotFound
from legalflow.forms import kinds
from legalflow.matters.events import EVENTS
from legalflow.matters.proposals import look_by
from legalflow.office import CHINA, Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import (
    AuthorityLimitRow,
    BatchRow,
    DeadlineRow,
    DocumentRow,
    LawValueRow,
    MatterRow,
    OpeningBalanceRow,
    ProposalRow,
    ReceiptRow,
    SealRow,
    WriteOffLineRow,
    WriteOffRow,
)
from legalflow.services import accumulating, allowing, deciding, itemised, minding, opening
from legalflow.values.money import Money, total

PAGE = 100
JUDGED = 500  # drafts looked at one by one where a house has set a limit of amount


@dataclass(frozen=True)
class Item:
    """Something that waits: its kind, its id, what it is, of which matter, and since when. `due` is a last day."""

    kind: str
    id: str
    title: str
    about: str
    since: datetime
    due: date | None = None

    @property
    def key(self) -> str:
        """What names it in an address."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Queue:
    """What is shown of a queue, the longest waiting first, and how many there are of each kind that has any."""

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    only: str
    now: datetime

    @property
    def total(self) -> int:
        """How many wait, of the kind that was asked for or of all."""
        return self.counts.get(self.only, 0) if self.only else sum(self.counts.values())


@dataclass(frozen=True)
class Place:
    """Where one item stands in its queue: the ones before and after, and its number; `at` is 0 where it is gone."""

    before: Item | None
    after: Item | None
    at: int
    total: int


_LIST_STEPS = {"applied": "清单待复核", "checked": "清单待审批", "approved": "清单待入账"}
_Found = tuple[list[Item], int]
_Source = Callable[[Session, Office, Actor], _Found]


def queue(office: Office, actor: Actor, only: str = "") -> Queue:
    """What waits for the actor; of one kind where `only` names it."""
    if only and only not in _SOURCES:
        raise NotFound.one("waiting.kind", "没有这类待办", "nothing of this kind waits for anybody", found=only[:40])
    items: list[Item] = []
    counts: dict[str, int] = {}
    with office.database.reading() as session:
        for kind, source in _SOURCES.items():
            found, count = source(session, office, actor)
            if count:
                counts[kind] = count
            if only in {"", kind}:
                items += found
    items.sort(key=lambda each: (each.since, each.key))
    return Queue(tuple(items[:PAGE]), counts, only, office.now())


def count(office: Office, actor: Actor) -> int:
    """How many things wait for the actor."""
    return queue(office, actor).total


def place(office: Office, actor: Actor, key: str, only: str = "") -> Place:
    """Where an item stands; of one that is no longer there, `after` is the first of what is left."""
    found = queue(office, actor, only)
    keys = [each.key for each in found.items]
    if key not in keys:
        return Place(None, found.items[0] if found.items else None, 0, found.total)
    at = keys.index(key)
    after = found.items[at + 1] if at + 1 < len(keys) else None
    return Place(found.items[at - 1] if at else None, after, at + 1, found.total)


# --- the kinds -------------------------------------------------------------------------------------------------------


def _to_approve(session: Session, office: Office, actor: Actor) -> _Found:
    """Drafts whose approval asks a right the actor has: never one's own."""
    if not any(map(actor.may, allowing.RIGHTS)):
        return [], 0
    limited = {kind for kind in kinds() if allowing.limit(office.law, kind, today(office)) is not None}
    letters, large = actor.may(Right.APPROVE_LETTER), actor.may(Right.APPROVE_LARGE)
    mine = [kind for kind in _may_see(actor) if (kind == allowing.LETTER) == letters]
    if large:
        mine = [kind for kind in mine if kind in limited]
    query = _documents(actor, "ready").where(
        col(DocumentRow.requested_by).not_in(actor.accounts), col(DocumentRow.kind).in_(mine)
    )
    if letters or not limited & set(mine):
        rows = session.execute(query.limit(PAGE)).all()
        return [_document("approve", *row) for row in rows], _count(session, query)
    rows = session.execute(query.limit(JUDGED)).all()
    fitting = [row for row in rows if allowing.is_large(office, row[0]) == large]
    return [_document("approve", *row) for row in fitting[:PAGE]], len(fitting)


def _to_seal(session: Session, office: Office, actor: Actor) -> _Found:
    if not actor.may(Right.SEAL):
        return [], 0
    applied = sa.exists().where(
        col(SealRow.document_id) == col(DocumentRow.id), col(SealRow.applied_by).in_(actor.accounts)
    )
    query = _documents(actor, "approved").where(
        col(DocumentRow.kind).in_(_may_see(actor)),
        col(DocumentRow.requested_by).not_in(actor.accounts),
        sa.func.coalesce(col(DocumentRow.approved_by), "").not_in(actor.accounts),
        sa.not_(applied),
    )
    rows = session.execute(query.limit(PAGE)).all()
    return [_document("seal", *row) for row in rows], _count(session, query)


def _to_mend(session: Session, office: Office, actor: Actor) -> _Found:
    """The actor's own drafts that came back or could not be made."""
    if not actor.may(Right.DRAFT):
        return [], 0
    query = _documents(actor, "failed", "returned").where(col(DocumentRow.requested_by) == actor.id)
    rows = session.execute(query.limit(PAGE)).all()
    return [_document("mend", *row) for row in rows], _count(session, query)


def _write_offs(kind: str, right: Right, state: str) -> _Source:
    def found(session: Session, office: Office, actor: Actor) -> _Found:
        if not actor.may(right) or not actor.may(Right.VIEW_MONEY):
            return [], 0
        listed = sa.exists().where(  # what stands on a list is dealt with there
            col(WriteOffLineRow.write_off_id) == col(WriteOffRow.id), col(WriteOffLineRow.fell) == ""
        )
        query = (
            select(WriteOffRow, MatterRow.number)
            .join(MatterRow, col(WriteOffRow.matter_id) == col(MatterRow.id))
            .where(repositories.visible_to(actor), WriteOffRow.state == state, sa.not_(listed))
        )
        if state != "approved":
            checked = sa.func.coalesce(col(WriteOffRow.checked_by), "")
            query = query.where(col(WriteOffRow.applied_by).not_in(actor.accounts), checked.not_in(actor.accounts))
        rows = session.execute(query.order_by(col(WriteOffRow.created_at), col(WriteOffRow.id)).limit(PAGE))
        items = [
            Item(kind, row.id, f"{accumulating.asked(row).grouped()} 元", number, row.created_at)
            for row, number in rows
        ]
        return items, _count(session, query)

    return found


def _lists(session: Session, office: Office, actor: Actor) -> _Found:
    """Lists of write-offs whose next step is the actor's."""
    rows = itemised.waiting(session, actor) if actor.may(Right.VIEW_MONEY) else []
    rows.sort(key=lambda row: (row.created_at, row.id))
    items = [Item("write_off_list", row.id, _LIST_STEPS[row.state], row.number, row.created_at) for row in rows[:PAGE]]
    return items, len(rows)


def _authority(session: Session, office: Office, actor: Actor) -> _Found:
    """Limits of authority that another person proposed."""
    if not actor.may(Right.SET_AUTHORITY):
        return [], 0
    query = select(AuthorityLimitRow).where(
        AuthorityLimitRow.state == "proposed", col(AuthorityLimitRow.proposed_by).not_in(actor.accounts)
    )
    rows = session.exec(query.order_by(col(AuthorityLimitRow.proposed_at), col(AuthorityLimitRow.id)).limit(PAGE))
    items = []
    for row in rows:
        up_to = "不限金额" if row.up_to_fen is None else f"不超过 {Money.of_fen(row.up_to_fen).grouped()} 元"
        about = "、".join(filter(None, (row.unit, row.product))) or "全部机构"
        items.append(Item("authority", str(row.id), up_to, about, row.proposed_at))
    return items, _count(session, query)


def _openings(session: Session, office: Office, actor: Actor) -> _Found:
    """Opening balances that another person imported."""
    if not actor.may(Right.CHECK_WRITE_OFF):
        return [], 0
    query = opening.waiting(actor)
    rows = session.exec(query.order_by(col(OpeningBalanceRow.proposed_at), col(OpeningBalanceRow.id)).limit(PAGE))
    items = [
        Item("opening", row.id, f"{total(opening.amounts_of(row)).grouped()} 元", row.source, row.proposed_at)
        for row in rows
    ]
    return items, _count(session, query)


def _law(session: Session, office: Office, actor: Actor) -> _Found:
    if not actor.may(Right.APPROVE_LAW):
        return [], 0
    query = select(LawValueRow).where(
        LawValueRow.state == "proposed", col(LawValueRow.proposed_by).not_in(actor.accounts)
    )
    rows = session.exec(query.order_by(col(LawValueRow.proposed_at), col(LawValueRow.id)).limit(PAGE))
    topics = set(office.law.topics())
    items = []
    for row in rows:
        title = office.law.history(row.topic)[0].zh if row.topic in topics else row.topic
        items.append(Item("law", row.topic, title, "", row.proposed_at))
    return items, _count(session, query)


def _deadlines(session: Session, office: Office, actor: Actor) -> _Found:
    """What nobody has acknowledged and is near its end, or was carried to the actor; a lawyer's where given by name."""
    if not actor.may(Right.ACKNOWLEDGE):
        return [], 0
    on, before = today(office), timedelta(days=office.settings.escalate_substitute)
    mine = minding.mine(actor)
    if actor.role is Role.FIRM_LAWYER:
        substitute = sa.func.coalesce(minding.substitute_id() == actor.id, sa.false())
        mine = sa.or_(minding.owner_id() == actor.id, substitute)
    query = minding.with_care(
        select(DeadlineRow, MatterRow.number).join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
    ).where(
        repositories.visible_to(actor),
        col(DeadlineRow.state).in_(minding.PRESSING),
        col(DeadlineRow.mark) != "",
        col(DeadlineRow.last_day) <= on + before,
        col(DeadlineRow.last_day) >= on - minding.OVERLOOKED,
        col(MatterRow.stage) != repositories.CLOSED,
        sa.not_(minding.acknowledged()),
        sa.or_(mine, minding.calls(actor)),
    )
    rows = session.execute(query.order_by(col(DeadlineRow.last_day), col(DeadlineRow.id)).limit(PAGE))
    items = [
        Item("deadline", row.mark, row.title, number, _morning(row.last_day - before), row.last_day)
        for row, number in rows
    ]
    return items, _count(session, query)


def _previews(session: Session, office: Office, actor: Actor) -> _Found:
    if not actor.may(Right.IMPORT):
        return [], 0
    query = select(BatchRow).where(BatchRow.state == "previewed", repositories.at_desk(actor, col(BatchRow.desk)))
    rows = session.exec(query.order_by(col(BatchRow.created_at), col(BatchRow.id)).limit(PAGE))
    return [Item("preview", row.id, row.file_name, "", row.created_at) for row in rows], _count(session, query)


def _receipts(session: Session, office: Office, actor: Actor) -> _Found:
    if not actor.may(Right.RECORD_RECOVERY):
        return [], 0
    query = select(ReceiptRow).where(
        ReceiptRow.state == "proposed", repositories.in_scope(actor, col(ReceiptRow.loan_id))
    )
    rows = session.exec(query.order_by(col(ReceiptRow.created_at), col(ReceiptRow.id)).limit(PAGE))
    items = [
        Item("receipt", row.id, f"{Money.of_fen(row.fen).grouped()} 元", row.serial, row.created_at) for row in rows
    ]
    return items, _count(session, query)


def _proposals(session: Session, office: Office, actor: Actor) -> _Found:
    """What a firm says happened, for who records it."""
    if not actor.may(Right.RECORD):
        return [], 0
    query = (
        select(ProposalRow, MatterRow.number)
        .join(MatterRow, col(MatterRow.id) == col(ProposalRow.matter_id))
        .where(
            repositories.visible_to(actor),
            ProposalRow.state == "proposed",
            col(ProposalRow.proposed_by).not_in(actor.accounts),
        )
    )
    rows = session.execute(query.order_by(col(ProposalRow.proposed_at), col(ProposalRow.id)).limit(PAGE))
    items = [
        Item(
            "proposal",
            row.id,
            EVENTS[row.name].title[0] if row.name in EVENTS else row.name,
            number,
            row.proposed_at,
            look_by(office.law, row.proposed_at.astimezone(CHINA).date()),  # a term may run from what it tells
        )
        for row, number in rows
    ]
    return items, _count(session, query)


def _ways(session: Session, office: Office, actor: Actor) -> _Found:
    """Ways to pursue a claim that another person proposed."""
    found = deciding.waiting(session, actor)
    return [Item("way", each.matter_id, each.way, each.number, each.since) for each in found[:PAGE]], len(found)


_SOURCES: Mapping[str, _Source] = {
    "approve": _to_approve,
    "seal": _to_seal,
    "mend": _to_mend,
    "proposal": _proposals,
    "way": _ways,
    "deadline": _deadlines,
    "write_off_check": _write_offs("write_off_check", Right.CHECK_WRITE_OFF, "applied"),
    "write_off_approve": _write_offs("write_off_approve", Right.APPROVE_WRITE_OFF, "checked"),
    "write_off_book": _write_offs("write_off_book", Right.BOOK_WRITE_OFF, "approved"),
    "write_off_list": _lists,
    "authority": _authority,
    "opening": _openings,
    "receipt": _receipts,
    "preview": _previews,
    "law": _law,
}
KINDS = tuple(_SOURCES)


def _documents(actor: Actor, *states: str) -> Any:
    return (
        select(DocumentRow, MatterRow.number)
        .join(MatterRow, col(DocumentRow.matter_id) == col(MatterRow.id))
        .where(repositories.visible_to(actor), col(DocumentRow.state).in_(states))
        .order_by(col(DocumentRow.changed_at), col(DocumentRow.id))
    )


def _document(kind: str, row: DocumentRow, number: str) -> Item:
    to = f"（致{row.addressee}）" if row.addressee else ""
    return Item(kind, row.id, f"{row.title}{to} 第{row.version}版", number, row.changed_at)


def _may_see(actor: Actor) -> list[str]:
    """The kinds of documents an actor may see."""
    return [kind for kind in kinds() if allowing.may_see(actor, kind)]


def _count(session: Session, query: Any) -> int:
    return int(session.execute(select(sa.func.count()).select_from(query.order_by(None).subquery())).scalar_one())


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
