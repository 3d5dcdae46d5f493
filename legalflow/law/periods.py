"""Periods fixed by law: from what day they run, how long, and on which day they end.

The trigger day is not counted; a period of months or years ends on the corresponding day, or on the month's last day
where there is none; a last day that is a day off moves to the next working day where the rule allows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.workdays import Calendar
from legalflow.law.workdays import roll as roll_on
from legalflow.values.dates import add_months, in_chinese

UNITS = {"day": "日", "month": "个月", "year": "年"}
_FOLDER = "deadlines/"


@dataclass(frozen=True)
class Deadline:
    """When a period ends. `nominal` is the last day by counting alone, `last_day` the one that holds after rolling.

    `rule` is the id below `law/data/deadlines`, empty for a length that was given; `if_missed` what a miss entails, in
    Chinese, empty where the law says nothing.
    """

    rule: str
    zh: str
    trigger: date
    nominal: date
    last_day: date
    rolled: bool
    if_missed: str


def rules(law: Law) -> tuple[str, ...]:
    """Every rule id that `deadline` knows."""
    return tuple(topic.removeprefix(_FOLDER) for topic in law.topics() if topic.startswith(_FOLDER))


def deadline(law: Law, rule: str, trigger: date, stated: Calendar | None = None) -> Finding[Deadline]:
    """The last day of a statutory period, by the rule in force on the trigger day; `LawGap` where there was none.

    `stated` is a calendar that comes before the notices in the data.
    """
    value = law.at(_FOLDER + rule, trigger)
    terms = value.value
    before = terms["direction"] == "before"
    counted = law.at(f"calendar/counting_{terms['counted_by']}", trigger)
    nominal = _count(trigger, int(terms["length"]), terms["unit"], before)
    step = Step(
        value.zh,
        _formula(terms["trigger"], trigger, terms["length"], terms["unit"], before),
        nominal.isoformat(),
        (value.citation, counted.citation),
    )
    doubts = value.provisional + counted.provisional
    return _finish(law, rule, value.zh, trigger, nominal, terms["roll"], terms["if_missed"], step, doubts, stated)


def length(
    law: Law,
    trigger: date,
    count: int,
    unit: str,
    roll: bool = True,
    zh: str = "",
    counted_by: str = "civil_procedure",
    stated: Calendar | None = None,
) -> Finding[Deadline]:
    """The last day of a period whose length a judgment or a contract gives; `unit` is day, month or year.

    `counted_by` is `civil_procedure` for what a court orders (民事诉讼法 期间), `civil_code` for what a contract says
    (民法典 第二百零一条至第二百零三条): both count alike, only the ground differs.
    """
    if unit not in UNITS or not 0 < count <= 36500:
        raise Invalid.one(
            "period.length",
            "期间须为正整数的日（day）、月（month）或年（year）",
            "a period is a positive number of days, months or years",
            field="length",
            found=f"{count} {unit}",
            mend="长度填 1 至 36500 的整数，单位填 day、month 或 year",
            mend_en="length: 1 to 36500; unit: day, month or year",
        )
    nominal = _count(trigger, count, unit, before=False)
    counted = law.at(f"calendar/counting_{counted_by}", trigger)
    step = Step(
        zh or "期间的最后一日", _formula("", trigger, str(count), unit, False), nominal.isoformat(), (counted.citation,)
    )
    return _finish(law, "", zh, trigger, nominal, roll, "", step, counted.provisional, stated)


def stated(
    law: Law, rule: str, trigger: date, last: date, stated_by: str, calendar: Calendar | None = None
) -> Finding[Deadline]:
    """A last day that a court or a contract states, held against the shortest or longest the rule allows.

    The rule's `bound` says which: `minimum` (不得少于) or `maximum` (不超过). A stated day outside it is used all the
    same, with a warning. `stated_by` says in Chinese where the day stands.
    """
    value = law.at(_FOLDER + rule, trigger)
    limit = deadline(law, rule, trigger, calendar)
    least = value.value.get("bound") == "minimum"
    bound = f"{value.zh}{'不少于' if least else '不超过'}{value.value['length']}{UNITS[value.value['unit']]}"
    words = f"{stated_by}{in_chinese(last)}；{bound}，即至{in_chinese(limit.value.nominal)}"
    step = Step("载明的最后一日", words, last.isoformat(), (value.citation,))
    found = _finish(
        law,
        rule,
        value.zh,
        trigger,
        last,
        value.value["roll"],
        value.value["if_missed"],
        step,
        value.provisional,
        calendar,
    )
    if last >= limit.value.nominal if least else last <= limit.value.last_day:
        return found
    said = "短于法定最短期限" if least else "长于法定最长期限"
    warning = Warning(
        "period.out_of_bounds",
        f"{value.zh}指定至{in_chinese(last)}，{said}（{in_chinese(limit.value.nominal)}）",
        f"the day stated, {last}, lies outside what the rule allows ({limit.value.nominal})",
    )
    return replace(found, warnings=(*found.warnings, warning))


def named_day(law: Law, zh: str, trigger: date, last: date, if_missed: str = "") -> Finding[Deadline]:
    """A last day that a court states and no rule bounds; it rolls as every period a court sets does."""
    counted = law.at("calendar/counting_civil_procedure", trigger)
    step = Step(zh, f"法院指定至{in_chinese(last)}", last.isoformat(), (counted.citation,))
    return _finish(law, "", zh, trigger, last, True, if_missed, step, counted.provisional, None)


def _count(trigger: date, count: int, unit: str, before: bool) -> date:
    signed = -count if before else count
    try:
        if unit == "day":
            return trigger + timedelta(days=signed)
        return add_months(trigger, signed * (12 if unit == "year" else 1))
    except (OverflowError, ValueError):
        raise Invalid.one(
            "period.out_of_calendar",
            "期间超出公历可表示的范围",
            "the period leaves the calendar",
            found=str(trigger),
            mend="核对日期的年份与期间的长度",
            mend_en="look at the year and at the length of the period",
        ) from None


def _formula(words: str, trigger: date, count: str, unit: str, before: bool) -> str:
    ground = f"{words}{in_chinese(trigger)}" if words else in_chinese(trigger)
    if count == "0":
        return f"{ground}当日"
    return f"{ground}，{'提前' if before else '当日不计，满'}{count}{UNITS[unit]}"


def _finish(
    law: Law,
    rule: str,
    zh: str,
    trigger: date,
    nominal: date,
    rolls: bool,
    if_missed: str,
    step: Step,
    doubts: tuple[str, ...],
    stated: Calendar | None,
) -> Finding[Deadline]:
    counted = Finding(nominal, (step,), provisional=doubts)
    last = roll_on(law, nominal, stated).because(counted) if rolls else counted
    found = Deadline(rule, zh, trigger, nominal, last.value, last.value != nominal, if_missed)
    return Finding(found, last.steps, last.warnings, last.provisional)
