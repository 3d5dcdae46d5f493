"""Lists of write-offs (清单核销): eligible small loans applied for, checked, approved and booked together.

财金〔2017〕90号 第八条 allows small loans to be written off by list. Each line is an application of its own, with its
own events and entries; the list holds them together, and its digest binds which lines stand and what each asks. A line
that cannot go on falls out with its reason and the others go on; what was done for a line is not done again, so that a
step cut off half way is taken up where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow, Problem
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import (
    WriteOffLineRow,
    WriteOffListRow,
    WriteOffRow,
)
from legalflow.services import empowering, itemised, qualifying, tracking, writing_off
from legalflow.services.qualifying import Judgement
from legalflow.values import codec
from legalflow.values.money import Money, total

_LONGEST = 1_000
# What makes one line fall and leaves the others; anything else is wrong for all of them, or for now.
_FALLS = (NotNow, NotAllowed, NotFound, Conflict)


def ask(office: Office, actor: Actor, criterion: str, matter_ids: Sequence[str], judged: str) -> str:
    """Apply for the write-off of the chosen matters that may go in, as one list; the list's id.

    Those that may not are kept on the list as excluded, each with its reasons. `judged` is asked for where the standard
    of a line cannot be told by the programme. `Invalid` where no matter may go in, with every reason.
    """
    found = qualifying.judge(office, actor, criterion, matter_ids)
    good = [each for each in found if not each.reasons]
    judged = judged.strip()
    problems = []
    if any(each.answer != "met" for each in good) and not judged:
        zh = "有的行系统不能判断是否达到标准，请写明判断及依据"
        problems.append(Problem("list.judged", zh, "some lines cannot be told: say how they were judged", "judged"))
    if len(judged) > _LONGEST:
        problems.append(Problem("list.long", f"不得超过 {_LONGEST} 字", f"at most {_LONGEST} characters", "judged"))
    if not good:
        problems += [
            Problem(
                "list.nothing", f"{each.number}：{'；'.join(each.reasons)}", f"{each.number} does not qualify", "matter"
            )
            for each in found
        ]
    Invalid.raise_any(problems)
    lines: list[tuple[str, Judgement]] = []
    excluded = [_excluded(each) for each in found if each.reasons]
    for each in good:
        try:
            lines.append((writing_off.ask(office, actor, each.matter_id, _texts(office, criterion, each)), each))
        except LegalflowError as error:
            excluded.append(_excluded(each, tuple(problem.message for problem in error.problems)))
    if not lines:
        raise Invalid.of(
            Problem(
                "list.nothing",
                f"{row['number']}：{'；'.join(row['reasons'])}",
                "no line could be applied for",
                "matter",
            )
            for row in excluded
        )
    with office.database.writing() as session:
        row = WriteOffListRow(
            id=repositories.new_id(),
            number=repositories.next_number(session, WriteOffListRow.number, f"{today(office).year}-", 4),
            criterion=criterion,
            as_of=today(office),
            judged=judged,
            digest="",
            state="applied",
            excluded=excluded,
            applied_by=actor.id,
            created_at=office.now(),
        )
        session.add(row)
        session.flush()
        for place, (write_off, each) in enumerate(lines, 1):
            line = WriteOffLineRow(
                write_off_id=write_off, list_id=row.id, place=place, answer=each.answer, why=each.why
            )
            session.add(line)
        session.flush()
        row.digest = _digest(session, row.id)
        session.add(row)
        _note(session, office, actor, "list.applied", row)
        return row.id


def check(office: Office, actor: Actor, list_id: str, digest: str, opinion: str) -> None:
    """Check a list as its digest names it, every line in its turn; a line that cannot pass falls with its reason."""
    actor.require(Right.CHECK_WRITE_OFF)
    _say(opinion, "opinion", "请填写审议意见", "give the opinion")
    _begin(office, actor, list_id, digest, "applied")
    _each(office, actor, list_id, "applied", lambda line: writing_off.check(office, actor, line.write_off_id, opinion))
    _end(office, actor, list_id, "checked", checked_by=actor.id, opinion=opinion.strip())


def approve(office: Office, actor: Actor, list_id: str, digest: str, number: str) -> None:
    """Approve a list as its digest names it, where the approver's authority covers all of it together."""
    actor.require(Right.APPROVE_WRITE_OFF)
    _say(number, "number", "请填写批准文号", "give the number of the approval")
    whole = _begin(office, actor, list_id, digest, "checked")

    def one(line: WriteOffLineRow) -> None:
        with office.database.reading() as session:
            asked = repositories.of_matter(session, actor, WriteOffRow, line.write_off_id)[0].request_digest
        writing_off.approve(office, actor, line.write_off_id, asked, number, whole)

    _each(office, actor, list_id, "checked", one)
    _end(office, actor, list_id, "approved", approved_by=actor.id, approval=number.strip())


