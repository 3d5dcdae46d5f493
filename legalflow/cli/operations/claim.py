"""`legalflow calc claim`: what is owed on a loan at a cut-off, every component with its reasons.

The dues come from the schedule of the loan's method, or row by row in `dues`: a whole plan, days of one's own, or only
what is still unpaid with the payments received since.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from legalflow.claims.claim import Claim, state_claim
from legalflow.claims.interest import PENALTY_RATE, basis_of
from legalflow.claims.remarks import BankStatement
from legalflow.claims.replay import Cost
from legalflow.cli.operation import (
    Amount,
    Day,
    Facts,
    Operation,
    Rate,
    brief_reasons,
    day_schema,
    fact,
    money_schema,
    reasons,
    result,
)
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.checks import problems
from legalflow.loans.loan import (
    Capitalisation,
    Clauses,
    Drawdown,
    Due,
    Floating,
    LaterOrder,
    LenderKind,
    Loan,
    Misuse,
    Repayment,
    Repricing,
)
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.codec import plain
from legalflow.values.dates import add_years
from legalflow.values.money import ZERO, total

Component = Literal["costs", "liquidated_damages", "compound", "penalty", "interest", "principal"]
Method = Literal["equal_instalment", "equal_principal", "interest_first", "bullet", "not_agreed"]
Policy = Literal["none", "24%", "4lpr", "contract_rate"]


class DrawdownFacts(Facts):
    """Money paid out; `amount` as the note has it, of which `deducted_in_advance` was withheld as interest."""

    on: Day = fact("发放日")
    amount: Amount = fact("借据金额")
    deducted_in_advance: Amount = fact("预先扣除的利息", "0", validate_default=True)


class DueFacts(Facts):
    """One repayment row; without `interest` it is worked out by days on the running balance."""

    due: Day = fact("应还日")
    principal: Amount = fact("应还（或未还）本金", "0", validate_default=True)
    interest: Amount | None = fact("应还（或未还）利息", None)
    interest_from: Day | None = fact("该期起息日", None)


class PaymentFacts(Facts):
    """Money received."""

    on: Day = fact("还款日")
    amount: Amount = fact("还款金额")
    number: str = fact("流水号", "", max_length=200)
    designation: Component | None = fact("债务人指定抵充的组成部分", None)


class CostFacts(Facts):
    """What is claimed beside the charges of the loan; without a day it is claimed at the cut-off.

    A lawyer's fee that was not agreed or not yet incurred is remarked and left out of the total.
    """

    amount: Amount = fact("金额")
    on: Day | None = fact("发生日", None, description="空：截止日主张，只有多收的款项抵充")
    kind: Literal["cost", "lawyer_fee", "liquidated_damages"] = fact(
        "种类", "cost", description="cost 实现债权费用，lawyer_fee 律师费，liquidated_damages 固定金额的违约金"
    )
    agreed: bool = fact("合同是否约定由债务人承担", True)
    incurred: bool = fact("是否已实际发生", True, description="律师费须有委托合同、发票和付款凭证")


class Acceleration(Facts):
    """The whole principal is overdue from a day."""

    kind: Literal["acceleration"] = fact("事件种类")
    on: Day = fact("提前到期日", description="by 为 notice 时为通知到达之日，为 suit 时为起诉状副本送达之日")
    ground: str = fact("依据", "", max_length=2000)
    by: Literal["contract", "notice", "suit"] | None = fact("提前到期的方式", None)


class MisuseFacts(Facts):
    """The loan was used for what it was not granted for."""

    kind: Literal["misuse"] = fact("事件种类")
    on: Day = fact("挪用日")
    amount: Amount | None = fact("挪用金额", None, description="空：全部放款；部分挪用按比例分摊到各笔余额")


class WaivedFacts(Facts):
    """What the lender lets the debtor off; on one day it comes before money."""

    on: Day = fact("减免日")
    component: Component = fact("减免的组成部分")
    amount: Amount = fact("减免金额")


class WaiverFacts(WaivedFacts):
    """The lender let the debtor off something."""

    kind: Literal["waiver"] = fact("事件种类")


class RepricingFacts(Facts):
    """A change of the contract rate, as the lender stated it."""

    kind: Literal["repricing"] = fact("事件种类")
    on: Day = fact("重定价日")
    rate: Rate = fact("新年利率")


Happening = Annotated[Acceleration | WaiverFacts | RepricingFacts | MisuseFacts, Field(discriminator="kind")]


class FloatingFacts(Facts):
    """What the rate follows, and on which days it is priced anew."""

    series: Literal["lpr", "benchmark"] = fact("参考利率", "lpr")
    tenor: Literal["1y", "5y", "up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"] = fact("期限")
    margin_bp: str = fact(
        "加点（基点，可为负）",
        "0",
        pattern=r"^-?[0-9]{1,5}(\.[0-9]{1,4})?$",
        description="加60个基点（0.60%）写作 60，减20个基点写作 -20",
    )
    multiple: str = fact("倍数", "1", pattern=r"^[0-9]{1,2}(\.[0-9]{1,6})?$")
    repricing: Literal["january", "anniversary", "dates"] = fact(
        "重定价方式", description="每年1月1日、首次定价日的对应日，或约定的日期"
    )
    repricing_dates: list[Day] = fact("约定的重定价日", [], max_length=400)
    first_priced_on: Day | None = fact("首次定价日", None, description="空：首次放款日")
    lookup: Literal["before", "on_or_before"] | None = fact(
        "取值", None, description="重定价日之前公布的，或含当日公布的；缺省：LPR 取之前的"
    )
    penalty_floats: bool = fact("罚息利率到期后是否继续浮动", False, description="缺省：到期日起固定")


class CapitalisationFacts(Facts):
    """Compound is added to what bears compound after each settlement day."""

    every_months: Literal[1, 2, 3, 4, 6, 12] = fact("结息周期（月）", description="3 即3、6、9、12月的结息日")
    settlement_day: int = fact("结息日", 20, ge=1, le=28, description="自结息日次日起并入复利基数")
    with_penalty: bool = fact("罚息是否也计收复利", False, description="缺省不计；仅依合同明文")


class BankStatementFacts(Facts):
    """What the lender's own system states for the cut-off."""

    principal: Amount | None = fact("本金", None)
    interest: Amount | None = fact("期内利息", None)
    penalty: Amount | None = fact("罚息", None)
    compound: Amount | None = fact("复利", None)
    liquidated_damages: Amount | None = fact("违约金", None)
    total: Amount | None = fact("合计", None)


