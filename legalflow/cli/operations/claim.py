"""`legalflow calc claim`: what is owed on a loan at a cut-off, every component with its reasons.

The dues come from the schedule of the loan's method, or row by row in `dues`: a whole plan, days of one's own, or only
what is still unpaid with the payments received since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from legalflow.claims.claim import Claim, state_claim
from legalflow.claims.interest import PENALTY_RATE, basis_of
from legalflow.claims.replay import Cost
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, day_schema, fact, money_schema, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.loans.checks import problems
from legalflow.loans.loan import Clauses, Drawdown, Due, LenderKind, Loan, Repayment
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.codec import plain
from legalflow.values.money import ZERO, total

Component = Literal["costs", "compound", "penalty", "interest", "principal"]


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
    """A cost of enforcing the claim; without a day it is claimed at the cut-off."""

    amount: Amount = fact("实现债权费用")
    on: Day | None = fact("发生日", None)


class Acceleration(Facts):
    """The whole principal is overdue from a day."""

    kind: Literal["acceleration"] = fact("事件种类")
    on: Day = fact("提前到期日")
    ground: str = fact("依据", "", max_length=2000)


class WaiverFacts(Facts):
    """The lender let the debtor off something."""

    kind: Literal["waiver"] = fact("事件种类")
    on: Day = fact("减免日")
    component: Component = fact("减免的组成部分")
    amount: Amount = fact("减免金额")


class Repricing(Facts):
    """A change of the rate; floating rates are not worked out."""

    kind: Literal["repricing"] = fact("事件种类")
    on: Day = fact("重定价日")
    rate: Rate = fact("新年利率")


Happening = Annotated[Acceleration | WaiverFacts | Repricing, Field(discriminator="kind")]


class ClaimFacts(Facts):
    """A loan's terms, what was paid out and paid back, what happened, and the cut-off."""

    rate: Rate = fact("年利率")
    penalty_uplift: Rate | None = fact("罚息上浮", None, description="合同利率的比例；空为未约定")
    overdue_rate: Rate | None = fact("约定的逾期年利率", None, description="合同直接约定利率而非上浮比例时")
    compound: bool = fact("是否约定复利", False)
    compound_mode: Literal["penalty_rate", "contract_until_maturity"] = fact("复利利率", PENALTY_RATE)
    basis: Literal[360, 365] | None = fact("年计息天数", None, description="未约定时按银行惯例 360")
    repayment: Repayment = fact(
        "还款方式",
        description="equal_instalment 等额本息，equal_principal 等额本金，interest_first 先息后本，bullet 一次还本付息",
    )
    instalments: int = fact("期数", 0, ge=0, le=600)
    interest_every_months: int = fact("每期月数", 1, ge=1, le=120)
    start: Day = fact("贷款起始日")
    maturity: Day = fact("到期日")
    first_due: Day | None = fact("首个还款日（结息日）", None)
    due_day_counts: bool = fact("应还日当日仍计期内利息", False, description="true：罚息自应还日次日起算")
    signed: Day | None = fact("合同签订日", None)
    lender_kind: LenderKind = fact("贷款人类型", "bank", validate_default=True)
    limit: Amount | None = fact("合同约定金额", None)
    contract_name: str = fact("合同名称", "借款合同", max_length=200)
    rate_clause: str = fact("利率条款", "", max_length=50)
    penalty_clause: str = fact("罚息条款", "", max_length=50)
    drawdowns: list[DrawdownFacts] = fact("放款", [], max_length=500)
    dues: list[DueFacts] = fact("逐期应还（或未还）", [], max_length=600)
    payments: list[PaymentFacts] = fact("还款", [], max_length=2000)
    events: list[Happening] = fact("事件", [], max_length=500)
    costs: list[CostFacts] = fact("实现债权费用", [], max_length=100)
    allocation: list[Component] = fact("合同约定的抵充顺序", [], max_length=5)
    allocate_by_instalment: bool = fact("逐期抵充", False, description="true：先还清最早一期再还下一期")
    as_of: Day = fact("截止日")
    cutoff_counts: bool = fact("截止日当日计入", True)
    cap_policy: Literal["none", "24%", "4lpr", "contract_rate"] | None = fact(
        "上限口径", None, description="空：只提示超出，不扣减"
    )
    running_from: Day | None = fact("已写明的续计起始日", None)


