"""The invariants, held against live data: what must be true at any instant, and where it is not.

Numbered as in the house's list: I1 accepted is in the journal, I2 nothing waits for ever, I3 one current version, I4
digests are kept, I5 the journal gives the matter, I6 the audit trail verifies, I7 money adds up, I9 what was issued
never changes, I10 no person in places that are read by many, I11 both ledgers of every loan balance. I8 (a dependency
away is 503) shows only in answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow import log
from legalflow.matters.matter import Matter
from legalflow.matters.state import DocumentState
from legalflow.matters.writeoff import Components
from legalflow.office import Office
from legalflow.persistence import dispatch, journal, runs
from legalflow.persistence.tables import (
    AuditRow,
    BatchRow,
    BundleRow,
    DocumentRow,
    ExhibitRow,
    JournalRow,
    LoanRow,
    MatterRow,
    OutboxRow,
    PaperRow,
    RunRow,
    WriteOffRow,
)
from legalflow.services import auditing, balancing, packing, reckoning, reviving, tracking, writing_off
from legalflow.values import codec
from legalflow.values.money import Money

CHUNK = 100
ALARM = 60.0  # seconds a due row may wait before somebody should look
LATE = 60.0  # seconds without a sign of life of a process


@dataclass(frozen=True)
class Failed:
    """An invariant that does not hold at a place; our ids only."""

    invariant: str
    place: str
    zh: str
    en: str


@dataclass(frozen=True)
class Readiness:
    """What `/readyz` tells: whether we can work, how long the oldest due work waits, and who gives signs of life."""

    store: bool
    oldest_due: float  # seconds
    beats: Mapping[str, datetime]
    late: tuple[str, ...]  # processes that gave none lately

    @property
    def alarm(self) -> bool:
        """Whether somebody should look: work that is due is not taken up."""
        return self.oldest_due > ALARM


def readiness(office: Office) -> Readiness:
    """What is known of the state of the service; `Away` where the database does not answer."""
    with office.database.reading() as session:
        oldest = dispatch.oldest_due(session, office.now())
        beats = {name: at for name, at in dispatch.beats(session).items() if not name.startswith("tick-")}
    waited = (office.now() - oldest).total_seconds() if oldest else 0.0
    late = tuple(sorted(name for name, at in beats.items() if (office.now() - at).total_seconds() > LATE))
    return Readiness(_store_works(office), waited, beats, late)


def invariants(office: Office) -> Iterator[Failed]:
    """Every place where an invariant does not hold, in the order of the invariants."""
    for check in CHECKS.values():
        yield from check(office)


def accepted_is_in_the_journal(office: Office) -> Iterator[Failed]:
    """I1: each document and bundle has the event that asked for it, in its matter's journal."""
    asked: dict[str, set[str]] = {"DocumentRequested": set(), "BundleRequested": set()}
    with office.database.reading() as session:
        for name, field in (("DocumentRequested", "document"), ("BundleRequested", "bundle")):
            for body in session.exec(select(JournalRow.body).where(JournalRow.name == name)):
                asked[name].add(body[field])
        for table, name in ((DocumentRow, "DocumentRequested"), (BundleRow, "BundleRequested")):
            for row_id in session.exec(select(table.id)):
                if row_id not in asked[name]:
                    yield Failed("I1", f"{table.__tablename__} {row_id}", "日志中没有请求", "the journal asks for none")


def nothing_waits_for_ever(office: Office) -> Iterator[Failed]:
    """I2: what was asked for and is not there has work in the outbox; what failed says why."""
    waiting: tuple[tuple[Any, str, str], ...] = (
        (DocumentRow, "requested", "render_document"),
        (BundleRow, "requested", "bind_bundle"),
        (ExhibitRow, "received", "inspect_exhibit"),
        (BatchRow, "reading", "import_batch"),
        (BatchRow, "received", "import_batch"),
    )
    with office.database.reading() as session:
        for table, state, task in waiting:
            asked = select(OutboxRow.subject_id).where(OutboxRow.task == task)
            for row_id in session.exec(select(table.id).where(table.state == state, table.id.not_in(asked))):
                yield Failed("I2", f"{table.__tablename__} {row_id}", "无任务在处理", "nothing is at work on it")
        for table, state, reason in (
            (DocumentRow, "failed", DocumentRow.reason),
            (BundleRow, "failed", BundleRow.reason),
            (BatchRow, "failed", BatchRow.reason),
            (ExhibitRow, "rejected", ExhibitRow.message),
        ):
            for row_id in session.exec(select(table.id).where(table.state == state, col(reason) == "")):
                yield Failed("I2", f"{table.__tablename__} {row_id}", "失败但无原因", "failed without a reason")
        yield from _runs_that_wait(session)


