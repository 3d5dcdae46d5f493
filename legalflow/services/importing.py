"""Loans and payments taken in: from a file row by row, or from a form.

Good rows go in, refused ones come back named; the same file twice adds nothing, and a corrected one may be sent whole.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, LegalflowError, NotFound, NotNow, Problem
from legalflow.intake import contact_rows, parts, readers, report, rows, unit_rows
from legalflow.intake.contact_rows import ContactLine
from legalflow.intake.parts import Part
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import PaymentLine, Refused
from legalflow.intake.unit_rows import UnitLine
from legalflow.loans.loan import Loan
from legalflow.loans.payments import Payment
from legalflow.office import Office, today
from legalflow.persistence import apart, journal, mapping, outbox, repositories, units
from legalflow.persistence.tables import AccountRow, BatchRow, LoanRow, MatterRow, PaymentRow, PersonRow
from legalflow.rendering import workbook
from legalflow.rendering.workbook import Table
from legalflow.services import addressing, outdated, stationing, tracking
from legalflow.values import codec

_READERS: Mapping[str, Callable[[Sheet, Mapping[str, str]], Any]] = {
    "loans": rows.loans,
    "payments": rows.payments,
    **{kind: functools.partial(parts.read, kind) for kind in parts.KINDS},
    contact_rows.KIND: contact_rows.read,
    unit_rows.KIND: unit_rows.read,
}
KINDS = tuple(_READERS)
FIRST_WRONG = 20  # refused rows that a preview shows
AT_ONCE = 5_000  # payments inserted by one statement
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


@dataclass(frozen=True)
class Heading:
    """A heading of a file and what it is read as; `how` is same, synonym, chosen, or empty where it is not known."""

    heading: str
    column: str
    zh: str
    how: str


@dataclass(frozen=True)
class WrongRow:
    """A row that would be refused, and everything wrong in it."""

    number: int
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the import of a file would do: how it was read, what of its rows is new, the same, changed, or wrong."""

    sheet: str
    notes: tuple[str, ...]
    rows: int
    headings: tuple[Heading, ...]
    missing: tuple[str, ...]
    added: int
    unchanged: int
    changed: int
    refused: int
    first: tuple[WrongRow, ...]

    @property
    def readable(self) -> bool:
        """Whether every column is there that must be."""
        return not self.missing


