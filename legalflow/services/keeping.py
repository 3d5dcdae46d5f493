"""Evidence kept: the original byte for byte under its digest, a safe working copy beside it, and what it proves.

The parser runs in a limited child process. A file with a password is opened at once, since the password is used once
and kept nowhere; every other file is judged by a task.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, NotNow, Problem
from legalflow.evidence import checklist
from legalflow.evidence.exhibits import KINDS, Exhibit
from legalflow.intake import files
from legalflow.intake.verdicts import REJECTED, Received
from legalflow.matters.events import ExhibitAdded, ExhibitDescribed, ExhibitWithdrawn
from legalflow.office import Office, today
from legalflow.persistence import journal, outbox, repositories, units
from legalflow.persistence.tables import AccountRow, ExhibitRow, MatterRow, PaperRow
from legalflow.services import downloads, repeating, restricting, tracking
from legalflow.services.downloads import Download
from legalflow.values import typed

TASK, QUEUE = "inspect_exhibit", "evidence"
FORMS = ("原件备查", "复印件", "电子数据")
Finish = Callable[[Session], None]


@dataclass(frozen=True)
class Described:
    """What is said of a file; `proves` in words, `facts` by the ids of the checklist."""

    name: str
    group: int
    kind: str
    source: str
    proves: str
    form: str
    facts: tuple[str, ...]


def add_exhibit(
    office: Office,
    actor: Actor,
    matter_id: str,
    file_name: str,
    content: bytes,
    *,
    name: str,
    group: int,
    kind: str = "书证",
    source: str = "",
    proves: str = "",
    form: str = "",
    facts: Sequence[str] = (),
    password: str | None = None,
) -> str:
    """Keep a file as evidence of a matter and have it judged; the exhibit's id."""
    actor.require(Right.ADD_EVIDENCE)
    described = _checked(Described(name, group, kind, source, proves, form, tuple(facts)))
    with office.database.reading() as session:
        matter = repositories.matter(session, actor, matter_id)
        _refuse_closed(matter)
        refuse_too_large(session, office, matter_id, content)
    digest = office.store.put(content)
    row = ExhibitRow(
        id=repositories.new_id(),
        matter_id=matter_id,
        state="received",
        name=described.name,
        group_number=described.group,
        place=0,
        kind=described.kind,
        source=described.source,
        proves=described.proves,
        form=described.form,
        proves_facts=list(described.facts),
        file_name=file_name_of(file_name),
        size=len(content),
        original=digest,
        added_by=actor.id,
        created_at=office.now(),
    )
    with office.database.writing() as session:
        repositories.matter(session, actor, matter_id)
        row.place = _next_place(session, matter_id, described.group)
        session.add(row)
        session.flush()
        outbox.ask(session, TASK, row.id, QUEUE, office.now())
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="exhibit.received",
            subject=matter_id,
            exhibit=row.id,
            digest=digest,
        )
    if password:
        inspect(office, row.id, _nothing_more, password)
    return row.id


def inspect(
    office: Office, exhibit_id: str, finish: Finish, password: str | None = None, judged: Received | None = None
) -> None:
    """Judge a file that was received (a task): make its working copy, or say why it is refused.

    `judged` is the verdict where the file was read together with others.
    """
    with office.database.reading() as session:
        row = repositories.found(session.get(ExhibitRow, exhibit_id), "exhibit")
    received, working = None, None
    if row.state == "received":
        original = office.store.read(row.original)
        received = judged or files.inspect(original, row.file_name, office.settings, password)
        working = office.store.put(received.working) if received.working is not None else None
    with office.database.writing() as session:
        kept = repositories.found(session.get(ExhibitRow, exhibit_id), "exhibit")
        if kept.state == "received" and received is not None:
            _judge(session, office, kept, received, working)
        finish(session)


def fail(office: Office, exhibit_id: str, reason: str, finish: Finish) -> None:
    """Record that a file could not be judged; the original stays kept."""
    with office.database.writing() as session:
        row = repositories.found(session.get(ExhibitRow, exhibit_id), "exhibit")
        if row.state == "received":
            row.state, row.outcome, row.reason_code, row.message = "rejected", REJECTED, "failed", reason[:500]
            session.add(row)
        finish(session)


