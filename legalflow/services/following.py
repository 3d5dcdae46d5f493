"""How far a run is, what it foresees, what came of each line: what pages ask while it goes, and the result sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import NotFound, NotNow
from legalflow.office import CHINA, Office
from legalflow.persistence import dispatch, runs
from legalflow.persistence.tables import AccountRow, DocumentRow, FirmRow, RunLineRow, RunRow
from legalflow.rendering import workbook
from legalflow.services import acting, choosing, foreseeing
from legalflow.services.choosing import Asked
from legalflow.services.viewing import PAGE
from legalflow.values.money import Money

WINDOW = timedelta(minutes=5)  # the rate is that of the last minutes
SILENT = timedelta(seconds=60)  # without a sign of life there is no worker
MOST_RUNS = 100
MOST_ODD = 200
STATES = {
    "chosen": "待预览",
    "waiting": "等待",
    "skipped": "跳过",
    "done": "完成",
    "failed": "失败",
    "cancelled": "已取消",
}
MARKS = {
    "zero": "金额为零",
    "negative": "金额为负",
    "far": "金额远离其余各笔（超出三倍标准差）",
    "name_digits": "姓名含数字",
    "name_latin": "姓名含拉丁字母",
    "name_short": "姓名过短",
    "name_long": "姓名过长",
    "name_glyph": "姓名含字库没有的字",
    "address_none": "没有地址",
    "twice": "同一债务人有多笔",
}


@dataclass(frozen=True)
class Progress:
    """How far a run is; `waits` is the state its lines are still to leave. `ahead` are lines of runs before it.

    `per_minute` and `left` are None where nothing was done lately; `worker` is whether anything works on batches.
    """

    row: RunRow
    counts: dict[str, int]
    total: int
    done: int
    per_minute: int | None
    left: timedelta | None
    ahead: int
    worker: bool

    @property
    def percent(self) -> int:
        """The share that is through, in whole percents, rounded down."""
        return 100 * self.done // self.total if self.total else 100


@dataclass(frozen=True)
class Line:
    """One line as it is shown; names are empty where the subject is not the actor's to see any more."""

    row: RunLineRow
    borrower: str
    contract: str
    loan_id: str
    matter_id: str
    number: str
    document: str
    total: Money | None


@dataclass(frozen=True)
class Reason:
    """Why lines were left out or failed, and how many."""

    state: str
    zh: str
    mend: str
    count: int


@dataclass(frozen=True)
class Foreseen:
    """What a preview shows: the lines marked as odd, those drawn to be read, how many bear each mark, the sum."""

    odd: list[Line]
    odd_count: int
    drawn: list[Line]
    marks: list[tuple[str, int]]
    total: Money | None


@dataclass(frozen=True)
class Sheet:
    """A run's page: its row, who asked for it and who released it, how its set was asked for, how far it is."""

    row: RunRow
    asked: Asked
    people: dict[str, str]
    progress: Progress
    reasons: list[Reason]
    mine: bool


def listed(office: Office, actor: Actor) -> list[tuple[RunRow, dict[str, int], str]]:
    """The runs the actor may see, the newest first, each with its counts and who asked for it."""
    actor.require(Right.SEE_BATCHES)
    with office.database.reading() as session:
        query = select(RunRow, AccountRow.name).join(AccountRow, col(AccountRow.id) == col(RunRow.asked_by))
        query = query.where(runs.visible_to(actor)).order_by(col(RunRow.created_at).desc(), col(RunRow.id))
        rows = [(row, name) for row, name in session.exec(query.limit(MOST_RUNS))]
        counted: dict[str, dict[str, int]] = {row.id: {} for row, _ in rows}
        counts = sa.select(col(RunLineRow.run_id), col(RunLineRow.state), sa.func.count())
        counts = counts.where(col(RunLineRow.run_id).in_(list(counted)))
        for run_id, state, count in session.execute(counts.group_by(col(RunLineRow.run_id), col(RunLineRow.state))):
            counted[run_id][state] = count
        return [(row, counted[row.id], name) for row, name in rows]