@dataclass
class _Result:
    """What became of the rows of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


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


def preview(office: Office, row: BatchRow) -> Preview:
    """What the import of a batch would do, as it was found out."""
    if row.preview is None:
        raise NotFound.one("import.preview", "该文件没有预览", "this file has no preview")
    return codec.decode(Preview, office.store.read(row.preview))


def foresee(office: Office, actor: Actor, kind: str, content: bytes) -> Preview:
    """What the import of a file would do, found out at once; neither the file nor anything of it is kept."""
    _require_kind(kind)
    _require_may(actor, kind)
    sheet = readers.read(content, rows.known(kind), office.settings)
    return _foreseen_of(office, actor, kind, {}, sheet)


def run(office: Office, batch_id: str, finish: Finish) -> None:
    """Read a batch (a task): say what its import would do, or import its rows; run twice, it finds its result."""
    with office.database.reading() as session:
        batch = repositories.found(session.get(BatchRow, batch_id), "batch")
        actor = units.actor_of(session, repositories.found(session.get(AccountRow, batch.received_by), "account"))
    sheet = readers.read(office.store.read(batch.digest), rows.known(batch.kind), office.settings)
    if batch.state == "reading":
        _foresee(office, actor, batch, sheet, finish)
        return
    result = _Result()
    good, result.refused, unknown = _rows(sheet, batch.kind, batch.chosen)
    with office.database.writing() as session:
        kept = repositories.found(session.get(BatchRow, batch_id), "batch")
        if kept.state != "done":
            desk = _desk(session, office, actor, result, good)
            _all(desk, good)
            _settle(desk)
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
        _require_own_unit(actor, known, loan)
        if _loan_row(session, loan.lender, loan.contract_number) is not None:
            raise Conflict.one(
                "loan.there",
                "该贷款人的同一合同编号已经存在",
                "this lender's contract number is already here",
                found=loan.contract_number,
            )
        row = _put_loan(session, office, loan, known)
        _noted(session, office, actor, "loan.added", row)
        return row.id


def record_payment(office: Office, actor: Actor, loan_id: str, texts: Mapping[str, str]) -> None:
    """A payment from a form's texts; it enters the journal of the loan's matter where there is one."""
    actor.require(Right.RECORD_PAYMENT)
    with office.database.writing() as session:
        row = repositories.loan(session, actor, loan_id)
        line = rows.payment({**texts, "contract_number": row.contract_number})
        if not isinstance(line, PaymentLine):
            raise Invalid.of(line)
        if _stands(_receipts(session, [row.id]).get((row.id, line.payment.number), []), line.payment):
            raise Conflict.one(
                "payment.there",
                "该流水号已登记过",
                "this receipt number was recorded before",
                found=line.payment.number,
            )
        _put_payment(session, office, actor, row, line.payment, _matter(session, row))
        _noted(session, office, actor, "payment.recorded", row)


@dataclass
class _Desk:
    """An import at work: its transaction, what it found there once for all rows, and what it is about to write.

    A desk that only foresees finds the same and writes nothing.
    """

    session: Session
    office: Office
    actor: Actor
    result: _Result
    loans: dict[str, list[LoanRow]]
    matters: dict[str, MatterRow]
    receipts: dict[tuple[str, str], list[_Receipt]]
    units: Mapping[tuple[str, str], str]
    writes: bool = True
    payments: list[dict[str, Any]] = field(default_factory=list)
    persons: list[PersonRow] = field(default_factory=list)
    first_paid_out: dict[str, date] = field(default_factory=dict)
    moved: dict[str, MatterRow] = field(default_factory=dict)


@dataclass(frozen=True)
class _Receipt:
    """A payment as it stands in the books: its day, its amount, whether it was reversed."""

    on: date
    fen: int
    reversed: bool


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


def _rows(
    sheet: Sheet, kind: str, chosen: Mapping[str, str]
) -> tuple[list[tuple[Line, Any]], list[Refused], tuple[str, ...]]:
    read: tuple[list[tuple[Line, Any]], list[Refused], tuple[str, ...]] = _READERS[kind](sheet, chosen)
    return read


def _desk(
    session: Session,
    office: Office,
    actor: Actor,
    result: _Result,
    good: Sequence[tuple[Line, Any]],
    writes: bool = True,
) -> _Desk:
    """The desk of an import, with all that its rows may meet read at once."""
    there = _loans(session, {item.contract_number for _, item in good if not isinstance(item, UnitLine)})
    ids = [row.id for same in there.values() for row in same]
    pays = any(isinstance(item, PaymentLine) for _, item in good)
    receipts = _receipts(session, ids) if pays else {}
    return _Desk(
        session, office, actor, result, there, _matters(session, ids), receipts, units.by_name(session), writes
    )


def _foresee(office: Office, actor: Actor, batch: BatchRow, sheet: Sheet, finish: Finish) -> None:
    """Find out what the import would do, and write down nothing but that."""
    digest = office.store.put(codec.encode(_foreseen_of(office, actor, batch.kind, batch.chosen, sheet)))
    with office.database.writing() as session:
        kept = repositories.found(session.get(BatchRow, batch.id), "batch")
        if kept.state == "reading" and kept.chosen == batch.chosen:
            kept.state, kept.preview = "previewed", digest
            session.add(kept)
        finish(session)


def _foreseen_of(office: Office, actor: Actor, kind: str, chosen: Mapping[str, str], sheet: Sheet) -> Preview:
    """What an import would do, from one state of the data."""
    found = rows.recognised(sheet, kind, chosen)
    missing = rows.unreadable(found, kind, sheet.heading)
    result = _Result()
    if not missing:
        good, result.refused, _unknown = _rows(sheet, kind, chosen)
        with office.database.reading() as session:
            desk = _desk(session, office, actor, result, good, writes=False)
            _all(desk, good)
    refused = sorted(result.refused, key=lambda each: each.line.number)
    return Preview(
        sheet=sheet.name,
        notes=sheet.notes,
        rows=len(sheet.lines),
        headings=tuple(
            Heading(
                each.heading, each.column.id if each.column else "", each.column.zh if each.column else "", each.how
            )
            for each in found
        ),
        missing=tuple(problem.message for problem in missing),
        added=result.added,
        unchanged=result.unchanged,
        changed=result.changed,
        refused=len(refused),
        first=tuple(
            WrongRow(each.line.number, tuple(_words(problem) for problem in each.problems))
            for each in refused[:FIRST_WRONG]
        ),
    )


def _words(problem: Problem) -> str:
    """A problem of a row as its clerk reads it: the column, what may stand there, what stood there, the mend."""
    column = problem.field.partition("行 ")[2]
    place = f"{column}：" if column else ""
    found = f"（现为：{problem.found}）" if problem.found else ""
    return f"{place}{problem.message}{found}{problem.mend}"


def _heading(each: rows.Recognised) -> Heading:
    column = each.column
    return Heading(each.heading, column.id if column else "", column.zh if column else "", each.how)


def _settle(desk: _Desk) -> None:
    """Write what was gathered for all rows at once, and move the clocks of the matters that were paid into."""
    _write_loans(desk)
    table = PaymentRow.__table__  # type: ignore[attr-defined]
    for start in range(0, len(desk.payments), AT_ONCE):
        desk.session.execute(sa.insert(table), desk.payments[start : start + AT_ONCE])
    for matter in desk.moved.values():
        tracking.refresh_deadlines(desk.session, desk.office, matter, tracking.current(desk.session, matter))


def _write_loans(desk: _Desk) -> None:
    """Write the new loans together, then the persons they are found by, who need them there."""
    if desk.persons:
        desk.session.flush()
        desk.session.add_all(desk.persons)
        desk.persons.clear()
        desk.session.flush()


def _all(desk: _Desk, good: Sequence[tuple[Line, Any]]) -> None:
    """Every good row: loans, payments and contacts one by one, the parts of a loan together, and so all units."""
    together: dict[tuple[str, str], list[tuple[Line, Part]]] = {}
    told: list[tuple[Line, UnitLine]] = []
    for line, item in good:
        if isinstance(item, Part):
            together.setdefault((item.lender, item.contract_number), []).append((line, item))
        elif isinstance(item, UnitLine):
            told.append((line, item))
        else:
            _one(desk, line, item)
    if told:
        _merge_units(desk, told)
    for lines in together.values():
        try:
            _merge_parts(desk, [item for _line, item in lines])
        except LegalflowError as error:
            for line, _item in lines:
                desk.result.refused.append(_placed(line, error))


def _placed(line: Line, error: LegalflowError) -> Refused:
    """A row refused for what is wrong with it, said with its number."""
    return Refused(
        line, tuple(replace(each, field=f"第{line.number}行 {each.field}".strip()) for each in error.problems)
    )


def _merge_units(desk: _Desk, told: Sequence[tuple[Line, UnitLine]]) -> None:
    outcomes = stationing.merge(desk.session, desk.office, desk.actor, [item for _, item in told], desk.writes)
    for (line, _item), outcome in zip(told, outcomes, strict=True):
        if isinstance(outcome, LegalflowError):
            desk.result.refused.append(_placed(line, outcome))
        else:
            setattr(desk.result, outcome, getattr(desk.result, outcome) + 1)


def _merge_contact(desk: _Desk, item: ContactLine) -> None:
    """What a row says of a person: it counts as new where any way in it is, else as changed where any is."""
    row = _the_loan(desk, item.lender, item.contract_number)
    added, changed, _ = addressing.merge(desk.session, desk.office, desk.actor, row, item, desk.writes)
    desk.result.added += bool(added)
    desk.result.changed += bool(changed and not added)
    desk.result.unchanged += not (added or changed)


def _merge_parts(desk: _Desk, told: Sequence[Part]) -> None:
    """Put the parts of one loan into it; they stay there when the file of loans is sent again."""
    row = _the_loan(desk, told[0].lender, told[0].contract_number)
    kind, keys = told[0].kind, desk.office.keys
    before = mapping.loan_of(row, (), keys)
    after = parts.put(before, kind, told)
    if row.persons_changed_at is not None and after.parties != before.parties:
        raise _person_corrected(before)
    Invalid.raise_any(parts.wrong_with(before, after, kind))
    there = [*before.parties, *before.collateral, *before.dues, *before.drawdowns]
    same = sum(each.value in there and (each.guarantee is None or each.guarantee in before.guarantees) for each in told)
    if after != before and desk.writes:
        _change(desk, row, after)
        row.apart = apart.with_parts(row.apart, kind, told, keys)
    desk.result.unchanged += same
    if kind in parts.WHOLE and getattr(before, kind):
        desk.result.changed += len(told) - same
    else:
        desk.result.added += len(told) - same


def _the_loan(desk: _Desk, lender: str, contract_number: str) -> LoanRow:
    """The one loan of a contract number in scope; none, or several lenders' without a name, is `Invalid`."""
    there = [row for row in desk.loans.get(contract_number, []) if _is_ours(desk.actor, row.unit_code)]
    found = [row for row in there if lender in {"", row.lender}]
    if len(found) != 1:
        zh = "没有这个合同编号的贷款" if not found else "多个贷款人都有此合同编号，请填写贷款人"
        en = "no loan has this contract number" if not found else "several lenders have this number; name the lender"
        raise Invalid(Problem("payment.loan", zh, en, "合同编号", contract_number))
    return found[0]