class WhatIf(Facts):
    """Other terms to hold against the stated claim; what is left out stays as stated."""

    name: str = fact("名称", "", max_length=200)
    as_of: Day | None = fact("截止日", None)
    allocation: list[Component] | None = fact("抵充顺序", None, max_length=6)
    allocate_by_instalment: bool | None = fact("逐期抵充", None)
    cap_policy: Policy | None = fact("上限口径", None)
    waivers: list[WaivedFacts] = fact("另行减免", [], max_length=100)


class LaterOrderFacts(Facts):
    """Another order that the contract agrees for a debt long overdue, such as principal first after 90 days."""

    after_days: int = fact("最早一期逾期超过的天数", ge=1, le=36500)
    order: list[Component] = fact("其后的抵充顺序", min_length=1, max_length=6)


class ClaimFacts(Facts):
    """A loan's terms, what was paid out and paid back, what happened, and the cut-off."""

    rate: Rate | None = fact("年利率", None, description="浮动利率或未约定利息的不填")
    no_interest_agreed: bool = fact("合同未约定利息", False, description="视为没有利息")
    floating: FloatingFacts | None = fact("浮动利率", None)
    penalty_uplift: Rate | None = fact("罚息上浮", None, description="合同利率的比例；空为未约定")
    overdue_rate: Rate | None = fact("约定的逾期年利率", None, description="合同直接约定利率而非上浮比例时")
    overdue_daily_rate: Rate | None = fact("约定的逾期日利率", None, description="2004年以前贷款的按日利率")
    misuse_uplift: Rate | None = fact("挪用罚息上浮", None)
    liquidated_damages_rate: Rate | None = fact("违约金年利率", None, description="以逾期本金为基数")
    compound: bool = fact("是否约定复利", False)
    capitalisation: CapitalisationFacts | None = fact("复利并入基数", None, description="缺省不并入")
    compound_mode: Literal["penalty_rate", "contract_until_maturity"] = fact("复利利率", PENALTY_RATE)
    basis: Literal[360, 365] | None = fact("年计息天数", None, description="未约定时按银行惯例 360")
    repayment: Method = fact(
        "还款方式",
        description="equal_instalment 等额本息，equal_principal 等额本金，interest_first 先息后本，"
        "bullet 一次还本付息，not_agreed 未约定付息期限",
    )
    instalments: int = fact("期数", 0, ge=0, le=600)
    interest_every_months: int = fact("每期月数", 1, ge=1, le=120)
    start: Day = fact("贷款起始日")
    maturity: Day = fact("到期日")
    first_due: Day | None = fact("首个还款日（结息日）", None)
    due_day_counts: bool = fact("应还日当日仍计期内利息", False, description="true：罚息自应还日次日起算")
    signed: Day | None = fact("合同签订日", None)
    lender_kind: LenderKind = fact(
        "贷款人类型",
        "bank",
        validate_default=True,
        description="bank 银行，consumer_finance 消费金融公司，small_loan 小额贷款公司，private 民间借贷",
    )
    limit: Amount | None = fact("合同约定金额", None)
    currency: str = fact("币种", "CNY", pattern=r"^[A-Z]{3}$", description="金额均以该币种计")
    contract_name: str = fact("合同名称", "借款合同", max_length=200)
    rate_clause: str = fact("利率条款", "", max_length=50)
    penalty_clause: str = fact("罚息条款", "", max_length=50)
    drawdowns: list[DrawdownFacts] = fact("放款", [], max_length=500)
    dues: list[DueFacts] = fact("逐期应还（或未还）", [], max_length=600)
    payments: list[PaymentFacts] = fact("还款", [], max_length=2000)
    events: list[Happening] = fact("事件", [], max_length=500)
    costs: list[CostFacts] = fact("实现债权费用", [], max_length=100)
    allocation: list[Component] = fact("合同约定的抵充顺序", [], max_length=6)
    allocation_later: LaterOrderFacts | None = fact("逾期较久后的抵充顺序", None)
    allocate_by_instalment: bool = fact("逐期抵充", False, description="true：先还清最早一期再还下一期")
    as_of: Day = fact("截止日")
    cutoff_counts: bool = fact("截止日当日计入", True)
    cap_policy: Policy | None = fact("上限口径", None, description="空：只提示超出，不扣减")
    running_from: Day | None = fact("已写明的续计起始日", None)
    filed_on: Day | None = fact("起诉日", None)
    bank_statement: BankStatementFacts | None = fact("银行系统的对账数", None)
    what_if: list[WhatIf] = fact("另行测算", [], max_length=10)


