"""Guarantees (保证): their mode, their period, and which act of the creditor keeps them.

The guarantee period is never suspended, interrupted or extended (民法典 第六百九十二条第一款).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import Deadline, deadline, length
from legalflow.values.dates import in_chinese

UNTIL_REPAID = ("还清", "清偿", "直至")


@dataclass(frozen=True)
class Act:
    """What the creditor did: `demand` (a demand that arrived), `suit` or `arbitration`, on a day, against whom.

    `withdrawn`: the suit or application was withdrawn; `served`: its copy had reached the guarantor by then.
    """

    kind: str
    on: date
    debtor: bool = False
    guarantor: bool = False
    withdrawn: bool = False
    served: bool = False


def mode_of(law: Law, signed: date, written: str) -> Finding[str]:
    """`joint` or `ordinary`: as `written` in the contract, else (empty) as the law of the day it was signed."""
    if written:
        return Finding(written, (Step("保证方式", "合同约定", written),))
    value = law.at("guarantees/mode_not_stated", signed)
    step = Step("保证方式", f"合同未约定，{in_chinese(signed)}签订", value.value, (value.citation,))
    return Finding(value.value, (step,), provisional=value.provisional)


def is_until_repaid(wording: str) -> bool:
    """Whether a period is worded as lasting until the debt is repaid (直至还清), which names no period."""
    return any(word in wording for word in UNTIL_REPAID)


def period_of(law: Law, start: date, signed: date, months: int | None, wording: str) -> Finding[Deadline]:
    """The last day of the guarantee period (保证期间) of a debt due on `start`.

    The agreed months, else what the law of the due day gives; `until repaid` (直至还清) is treated as unclear, and
    two years only where contract and due day are both of the time before the civil code (时间效力规定 第二十七条).
    """
    if months:
        found = length(law, start, months, "month", zh="保证期间", counted_by="civil_code")
        missed = law.at("deadlines/guarantee_default", start).value["if_missed"]
        return replace(found, value=replace(found.value, if_missed=missed))
    if not is_until_repaid(wording):
        return deadline(law, "guarantee_default", start)
    try:
        law.at("deadlines/guarantee_until_repaid", max(start, signed))
        return deadline(law, "guarantee_until_repaid", start)
    except LawGap:
        warning = Warning(
            "guarantee.unclear",
            f"保证期间约定为“{wording}”，视为约定不明，按法定期间计算",
            "the period agreed is unclear; the statutory one is used",
        )
        found = deadline(law, "guarantee_default", start)
        return replace(found, warnings=(*found.warnings, warning))


def period_until(law: Law, start: date, signed: date, until: date) -> Finding[Deadline]:
    """The last day of a guarantee period whose end is agreed as a day.

    One that ends before or with the debt counts as not agreed, and the statutory period follows
    (民法典 第六百九十二条第二款).
    """
    if until <= start:
        rule = _of_its_time(law, "guarantees/period_not_after_debt", start)
        words = f"约定至{in_chinese(until)}，不晚于主债务履行期限届满之日{in_chinese(start)}，{rule.value}"
        step = Step(rule.zh, words, "", (rule.citation,))
        found = period_of(law, start, signed, None, "")
        said = Finding(None, (step,), (Warning("guarantee.period_too_short", words, "it ends with the debt"),))
        return found.because(replace(said, provisional=rule.provisional))
    missed = law.at("deadlines/guarantee_default", start).value["if_missed"]
    step = Step("保证期间", f"合同约定至{in_chinese(until)}", until.isoformat())
    return Finding(Deadline("", "保证期间", start, until, until, False, missed), (step,))


def maximum_start(law: Law, fixed: date, last_due: date) -> Finding[date]:
    """The day the period of a maximum-amount guarantee (最高额保证) runs from (担保制度解释 第三十条).

    From the day the debts were fixed where all were due by then, else from the day the last of them fell due.
    """
    rule = _of_its_time(law, "guarantees/maximum_start", fixed)
    start = max(fixed, last_due)
    words = f"债权于{in_chinese(fixed)}确定，最后到期债权于{in_chinese(last_due)}到期"
    return Finding(start, (Step(rule.zh, words, start.isoformat(), (rule.citation,)),), provisional=rule.provisional)


def defence_lost(law: Law, applied: date, ruling_served: date | None, on: date) -> Finding[date | None]:
    """The day an ordinary guarantor may no longer point to the debtor's assets (先诉抗辩权消灭), known by `on`.

    The day the ruling that ends or stays enforcement reached the creditor; without one, a year after the application
    (担保制度解释 第二十八条). None while neither has come.
    """
    rule = _of_its_time(law, "guarantees/ordinary_limitation", on)
    year = deadline(law, "guarantee_defence", applied)
    if ruling_served is not None and ruling_served <= min(on, year.value.nominal):
        words = f"终结本次执行程序或者终结执行的裁定于{in_chinese(ruling_served)}送达"
        step = Step(rule.zh, words, ruling_served.isoformat(), (rule.citation,))
        return Finding(ruling_served, (step,), provisional=rule.provisional)
    if year.value.nominal >= on:
        return Finding(None)
    step = Step(rule.zh, "一年内未作出裁定，自一年届满之日起算", year.value.nominal.isoformat(), (rule.citation,))
    warning = Warning(
        "guarantee.defence_by_time",
        "法院一年内未作出终本或终结执行裁定；有证据证明债务人仍有财产可供执行的除外",
        "a year passed without a ruling; otherwise where the debtor is shown to have assets",
    )
    return Finding(year.value.nominal, (*year.steps[:1], step), (warning,), year.provisional)


def _of_its_time(law: Law, topic: str, on: date) -> Value:
    """The rule on a day, or the first the data hold where they do not reach back to it."""
    try:
        return law.at(topic, on)
    except LawGap:
        return law.history(topic)[0]


def effect(mode: str, act: Act, start: date, last: date) -> str:
    """What an act does for a guarantee of a debt due on `start` whose period ends on `last`.

    `keeps`; or `early` (a demand before the debt was due), `late`, `withdrawn`, `other` (not the act the mode asks).
    Joint: a demand on the guarantor, or a suit against him. Ordinary: a suit against the debtor
    (民法典 第六百九十三条).
    Withdrawn: kept only if joint and served on the guarantor (担保制度解释 第三十一条).
    """
    sued = act.kind != "demand"
    fits = (sued and act.debtor) if mode == "ordinary" else act.guarantor
    if not fits:
        return "other"
    if act.on > last:
        return "late"
    if not sued and act.on < start:
        return "early"
    if act.withdrawn and not (mode == "joint" and act.served):
        return "withdrawn"
    return "keeps"


def keeping(mode: str, acts: Iterable[Act], start: date, last: date) -> Act | None:
    """The first act that keeps a guarantee; None where none does."""
    found = [act for act in acts if effect(mode, act, start, last) == "keeps"]
    return min(found, key=lambda act: act.on) if found else None