def _one(desk: _Desk, line: Line, item: Loan | PaymentLine | ContactLine) -> None:
    """One good row; what the database's own state refuses is a refused row, and the others go on."""
    try:
        if isinstance(item, Loan):
            _merge_loan(desk, item)
        elif isinstance(item, ContactLine):
            _merge_contact(desk, item)
        else:
            _merge_payment(desk, item)
    except LegalflowError as error:
        desk.result.refused.append(_placed(line, error))


def _close(desk: _Desk, kept: BatchRow, sheet: Sheet, unknown: Sequence[str]) -> None:
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


def _merge_loan(desk: _Desk, loan: Loan) -> None:
    session, office = desk.session, desk.office
    there = desk.loans.setdefault(loan.contract_number, [])
    row = next((each for each in there if each.lender == loan.lender), None)
    _require_own_unit(desk.actor, desk.units, loan, row)
    if row is not None and row.apart:
        loan = apart.kept(row.apart, mapping.loan_of(row, (), office.keys), loan, office.keys)
    if row is None:
        row = _foreseen(loan, office, desk.units)
        there.append(row)
        if desk.writes:
            mapping.put_facts(row, loan, office.keys)
            session.add(row)
            desk.persons += _persons(row, loan, office)
        desk.result.added += 1
    elif row.digest == mapping.loan_digest(loan):
        desk.result.unchanged += 1
    elif row.persons_changed_at is not None and _tells_other_persons(row, loan, office):
        raise _person_corrected(loan)
    else:
        if desk.writes:
            _change(desk, row, loan)
        desk.result.changed += 1