def run(facts: ClaimFacts, law: Law) -> dict[str, Any]:
    """The claim and its reasons, and what other terms would come to."""
    basis, loan, terms = _loan(facts, law)
    found = _stated(facts, loan, law)
    values = said(found.value) | {"what_if": [_other(each, facts, loan, law, found.value) for each in facts.what_if]}
    return values | reasons(Finding(None, (), tuple(_fees(facts))), found.because(terms).because(basis))


def run_brief(facts: ClaimFacts, law: Law) -> dict[str, Any]:
    """The sums of the claim alone: no steps, statement of debt, payments, charges or other terms."""
    basis, loan, terms = _loan(facts, law)
    found = _stated(facts, loan, law, explained=False)
    claim = found.value
    values = {name: plain(getattr(claim, name)) for name in _BRIEF}
    return (
        values
        | {"running": plain(claim.running)}
        | brief_reasons(terms, basis, found, Finding(None, (), tuple(_fees(facts))))
    )


_BRIEF = tuple(
    field.name
    for field in dataclasses.fields(Claim)
    if field.name not in {"rows", "received", "rate_segments", "charges", "running"}
)


def _loan(facts: ClaimFacts, law: Law) -> tuple[Finding[int], Loan, Finding[None]]:
    """The basis, the loan, and the reasons of what the law fills in where the contract is silent."""
    basis = basis_of(facts.basis, law, facts.start)
    Invalid.raise_any(_rate_problems(facts))
    loan, filled = _filled(loan_of(facts, basis.value), facts, law)
    wrong = tuple(_unsupported(facts))
    if wrong:
        raise Invalid.of([*(_as_given(each, facts) for each in problems(loan)), *wrong])
    return basis, loan, filled


