"""`legalflow calc enforcement-claim`: what may be asked for under an instrument on a day, as a whole and by debtor."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Literal

from legalflow.claims.enforcement_claim import DebtorShare, Instrument, effective_on, enforcement_claim
from legalflow.cli.operation import Amount, Day, Facts, Operation, day_schema, fact, money_schema, reasons, result
from legalflow.cli.operations.award_facts import (
    AwardFacts,
    BaseItem,
    circumstances_of,
    currency_of,
    foreign,
    general_of,
    items_of,
    receipts_of,
)
from legalflow.cli.operations.delay_interest import GENERAL_SEGMENTS, PER_DAY, READINGS, SEGMENTS, per_day
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.codec import plain


class Served(Facts):
    """The day the instrument reached a party."""

    party: str = fact("受送达人", max_length=200)
    on: Day = fact("送达之日", description="公告送达的，为视为送达之日")


class Limit(Facts):
    """The most that one debtor owes, as the instrument says."""

    debtor: str = fact("债务人", max_length=200)
    amount: Amount = fact("责任限额")


class EnforcementFacts(AwardFacts):
    """The instrument, its service or effect, and the day asked for."""

    items: list[BaseItem] = fact("生效法律文书确定的款项", min_length=1, max_length=200)
    on: Day = fact("计算之日（加倍部分计该日）")
    given_on: Day | None = fact("法律文书作出之日", None, description="该日及以前所收已在判项之内，不再扣除")
    effective_date: Day | None = fact("生效之日", None, description="缺省由 served 推算")
    served: list[Served] = fact("送达", [], max_length=200)
    instrument: Literal["judgment", "ruling", "second_instance", "small_claims", "mediation"] = fact(
        "生效方式", "judgment", description="judgment、ruling 为可上诉的一审裁判"
    )
    performance_last_day: Day | None = fact("履行期间最后一日", None)
    performance_days: int | None = fact("履行期限（生效后日数）", None, ge=1, le=3650)
    debtors: list[str] = fact("债务人", [], max_length=200)
    limits: list[Limit] = fact("责任限额", [], max_length=200)


def run(facts: EnforcementFacts, law: Law) -> dict[str, Any]:
    """The claim by class, item and debtor, with what ran, what came in, and the growth of a day."""
    effect = _effective(facts, law)
    _check(facts)
    instrument = Instrument(
        items_of(facts.items, facts.conversion_rate),
        general_of(facts),
        effect.value,
        facts.performance_last_day,
        facts.performance_days,
        facts.given_on,
        facts.debtors,
        {each.debtor: each.amount for each in facts.limits},
    )
    found = enforcement_claim(law, instrument, facts.on, receipts_of(facts), circumstances_of(facts, False))
    claim = found.value
    names = ("awarded", "general", "accrued_doubled", "received", "surplus", "waived", "not_due")
    return {
        "effective_date": plain(claim.effective_date),
        "performance_last_day": plain(claim.performance_last_day),
        **{name: plain(getattr(claim, name)) for name in (*names, *_CLASSES)},
        "total": plain(claim.total),
        "items": plain(claim.items),
        "debtors": [_debtor(each) for each in claim.debtors],
        "general_segments": plain(claim.delay.general_segments),
        "segments": plain(claim.delay.segments),
        "payments": plain(claim.delay.applied),
        "readings": plain(claim.delay.readings),
        "per_day": per_day(claim.daily_general, claim.daily_doubled),
        "currency": currency_of(facts),
    } | reasons(effect, found, *foreign(facts, law, claim.performance_last_day))


def _effective(facts: EnforcementFacts, law: Law) -> Finding[date]:
    if facts.effective_date is not None:
        return Finding(facts.effective_date)
    if not facts.served:
        raise Invalid.one(
            "input.missing",
            "缺少该项，或给出各方的送达（served）",
            "is required, or the services",
            field="effective_date",
            mend="补充判决生效之日，或在 served 中列出各方的送达之日",
            mend_en="add the day of effect, or list the services in `served`",
        )
    return effective_on(law, facts.instrument, {each.party: each.on for each in facts.served})


def _check(facts: EnforcementFacts) -> None:
    """Refuse, all at once, names that stand twice and two ways of saying by when it is to be performed."""
    problems = [
        Problem(
            "input.twice",
            "同一名称列了两次",
            "the same name stands twice",
            field,
            name,
            mend="只保留一项，或改正名称",
            mend_en="keep one, or mend the name",
        )
        for field, names in (
            ("served", [each.party for each in facts.served]),
            ("limits", [each.debtor for each in facts.limits]),
        )
        for name, count in Counter(names).items()
        if count > 1
    ]
    if facts.performance_last_day is not None and facts.performance_days is not None:
        problems.append(
            Problem(
                "delay.period_twice",
                "履行期间最后一日与履行期限只给出其一",
                "give the last day of performance or the days, not both",
                "performance_days",
                str(facts.performance_days),
                mend="删去 performance_last_day 或 performance_days",
                mend_en="drop one of them",
            )
        )
    Invalid.raise_any(problems)


def _debtor(each: DebtorShare) -> dict[str, Any]:
    return {
        "debtor": each.debtor,
        **{name: plain(getattr(each, name)) for name in (*_CLASSES, "total")},
        "limit": plain(each.limit),
    }


_CLASSES = {
    "costs": "费用",
    "interest": "利息",
    "principal": "本金",
    "other": "其他款项",
    "doubled": "加倍部分债务利息",
}
_TEXT = {"type": "string"}
_MOVES = {**_CLASSES, "amount": "金额", "surplus": "余款"}
OPERATION = Operation(
    name="enforcement-claim",
    term="申请执行的金额",
    topics=(
        "interest/enforcement_amount",
        "articles/civil_procedure/enforcement_application",
        "articles/civil_procedure/delay_interest",
        "interest/delay_parts",
        "interest/delay_daily_rate",
        "interest/delay_start",
        "interest/delay_end",
        "interest/delay_order",
    ),
    facts=EnforcementFacts,
    run=run,
    result_schema=result(
        effective_date=day_schema("生效之日"),
        performance_last_day=day_schema("履行期间最后一日"),
        awarded=money_schema("判项合计"),
        general=money_schema("继续计算的利息（累计）"),
        accrued_doubled=money_schema("加倍部分债务利息（累计）"),
        received=money_schema("已受偿"),
        surplus=money_schema("多收"),
        waived=money_schema("已放弃"),
        not_due=money_schema("未到履行期"),
        **{name: money_schema(f"尚欠{zh}") for name, zh in _CLASSES.items()},
        total=money_schema("申请执行的金额"),
        items={
            "type": "array",
            "title": "逐项余额",
            "items": {
                "type": "object",
                "properties": {
                    "id": {**_TEXT, "title": "款项编号"},
                    "kind": {**_TEXT, "title": "款项"},
                    "zh": {**_TEXT, "title": "款项名称"},
                    "awarded": money_schema("判决金额"),
                    "left": money_schema("余额"),
                    "due": day_schema("履行期间最后一日"),
                    "in_base": {"type": "boolean", "title": "是否计入加倍部分基数"},
                    "owed_by": {"type": "array", "title": "承担人", "items": _TEXT},
                },
            },
        },
        debtors={
            "type": "array",
            "title": "各债务人应承担的金额",
            "items": {
                "type": "object",
                "properties": {"debtor": {**_TEXT, "title": "债务人"}}
                | {name: money_schema(zh) for name, zh in _CLASSES.items()}
                | {"total": money_schema("合计"), "limit": {"type": ["string", "null"], "title": "责任限额余额"}},
            },
        },
        general_segments=GENERAL_SEGMENTS,
        segments=SEGMENTS,
        payments={
            "type": "array",
            "title": "各次履行与放弃的抵充",
            "items": {
                "type": "object",
                "properties": {"on": day_schema("日期"), "counted_on": day_schema("止算之日")}
                | {"kind": {**_TEXT, "title": "受偿方式或放弃"}}
                | {name: money_schema(zh) for name, zh in _MOVES.items()},
            },
        },
        readings=READINGS,
        per_day=PER_DAY,
        currency={**_TEXT, "title": "币种"},
    ),
    example={
        "items": [
            {"kind": "principal", "amount": "100000", "id": "本金"},
            {"kind": "past_interest", "amount": "3000"},
            {"kind": "lawyer_fee", "amount": "500"},
        ],
        "general_interest": {"rate": "0.108", "start": "2026-01-02"},
        "given_on": "2026-01-10",
        "effective_date": "2026-02-01",
        "performance_days": 10,
        "payments": [{"on": "2026-02-20", "amount": "600"}],
        "debtors": ["甄借款", "保证人甲"],
        "limits": [{"debtor": "保证人甲", "amount": "80000"}],
        "on": "2026-03-13",
    },
)
