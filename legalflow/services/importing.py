"""Loans and payments taken in: from a file row by row, or from a form.

Good rows go in, refused ones come back named; the same file twice adds nothing, and a corrected one may be sent whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotFound, NotNow, Problem
from legalflow.intake import readers, report, rows, unit_rows
from legalflow.intake.readers import Sheet
from legalflow.intake.rows import PaymentLine, Refused
from legalflow.loans.loan import Loan
from legalflow.office import Office
from legalflow.persistence import journal, outbox, repositories, units
from legalflow.persistence.tables import AccountRow, BatchRow
from legalflow.rendering import workbook
from legalflow.rendering.workbook import Table
from legalflow.services import entering, merging, previewing, stationing
from legalflow.values import codec

KINDS = merging.KINDS
# How a column's type is filled in, for the template's explanations.
TYPE_WORDS: Mapping[str, str] = {
    "text": "文字",
    "day": "日期，如 2026-02-24",
    "money": "元，最多两位小数，如 590065.94",
    "rate": "百分数或小数，如 6% 或 0.06",
    "count": "整数",
    "yes_no": "是 或 否",
    "choice": "从可填的值中选一个",
    "number": "证件号码，单元格设为文本",
    "order": "各项以 > 相隔",
    "drawdowns": "日期:金额，多笔以分号相隔",
    "points": "基点，减点为负",
    "days": "日期，多个以分号相隔",
    "rates_by_day": "日期:利率，多项以分号相隔",
}
TASK, QUEUE = "import_batch", "imports"
Finish = Callable[[Session], None]


def receive(office: Office, actor: Actor, kind: str, file_name: str, content: bytes) -> str:
    """Keep a file and ask for its import; the batch's id. The same bytes again are the same batch.

    A file some of whose rows were refused is read again: what they lacked may be here by now.
    """
    return _kept(office, actor, kind, file_name, content, "received")


def stage(office: Office, actor: Actor, kind: str, file_name: str, content: bytes) -> str:
    """Keep a file and ask what its import would do; nothing of it is written before `go`. The batch's id."""
    return _kept(office, actor, kind, file_name, content, "reading")


def choose(office: Office, actor: Actor, batch_id: str, chosen: Mapping[str, str]) -> None:
    """Read headings as a person decided (`rows.IGNORED`: not at all), and ask again what the import would do."""
    actor.require(Right.IMPORT)
    with office.database.writing() as session:
        row = _previewed(session, actor, batch_id)
        there = {column.id for column in rows.columns(row.kind)} | {rows.IGNORED}
        Invalid.raise_any(
            Problem("import.column", "没有这一列", "there is no such column", heading[:60], column[:60])
            for heading, column in chosen.items()
            if column not in there
        )
        row.chosen, row.state = dict(chosen), "reading"
        session.add(row)
        outbox.ask(session, TASK, row.id, QUEUE, office.now())
        journal.note(session, at=office.now(), actor=actor.id, action="import.columns", subject=row.id)


def go(office: Office, actor: Actor, batch_id: str) -> None:
    """Import a file as its preview showed it."""
    actor.require(Right.IMPORT)
    with office.database.writing() as session:
        row = _previewed(session, actor, batch_id)
        if not preview(office, row).readable:
            raise NotNow.one(
                "import.unreadable",
                "缺少必有的列，还不能导入",
                "a required column is missing, so nothing can be imported yet",
                mend="在下方为缺少的列选择文件中的列，或更正文件后重新上传",
                mend_en="choose the column for it, or correct the file",
            )
        row.state = "received"
        session.add(row)
        outbox.ask(session, TASK, row.id, QUEUE, office.now())
        _asked(session, office, actor, row)


def preview(office: Office, row: BatchRow) -> previewing.Preview:
    """What the import of a batch would do, as it was found out."""
    if row.preview is None:
        raise NotFound.one("import.preview", "该文件没有预览", "this file has no preview")
    return codec.decode(previewing.Preview, office.store.read(row.preview))


def foresee(office: Office, actor: Actor, kind: str, content: bytes) -> previewing.Preview:
    """What the import of a file would do, found out at once; neither the file nor anything of it is kept."""
    _require_kind(kind)
    _require_may(actor, kind)
    sheet = readers.read(content, rows.known(kind), office.settings)
    return previewing.of(office, actor, kind, {}, sheet)