def _person_corrected(loan: Loan) -> Conflict:
    return Conflict.one(
        "loan.person_corrected",
        "该贷款当事人的信息已依本人请求更正或删除，与文件所载不同，不由导入改回",
        "a person's data in this loan were corrected or deleted on request and differ from the file; an import "
        "does not undo that",
        found=loan.contract_number,
        mend="按更正后的信息修改文件；确需再改的用 legalflow person correct",
        mend_en="write the corrected data into the file; to change them again use legalflow person correct",
    )


def _change(desk: _Desk, row: LoanRow, loan: Loan) -> None:
    """Put new facts in the place of a loan's old ones; where there is a matter, its journal says what they made stale.

    The claim kept of the loan is known by the digest of its facts, so that the next hour works it out anew.
    """
    session, office = desk.session, desk.office
    _write_loans(desk)
    matter = desk.matters.get(row.id)
    event = outdated.change(session, office, desk.actor, row, loan, matter) if matter else None
    with session.begin_nested():
        if matter is not None and event is not None:
            tracking.admit_event(session, office, desk.actor, matter, event, due_later=True)
            desk.moved[matter.id] = matter
        row.unit_code = _unit_of(desk.units, loan, row)
        mapping.put_facts(row, loan, office.keys)
        row.version += 1
        session.add(row)
        _index(session, office, row.id, loan)
        _noted(session, office, desk.actor, "loan.changed", row)


def _tells_other_persons(row: LoanRow, loan: Loan, office: Office) -> bool:
    return mapping.loan_of(row, (), office.keys).parties != loan.parties