def _stated(facts: ClaimFacts, loan: Loan, law: Law, *, explained: bool = True) -> Finding[Claim]:
    kept = [cost for cost in facts.costs if not _is_left_out(cost)]
    damages = "liquidated_damages"
    try:
        return state_claim(
            loan,
            facts.as_of,
            law,
            cutoff_counts=facts.cutoff_counts,
            cap_policy=facts.cap_policy,
            costs=total(cost.amount for cost in kept if cost.on is None and cost.kind != damages),
            compound_mode=facts.compound_mode,
            dated_costs=[
                Cost(cost.on or facts.as_of, cost.amount, cost.kind == damages)
                for cost in kept
                if cost.on is not None or cost.kind == damages
            ],
            running_from=facts.running_from,
            filed_on=facts.filed_on,
            bank_statement=BankStatement(**dict(facts.bank_statement)) if facts.bank_statement else None,
            explained=explained,
        )
    except Invalid as wrong:
        raise Invalid.of([_as_given(each, facts) for each in wrong.problems]) from None


def _other(terms: WhatIf, facts: ClaimFacts, loan: Loan, law: Law, stated: Claim) -> dict[str, Any]:
    """The sums under other terms, and how far they are from the stated claim."""
    changes: dict[str, Any] = {
        name: getattr(terms, name) for name in ("as_of", "cap_policy") if getattr(terms, name) is not None
    }
    other = replace(
        loan,
        allocation=loan.allocation if terms.allocation is None else tuple(terms.allocation),
        allocate_by_instalment=loan.allocate_by_instalment
        if terms.allocate_by_instalment is None
        else terms.allocate_by_instalment,
        waivers=(*loan.waivers, *(Waiver(each.on, each.component, each.amount) for each in terms.waivers)),
    )
    claim = _stated(facts.model_copy(update=changes), other, law, explained=False).value
    sums = {name: plain(getattr(claim, name)) for name in _SUMS}
    return {"name": terms.name, "as_of": plain(claim.as_of)} | sums | {"difference": plain(claim.total - stated.total)}


_SUMS = ("principal", "interest", "penalty", "compound", "liquidated_damages", "costs", "total")


def _is_left_out(cost: CostFacts) -> bool:
    return cost.kind == "lawyer_fee" and not (cost.agreed and cost.incurred)


def _fees(facts: ClaimFacts) -> Iterator[Warning]:
    """A remark for each lawyer's fee that is left out of the total."""
    for cost in facts.costs:
        if _is_left_out(cost):
            why = "合同未约定由债务人承担" if not cost.agreed else "尚未实际发生"
            yield Warning(
                "lawyer_fee_left_out",
                f"律师费 {cost.amount} 元{why}，未计入合计",
                f"a lawyer's fee of {cost.amount} that was not agreed or not incurred is left out of the total",
            )


def said(claim: Claim) -> dict[str, Any]:
    """The claim as plain values."""
    values = plain(claim)
    assert isinstance(values, dict)
    return values


