"""What would come of doing one thing with many, before any of it is done: each looked at, nothing made.

Shares of the set are looked at by tasks. When the last is through, the amounts far from all others are marked, those of
one debtor are put together, and a twentieth is drawn by lot to be opened and read.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import Actor, Right
from legalflow.documents import compose
from legalflow.errors import Away, Invalid, LegalflowError, NotAllowed, NotNow, Problem
from legalflow.office import Office
from legalflow.persistence import repositories, runs, units
from legalflow.persistence.tables import AccountRow, RunLineRow, RunRow
from legalflow.services import acting, choosing, drafting
from legalflow.services.acting import ACTIONS, Action, Seen, Subject
from legalflow.values import spread

TASK, QUEUE = "foresee_run", "batches"
SHARE = 100  # lines looked at by one task
SAMPLE = 20  # one of so many is drawn
LEAST_SAMPLED, MOST_SAMPLED = 3, 50
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # never the end of the task's time
FAULT = Problem("run.fault", "出现未预见的错误，请管理员查看日志", "an unforeseen error; see the log")
UNSEEN = "run.not_foreseen"  # of a line that no attempt could look at
Finish = Callable[[Session], None]
_LOG = logging.getLogger("runs")


def ask(
    office: Office, actor: Actor, run_id: str, action: str, kind: str, answers: Mapping[str, str], version: int
) -> None:
    """Ask for a run to be looked at: what is to be done with it, and the answers asked once for all of it."""
    actor.require(Right.BATCH)
    chosen = _chosen(actor, action, kind, answers)
    with office.database.writing() as session:
        row = choosing.own(session, actor, run_id, version)
        if row.state not in {"chosen", "foreseen", "failed"}:
            raise NotNow.one("run.begun", "本批任务已开始或已结束，不能再改", "this was begun or has ended")
        if row.subject not in chosen.subjects:
            raise Invalid(Problem("run.subject", "该操作不适用于这种列表", "not for this list", "action"))
        if action == "assign_firm":
            repositories.open_firm(session, answers.get("firm", ""))
        row.action, row.kind, row.answers = action, kind, dict(answers)
        row.words_digest = compose.version(kind) if kind else ""
        row.state, row.reason, row.foreseen_at, row.version = "foreseeing", "", None, row.version + 1
        session.add(row)
        runs.set_lines(session, run_id, ("waiting", "skipped", "failed"), "chosen")
        places = runs.places(session, run_id, "chosen")
        runs.ask(session, TASK, QUEUE, run_id, places, SHARE, office.now())
        choosing.note(session, office, actor, "run.asked", row, rows=len(places), kind=kind, what=action)


def run(office: Office, subject_id: str, finish: Finish) -> None:
    """Look at one share (a task); one of a run that has moved on is left."""
    run_id, first, last = runs.share_of(subject_id)
    with office.database.reading() as session:
        row = repositories.found(session.get(RunRow, run_id), "run")
        lines = runs.lines(session, run_id, first, last, "chosen") if row.state == "foreseeing" else []
        subjects = subjects_of(session, row, lines)
    actor = actor_of(office, row)
    seen = {line.place: _looked(office, actor, row, subjects[line.place]) for line in lines}
    with office.database.writing() as session:
        kept = runs.locked(session, run_id)
        if kept.state == "foreseeing" and kept.version == row.version:
            for line in runs.lines(session, run_id, first, last, "chosen"):
                if line.place in seen:
                    _keep(session, line, seen[line.place])
            session.flush()
            _settle(session, office, kept)
        finish(session)


def fail(office: Office, subject_id: str, reason: str, finish: Finish) -> None:
    """Record that a share could not be looked at: its lines are left out, with the reason."""
    run_id, first, last = runs.share_of(subject_id)
    with office.database.writing() as session:
        row = runs.locked(session, run_id)
        if row.state == "foreseeing":
            for line in runs.lines(session, run_id, first, last, "chosen"):
                line.state, line.problems = (
                    "skipped",
                    [{"code": UNSEEN, "zh": reason[:500], "mend": "", "en": reason[:500]}],
                )
                session.add(line)
            session.flush()
            _settle(session, office, row)
        finish(session)


def wait_again(session: Session, subject_id: str) -> None:
    """Have the lines of a share that could not be looked at looked at again, where the run was not begun meanwhile."""
    run_id, first, last = runs.share_of(subject_id)
    row = runs.locked(session, run_id)
    if row.state not in {"foreseeing", "foreseen"}:
        return
    for line in runs.lines(session, run_id, first, last, "skipped"):
        if line.problems and line.problems[0]["code"] == UNSEEN:
            line.state, line.problems = "chosen", []
            session.add(line)
            row.state = "foreseeing"
    row.version += 1
    session.add(row)


def actor_of(office: Office, row: RunRow) -> Actor | LegalflowError:
    """Who asked for a run, as they are now; a closed account is an error kept with every line."""
    with office.database.reading() as session:
        account = repositories.found(session.get(AccountRow, row.asked_by), "account")
        if account.disabled:
            return NotAllowed.one("run.account", "发起人的账户已停用", "the account of who asked is disabled")
        return units.actor_of(session, account)


def subjects_of(session: Session, row: RunRow, lines: Sequence[RunLineRow]) -> dict[int, Subject]:
    """The loan and the matter of each line, by its place; where a matter is gone its loan is empty."""
    ids = [line.subject_id for line in lines]
    matters = runs.matters_of(session, row, ids)
    loans = runs.loans_of(session, row, ids)
    return {
        line.place: Subject(line.place, loans.get(line.subject_id, ""), matters.get(line.subject_id, ""))
        for line in lines
    }


def said(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems as a line keeps them, in both languages. What stood there is not kept: a person may have typed it."""
    return [
        {
            "code": each.code,
            "zh": f"{each.field}：{each.message}" if not each.field.isascii() else each.message,
            "mend": each.mend,
            "en": "; ".join(part for part in (each.message_en, each.mend_en) if part),
        }
        for each in problems
    ]