def _runs_that_wait(session: Session) -> Iterator[Failed]:
    """Of things done with many: lines that nothing is at work on, left open at the end, or failed without a reason."""
    for task, (state, line_state, _) in reviving.LINES.items():
        for run_id, places in runs.forsaken(session, state, line_state, task).items():
            yield Failed("I2", f"run {run_id} line {places[0]}", "无任务在处理", "nothing is at work on it")
    for row in runs.unpacked(session, packing.TASK):
        yield Failed("I2", f"run {row.id}", "打包无任务在处理", "nothing packs its files")
    for line in runs.unended(session):
        yield Failed(
            "I2", f"run {line.run_id} line {line.place}", "批次已结束而该笔未结束", "left open at its run's end"
        )
    for line in runs.unexplained(session):
        yield Failed("I2", f"run {line.run_id} line {line.place}", "失败或跳过但无原因", "left out without a reason")


def one_current_version(office: Office) -> Iterator[Failed]:
    """I3: a document of the same inputs is there once, and what is ready has its files."""
    with office.database.reading() as session:
        keys = (DocumentRow.matter_id, DocumentRow.kind, DocumentRow.facts_digest)
        twice = select(*keys).group_by(*keys).having(sa.func.count() > 1)
        for matter_id, kind, _ in session.exec(twice):
            yield Failed("I3", f"matter {matter_id} {kind}", "同一事实有多个版本", "the same facts in several versions")
        unmade = select(DocumentRow.id).where(
            col(DocumentRow.state).in_(["ready", "approved", "sealed", "served", "submitted"]),
            sa.or_(col(DocumentRow.docx).is_(None), col(DocumentRow.pdf).is_(None)),
        )
        for row_id in session.exec(unmade):
            yield Failed("I3", f"document {row_id}", "已完成但缺文件", "made, but a file is lacking")
        for line in runs.twice_done(session):
            yield Failed("I3", f"run {line.run_id} line {line.place}", "一份文书算作两笔", "one document for two lines")


def digests_are_kept(office: Office) -> Iterator[Failed]:
    """I4: every digest in the database is in the store, and its bytes have that SHA-256."""
    seen: dict[str, bool] = {}
    for place, digest in _digests(office):
        if digest not in seen:
            seen[digest] = office.store.verify(digest)
        if not seen[digest]:
            yield Failed("I4", f"{place} {digest}", "文件缺失或内容不符", "the bytes are missing or others")


def journal_gives_the_matter(office: Office) -> Iterator[Failed]:
    """I5: the fold of a matter's events is what its row says, whole and in its columns."""
    for row, matter in _matters(office):
        kept = MatterRow(**row.model_dump())
        tracking.keep(kept, matter)
        if codec.encode(kept.model_dump(exclude=_INSTANTS)) != codec.encode(row.model_dump(exclude=_INSTANTS)):
            yield Failed("I5", f"matter {row.id}", "与日志重放的结果不同", "differs from what its journal gives")


def audit_verifies(office: Office) -> Iterator[Failed]:
    """I6: the audit trail's chain holds and agrees with its checkpoints outside the database."""
    for place in auditing.broken(office):
        yield Failed("I6", place, "审计记录被更改、删除或截断", "the audit trail was changed, deleted from or cut")


def money_adds_up(office: Office) -> Iterator[Failed]:
    """I7: the ledger is what the journal says was booked and came back; never more than outstanding; once a loan."""
    with office.database.reading() as session:
        effective = select(WriteOffRow.loan_id).where(WriteOffRow.state != "refused")
        for loan_id in session.exec(effective.group_by(col(WriteOffRow.loan_id)).having(sa.func.count() > 1)):
            yield Failed("I7", f"loan {loan_id}", "多次有效核销", "written off more than once")
        rows = session.exec(select(WriteOffRow).where(WriteOffRow.state != "refused")).all()
    for row in rows:
        yield from (Failed("I7", f"write_off {row.id}", zh, en) for zh, en in _wrong_with(office, row))


def issued_never_changes(office: Office) -> Iterator[Failed]:
    """I9: no journal event was changed or taken away, and the files of documents are those their events name."""
    with office.database.reading() as session:
        places = list(journal.broken(session))
    for place in places:
        yield Failed("I9", place, "日志被更改或删除", "the journal was changed or deleted from")
    for row, matter in _matters(office):
        with office.database.reading() as session:
            documents = session.exec(select(DocumentRow).where(DocumentRow.matter_id == row.id)).all()
        for kept in documents:
            told = matter.documents.get(kept.id)
            if told is not None and told.state is not DocumentState.REQUESTED:
                files = (kept.docx or "", kept.pdf or "", kept.sealed or "")
                if files != (told.docx, told.pdf, told.sealed):
                    yield Failed("I9", f"document {kept.id}", "文件与日志所载不同", "not the files of the journal")