def _rate_problems(facts: ClaimFacts) -> Iterator[Problem]:
    """The rate is stated, floats, or there is none: one of them."""
    given = [facts.rate is not None, facts.floating is not None, facts.no_interest_agreed]
    if sum(given) != 1:
        yield Problem(
            "input.missing" if not any(given) else "claim.rate_twice",
            "须且只能给出年利率、浮动利率或“未约定利息”之一",
            "state a rate, a floating rate, or that no interest was agreed: one of them",
            "rate",
            mend="固定的填 rate，例如 0.126；浮动的填 floating；未约定利息的将 no_interest_agreed 写为 true；删去其余",
            mend_en="rate, for example 0.126, or floating, or no_interest_agreed true; drop the rest",
        )


def _filled(loan: Loan, facts: ClaimFacts, law: Law) -> tuple[Loan, Finding[None]]:
    """The loan as the law fills it in where the contract says nothing of interest or of when it is paid."""
    steps: list[Step] = []
    doubts: list[str] = []
    if facts.no_interest_agreed:
        rule = _rule(law, "claims/no_interest_clause", facts)
        steps.append(Step(rule.zh, "合同未约定利息", "没有利息", (rule.citation,)))
        doubts += rule.provisional
    if facts.repayment == "not_agreed":
        rule = _rule(law, "claims/interest_due_not_agreed", facts)
        whole = facts.maturity < add_years(facts.start, int(rule.value["years"]))
        method = Repayment.BULLET if whole else Repayment.INTEREST_FIRST
        said = rule.value["below" if whole else "from"]
        loan = replace(loan, repayment=method, interest_every_months=12, first_due=None)
        steps.append(Step(rule.zh, said, method.value, (rule.citation,)))
        doubts += rule.provisional
    return loan, Finding(None, tuple(steps), (), tuple(doubts))


def _rule(law: Law, topic: str, facts: ClaimFacts) -> Value:
    """A rule as in force when the contract was signed; of an older contract, the earliest that is loaded."""
    return law.at(topic, max(facts.signed or facts.start, law.history(topic)[0].since))


def loan_of(facts: ClaimFacts, basis: int) -> Loan:
    """The loan these facts describe; stated dues without drawdowns stand for what was paid out."""
    drawdowns = tuple(
        Drawdown(each.on, each.amount - each.deducted_in_advance, each.deducted_in_advance) for each in facts.drawdowns
    )
    stated = total(row.principal for row in facts.dues)
    if not drawdowns and stated:
        drawdowns = (Drawdown(facts.start, stated),)
    noted = total(each.amount + each.deducted for each in drawdowns)
    happened = _Happened(facts.events)
    called = happened.acceleration
    return Loan(
        contract_name=facts.contract_name,
        contract_number="",
        lender="",
        lender_kind=facts.lender_kind,
        signed=facts.signed or facts.start,
        limit=facts.limit or noted,
        drawdowns=drawdowns,
        start=facts.start,
        maturity=facts.maturity,
        rate=facts.rate if facts.rate is not None else Decimal(0),
        penalty_uplift=facts.penalty_uplift,
        overdue_rate=facts.overdue_rate,
        overdue_daily_rate=facts.overdue_daily_rate,
        misuse_uplift=facts.misuse_uplift,
        floating=_floating(facts.floating) if facts.floating else None,
        repricings=tuple(Repricing(on=each.on, rate=each.rate) for each in happened.repricings),
        liquidated_damages_rate=facts.liquidated_damages_rate,
        misuse=Misuse(on=happened.misuse.on, amount=happened.misuse.amount) if happened.misuse else None,
        compound=facts.compound,
        capitalisation=Capitalisation(**dict(facts.capitalisation)) if facts.capitalisation else None,
        basis=basis,
        repayment=Repayment.BULLET if facts.repayment == "not_agreed" else Repayment(facts.repayment),
        instalments=facts.instalments,
        interest_every_months=facts.interest_every_months,
        first_due=facts.first_due,
        due_day_counts=facts.due_day_counts,
        dues=tuple(
            Due(due=row.due, principal=row.principal, interest=row.interest, interest_from=row.interest_from)
            for row in facts.dues
        ),
        allocation=tuple(facts.allocation),
        allocate_by_instalment=facts.allocate_by_instalment,
        allocation_later=later_order(facts.allocation_later) if facts.allocation_later else None,
        clauses=Clauses(rate=facts.rate_clause, penalty=facts.penalty_clause, compound=facts.penalty_clause),
        payments=tuple(
            Payment(each.on, each.amount, each.number, "", each.designation or "") for each in facts.payments
        ),
        waivers=tuple(Waiver(event.on, event.component, event.amount) for event in happened.waivers),
        accelerated_on=called.on if called else None,
        accelerated_by=(called.by or "") if called else "",
        acceleration_ground=called.ground if called else "",
        currency=facts.currency,
    )


