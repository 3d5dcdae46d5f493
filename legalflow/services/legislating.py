"""Changing a value of the law without a release: proposed by one person with its citation, approved by another.

What is approved is in force from its first day in every process at once (`office.in_force`); what is proposed, refused
or withdrawn changes no figure. Deadlines already kept are worked out anew by the nightly refresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow, Problem
from legalflow.law import writing
from legalflow.law.catalogue import Added, Law, Value
from legalflow.office import Office, in_force, today
from legalflow.persistence import dated_values, journal
from legalflow.persistence.tables import AccountRow, LawValueRow
from legalflow.values.dates import day

_YEAR = timedelta(days=365)
_LONGEST = {"instrument": 200, "article": 200, "note": 500}
UNVERIFIED, UNCHECKED, PROPOSED = "unverified", "unchecked", "proposed"


@dataclass(frozen=True)
class Proposal:
    """A dated value as a person writes it down; `ends` says that the topic has no value from the first day on."""

    topic: str
    first_day: str
    value: str
    instrument: str
    article: str
    verified: bool = False
    note: str = ""
    ends: bool = False


@dataclass(frozen=True)
class TopicLine:
    """A topic in the list: its value today (None: none in force), and what a person has to look at."""

    topic: str
    zh: str
    now: Value | None
    unverified: int
    unchecked: bool
    proposed: int


@dataclass(frozen=True)
class ProposalLine:
    """A proposal with the names of who made and who decided it; `mine`: the actor made it; `fits`: it is in force."""

    row: LawValueRow
    proposed_by: str
    decided_by: str
    mine: bool
    value: str
    fits: bool


@dataclass(frozen=True)
class TopicSheet:
    """All there is of a topic: its values newest first, each with its text, and every proposal, newest first."""

    topic: str
    zh: str
    unit: str
    note: str
    values: tuple[tuple[Value, str], ...]
    now: Value | None
    proposals: tuple[ProposalLine, ...]
    is_text: bool
    latest: str


def propose(office: Office, actor: Actor, proposal: Proposal) -> int:
    """Propose a dated value; everything wrong with it is said at once. Answers its number."""
    actor.require(Right.PROPOSE_LAW)
    law = in_force(office).law
    added = _checked(law, proposal)
    with office.database.writing() as session:
        _refuse_second(session, added)
        row = LawValueRow(
            topic=added.topic,
            first_day=added.since,
            value={"value": added.value},
            instrument=added.instrument,
            article=added.article,
            verified=added.verified,
            note=added.note,
            state="proposed",
            proposed_by=actor.id,
            proposed_at=office.now(),
        )
        session.add(row)
        session.flush()
        _note(session, office, actor, "law.proposed", row)
        return _number(row)


def approve(office: Office, actor: Actor, value_id: int) -> str:
    """Approve another's proposal: it is in force from now on, counting from its first day. Answers its topic."""
    actor.require(Right.APPROVE_LAW)
    law = in_force(office).law
    with office.database.writing() as session:
        row = _proposed(session, value_id)
        _require_other(actor, row, "approve")
        _decide(office, actor, row, "approved")
        law.with_values([dated_values.added(row)])  # the law may have changed since it was proposed
        _note(session, office, actor, "law.approved", row)
        return row.topic


def refuse(office: Office, actor: Actor, value_id: int, reason: str) -> str:
    """Refuse another's proposal, with the reason. Answers its topic."""
    actor.require(Right.APPROVE_LAW)
    with office.database.writing() as session:
        row = _proposed(session, value_id)
        _require_other(actor, row, "refuse")
        _decide(office, actor, row, "refused", _reason(reason))
        _note(session, office, actor, "law.refused", row)
        return row.topic


def withdraw(office: Office, actor: Actor, value_id: int, reason: str) -> str:
    """Withdraw a value, with the reason: one's own proposal, or one in force that somebody else proposed.

    So that nobody alone changes a figure, what two persons put in force is not taken back by its proposer. Answers the
    topic.
    """
    actor.require(Right.PROPOSE_LAW)
    with office.database.writing() as session:
        row = _row(session, value_id)
        if row.state not in {"proposed", "approved"}:
            raise _not_open()
        if row.state == "approved":
            actor.require(Right.APPROVE_LAW)
            _require_other(actor, row, "withdraw")
        elif not actor.is_also(row.proposed_by):
            raise NotAllowed.one(
                "law.not_yours",
                "只能撤回本人提出的增补，他人提出的由复核人退回",
                "one's own proposal alone can be withdrawn; another's is refused",
            )
        _decide(office, actor, row, "withdrawn", _reason(reason))
        _note(session, office, actor, "law.withdrawn", row)
        return row.topic


