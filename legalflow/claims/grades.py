"""The mildest risk grade (五级分类) that days past due still allow, by the kind of asset and the day.

The days are a floor and nothing else: impairment, fraud or other debts may ask for a worse grade, and no grade decides
a write-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legalflow.errors import Invalid, one_of
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning

KINDS = ("loan", "credit_card")
_FOLDER = "risk_class"


@dataclass(frozen=True)
class Grade:
    """A grade: `name` never changes (`pass` to `loss`), `zh` is as the rule writes it."""

    name: str
    zh: str


PASS = Grade("pass", "正常")


def mildest_grade(
    law: Law, kind: str, days_past_due: int, on: date, technical: bool = False, impaired: bool = False
) -> Finding[Grade]:
    """The mildest grade allowed on a day, for so many whole days past due (0: not overdue).

    `technical`: the delay has an operational or technical cause, which the rule of some kinds excuses for a few days.
    `impaired`: credit impairment has occurred, so that the asset is non-performing whatever its days.
    `Invalid` where the kind is unknown, the days are negative or its rule knows no such excuse or impairment;
    `LawGap` before it.
    """
    _check(kind, days_past_due)
    rule = law.at(f"{_FOLDER}/{kind}", on)
    excused = technical and days_past_due <= _excused_days(rule)
    grade, more_than = (PASS, None) if excused else _worst(rule, days_past_due)
    formula = _formula(rule, days_past_due, more_than, excused)
    if impaired:
        grade, formula = _harsher(rule, grade), f"{formula}；已发生信用减值，属于不良"
    step = Step(rule.zh, formula, grade.zh, (rule.citation,))
    return Finding(grade, (step,), _warnings(rule, on), rule.provisional)


def _check(kind: str, days: int) -> None:
    if kind not in KINDS:
        raise Invalid.one(
            "risk_class.kind",
            "资产种类不在所列之内",
            "unknown kind",
            field="kind",
            found=kind,
            **one_of(KINDS),
        )
    if days < 0:
        raise Invalid.one(
            "risk_class.days",
            "逾期天数不为负",
            "the days are not negative",
            field="days_past_due",
            found=days,
            mend="填写 0 或更大的整数",
            mend_en="write 0 or more",
        )


def _excused_days(rule: Value) -> int:
    if "technical_days" not in rule.value:
        raise Invalid.one(
            "risk_class.technical",
            f"“{rule.zh}”没有操作性或技术性原因的例外",
            "the rule of this kind excuses no operational or technical delay",
            field="technical",
            mend="删去该项，或改为 false",
            mend_en="leave it out, or write false",
        )
    return int(rule.value["technical_days"])


def _worst(rule: Value, days: int) -> tuple[Grade, int | None]:
    """The last grade whose days are exceeded, with those days."""
    found: tuple[Grade, int | None] = (PASS, None)
    for row in rule.value["grades"]:
        if days > int(row["more_than"]):
            found = Grade(row["grade"], row["zh"]), int(row["more_than"])
    return found


def _harsher(rule: Value, grade: Grade) -> Grade:
    """The grade of a credit-impaired asset: its own, or the first non-performing one where that is worse."""
    if "impaired_at_least" not in rule.value:
        raise Invalid.one(
            "risk_class.impaired",
            f"“{rule.zh}”没有说到信用减值",
            "the rule of this kind does not speak of impairment",
            field="impaired",
            mend="删去该项，或改为 false",
            mend_en="leave it out, or write false",
        )
    order = [PASS, *(Grade(row["grade"], row["zh"]) for row in rule.value["grades"])]
    least = next(each for each in order if each.name == rule.value["impaired_at_least"])
    return max(grade, least, key=order.index)


def _formula(rule: Value, days: int, more_than: int | None, excused: bool) -> str:
    if excused:
        return f"逾期 {days} 天，操作性或技术性原因，不超过 {_excused_days(rule)} 天"
    return f"逾期 {days} 天" + ("" if more_than is None else f"，超过 {more_than} 天")


def _warnings(rule: Value, on: date) -> tuple[Warning, ...]:
    floor = Warning(
        "risk_class.floor",
        "逾期天数只定最宽可归入的类别；已发生信用减值等情形的须更严，分类本身不决定核销",
        "days past due set only the mildest grade: impairment may ask for a worse one; no grade decides a write-off",
    )
    until = rule.value.get("existing_until")
    if until is None or on > date.fromisoformat(until):
        return (floor,)
    return (
        floor,
        Warning(
            "risk_class.existing_assets",
            f"{rule.since} 以前的存量资产可在 {until} 以前重新分类",
            f"assets that existed before {rule.since} could be reclassified until {until}",
        ),
    )