def refuse(office: Office, actor: Actor, list_id: str, reason: str) -> None:
    """Refuse a list, saying why: every line that stands goes back."""
    tracking.require_any(actor, (Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF))
    _say(reason, "reason", "请说明退回理由", "say why")
    with office.database.reading() as session:
        row = itemised.row_of(session, actor, list_id)
        if row.state not in {"applied", "checked"}:
            raise _not_now(row)
        state = row.state
    _each(office, actor, list_id, state, lambda line: writing_off.refuse(office, actor, line.write_off_id, reason))
    _end(office, actor, list_id, "refused", reason=reason.strip())


def book(office: Office, actor: Actor, list_id: str, voucher: str, on: str) -> None:
    """Book an approved list, each loan by component under one voucher; a line that cannot be booked falls."""
    actor.require(Right.BOOK_WRITE_OFF)
    _say(voucher, "voucher", "请填写记账凭证号", "give the voucher")
    with office.database.reading() as session:
        row = itemised.row_of(session, actor, list_id)
        if row.state != "approved":
            raise _not_now(row)
    _each(
        office, actor, list_id, "approved", lambda line: writing_off.book(office, actor, line.write_off_id, voucher, on)
    )
    with office.database.reading() as session:
        days = [
            session.get(WriteOffRow, each.write_off_id) for each in itemised.lines_of(session, list_id) if not each.fell
        ]
        day = max((each.booked_on for each in days if each is not None and each.booked_on), default=today(office))
    _end(office, actor, list_id, "booked", booked_by=actor.id, voucher=voucher.strip(), booked_on=day)


def together(chosen: Iterable[Judgement]) -> Money:
    """What chosen matters ask together."""
    return total(each.total for each in chosen)


# --- parts -----------------------------------------------------------------------------------------------------------


def _texts(office: Office, criterion: str, each: Judgement) -> dict[str, str]:
    principal, interest = str(each.principal), str(each.interest)
    return {
        "criterion": criterion,
        "as_of": today(office).isoformat(),
        "principal": principal,
        "outstanding_principal": principal,
        "off_balance_interest": interest,
        "outstanding_off_balance_interest": interest,
    }


def _excluded(each: Judgement, reasons: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "matter_id": each.matter_id,
        "number": each.number,
        "contract_number": each.contract_number,
        "total": str(each.total),
        "reasons": list(reasons or each.reasons),
    }


def _begin(office: Office, actor: Actor, list_id: str, digest: str, state: str) -> Money:
    """What an authority has to cover, where the list is as the page showed it and the actor may decide on it."""
    with office.database.reading() as session:
        row = itemised.row_of(session, actor, list_id)
        if row.state != state:
            raise _not_now(row)
        if digest != row.digest:
            raise Conflict.one(
                "list.digest", "清单已有变化，请刷新后核对", "the list has changed; reload and look again"
            )
        before = {row.applied_by} | ({row.checked_by} if state == "checked" else set())
        if actor.accounts & before:
            raise Conflict.one(
                "list.own",
                "申报、复核、审批须由不同的人办理",
                "applying, checking and approving are three persons' work",
            )
        found = itemised.told(session, office, actor, row)
        counted = found.counted
        assert counted is not None  # of one list it is told
        if state == "checked":
            loans = [each.loan for each in found.standing]
            empowering.require(session, actor, loans, counted.amount, today(office), counted)
        return counted.amount