def run(office: Office, batch_id: str, finish: Finish) -> None:
    """Read a batch (a task): say what its import would do, or import its rows; run twice, it finds its result."""
    with office.database.reading() as session:
        batch = repositories.found(session.get(BatchRow, batch_id), "batch")
        actor = units.actor_of(session, repositories.found(session.get(AccountRow, batch.received_by), "account"))
    sheet = readers.read(office.store.read(batch.digest), rows.known(batch.kind), office.settings)
    if batch.state == "reading":
        _foresee(office, actor, batch, sheet, finish)
        return
    result = merging.Result()
    good, result.refused, unknown = merging.read(sheet, batch.kind, batch.chosen)
    with office.database.writing() as session:
        kept = repositories.found(session.get(BatchRow, batch_id), "batch")
        if kept.state != "done":
            desk = merging.open_desk(session, office, actor, result, good)
            desk.file_digest = kept.digest
            merging.merge(desk, good)
            merging.settle(desk)
            _close(desk, kept, sheet, unknown)
        finish(session)


def fail(office: Office, batch_id: str, reason: str, finish: Finish) -> None:
    """Record that a batch could not be imported."""
    with office.database.writing() as session:
        row = repositories.found(session.get(BatchRow, batch_id), "batch")
        if row.state in {"received", "reading"}:
            row.state, row.reason = "failed", reason[:500]
            session.add(row)
        finish(session)


def template(actor: Actor, kind: str) -> bytes:
    """An empty workbook to fill in: the headings, an example row that is never read, and a sheet of explanations."""
    _require_kind(kind)
    _require_may(actor, kind)
    columns = rows.columns(kind)
    strong = frozenset(place for place, column in enumerate(columns) if column.required)
    example = [rows.EXAMPLE if column.id == columns[0].id else column.example for column in columns]
    told = [
        (
            column.zh,
            column.en,
            "必填" if column.required else "",
            TYPE_WORDS[column.type],
            "、".join(column.values),
            column.note,
            "、".join(column.names),
        )
        for column in columns
    ]
    heads = ("列名", "英文列名", "是否必填", "填写方式", "可填的值", "说明", "也可写作")
    return workbook.write(
        [
            Table(name="填写", headings=[column.zh for column in columns], rows=[example], strong=strong),
            Table(name="说明", headings=heads, rows=told, wide=frozenset({3, 4, 5, 6})),
        ]
    )


def add_loan(office: Office, actor: Actor, texts: Mapping[str, str]) -> str:
    """A loan from a form's texts, by the columns of a file; its id. One that is there already is a `Conflict`."""
    actor.require(Right.IMPORT)
    loan = rows.loan(texts)
    if not isinstance(loan, Loan):
        raise Invalid.of(loan)
    with office.database.writing() as session:
        known = units.by_name(session)
        entering.require_own_unit(actor, known, loan)
        if entering.loan_row(session, loan.lender, loan.contract_number) is not None:
            raise Conflict.one(
                "loan.there",
                "该贷款人的同一合同编号已经存在",
                "this lender's contract number is already here",
                found=loan.contract_number,
            )
        row = entering.put_loan(session, office, loan, known)
        entering.noted(session, office, actor, "loan.added", row)
        return row.id


def record_payment(office: Office, actor: Actor, loan_id: str, texts: Mapping[str, str]) -> None:
    """A payment from a form's texts; it enters the journal of the loan's matter where there is one."""
    actor.require(Right.RECORD_PAYMENT)
    with office.database.writing() as session:
        row = repositories.loan(session, actor, loan_id)
        line = rows.payment({**texts, "contract_number": row.contract_number})
        if not isinstance(line, PaymentLine):
            raise Invalid.of(line)
        if entering.stands(entering.receipts(session, [row.id]).get((row.id, line.payment.number), []), line.payment):
            raise Conflict.one(
                "payment.there",
                "该流水号已登记过",
                "this receipt number was recorded before",
                found=line.payment.number,
            )
        entering.put_payment(session, office, actor, row, line.payment, entering.matter_of(session, row))
        entering.noted(session, office, actor, "payment.recorded", row)


