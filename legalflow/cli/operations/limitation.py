"""`legalflow calc limitation`: limitation (诉讼时效) of a debt, what interrupted or suspended it, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from legalflow.cli.operation import Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.limitation import Clock, Interruption, Obstacle, clock, interruption, is_procedure, whole_debt_due

Kind = Literal[
    "demand",
    "message",
    "debit",
    "newspaper",
    "part_payment",
    "security",
    "instalment_plan",
    "extension_request",
    "acknowledgement",
    "assignment_notice",
    "suit",
    "arbitration",
    "payment_order",
    "bankruptcy",
    "presuit_preservation",
    "enforcement",
    "joinder",
    "set_off",
    "mediation",
    "police_report",
    "card_debit",
    "card_message",
    "card_police_report",
    "subrogation",
    "debt_assumption",
]
ObstacleKind = Literal["force_majeure", "no_representative", "no_heir", "controlled", "other"]


class EventFacts(Facts):
    """Something that may interrupt limitation: for what is sent, the day it arrived; for a procedure, the filing."""

    kind: Kind = fact("事由")
    on: Day = fact("发生之日（送达、到达、提交之日）")
    ended_on: Day | None = fact("程序终结之日", None, description="仅用于诉讼、仲裁等程序；未终结的不填")
    part_of_debt: bool = fact("仅就部分债权主张", False, description="效力及于剩余债权")
    joint_debtor: bool = fact("仅对连带债务人之一主张", False, description="效力及于其他连带债务人")


class ObstacleFacts(Facts):
    """Something that kept the creditor from acting; only what lies in the last six months of the period counts."""

    kind: ObstacleKind = fact("障碍", "other")
    began: Day = fact("障碍发生之日")
    ended: Day | None = fact("障碍消除之日", None, description="尚未消除的不填")


class LimitationFacts(Facts):
    """When the debt fell due, and what happened since; `due` for one day, `instalments` for a debt paid in parts."""

    due: Day | None = fact("履行期限届满之日", None)
    instalments: list[Day] = fact("各期履行期限届满之日", [], max_length=1000)
    accelerated_on: Day | None = fact("提前到期之日", None)
    events: list[EventFacts] = fact("中断事由", [], max_length=1000)
    obstacles: list[ObstacleFacts] = fact("中止事由（障碍）", [], max_length=100)
    mortgage: bool = fact("债权是否有抵押担保", False, description="一并说明时效届满后抵押权的后果")
    as_of: Day = fact("截至日", description="其后的事由不计")


def run(facts: LimitationFacts, law: Law) -> dict[str, Any]:
    """When limitation starts and expires, what each event did, and the state on the day asked."""
    Invalid.raise_any(_problems(facts, law))
    start = _start(facts, law)
    events = sorted(facts.events, key=lambda each: each.on)
    known = [each for each in events if each.on <= facts.as_of]
    grounds = [
        interruption(
            law, each.kind, each.on, _ended(each, facts.as_of), part=each.part_of_debt, joint=each.joint_debtor
        )
        for each in known
    ]
    obstacles = _obstacles(facts, law)
    found = clock(
        law,
        "limitation",
        start.value,
        [each.value for each in grounds],
        obstacles.value,
        long_stop=True,
        on=facts.as_of,
    )
    open_ended = _open_ended(known, found.value, facts.as_of, law)
    expires = found.value.deadline.last_day
    rows = [
        _row(each, ground.value, effect.what, effect.last_day.isoformat())
        for each, ground, effect in zip(known, grounds, found.value.effects, strict=True)
    ]
    later = [
        _row(each, interruption(law, each.kind, each.on).value, "after_the_day_asked", expires.isoformat())
        for each in events
        if each.on > facts.as_of
    ]
    state = _state(start.value, expires, facts.as_of, open_ended is not None, found.value.suspended)
    mortgage = _mortgage(facts, law, state)
    return {
        "starts": start.value.isoformat(),
        "expires": expires.isoformat(),
        "nominal": found.value.deadline.nominal.isoformat(),
        "state": state,
        "days_left": (expires - facts.as_of).days,
        "interruptions": rows + later,
        "if_missed": found.value.deadline.if_missed,
        "long_stop": found.value.long_stop.isoformat() if found.value.long_stop else "",
        "mortgage": mortgage.value,
    } | reasons(
        start,
        *(Finding(None, provisional=each.provisional) for each in grounds),
        obstacles,
        _warned(found, open_ended),
        _defence(facts, law, state),
        mortgage,
    )


def _obstacles(facts: LimitationFacts, law: Law) -> Finding[tuple[Obstacle, ...]]:
    """The obstacles known on the day asked, in the words of the law of their day."""
    found: list[Obstacle] = []
    doubts: list[str] = []
    for each in facts.obstacles:
        if each.began <= facts.as_of:
            value = _of_its_time(law, "limitation/suspension_grounds", each.began)
            ended = each.ended if each.ended is not None and each.ended <= facts.as_of else None
            found.append(Obstacle(each.began, value.value[each.kind], ended))
            doubts += value.provisional
    return Finding(tuple(found), provisional=tuple(dict.fromkeys(doubts)))


def _of_its_time(law: Law, topic: str, on: date) -> Value:
    """The value of a day, or the first the data hold where they do not reach back to it."""
    return law.at(topic, max(on, law.history(topic)[0].since))


def _defence(facts: LimitationFacts, law: Law, state: str) -> Finding[None]:
    """That the end is the debtor's to raise: a court does not, and who raises it first on appeal needs new evidence."""
    if state != "expired":
        return Finding(None)
    value = _of_its_time(law, "limitation/defence", facts.as_of)
    return Finding(None, (Step(value.zh, value.value, state, (value.citation,)),), provisional=value.provisional)