def _floating(given: FloatingFacts) -> Floating:
    return Floating(
        series=given.series,
        tenor=given.tenor,
        margin_bp=Decimal(given.margin_bp),
        multiple=Decimal(given.multiple),
        repricing=given.repricing,
        repricing_dates=tuple(given.repricing_dates),
        first_priced_on=given.first_priced_on,
        lookup=given.lookup,
        penalty_floats=given.penalty_floats,
    )


def later_order(given: LaterOrderFacts) -> LaterOrder:
    """The later order as a loan holds it."""
    return LaterOrder(after_days=given.after_days, order=tuple(given.order))


class _Happened:
    """Events by kind."""

    def __init__(self, events: list[Any]) -> None:
        self.waivers = [event for event in events if isinstance(event, WaiverFacts)]
        self.repricings = [event for event in events if isinstance(event, RepricingFacts)]
        self.accelerations = [event for event in events if isinstance(event, Acceleration)]
        self.misuses = [event for event in events if isinstance(event, MisuseFacts)]
        self.acceleration = min(self.accelerations, key=lambda event: event.on, default=None)
        self.misuse = min(self.misuses, key=lambda event: event.on, default=None)


def _as_given(problem: Problem, facts: ClaimFacts) -> Problem:
    """A problem of the loan, named by the place in the input that it came from."""
    places = {f"waivers[{index}].": f"events[{number}]." for index, number in enumerate(_places(facts, WaiverFacts))}
    for number in _places(facts, Acceleration)[:1]:
        places["accelerated_on"] = f"events[{number}].on"
    for number in _places(facts, MisuseFacts)[:1]:
        places["misuse."] = f"events[{number}]."
    for number in _places(facts, RepricingFacts)[:1]:
        places["repricings"] = f"events[{number}].on"
    for own, given in places.items():
        if problem.field.startswith(own):
            return replace(problem, field=given + problem.field.removeprefix(own))
    return problem


def _places(facts: ClaimFacts, kind: type[Facts]) -> list[int]:
    return [number for number, event in enumerate(facts.events) if isinstance(event, kind)]


def _unsupported(facts: ClaimFacts) -> Iterator[Problem]:
    happened = _Happened(facts.events)
    if len(happened.accelerations) > 1:
        yield Problem(
            "claim.accelerated_twice",
            "提前到期只能有一个日期",
            "a loan is accelerated once",
            "events",
            "acceleration",
            mend="只保留一项 acceleration（宣布提前到期）",
            mend_en="keep one acceleration",
        )
    if len(happened.misuses) > 1:
        yield Problem(
            "claim.misused_twice",
            "挪用只填一次",
            "misuse is stated once",
            "events",
            "misuse",
            mend="只保留一项 misuse（挪用），金额合并填写",
            mend_en="keep one misuse, with the whole amount",
        )
    for number, drawdown in enumerate(facts.drawdowns):
        if ZERO < drawdown.amount <= drawdown.deducted_in_advance:
            yield Problem(
                "claim.deducted_all",
                "预先扣除的利息须小于借据金额",
                "what is deducted in advance is below the amount",
                f"drawdowns[{number}].deducted_in_advance",
                str(drawdown.deducted_in_advance),
                mend=f"小于 {drawdown.amount}；未预先扣除的删去该项",
                mend_en=f"below {drawdown.amount}; leave it out where nothing was deducted",
            )