def describe(
    office: Office,
    actor: Actor,
    exhibit_id: str,
    *,
    name: str,
    group: int,
    place: int,
    kind: str,
    source: str,
    proves: str,
    form: str,
    facts: Sequence[str],
) -> None:
    """Say anew what an exhibit is, what it proves and at which place of its group it stands; its file never changes.

    The others of the group move up or down; each exhibit that changed is told in the journal.
    """
    actor.require(Right.ADD_EVIDENCE)
    described = _checked(Described(name, group, kind, source, proves, form, tuple(facts)))
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, ExhibitRow, exhibit_id)
        if row.state != "ready":
            raise NotNow.one(
                "exhibit.not_ready", "只有核验通过的证据才能修改说明", "only an exhibit that was accepted is described"
            )
        before = {each.id: exhibit_of(each) for each in bindable(repositories.exhibits(session, matter.id))}
        row.name, row.group_number, row.kind, row.source = described.name, group, kind, described.source
        row.proves, row.form, row.proves_facts = described.proves, form, list(described.facts)
        session.add(row)
        _put_at(session, matter.id, row, place)
        for each in bindable(repositories.exhibits(session, matter.id)):
            after = exhibit_of(each)
            if before.get(each.id) != after:
                event = ExhibitDescribed(at=office.now(), on=today(office), actor=actor.id, exhibit=after)
                tracking.admit_event(session, office, actor, matter, event)


def withdraw(office: Office, actor: Actor, exhibit_id: str, reason: str) -> None:
    """Take an exhibit out of the evidence, saying why; its file stays in the store."""
    actor.require(Right.ADD_EVIDENCE)
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "请说明撤出理由", "say why it is withdrawn", "reason"))
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, ExhibitRow, exhibit_id)
        if row.state == "ready":
            event = ExhibitWithdrawn(
                at=office.now(), on=today(office), actor=actor.id, reason=reason.strip(), exhibit=row.id
            )
            tracking.admit_event(session, office, actor, matter, event)
        row.state = "withdrawn"
        session.add(row)


def put_back(office: Office, actor: Actor, exhibit_id: str, state: str) -> None:
    """Take an exhibit that was withdrawn into the evidence again, in the `state` it had; the journal tells both."""
    actor.require(Right.ADD_EVIDENCE)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, ExhibitRow, exhibit_id)
        if row.state != "withdrawn" or state not in {"ready", "rejected"}:
            raise repeating.moved_on()
        row.state = state
        session.add(row)
        if state == "ready":
            event = ExhibitAdded(at=office.now(), on=today(office), actor=actor.id, exhibit=exhibit_of(row))
            tracking.admit_event(session, office, actor, matter, event)


def described(office: Office, actor: Actor, exhibit_id: str) -> tuple[ExhibitRow, int]:
    """An exhibit as it is described now, and how often the journal tells of its description."""
    actor.require(Right.ADD_EVIDENCE)
    with office.database.reading() as session:
        row, matter = repositories.of_matter(session, actor, ExhibitRow, exhibit_id)
        told = [each.event for each in journal.events(session, matter.id) if isinstance(each.event, ExhibitDescribed)]
        return row, sum(each.exhibit.id == exhibit_id for each in told)


def open_original(office: Office, actor: Actor, exhibit_id: str) -> Download:
    """The file as it was received, as an attachment; recorded."""
    actor.require(Right.DOWNLOAD)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, ExhibitRow, exhibit_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        download = downloads.of(office, row.original, row.file_name)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="download.original",
            subject=matter.id,
            exhibit=row.id,
            digest=row.original,
        )
    return Download(row.file_name, "application/octet-stream", download.digest, download.path, download.size)


def open_working(office: Office, actor: Actor, exhibit_id: str) -> Download:
    """The safe copy of an exhibit, as it is bound; recorded."""
    actor.require(Right.DOWNLOAD)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, ExhibitRow, exhibit_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        download = downloads.of(office, row.working, f"{matter.number}-{row.name}.pdf")
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="download.working",
            subject=matter.id,
            exhibit=row.id,
            digest=download.digest,
        )
    return download


def exhibit_of(row: ExhibitRow) -> Exhibit:
    """An exhibit from its row."""
    return Exhibit(
        id=row.id,
        name=row.name,
        group=row.group_number,
        order=row.place,
        original=row.original,
        working=row.working or "",
        pages=row.pages,
        kind=row.kind,
        source=row.source,
        proves=row.proves,
        form=row.form,
        facts=tuple(row.proves_facts),
        file_name=row.file_name,
    )


def bindable(rows: Sequence[ExhibitRow]) -> list[ExhibitRow]:
    """The exhibits that have pages to bind."""
    return [row for row in rows if row.state == "ready" and row.working and row.pages]