def _mortgage(facts: LimitationFacts, law: Law, state: str) -> Finding[str]:
    """What the end of limitation does to a mortgage for the debt; empty where there is none."""
    if not facts.mortgage:
        return Finding("")
    value = _of_its_time(law, "limitation/mortgage", facts.as_of)
    found = "unprotected" if state == "expired" else "protected"
    return Finding(found, (Step(value.zh, value.value, found, (value.citation,)),), provisional=value.provisional)


def _problems(facts: LimitationFacts, law: Law) -> Iterator[Problem]:
    if (facts.due is None) == (not facts.instalments):
        yield Problem(
            "limitation.due_or_instalments",
            "须给出 due 或 instalments 之一",
            "give either due or instalments",
            "due",
            mend="一次到期的填 due，分期的填 instalments，删去另一项",
            mend_en="due for one day, instalments for several; drop the other",
        )
    for index, each in enumerate(facts.events):
        place = f"events[{index}].ended_on"
        if each.ended_on is None:
            continue
        if not is_procedure(law, each.kind):
            yield Problem(
                "limitation.no_procedure",
                "该事由不是程序，没有终结之日",
                "this kind is no procedure and has no end",
                place,
                str(each.ended_on),
                mend="删去该项",
                mend_en="drop it",
            )
        elif each.ended_on < each.on:
            yield Problem(
                "limitation.ended_before",
                "程序终结之日早于其开始",
                "the procedure ended before it began",
                place,
                str(each.ended_on),
                mend=f"不早于 {each.on}",
                mend_en=f"not before {each.on}",
            )
    for index, obstacle in enumerate(facts.obstacles):
        if obstacle.ended is not None and obstacle.ended < obstacle.began:
            yield Problem(
                "limitation.obstacle_reversed",
                "障碍消除之日早于其发生之日",
                "the obstacle ended before it began",
                f"obstacles[{index}].ended",
                str(obstacle.ended),
                mend=f"不早于 {obstacle.began}",
                mend_en=f"not before {obstacle.began}",
            )


def _start(facts: LimitationFacts, law: Law) -> Finding[date]:
    """The day limitation runs from, with its grounds."""
    last = facts.due if facts.due is not None else max(facts.instalments)
    start, words = whole_debt_due(last, [facts.accelerated_on] if facts.accelerated_on else [])
    topic = "limitation/acceleration" if start < last else "articles/limitation_instalments"
    applies = start < last or bool(facts.instalments)
    reaches = applies and law.history(topic)[0].since <= start
    value = law.at(topic, start) if reaches else None
    step = Step("诉讼时效的起算", words, start.isoformat(), (value.citation,) if value else ())
    found = Finding(start, (step,), provisional=value.provisional if value else ())
    if facts.accelerated_on is None or facts.accelerated_on < last:
        return found
    zh = f"提前到期之日{facts.accelerated_on}不早于最后一期{last}，不影响起算"
    en = f"the debt was called due on {facts.accelerated_on}, not before its last day {last}"
    return replace(found, warnings=(Warning("limitation.acceleration_late", zh, en),))


