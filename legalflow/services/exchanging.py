"""What lender and firm see of one another on a matter: links, what was taken and confirmed, papers, and what is new.

New is what came since the firm last took something; before that, since the matter was given to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import NotNow
from legalflow.evidence import delta
from legalflow.evidence.bundle import Placed
from legalflow.evidence.delta import Delta
from legalflow.matters.deadlines import OPEN
from legalflow.matters.events import EVENTS, FirmAssigned
from legalflow.matters.matter import Recorded, rule_of
from legalflow.matters.proposals import paper_name
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import (
    AccountRow,
    BundleRow,
    DocumentRow,
    ExhibitRow,
    LinkRow,
    LoanRow,
    MatterRow,
    PaperRow,
)
from legalflow.rendering import excerpt, report
from legalflow.services import bundling, delivering, drafting, restricting, sharing, viewing
from legalflow.services.delivering import Delivered
from legalflow.services.sharing import Thing
from legalflow.services.viewing import DeadlineLine

SHOWN = 50
# Steps of our own machine and of drafting say nothing to a firm that the document itself does not say.
_OUR_OWN = frozenset(name for name in EVENTS if name.startswith(("Document", "Bundle", "Exhibit", "Firm")))


@dataclass(frozen=True)
class LinkLine:
    """A link as a page shows it; `over` says why it gives nothing any more, empty while it does."""

    row: LinkRow
    title: str
    by: str
    over: str
    taken: tuple[Delivered, ...]


@dataclass(frozen=True)
class PaperLine:
    """A paper that came in."""

    row: PaperRow
    kind: str
    by: str


@dataclass(frozen=True)
class News:
    """What came since `since` (None: nothing was taken yet and the day of the assignment is not known)."""

    since: datetime | None
    bundles: tuple[BundleRow, ...]
    documents: tuple[DocumentRow, ...]
    exhibits: tuple[ExhibitRow, ...]
    events: tuple[Recorded, ...]

    @property
    def count(self) -> int:
        """How many things are new."""
        return len(self.bundles) + len(self.documents) + len(self.exhibits) + len(self.events)


@dataclass(frozen=True)
class Exchange:
    """All of the page of a matter on which lender and firm meet."""

    things: list[Thing]
    links: list[LinkLine]
    deliveries: list[Delivered]
    papers: list[PaperLine]
    news: News


@dataclass(frozen=True)
class Changes:
    """A bundle against the last one that the firm took."""

    before: BundleRow
    after: BundleRow
    matter_id: str
    matter_number: str
    delta: Delta
    pages: int  # of the pack: those that must be read anew


@dataclass(frozen=True)
class BoardLine:
    """A matter on the board of a firm: what waits for its lawyers, what is new, what falls due next."""

    matter_id: str
    number: str
    borrower: str
    stage: str
    to_take: int
    to_confirm: int
    news: int
    due: DeadlineLine | None


def exchange(office: Office, actor: Actor, matter_id: str) -> Exchange:
    """What lender and firm see of one another on a matter; a firm's lawyer sees its own firm's part."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        matter = repositories.matter(session, actor, matter_id)
        deliveries = delivering.of_matter(session, actor, matter)
        papers = session.exec(
            select(PaperRow).where(PaperRow.matter_id == matter.id).order_by(col(PaperRow.created_at).desc())
        ).all()
        names = _names(session)
        return Exchange(
            things=sharing.things(session, matter) if actor.may(Right.SHARE) else [],
            links=_links(session, office, actor, matter, deliveries, names),
            deliveries=deliveries,
            papers=[PaperLine(row, paper_name(row.kind), names.get(row.added_by, "")) for row in papers],
            news=_news(session, actor, matter),
        )


def board(office: Office, actor: Actor) -> tuple[list[BoardLine], int]:
    """The open matters of a firm, those with the nearest day due first, at most `SHOWN`; and how many there are."""
    actor.require(Right.RECEIVE)
    with office.database.reading() as session:
        mine = select(MatterRow, LoanRow.borrower).join(LoanRow, col(LoanRow.id) == col(MatterRow.loan_id))
        mine = mine.where(repositories.visible_to(actor))
        counted = viewing.count(session, mine)
        due = col(MatterRow.next_due)
        nearest = mine.order_by(due.is_(None), due, col(MatterRow.number)).limit(SHOWN)
        rows = session.exec(nearest).all()
        return [_board_line(session, office, actor, matter, name) for matter, name in rows], counted


def changes(office: Office, actor: Actor, bundle_id: str) -> Changes:
    """What is new, moved or gone in a bundle against the last earlier one that the firm took."""
    actor.require(Right.DOWNLOAD)
    with office.database.reading() as session:
        after, matter = repositories.of_matter(session, actor, BundleRow, bundle_id)
        before = delivering.held_bundle(session, matter, after.version)
    if before is None or after.state != "ready":
        raise NotNow.one(
            "changes.nothing_held",
            "承办律所尚未取得更早的一册，没有可比较的版本",
            "the firm took no earlier bundle that this one could be compared with",
            mend="直接取得这一册",
            mend_en="take this one whole",
        )
    plan = bundling.plan_of(after)
    found = delta.changes(bundling.plan_of(before), plan)
    return Changes(before, after, matter.id, matter.number, found, len(delta.changed_pages(found, plan)))