def sheet(office: Office, actor: Actor, run_id: str) -> Sheet:
    """One run's page."""
    actor.require(Right.SEE_BATCHES)
    with office.database.reading() as session:
        row = runs.run(session, actor, run_id)
        ids = [each for each in (row.asked_by, row.released_by) if each]
        people = sa.select(col(AccountRow.id), col(AccountRow.name)).where(col(AccountRow.id).in_(ids))
        return Sheet(
            row=row,
            asked=choosing.asked_for(office, row),
            people=dict(map(tuple, session.execute(people))),
            progress=_progress(session, office.now(), row),
            reasons=_reasons(session, run_id),
            mine=row.asked_by == actor.id,
        )


def progress(office: Office, actor: Actor, run_id: str) -> Progress:
    """How far a run is."""
    actor.require(Right.SEE_BATCHES)
    with office.database.reading() as session:
        return _progress(session, office.now(), runs.run(session, actor, run_id))


def foreseen(office: Office, actor: Actor, run_id: str) -> Foreseen:
    """What the preview of a run shows."""
    actor.require(Right.SEE_BATCHES)
    with office.database.reading() as session:
        row = runs.run(session, actor, run_id)
        lines = list(runs.every_line(session, run_id, ("waiting",)))
        odd = sorted(
            (line for line in lines if line.marks),
            key=lambda line: (line.debtor if "twice" in line.marks else "", line.place),
        )
        marks = Counter(mark for line in odd for mark in line.marks)
        known = [line.total_fen for line in lines if line.total_fen is not None]
        return Foreseen(
            odd=_lines(session, actor, row, odd[:MOST_ODD]),
            odd_count=len(odd),
            drawn=_lines(session, actor, row, [line for line in lines if line.sample]),
            marks=[(mark, marks[mark]) for mark in MARKS if marks[mark]],
            total=Money.of_fen(sum(known)) if known else None,
        )


def firms(office: Office, actor: Actor) -> dict[str, str]:
    """The law firms that many matters may be given to, by id; none for who gives none."""
    if not actor.may(Right.ASSIGN):
        return {}
    with office.database.reading() as session:
        query = select(FirmRow).where(col(FirmRow.disabled).is_(False)).order_by(col(FirmRow.name))
        return {row.id: row.name for row in session.exec(query)}


def lines(office: Office, actor: Actor, run_id: str, state: str, after: int) -> tuple[list[Line], int]:
    """A page of a run's lines, of one state where it is named; and the place to read on after, 0 at the end."""
    actor.require(Right.SEE_BATCHES)
    with office.database.reading() as session:
        row = runs.run(session, actor, run_id)
        query = select(RunLineRow).where(RunLineRow.run_id == run_id, col(RunLineRow.place) > after)
        if state in STATES:
            query = query.where(RunLineRow.state == state)
        found = list(session.exec(query.order_by(col(RunLineRow.place)).limit(PAGE + 1)))
        shown = _lines(session, actor, row, found[:PAGE])
    return shown, found[PAGE - 1].place if len(found) > PAGE else 0


def export(office: Office, actor: Actor, run_id: str) -> tuple[str, bytes]:
    """The result sheet of a run as a workbook with its file name; recorded."""
    actor.require(Right.SEE_BATCHES)
    with office.database.writing() as session:
        row = runs.run(session, actor, run_id)
        found = _lines(session, actor, row, list(runs.every_line(session, run_id)))
        choosing.note(session, office, actor, "run.sheet", row, rows=len(found))
    headings = ("序号", "案件", "借款人", "合同编号", "金额（元）", "结果", "原因", "怎样处理")
    headings += ("原因（英文） Reason", "提示", "文书", "时间")
    table = workbook.Table(
        name="结果",
        headings=headings,
        rows=[_cells(each) for each in found],
        wide=frozenset({6, 7, 8, 9}),
        marked=frozenset((at, 5) for at, each in enumerate(found) if each.row.state == "failed"),
    )
    return f"{row.number}-结果清单.xlsx", workbook.write([table])


