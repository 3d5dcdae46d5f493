"""`legalflow calc delay-interest`: interest for late performance of a judgment, under the rule of each day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.claims import delay
from legalflow.cli.operation import Day, Operation, day_schema, fact, money_schema, reasons, result
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
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.values.codec import plain


class DelayFacts(AwardFacts):
    """`until` is the day to which is counted: full payment, or today; the last payment where it is left out."""

    items: list[BaseItem] = fact("生效法律文书确定的款项", min_length=1, max_length=200)
    performance_last_day: Day | None = fact(
        "履行期间最后一日", None, description="未确定履行期间的不填，给出 effective_date"
    )
    effective_date: Day | None = fact("法律文书生效之日", None)
    until: Day | None = fact("计算截止日（加倍部分计该日）", None, description="缺省为最后一次履行之日")


def run(facts: DelayFacts, law: Law) -> dict[str, Any]:
    """Both parts of the interest, segment by segment, and where each payment went."""
    last = _last_day(facts)
    money = foreign(facts, law, last)
    found = delay.delay_interest(
        law,
        items_of(facts.items, facts.conversion_rate),
        last,
        _until(facts),
        receipts_of(facts),
        general_of(facts),
        circumstances_of(facts, no_period=facts.performance_last_day is None),
    )
    value = found.value
    return {
        "days": value.days,
        "doubled": plain(value.doubled),
        "general": plain(value.general),
        "segments": plain(value.segments),
        "general_segments": plain(value.general_segments),
        "payments": plain(value.applied),
        "readings": plain(value.readings),
        "left": {
            "costs": plain(value.left_costs),
            "interest": plain(value.left_interest),
            "principal": plain(value.left_principal),
            "other": plain(value.left_other),
            "doubled": plain(value.left_doubled),
            "total": plain(value.left),
        },
        "per_day": per_day(value.daily_general, value.daily_doubled),
        "currency": currency_of(facts),
    } | reasons(found, *money)


def per_day(general: Decimal, doubled: Decimal) -> dict[str, str]:
    """The exact growth of one day as text, of each part and in all."""
    parts = {"general": general, "doubled": doubled, "total": general + doubled}
    return {name: f"{exact.normalize():f}" for name, exact in parts.items()}


def _last_day(facts: DelayFacts) -> date:
    """The last day of performance, or the day of effect where the instrument sets no period."""
    last, effect = facts.performance_last_day, facts.effective_date
    if last is None and effect is None:
        raise Invalid.one(
            "input.missing",
            "缺少该项；未确定履行期间的，给出 effective_date",
            "is required; where no period is set give effective_date",
            field="performance_last_day",
            mend="补充判决所定履行期间的最后一日，例如 2026-02-24",
            mend_en="add the last day of performance, for example 2026-02-24",
        )
    if last is not None and effect is not None and last < effect:
        raise Invalid.one(
            "delay.before_effect",
            f"履行期间最后一日早于生效之日 {effect}",
            f"the last day of performance is before the day of effect, {effect}",
            field="performance_last_day",
            found=last,
            mend=f"改为不早于 {effect} 的日期，或核对生效之日",
            mend_en=f"not before {effect}, or look at the day of effect again",
        )
    return last or effect or date.min


def _until(facts: DelayFacts) -> date:
    last = facts.until or max((payment.counted_on or payment.on for payment in facts.payments), default=None)
    if last is None:
        raise Invalid.one(
            "input.missing",
            "没有履行记录时，须给出计算截止日",
            "is required where nothing was paid",
            field="until",
            mend="补充计算到哪一日，例如 2026-02-24",
            mend_en="add the day up to which it is counted, for example 2026-02-24",
        )
    return last


_DEBT = {"costs": "费用", "interest": "利息", "principal": "本金", "other": "其他款项", "doubled": "加倍部分"}
_APPLIED = {"amount": "金额", **_DEBT, "surplus": "余款"}
_LEFT = {**_DEBT, "total": "合计"}
_EXACT = {"general": "一般债务利息", "doubled": "加倍部分", "total": "合计"}
PER_DAY: dict[str, Any] = {
    "type": "object",
    "title": "截止日后每日增加额（未取整）",
    "properties": {name: {"type": "string", "title": zh, "unit": "元"} for name, zh in _EXACT.items()},
    "required": list(_EXACT),
}
READINGS: dict[str, Any] = {
    "type": "array",
    "title": "计算口径",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "口径"},
            "zh": {"type": "string", "title": "口径名称"},
            "used": {"type": "string", "title": "所用"},
            "given": {"type": "boolean", "title": "是否指定（否则为默认）"},
        },
    },
}
SEGMENTS: dict[str, Any] = {
    "type": "array",
    "title": "分段",
    "items": {
        "type": "object",
        "properties": {
            "start": day_schema("加倍部分首日"),
            "end": day_schema("加倍部分末日"),
            "base": money_schema("基数"),
            "days": {"type": "integer", "title": "天数"},
            "doubled": money_schema("加倍部分"),
            "general_days": {"type": "integer", "title": "一般债务利息天数"},
            "general": money_schema("一般债务利息"),
            "formula": {"type": "string", "title": "加倍部分算式"},
        },
    },
}
GENERAL_SEGMENTS: dict[str, Any] = {
    "type": "array",
    "title": "一般债务利息分段",
    "items": {
        "type": "object",
        "properties": {
            "zh": {"type": "string", "title": "性质"},
            "start": day_schema("首日"),
            "end": day_schema("末日"),
            "days": {"type": "integer", "title": "天数"},
            "base": money_schema("基数"),
            "rates": {"type": "string", "title": "年利率"},
            "formula": {"type": "string", "title": "算式"},
            "amount": money_schema("金额"),
        },
    },
}
OPERATION = Operation(
    name="delay-interest",
    term="迟延履行期间的债务利息",
    topics=(
        "articles/civil_procedure/delay_interest",
        "interest/delay_parts",
        "interest/delay_daily_rate",
        "interest/delay_start",
        "interest/delay_end",
        "interest/delay_order",
        "interest/delay_currency",
        "interest/delay_reversal",
        "interest/delay_transition",
        "interest/delay_old_multiple",
        "interest/delay_bankruptcy",
    ),
    facts=DelayFacts,
    run=run,
    result_schema=result(
        days={"type": "integer", "title": "加倍部分天数"},
        doubled=money_schema("加倍部分债务利息"),
        general=money_schema("一般债务利息"),
        segments=SEGMENTS,
        general_segments=GENERAL_SEGMENTS,
        payments={
            "type": "array",
            "title": "各次履行的抵充",
            "items": {
                "type": "object",
                "properties": {"on": day_schema("日期")}
                | {name: money_schema(zh) for name, zh in _APPLIED.items()}
                | {
                    "kind": {"type": "string", "title": "受偿方式或放弃"},
                    "counted_on": day_schema("止算之日"),
                },
            },
        },
        readings=READINGS,
        left={
            "type": "object",
            "title": "截止日尚欠",
            "properties": {name: money_schema(zh) for name, zh in _LEFT.items()},
            "required": list(_LEFT),
        },
        per_day=PER_DAY,
        currency={"type": "string", "title": "币种"},
    ),
    example={
        "items": [{"kind": "principal", "amount": "800000"}],
        "performance_last_day": "2025-03-13",
        "until": "2025-06-11",
    },
)