def _merge_payment(desk: _Desk, line: PaymentLine) -> None:
    row, payment = _the_loan(desk, line.lender, line.contract_number), line.payment
    receipts = desk.receipts.setdefault((row.id, payment.number), [])
    if _counts(receipts, payment):
        desk.result.unchanged += 1
        return
    if row.id not in desk.first_paid_out:
        desk.first_paid_out[row.id] = mapping.first_drawdown(row)
    _refuse_impossible(desk.first_paid_out[row.id], today(desk.office), payment)
    matter = desk.matters.get(row.id)
    if desk.writes and matter is None:
        desk.payments.append(_payment_values(desk.office, desk.actor, row, payment))
    elif desk.writes and matter is not None:
        with desk.session.begin_nested():
            _put_payment(desk.session, desk.office, desk.actor, row, payment, matter, due_later=True)
        desk.moved[matter.id] = matter
    receipts.append(_Receipt(payment.on, payment.amount.fen, False))
    desk.result.added += 1


def _unit_of(known: Mapping[tuple[str, str], str], loan: Loan, row: LoanRow | None = None) -> str | None:
    """The unit a loan names; where it names what it named before, the one it belonged to: units may be renamed."""
    kept = row.unit_code if row is not None and row.unit == loan.unit else None
    return known.get((loan.lender, loan.unit), kept)


def _is_ours(actor: Actor, unit_code: str | None) -> bool:
    return actor.units is None or unit_code in actor.units


def _require_own_unit(
    actor: Actor, known: Mapping[tuple[str, str], str], loan: Loan, row: LoanRow | None = None
) -> None:
    """Refuse a loan of another unit than the actor's, and one that stands with another unit already."""
    if _is_ours(actor, _unit_of(known, loan, row)) and (row is None or _is_ours(actor, row.unit_code)):
        return
    own = "、".join(name for (lender, name), code in known.items() if lender == loan.lender and _is_ours(actor, code))
    raise Invalid(
        Problem(
            "loan.unit",
            "不属于您所在机构的贷款，不能导入",
            "a loan of another unit than yours is not imported",
            "经办机构",
            loan.unit,
            mend=f"填写您所在机构的名称或代码（{own}），或由该贷款所属机构、总部办理"
            if own
            else "由该贷款所属机构或总部办理",
            mend_en="name a unit of yours, or leave it to the loan's own unit or head office",
        )
    )


def _put_loan(session: Session, office: Office, loan: Loan, known: Mapping[tuple[str, str], str]) -> LoanRow:
    row = _foreseen(loan, office, known)
    mapping.put_facts(row, loan, office.keys)
    session.add(row)
    session.flush()
    session.add_all(_persons(row, loan, office))
    return row


def _persons(row: LoanRow, loan: Loan, office: Office) -> list[PersonRow]:
    """What a new loan's persons are found by."""
    return [PersonRow(loan_id=row.id, number_index=each) for each in sorted(mapping.person_indexes(loan, office.keys))]


def _foreseen(loan: Loan, office: Office, known: Mapping[tuple[str, str], str]) -> LoanRow:
    """The row a loan would get, with nothing of its persons in it; its digest tells a second row of the same file."""
    return LoanRow(
        id=repositories.new_id(),
        lender=loan.lender,
        contract_number=loan.contract_number,
        unit_code=_unit_of(known, loan),
        borrower=loan.borrower.name,
        maturity=loan.maturity,
        disbursed_fen=0,
        facts={},
        digest=mapping.loan_digest(loan),
        created_at=office.now(),
    )


def _index(session: Session, office: Office, loan_id: str, loan: Loan) -> None:
    """The loan is found by the numbers of its persons as they are now, and no longer by earlier ones."""
    now = mapping.person_indexes(loan, office.keys)
    there = {row.number_index: row for row in session.exec(select(PersonRow).where(PersonRow.loan_id == loan_id))}
    for number, row in there.items():
        if number not in now:
            session.delete(row)
    for number in sorted(now - set(there)):
        session.add(PersonRow(loan_id=loan_id, number_index=number))


def _counts(there: Sequence[_Receipt], payment: Payment) -> bool:
    """Whether the very same payment counts already. Another under the same number is a `Conflict`, and so is one that
    was reversed: a file sent again may not bring it back; only a person may, on the loan's page."""
    same = (payment.on, payment.amount.fen)
    if any(each.reversed and (each.on, each.fen) == same for each in there):
        raise Conflict.one(
            "payment.reversed",
            f"流水号 {payment.number} 的同一登记已被撤销，不由导入恢复",
            f"receipt {payment.number} was reversed as recorded here; an import does not bring it back",
            field="流水号",
            found=payment.number,
            mend="确属实际收款的，在贷款页面重新登记",
            mend_en="record it anew on the loan's page if the money did come in",
        )
    return _stands(there, payment)