def topics(office: Office, actor: Actor, find: str = "", mark: str = "") -> list[TopicLine]:
    """The topics whose name, Chinese name or citation holds `find`, and that `mark` asks for (see the module)."""
    actor.require(Right.READ_LAW)
    with office.database.reading() as session:
        query = select(LawValueRow.topic).where(LawValueRow.state == "proposed")
        waiting = list(session.exec(query))
    lines = [_line(office, topic, waiting.count(topic)) for topic in office.law.topics()]
    wanted = find.strip().casefold()
    return [line for line in lines if _is_found(office.law, line, wanted) and _is_marked(line, mark)]


def topic(office: Office, actor: Actor, name: str) -> TopicSheet:
    """All there is of one topic; `NotFound` where there is none of that name."""
    actor.require(Right.READ_LAW)
    if name not in office.law.topics():
        raise NotFound.one("law.unknown_topic", "没有这一项法律数据", "there is no such topic", field="topic")
    history = office.law.history(name)
    with office.database.reading() as session:
        query = select(LawValueRow).where(LawValueRow.topic == name).order_by(col(LawValueRow.id).desc())
        rows = list(session.exec(query))
        names = _names(session, rows)
    released = office.law.released.history(name)
    last = (history or released)[-1]
    return TopicSheet(
        topic=name,
        zh=released[0].zh,
        unit=released[0].unit,
        note=released[0].note,
        values=tuple((value, writing.written(value.value)) for value in reversed(history)),
        now=_now(office, name),
        proposals=tuple(_proposal_line(row, names, actor, history) for row in rows),
        is_text=all(isinstance(value.value, str) for value in released),
        latest=writing.written(last.value),
    )


# --- parts -----------------------------------------------------------------------------------------------------------


def _checked(law: Law, proposal: Proposal) -> Added:
    """The proposal as a value that the law takes; every problem of every field at once."""
    problems: list[Problem] = _too_long(proposal)
    others = [value.value for value in law.history(proposal.topic)] if proposal.topic in law.topics() else []
    value = since = None
    try:
        value = None if proposal.ends else writing.read(proposal.value, others)
    except Invalid as error:
        problems += error.problems
    try:
        since = day(proposal.first_day.strip())
    except LegalflowError:
        problems.append(
            Problem("law.value", "请填写起始日", "give the first day", "first_day", proposal.first_day[:20])
        )
    if since is None or problems:  # the rest is held against the law as far as it can be read
        problems += _of_the_rest(law, proposal)
        raise Invalid(*dict.fromkeys(problems))
    added = Added(
        proposal.topic,
        since,
        value,
        proposal.instrument.strip(),
        proposal.article.strip(),
        proposal.verified,
        None,
        proposal.note.strip(),
    )
    try:
        law.with_values([added])
    except Invalid as error:
        raise Invalid(*(_at_its_field(problem, added) for problem in error.problems)) from None
    return added


def _too_long(proposal: Proposal) -> list[Problem]:
    return [
        Problem("law.value", f"不得超过{most}字", f"at most {most} characters", name)
        for name, most in _LONGEST.items()
        if len(getattr(proposal, name)) > most
    ]


def _of_the_rest(law: Law, proposal: Proposal) -> list[Problem]:
    """What is wrong with topic and citation where the day or the value could not be read."""
    found = [
        Problem("law.value", f"请填写{zh}", f"give the {name}", name)
        for name, zh in (("instrument", "规范性文件"), ("article", "条款"))
        if not getattr(proposal, name).strip()
    ]
    if proposal.topic not in law.topics():
        found.append(Problem("law.value", "没有这一项法律数据", "there is no such topic", "topic"))
    return found


