"""`legalflow calc deadline`: the last day of a statutory period, or of a given length."""

from __future__ import annotations

import difflib
from datetime import date
from typing import Any, Literal

from legalflow.cli.operation import Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step
from legalflow.law.periods import Deadline, deadline, length, rules, stated
from legalflow.law.workdays import Calendar


class CalendarFacts(Facts):
    """Days of a year whose notice is not loaded, or differs: every other weekday of that year is a working day."""

    days_off: list[Day] = fact("放假日（逐日）", [], max_length=400)
    days_worked: list[Day] = fact("调休上班的周末（逐日）", [], max_length=400)


class DeadlineFacts(Facts):
    """A rule by its id, or a length with its unit."""

    rule: str | None = fact("期限规则", None, max_length=60)
    trigger: Day = fact("起算事由发生之日（不计）")
    length: int | None = fact("期间长度", None, ge=1, le=36500)
    unit: Literal["day", "month", "year"] | None = fact("单位", None)
    roll: bool = fact("末日为休假日时是否顺延（仅用于给定长度）", True)
    stated: Day | None = fact("法院指定的届满日", None, description="仅与 rule 并用，并与法定最短或最长期限核对")
    done_on: Day | None = fact("办理之日", None)
    posted: bool = fact("办理之日为交邮之日", False, description="期满前交邮的不算过期")
    calendar: CalendarFacts | None = fact("自行给出的节假日安排", None, description="先于已载入的放假通知")


def run(facts: DeadlineFacts, law: Law) -> dict[str, Any]:
    """The last day by counting and by rolling, and what a miss entails."""
    found = _found(facts, law)
    value = found.value
    return {
        "rule": value.rule,
        "term": value.zh,
        "trigger": value.trigger.isoformat(),
        "nominal": value.nominal.isoformat(),
        "last_day": value.last_day.isoformat(),
        "rolled": value.rolled,
        "if_missed": value.if_missed,
        "in_time": _in_time(facts, value),
    } | reasons(found, _posting(facts, law))


def _in_time(facts: DeadlineFacts, found: Deadline) -> bool | None:
    """Whether what was done was done in time; None where nothing is said to be done."""
    return None if facts.done_on is None else facts.done_on <= found.last_day


def _posting(facts: DeadlineFacts, law: Law) -> Finding[None]:
    """What was posted before the end is in time whenever it arrives; the time in the post does not count."""
    if facts.done_on is None or not facts.posted:
        return Finding(None)
    value = law.at("calendar/posting", facts.done_on)
    step = Step(value.zh, value.value, facts.done_on.isoformat(), (value.citation,))
    return Finding(None, (step,), provisional=value.provisional)


def _stated(facts: DeadlineFacts) -> Calendar | None:
    given = facts.calendar
    return None if given is None else Calendar(frozenset(given.days_off), frozenset(given.days_worked))


def _found(facts: DeadlineFacts, law: Law) -> Finding[Deadline]:
    if facts.rule is not None and facts.length is None and facts.unit is None:
        if facts.rule not in rules(law):
            known = "、".join(difflib.get_close_matches(facts.rule, rules(law), 5, 0.5) or rules(law))
            raise Invalid.one(
                "deadline.unknown_rule",
                "没有这一期限规则",
                "there is no such rule",
                field="rule",
                found=facts.rule,
                mend=known,
                mend_en=known,
            )
        if facts.stated is not None:
            _not_before(facts, facts.stated)
            return stated(law, facts.rule, facts.trigger, facts.stated, "法院指定至", _stated(facts))
        return deadline(law, facts.rule, facts.trigger, _stated(facts))
    if facts.rule is None and facts.stated is None and facts.length is not None and facts.unit is not None:
        return length(law, facts.trigger, facts.length, facts.unit, facts.roll, stated=_stated(facts))
    raise Invalid.one(
        "deadline.rule_or_length",
        "须给出 rule，或给出 length 与 unit，不能并用",
        "give a rule, or a length with its unit, not both",
        field="rule",
        mend="法定期限填 rule；法院或合同所定的填 length 与 unit，删去另一种",
        mend_en="a rule for what the law sets, length and unit for what a court or a contract sets; drop the other",
    )


def _not_before(facts: DeadlineFacts, last: date) -> None:
    if last < facts.trigger:
        raise Invalid.one(
            "deadline.stated_before",
            "指定的届满日早于起算事由发生之日",
            "the day stated is before the trigger",
            field="stated",
            found=str(last),
            mend=f"不早于 {facts.trigger}",
            mend_en=f"not before {facts.trigger}",
        )


OPERATION = Operation(
    name="deadline",
    term="期限",
    topics=("calendar/counting_civil_procedure", "calendar/counting_civil_code"),
    ground="各期限规则自身的依据见结果",
    facts=DeadlineFacts,
    run=run,
    result_schema=result(
        rule={"type": "string", "title": "期限规则"},
        term={"type": "string", "title": "名称"},
        trigger=day_schema("起算事由发生之日"),
        nominal=day_schema("计算所得的最后一日"),
        last_day=day_schema("顺延后的最后一日"),
        rolled={"type": "boolean", "title": "是否顺延"},
        if_missed={"type": "string", "title": "逾期的后果"},
        in_time={"type": ["boolean", "null"], "title": "是否按期办理，未给出办理之日的为空"},
    ),
    example={"rule": "appeal_judgment", "trigger": "2026-02-02"},
)