def _stands(there: Sequence[_Receipt], payment: Payment) -> bool:
    """Whether the payment counts already, reversed ones aside; another under the same number is a `Conflict`."""
    earlier = next((each for each in there if not each.reversed), None)
    if earlier is None or (earlier.on, earlier.fen) == (payment.on, payment.amount.fen):
        return earlier is not None
    raise Conflict.one(
        "payment.other",
        f"流水号 {payment.number} 已登记为 {earlier.on} 的另一笔金额",
        f"receipt {payment.number} was recorded with another day or amount",
        field="流水号",
        found=payment.number,
        mend="核对后更正文件；登记有误的，由复核人撤销原登记后再导入",
        mend_en="correct the file, or have the reviewer reverse the payment recorded wrongly and import again",
    )


def _refuse_impossible(first_paid_out: date, today_: date, payment: Payment) -> None:
    field, found = "还款日期", str(payment.on)
    if payment.on < first_paid_out:
        zh, en = "还款日早于首次放款日", "paid before the first drawdown"
        raise Invalid(Problem("payment.early", zh, en, field, found))
    if payment.on > today_:
        raise Invalid(Problem("payment.future", "还款日晚于今天", "paid on a day to come", field, found))


def _put_payment(
    session: Session,
    office: Office,
    actor: Actor,
    row: LoanRow,
    payment: Payment,
    matter: MatterRow | None = None,
    due_later: bool = False,
) -> None:
    """Keep a payment that is not there yet, and enter it in the journal of the loan's matter."""
    _refuse_impossible(mapping.first_drawdown(row), today(office), payment)
    kept = PaymentRow(**_payment_values(office, actor, row, payment))
    session.add(kept)
    if matter is not None:
        event = tracking.payment_event(office, actor, kept)
        tracking.admit_event(session, office, actor, matter, event, due_later=due_later)


def _payment_values(office: Office, actor: Actor, row: LoanRow, payment: Payment) -> dict[str, Any]:
    return {
        "loan_id": row.id,
        "paid_on": payment.on,
        "fen": payment.amount.fen,
        "number": payment.number,
        "channel": payment.channel,
        "designation": payment.designation,
        "reversed": False,
        "recorded_by": actor.id,
        "at": office.now(),
    }


def _receipts(session: Session, loan_ids: Sequence[str]) -> dict[tuple[str, str], list[_Receipt]]:
    """The payments in the books of some loans, by loan and number of the receipt; columns only, for there are many."""
    columns = (PaymentRow.loan_id, PaymentRow.number, PaymentRow.paid_on, PaymentRow.fen, PaymentRow.reversed)
    found: dict[tuple[str, str], list[_Receipt]] = {}
    for start in range(0, len(loan_ids), 500):
        query = sa.select(*columns).where(col(PaymentRow.loan_id).in_(loan_ids[start : start + 500]))  # type: ignore[call-overload]
        for loan_id, number, on, fen, reversed_ in session.execute(query):
            found.setdefault((loan_id, number), []).append(_Receipt(on, fen, reversed_))
    return found


def _matters(session: Session, loan_ids: Sequence[str]) -> dict[str, MatterRow]:
    """The matters of some loans, by loan."""
    found: dict[str, MatterRow] = {}
    for start in range(0, len(loan_ids), 500):
        asked = loan_ids[start : start + 500]
        for row in session.exec(select(MatterRow).where(col(MatterRow.loan_id).in_(asked))):
            found[row.loan_id] = row
    return found


def _matter(session: Session, row: LoanRow) -> MatterRow | None:
    return session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()


def _loans(session: Session, numbers: Collection[str]) -> dict[str, list[LoanRow]]:
    """The loans of these contract numbers, by number, whoever lends."""
    found: dict[str, list[LoanRow]] = {}
    asked = sorted(numbers)
    for start in range(0, len(asked), 500):
        for row in session.exec(select(LoanRow).where(col(LoanRow.contract_number).in_(asked[start : start + 500]))):
            found.setdefault(row.contract_number, []).append(row)
    return found


def _loan_row(session: Session, lender: str, number: str) -> LoanRow | None:
    return session.exec(select(LoanRow).where(LoanRow.lender == lender, LoanRow.contract_number == number)).first()


def _noted(session: Session, office: Office, actor: Actor, action: str, row: LoanRow) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id, digest=row.digest)
