"""What may be asked for in enforcement: the instrument's sums, less what came in and was waived, plus what runs by law.

It starts from the instrument and never from the contract's claim. Items not yet due are left out; each debtor owes the
items he is named for, a guarantor no more than his limit and never more than the debtor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from legalflow.claims.award import (
    CLASS_NAMES,
    CLASS_OF,
    CLASSES,
    Circumstances,
    GeneralInterest,
    Item,
    ItemKind,
    Receipt,
)
from legalflow.claims.delay import delay_interest
from legalflow.claims.delay_result import DelayInterest, ItemLeft
from legalflow.errors import Invalid, Missing, NotNow, Problem
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import deadline, length
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money, total

# What kinds of instrument take effect in which way, and the period to appeal that runs first.
EFFECTS = {
    "judgment": ("first_instance", "appeal_judgment"),
    "ruling": ("first_instance", "appeal_ruling"),
    "second_instance": ("second_instance", ""),
    "small_claims": ("small_claims", ""),
    "mediation": ("mediation", ""),
}


@dataclass(frozen=True)
class Instrument:
    """What is enforced: its sums, what runs, when it took effect and by when it is to be performed.

    `performance_last_day` is as recorded; else `performance_days` are counted from the day of effect and roll on a day
    off; with neither the day of effect stands for it. `given_on` is the day of the instrument: what came in by then is
    in it already. `limits` bound what single debtors owe.
    """

    items: Sequence[Item]
    general: Sequence[GeneralInterest]
    effective_date: date
    performance_last_day: date | None = None
    performance_days: int | None = None
    given_on: date | None = None
    debtors: Sequence[str] = ()
    limits: Mapping[str, Money] | None = None


@dataclass(frozen=True)
class DebtorShare:
    """What one debtor owes, by class and in all; `limit` is what is left of his own limit, None where he has none."""

    debtor: str
    costs: Money
    interest: Money
    principal: Money
    other: Money
    doubled: Money
    total: Money
    limit: Money | None


@dataclass(frozen=True)
class EnforcementClaim:
    """What is asked for on a day, by class and in all, and how it came about.

    `total` = awarded + general + doubled (as accrued) − received + surplus − waived − not_due; `general` and
    `accrued_doubled` are what accrued in all, `interest` and `doubled` what of them is still owed.
    """

    on: date
    effective_date: date
    performance_last_day: date
    awarded: Money
    general: Money
    accrued_doubled: Money
    received: Money
    surplus: Money
    waived: Money
    not_due: Money
    costs: Money
    interest: Money
    principal: Money
    other: Money
    doubled: Money
    items: tuple[ItemLeft, ...]
    debtors: tuple[DebtorShare, ...]
    daily_general: Decimal
    daily_doubled: Decimal
    delay: DelayInterest

    @property
    def total(self) -> Money:
        """All that is asked for."""
        return total((self.costs, self.interest, self.principal, self.other, self.doubled))


def effective_on(law: Law, kind: str, served: Mapping[str, date]) -> Finding[date]:
    """The day an instrument takes effect, from the day it reached each party; `kind` is one of `EFFECTS`.

    First instance: the day after the last party's period to appeal ends. Otherwise the day the last party received it.
    """
    if not served:
        raise Missing.one(
            "effective.service",
            "尚未给出任何送达",
            "no service is given",
            field="served",
            mend="在 served 中列出每一方的送达之日",
            mend_en="list in `served` the day on which each party was served",
        )
    rule, appeal = EFFECTS[kind]
    last = max(served.values())
    found = Finding(last)
    if appeal:
        ends = [deadline(law, appeal, on) for on in sorted(served.values())]
        end = max(ends, key=lambda each: each.value.last_day)
        found = Finding(end.value.last_day + ONE_DAY, end.steps, end.warnings, end.provisional)
    value = law.at(f"effect/{rule}", found.value)
    words = "、".join(f"{party}{on}送达" for party, on in served.items())
    step = Step(value.zh, words, found.value.isoformat(), (value.citation,))
    doubts = (*found.provisional, *value.provisional)
    return Finding(found.value, (*found.steps, step), found.warnings, doubts)


def performance_by(law: Law, instrument: Instrument) -> Finding[date]:
    """The last day of performance: as recorded, else as counted, else the day of effect, which is said.

    `Invalid` where it is before the day of effect, for the whole or for an item.
    """
    effect = instrument.effective_date
    if instrument.performance_last_day is not None:
        last = instrument.performance_last_day
        found = Finding(last, (Step("履行期间最后一日", "按登记", last.isoformat()),))
    elif instrument.performance_days:
        counted = length(law, effect, instrument.performance_days, "day", zh="履行期间最后一日")
        found = Finding(counted.value.last_day, counted.steps, counted.warnings, counted.provisional)
    else:
        found = Finding(effect, (Step("履行期间最后一日", "未确定履行期间，以生效之日计", effect.isoformat()),))
    days = [("performance_last_day", found.value)]
    days += [
        (f"items[{place}].performance_last_day", item.performance_last_day)
        for place, item in enumerate(instrument.items)
        if item.performance_last_day is not None
    ]
    Invalid.raise_any(
        Problem(
            "delay.before_effect",
            f"履行期间最后一日早于生效之日 {effect}",
            f"the last day of performance is before the day of effect, {effect}",
            field,
            day.isoformat(),
            mend=f"改为不早于 {effect} 的日期，或核对生效之日",
            mend_en=f"not before {effect}, or look at the day of effect again",
        )
        for field, day in days
        if day < effect
    )
    return found


def enforcement_claim(
    law: Law,
    instrument: Instrument,
    on: date,
    receipts: Sequence[Receipt] = (),
    circumstances: Circumstances | None = None,
) -> Finding[EnforcementClaim]:
    """What may be asked for on a day. `NotNow` before any period of performance is over."""
    last = performance_by(law, instrument)
    first = min((item.performance_last_day or last.value for item in instrument.items), default=last.value)
    if on < first:
        raise NotNow.one(
            "enforcement.early",
            f"履行期间至{first}届满，届满前不能申请执行",
            f"the debtor may perform until {first}",
            field="on",
            mend=f"将申请之日改为 {first} 之后，或核对履行期间",
            mend_en=f"apply after {first}, or look at the period of performance again",
        )
    given = circumstances or Circumstances()
    if instrument.performance_last_day is None and not instrument.performance_days:
        given = replace(given, no_period=True)
    counted, left_out = _since(instrument, receipts)
    found = delay_interest(law, instrument.items, last.value, on, counted, instrument.general, given)
    claim = _claim(instrument, last.value, on, counted, found.value)
    rule = law.at("interest/enforcement_amount", max(on, law.history("interest/enforcement_amount")[0].since))
    right = "articles/civil_procedure/enforcement_application"
    cited = (rule.citation, law.cite(right, max(on, law.history(right)[0].since)))
    steps = (*_debtor_steps(law, claim, on), _sum(claim, cited))
    return Finding(
        claim,
        (*last.steps, *found.steps, *steps),
        (*last.warnings, *found.warnings, *_warnings(claim, left_out)),
        tuple(dict.fromkeys((*last.provisional, *found.provisional, *rule.provisional))),
    )


def _since(instrument: Instrument, receipts: Sequence[Receipt]) -> tuple[list[Receipt], list[Receipt]]:
    """What came in after the instrument, and what is in it already."""
    given_on = instrument.given_on
    if given_on is None:
        return list(receipts), []
    return [each for each in receipts if each.day > given_on], [each for each in receipts if each.day <= given_on]


def _claim(
    instrument: Instrument, last: date, on: date, receipts: Sequence[Receipt], found: DelayInterest
) -> EnforcementClaim:
    undue = [each for each in found.items if each.due > on]
    lacking = {name: total(each.left for each in undue if _class(each) == name) for name in CLASSES}
    applied = [each for each in found.applied if each.kind != "waiver"]
    waived = [each for each in found.applied if each.kind == "waiver"]
    due = tuple(each for each in found.items if each.due <= on)
    return EnforcementClaim(
        on=on,
        effective_date=instrument.effective_date,
        performance_last_day=last,
        awarded=total(item.amount for item in instrument.items),
        general=found.general,
        accrued_doubled=found.doubled,
        received=total(each.amount for each in applied),
        surplus=total(each.surplus for each in applied),
        waived=total(each.amount - each.surplus for each in waived),
        not_due=total(each.left for each in undue),
        costs=found.left_costs - lacking["costs"],
        interest=found.left_interest - lacking["interest"],
        principal=found.left_principal - lacking["principal"],
        other=found.left_other - lacking["other"],
        doubled=found.left_doubled,
        items=due,
        debtors=_debtors(instrument, due, receipts),
        daily_general=found.daily_general,
        daily_doubled=found.daily_doubled,
        delay=found,
    )


def _class(each: ItemLeft) -> str:
    """The class of a line of what is left."""
    if each.kind == "doubled":
        return "doubled"
    return "interest" if each.kind.startswith("running_") else CLASS_OF[ItemKind(each.kind)]


def _debtors(instrument: Instrument, lines: Sequence[ItemLeft], receipts: Sequence[Receipt]) -> tuple[DebtorShare, ...]:
    """What each debtor known by name owes: the lines nobody is named for, and those he is."""
    limits = instrument.limits or {}
    names = dict.fromkeys([*instrument.debtors, *(name for each in lines for name in each.owed_by), *limits])
    found = []
    for name in names:
        own = [each for each in lines if not each.owed_by or name in each.owed_by]
        parts = [total(each.left for each in own if _class(each) == kind) for kind in CLASSES]
        whole, limit = total(parts), None
        if name in limits:
            paid = total(each.amount for each in receipts if each.by == name)
            limit = limits[name] - min(paid, limits[name])
            whole = min(whole, limit)
        costs, interest, principal, other, doubled = parts
        found.append(DebtorShare(name, costs, interest, principal, other, doubled, whole, limit))
    return tuple(found)


def _debtor_steps(law: Law, claim: EnforcementClaim, on: date) -> list[Step]:
    steps = []
    for each in claim.debtors:
        parts = {name: getattr(each, name) for name in CLASSES}
        formula = " ＋ ".join(f"{CLASS_NAMES[name]} {amount}" for name, amount in parts.items() if amount)
        cited: tuple[Citation, ...] = ()
        if each.limit is not None:
            formula += f"，以责任限额余额 {each.limit} 为限"
            topic = "interest/delay_guarantor_cap"
            cited = (law.cite(topic, max(on, law.history(topic)[0].since)),)
        steps.append(Step(f"{each.debtor}应承担的金额", formula or str(ZERO), str(each.total), cited))
    return steps


def _sum(claim: EnforcementClaim, cited: tuple[Citation, ...]) -> Step:
    """The last step: how the amount comes out of the instrument."""
    formula = f"判项 {claim.awarded} ＋ 继续计算的利息 {claim.general} ＋ 加倍部分 {claim.accrued_doubled}"
    formula += f" － 已受偿 {claim.received - claim.surplus}"
    formula += f" － 放弃 {claim.waived}" if claim.waived else ""
    formula += f" － 未到履行期 {claim.not_due}" if claim.not_due else ""
    return Step(f"{claim.on}申请执行的金额", formula, str(claim.total), cited)


def _warnings(claim: EnforcementClaim, left_out: Sequence[Receipt]) -> list[Warning]:
    found = []
    if left_out:
        days = "、".join(f"{each.day}的 {each.amount}" for each in left_out)
        zh = f"裁判作出之日及以前所收 {days} 未扣除：判项已计入"
        found.append(Warning("enforcement.before_instrument", zh, "receipts by the day of the instrument are in it"))
    if claim.not_due:
        zh = f"未到履行期的款项 {claim.not_due} 未列入"
        found.append(Warning("enforcement.not_due", zh, f"items not yet due are left out: {claim.not_due}"))
    if not claim.total:
        found.append(Warning("enforcement.nothing", "法律文书确定的债务已全部清偿", "nothing is owed any more"))
    if any(each.limit is not None and each.limit < _parts(each) for each in claim.debtors):
        found.append(
            Warning("enforcement.limited", "担保人的责任以其限额为限", "a guarantor owes no more than his limit")
        )
    return found


def _parts(each: DebtorShare) -> Money:
    return total((each.costs, each.interest, each.principal, each.other, each.doubled))