def _kept(office: Office, actor: Actor, kind: str, file_name: str, content: bytes, state: str) -> str:
    _require_kind(kind)
    _require_may(actor, kind)
    digest = office.store.put(content)
    with office.database.writing() as session:
        same = select(BatchRow).where(BatchRow.kind == kind, BatchRow.digest == digest, BatchRow.desk == actor.desk)
        earlier = session.exec(same).first()
        if earlier is not None and not (earlier.state == "failed" or (earlier.state == "done" and earlier.refused)):
            return earlier.id
        row = earlier or BatchRow(
            id=repositories.new_id(),
            kind=kind,
            digest=digest,
            desk=actor.desk,
            file_name=file_name[:200],
            state=state,
            received_by=actor.id,
            created_at=office.now(),
        )
        row.state, row.reason = state, ""
        session.add(row)
        outbox.ask(session, TASK, row.id, QUEUE, office.now())
        if state == "received":
            _asked(session, office, actor, row)
        else:
            at = office.now()
            journal.note(session, at=at, actor=actor.id, action="import.preview", subject=row.id, digest=digest)
        return row.id


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        known = "、".join(KINDS)
        raise Invalid(Problem("import.kind", f"只能导入：{known}", f"one of {known} is imported", "kind", kind[:40]))


def _require_may(actor: Actor, kind: str) -> None:
    if kind == unit_rows.KIND:
        stationing.require_may_import(actor)
    else:
        actor.require(Right.IMPORT)


def _asked(session: Session, office: Office, actor: Actor, row: BatchRow) -> None:
    at, action = office.now(), f"import.{row.kind}"
    journal.note(session, at=at, actor=actor.id, action=action, subject=row.id, digest=row.digest)


def _previewed(session: Session, actor: Actor, batch_id: str) -> BatchRow:
    row = repositories.batch(session, actor, batch_id)
    if row.state != "previewed":
        raise NotNow.one("import.state", "该文件不在预览中", "this file is not being previewed")
    return row


def _foresee(office: Office, actor: Actor, batch: BatchRow, sheet: Sheet, finish: Finish) -> None:
    """Find out what the import would do, and write down nothing but that."""
    digest = office.store.put(codec.encode(previewing.of(office, actor, batch.kind, batch.chosen, sheet)))
    with office.database.writing() as session:
        kept = repositories.found(session.get(BatchRow, batch.id), "batch")
        if kept.state == "reading" and kept.chosen == batch.chosen:
            kept.state, kept.preview = "previewed", digest
            session.add(kept)
        finish(session)


def _close(desk: merging.Desk, kept: BatchRow, sheet: Sheet, unknown: Sequence[str]) -> None:
    """Write down what became of the rows; the file's digest and these numbers are what the audit trail keeps."""
    result = desk.result
    kept.added, kept.changed, kept.unchanged = result.added, result.changed, result.unchanged
    kept.refused = len(result.refused)
    kept.reason = f"未识别的列：{'、'.join(unknown)}" if unknown else ""
    kept.report = kept.workbook = None
    if result.refused:
        in_order = sorted(result.refused, key=lambda each: each.line.number)
        kept.report = desk.office.store.put(report.refused_rows(sheet, in_order))
        kept.workbook = desk.office.store.put(_returned(sheet, kept, in_order))
    kept.state = "done"
    desk.session.add(kept)
    journal.note(
        desk.session,
        at=desk.office.now(),
        actor=desk.actor.id,
        action=f"import.{kept.kind}.done",
        subject=kept.id,
        digest=kept.digest,
        added=kept.added,
        changed=kept.changed,
        unchanged=kept.unchanged,
        refused=kept.refused,
    )


def _returned(sheet: Sheet, batch: BatchRow, refused: Sequence[Refused]) -> bytes:
    """The refused rows as a workbook, the wrong cells tinted."""
    found = rows.recognised(sheet, batch.kind, batch.chosen)
    table = report.returned(sheet, refused, {each.column.zh: each.place for each in found if each.column})
    made = Table(name="未导入的行", headings=table.headings, rows=table.rows, wide=frozenset({1}), marked=table.wrong)
    return workbook.write([made])