def _at_its_field(problem: Problem, added: Added) -> Problem:
    """A problem at the field of the form; what concerns the day of a series is a problem of the first day."""
    field = problem.field
    if field == "since" or field.startswith(f"{added.topic}."):
        field = "first_day"
    return Problem(
        problem.code, problem.message, problem.message_en, field, problem.found, problem.mend, problem.mend_en
    )


def _refuse_second(session: Session, added: Added) -> None:
    query = select(LawValueRow).where(
        LawValueRow.topic == added.topic, LawValueRow.first_day == added.since, LawValueRow.state == "proposed"
    )
    if session.exec(query).first() is not None:
        raise Conflict.one(
            "law.proposed_already",
            "该日起的增补已有人提出，请先处理",
            "a value of that first day is proposed already; decide on it first",
            field="first_day",
        )


def _row(session: Session, value_id: int) -> LawValueRow:
    row = session.exec(select(LawValueRow).where(LawValueRow.id == value_id).with_for_update()).first()
    if row is None:
        raise NotFound.one("law.no_value", "没有这项增补", "there is no such value")
    return row


def _proposed(session: Session, value_id: int) -> LawValueRow:
    row = _row(session, value_id)
    if row.state != "proposed":
        raise _not_open()
    return row


def _not_open() -> NotNow:
    return NotNow.one("law.decided", "这项增补已经处理过", "this value was decided on already")


def _require_other(actor: Actor, row: LawValueRow, what: str) -> None:
    if actor.is_also(row.proposed_by):
        raise NotAllowed.one(
            "law.four_eyes",
            "提出增补的人不得自行核准、退回或者撤销，请由另一人办理",
            f"who proposed a value may not {what} it; ask another person",
        )


def _reason(text: str) -> str:
    if not text.strip() or len(text) > _LONGEST["note"]:
        raise Invalid.one("law.reason", "请写明理由（500字以内）", "give the reason, in 500 characters", field="reason")
    return text.strip()


def _decide(office: Office, actor: Actor, row: LawValueRow, state: str, reason: str = "") -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, actor.id, office.now()


def _note(session: Session, office: Office, actor: Actor, action: str, row: LawValueRow) -> None:
    session.add(row)
    session.flush()
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=action,
        subject=f"{row.topic} {row.first_day}",
        value=row.value["value"],
        citation=f"{row.instrument} {row.article}",
        number=_number(row),
    )


def _number(row: LawValueRow) -> int:
    return row.id or 0


def _now(office: Office, name: str) -> Value | None:
    on = today(office)
    rows = office.law.history(name)
    return next((each for each in rows if each.since <= on and (each.until is None or on < each.until)), None)


def _line(office: Office, name: str, proposed: int) -> TopicLine:
    history = office.law.history(name) or office.law.released.history(name)
    checked = history[-1].checked
    return TopicLine(
        topic=name,
        zh=history[0].zh,
        now=_now(office, name),
        unverified=sum(not value.citation.verified for value in history),
        unchecked=checked is None or today(office) - checked > _YEAR,
        proposed=proposed,
    )


def _is_found(law: Law, line: TopicLine, wanted: str) -> bool:
    if not wanted:
        return True
    cited = (str(value.citation) for value in law.history(line.topic))
    return any(wanted in text.casefold() for text in (line.topic, line.zh, *cited))


def _is_marked(line: TopicLine, mark: str) -> bool:
    marks = {UNVERIFIED: line.unverified > 0, UNCHECKED: line.unchecked, PROPOSED: line.proposed > 0}
    return marks.get(mark, True)


def _proposal_line(row: LawValueRow, names: dict[str, str], actor: Actor, history: Sequence[Value]) -> ProposalLine:
    value: Any = row.value["value"]
    return ProposalLine(
        row=row,
        proposed_by=names.get(row.proposed_by, row.proposed_by),
        decided_by=names.get(row.decided_by or "", ""),
        mine=actor.is_also(row.proposed_by),
        value="" if value is None else writing.written(value),
        fits=value is None or any(each.added and each.since == row.first_day for each in history),
    )


def _names(session: Session, rows: Iterable[LawValueRow]) -> dict[str, str]:
    ids = {each for row in rows for each in (row.proposed_by, row.decided_by) if each}
    return {row.id: row.name for row in session.exec(select(AccountRow).where(col(AccountRow.id).in_(ids)))}