def _ended(each: EventFacts, on: date) -> date | None:
    return each.ended_on if each.ended_on is not None and each.ended_on <= on else None


def _open_ended(known: list[EventFacts], found: Clock, on: date, law: Law) -> EventFacts | None:
    """The procedure that limitation last began anew with, if its end is not given or comes after the day asked."""
    working = [each for each, effect in zip(known, found.effects, strict=True) if effect.what in {"anew", "revived"}]
    last = working[-1] if working else None
    return last if last is not None and is_procedure(law, last.kind) and _ended(last, on) is None else None


def _warned(found: Finding[Clock], open_ended: EventFacts | None) -> Finding[Clock]:
    if open_ended is None:
        return found
    warning = Warning(
        "limitation.procedure_open",
        f"{open_ended.on}开始的程序未给出终结之日；届满日自程序开始之日保守计算，程序终结后重新计算",
        f"the procedure begun on {open_ended.on} has no end; the last day is counted from its beginning, to be safe",
    )
    return replace(found, warnings=(*found.warnings, warning))


def _state(start: date, expires: date, on: date, in_procedure: bool, suspended: bool) -> str:
    if on <= start:
        return "not_due"
    if in_procedure:
        return "in_procedure"
    if suspended:
        return "suspended"
    return "expired" if on > expires else "running"


def _row(each: EventFacts, ground: Interruption, effect: str, expires: str) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "term": ground.zh,
        "on": each.on.isoformat(),
        "effect": effect,
        "expires": expires,
        "ground": "；".join(map(str, ground.grounds)),
    }


_TEXT = {"type": "string"}
OPERATION = Operation(
    name="limitation",
    term="诉讼时效",
    topics=("deadlines/limitation", "articles/limitation_instalments", "articles/limitation_interruption"),
    ground="各中断事由自身的依据见结果",
    facts=LimitationFacts,
    run=run,
    result_schema=result(
        starts=day_schema("起算日"),
        expires=day_schema("届满日（顺延后）"),
        nominal=day_schema("计算所得的最后一日"),
        state=_TEXT | {"title": "截至日的状态", "enum": ["not_due", "running", "in_procedure", "suspended", "expired"]},
        days_left={"type": "integer", "title": "距届满日的天数，已届满为负", "unit": "日"},
        interruptions={
            "type": "array",
            "title": "各事由及其效力",
            "items": {
                "type": "object",
                "properties": {
                    "kind": _TEXT | {"title": "事由"},
                    "term": _TEXT | {"title": "名称"},
                    "on": day_schema("发生之日"),
                    "effect": _TEXT
                    | {
                        "title": "效力",
                        "enum": ["anew", "revived", "late", "none", "after_the_day_asked"],
                        "description": "anew 重新计算；revived 届满后同意履行；late 届满后，无效力；"
                        "none 起算前或程序之中；after_the_day_asked 截至日之后",
                    },
                    "expires": day_schema("其后的届满日"),
                    "ground": _TEXT | {"title": "依据，当时规定尚未载入的为空"},
                },
                "required": ["kind", "term", "on", "effect", "expires", "ground"],
            },
        },
        if_missed=_TEXT | {"title": "届满的后果"},
        long_stop=_TEXT | {"title": "最长时效的最后一日（二十年），无法计算的为空"},
        mortgage=_TEXT
        | {
            "title": "抵押权是否仍受保护",
            "enum": ["", "protected", "unprotected"],
            "description": "未问及的为空；unprotected 主债权诉讼时效已届满",
        },
    ),
    example={"due": "2023-05-20", "events": [{"kind": "demand", "on": "2024-08-15"}], "as_of": "2026-11-24"},
)