def no_person_is_told(office: Office) -> Iterator[Failed]:
    """I10: no number of a person, and no name of a borrower, in the log, the outbox or the audit trail."""
    with office.database.reading() as session:
        names = sorted(set(session.exec(select(LoanRow.borrower))))
        pattern = re.compile("|".join(re.escape(name) for name in names if len(name) > 1) or r"(?!)")
        for work in session.exec(select(OutboxRow)):
            if _tells(pattern, f"{work.subject_id} {work.reason}"):
                yield Failed("I10", f"outbox {work.id}", "任务记录中有个人信息", "the outbox tells of a person")
        for audited in session.exec(select(AuditRow).execution_options(yield_per=1000)):
            if _tells(pattern, " ".join(_texts(audited.detail))):
                yield Failed("I10", f"audit {audited.id}", "审计记录中有个人信息", "the audit trail tells of a person")
    for place in sorted((office.settings.home / "log").glob("*.log*")):
        with place.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                if _tells(pattern, line):
                    yield Failed("I10", f"{place.name}:{number}", "日志中有个人信息", "the log tells of a person")


def ledgers_balance(office: Office) -> Iterator[Failed]:
    """I11: opening, accrued, paid out, paid, waived, written off and recovered lead to the closing of every loan."""
    for _, row in balancing.broken(office):
        yield Failed("I11", row.place, row.zh, row.en)
    with office.database.reading() as session:
        night = reckoning.last(session)
    if night is not None and night.reason:
        yield Failed("I11", f"ledger_check {night.slot}", f"夜间核对未完成：{night.reason}", "the night was not ended")


CHECKS: Mapping[str, Callable[[Office], Iterator[Failed]]] = {
    "I1": accepted_is_in_the_journal,
    "I2": nothing_waits_for_ever,
    "I3": one_current_version,
    "I4": digests_are_kept,
    "I5": journal_gives_the_matter,
    "I6": audit_verifies,
    "I7": money_adds_up,
    "I9": issued_never_changes,
    "I10": no_person_is_told,
    "I11": ledgers_balance,
}

_INSTANTS = {"opened_at", "changed_at"}


def _matters(office: Office) -> Iterator[tuple[MatterRow, Matter]]:
    """Every matter with the fold of its journal, both of one instant; read in pieces."""
    after = ""
    while True:
        with office.database.reading() as session:
            query = select(MatterRow).where(col(MatterRow.id) > after).order_by(col(MatterRow.id)).limit(CHUNK)
            pairs = [(row, tracking.current(session, row)) for row in session.exec(query).all()]
        yield from pairs
        if len(pairs) < CHUNK:
            return
        after = pairs[-1][0].id


def _digests(office: Office) -> Iterator[tuple[str, str]]:
    columns: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (DocumentRow, ("facts_digest", "docx", "pdf", "sealed")),
        (ExhibitRow, ("original", "working")),
        (PaperRow, ("original", "working")),
        (BundleRow, ("pdf", "manifest", "list_docx", "list_pdf")),
        (BatchRow, ("digest", "report", "workbook", "preview")),
        (RunRow, ("pack",)),
    )
    with office.database.reading() as session:
        for table, names in columns:
            query = select(table.id, *(getattr(table, name) for name in names))
            for row_id, *digests in session.exec(query):
                yield from ((f"{table.__tablename__} {row_id}", digest) for digest in digests if digest)


def _wrong_with(office: Office, row: WriteOffRow) -> Iterator[tuple[str, str]]:
    with office.database.reading() as session:
        matter_row = session.get(MatterRow, row.matter_id)
        if matter_row is None:
            yield "没有案件", "it has no matter"
            return
        told = tracking.current(session, matter_row).write_off
        ledger = writing_off.balance(session, row)
    if told.request is None or told.digest != row.request_digest:
        yield "申请与日志所载不同", "what was asked is not what the journal says"
        return
    asked = Components(
        principal=Money.of_fen(row.principal_fen),
        on_balance_interest=Money.of_fen(row.on_interest_fen),
        off_balance_interest=Money.of_fen(row.off_interest_fen),
        fees=Money.of_fen(row.fees_fen),
    )
    if asked != told.request.asked:
        yield "金额与日志所载不同", "its amounts are not those of the journal"
    for name in ("principal", "on_balance_interest", "off_balance_interest", "fees"):
        if getattr(asked, name) > getattr(told.request.outstanding, name):
            yield f"{name} 超过账面余额", f"{name} is above what is outstanding"
    if (row.state == "booked") != (told.booked is not None):
        yield "入账状态与日志不同", "booked here and not in the journal, or the other way round"
    elif ledger.still_off != told.still_off:
        yield "分录合计与余额不符", "the sum of the entries is not the balance"


def _store_works(office: Office) -> bool:
    """Whether the store keeps and gives back bytes; the same few bytes each time, so that they are kept once."""
    try:
        return office.store.verify(office.store.put(b"legalflow is ready"))
    except OSError:
        return False


def _tells(names: re.Pattern[str], text: str) -> bool:
    return bool(names.search(text)) or log.redact(text) != text


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a plain value."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