def run(facts: ClaimFacts, law: Law) -> dict[str, Any]:
    """The claim and its reasons."""
    basis = basis_of(facts.basis, law, facts.start)
    loan = loan_of(facts, basis.value)
    Invalid.raise_any((*(_as_given(each, facts) for each in problems(loan)), *_unsupported(facts)))
    found = state_claim(
        loan,
        facts.as_of,
        law,
        cutoff_counts=facts.cutoff_counts,
        cap_policy=facts.cap_policy,
        costs=total(cost.amount for cost in facts.costs if cost.on is None),
        compound_mode=facts.compound_mode,
        dated_costs=[Cost(cost.on, cost.amount) for cost in facts.costs if cost.on is not None],
        running_from=facts.running_from,
    )
    return said(found.value) | reasons(found.because(basis))


def said(claim: Claim) -> dict[str, Any]:
    """The claim as plain values."""
    values = plain(claim)
    assert isinstance(values, dict)
    return values


def loan_of(facts: ClaimFacts, basis: int) -> Loan:
    """The loan these facts describe; stated dues without drawdowns stand for what was paid out."""
    drawdowns = tuple(
        Drawdown(each.on, each.amount - each.deducted_in_advance, each.deducted_in_advance) for each in facts.drawdowns
    )
    stated = total(row.principal for row in facts.dues)
    if not drawdowns and stated:
        drawdowns = (Drawdown(facts.start, stated),)
    noted = total(each.amount + each.deducted for each in drawdowns)
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
        rate=facts.rate,
        penalty_uplift=facts.penalty_uplift,
        overdue_rate=facts.overdue_rate,
        compound=facts.compound,
        basis=basis,
        repayment=facts.repayment,
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
        clauses=Clauses(rate=facts.rate_clause, penalty=facts.penalty_clause, compound=facts.penalty_clause),
        payments=tuple(
            Payment(each.on, each.amount, each.number, designation=each.designation or "") for each in facts.payments
        ),
        waivers=tuple(
            Waiver(event.on, event.component, event.amount) for event in facts.events if isinstance(event, WaiverFacts)
        ),
        accelerated_on=min(_accelerations(facts), default=None),
    )


def _as_given(problem: Problem, facts: ClaimFacts) -> Problem:
    """A problem of the loan, named by the place in the input that it came from."""
    waivers = [number for number, event in enumerate(facts.events) if isinstance(event, WaiverFacts)]
    places = {f"waivers[{index}].": f"events[{number}]." for index, number in enumerate(waivers)}
    places["accelerated_on"] = next(
        (f"events[{number}].on" for number, event in enumerate(facts.events) if isinstance(event, Acceleration)), ""
    )
    for own, given in places.items():
        if problem.field.startswith(own):
            return replace(problem, field=given + problem.field.removeprefix(own))
    return problem


def _accelerations(facts: ClaimFacts) -> list[date]:
    return [event.on for event in facts.events if isinstance(event, Acceleration)]


def _unsupported(facts: ClaimFacts) -> Iterator[Problem]:
    for number, event in enumerate(facts.events):
        if isinstance(event, Repricing):
            yield Problem(
                "claim.floating_not_supported",
                "尚不支持浮动利率：债权按固定利率计算",
                "floating rates are not supported yet: a claim is worked out at a fixed rate",
                f"events[{number}].kind",
                "repricing",
                "请按各重定价期间分别用 interest 和 penalty 的分段计算",
                "work out each repricing period with the segments of interest and penalty",
            )
    if len(_accelerations(facts)) > 1:
        yield Problem(
            "claim.accelerated_twice", "提前到期只能有一个日期", "a loan is accelerated once", "events", "acceleration"
        )
    for number, drawdown in enumerate(facts.drawdowns):
        if ZERO < drawdown.amount <= drawdown.deducted_in_advance:
            yield Problem(
                "claim.deducted_all",
                "预先扣除的利息须小于借据金额",
                "what is deducted in advance is below the amount",
                f"drawdowns[{number}].deducted_in_advance",
                str(drawdown.deducted_in_advance),
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
        unallocated=money_schema("未抵充的收款"),
        received={"type": "array", "title": "还款的抵充", "items": _RECEIVED},
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