def _judge(session: Session, office: Office, row: ExhibitRow, received: Received, working: str | None) -> None:
    row.outcome, row.reason_code = received.outcome, received.reason_code
    row.message = "；".join(part for part in (received.message, received.mend) if part)
    row.notes = [{"code": note.code, "zh": note.message, "en": note.message_en} for note in received.notes]
    row.working, row.pages = working, received.pages
    row.state = "rejected" if received.outcome == REJECTED else "ready"
    if row.state == "ready":
        twin = session.exec(
            select(ExhibitRow.name).where(
                ExhibitRow.matter_id == row.matter_id,
                ExhibitRow.original == row.original,
                ExhibitRow.id != row.id,
                ExhibitRow.state == "ready",
            )
        ).first()
        if twin:
            row.notes = [*row.notes, {"code": "twin", "zh": f"与“{twin}”是同一文件", "en": f"the same file as {twin}"}]
    session.add(row)
    session.flush()
    account = repositories.found(session.get(AccountRow, row.added_by), "account")
    actor = units.actor_of(session, account)
    if row.state == "ready":
        matter = repositories.found(session.get(MatterRow, row.matter_id), "matter")
        event = ExhibitAdded(at=office.now(), on=today(office), actor=actor.id, exhibit=exhibit_of(row))
        tracking.admit_event(session, office, actor, matter, event)
    else:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="exhibit.rejected",
            subject=row.matter_id,
            exhibit=row.id,
            code=row.reason_code,
        )


def _checked(described: Described) -> Described:
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for name, zh in (("name", "证据名称"), ("source", "证据来源"), ("proves", "证明目的")):
        try:
            texts[name] = typed.plain_lines(getattr(described, name))
        except typed.Unreadable as refusal:
            problems.append(refusal.problem(name, getattr(described, name)))
        else:
            if not texts[name] and name == "name":
                problems.append(Problem("exhibit.name", f"缺少“{zh}”", "the exhibit's name is missing", name))
    if described.group not in checklist.group_titles():
        problems.append(
            Problem("exhibit.group", "没有这个证据分组", "there is no such group", "group", str(described.group))
        )
    if described.kind not in KINDS:
        problems.append(
            Problem("exhibit.kind", "没有这种证据种类", "there is no such kind", "kind", described.kind[:20])
        )
    if described.form and described.form not in FORMS:
        problems.append(Problem("exhibit.form", "没有这种形式", "there is no such form", "form", described.form[:20]))
    known = {each.fact for each in checklist.asked("loan")}
    for fact in described.facts:
        if fact not in known:
            problems.append(Problem("exhibit.fact", "没有这项待证事实", "there is no such fact", "facts", fact[:40]))
    Invalid.raise_any(problems)
    return Described(group=described.group, kind=described.kind, form=described.form, facts=described.facts, **texts)


def refuse_too_large(session: Session, office: Office, matter_id: str, content: bytes) -> None:
    """Refuse a file that is empty, larger than one may be, or more than its matter may still take."""
    _within_limit(office, content, office.settings.upload_limit, "upload.size", "单个文件")
    left = office.settings.matter_limit - _size(session, matter_id)
    _within_limit(office, content, left, "upload.quota", "本案件全部文件合计")


def _within_limit(office: Office, content: bytes, limit: int, code: str, what: str) -> None:
    if not content:
        raise Invalid(Problem("upload.empty", "文件是空的", "the file is empty", "file"))
    if len(content) > limit:
        most = max(limit, 0) / (1 << 20)
        raise Invalid(
            Problem(
                code,
                f"{what}超出限额（还可接收 {most:.0f} MB）",
                f"more than is taken ({most:.0f} MB are left)",
                "file",
                f"{len(content) / (1 << 20):.1f} MB",
                "请压缩或拆分后上传",
                "compress or split it",
            )
        )


def _refuse_closed(matter: MatterRow) -> None:
    if matter.stage == "A90":
        raise NotNow.one("matter.closed", "案件已结束，不再接收证据", "the matter is closed and takes no evidence")


def _size(session: Session, matter_id: str) -> int:
    """The bytes of all files that came in for a matter: evidence and papers of the court."""
    sums = [
        select(sa.func.coalesce(sa.func.sum(table.size), 0)).where(table.matter_id == matter_id)
        for table in (ExhibitRow, PaperRow)
    ]
    return sum(int(session.exec(query).one()) for query in sums)


def _next_place(session: Session, matter_id: str, group: int) -> int:
    query = select(sa.func.max(ExhibitRow.place)).where(
        col(ExhibitRow.matter_id) == matter_id, col(ExhibitRow.group_number) == group
    )
    return int(session.exec(query).one() or 0) + 1


def _put_at(session: Session, matter_id: str, row: ExhibitRow, place: int) -> None:
    """Put an exhibit at a place of its group, the first being 1, and number the group anew."""
    rows = bindable(repositories.exhibits(session, matter_id))
    others = [each for each in rows if each.group_number == row.group_number and each.id != row.id]
    others.insert(max(place, 1) - 1, row)
    for number, each in enumerate(others, 1):
        each.place = number
        session.add(each)
    session.flush()


def file_name_of(name: str) -> str:
    """A file's name as data: its last part, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:200] or "未命名"


def _nothing_more(_session: Session) -> None:
    """The task that stays in the outbox finds the file judged and only finishes."""