def changed_pages(office: Office, actor: Actor, bundle_id: str) -> tuple[str, bytes]:
    """The name and bytes of a PDF: the list of changes, then only the pages to be read anew, numbered as filed."""
    found = changes(office, actor, bundle_id)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, BundleRow, bundle_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="download.changes",
            subject=matter.id,
            bundle=row.id,
            before=found.before.id,
            digest=row.pdf,
        )
    plan = bundling.plan_of(row)
    title = f"证据材料变更页（第{found.before.version}册至第{row.version}册）"
    front = report.write(title, _about(found), _parts(found.delta))
    pages = delta.changed_pages(found.delta, plan)
    content = excerpt.excerpt(office.store.path(row.pdf or ""), pages, plan.offset, front, title)
    return f"{matter.number}-证据材料变更页-{found.before.version}-{row.version}.pdf", content


def _board_line(session: Session, office: Office, actor: Actor, matter: MatterRow, borrower: str) -> BoardLine:
    deliveries = delivering.of_matter(session, actor, matter)
    links = _links(session, office, actor, matter, deliveries, {})
    due = viewing.deadlines(session, actor, today(office), matter_id=matter.id)
    open_ones = [each for each in due if each.state in OPEN]
    return BoardLine(
        matter_id=matter.id,
        number=matter.number,
        borrower=borrower,
        stage=matter.stage,
        to_take=sum(not each.over and not each.taken for each in links),
        to_confirm=sum(each.row.confirmed_at is None for each in deliveries),
        news=_news(session, actor, matter).count,
        due=open_ones[0] if open_ones else None,
    )


def _links(
    session: Session,
    office: Office,
    actor: Actor,
    matter: MatterRow,
    deliveries: list[Delivered],
    names: dict[str, str],
) -> list[LinkLine]:
    if not (actor.may(Right.SHARE) or actor.may(Right.RECEIVE)):
        return []
    query = select(LinkRow).where(LinkRow.matter_id == matter.id)
    if actor.role is Role.FIRM_LAWYER:
        query = query.where(LinkRow.firm_id == actor.firm)
    lines = []
    for row in session.exec(query.order_by(col(LinkRow.created_at).desc(), col(LinkRow.id))):
        why = sharing.hindrance(session, row, office.now())
        taken = tuple(each for each in deliveries if each.row.link_id == row.id)
        title = sharing.thing_of(session, row, matter).title
        lines.append(LinkLine(row, title, names.get(row.created_by, ""), why.problems[0].message if why else "", taken))
    return lines


def _news(session: Session, actor: Actor, matter: MatterRow) -> News:
    events = journal.events(session, matter.id)
    last = delivering.latest(session, matter)
    since = last.at if last else next((each.event.at for each in events if isinstance(each.event, FirmAssigned)), None)
    held = delivering.held_bundle(session, matter, 1 << 30)
    return News(
        since=since,
        bundles=tuple(
            row
            for row in repositories.bundles(session, matter.id)
            if row.state == "ready" and row.version > (held.version if held else 0)
        ),
        documents=tuple(
            row
            for row in repositories.documents(session, matter.id)
            if sharing.goes_out(row) and drafting.may_see(actor, row.kind) and _after(row.changed_at, since)
        ),
        exhibits=tuple(
            row
            for row in repositories.exhibits(session, matter.id)
            if row.state == "ready" and _after(row.created_at, since)
        ),
        events=tuple(each for each in reversed(events) if _is_news(each, since)),
    )


def _is_news(recorded: Recorded, since: datetime | None) -> bool:
    """Whether an event tells a firm something new; what is internal is none of its business."""
    event: Any = recorded.event
    return _after(event.at, since) and not rule_of(event).internal and type(event).__name__ not in _OUR_OWN


def _after(at: datetime, since: datetime | None) -> bool:
    return since is None or at > since


def _names(session: Session) -> dict[str, str]:
    return dict(tuple(row) for row in session.execute(select(AccountRow.id, AccountRow.name)))


def _about(found: Changes) -> tuple[str, ...]:
    return (
        f"案件 {found.matter_number}",
        f"原册 SHA-256：{found.before.pdf}",
        f"新册 SHA-256：{found.after.pdf}",
        f"未变动的证据 {found.delta.same} 项，不再重印；页码以新册为准",
    )


def _parts(found: Delta) -> list[report.Part]:
    head = ("编号", "证据", "页码")
    moved = tuple(
        (
            f"{each.before.item} → {each.after.item}" if each.before.item != each.after.item else each.after.item,
            each.after.name,
            f"{each.before.range_words} → {each.after.range_words}" if each.renumbered else "未变，说明有修改",
        )
        for each in found.moved
    )
    return [
        report.Part("新增的证据", "以下各页附后", "", _told(found.added), head, _rows(found.added)),
        report.Part("撤出的证据", "编号和页码为原册的", "", _told(found.removed), head, _rows(found.removed)),
        report.Part("移动或修改说明的证据", "内容未变，不再重印", "", _told(moved), head, moved),
    ]


def _told(rows: tuple[Any, ...]) -> str:
    return f"{len(rows)} 项" if rows else "没有"


def _rows(items: tuple[Placed, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((each.item, each.name, each.range_words) for each in items)
