"""`legalflow calc delay-interest`: interest for late performance of a judgment, under the rule of each day."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from legalflow.claims import delay
from legalflow.claims.delay import Exclusion, GeneralInterest, Item, ItemKind, Receipt
from legalflow.claims.old_delay import OldRule
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, day_schema, fact, money_schema, reasons, result
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step
from legalflow.values.codec import plain
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import Money


class BaseItem(Facts):
    """A sum the instrument awards."""

    kind: ItemKind = fact("款项")
    amount: Amount = fact("金额")
    in_base: bool | None = fact("是否计入基数", None, description="缺省按通行解释：利息、罚息、复利与案件受理费不计入")


class General(Facts):
    """General interest on the principal, as the instrument awards it."""

    rate: Rate = fact("年利率")
    start: Day = fact("起算日（计）")
    basis: Literal[360, 365] = fact("年计息天数", 360)


class Received(Facts):
    """Money received."""

    on: Day = fact("履行、划拨或裁定生效之日")
    amount: Amount = fact("金额")


class Stay(Facts):
    """Days that do not count, unless the debtor had applied for the stay."""

    start: Day = fact("起（计）")
    end_exclusive: Day = fact("止（不计）")
    by_debtor: bool = fact("是否由被执行人申请", False)


class OldReading(Facts):
    """How the rule before 2014-08-01 is read: which benchmark lending rate, over how many days a year."""

    benchmark: Literal["up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"] | None = fact(
        "同期贷款基准利率的档次", None, description="缺省按旧规则期间的长短取"
    )
    basis: Literal[360, 365] = fact("年计息天数", 360)


class DelayFacts(Facts):
    """`until` is the day to which is counted: full payment, or today; the last payment where it is left out."""

    items: list[BaseItem] = fact("生效法律文书确定的款项", min_length=1, max_length=200)
    performance_last_day: Day = fact("履行期间最后一日", description="未确定履行期间的，为法律文书生效之日")
    until: Day | None = fact("计算截止日（加倍部分计该日）", None, description="缺省为最后一次履行之日")
    payments: list[Received] = fact("已履行", [], max_length=2000)
    general_interest: General | None = fact("一般债务利息", None)
    exclusions: list[Stay] = fact("扣除期间", [], max_length=200)
    currency: str = fact("币种", "CNY", pattern="^[A-Z]{3}$")
    conversion_rate: Rate | None = fact("折算为人民币的中间价（起算日）", None)
    old_rule: OldReading | None = fact("2014年8月1日前的计算方法", None)


def run(facts: DelayFacts, law: Law) -> dict[str, Any]:
    """Both parts of the interest, segment by segment, and where each payment went."""
    foreign = _foreign(facts, law)
    found = delay.delay_interest(
        law,
        [Item(item.kind, _converted(item.amount, facts), item.in_base) for item in facts.items],
        facts.performance_last_day,
        _until(facts),
        [Receipt(payment.on, payment.amount) for payment in facts.payments],
        _general(facts),
        [Exclusion(Period(each.start, each.end_exclusive), each.by_debtor) for each in facts.exclusions],
        _old_rule(facts),
    )
    value = found.value
    return {
        "days": value.days,
        "doubled": plain(value.doubled),
        "general": plain(value.general),
        "segments": plain(value.segments),
        "payments": plain(value.applied),
        "left": {
            "costs": plain(value.left_costs),
            "interest": plain(value.left_interest),
            "principal": plain(value.left_principal),
            "other": plain(value.left_other),
            "doubled": plain(value.left_doubled),
            "total": plain(value.left),
        },
        "currency": "CNY" if facts.conversion_rate is not None else facts.currency,
    } | reasons(found, *foreign)


def _foreign(facts: DelayFacts, law: Law) -> tuple[Finding[str], ...]:
    """The rule on foreign money, where there is any; it began with the new rule, so an older delay is a gap."""
    if facts.currency == "CNY" and facts.conversion_rate is None:
        return ()
    rule = law.at("interest/delay_currency", facts.performance_last_day + ONE_DAY)
    chosen = facts.currency if facts.conversion_rate is None else f"CNY，中间价 {facts.conversion_rate}"
    return (Finding(chosen, (Step(rule.zh, f"币种 {facts.currency}", chosen, (rule.citation,)),)),)


def _until(facts: DelayFacts) -> date:
    last = facts.until or max((payment.on for payment in facts.payments), default=None)
    if last is None:
        raise Invalid.one(
            "input.missing",
            "没有履行记录时，须给出计算截止日",
            "is required where nothing was paid",
            field="until",
        )
    return last


def _converted(amount: Money, facts: DelayFacts) -> Money:
    """The amount in RMB at the middle rate of the day the doubled part starts, where the creditor chose so (第五条)."""
    return amount if facts.conversion_rate is None else Money.rounded(amount.amount * facts.conversion_rate)


def _general(facts: DelayFacts) -> GeneralInterest | None:
    given = facts.general_interest
    return None if given is None else GeneralInterest(given.rate, given.start, given.basis)


def _old_rule(facts: DelayFacts) -> OldRule:
    given = facts.old_rule
    return OldRule() if given is None else OldRule(given.benchmark, given.basis)


_DEBT = {"costs": "费用", "interest": "利息", "principal": "本金", "other": "其他款项", "doubled": "加倍部分"}
_APPLIED = {"amount": "金额", **_DEBT, "surplus": "余款"}
_LEFT = {**_DEBT, "total": "合计"}
OPERATION = Operation(
    name="delay-interest",
    term="迟延履行期间的债务利息",
    topics=(
        "articles/civil_procedure/delay_interest",
        "interest/delay_parts",
        "interest/delay_daily_rate",
        "interest/delay_end",
        "interest/delay_order",
        "interest/delay_transition",
        "interest/delay_old_multiple",
    ),
    facts=DelayFacts,
    run=run,
    result_schema=result(
        days={"type": "integer", "title": "加倍部分天数"},
        doubled=money_schema("加倍部分债务利息"),
        general=money_schema("一般债务利息"),
        segments={
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
                },
            },
        },
        payments={
            "type": "array",
            "title": "各次履行的抵充",
            "items": {
                "type": "object",
                "properties": {"on": day_schema("日期")} | {name: money_schema(zh) for name, zh in _APPLIED.items()},
            },
        },
        left={
            "type": "object",
            "title": "截止日尚欠",
            "properties": {name: money_schema(zh) for name, zh in _LEFT.items()},
            "required": list(_LEFT),
        },
        currency={"type": "string", "title": "币种"},
    ),
    example={
        "items": [{"kind": "principal", "amount": "800000"}],
        "performance_last_day": "2025-03-13",
        "until": "2025-06-11",
    },
)