def _each(office: Office, actor: Actor, list_id: str, state: str, effect: Callable[[WriteOffLineRow], None]) -> None:
    """Do a step for every standing line that is still to take it; a line that refuses falls, with the reason."""
    with office.database.reading() as session:
        lines = itemised.lines_of(session, list_id)
        steps = {each.write_off_id: _state(session, each) for each in lines}
    for line in lines:
        if line.fell:
            continue
        try:
            if steps[line.write_off_id] == state:
                effect(line)
            elif steps[line.write_off_id] == "refused":
                _fall(office, actor, line, "已单独退回或撤回", "refused")
        except _FALLS as error:
            _fall(office, actor, line, "；".join(_with_mend(problem) for problem in error.problems), state)


def _with_mend(problem: Problem) -> str:
    return f"{problem.message}（{problem.mend}）" if problem.mend else problem.message


def _fall(office: Office, actor: Actor, line: WriteOffLineRow, reason: str, state: str) -> None:
    """Let a line fall that is still at `state`; one that another request took on meanwhile stands."""
    with office.database.writing() as session:
        row = repositories.found(session.get(WriteOffLineRow, line.write_off_id), "line")
        if _state(session, row) not in {state, "refused"}:
            return
        row.fell = reason[:500]
        session.add(row)
        journal.note(
            session, at=office.now(), actor=actor.id, action="list.line_fell", subject=line.list_id, line=line.place
        )


def _end(office: Office, actor: Actor, list_id: str, state: str, **changes: Any) -> None:
    """The list one step on with the digest of what stands; refused where nothing stands any more."""
    with office.database.writing() as session:
        row = itemised.row_of(session, actor, list_id)
        stands = any(not each.fell for each in itemised.lines_of(session, list_id))
        if not stands and state != "refused":
            changes, state = {"reason": "各行均已退出清单，原因见各行"}, "refused"
        changed = session.execute(
            sa.update(WriteOffListRow)
            .where(col(WriteOffListRow.id) == row.id, col(WriteOffListRow.version) == row.version)
            .values(state=state, version=row.version + 1, digest=_digest(session, row.id), **changes)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict.one("list.moved_on", "清单已被他人处理，请刷新", "somebody dealt with this list meanwhile")
        session.expire(row)
        _note(session, office, actor, f"list.{state}", row)


def _digest(session: Session, list_id: str) -> str:
    """The SHA-256 of which lines stand and what each asks."""
    standing = [each.write_off_id for each in itemised.lines_of(session, list_id) if not each.fell]
    asked = dict(
        map(
            tuple,
            session.execute(
                select(WriteOffRow.id, WriteOffRow.request_digest).where(col(WriteOffRow.id).in_(standing))
            ),
        )
    )
    return codec.digest(codec.encode([[each, asked[each]] for each in standing]))


def _state(session: Session, line: WriteOffLineRow) -> str:
    return session.exec(select(WriteOffRow.state).where(WriteOffRow.id == line.write_off_id)).one()


def _say(text: str, field: str, zh: str, en: str) -> None:
    if not text.strip() or len(text) > _LONGEST:
        raise Invalid(Problem("list.missing", zh, en, field))


def _not_now(row: WriteOffListRow) -> NotNow:
    return NotNow.one(
        "list.not_now", "清单的状态已变，请刷新后核对", "the list is at another step; reload", found=row.state
    )


def _note(session: Session, office: Office, actor: Actor, action: str, row: WriteOffListRow) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id, digest=row.digest)
