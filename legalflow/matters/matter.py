"""A matter is the fold of its events; nothing enters it that the table does not admit.

`fold` trusts the journal: what stands there happened. `admit` is the one gate before the journal, and says everything
that speaks against an event at once. A reversed event is left out of the fold, and only where the rest of the history
still holds without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from legalflow.errors import Conflict, Corrupt, Invalid, LegalflowError, NotAllowed, NotFound, NotNow, Problem
from legalflow.matters.checks import Refusal, well_formed
from legalflow.matters.effects import effect
from legalflow.matters.events import EventReversed, MatterEvent, WriteOffBooked, questions
from legalflow.matters.stages import RULES, STAGES, WRITE_OFF_STAGES, Rule, rank, stage_title
from legalflow.matters.state import (
    DOCUMENT_STATE_NAMES,
    DocumentState,
    Matter,
    MatterBundle,
    MatterDocument,
    Recorded,
    WriteOff,
)

__all__ = [
    "DOCUMENT_STATE_NAMES",
    "DocumentState",
    "Matter",
    "MatterBundle",
    "MatterDocument",
    "Recorded",
    "Step",
    "WriteOff",
    "admit",
    "fold",
    "follow",
    "next_steps",
    "rule_of",
]


def rule_of(event: MatterEvent) -> Rule:
    """The row of the table for an event."""
    return RULES[type(event).__name__]


def fold(recorded: Iterable[Recorded]) -> Matter:
    """The matter that a journal tells of; `Corrupt` where its numbers do not rise."""
    matter = Matter()
    for each in recorded:
        matter = follow(matter, each)
    return matter


def follow(matter: Matter, recorded: Recorded) -> Matter:
    """The matter after one more event of its journal."""
    if recorded.sequence <= matter.version:
        raise Corrupt.one(
            "journal.order",
            f"日志序号 {recorded.sequence} 未大于前一项 {matter.version}",
            f"entry {recorded.sequence} of the journal does not follow {matter.version}",
        )
    event = recorded.event
    history = (*matter.history, recorded)
    if isinstance(event, EventReversed):
        undone = matter.reversed | {event.sequence}
        without = _standing(matter, leave_out=event.sequence)
        return replace(fold(without), history=history, reversed=undone, version=recorded.sequence)
    return replace(_happen(matter, event), history=history, version=recorded.sequence)


def _standing(matter: Matter, leave_out: int) -> list[Recorded]:
    return [each for each in matter.standing if each.sequence != leave_out]


def _happen(matter: Matter, event: MatterEvent) -> Matter:
    """The state after an event: its effect, and where the table leads."""
    rule = rule_of(event)
    after = effect(event, matter)
    return replace(
        after,
        stage=rule.leads(matter, event),
        write_off_stage=(rule.off or {}).get(matter.write_off_stage, matter.write_off_stage),
    )


# --- the gate --------------------------------------------------------------------------------------------------------


def admit(matter: Matter, event: MatterEvent) -> None:
    """Nothing, if the event may be recorded now. The journal is not touched.

    Raises with all problems: `NotNow` where the stage forbids it or something is needed first; else the gravest of
    `NotFound`, where it names what the matter has not, `NotAllowed`, where another person must do it, `Conflict`, where
    a digest is not that of what was asked or an id or receipt is taken, and `Invalid`, for its own fields.
    """
    refusals = list(_refusals(matter, event))
    NotNow.raise_any(problem for kind, problem in refusals if kind is NotNow)
    for gravest in _GRAVEST_FIRST:
        if any(kind is gravest for kind, _ in refusals):
            raise gravest.of(problem for _, problem in refusals)


_GRAVEST_FIRST: tuple[type[LegalflowError], ...] = (NotFound, NotAllowed, Conflict, Invalid)


def _refusals(matter: Matter, event: MatterEvent) -> Iterable[Refusal]:
    rule = rule_of(event)
    yield from ((NotNow, problem) for problem in _not_now(matter, rule))
    yield from well_formed(matter, event)
    for check in rule.checks:
        yield from check(matter, event)
    if isinstance(event, EventReversed):
        yield from _reversal(matter, event)


def _not_now(matter: Matter, rule: Rule) -> Iterable[Problem]:
    """What of the stage, the write-off stage and the needs stands against a row of the table."""
    name = rule.event.title
    if matter.stage not in rule.moves:
        yield _wrong_stage("stage.wrong", name, matter.stage, tuple(rule.moves))
    elif rule.off is not None and matter.write_off_stage not in rule.off:
        yield _wrong_stage("write_off.stage", name, matter.write_off_stage, tuple(rule.off))
    for need in rule.needs:
        if not need.holds(matter):
            yield Problem(need.code, f"“{name[0]}”尚不能办理", f"{name[1]}: not yet", "", "", need.zh, need.en)


def _wrong_stage(code: str, title: tuple[str, str], now: str, allowed: tuple[str, ...]) -> Problem:
    zh, en = stage_title(now)
    needed_zh = "、".join(f"{each} {stage_title(each)[0]}".strip() for each in allowed)
    needed_en = ", ".join(f"{each} {stage_title(each)[1]}".strip() for each in allowed)
    return Problem(
        code,
        f"现处“{zh}”，不能办理“{title[0]}”",
        f"{title[1]}: not while {en}",
        found=now,
        mend=f"须处于：{needed_zh}",
        mend_en=f"possible at: {needed_en}",
    )


# --- reversal --------------------------------------------------------------------------------------------------------


def _reversal(matter: Matter, event: EventReversed) -> Iterable[Refusal]:
    """A reversal names an event that stands and can be undone, and the rest of the history holds without it."""
    undone = next((each for each in matter.standing if each.sequence == event.sequence), None)
    if undone is None:
        yield (
            NotFound,
            Problem(
                "reversal.unknown",
                "没有这一事项，或已被撤销",
                "there is no such event, or it is reversed already",
                "sequence",
                str(event.sequence),
            ),
        )
        return
    title = undone.event.title
    if rule_of(undone.event).fixed:
        yield (
            NotNow,
            Problem(
                "reversal.fixed",
                f"“{title[0]}”不能撤销",
                f"{title[1]}: cannot be reversed",
                "sequence",
                str(event.sequence),
                "文书可作废或另制新版，证据可撤出；已发出的以新的事项说明",
                "void the document, make a new version or withdraw the exhibit; explain what went out by a new event",
            ),
        )
    elif isinstance(undone.event, WriteOffBooked) and matter.write_off.recoveries:
        yield (
            NotNow,
            Problem(
                "reversal.recoveries",
                "核销后已有收回记录，不能撤销核销入账",
                "the booking cannot be reversed while recoveries stand",
                "sequence",
                str(event.sequence),
                "须先逐笔撤销收回记录",
                "reverse the recoveries first",
            ),
        )
    else:
        yield from _history_without(matter, undone)


def _history_without(matter: Matter, undone: Recorded) -> Iterable[Refusal]:
    """The first later event that would not have been admitted without the one undone, if any.

    One that would not be admitted with it either, since the table asks more today than when it was recorded, does not
    rest on it.
    """
    left, whole = Matter(), Matter()
    for each in matter.standing:
        admitted = _is_admitted(whole, each.event)
        whole = follow(whole, each)
        if each is undone:
            continue
        try:
            admit(left, each.event)
        except LegalflowError as error:
            if not admitted:
                left = follow(left, each)
                continue
            zh, en = each.event.title
            yield (
                NotNow,
                Problem(
                    "reversal.blocked",
                    f"之后的第 {each.sequence} 项“{zh}”以此为前提：{error.problems[0].message}",
                    f"event {each.sequence}, {en}, rests on it: {error.problems[0].message_en}",
                    "sequence",
                    str(undone.sequence),
                    f"须先撤销第 {each.sequence} 项",
                    f"reverse event {each.sequence} first",
                ),
            )
            return
        left = follow(left, each)


def _is_admitted(matter: Matter, event: MatterEvent) -> bool:
    try:
        admit(matter, event)
    except LegalflowError:
        return False
    return True


# --- what comes next -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """Something a person could record: its event's name and title, and whether it is possible now.

    `lacks` says in Chinese, `lacks_en` in English, what stands against it. `advances` is True where it leads from here
    to another stage, of the matter (`to`) or of its write-off. `generic` is True where `events.questions` is all that
    must be asked; else a page of its own fills the rest. `aside` is True for what is recorded when it happens and is no
    next step.
    """

    name: str
    title: tuple[str, str]
    possible: bool
    advances: bool
    generic: bool
    lacks: tuple[str, ...] = ()
    lacks_en: tuple[str, ...] = ()
    aside: bool = False
    to: str = ""


def next_steps(matter: Matter) -> tuple[Step, ...]:
    """What could be recorded now, steps that advance the matter first, the nearest stage before those that are further
    on or behind, then what is not possible yet and why not.

    Left out are steps of our own tasks and those whose stages lie behind the matter for good.
    """
    steps = [_step(matter, rule) for rule in RULES.values() if rule.rights and not _is_behind(matter, rule)]
    here = rank(matter.stage)
    return tuple(sorted(steps, key=lambda step: (not step.possible, not step.advances, _distance(here, step.to))))


def _distance(here: int, to: str) -> int:
    """How far a stage is ahead; one behind, or none at all, is further than any ahead."""
    ahead = rank(to) - here if to else 0
    return ahead if ahead > 0 else len(STAGES)


def _step(matter: Matter, rule: Rule) -> Step:
    problems = tuple(_not_now(matter, rule))
    to = rule.moves.get(matter.stage, matter.stage)
    off = (rule.off or {}).get(matter.write_off_stage, matter.write_off_stage)
    return Step(
        name=rule.event.__name__,
        title=rule.event.title,
        possible=not problems,
        advances=to != matter.stage or off != matter.write_off_stage,
        generic=all(question.kind != "given" for question in questions(rule.event)),
        lacks=tuple(_said(problem.message, problem.mend, "；") for problem in problems),
        lacks_en=tuple(_said(problem.message_en, problem.mend_en, "; ") for problem in problems),
        aside=rule.aside,
        to=to if to != matter.stage else "",
    )


def _said(message: str, mend: str, mark: str) -> str:
    return f"{message}{mark}{mend}" if mend else message


def _is_behind(matter: Matter, rule: Rule) -> bool:
    """Whether all stages of a rule are passed; of a write-off, only the end is past return (a refusal starts anew)."""
    if all(rank(stage) < rank(matter.stage) for stage in rule.moves):
        return True
    return rule.off is not None and matter.write_off_stage == "C7"


STAGE_BAR = tuple(STAGES.values())
WRITE_OFF_BAR = tuple(WRITE_OFF_STAGES.values())