def sample(office: Office, actor: Actor, run_id: str, place: int) -> tuple[str, bytes]:
    """The document that would be made for a line, as PDF with its file name: by who asked for it, before it is made."""
    actor.require(Right.BATCH)
    with office.database.writing() as session:
        row = choosing.own(session, actor, run_id)
        if row.state != "foreseen" or row.action != "make_documents":
            raise NotNow.one("run.no_sample", "只有预览中的文书可以打开样稿", "samples are of what is foreseen")
        found = runs.lines(session, run_id, place, place, "waiting")
        if not found:
            raise NotFound.one("run.line_absent", "没有这一行，或该行已跳过", "there is no such line")
        subject = foreseeing.subjects_of(session, row, found)[place]
        choosing.note(session, office, actor, "run.sample", row, place=place)
    return f"{row.number}-{place:04d}-样稿.pdf", acting.sample(office, actor, row, subject)


def _progress(session: Session, now: datetime, row: RunRow) -> Progress:
    counts = runs.counts(session, row.id)
    looking = row.state == "foreseeing"
    out_of = row.count if looking else row.count - _left_out_before(session, row)
    waiting = counts.get("chosen" if looking else "waiting", 0)
    through = max(0, out_of - waiting) if row.state not in {"chosen", "foreseen"} else 0
    per_second = None
    if row.state == "running" and row.confirmed_at:
        since = max(row.confirmed_at, now - WINDOW)
        seconds = (now - since).total_seconds()
        lately = runs.done_since(session, row.id, since)
        per_second = lately / seconds if lately and seconds > 0 else None
    beat = dispatch.beats(session).get(f"worker-{foreseeing.QUEUE}")
    return Progress(
        row=row,
        counts=counts,
        total=out_of,
        done=through,
        per_minute=round(60 * per_second) if per_second else None,
        left=timedelta(seconds=round(waiting / per_second)) if per_second else None,
        ahead=runs.ahead(session, row) if row.state == "running" else 0,
        worker=beat is not None and now - beat <= SILENT,
    )


def _left_out_before(session: Session, row: RunRow) -> int:
    """How many lines the preview left out: they are no part of what is to be done."""
    query = sa.select(sa.func.count()).select_from(RunLineRow)
    query = query.where(col(RunLineRow.run_id) == row.id, col(RunLineRow.state) == "skipped")
    return int(session.execute(query.where(col(RunLineRow.done_at).is_(None))).scalar_one())


def _reasons(session: Session, run_id: str) -> list[Reason]:
    found: Counter[tuple[str, str, str]] = Counter()
    for line in runs.every_line(session, run_id, ("skipped", "failed")):
        first = line.problems[0] if line.problems else {"zh": "", "mend": ""}
        found[(line.state, first["zh"], first["mend"])] += 1
    return [Reason(*key, count) for key, count in sorted(found.items(), key=lambda each: -each[1])]


def _lines(session: Session, actor: Actor, row: RunRow, found: Sequence[RunLineRow]) -> list[Line]:
    names = runs.names(session, actor, row, [line.subject_id for line in found])
    documents: dict[str, str] = {}
    if row.action == "make_documents":
        ids = [line.result_id for line in found if line.result_id]
        for start in range(0, len(ids), 500):
            query = sa.select(col(DocumentRow.id), col(DocumentRow.title), col(DocumentRow.version))
            for each in session.execute(query.where(col(DocumentRow.id).in_(ids[start : start + 500]))):
                documents[each.id] = f"{each.title} 第{each.version}版"
    return [_line(line, names.get(line.subject_id), documents.get(line.result_id, "")) for line in found]


def _line(line: RunLineRow, named: Any, document: str) -> Line:
    return Line(
        row=line,
        borrower=named.borrower if named else "",
        contract=named.contract_number if named else "",
        loan_id=named.loan_id if named else "",
        matter_id=(named.matter_id or "") if named else "",
        number=(named.number or "") if named else "",
        document=document if named else "",
        total=None if line.total_fen is None else Money.of_fen(line.total_fen),
    )


def _cells(each: Line) -> list[workbook.Cell]:
    row = each.row
    at = f"{row.done_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if row.done_at else ""
    return [
        row.place,
        each.number,
        each.borrower,
        each.contract,
        each.total if each.total is not None else "",
        STATES[row.state],
        "；".join(problem["zh"] for problem in row.problems),
        "；".join(problem["mend"] for problem in row.problems if problem["mend"]),
        "; ".join(problem["en"] for problem in row.problems if problem.get("en")),  # not kept by lines of before
        "；".join(MARKS[mark] for mark in row.marks),
        each.document,
        at,
    ]