def _chosen(actor: Actor, action: str, kind: str, answers: Mapping[str, str]) -> Action:
    chosen = ACTIONS.get(action)
    if chosen is None:
        raise Invalid(Problem("run.action", "请选择要办理的事项", "choose what is to be done", "action", action[:40]))
    actor.require(chosen.right)
    if action == "make_documents":
        if kind not in acting.kinds(actor):
            raise Invalid(Problem("run.kind", "请选择文书种类", "choose a kind of document", "kind", kind[:40]))
        drafting.refuse_answers(actor, kind, answers)
    return chosen


def _looked(office: Office, actor: Actor | LegalflowError, row: RunRow, subject: Subject) -> Seen | list[Problem]:
    """What is known of one, or every reason why it cannot be done. What is away for now ends the task instead."""
    if isinstance(actor, LegalflowError):
        return list(actor.problems)
    try:
        return ACTIONS[row.action].look(office, actor, row, subject)
    except Away:
        raise
    except LegalflowError as error:
        return list(error.problems)
    except FAULTS as error:
        _LOG.error("run=%s place=%d not foreseen", row.id, subject.place, exc_info=error)
        return [FAULT]


def _keep(session: Session, line: RunLineRow, seen: Seen | list[Problem]) -> None:
    line.sample, line.marks, line.problems, line.total_fen = False, [], [], None
    if isinstance(seen, Seen):
        line.state, line.seen_digest, line.debtor = "waiting", seen.digest, seen.debtor
        line.marks, line.total_fen = list(seen.marks), None if seen.total is None else seen.total.fen
    else:
        line.state, line.problems = "skipped", said(seen)
    session.add(line)


def _settle(session: Session, office: Office, row: RunRow) -> None:
    """Once the last line was looked at: what stands out among all of them, and the sample."""
    if runs.left(session, row.id, "chosen"):
        return
    lines = list(runs.every_line(session, row.id, ("waiting",)))
    far = spread.far({line.place: line.total_fen for line in lines if line.total_fen is not None})
    debtors = Counter(line.debtor for line in lines if line.debtor)
    drawn = _drawn(row, [line.place for line in lines])
    for line in lines:
        more = [*(["far"] if line.place in far else []), *(["twice"] if debtors[line.debtor] > 1 else [])]
        if more or line.place in drawn:
            line.marks, line.sample = [*line.marks, *more], line.place in drawn
            session.add(line)
    row.state, row.foreseen_at, row.version = "foreseen", office.now(), row.version + 1
    session.add(row)


def _drawn(row: RunRow, places: Sequence[int]) -> set[int]:
    """The places drawn by a lot that is the same for the same set: a twentieth, three at least."""
    number = min(MOST_SAMPLED, max(LEAST_SAMPLED, -(-len(places) // SAMPLE)))
    lots = sorted(places, key=lambda place: hashlib.sha256(f"{row.ids_digest} {place}".encode()).digest())
    return set(lots[:number])


def leave_out(session: Session, run_id: str, places: Sequence[int]) -> None:
    """Leave lines out by hand, so that the result sheet says so."""
    why = [{"code": "run.left_out", "zh": "核对预览时人工剔除", "mend": "", "en": "left out by hand at the preview"}]
    for start in range(0, len(places), 500):
        session.execute(
            sa.update(RunLineRow)
            .where(
                col(RunLineRow.run_id) == run_id,
                col(RunLineRow.place).in_(places[start : start + 500]),
                col(RunLineRow.state) == "waiting",
            )
            .values(state="skipped", problems=why)
            .execution_options(synchronize_session=False)
        )