def _rate_schema(zh: str, *, empty: bool = False) -> dict[str, Any]:
    return {"type": ["string", "null"] if empty else "string", "title": zh, "unit": "年利率，小数"}


def _day_or_null(zh: str) -> dict[str, Any]:
    return day_schema(zh) | {"type": ["string", "null"]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_RUNNING = _object(
    start=day_schema("续计起始日"),
    overdue_principal=money_schema("逾期本金"),
    penalty_rate=_rate_schema("罚息年利率", empty=True),
    undue_principal=money_schema("未到期本金"),
    contract_rate=_rate_schema("合同年利率"),
    unpaid_interest=money_schema("未付期内利息（复利基数）"),
    compound_rate=_rate_schema("复利年利率", empty=True),
    basis={"type": "integer", "title": "年计息天数"},
    per_day={"type": "string", "title": "每日增加额（未取整）", "unit": "元"},
    liquidated_damages_rate=_rate_schema("违约金年利率", empty=True),
    misuse_rate=_rate_schema("未到期的挪用本金另计的罚息年利率", empty=True),
)
_LINE = _object(
    number={"type": "integer", "title": "期次"},
    due=day_schema("应还日"),
    principal_due=money_schema("应还本金"),
    interest_due=money_schema("应还利息"),
    paid_on=_day_or_null("实还日（最后一次）"),
    paid=money_schema("实还金额"),
    to_costs=money_schema("抵充费用"),
    to_interest=money_schema("抵充利息"),
    to_penalty=money_schema("抵充罚息"),
    to_compound=money_schema("抵充复利"),
    to_principal=money_schema("抵充本金"),
    overdue_principal=money_schema("逾期本金"),
    overdue_interest=money_schema("逾期利息"),
    overdue_days={"type": "integer", "title": "逾期天数"},
    penalty=money_schema("罚息"),
    compound=money_schema("复利"),
    balance=money_schema("余额"),
    to_liquidated_damages=money_schema("抵充违约金"),
    liquidated_damages=money_schema("违约金"),
)
_RECEIVED = _object(
    on=day_schema("还款日"),
    number={"type": "string", "title": "流水号"},
    amount=money_schema("金额"),
    to_costs=money_schema("抵充费用"),
    to_interest=money_schema("抵充利息"),
    to_penalty=money_schema("抵充罚息"),
    to_compound=money_schema("抵充复利"),
    to_principal=money_schema("抵充本金"),
    early_principal=money_schema("提前归还本金"),
    unallocated=money_schema("未抵充"),
    to_liquidated_damages=money_schema("抵充违约金"),
)
_RATES = _object(
    start=day_schema("起（计）"),
    end_exclusive=day_schema("止（不计）"),
    contract_rate=_rate_schema("合同年利率"),
    penalty_rate=_rate_schema("罚息年利率"),
)
_SEGMENT = _object(
    base=money_schema("基数"),
    start=day_schema("起（计）"),
    end_exclusive=day_schema("止（不计）"),
    days={"type": "integer", "title": "天数"},
    rate=_rate_schema("年利率"),
    basis={"type": "integer", "title": "年计息天数"},
    exact={"type": "string", "title": "未取整金额", "unit": "元"},
    ratio={"type": "string", "title": "不尽的年利率，以整数之比表示"},
)
_CHARGE = _object(
    component={"type": "string", "title": "组成部分"},
    number={"type": "integer", "title": "期次（0：未到期部分）"},
    due=_day_or_null("应还日"),
    accelerated={"type": "boolean", "title": "是否提前到期部分"},
    accrued=money_schema("已产生"),
    paid=money_schema("已付"),
    waived=money_schema("已减免"),
    owed=money_schema("尚欠"),
    by_days={"type": "boolean", "title": "是否按日计算"},
    segments={"type": "array", "title": "分段（按还款计划计息的为空，或仅有期内提前归还部分）", "items": _SEGMENT},
    months={"type": "integer", "title": "提前归还后按月重算的月数（0：未重算）"},
    stays=money_schema("按月重算的期末余额"),
    monthly_rate=_rate_schema("按月重算的年利率", empty=True),
)
_OTHER = _object(
    name={"type": "string", "title": "名称"},
    as_of=day_schema("截止日"),
    principal=money_schema("未还本金"),
    interest=money_schema("期内利息"),
    penalty=money_schema("罚息"),
    compound=money_schema("复利"),
    liquidated_damages=money_schema("违约金"),
    costs=money_schema("实现债权费用"),
    total=money_schema("合计"),
    difference=money_schema("与原主张之差"),
)

OPERATION = Operation(
    name="claim",
    term="债权金额",
    topics=(
        "articles/loan_interest_due",
        "articles/loan_repayment",
        "articles/loan_overdue_interest",
        "claims/penalty_uplift_overdue",
        "claims/allocation_order",
    ),
    ground="合同约定",
    facts=ClaimFacts,
    run=run,
    brief=run_brief,
    result_schema=result(
        as_of=day_schema("截止日"),
        cutoff_counts={"type": "boolean", "title": "截止日当日计入"},
        end_exclusive=day_schema("计算终点（不计）"),
        principal=money_schema("未还本金"),
        interest=money_schema("期内利息"),
        penalty=money_schema("罚息"),
        compound=money_schema("复利"),
        costs=money_schema("实现债权费用"),
        interest_total=money_schema("欠利息（期内利息＋罚息＋复利）"),
        total=money_schema("合计"),
        overdue_since=_day_or_null("逾期首日"),
        overdue_days={"type": "integer", "title": "逾期天数"},
        matured={"type": "boolean", "title": "是否到期"},
        accelerated_on=_day_or_null("提前到期日"),
        contract_rate=_rate_schema("合同年利率"),
        penalty_rate=_rate_schema("罚息年利率", empty=True),
        compound_rate=_rate_schema("复利年利率", empty=True),
        basis={"type": "integer", "title": "年计息天数"},
        repaid_principal=money_schema("已还本金"),
        repaid_interest=money_schema("已还利息"),
        paid_to=_day_or_null("利息付清至"),
        running=_RUNNING | {"title": "续计条款"},
        rows={"type": "array", "title": "欠款明细", "items": _LINE},
        cap_policy={"type": "string", "title": "上限口径"},
        cut=money_schema("按上限扣减"),
        excess=money_schema("超出上限"),
        undue_interest=money_schema("其中未到期的期内利息"),
        undue_penalty=money_schema("其中未到期的挪用本金的罚息"),
        unallocated=money_schema("未抵充的收款"),
        received={"type": "array", "title": "还款的抵充", "items": _RECEIVED},
        liquidated_damages=money_schema("违约金"),
        currency={"type": "string", "title": "币种"},
        days_past_due={"type": "integer", "title": "拖欠天数（自最早未还清的应还日至截止日，用于分类）"},
        rate_segments={"type": "array", "title": "各时的利率", "items": _RATES},
        charges={"type": "array", "title": "各期息费（扣减上限前）", "items": _CHARGE},
        what_if={"type": "array", "title": "另行测算", "items": _OTHER},
    ),
    example={
        "rate": "0.072",
        "penalty_uplift": "0.5",
        "compound": True,
        "basis": 360,
        "repayment": "equal_instalment",
        "instalments": 12,
        "start": "2024-12-15",
        "maturity": "2025-12-15",
        "drawdowns": [{"on": "2024-12-15", "amount": "120000.00"}],
        "payments": [{"on": f"2025-0{month}-15", "amount": "10394.28", "number": f"R{month}"} for month in range(1, 6)],
        "events": [{"kind": "acceleration", "on": "2025-08-01", "ground": "连续两期未还"}],
        "as_of": "2025-08-01",
        "cutoff_counts": False,
    },
)
